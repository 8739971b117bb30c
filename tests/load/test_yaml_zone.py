from pathlib import Path

import pytest

from zonesync.load import Defaults, load_zone, place_of
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import Allow, DesiredZone, Ignore, Nameservers, Overlay, ZoneId

DEFAULTS = Defaults(ttl=3600, providers=("primary", "secondary"))


def load(folder: Path, text: str, name: str = "example.com.yaml") -> DesiredZone:
    (folder / name).write_bytes(text.encode())
    zone, findings = load_zone(folder / name, root=folder, defaults=DEFAULTS)
    assert [finding for finding in findings if finding.is_error] == []
    assert zone is not None
    return zone


def rdatas(zone: DesiredZone) -> dict[tuple[str, str], tuple[str, ...]]:
    return {(key.name, key.type): rrset.rdatas for key, rrset in zone.rrsets.items()}


WHOLE = """\
zone: example.com
view: internal
ttl: 30m
providers: [secondary, primary]
nameservers: {ttl: 1d, auto: {primary: 2, secondary: 2}}
soa: {mname: ns1, rname: hostmaster.example.com., minimum: 5m}
unmanaged: keep
ignore:
  - {name: "_acme-challenge.*", type: TXT}
  - {owner: external-dns}
allow: [{rule: low-ttl, until: 2027-01-31, reason: move of the mail host}]
lint: {ignore: [no-mx]}
records:
  "@":
    A: [192.0.2.2, 192.0.2.1]
    TXT: v=spf1 include:_spf.example.net -all
  www: {CNAME: "@"}
  api:
    A: {ttl: 60, values: [192.0.2.20]}
    SRV: [{priority: 0, weight: 5, port: 443, target: api}]
  cdn:
    A: {by_provider: {primary: {alias: {target: d111.cloudfront.net.}}, default: [192.0.2.9]}, comment: AWS alias}
  "*.dev": {CNAME: dev}
"""


def test_a_zone_file_says_everything_the_model_holds(tmp_path):
    zone = load(tmp_path, WHOLE)

    assert zone.id == ZoneId("example.com.", "internal")
    assert (zone.ttl, zone.providers, zone.unmanaged, zone.file) == (
        1800,
        ("secondary", "primary"),
        "keep",
        "example.com.yaml",
    )
    assert zone.nameservers == Nameservers("auto", (), {"primary": 2, "secondary": 2}, 86400, said=True)
    assert zone.soa == {"mname": "ns1.example.com.", "rname": "hostmaster.example.com.", "minimum": 300}
    assert zone.ignore == (Ignore("_acme-challenge.*", "TXT"), Ignore(owner="external-dns"))
    assert zone.allow == (Allow("low-ttl", "move of the mail host", "2027-01-31"),)
    assert zone.lint_ignore == ("no-mx",)
    assert rdatas(zone) == {
        ("example.com.", "A"): ("192.0.2.1", "192.0.2.2"),
        ("example.com.", "TXT"): ('"v=spf1 include:_spf.example.net -all"',),
        ("www.example.com.", "CNAME"): ("example.com.",),
        ("api.example.com.", "A"): ("192.0.2.20",),
        ("api.example.com.", "SRV"): ("0 5 443 api.example.com.",),
        ("cdn.example.com.", "A"): ("192.0.2.9",),
        ("*.dev.example.com.", "CNAME"): ("dev.example.com.",),
    }
    assert zone.rrsets[Key("api.example.com.", "A")].ttl == 60
    assert zone.rrsets[Key("api.example.com.", "SRV")].ttl == 1800
    assert zone.comments == {Key("cdn.example.com.", "A"): "AWS alias"}


def test_places_follow_the_sorted_values(tmp_path):
    zone = load(tmp_path, WHOLE)
    apex = Key("example.com.", "A")

    assert [str(place_of(zone, apex, index)) for index in (0, 1)] == ["example.com.yaml:15:20", "example.com.yaml:15:9"]
    assert str(place_of(zone, Key("www.example.com.", "CNAME"))) == "example.com.yaml:17:16"
    assert str(place_of(zone, Key("example.com.", "NS"))) == "example.com.yaml:5:14"
    assert str(place_of(zone, Key("example.com.", "SOA"))) == "example.com.yaml:6:6"
    assert place_of(zone, Key("nowhere.example.com.", "A")) is None


