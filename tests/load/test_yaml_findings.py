"""Every wrong file: which rule, where exactly, and that one problem is one finding."""

from pathlib import Path

import pytest

from zonesync.findings import Severity
from zonesync.load import Config, Defaults, ProviderConfig, load_zone, load_zones, with_excerpts, zone_files
from zonesync.load.report import MAX_FINDINGS

DEFAULTS = Defaults(ttl=3600, providers=("primary", "secondary"))


def load(folder: Path, content: str | bytes):
    path = folder / "example.com.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_zone(path, root=folder, defaults=DEFAULTS)


def found(folder: Path, content: str | bytes):
    zone, findings = load(folder, content)
    assert zone is None
    assert all(finding.message and finding.place and finding.place.file == "example.com.yaml" for finding in findings)
    return [(finding.rule, finding.place.line, finding.place.column) for finding in findings]


@pytest.mark.parametrize(
    ("text", "rule", "line", "column"),
    [
        # values
        ("records: {www: {A: 192.0.2.300}}", "bad-value", 1, 20),
        ("records:\n  www:\n    A:\n    - 192.0.2.1\n    - 192.0.2.300", "bad-value", 5, 7),
        ("records: {www: {A: {ttl: 5, values: [192.0.2.1, x]}}}", "bad-value", 1, 49),
        ("records: {www: {MX: 99999 mail}}", "bad-value", 1, 21),
        ("records: {www: {SRV: {priority: 0, weight: 5, port: 99999, target: a}}}", "bad-value", 1, 53),
        ("records: {www: {SRV: {priority: 0, weight: 5, prt: 443, target: a}}}", "bad-value", 1, 52),
        ("records: {www: {SRV: {priority: ~, weight: 5, port: 443, target: a}}}", "empty-value", 1, 33),
        ("records: {www: {A: [[192.0.2.1]]}}", "bad-value", 1, 21),
        ("records: {www: {TXT: [[a, [b]]]}}", "bad-value", 1, 27),
        ("records: {www: {TXT: [[]]}}", "bad-value", 1, 23),
        ("records: {www: {TXT: {base64: '!'}}}", "bad-value", 1, 31),
        ("records: {www: {TXT: {bas64: AA==}}}", "unknown-key", 1, 23),
        (f"records: {{www: {{TXT: [[{'x' * 256}]]}}}}", "bad-value", 1, 24),
        (f"records: {{www: {{TXT: {'x' * 65536}}}}}", "bad-value", 1, 22),
        (f"records: {{www: {{A: [{'192.0.2.1,' * 6000}]}}}}", "too-many-values", 1, 17),
        ("records: {www: {CNAME: mail.example.org}}", "undotted-name", 1, 24),
        ("records: {www: {MX: [10 mail, 10 mail.example.org]}}", "undotted-name", 1, 31),
        ("records: {www: {SRV: {priority: 0, weight: 5, port: 443, target: a.b}}}", "undotted-name", 1, 66),
        ("records: {www: {A: ~}}", "empty-value", 1, 20),
        ("records: {www: {A: }}", "empty-value", 1, 20),
        ("records: {www: {TXT: null}}", "empty-value", 1, 22),
        ("records: {www: {A: [192.0.2.1, ~]}}", "empty-value", 1, 32),
        ("records: {www: {A: []}}", "empty-rrset", 1, 20),
        ("records: {www: {A: {ttl: 5}}}", "empty-rrset", 1, 20),
        ("records: {www: {A: {ttl: 5, values: []}}}", "empty-rrset", 1, 37),
        ("records: {www: {A: {ttl: 1x, values: [192.0.2.1]}}}", "bad-ttl", 1, 26),
        ("records: {www: {A: {ttl: -1, values: [192.0.2.1]}}}", "bad-ttl", 1, 26),
        ("records: {www: {A: {ttl: ~, values: [192.0.2.1]}}}", "bad-ttl", 1, 26),
        ("records: {www: {A: {ttl: [5], values: [192.0.2.1]}}}", "bad-ttl", 1, 26),
        ("records: {www: {A: {ttl: 2147483648, values: [192.0.2.1]}}}", "bad-ttl", 1, 26),
        ("records: {www: {A: {vales: 192.0.2.1, ttl: 5, values: 192.0.2.1}}}", "unknown-key", 1, 21),
        # types and names
        ("records: {www: {FOO: x}}", "unknown-type", 1, 17),
        ('records: {"@": {SOA: x}}', "soa-in-records", 1, 17),
        ("records: {a..b: {A: 192.0.2.1}}", "bad-name", 1, 11),
        ('records: {"": {A: 192.0.2.1}}', "bad-name", 1, 11),
        ("records: {www.example.org.: {A: 192.0.2.1}}", "outside-zone", 1, 11),
        ("records: {notexample.com.: {A: 192.0.2.1}}", "outside-zone", 1, 11),
        # twice
        ("records:\n  www: {A: 192.0.2.1}\n  www: {TXT: x}", "duplicate-key", 3, 3),
        ("records:\n  www: {A: 192.0.2.1}\n  www: {A: 192.0.2.2}", "duplicate-key", 3, 3),
        ("records:\n  www:\n    A: 192.0.2.1\n    A: 192.0.2.2", "duplicate-key", 4, 5),
        ("records: {www: {A: 192.0.2.1}, WWW: {A: 192.0.2.2}}", "duplicate-rrset", 1, 38),
        ("records: {www: {A: 192.0.2.1, a: 192.0.2.2}}", "duplicate-rrset", 1, 31),
        ("records: {www: {A: 192.0.2.1, TYPE1: 192.0.2.2}}", "duplicate-rrset", 1, 31),
        ('records: {"@": {A: 192.0.2.1}, example.com.: {A: 192.0.2.2}}', "duplicate-rrset", 1, 47),
        ("ttl: 5\nttl: 6", "duplicate-key", 2, 1),
        ("records: {}\nrecords: {}", "duplicate-key", 2, 1),
        ("soa: {mname: a, mname: b}", "duplicate-key", 1, 17),
        ("records: {www: {A: {ttl: 5, ttl: 6, values: [192.0.2.1]}}}", "duplicate-key", 1, 29),
        ("records: {www: {A: {values: [192.0.2.1], values: [192.0.2.1]}}}", "duplicate-key", 1, 42),
        ("records: {www: {MX: {preference: 5, preference: 6, exchange: a}}}", "duplicate-key", 1, 37),
        # providers
        ("records: {www: {A: {only: [primry], values: 192.0.2.1}}}", "unknown-provider", 1, 28),
        ("records: {www: {A: {except: primry, values: 192.0.2.1}}}", "unknown-provider", 1, 29),
        ("records: {www: {A: {only: [], values: 192.0.2.1}}}", "bad-value", 1, 27),
        ("records: {www: {A: {by_provider: {primry: 192.0.2.1}, comment: x}}}", "unknown-provider", 1, 35),
        ("records: {www: {A: {by_provider: {primary: 192.0.2.x}, comment: x}}}", "bad-value", 1, 44),
        ("records: {www: {A: {by_provider: {default: 192.0.2.x}, comment: x}}}", "bad-value", 1, 44),
        ("records: {www: {A: {by_provider: {}, comment: x}}}", "bad-value", 1, 34),
        (
            "records: {www: {A: {by_provider: {primary: {only: [primary], values: 192.0.2.1}}, comment: x}}}",
            "misplaced-key",
            1,
            45,
        ),
        ("records: {www: {A: {values: 192.0.2.1, alias: {target: a}}}}", "bad-value", 1, 40),
        ("records: {www: {A: {only: primary, except: secondary, values: 192.0.2.1}}}", "bad-value", 1, 36),
        ('records: {"@": {NS: {only: [primary], values: ns1}}}', "apex-ns-by-provider", 1, 22),
        ('records: {"@": {NS: {alias: {target: a}}}}', "bad-value", 1, 22),
        ("records: {www: {A: {comment: [x], values: 192.0.2.1}}}", "bad-value", 1, 30),
        # aliases of Route 53
        ("records: {www: {A: {alias: x}}}", "bad-value", 1, 28),
        ("records: {www: {A: {alias: {}}}}", "bad-value", 1, 28),
        ("records: {www: {A: {alias: {target: a.b}}}}", "undotted-name", 1, 37),
        ("records: {www: {A: {alias: {targt: a}}}}", "unknown-key", 1, 29),
        ("records: {www: {A: {alias: {target: a, zone_id: Z-1}}}}", "bad-value", 1, 49),
        ("records: {www: {A: {alias: {target: a, evaluate_target_health: on}}}}", "bad-value", 1, 64),
        # settings
        ("record: {}", "unknown-key", 1, 1),
        ("ttl: 1x", "bad-ttl", 1, 6),
        ("ttl: [5]", "bad-value", 1, 6),
        ("ttl: ~", "empty-value", 1, 6),
        ("zone: a..b", "bad-name", 1, 7),
        ("zone: example.com@internal", "bad-name", 1, 7),
        ("view: a b", "bad-value", 1, 7),
        ("providers: []", "no-providers", 1, 12),
        ("providers: [a, a]", "duplicate-value", 1, 16),
        ("unmanaged: maybe", "bad-value", 1, 12),
        ("ignore: [{}]", "bad-value", 1, 10),
        ("ignore: [{type: FOO}]", "unknown-type", 1, 17),
        ("ignore: [{nam: x, type: A}]", "unknown-key", 1, 11),
        ("ignore: [{name: müller*}]", "bad-name", 1, 17),
        ('ignore: [{name: "[ü]"}]', "bad-name", 1, 17),
        ('ignore: [{name: "a.*.mü?ller"}]', "bad-name", 1, 17),
        ("ignore: [{name: 'a\\.ü'}]", "bad-name", 1, 17),
        ("ignore: [{type: A, name: ---ü}]", "bad-name", 1, 26),
        ("ignore: [{name: www.example.org.}]", "outside-zone", 1, 17),
        ("ignore: [{name: notexample.com.}]", "outside-zone", 1, 17),
        ('ignore: [{name: "*.com."}]', "outside-zone", 1, 17),
        ('ignore: [{name: "?.example.com."}]', "bad-name", 1, 17),
        ("ignore: [{owner: me}, {name: x}]", "bad-value", 1, 18),
        ("allow: [{reason: x}]", "bad-value", 1, 9),
        ("allow: [{rule: x, until: 2027-13-01}]", "bad-value", 1, 26),
        ("lint: {ignre: []}", "unknown-key", 1, 8),
        ("soa: {serial: 5}", "soa-serial", 1, 7),
        ("soa: {minimum: x}", "bad-ttl", 1, 16),
        ("soa: {minimum: 4294967296}", "bad-ttl", 1, 16),
        ("soa: {expire: 7102w}", "bad-ttl", 1, 15),
        ("soa: {ttl: 2147483648}", "bad-ttl", 1, 12),
        ("soa: {mname: a.b}", "undotted-name", 1, 14),
        ("soa: {rname: joe@example.com}", "bad-name", 1, 14),
        ("soa: x", "bad-value", 1, 6),
        ("nameservers: atuo", "bad-value", 1, 14),
        ("nameservers: []", "bad-value", 1, 14),
        ("nameservers: [a.b]", "undotted-name", 1, 15),
        ("nameservers: {host: [a]}", "unknown-key", 1, 15),
        ("nameservers: {hosts: [a, b.c]}", "undotted-name", 1, 26),
        ("nameservers: {auto: {primry: 2}}", "unknown-provider", 1, 22),
        ("nameservers: {auto: {primary: x}}", "bad-value", 1, 31),
        ('nameservers: [a]\nrecords: {"@": {NS: a}}', "nameservers-twice", 1, 1),
        ("networks: {primry: [net-1]}", "unknown-provider", 1, 12),
        ("networks: [net-1]", "bad-value", 1, 11),
        ("networks: {primary: {net: 1}}", "bad-value", 1, 21),
        ("networks: {primary: [[net-1]]}", "bad-value", 1, 22),
        ("networks: {primary: [net-1, ~]}", "empty-value", 1, 29),
        ("networks: {primary: }", "empty-value", 1, 21),
        ("include: nothing.yaml", "missing-file", 1, 10),
        ("include: [../elsewhere.yaml]", "include-outside", 1, 11),
        ("include: example.com.yaml", "include-cycle", 1, 10),
        ('include: "a\\0b"', "missing-file", 1, 10),
        # shape
        ("records: [a]", "bad-value", 1, 10),
        ("records:", "empty-value", 1, 9),
        ("records: {www: 192.0.2.1}", "bad-value", 1, 16),
        ("records: {www: ~}", "empty-value", 1, 16),
        ("records: {[a]: {A: 192.0.2.1}}", "bad-key", 1, 11),
        ("records: {www: {{a: b}: x}}", "bad-key", 1, 17),
        ("[a]", "bad-file", 1, 1),
        ("text", "bad-file", 1, 1),
        ("", "empty-file", 1, 1),
        ("# nothing\n", "empty-file", 1, 1),
        ("---\n", "empty-file", 1, 1),
        # YAML
        ("records: {www: {A: *nope}}", "unknown-anchor", 1, 20),
        ("records: &a {www: *a}", "unknown-anchor", 1, 19),
        ("records: {www: {A: {values: *nope}}}", "unknown-anchor", 1, 29),
        ("records: {www: {A: {values: [*nope], ttl: 60}}}", "unknown-anchor", 1, 30),
        ("records: {www: {A: {values: *nope, only: primary}}}", "unknown-anchor", 1, 29),
        ("records: {www: {<<: text}}", "bad-merge", 1, 21),
        ("!!python/object:os.system {}", "yaml-tag", 1, 1),
        ("records: {www: {TXT: !!int 5}}", "yaml-tag", 1, 22),
        ("records: !!set {}", "yaml-tag", 1, 10),
        ("a: b: c", "yaml-syntax", 1, 5),
        ("records:\n  *.dev: {A: 192.0.2.1}", "yaml-syntax", 2, 4),
        ("records:\n\twww: {}", "yaml-syntax", 2, 1),
        ("records: {}\n---\nrecords: {}", "yaml-syntax", 2, 1),
        ("records: {www: {TXT: 'open}}", "yaml-syntax", 1, 22),
    ],
)
def test_a_mistake_is_one_finding_at_its_place(tmp_path, text, rule, line, column):
    assert found(tmp_path, text) == [(rule, line, column)]


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        (b"records:\n  w: {A: \x00}", 2, 10),
        (b"records:\n  w: {A: \x07}", 2, 10),
        (b"records:\n  w: {A: \xff}", 2, 10),
        (b"# caf\xe9 au lait\nrecords: {}", 1, 6),
        ("# ü\nrecords: {ü: {A: \x07}}".encode(), 2, 18),
        ("records: {}".encode("utf-16"), 1, 1),
    ],
)
def test_what_is_no_text_is_a_finding_at_its_place(tmp_path, content, line, column):
    assert found(tmp_path, content) == [("yaml-syntax", line, column)]


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("record: {}", "did you mean `records`?"),
        ("records: {www: {A: {tll: 5, values: x}}}", "did you mean `ttl`?"),
        ("records: {www: {A: {only: [primry], values: 192.0.2.1}}}", "did you mean `primary`?"),
        ("nameservers: {host: [a]}", "did you mean `hosts`?"),
        ("unmanaged: kep", "did you mean `keep`?"),
        ("ignore: [{name: müller*}]", "write the A-label of the whole label (`xn--...`), or a glob without it"),
        ("soa: {rname: j.doe@example.com}", "write `j\\.doe.example.com.` (RFC 1035 section 3.3.13)"),
    ],
)
def test_a_mistake_comes_with_the_next_step(tmp_path, text, advice):
    assert load(tmp_path, text)[1][0].help == advice


