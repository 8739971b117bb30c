"""Situations that a rule's own example does not show: the value that is reported, and near misses."""

from collections.abc import Callable
from textwrap import dedent

import pytest

from zonesync.findings import Finding
from zonesync.model.zone import DesiredZone

Findings = Callable[..., list[Finding]]
Zones = Callable[..., DesiredZone]

# rule, zone text, (name, line) of each finding
BAD = [
    ("several-cname-values", "a: {CNAME: [b.example.net., c.example.net.]}", [("a", 1)]),
    ("cname-and-other-data", "a: {CNAME: b.example.net., MX: 10 m.example.net., A: 11.0.0.1}", [("a", 1)]),
    ("occluded-data", "d: {NS: [n.example.net., m.example.net.], TXT: t}", [("d", 1)]),
    ("occluded-data", "d: {NS: [n.example.net., m.example.net.]}\nx.y.d: {CNAME: q.example.net.}", [("x.y.d", 2)]),
    ("below-dname", '"@": {DNAME: example.net.}\nx.y: {A: 11.0.0.1}', [("x.y", 2)]),
    ("ns-without-address", "nameservers: [ns1, ns2.example.net.]", [("@", 1)]),
    ("ns-without-address", "d: {NS: [n.example.net., d]}", [("d", 1)]),
    ("ns-is-cname", "nameservers: [ns1, ns2.example.net.]\nrecords: {ns1: {CNAME: h.example.net.}}", [("@", 1)]),
    ("one-name-server", "nameservers: [ns1.example.net.]", [("@", 1)]),
    ("cname-loop", "a: {CNAME: a}", [("a", 1)]),
    ("cname-loop", "a: {CNAME: b}\nb: {CNAME: c}\nc: {CNAME: b}", [("b", 2)]),
    ("cname-loop", "a: {ALIAS: b}\nb: {CNAME: a}", [("a", 1)]),
    ("dangling-target", '"*.w": {A: 11.0.0.1}\na.b.w: {A: 11.0.0.1}\nx: {CNAME: q.b.w}', [("x", 3)]),
    ("dangling-target", "_s._tcp: {SRV: [0 0 1 h, 0 0 2 i]}\nh: {A: 11.0.0.1}", [("_s._tcp", 1)]),
    ("dangling-target", "a: {MX: 10 gone}", [("a", 1)]),
    ("undotted-target", "a: {CNAME: www.example.com.example.com.}", [("a", 1)]),
    ("undotted-target", '"@": {MX: 10 mx.example.org.example.com.}', [("@", 1)]),
    ("undotted-target", 'zone: 2.0.192.in-addr.arpa\nrecords: {"9": {PTR: h.example.com}}', [("9", 2)]),
    ("repeated-zone-name", "example.com: {A: 11.0.0.1}", [("example.com", 1)]),
    ("low-ttl", "ttl: 30\nrecords:\n  a: {A: 11.0.0.1}\n  b: {A: 11.0.0.1}", [("@", 1)]),
    ("zero-ttl", "a: {A: {ttl: 0, values: 11.0.0.1}}", [("a", 1)]),
    ("private-address", 'a: {AAAA: ["2a00:1450::1", "fd00::1"]}', [("a", 1)]),
    ("private-address", "a: {A: [100.64.0.1, 11.0.0.1]}", [("a", 1)]),
    ("private-address", 'a: {AAAA: "fe80::1"}', [("a", 1)]),
    ("unroutable-address", 'a: {AAAA: "::ffff:11.0.0.1"}', [("a", 1)]),
    ("unroutable-address", "a: {A: 239.0.0.1}", [("a", 1)]),
    ("underscore-in-host-name", "nameservers: [n_s.example.net., ns2.example.net.]", [("@", 1)]),
    ("bad-host-name", "a/b: {A: 11.0.0.1}", [("a/b", 1)]),
    ("misplaced-wildcard", '"*.*": {A: 11.0.0.1}', [("*.*", 1)]),
    ("srv-owner-shape", "sip: {SRV: 0 0 1 h.example.net.}", [("sip", 1)]),
    ("address-as-target", "a: {CNAME: 11.0.0.1.}", [("a", 1)]),
    ("address-as-target", "a: {CNAME: 11.0.0.1}", [("a", 1)]),
    ("null-mx-and-others", "a: {MX: [10 m.example.net., 0 .]}", [("a", 1)]),
    ("spf-syntax", "a: {TXT: [other, v=spf1 ipv4:1.2.3.4 -all]}", [("a", 1)]),
    ("spf-loop", '"@": {TXT: v=spf1 redirect=example.com}', [("@", 1)]),
    ("spf-void-lookup", '"@": {TXT: "v=spf1 a:gone.example.com -all"}', [("@", 1)]),
    ("dmarc-syntax", "_dmarc: {TXT: p=none; v=DMARC1}", [("_dmarc", 1)]),
    ("dmarc-syntax", '_dmarc: {TXT: "v=DMARC1; p=none; p=reject"}', [("_dmarc", 1)]),
    ("dkim-syntax", "s._domainkey: {TXT: k=rsa}", [("s._domainkey", 1)]),
    ("dkim-syntax", "s._domainkey: {TXT: v=DKIM1; k=dsa; p=AAAA}", [("s._domainkey", 1)]),
    ("dkim-syntax", "s._domainkey: {TXT: v=DKIM1; p=AAAA}", [("s._domainkey", 1)]),
    ("unknown-caa-tag", "a: {CAA: 128 tbs unknown}", [("a", 1)]),
    ("caa-value-syntax", 'a: {CAA: 0 issue "lets encrypt"}', [("a", 1)]),
    ("caa-value-syntax", "a: {CAA: 0 iodef mail@example.com}", [("a", 1)]),
    ("ptr-owner-shape", 'zone: 2.0.192.in-addr.arpa\nrecords: {"256": {PTR: h.example.com.}}', [("256", 2)]),
    ("ptr-owner-shape", 'zone: 8.b.d.0.1.0.0.2.ip6.arpa\nrecords: {"1.0": {PTR: h.example.com.}}', [("1.0", 2)]),
    ("soa-timers", "soa: {refresh: 1w, expire: 1d}", [("@", 1), ("@", 1)]),
    ("soa-timers", "soa: {minimum: 2d}", [("@", 1)]),
    ("soa-timers", "soa: {retry: 10}", [("@", 1)]),
    ("spf-void-lookup", '"*": {TXT: t}\n"@": {TXT: "v=spf1 a:any.example.com -all"}', [("@", 2)]),
    ("mta-sts-syntax", "_mta-sts: {TXT: v=STSv1; id=1; id=2}", [("_mta-sts", 1)]),
    ("tls-rpt-syntax", "_smtp._tls: {TXT: v=TLSRPTv1}", [("_smtp._tls", 1)]),
]