@pytest.mark.parametrize(
    ("rtype", "written", "texts"),
    [
        ("A", "192.0.2.1", ["192.0.2.1"]),
        ("A", "[192.0.2.1]", ["192.0.2.1"]),
        ("A", "{values: 192.0.2.1}", ["192.0.2.1"]),
        ("A", "{address: 192.0.2.1}", ["192.0.2.1"]),
        ("a", "192.0.2.1", None),
        ("AAAA", '"2001:DB8:0:0::1"', ["2001:db8::1"]),
        ("TYPE28", '"2001:db8::1"', None),
        ("CNAME", "mail", ["mail.example.com."]),
        ("CNAME", "'@'", ["example.com."]),
        ("CNAME", "Mail.Example.ORG.", ["mail.example.org."]),
        ("CNAME", "no", ["no.example.com."]),
        ("ALIAS", "d1.example.net.", ["d1.example.net."]),
        ("MX", "10 mail", ["10 mail.example.com."]),
        ("MX", "0 .", ["0 ."]),
        ("MX", "{preference: 010, exchange: mail}", ["10 mail.example.com."]),
        ("MX", "[10 b, {preference: 5, exchange: a.example.net.}]", ["10 b.example.com.", "5 a.example.net."]),
        ("SRV", "0 5 443 api", ["0 5 443 api.example.com."]),
        ("HTTPS", "1 . alpn=h2", ['1 . alpn="h2"']),
        ("HTTPS", "1 edge alpn=h2", ['1 edge.example.com. alpn="h2"']),
        ("CAA", "'0 issue \"ca.example.net\"'", ['0 issue "ca.example.net"']),
        ("TYPE65280", r"'\# 2 abcd'", [r"\# 2 abcd"]),
        ("TXT", "no", ['"no"']),
        ("TXT", "on", ['"on"']),
        ("TXT", "010", ['"010"']),
        ("TXT", "1:30", ['"1:30"']),
        ("TXT", "2027-01-31", ['"2027-01-31"']),
        ("TXT", "0x1F", ['"0x1F"']),
        ("TXT", "1_000", ['"1_000"']),
        ("TXT", ".inf", ['".inf"']),
        ("TXT", "'null'", ['"null"']),
        ("TXT", "!!str ~", ['"~"']),
        ("TXT", "''", ['""']),
        ("TXT", r"""'say "hi" \ there'""", [r'"say \"hi\" \\ there"']),
        ("TXT", "über", [r'"\195\188ber"']),
        ("TXT", "[a, b]", ['"a"', '"b"']),
        ("TXT", "[[a, b]]", ['"a" "b"']),
        ("TXT", "[['']]", ['""']),
        ("TXT", "{base64: AAH/}", [r'"\000\001\255"']),
        ("TXT", "{ttl: 5, values: [{base64: AAH/}, x]}", [r'"\000\001\255"', '"x"']),
        ("SPF", "v=spf1 -all", ['"v=spf1 -all"']),
    ],
)
def test_a_value_has_these_spellings(tmp_path, rtype, written, texts):
    zone = load(tmp_path, f"records: {{www: {{{rtype}: {written}}}}}")

    ((key, rrset),) = zone.rrsets.items()
    assert key == Key("www.example.com.", {"a": "A", "TYPE28": "AAAA"}.get(rtype, rtype)) == rrset.key
    if texts:
        assert rrset.rdatas == tuple(sorted(texts))


def test_a_long_text_is_cut_into_strings_of_255_octets(tmp_path):
    zone = load(tmp_path, f"records: {{www: {{TXT: {'x' * 300}}}}}")

    assert zone.rrsets[Key("www.example.com.", "TXT")].rdatas == (f'"{"x" * 255}" "{"x" * 45}"',)


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        ('"@"', "example.com."),
        ("example.com.", "example.com."),
        ("WWW", "www.example.com."),
        ("a.b", "a.b.example.com."),
        ("a.b.example.com.", "a.b.example.com."),
        ("www.example.com", "www.example.com.example.com."),
        ("no", "no.example.com."),
        ("bücher", "xn--bcher-kva.example.com."),
        (r"a\.b", r"a\.b.example.com."),
        ("_sip._tcp", "_sip._tcp.example.com."),
    ],
)
def test_an_owner_is_relative_to_the_zone(tmp_path, owner, name):
    assert list(load(tmp_path, f"records: {{{owner}: {{A: 192.0.2.1}}}}").rrsets) == [Key(name, "A")]


@pytest.mark.parametrize(
    ("file", "identity"),
    [
        ("example.com.yaml", ZoneId("example.com.")),
        ("example.com.yml", ZoneId("example.com.")),
        ("0%2F25.2.0.192.in-addr.arpa.yaml", ZoneId("0/25.2.0.192.in-addr.arpa.")),
        ("example.com@internal.yaml", ZoneId("example.com.", "internal")),
    ],
)
def test_a_file_without_a_zone_is_named_for_it(tmp_path, file, identity):
    assert load(tmp_path, "records: {}", file).id == identity


