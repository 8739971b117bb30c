"""How the fake of Cloud DNS spells rdata, and what it does not take."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.gcloud_rdata import TYPES, dotted, stored
from tests.support.examples import examples

SPELLED = [
    ("A", "192.0.2.1", "192.0.2.1"),
    ("AAAA", "2001:0DB8:0:0:0:0:0:1", "2001:db8::1"),
    ("AAAA", "::", "::"),
    ("ALIAS", "Target.Example.", "target.example."),
    ("CAA", '0 issue "ca.example"', '0 issue "ca.example"'),
    ("CAA", "0 issue ca.example", '0 issue "ca.example"'),
    ("CAA", "128 iodef mailto:a@example;b=c", '128 iodef "mailto:a@example;b=c"'),
    ("CAA", '0 issue ";"', '0 issue ";"'),
    ("CNAME", "WWW.Example.", "www.example."),
    ("DNSKEY", "257 3 8 AQNR U3mG", "257 3 8 AQNRU3mG"),
    ("DS", f"1 8 2 {'AB' * 32}", f"1 8 2 {'ab' * 32}"),
    ("HTTPS", "0 Svc.Example.", "0 svc.example."),
    ("IPSECKEY", "10 3 2 GW.Example. AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==", None),
    ("IPSECKEY", "10 1 2 192.0.2.38 AQNRU3mG", "10 1 2 192.0.2.38 AQNRU3mG"),
    ("MX", "010 Mail.Example.", "10 mail.example."),
    ("MX", "0 .", "0 ."),
    ("NAPTR", '10 100 "S" "SIP+D2U" "!^.*$!sip:info@example.com!" .', None),
    ("NAPTR", '10 100 "S" "SIP+D2U" "" Sip.Example.', '10 100 "S" "SIP+D2U" "" sip.example.'),
    ("NS", "NS1.Example.", "ns1.example."),
    ("PTR", "Host.Example.", "host.example."),
    ("SOA", "NS.Example. Host.Example. 1 2 3 4 5", "ns.example. host.example. 1 2 3 4 5"),
    ("SPF", "v=spf1 -all", '"v=spf1" "-all"'),
    ("SRV", "0 5 05060 Sip.Example.", "0 5 5060 sip.example."),
    ("SSHFP", f"1 1 {'AB' * 20}", f"1 1 {'ab' * 20}"),
    ("SVCB", "1 Svc.Example. alpn=h2,h3", '1 svc.example. alpn="h2,h3"'),
    ("TLSA", f"3 1 0 {'AB' * 100}", f"3 1 0 {'ab' * 100}"),
    ("TXT", '"v=DKIM1; k=rsa"', '"v=DKIM1; k=rsa"'),
    ("TXT", "v=DKIM1; k=rsa", '"v=DKIM1;" "k=rsa"'),
    ("TXT", '"a"  "b"', '"a" "b"'),
    ("TXT", '""', '""'),
    ("TXT", '"a\\;b"', '"a;b"'),
    ("TXT", '"say \\"hi\\" \\\\"', '"say \\"hi\\" \\\\"'),
    ("TXT", '"\\065\\200"', '"A\\200"'),
    ("TXT", '"\u00fc"', '"\\195\\188"'),
    ("TXT", f'"{"x" * 255}"', f'"{"x" * 255}"'),
]


@pytest.mark.parametrize(("rtype", "text", "kept"), SPELLED)
def test_rdata_is_listed_in_the_services_own_spelling(rtype, text, kept):
    assert stored(rtype, text) == (kept or text.replace("GW.Example", "gw.example"))


@pytest.mark.parametrize(("rtype", "text", "kept"), SPELLED)
def test_the_services_own_spelling_stays_as_it_is(rtype, text, kept):
    assert stored(rtype, stored(rtype, text)) == stored(rtype, text)


def test_every_type_has_its_line_in_the_table():
    assert {rtype for rtype, *_ in SPELLED} == TYPES


def taken(rtype, text):
    try:
        stored(rtype, text)
    except ValueError:
        return False
    return True


REFUSED = [
    ("A", "192.0.2"),
    ("A", "192.0.2.256"),
    ("A", "192.0.2.01"),
    ("A", "2001:db8::1"),
    ("A", ""),
    ("AAAA", "192.0.2.1"),
    ("AAAA", "fe80::1%eth0"),
    ("CAA", "0 issue"),
    ("CAA", "256 issue ca.example"),
    ("CNAME", "www.example"),
    ("CNAME", "www..example."),
    ("CNAME", "www example."),
    ("CNAME", ""),
    ("CNAME", f"{'x' * 64}."),
    ("CNAME", "x." * 128),
    ("CNAME", "w\u00fc.example."),
    ("DS", "1 8 2 abc"),
    ("HTTPS", "1 svc.example"),
    ("IPSECKEY", "10 3 2 gw.example AQNRU3mG"),
    ("MX", "10 mail.example"),
    ("MX", "mail.example."),
    ("MX", "65536 mail.example."),
    ("MX", "-1 mail.example."),
    ("MX", "10 10 mail.example."),
    ("NAPTR", '10 100 "S" "SIP+D2U" "" sip.example'),
    ("NAPTR", "10 100 S"),
    ("NS", "ns1"),
    ("PTR", "@"),
    ("SOA", "ns.example. host.example. 1 2 3 4"),
    ("SOA", "ns.example. host 1 2 3 4 5"),
    ("SRV", "0 5 sip.example."),
    ("SRV", "0 5 99999 sip.example."),
    ("SSHFP", "1 1 \\# 2 abcd"),
    ("SSHFP", "\\# 4 01010102"),
    ("TLSA", f"3 1 1 {'ab' * 100}"),
    ("TLSA", "3 1 1 \u00fc"),
    ("TXT", ""),
    ("TXT", "  "),
    ("TXT", '"open'),
    ("TXT", 'in"side'),
    ("TXT", '"tail\\'),
    ("TXT", '"\\256"'),
    ("TXT", '"\\12"'),
    ("TXT", '"a\nb"'),
    ("TXT", f'"{"x" * 256}"'),
    ("SPF", f'"{chr(252) * 128}"'),
    ("SVCB", "1 svc.example. alpn=h2\n"),
]


@pytest.mark.parametrize(("rtype", "text"), REFUSED)
def test_rdata_that_does_not_parse_is_refused(rtype, text):
    assert not taken(rtype, text)


@given(st.binary(max_size=255))
@examples(100)
def test_any_bytes_of_a_string_come_through(part):
    text = '"' + "".join(f"\\{byte:03}" for byte in part) + '"'
    kept = stored("TXT", text)
    assert stored("TXT", kept) == kept
    assert kept.isascii()
    assert kept.isprintable()


@given(st.text(alphabet='ab."\\ ;()@*_-/0129\t\u00fc', max_size=20))
@examples(200)
def test_a_name_that_is_taken_is_lower_case_and_stays_as_it_is(text):
    try:
        name = dotted(text)
    except ValueError:
        return
    assert name.endswith(".")
    assert dotted(name) == name