GOOD = {
    "a CNAME with the DNSSEC records that belong beside it": "a: {CNAME: b.example.net., NSEC: b CNAME RRSIG NSEC}",
    "glue at and below a delegation": "d: {NS: [d, n.d], A: 11.0.0.1}\nn.d: {A: 11.0.0.1}",
    "a name server under another delegation": (
        "d: {NS: [n.e, n.example.net.]}\ne: {NS: [a.example.net., b.example.net.]}"
    ),
    "a name server of the zone itself under a delegation": (
        "nameservers: [n.e, n.example.net.]\nrecords: {e: {NS: [a.example.net., b.example.net.]}}"
    ),
    "a name that only begins like a delegation": "d: {NS: [a.example.net., b.example.net.]}\nad: {TXT: t}",
    "an escaped dot is no border of labels": "b: {NS: [a.example.net., b.example.net.]}\n'a\\.b': {TXT: t}",
    "a target that a wildcard answers": '"*": {A: 11.0.0.1}\nx: {CNAME: any}',
    "a target at a name server of a delegation": "d: {NS: [a.example.net., b.example.net.]}\nx: {CNAME: www.d}",
    "a target below a DNAME": "d: {DNAME: example.net.}\nx: {CNAME: www.d}",
    "a target that others manage": 'ignore: [{name: "ext-*"}]\nrecords: {x: {CNAME: ext-1}}',
    "a target that external-dns may own": "ignore: [{owner: external-dns}]\nrecords: {x: {CNAME: web}}",
    "a target in a zone that is not all ours": "unmanaged: keep\nrecords: {x: {CNAME: web}}",
    "a subdomain called like a country": "a.de: {A: 11.0.0.1}\nx: {CNAME: a.de}",
    "a subdomain called like a top-level domain, delegated": (
        "in: {NS: [a.example.net., b.example.net.]}\nx: {CNAME: www.in}"
    ),
    "two CNAMEs in a row": "a: {CNAME: b}\nb: {CNAME: c.example.net.}",
    "a target with an ALIAS": '"@": {ALIAS: w.example.net., MX: "10 @"}',
    "mail for a CNAME's owner elsewhere": "a: {MX: 10 m.example.net.}",
    "a low TTL just high enough": "a: {A: {ttl: 60, values: 11.0.0.1}}",
    "addresses beside the private ranges": "a: {A: [11.0.0.1, 172.15.0.1, 172.32.0.1, 192.169.0.1, 100.128.0.1]}",
    "an AAAA that only begins like a private one": 'a: {AAAA: ["fe00::1", "::1:2:3", "2a00:fd00::1"]}',
    "a wildcard host": '"*.w": {A: 11.0.0.1}',
    "an underscore where protocols put it": "_x: {TXT: t}\n_y._z: {CNAME: q.example.net.}",
    "a service instance": "'My\\032Printer._ipp._tcp': {SRV: 0 0 631 p.example.net.}",
    "a service at a wildcard": '"*._tcp": {SRV: 0 0 1 p.example.net.}',
    "a TLSA that a CNAME leads to": (
        "_25._tcp: {CNAME: t}\nt: {TLSA: 3 1 1 e2d3c916f6deeac73294e8268fb5885044a833fc5459588f4a9184cfc41a5766}"
    ),
    "SPF with every kind of term": (
        '"@": {A: 11.0.0.1, MX: 0 m.example.net., TXT: "v=spf1 a/24//64 mx ip4:11.0.0.0/8 ip6:2a00::/16 '
        'exists:%{ir}.%{v}._spf.%{d2} include:_s.example.net exp=why.example.net x-tag=1 ~all"}'
    ),
    "texts that are no SPF": '"@": {TXT: [spf2.0/pra -all, v=verify, verification=v=spf1]}',
    "a domain that sends no mail": '"@": {MX: 0 ., TXT: v=spf1 -all}\n_dmarc: {TXT: v=DMARC1;p=REJECT;}',
    "a wildcard of revoked DKIM keys": '"*._domainkey": {TXT: v=DKIM1; p=}',
    "a DKIM key behind a CNAME": "s._domainkey: {CNAME: s.dkim.example.net.}",
    "no authority at all in CAA": 'a: {CAA: [0 issue ";", 0 iodef "mailto:a@example.com"]}',
    "a range by RFC 2317": (
        "zone: 2.0.192.in-addr.arpa\n"
        'records:\n  "0/25": {NS: [a.example.net., b.example.net.]}\n  "9": {CNAME: 9.0/25.2.0.192.in-addr.arpa.}'
    ),
    "IPv6 in reverse": (
        "zone: 8.b.d.0.1.0.0.2.ip6.arpa\n"
        'records: {"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0": {PTR: h.example.com.}}'
    ),
    "an empty zone": "records: {}",
}