@pytest.mark.parametrize(
    ("said", "nameservers"),
    [
        ("records: {}", Nameservers()),
        ("nameservers: auto", Nameservers("auto", said=True)),
        ("nameservers: unmanaged", Nameservers("unmanaged", said=True)),
        (
            "nameservers: [ns2, ns1.example.net.]",
            Nameservers("list", ("ns1.example.net.", "ns2.example.com."), said=True),
        ),
        ("nameservers: {ttl: 1d, hosts: [ns1]}", Nameservers("list", ("ns1.example.com.",), ttl=86400, said=True)),
        ("nameservers: {auto: {primary: 2}}", Nameservers("auto", auto={"primary": 2}, said=True)),
        ('records: {"@": {NS: [ns1, ns2]}}', Nameservers("list", ("ns1.example.com.", "ns2.example.com."), said=True)),
        ('records: {"@": {NS: {ttl: 5, values: [ns1]}}}', Nameservers("list", ("ns1.example.com.",), ttl=5, said=True)),
    ],
)
def test_the_apex_ns_set_has_these_forms(tmp_path, said, nameservers):
    zone = load(tmp_path, said)

    assert zone.nameservers == nameservers
    assert zone.rrsets == {}


def test_a_delegation_is_an_rrset_like_any_other(tmp_path):
    zone = load(tmp_path, "records: {sub: {NS: [ns1.example.net.]}}")

    assert zone.rrsets == {
        Key("sub.example.com.", "NS"): RRset("sub.example.com.", "NS", 3600, ("ns1.example.net.",)),
    }
    assert not zone.nameservers.said


def test_only_and_except_are_kept_beside_the_rrset(tmp_path):
    zone = load(
        tmp_path,
        "records: {a: {A: {only: [primary], values: 192.0.2.1}}, b: {A: {except: primary, values: 192.0.2.1}}}",
    )

    assert zone.overlays == {
        Key("a.example.com.", "A"): Overlay(only=("primary",)),
        Key("b.example.com.", "A"): Overlay(excluded=("primary",)),
    }
    assert [key.name for key in zone.at("primary")] == ["a.example.com."]
    assert [key.name for key in zone.at("secondary")] == ["b.example.com."]


def test_by_provider_gives_each_its_own_rrset_and_the_others_the_default(tmp_path):
    forms = "{primary: {ttl: 5, values: [192.0.2.1]}, default: 192.0.2.2}"
    zone = load(tmp_path, f"records: {{a: {{A: {{ttl: 60, by_provider: {forms}, comment: why}}}}}}")

    key = Key("a.example.com.", "A")
    assert zone.at("primary")[key] == RRset(*key, 5, ("192.0.2.1",))
    assert zone.at("secondary")[key] == RRset(*key, 60, ("192.0.2.2",))


def test_by_provider_without_a_default_leaves_the_others_without(tmp_path):
    zone = load(tmp_path, "records: {a: {A: {by_provider: {primary: 192.0.2.1}, comment: why}}}")

    assert (list(zone.at("primary")), list(zone.at("secondary"))) == ([Key("a.example.com.", "A")], [])
    assert str(place_of(zone, Key("a.example.com.", "A"))) == "example.com.yaml:1:32"


def test_a_route_53_alias_has_no_ttl(tmp_path):
    alias = "{target: lb, zone_id: Z2FDTNDATAQYW2, evaluate_target_health: true}"
    zone = load(tmp_path, f"records: {{a: {{A: {{alias: {alias}}}}}}}")

    key = Key("a.example.com.", "A")
    assert zone.rrsets[key] == RRset(*key, None, ("alias lb.example.com. Z2FDTNDATAQYW2 true",))


def test_an_anchor_carries_values_names_and_whole_rrsets(tmp_path):
    zone = load(
        tmp_path,
        """\
records:
  a: {A: &one 192.0.2.1}
  b: {A: [*one, &two 192.0.2.2]}
  c: &types {A: {ttl: 5, values: &list [*one, *two]}, TXT: x}
  d: *types
  e: {A: *list}
  &f f: {CNAME: *f}
""",
    )

    both = ("192.0.2.1", "192.0.2.2")
    assert rdatas(zone) == {
        ("a.example.com.", "A"): both[:1],
        ("b.example.com.", "A"): both,
        ("c.example.com.", "A"): both,
        ("c.example.com.", "TXT"): ('"x"',),
        ("d.example.com.", "A"): both,
        ("d.example.com.", "TXT"): ('"x"',),
        ("e.example.com.", "A"): both,
        ("f.example.com.", "CNAME"): ("f.example.com.",),
    }


def test_what_is_written_beats_what_a_merge_key_brings(tmp_path):
    fragment = """\
records:
  a: &a {A: 192.0.2.1, TXT: a}
  b: &b {A: 192.0.2.2, MX: 10 m}
  c: {<<: *a, TXT: c}
  d:
    <<: [*a, *b]
    AAAA: "2001:db8::1"
  e:
    A:
      <<: &ttl {ttl: 5}
      values: [192.0.2.5]
  f: {<<: *b}
"""
    zone = load(tmp_path, fragment)

    found = rdatas(zone)
    assert found[("c.example.com.", "A")] == ("192.0.2.1",)
    assert found[("c.example.com.", "TXT")] == ('"c"',)
    assert found[("d.example.com.", "A")] == ("192.0.2.1",)
    assert found[("d.example.com.", "MX")] == ("10 m.example.com.",)
    assert zone.rrsets[Key("e.example.com.", "A")].ttl == 5
    assert found[("f.example.com.", "A")] == ("192.0.2.2",)