def test_a_name_with_two_readings_is_shown_in_both(tmp_path):
    (finding,) = load(tmp_path, "records: {www: {CNAME: mail.example.org}}")[1]

    assert "`mail.example.org.`" in finding.help
    assert "`mail.example.org.example.com.`" in finding.help
    assert (finding.zone, finding.name, finding.type) == ("example.com", "www.example.com.", "CNAME")


def test_an_unquoted_star_is_explained(tmp_path):
    (finding,) = load(tmp_path, "records:\n  *.dev: {A: 192.0.2.1}")[1]

    assert '"*.dev"' in finding.help
    assert finding.excerpt == "  *.dev: {A: 192.0.2.1}"


def test_all_mistakes_of_a_file_are_found_in_one_run_in_order(tmp_path):
    text = """\
ttl: 1x
providrs: [a]
soa: {minimum: y, mname: a.b, serial: 5}
nameservers: [c.d]
ignore: [{owner: me}, {type: FOO}]
records:
  a..b: {A: 192.0.2.x}
  www:
    A: [192.0.2.1, 192.0.2.300]
    CNAME: mail.example.org
  "@": {SOA: x}
"""

    assert found(tmp_path, text) == [
        ("bad-ttl", 1, 6),
        ("unknown-key", 2, 1),
        ("bad-ttl", 3, 16),
        ("undotted-name", 3, 26),
        ("soa-serial", 3, 31),
        ("undotted-name", 4, 15),
        ("bad-value", 5, 18),
        ("unknown-type", 5, 30),
        ("bad-name", 7, 3),
        ("bad-value", 7, 13),
        ("bad-value", 9, 20),
        ("undotted-name", 10, 12),
        ("soa-in-records", 11, 9),
    ]