@pytest.mark.parametrize(("rule", "text", "expected"), BAD, ids=[f"{row[0]}: {row[1][:50]}" for row in BAD])
def test_a_rule_reports_the_right_value(
    rule: str, text: str, expected: list[tuple[str, int]], findings_of: Findings, zone_of: Zones
) -> None:
    findings = [finding for finding in findings_of(text) if finding.rule == rule]

    apex = zone_of(text).apex
    names = [apex if name == "@" else f"{name}.{apex}" for name, _ in expected]
    assert [finding.name for finding in findings] == names
    assert [finding.place.line if finding.place else 0 for finding in findings] == [line for _, line in expected]


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD.keys())
def test_what_is_right_is_not_reported(text: str, findings_of: Findings) -> None:
    assert [finding.message for finding in findings_of(dedent(text))] == []


def test_the_value_at_fault_is_pointed_at_among_several(findings_of: Findings) -> None:
    text = "a:\n  A:\n    - 11.0.0.2\n    - 10.0.0.1\n    - 11.0.0.1"
    (finding,) = findings_of(text)
    assert str(finding.place) == "zone.yaml:4:7"


def test_a_default_ttl_out_of_range_is_told_once(findings_of: Findings) -> None:
    text = "ttl: 10\nrecords: {a: {A: 11.0.0.1}, b: {A: 11.0.0.2}, c: {A: {ttl: 20, values: 11.0.0.3}}}"
    assert [(finding.name, finding.type) for finding in findings_of(text)] == [
        ("example.com.", ""),
        ("c.example.com.", "A"),
    ]
