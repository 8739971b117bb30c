"""What an earlier run has loaded counts again exactly where a fresh load would give the same."""

import os
import random
import string
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import examples
from zonesync.lint import lint
from zonesync.load import Config, Defaults, load_zones, zones
from zonesync.load.codec import CodecError, Kept, decode, decode_findings, encode, encode_findings
from zonesync.load.config import ProviderConfig
from zonesync.load.memory import ZoneMemory

FRAGMENT = "records:\n  mail: {MX: 10 mx}\n  mx: {A: 192.0.2.25}\n"
EVERYTHING = """\
zone: example.com
view: inside
ttl: 1h
providers: [primary, secondary]
nameservers: {ttl: 1d, auto: {primary: 2}}
soa: {mname: ns1.example.net., minimum: 5m}
networks: {primary: [vpc-1, vpc-2]}
unmanaged: keep
ignore: [{name: "_acme.*", type: TXT}, {owner: external-dns}]
allow: [{rule: low-ttl, reason: moving, until: 2027-01-31}]
lint: {ignore: [no-spf]}
include: [../parts/mail.yaml]
records:
  "@": {A: [192.0.2.1, 192.0.2.2], TXT: [[k=1, "k=2"], {base64: AAH/}]}
  low: {A: {ttl: 5, values: [192.0.2.1]}}
  bücher: {CNAME: www, TXT: "ünïcode \\u202e"}
  cdn:
    A: {by_provider: {primary: {alias: {target: d111.cloudfront.net.}}, default: [192.0.2.9]}, comment: AWS}
    AAAA: {only: [secondary], values: ["2001:db8::1"]}
"""


class Shelf(dict):
    def put(self, key, data):
        self[key] = data


def _config(**settings):
    providers = {name: ProviderConfig(name=name, type="bind") for name in ("primary", "secondary")}
    return Config(**{"defaults": Defaults(providers=("primary",)), "providers": providers, **settings})