def test_a_wrong_value_behind_an_anchor_is_told_once(tmp_path):
    assert found(tmp_path, "records: {a: {A: &x 1.2.3}, b: {A: *x}, c: {A: [*x]}}") == [("bad-value", 1, 18)]


def test_a_syntax_error_does_not_hide_what_was_found_before_it(tmp_path):
    rules = [
        rule for rule, _, _ in found(tmp_path, "records:\n  a: {A: 192.0.2.1}\n  a: {A: {ttl: x, values: [y]}}\n  b: [")
    ]

    assert rules == ["duplicate-key", "yaml-syntax"]


@pytest.mark.parametrize("count", [MAX_FINDINGS, MAX_FINDINGS + 50, 30_000])
def test_findings_are_bounded_and_the_rest_is_counted(tmp_path, count):
    _, findings = load(tmp_path, "records:\n" + "".join(f"  h{number}: {{A: x}}\n" for number in range(count)))

    assert len(findings) == min(count, MAX_FINDINGS + 1)
    if count > MAX_FINDINGS:
        assert findings[-1].rule == "too-many-findings"
        assert findings[-1].is_error
        assert ("50" if count == MAX_FINDINGS + 50 else "more than") in findings[-1].message


def test_a_difference_by_provider_wants_a_comment(tmp_path):
    text = "records: {www: {A: {by_provider: {primary: 192.0.2.1, default: 192.0.2.2}}}}"
    zone, findings = load(tmp_path, text)

    assert zone is not None
    assert [(finding.rule, finding.severity) for finding in findings] == [("differs-by-provider", Severity.WARNING)]
    assert load(tmp_path, text.replace("}}}}", "}, comment: why}}}"))[1] == []