def test_a_quoted_merge_sign_is_a_name(tmp_path):
    assert list(load(tmp_path, 'records: {"<<": {A: 192.0.2.1}}').rrsets) == [Key("<<.example.com.", "A")]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path):
    zone = load(tmp_path, "\ufeffrecords:\r\n  www: {A: 192.0.2.1}\r\n")

    assert str(place_of(zone, Key("www.example.com.", "A"))) == "example.com.yaml:2:12"


def test_a_value_given_twice_is_a_warning_and_counts_once(tmp_path):
    path = tmp_path / "example.com.yaml"
    path.write_text("records:\n  www:\n    AAAA:\n    - '2001:db8::1'\n    - '2001:DB8::1'\n")
    zone, findings = load_zone(path, root=tmp_path, defaults=DEFAULTS)

    assert [(finding.rule, str(finding.place)) for finding in findings] == [("duplicate-value", "example.com.yaml:5:7")]
    assert zone is not None
    assert rdatas(zone) == {("www.example.com.", "AAAA"): ("2001:db8::1",)}
    assert str(place_of(zone, Key("www.example.com.", "AAAA"))) == "example.com.yaml:4:7"


def test_soa_times_have_32_bits(tmp_path):
    zone = load(tmp_path, "soa: {refresh: 4294967295, retry: 7101w, expire: 2147483648, minimum: 0, ttl: 2147483647}")

    assert zone.soa == {"refresh": 2**32 - 1, "retry": 4294684800, "expire": 2**31, "minimum": 0, "ttl": 2**31 - 1}


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("_ACME-Challenge.*", "_acme-challenge.*"),
        ("@", "@"),
        ("müller", "xn--mller-kva"),
        ("*.MÜLLER.b", "*.xn--mller-kva.b"),
        ("www.example.com.", "www"),
        ("WWW.Example.COM.", "www"),
        ("müller.example.com.", "xn--mller-kva"),
        ("a*.b.example.com.", "a*.b"),
        ("example.com.", "@"),
        # a star below the zone leaves out the zone itself, which is spelled `@`
        ("*.example.com.", "[!@]*"),
        ("*example.com", "*example.com"),
        ("a\\.b", "a\\.b"),
    ],
)
def test_an_ignored_name_is_spelled_as_names_are_matched(tmp_path, written, name):
    zone = load(tmp_path, f"ignore: [{{name: '{written}'}}]")

    assert [rule.name for rule in zone.ignore] == [name]


@pytest.mark.parametrize(
    ("written", "name"), [("com", "com."), ("Com.", "com."), ("*.com", "*.com."), ("x*", "x*"), ("@", "@"), (".", "@")]
)
def test_names_ignored_in_the_root_zone_end_in_its_dot(tmp_path, written, name):
    zone = load(tmp_path, f"zone: .\nignore: [{{name: '{written}'}}]")

    assert [rule.name for rule in zone.ignore] == [name]


@pytest.mark.parametrize(
    ("said", "networks", "places"),
    [
        ("", {}, {}),
        ("networks: {primary: [b, a]}", {"primary": ("b", "a")}, {"primary": [(1, 22), (1, 25)]}),
        ("networks: {primary: a, secondary: []}", {"primary": ("a",), "secondary": ()}, None),
        ("networks:\n  secondary:\n  - vpc-1", {"secondary": ("vpc-1",)}, {"secondary": [(3, 5)]}),
    ],
)
def test_networks_are_read_as_they_are_written_with_their_places(tmp_path, said, networks, places):
    zone = load(tmp_path, said or "records: {}")
    assert dict(zone.networks) == networks
    assert zone.network_places.keys() == networks.keys()
    if places is not None:
        found = {
            provider: [(place >> 20, place & 0xFFFFF) for place in mine]
            for provider, mine in zone.network_places.items()
        }
        assert found == places


def test_a_network_that_is_listed_twice_counts_once_and_is_a_warning(tmp_path):
    path = tmp_path / "example.com.yaml"
    path.write_text("networks: {primary: [a, b, a]}\nnameservers: unmanaged\nrecords: {}")
    zone, (finding,) = load_zone(path, root=tmp_path, defaults=Defaults(providers=("primary",)))
    assert zone.networks == {"primary": ("a", "b")}
    assert (finding.rule, finding.is_error, finding.place.column) == ("duplicate-value", False, 28)