def _project(folder, **files):
    for name, text in {"zones/example.com.yaml": EVERYTHING, "parts/mail.yaml": FRAGMENT, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def _load(folder, shelf=None, config=None, program="1"):
    config = config or _config()
    memory = None if shelf is None else ZoneMemory(shelf, program, config)
    return load_zones(config, folder, repeats=True, memory=memory)


def _parsed(monkeypatch):
    """Count the files that are parsed from here on."""
    seen = []
    real = zones.Files.read

    def read(self, path, content=None):
        seen.append(self.shown(path))
        return real(self, path, content)

    monkeypatch.setattr(zones.Files, "read", read)
    return seen


def test_a_file_that_is_as_it_was_is_not_parsed_again(tmp_path, monkeypatch):
    _project(tmp_path, **{"zones/other.com.yaml": "records: {www: {A: 192.0.2.1}}\n"})
    shelf = Shelf()
    first = _load(tmp_path, shelf)
    assert [zone.zone is not None for zone in first] == [True, True]
    parsed = _parsed(monkeypatch)
    assert _load(tmp_path, shelf) == first
    assert parsed == []
    (tmp_path / "zones/other.com.yaml").write_text("records: {www: {A: 192.0.2.2}}\n")
    assert _load(tmp_path, shelf) == _load(tmp_path)
    assert parsed == ["zones/other.com.yaml", "zones/example.com.yaml", "parts/mail.yaml", "zones/other.com.yaml"]


def test_all_that_a_zone_file_can_say_is_recalled(tmp_path):
    shelf = Shelf()
    fresh = _load(_project(tmp_path))
    assert fresh[0].zone is not None
    assert fresh[0].zone.overlays
    assert fresh[0].findings == []
    _load(tmp_path, shelf)
    assert _load(tmp_path, shelf) == fresh
    recalled = _load(tmp_path, shelf)[0].zone
    assert list(recalled.rrsets) == list(fresh[0].zone.rrsets)


@pytest.mark.parametrize(
    ("config", "program"),
    [
        (_config(defaults=Defaults(ttl=60, providers=("primary",))), "1"),
        (_config(defaults=Defaults(providers=("primary", "secondary"))), "1"),
        (_config(providers={"primary": ProviderConfig(name="primary", type="bind")}), "1"),
        (_config(), "2"),
    ],
    ids=["ttl", "providers by default", "providers there are", "program"],
)
def test_what_a_zone_is_made_from_besides_files_counts(tmp_path, config, program):
    shelf = Shelf()
    _project(tmp_path, **{"zones/other.com.yaml": "records: {www: {A: 192.0.2.1}}\n"})
    _load(tmp_path, shelf)
    assert _load(tmp_path, shelf, config, program) == _load(tmp_path, config=config)


def _turned_into_a_link(folder):
    (folder / "parts/other.yaml").write_text("records: {mail: {A: 192.0.2.77}}\n")
    (folder / "parts/mail.yaml").unlink()
    (folder / "parts/mail.yaml").symlink_to("other.yaml")


def _link_with_the_same_content(folder):
    (folder / "parts/mail.yaml").rename(folder / "parts/other.yaml")
    (folder / "parts/mail.yaml").symlink_to("other.yaml")


def _led_outside(folder):
    (folder / "parts/mail.yaml").rename(folder.parent / "mail.yaml")
    (folder / "parts/mail.yaml").symlink_to(folder.parent / "mail.yaml")


def _includes_itself(folder):
    path = folder / "zones/example.com.yaml"
    (folder / "parts/mail.yaml").write_text(path.read_text())
    path.unlink()
    path.symlink_to("../parts/mail.yaml")


@pytest.mark.parametrize(
    "edit",
    [
        lambda folder: (folder / "parts/mail.yaml").unlink(),
        lambda folder: (folder / "parts/mail.yaml").write_text(FRAGMENT.replace("25", "26")),
        lambda folder: (folder / "parts/mail.yaml").write_text("records: ["),
        lambda folder: (folder / "parts/mail.yaml").write_text(f"include: [more.yaml]\n{FRAGMENT}"),
        lambda folder: (folder / "zones/example.com.yaml").rename(folder / "zones/renamed.yaml"),
        lambda folder: (folder / "zones/second.yaml").write_text(EVERYTHING),
        _turned_into_a_link,
        _link_with_the_same_content,
        _led_outside,
        _includes_itself,
    ],
    ids=[
        "fragment gone",
        "fragment changed",
        "fragment broken",
        "fragment includes",
        "file renamed",
        "zone described twice",
        "fragment is a link",
        "link to the same",
        "link outside",
        "includes itself",
    ],
)
def test_what_else_a_load_depends_on_is_looked_at_again(tmp_path, edit):
    folder = _project(tmp_path / "project")
    shelf = Shelf()
    _load(folder, shelf)
    edit(folder)
    assert _load(folder, shelf) == _load(folder)
    assert _load(folder, shelf) == _load(folder)


def test_fragments_of_fragments_are_followed_from_where_they_stand(tmp_path, monkeypatch):
    folder = _project(tmp_path, **{"parts/mail.yaml": "include: deep/a.yaml\n", "parts/deep/a.yaml": FRAGMENT})
    shelf = Shelf()
    first = _load(folder, shelf)
    assert first[0].files == ("zones/example.com.yaml", "parts/mail.yaml", "parts/deep/a.yaml")
    parsed = _parsed(monkeypatch)
    assert _load(folder, shelf) == first
    assert parsed == []
    (folder / "parts/deep/a.yaml").write_text("records: {deep: {A: 192.0.2.1}}\n")
    assert _load(folder, shelf) == _load(folder) != first


def test_a_file_that_has_become_a_link_to_its_own_fragment_includes_itself(tmp_path):
    main, fragment = "zones/example.com.yaml", "zones/sub/part.yaml"
    again = "include: [sub/part.yaml]\n"
    folder = _project(tmp_path, **{main: again, fragment: again, "zones/sub/sub/part.yaml": FRAGMENT})
    shelf = Shelf()
    assert _load(folder, shelf)[0].zone is not None
    (folder / main).unlink()
    (folder / main).symlink_to("sub/part.yaml")
    assert _load(folder, shelf) == _load(folder)
    assert _load(folder, shelf)[0].zone is None


def test_what_is_kept_is_as_good_in_another_checkout(tmp_path, monkeypatch):
    shelf = Shelf()
    first = _load(_project(tmp_path / "one"), shelf)
    _project(tmp_path / "two")
    parsed = _parsed(monkeypatch)
    assert _load(tmp_path / "two", shelf) == first
    assert parsed == []


def test_a_file_with_an_error_is_read_each_time_and_a_warning_is_recalled(tmp_path, monkeypatch):
    twice = "records: {www: {A: [192.0.2.1, 192.0.2.1]}}\n"
    _project(tmp_path, **{"zones/bad.com.yaml": "records: {www: {A: nothing}}\n", "zones/warned.com.yaml": twice})
    shelf = Shelf()
    first = _load(tmp_path, shelf)
    assert [bool(zone.findings) for zone in first] == [True, False, True]
    parsed = _parsed(monkeypatch)
    assert _load(tmp_path, shelf) == first
    assert parsed == ["zones/bad.com.yaml"]


EDITS = st.tuples(
    st.sampled_from(["zones/a.com.yaml", "zones/b.com.yaml", "zones/b.net.yaml", "parts/one.yaml", "parts/two.yaml"]),
    st.sampled_from(
        [
            "records: {www: {A: 192.0.2.1}}\n",
            "records: {www: {A: 192.0.2.2}, mail: {MX: 10 www}}\n",
            "include: ../parts/one.yaml\nrecords: {www: {A: 192.0.2.1}}\n",
            "include: [../parts/one.yaml, ../parts/two.yaml]\nrecords: {}\n",
            "ttl: 5m\nrecords: {www: {A: [192.0.2.1, 192.0.2.1]}}\n",
            "zone: a.com\nrecords: {www: {A: 192.0.2.3}}\n",
            "records: {www: {A: }\n",
            None,
            "link:../parts/one.yaml",
            "link:../zones/a.com.yaml",
        ]
    ),
)


@examples(150)
@given(steps=st.lists(st.lists(EDITS, min_size=1, max_size=3), min_size=2, max_size=6), data=st.data())
def test_whatever_is_edited_between_runs_they_load_what_a_fresh_run_loads(tmp_path_factory, steps, data):
    folder = tmp_path_factory.mktemp("project")
    for name in ("zones", "parts"):
        (folder / name).mkdir()
    shelf = Shelf()
    for edits in steps:
        for name, content in edits:
            (folder / name).unlink(missing_ok=True)
            if content is None:
                continue
            if content.startswith("link:"):
                (folder / name).symlink_to(content.removeprefix("link:"))
            else:
                (folder / name).write_text(content)
        config = _config(defaults=Defaults(ttl=data.draw(st.sampled_from([60, 3600])), providers=("primary",)))
        assert _load(folder, shelf, config) == _load(folder, config=config)


@examples(60)
@given(seed=st.integers(0, 2**32))
def test_bytes_that_are_damaged_are_refused_or_differ_in_a_text_alone(tmp_path_factory, seed):
    folder = tmp_path_factory.mktemp("project")
    (loaded,) = _load(_project(folder))
    random_ = random.Random(seed)
    data = bytearray(encode(Kept(loaded, ())))
    for _ in range(random_.randint(1, 3)):
        data[random_.randrange(len(data))] = random_.choice(string.printable.encode())
    try:
        kept = decode(bytes(data[: random_.choice([len(data), random_.randrange(len(data))])]))
    except CodecError:
        return
    assert kept.loaded.zone is not None
    assert all(isinstance(text, str) for rrset in kept.loaded.zone.rrsets.values() for text in rrset.rdatas)


def test_what_is_kept_in_another_form_is_read_anew(tmp_path):
    shelf = Shelf()
    fresh = _load(_project(tmp_path), shelf)
    for text in (b"", b"[]", b"null", b"{}", b"\xff"):
        broken = Shelf(dict.fromkeys(shelf, text))
        assert _load(tmp_path, broken) == fresh
        assert _load(tmp_path, broken) == fresh


def test_a_zone_that_was_not_loaded_is_not_kept(tmp_path):
    (tmp_path / "zones").mkdir()
    (tmp_path / "zones/bad.com.yaml").write_text("records: [")
    (loaded,) = _load(tmp_path)
    with pytest.raises(ValueError, match="could not be loaded"):
        encode(Kept(loaded, ()))


def _linted(loaded, shelf, ignored=(), today=date(2026, 11, 22), program="1", folder=Path()):
    config = _config()
    memory = ZoneMemory(shelf, program, config)
    (one,) = load_zones(config, folder, repeats=True, memory=memory)
    asked = []

    def anew():
        asked.append(1)
        return lint(one.zone, ignore=ignored, today=today)

    found = memory.linted(one, ignored, today, anew)
    assert found == lint(one.zone, ignore=ignored, today=today)
    return found, bool(asked)


def test_lint_is_asked_again_where_its_answer_may_be_another(tmp_path):
    shelf = Shelf()
    (loaded,) = _load(_project(tmp_path), shelf)
    found, asked = _linted(loaded, shelf, folder=tmp_path)
    assert found
    assert asked
    assert _linted(loaded, shelf, folder=tmp_path) == (found, False)
    assert _linted(loaded, shelf, today=date(2027, 2, 1), folder=tmp_path)[1]
    assert _linted(loaded, shelf, ignored=("one-provider",), folder=tmp_path)[1]
    assert _linted(loaded, shelf, program="2", folder=tmp_path)[1]
    for key, data in shelf.items():
        shelf[key] = data.replace(b"low-ttl", b"low-ttl\\")
    assert _linted(loaded, shelf, folder=tmp_path)[0] == found


def test_the_day_matters_only_where_something_is_accepted_until_one(tmp_path):
    shelf = Shelf()
    text = EVERYTHING.replace(", until: 2027-01-31", "")
    (loaded,) = _load(_project(tmp_path, **{"zones/example.com.yaml": text}), shelf)
    found, _ = _linted(loaded, shelf, folder=tmp_path)
    assert _linted(loaded, shelf, today=date(2030, 1, 1), folder=tmp_path) == (found, False)


def test_findings_are_recalled_with_their_places_and_excerpts(tmp_path):
    _project(tmp_path, **{"zones/example.com.yaml": "records: {www: {A: [192.0.2.1, 192.0.2.1]}}\n"})
    (loaded,) = _load(tmp_path)
    again = decode_findings(encode_findings(loaded.findings))
    assert again == loaded.findings
    assert [one.excerpt for one in again] == [one.excerpt for one in loaded.findings] != [""]
    with pytest.raises(CodecError):
        decode_findings(b"[{}]")


def test_what_was_linted_counts_again_while_its_fragments_are_the_same(tmp_path):
    shelf = Shelf()
    (loaded,) = _load(_project(tmp_path), shelf)
    found, _ = _linted(loaded, shelf, folder=tmp_path)
    (tmp_path / "parts/mail.yaml").write_text("records: {mail: {MX: 10 nothing}}\n")
    changed, asked = _linted(loaded, shelf, folder=tmp_path)
    assert asked
    assert changed != found
    assert _linted(loaded, shelf, folder=tmp_path) == (changed, False)


def test_a_zone_whose_file_has_a_name_that_is_no_text_is_read_each_time(tmp_path):
    shelf = Shelf()
    folder = _project(tmp_path)
    (folder / "zones/example.com.yaml").rename(folder / os.fsdecode(b"zones/\xff.yaml"))
    for _ in range(2):
        assert _load(folder, shelf) == _load(folder)
    assert shelf == {}