def test_a_ttl_on_an_alias_is_a_warning(tmp_path):
    zone, findings = load(tmp_path, "records: {www: {A: {ttl: 5, alias: {target: lb}}}}")

    assert zone is not None
    assert [(finding.rule, finding.severity) for finding in findings] == [("alias-ttl", Severity.WARNING)]


@pytest.mark.parametrize(
    ("name", "relative"),
    [
        ("exact.example.com", "exact"),
        ("*.Example.COM", "*"),
        ("example.com", "@"),
    ],
)
def test_an_ignored_name_that_repeats_the_zone_is_a_warning(tmp_path, name, relative):
    zone, (finding,) = load(tmp_path, f"ignore: [{{type: A, name: '{name}'}}]")

    assert zone is not None
    assert [rule.name for rule in zone.ignore] == [name.lower()]
    assert (finding.rule, finding.severity) == ("ignore-without-effect", Severity.WARNING)
    assert (str(finding.place), finding.zone) == ("example.com.yaml:1:26", "example.com")
    assert f"`{name.lower()}.example.com.`" in finding.message
    assert finding.help == f"names are relative to the zone: write `{relative}`"


def test_a_file_that_is_not_there_is_a_finding(tmp_path):
    zone, findings = load_zone(tmp_path / "none.yaml", root=tmp_path, defaults=DEFAULTS)

    assert zone is None
    assert [(finding.rule, str(finding.place)) for finding in findings] == [("missing-file", "none.yaml:1:1")]


