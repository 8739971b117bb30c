"""What holds for every file: keys have no order, nothing is raised, nothing wrong is missed, PyYAML agrees."""

import json
import random
import string
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import examples
from zonesync.load import Defaults, load_zone
from zonesync.load.events import MAX_ALIASES, MAX_FILE
from zonesync.load.zone_yaml import read_document
from zonesync.model import rdata
from zonesync.model.names import absolute
from zonesync.model.rrset import Key

DEFAULTS = Defaults(ttl=3600, providers=("primary", "secondary"))
MEBI = 1 << 20

CORPUS = """\
zone: example.com
ttl: 1h
providers: [primary, secondary]
nameservers: {ttl: 1d, hosts: [ns1.example.net., ns2]}
soa: {mname: ns1.example.net., minimum: 5m}
ignore: [{name: "_acme.*", type: TXT}]
allow: [{rule: low-ttl, until: 2027-01-31}]
records:
  "@":
    A: [192.0.2.1, &one 192.0.2.2]
    TXT: [[k=1, "k=2"], {base64: AAH/}]
  www: {CNAME: "@"}
  api:
    A: {ttl: 60, values: [*one]}
    SRV: [{priority: 0, weight: 5, port: 443, target: api}]
  cdn:
    A: {by_provider: {primary: {alias: {target: d111.cloudfront.net.}}, default: [192.0.2.9]}, comment: AWS}
  base: &types {A: 192.0.2.7, TXT: "q"}
  more:
    <<: *types
    MX: 10 mail
  folded:
    TXT: >-
      several words
      in lines
"""

_labels = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=8).map(lambda text: f"h{text}")
_hosts = st.sampled_from(["mail", "mx.example.net.", "@", "EDGE"])
_texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=40)
_values = st.one_of(
    st.tuples(st.just("A"), st.lists(st.ip_addresses(v=4).map(str), min_size=1, max_size=3)),
    st.tuples(st.just("AAAA"), st.lists(st.ip_addresses(v=6).map(str), min_size=1, max_size=2)),
    st.tuples(st.just("CNAME"), st.lists(_hosts, min_size=1, max_size=1)),
    st.tuples(
        st.just("MX"), st.lists(st.tuples(st.integers(0, 65535), _hosts).map("{0[0]} {0[1]}".format), min_size=1)
    ),
    st.tuples(st.just("TXT"), st.lists(_texts, min_size=1, max_size=3)),
)
_forms = st.tuples(_values, st.none() | st.integers(0, 99999), st.booleans())


def _written(values, ttl, alone):
    content = values[0] if alone and len(values) == 1 else values
    return content if ttl is None else {"ttl": ttl, "values": content}


@st.composite
def zones(draw):
    """Draw records as PyYAML would dump them."""
    records = {}
    for owner in draw(st.lists(_labels | st.just("@"), max_size=6, unique=True)):
        forms = draw(st.lists(_forms, min_size=1, max_size=3, unique_by=lambda form: form[0][0]))
        records[owner] = {rtype: _written(values, ttl, alone) for (rtype, values), ttl, alone in forms}
    return records


def load_text(folder: Path, text: str | bytes):
    path = folder / "example.com.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_zone(path, root=folder, defaults=DEFAULTS)


def plainly(records):
    """Say what *records* mean with none of the loader's code."""
    zone = {}
    for owner, types in records.items():
        for rtype, form in types.items():
            ttl, content = (form["ttl"], form["values"]) if isinstance(form, dict) else (3600, form)
            values = [str(value) for value in (content if isinstance(content, list) else [content])]
            texts = {
                rdata.txt_text(value.encode()) if rtype == "TXT" else rdata.canonical(rtype, value, "example.com.")
                for value in values
            }
            zone[Key(absolute(owner, "example.com."), rtype)] = (ttl, tuple(sorted(texts)))
    return zone


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("zones")


@given(zones(), st.booleans(), st.booleans())
@examples(150)
def test_the_loader_agrees_with_safe_load_and_a_plain_model(folder, records, is_flow, sort):
    text = yaml.safe_dump({"records": records}, default_flow_style=is_flow, sort_keys=sort, allow_unicode=True)
    zone, findings = load_text(folder, text)

    assert [finding for finding in findings if finding.is_error] == []
    assert {key: (rrset.ttl, rrset.rdatas) for key, rrset in zone.rrsets.items()} == plainly(
        yaml.safe_load(text)["records"]
    )


@given(zones())
@examples(60)
def test_libyaml_and_pyyaml_give_the_same_document(records):
    text = yaml.safe_dump({"records": records}, allow_unicode=True).encode()
    fast, pure = read_document(text, "f"), read_document(text, "f", pure=True)

    assert fast.raws == pure.raws
    assert fast.settings == pure.settings
    assert fast.report.findings() == pure.report.findings()


@given(st.randoms(use_true_random=False))
@examples(40)
def test_the_order_of_keys_never_matters(folder, shuffled):
    tree = yaml.safe_load(CORPUS)

    def reordered(part):
        if isinstance(part, dict):
            items = list(part.items())
            shuffled.shuffle(items)
            return {key: reordered(value) for key, value in items}
        return [reordered(item) for item in part] if isinstance(part, list) else part

    base, _ = load_text(folder, json.dumps(tree, default=str))
    other, findings = load_text(folder, json.dumps(reordered(tree), default=str))

    assert findings == []
    assert base is not None
    assert other is not None
    assert other.rrsets == base.rrsets
    assert (other.nameservers, other.soa, other.overlays, other.ttl) == (
        base.nameservers,
        base.soa,
        base.overlays,
        base.ttl,
    )


