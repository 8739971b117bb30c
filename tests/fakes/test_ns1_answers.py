"""Answers at the fake of NS1: what each type takes, and what is refused."""

import pytest

from tests.fakes.ns1 import Ns1Fake
from tests.fakes.ns1_calls import get, post, put

TAKEN = {
    "A": [["192.0.2.1"], ["192.0.2.2"]],
    "AAAA": [["2001:db8::1"]],
    "AFSDB": [[1, "afs.example.com."]],
    "ALIAS": [["target.example.net."]],
    "CAA": [[0, "issue", "ca.example.net; policy=ev"], ["128", "iodef", 'mailto:"a"@example.com']],
    "CDNSKEY": [
        [257, 3, 13, "mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ=="]
    ],
    "CDS": [[12345, 13, 2, "ab" * 32]],
    "CERT": [["PGP", 0, 0, "c29tZXRoaW5n"]],
    "CNAME": [["target.example.net"]],
    "CSYNC": [[66, 3, "A", "NS", "AAAA"]],
    "DHCID": [["AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA="]],
    "DNAME": [["target.example.net."]],
    "DS": [[12345, "13", 2, "ab" * 32]],
    "HINFO": [["A CPU", 'an "OS"']],
    "HTTPS": [[1, ".", "alpn=h2,h3 port=8443"], [2, "svc.example.net."]],
    "MX": [[10, "mail.example.com."], ["20", "mail2.example.com"]],
    "NAPTR": [[100, 50, "S", "SIP+D2U", "", "_sip._udp.example.com."], [1, 1, "u", "E2U+sip", "!^.*$!sip:a b!", "."]],
    "NS": [["ns1.example.net."]],
    "PTR": [["host.example.com."]],
    "REDIRECT": [["/", "https://example.net/", 301, 0, 0]],
    "RP": [["admin.example.com.", "txt.example.com."]],
    "SMIMEA": [[3, 0, 1, "ab" * 32]],
    "SPF": [["v=spf1 -all"]],
    "SRV": [[1, 2, 443, "host.example.com."], [0, 0, 0, "."]],
    "SVCB": [[0, "svc.example.net."]],
    "TLSA": [[3, 1, 1, "ab" * 32]],
    "TXT": [['raw "text"; \\ with all', "and a second string"], ["x" * 4000], ["ümlaut"]],
    "URLFWD": [["/", "https://example.net/a?b", 302, 2, 1]],
}


@pytest.fixture
def fake():
    with Ns1Fake() as running:
        running.create_zone("example.com.")
        yield running


@pytest.mark.parametrize("rtype", sorted(TAKEN))
def test_every_creatable_type_is_taken_and_comes_back_in_meaning(fake, rtype):
    reply = put(fake, f"x.{rtype}.example.com", rtype, *TAKEN[rtype])
    assert reply.status == 200, reply
    back = [[str(field) for field in answer["answer"]] for answer in reply.body["answers"]]
    undotted = [[field if field == "." else field.removesuffix(".") for field in answer] for answer in back]
    sent = [[str(field) for field in answer] for answer in TAKEN[rtype]]
    assert undotted == [[field if field == "." else field.removesuffix(".") for field in answer] for answer in sent]
    assert get(fake, f"x.{rtype}.example.com", rtype).body == reply.body
    assert (reply.body["ttl"], reply.body["tier"]) == (3600, 1)


REFUSED = [
    ("A", ["192.0.2.256"], "invalid A answer"),
    ("A", ["192.0.2.1 "], "field 0"),
    ("A", [], "0 fields"),
    ("A", [""], "field 0"),
    ("A", "192.0.2.1", "Value '192.0.2.1' for field '<obj>.answers[0].answer' is not of type array"),
    ("A", [True], "is not of type string or integer"),
    ("A", [None], "is not of type string or integer"),
    ("AAAA", ["192.0.2.1"], "invalid AAAA answer"),
    ("CAA", [0, "issue"], "2 fields"),
    ("CAA", [256, "issue", "x"], "invalid CAA answer"),
    ("CNAME", ["a..b."], "invalid CNAME answer"),
    ("DS", [1, 13, 2, "zz"], "invalid DS answer"),
    ("HTTPS", [1], "1 fields"),
    ("HTTPS", [1, ".", "port=x"], "invalid HTTPS answer"),
    ("MX", ["10 mail.example.com."], "1 fields"),
    ("MX", [70000, "mail.example.com."], "invalid MX answer"),
    ("MX", ["ten", "mail.example.com."], "invalid MX answer"),
    ("NAPTR", [1, 1, "s", "x", "."], "5 fields"),
    ("SRV", [1, 2, "host.example.com."], "3 fields"),
    ("TLSA", [3, 1, 1, ""], "field 3"),
    ("TXT", [""], "empty"),
    ("TXT", [], "empty"),
    ("TXT", ["", ""], "empty"),
    ("TXT", [5], "not text"),
    ("TXT", ["\udcff"], "not UTF-8"),
    ("SPF", [""], "empty"),
    ("URLFWD", ["/", "https://example.net/", "302", 2, 1], "integers"),
    ("LOC", ["0 N 0 E 0m"], "Value 'LOC' for field '<obj>.type' is not in the enumeration"),
    ("SSHFP", [1, 1, "ab"], "is not in the enumeration"),
    ("NONSENSE", ["x"], "is not in the enumeration"),
    ("SOA", ["x"], "SOA"),
]


@pytest.mark.parametrize(("rtype", "answer", "words"), REFUSED)
def test_an_answer_that_the_type_does_not_have_is_refused(fake, rtype, answer, words):
    before = fake.dump("example.com.")
    reply = put(fake, "x.example.com", rtype, answer)
    assert reply.status == 400
    assert words in reply.message
    assert fake.dump("example.com.") == before


@pytest.mark.parametrize("rtype", ["A", "TXT", "MX"])
def test_a_post_checks_its_answers_as_a_put_does(fake, rtype):
    put(fake, "x.example.com", rtype, TAKEN[rtype][0])
    before = fake.dump("example.com.")
    assert post(fake, "x.example.com", rtype, answers=[{"answer": [""]}]).status == 400
    assert fake.dump("example.com.") == before