# Several files


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)


CONFIG = Config(
    zones=("zones/*.yaml",),
    defaults=DEFAULTS,
    providers={name: ProviderConfig(name=name, type="bind") for name in ("primary", "secondary")},
)


def test_fragments_are_merged_in_and_keep_their_own_places(tmp_path):
    write(
        tmp_path,
        zones__a="zone: a.example\ninclude: shared/mail.yaml\nrecords: {www: {A: 192.0.2.1}}",
        zones__b="zone: b.example\ninclude: [shared/mail.yaml]\nproviders: [nope]",
    )
    (tmp_path / "zones/shared").mkdir()
    (tmp_path / "zones/shared/mail.yaml").write_text("include: more.yaml\nrecords: {'@': {MX: 10 mail}}")
    (tmp_path / "zones/shared/more.yaml").write_text("records:\n  mail: {A: 192.0.2.2}")
    first, second = load_zones(CONFIG, tmp_path)

    assert first.zone is not None
    assert [(*key, *rrset.rdatas) for key, rrset in first.zone.rrsets.items()] == [
        ("www.a.example.", "A", "192.0.2.1"),
        ("a.example.", "MX", "10 mail.a.example."),
        ("mail.a.example.", "A", "192.0.2.2"),
    ]
    assert [file for file, _ in first.zone.places.values()] == [
        "zones/a.yaml",
        "zones/shared/mail.yaml",
        "zones/shared/more.yaml",
    ]
    assert second.zone is None
    assert [finding.rule for finding in second.findings] == ["unknown-provider"]