def test_the_file_that_is_mutated_is_right_itself(folder):
    zone, findings = load_text(folder, CORPUS)

    assert findings == []
    assert zone is not None


@given(st.data())
@examples(400)
def test_no_mutation_of_a_file_raises(folder, data):
    content = bytearray(CORPUS.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        size = data.draw(st.integers(0, 12))
        piece = data.draw(
            st.binary(max_size=3) | st.sampled_from([b"{", b"]", b"*", b"&a ", b": ", b"\n", b"<<", b"~", b"- "])
        )
        content[at : at + size] = piece
    zone, findings = load_text(folder, bytes(content))

    assert (zone is None) == any(finding.is_error for finding in findings)
    lines = bytes(content).decode("utf-8", "replace").splitlines()
    for finding in findings:
        assert finding.place is not None
        assert 1 <= finding.place.line <= len(lines) + 1
        assert finding.place.column >= 1


BAD = {
    "A": "192.0.2.256",
    "AAAA": "2001:db8:::1",
    "CNAME": "not.dotted",
    "MX": "70000 mail",
    "CAA": "'256 issue \"x\"'",
    "SRV": "0 5 x api",
}


@pytest.mark.parametrize("seed", range(12))
def test_every_bad_value_planted_in_a_big_zone_is_found_where_it_stands(folder, seed):
    draw = random.Random(seed)
    good = {
        "A": "192.0.2.1",
        "AAAA": "2001:db8::1",
        "CNAME": "mail",
        "MX": "10 mail",
        "CAA": "'0 issue \"x\"'",
        "SRV": "0 5 1 a",
    }
    lines, planted = ["ttl: 1h", "records:"], []
    for number in range(3000):
        rtype = draw.choice(sorted(BAD))
        is_bad = draw.random() < 0.03
        value = BAD[rtype] if is_bad else good[rtype]
        lead = draw.choice(
            ["  h{}: {{{}: ", "  h{}:\n    {}: ", "  h{}:\n    {}:\n    - ", "  h{}: {{{}: {{ttl: 60, values: ["]
        )
        begun = lead.format(number, rtype)
        text = begun + value + "".join({"{": "}", "[": "]"}[sign] for sign in reversed(begun) if sign in "{[")
        if is_bad:
            line = len(lines) + begun.count("\n") + 1
            planted.append((line, len(begun.rpartition("\n")[2]) + 1, f"h{number}.example.com.", rtype))
        lines += text.split("\n")
    zone, findings = load_text(folder, "\n".join(lines))

    assert planted
    assert zone is None
    assert [(found.place.line, found.place.column, found.name, found.type) for found in findings] == planted


def _bomb() -> bytes:
    lines = ["a0: &a0 [x]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, 30)]
    return "\n".join(lines).encode()


def _merges() -> bytes:
    shared = ",".join(f"TYPE{number}: x" for number in range(1000, 2000))
    owners = ",".join(f"h{number}: {{<<: [*a, *a]}}" for number in range(20_000))
    return f"a: &a {{{shared}}}\nrecords: {{{owners}}}".encode()


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        pytest.param(_bomb(), "alias-bomb", id="a billion laughs"),
        pytest.param(_merges(), "alias-bomb", id="merge keys"),
        pytest.param(b"a: &a x\nb: [" + b"*a," * (MAX_ALIASES + 1) + b"]", "alias-bomb", id="many aliases"),
        pytest.param(b"records: " + b"[" * MEBI, "too-deep", id="deep lists"),
        pytest.param(b"records: " + b"{a: " * MEBI, "too-deep", id="deep mappings"),
        pytest.param(b"? " * MEBI, "too-deep", id="deep keys"),
        pytest.param(b"".join(b" " * depth + b"a:\n" for depth in range(500)), "too-deep", id="deep blocks"),
        pytest.param(b"records: {w: {TXT: " + b"x" * (50 * MEBI) + b"}}", "bad-value", id="a line of 50 MB"),
        pytest.param(b"ttl: " + b"x" * (2 * MEBI), "too-large", id="a text of 2 MB"),
        pytest.param(b"#" * (MAX_FILE + 1), "too-large", id="a file that is too large"),
        pytest.param(b"\0" * MEBI, "yaml-syntax", id="nothing but NUL"),
        pytest.param(b"records: {w: {A: [" + b"192.0.2.1," * 200_000 + b"]}}", "too-many-values", id="many values"),
    ],
)
def test_what_would_explode_is_one_finding(folder, content, rule):
    zone, findings = load_text(folder, content)

    assert zone is None
    assert [finding.rule for finding in findings] == [rule]
    assert len(findings[0].excerpt) <= 240


@pytest.mark.parametrize(
    "content",
    [
        b'records: {w: {TXT: "\\U0011FFFF"}}',
        b"records: {w: {A: \x07}}",
        b"records: {w: {A: \xff}}",
        b"\xff\xfea\0",
        b"records: {w: {A: \xc3\xa9 \x00}}",
        b"records: {",
        b"records: *a",
        b"",
    ],
)
def test_pyyamls_own_parser_ends_in_a_finding_too(content):
    document = read_document(content, "f", pure=True)

    assert [finding.rule for finding in document.report.findings()]
    assert document.report.errors == 1
