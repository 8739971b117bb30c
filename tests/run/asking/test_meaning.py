"""What an answer means to somebody who looks for a name; whatever comes, it means something."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import examples
from zonesync.model.rdata import to_wire
from zonesync.run.asking.meaning import Kind, addresses, hosts, meaning
from zonesync.run.asking.messages import NoReply, Question, Records, Reply, Server, Transport, Trouble

SERVER = Server("ns1.lab.", "192.0.2.1")
ASKED = Question("www.child.lab.", "A")


def records(name, rtype, *texts, ttl=60):
    return Records(name, rtype, ttl, frozenset(to_wire(rtype, text) for text in texts))


NS = records("child.lab.", "NS", "ns1.child.lab.", "ns.far.net.")
SOA = records("lab.", "SOA", "ns.lab. h.lab. 1 1 1 1 1")
HERE = records("www.child.lab.", "A", "192.0.2.7")


def reply(rcode="NOERROR", *, aa=True, question=ASKED, **sections):
    return Reply(SERVER, question, Transport.UDP, rcode, aa, **sections)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reply(answer=[HERE]), Kind.ANSWER),
        (reply(answer=[HERE], aa=False), Kind.ANSWER),
        (reply(aa=False, authority=[NS]), Kind.REFERRAL),
        (reply(aa=True, authority=[NS]), Kind.REFERRAL),
        (reply(authority=[SOA]), Kind.NODATA),
        (reply(), Kind.NODATA),
        (reply("NXDOMAIN", authority=[SOA]), Kind.NXDOMAIN),
        (reply(answer=[records("www.child.lab.", "CNAME", "x.lab.")]), Kind.ALIAS),
        (reply(answer=[records("child.lab.", "DNAME", "x.lab.")]), Kind.ALIAS),
        (reply(aa=False), Kind.USELESS),
        (reply("NXDOMAIN", aa=False, authority=[SOA]), Kind.USELESS),
        (reply("REFUSED", aa=False), Kind.USELESS),
        (reply("SERVFAIL", aa=False, answer=[HERE]), Kind.USELESS),
        (reply("NOTIMP", aa=False), Kind.USELESS),
        (reply(aa=False, authority=[records("lab.", "NS", "ns1.lab.")]), Kind.USELESS),
        (reply(aa=False, authority=[records(".", "NS", "a.root.")]), Kind.USELESS),
        (reply(aa=False, authority=[records("other.lab.", "NS", "ns1.lab.")]), Kind.USELESS),
        (reply(aa=False, authority=[records("www.child.lab.", "NS", "ns1.lab.")]), Kind.REFERRAL),
        (reply(answer=[records("other.lab.", "A", "192.0.2.7")]), Kind.NODATA),
    ],
)
def test_an_answer_is_understood_as_rfc_1034_has_it(answer, kind):
    understood = meaning(answer, "lab.")
    assert understood.kind is kind
    assert bool(understood.words) is (kind not in {Kind.ANSWER, Kind.REFERRAL})


@pytest.mark.parametrize("trouble", list(Trouble))
def test_every_trouble_has_words_that_follow_a_servers_name(trouble):
    words = meaning(NoReply(SERVER, ASKED, Transport.UDP, trouble), "lab.").words
    assert words
    assert words[0].islower()
    assert not words.endswith(".")


def test_glue_is_believed_of_hosts_that_are_named_and_within_the_servers_zone_alone():
    glue = [
        records("ns1.child.lab.", "A", "192.0.2.2", "192.0.2.1"),
        records("ns1.child.lab.", "AAAA", "2001:db8::1"),
        records("ns.far.net.", "A", "192.0.2.3"),
        records("other.lab.", "A", "192.0.2.4"),
    ]
    understood = meaning(reply(aa=False, authority=[NS], additional=glue), "lab.")
    assert understood.glue == {"ns1.child.lab.": ("192.0.2.1", "192.0.2.2", "2001:db8::1")}
    assert understood.hosts == ("ns.far.net.", "ns1.child.lab.")
    assert understood.owner == "child.lab."


def test_a_name_in_wire_form_is_spelled_as_the_model_has_it():
    assert hosts([b"\x03NS1\x03a.b\x00", b"\x00"]) == (".", "ns1.a\\.b.")


def test_addresses_of_a_wrong_length_are_left_out():
    odd = Records("x.", "A", 1, frozenset([b"123", bytes([192, 0, 2, 1])]))
    assert addresses([odd]) == ("192.0.2.1",)


@pytest.mark.property
@given(st.lists(st.binary(max_size=12)), st.lists(st.binary(max_size=18)))
@examples(100)
def test_rdatas_of_any_octets_are_read_without_an_exception(names, octets):
    assert all(host.endswith(".") for host in hosts(names))
    addresses([Records("x.", rtype, 1, frozenset(octets)) for rtype in ("A", "AAAA", "MX")])