def test_the_same_name_and_type_in_two_fragments_is_refused_with_both_places(tmp_path):
    write(tmp_path, a="include: [b.yaml]\nrecords: {www: {A: 192.0.2.1}}", b="records:\n  www: {A: 192.0.2.2}")
    zone, (finding,) = load_zone(tmp_path / "a.yaml", root=tmp_path, defaults=DEFAULTS)

    assert zone is None
    assert (finding.rule, str(finding.place)) == ("duplicate-rrset", "b.yaml:2:9")
    assert "a.yaml:2:20" in finding.message


@pytest.mark.parametrize(
    ("fragments", "rule", "place"),
    [
        ({"b": "include: [c.yaml]", "c": "include: [b.yaml]"}, "include-cycle", "c.yaml:1:11"),
        ({"b": "include: [c.yaml, c.yaml]", "c": "records: {}"}, "include-twice", "b.yaml:1:19"),
        ({"b": "ttl: 5\nrecords: {}"}, "unknown-key", "b.yaml:1:1"),
        ({"b": "records: {www: {A: x}}"}, "bad-value", "b.yaml:1:20"),
        ({"b": "records: {"}, "yaml-syntax", "b.yaml:1:11"),
        ({"b": "include: [x/../../../y.yaml]"}, "include-outside", "b.yaml:1:11"),
    ],
)
def test_a_mistake_in_a_fragment_is_found_there(tmp_path, fragments, rule, place):
    write(tmp_path, a="include: [b.yaml]", **fragments)
    zone, findings = load_zone(tmp_path / "a.yaml", root=tmp_path, defaults=DEFAULTS)

    assert zone is None
    assert [(finding.rule, str(finding.place)) for finding in findings] == [(rule, place)]


def test_a_link_does_not_lead_out_of_the_folder(tmp_path):
    (tmp_path / "secret.yaml").write_text("records: {}")
    (tmp_path / "root").mkdir()
    (tmp_path / "root/link.yaml").symlink_to(tmp_path / "secret.yaml")
    write(tmp_path / "root", a="include: link.yaml")

    zone, findings = load_zone(tmp_path / "root/a.yaml", root=tmp_path / "root", defaults=DEFAULTS)
    assert (zone, [finding.rule for finding in findings]) == (None, ["include-outside"])


@pytest.mark.parametrize("linked", ["file", "folder"])
def test_a_zone_file_that_leads_out_of_the_folder_is_not_read(tmp_path, linked):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/example.com.yaml").write_text("password: hunter2")
    root = tmp_path / "root"
    root.mkdir()
    if linked == "file":
        (root / "zones").mkdir()
        (root / "zones/example.com.yaml").symlink_to(tmp_path / "secret/example.com.yaml")
    else:
        (root / "zones").symlink_to(tmp_path / "secret")

    (loaded,) = load_zones(CONFIG, root)
    assert (loaded.zone, [finding.rule for finding in loaded.findings]) == (None, ["file-outside"])
    assert "hunter2" not in str(loaded)


@pytest.mark.parametrize("glob", ["../others/*.yaml", "{absolute}/*.yaml"])
def test_a_zone_file_outside_is_read_where_the_configuration_names_it(tmp_path, glob):
    (tmp_path / "others").mkdir()
    (tmp_path / "others/example.com.yaml").write_text("records: {www: {A: 192.0.2.1}}")
    (tmp_path / "root").mkdir()
    pattern = glob.format(absolute=tmp_path / "others")

    (loaded,) = load_zones(CONFIG.model_copy(update={"zones": (pattern,)}), tmp_path / "root")
    assert (loaded.zone is not None, loaded.findings) == (True, [])


def test_a_folder_that_is_linked_within_the_root_is_read(tmp_path):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared/example.com.yaml").write_text("records: {www: {A: 192.0.2.1}}")
    (tmp_path / "zones").symlink_to("shared")
    (tmp_path / "here").symlink_to(tmp_path)

    for root in (tmp_path, tmp_path / "here"):
        (loaded,) = load_zones(CONFIG, root)
        assert (loaded.zone is not None, loaded.findings) == (True, [])


def test_includes_are_bounded_in_depth(tmp_path):
    write(tmp_path, **{f"f{number}": f"include: f{number + 1}.yaml" for number in range(20)})

    zone, findings = load_zone(tmp_path / "f0.yaml", root=tmp_path, defaults=DEFAULTS)
    assert (zone, [finding.rule for finding in findings]) == (None, ["too-deep"])


def test_a_fragment_that_many_zones_share_is_blamed_once(tmp_path):
    write(
        tmp_path,
        shared="records: {www: {A: x}}",
        **{f"zones__z{number}": "include: ../shared.yaml" for number in range(5)},
    )
    loaded = load_zones(CONFIG, tmp_path)

    assert [len(each.findings) for each in loaded] == [1, 0, 0, 0, 0]
    assert [each.zone for each in loaded] == [None] * 5


def test_zones_come_by_name_and_one_zone_in_two_files_is_an_error(tmp_path):
    write(
        tmp_path,
        zones__1="zone: b.example",
        zones__2="zone: a.example",
        zones__3="zone: b.example\nview: internal",
        zones__4="zone: B.example.",
    )
    loaded = load_zones(CONFIG, tmp_path)

    assert [(str(each.id), each.file, each.zone is not None) for each in loaded] == [
        ("a.example", "zones/2.yaml", True),
        ("b.example", "zones/1.yaml", True),
        ("b.example", "zones/4.yaml", False),
        ("b.example@internal", "zones/3.yaml", True),
    ]
    assert [finding.rule for finding in loaded[2].findings] == ["duplicate-zone"]
    assert "zones/1.yaml" in loaded[2].findings[0].message


def test_the_root_zone_in_two_files_is_an_error_and_what_has_no_name_is_none(tmp_path):
    write(tmp_path, zones__0="zone: a..b", zones__1="zone: .", zones__2="zone: .", zones__3="zone: b..c")
    loaded = load_zones(CONFIG, tmp_path)

    assert [(each.file, [finding.rule for finding in each.findings]) for each in loaded] == [
        ("zones/0.yaml", ["bad-name"]),
        ("zones/1.yaml", []),
        ("zones/2.yaml", ["duplicate-zone"]),
        ("zones/3.yaml", ["bad-name"]),
    ]
    assert [each.zone is not None for each in loaded] == [False, True, False, False]


@pytest.mark.parametrize("pattern", ["zones/*.yaml", "zones/b.example.yaml", "*/b.example.yaml", "**/*.yaml", "/"])
def test_a_link_to_nowhere_makes_the_run_no_smaller(tmp_path, pattern):
    write(tmp_path, zones__a="zone: a.example")
    link = tmp_path / "zones/b.example.yaml"
    link.symlink_to("gone.yaml")
    globs = ("zones/a.yaml", str(link) if pattern == "/" else pattern)
    loaded = load_zones(CONFIG.model_copy(update={"zones": globs}), tmp_path)

    assert [str(each.id) for each in loaded] == ["a.example", "b.example"]
    assert loaded[0].zone is not None
    assert loaded[1].zone is None
    (finding,) = loaded[1].findings
    assert (finding.rule, finding.severity, finding.zone) == ("unreadable-file", Severity.ERROR, "b.example")
    assert (str(finding.place), finding.message) == (
        "zones/b.example.yaml:1:1",
        "`zones/b.example.yaml` is a symbolic link to nowhere",
    )


def test_a_link_to_itself_and_a_folder_named_as_a_zone_file_are_told(tmp_path):
    write(tmp_path, zones__a="zone: a.example")
    (tmp_path / "zones/loop.example.yaml").symlink_to("loop.example.yaml")
    (tmp_path / "zones/dir.example.yaml").mkdir()
    loaded = load_zones(CONFIG, tmp_path)

    assert [(str(each.id), [finding.rule for finding in each.findings]) for each in loaded] == [
        ("a.example", []),
        ("dir.example", ["unreadable-file"]),
        ("loop.example", ["unreadable-file"]),
    ]


def test_folders_and_an_editors_locks_that_a_glob_meets_are_no_zone_files(tmp_path):
    write(tmp_path, zones__a="zone: a.example")
    (tmp_path / "zones/shared").mkdir()
    (tmp_path / "zones/.#a.yaml").symlink_to("kim@host.1234:1")

    assert [path.name for path in zone_files(("zones/*", "zones/nothing.yaml", "zones/shared"), tmp_path)] == ["a.yaml"]


def test_only_the_zones_asked_for_are_loaded(tmp_path):
    write(
        tmp_path, zones__1="zone: b.example", zones__2="zone: b.example\nview: in", zones__3="zone: a.example\nttl: x"
    )

    assert [str(each.id) for each in load_zones(CONFIG, tmp_path, ["b.example"])] == ["b.example", "b.example@in"]
    assert [str(each.id) for each in load_zones(CONFIG, tmp_path, ["B.example.@in"])] == ["b.example@in"]


def test_findings_without_a_line_are_given_one(tmp_path):
    path = tmp_path / "example.com.yaml"
    path.write_text("records:\n  www: {A: 192.0.2.1}\n")
    _, (finding,) = load(tmp_path, "records:\n  www: {A: [192.0.2.1, 192.0.2.1]}\n")
    bare = type(finding)("low-ttl", Severity.WARNING, "low", finding.place)

    assert with_excerpts([bare], tmp_path)[0].excerpt == "  www: {A: [192.0.2.1, 192.0.2.1]}"
    assert with_excerpts([finding], tmp_path) == [finding]
    assert with_excerpts([type(finding)("x", Severity.INFO, "y")], tmp_path)[0].excerpt == ""
