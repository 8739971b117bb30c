"""Messages read and queries written by hand, held against dnspython's."""

import struct

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import examples
from zonesync.model import names
from zonesync.run.asking import reading, wire
from zonesync.run.asking.messages import Question

LABELS = st.one_of(
    st.sampled_from([b"www", b"WWW", b"a", b"mail", b"*", b"_tcp", b"x.y", b"\0", b"\xff", b"z" * 63]),
    st.binary(min_size=1, max_size=8),
)
NAMES = st.lists(LABELS, max_size=3).map(lambda labels: dns.name.Name([*labels, b"example", b"com", b""]))
SHORT = st.binary(max_size=20)


def u16(value):
    return struct.pack("!H", value)


@st.composite
def rdatas(draw):
    """Rdata of the types with names in them, and of some without."""
    name, other = draw(NAMES).to_wire(), draw(NAMES).to_wire()
    number = u16(draw(st.integers(0, 65535)))
    text = draw(SHORT)
    string = bytes([len(text)]) + text
    rtype, octets = draw(
        st.sampled_from(
            [
                ("A", b"\1\2\3\4"),
                ("AAAA", b"\1" * 16),
                ("TXT", string + string),
                ("NS", name),
                ("CNAME", name),
                ("PTR", name),
                ("DNAME", name),
                ("MX", number + name),
                ("AFSDB", number + name),
                ("RT", number + name),
                ("KX", number + name),
                ("PX", number + name + other),
                ("SRV", number * 3 + name),
                ("NAPTR", number * 2 + string * 3 + name),
                ("RP", name + other),
                ("SOA", name + other + number * 10),
                ("RRSIG", number * 9 + name + text + b"x"),
                ("NSEC", name + b"\0\1\x40"),
                ("SVCB", number + name),
                ("CAA", b"\0\5issue" + text),
                ("TYPE65280", text),
            ]
        )
    )
    number_of = dns.rdatatype.from_text(rtype)
    return dns.rdata.from_wire(dns.rdataclass.IN, number_of, octets, 0, len(octets))


@st.composite
def messages(draw):
    """Answers as servers send them, compressed by dnspython."""
    query = dns.message.make_query(draw(NAMES), "A", use_edns=0, payload=1232)
    response = dns.message.make_response(query)
    response.flags |= draw(st.sampled_from([0, dns.flags.AA]))
    for section in (response.answer, response.authority, response.additional):
        for _ in range(draw(st.integers(0, 3))):
            rdata = draw(rdatas())
            owner = draw(st.one_of(NAMES, st.just(query.question[0].name)))
            ttl = draw(st.integers(0, 2**31 - 1))
            if not any((one.name, one.rdtype) == (owner, rdata.rdtype) for one in section):
                section.append(dns.rrset.from_rdata_list(owner, ttl, [rdata]))
    response.set_rcode(draw(st.sampled_from([dns.rcode.NOERROR, dns.rcode.NXDOMAIN, dns.rcode.BADVERS])))
    if draw(st.booleans()):
        response.use_edns(0, options=[dns.edns.NSIDOption(draw(st.sampled_from([b"", b"site-a", b"\0\1"])))])
    return response


def by_dnspython(section):
    found = {}
    for rrset in section:
        if rrset.rdclass != dns.rdataclass.IN:
            continue
        key = (names.join([label.lower() for label in rrset.name.labels[:-1]]), dns.rdatatype.to_text(rrset.rdtype))
        known = found.setdefault(key, (rrset.ttl, set()))
        found[key] = (min(known[0], rrset.ttl), known[1] | {rdata.to_digestable() for rdata in rrset})
    return found


def by_us(section):
    return {(records.name, records.type): (records.ttl, set(records.rdatas)) for records in section}


def read(octets):
    return reading.message(octets, reading.head(octets))


@given(messages())
@examples(400)
def test_a_message_reads_as_dnspython_reads_it(response):
    octets = response.to_wire()
    theirs, ours = dns.message.from_wire(octets), read(octets)
    assert ours.rcode == dns.rcode.to_text(theirs.rcode())
    assert ours.authoritative == bool(theirs.flags & dns.flags.AA)
    assert ours.edns == (theirs.edns >= 0)
    for section in ("answer", "authority", "additional"):
        assert by_us(getattr(ours, section)) == by_dnspython(getattr(theirs, section))


@given(messages(), st.data())
@examples(250)
def test_a_spoilt_message_is_malformed_or_reads_as_something(response, data):
    """Octets changed, cut off or added: Malformed, or a message whose every part can be used, and never a loop."""
    octets = bytearray(response.to_wire())
    for _ in range(data.draw(st.integers(1, 4))):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.sampled_from([0, 1, 12, 0xC0, 0xC1, 0xFF]))
    octets = octets[: data.draw(st.integers(0, len(octets)))] if data.draw(st.booleans()) else octets
    check_anything(bytes(octets))


@given(st.binary(max_size=80), st.booleans())
@examples(300)
def test_any_octets_are_malformed_or_a_message(octets, with_header):
    check_anything(b"\0\1\x84\0\0\1\0\2\0\1\0\1" + octets if with_header else octets)


def check_anything(octets):
    try:
        message = read(octets)
    except reading.Malformed:
        return
    for records in (*message.answer, *message.authority, *message.additional):
        assert names.absolute(records.name) == records.name
        assert wire.to_type(wire.of_type(records.type)) == records.type
    if not message.truncated:
        try:
            theirs = dns.message.from_wire(octets, ignore_trailing=True)
        except (dns.exception.DNSException, ValueError):
            return
        for section in ("answer", "authority", "additional"):
            assert by_us(getattr(message, section)) == by_dnspython(getattr(theirs, section))


def answer(*records, flags=0x8400, question=b"\1a\0\0\1\0\1"):
    return struct.pack("!HHHHHH", 1, flags, 1, len(records), 0, 0) + question + b"".join(records)


def record(owner, rtype=1, rdata=b"\1\2\3\4", *, ttl=60, rclass=1, length=None):
    return owner + struct.pack("!HHIH", rtype, rclass, ttl, len(rdata) if length is None else length) + rdata


HERE = 12 + 7
"""Where the first record begins."""


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (b"", "0 octets are no message"),
        (b"\0" * 11, "11 octets are no message"),
        (answer(flags=0x0400), "a query came back"),
        (answer(flags=0xAC00), "a query came back"),
        (b"\0\1\x84\0\0\2\0\0\0\0\0\0", "2 questions"),
        (b"\0\1\x84\0\0\1\0\0\0\0\0\0\1a", "ends within its question"),
        (b"\0\1\x84\0\0\1\0\0\0\0\0\0\1a\0\0\1", "ends within its question"),
        (b"\0\1\x84\0\0\1\0\0\0\0\0\0\xc0\x0c\0\1\0\1", "points ahead"),
        (answer(record(bytes([0xC0, HERE]))), "points ahead"),
        (answer(record(bytes([0xC0, HERE + 2]))), "points ahead"),
        (answer(record(b"\1b" + bytes([0xC0, HERE]))), "points ahead"),
        (answer(record(b"\x41b\0")), "0x41"),
        (answer(record(b"\x80b\0")), "0x80"),
        (answer(record((b"\x3f" + b"x" * 63) * 4 + b"\0")), "longer than 255"),
        (answer(record(b"\0", length=5)), "ends within a record"),
        (answer(record(b"\0")[:-4]), "ends within a record"),
        (answer(record(b"\0"))[:-1], "ends within a record"),
        (answer(record(b"\0", 15, b"\0\1\1b\0\0")), "rdata is not as long"),
        (answer(record(b"\0", 2, b"\1b", length=2), record(b"\0")), "rdata is not as long"),
        (answer(record(b"\0", 6, b"\0\0" + b"\0" * 19)), "rdata is not as long"),
        (answer(record(b"\0", 41, b"", ttl=0), record(b"\0", 41, b"", ttl=0)), "two OPT"),
        (answer(record(b"\0", 41, b"\0\3\0\4abc", ttl=0)), "longer than its record"),
    ],
)
def test_what_is_no_message_says_why(octets, words):
    with pytest.raises(reading.Malformed, match=words):
        read(octets)


def test_a_long_chain_of_pointers_is_cut_short():
    """Each record would cost thousands of steps: a few kilobytes would keep us busy for seconds."""
    chain = b"".join((0xC000 | HERE + 11 + 2 * (n - 1) if n else 0xC00C).to_bytes(2) for n in range(6000))
    octets = answer(record(b"\0", 65280, chain), *[record((0xC000 | HERE + 11 + 2 * 5999).to_bytes(2))] * 3)
    with pytest.raises(reading.Malformed, match="again and again"):
        read(octets)


def test_a_ttl_with_the_highest_bit_is_zero():
    assert read(answer(record(b"\0", ttl=0x80000001))).answer[0].ttl == 0


def test_records_of_one_rrset_with_several_ttls_have_the_smallest():
    (records,) = read(answer(record(b"\1A\0", ttl=60), record(b"\1a\0", rdata=b"\4\3\2\1", ttl=30))).answer
    assert (records.name, records.ttl, len(records.rdatas)) == ("a.", 30, 2)


def test_records_of_another_class_are_left_out():
    assert read(answer(record(b"\0", rclass=3))).answer == ()


def test_a_truncated_message_may_end_within_a_record():
    octets = answer(record(b"\1a\0"), record(b"\1b\0"), flags=0x8600)[:-3]
    message = read(octets)
    assert message.truncated
    assert [records.name for records in message.answer] == ["a."]


@pytest.mark.parametrize(("octets", "nsid"), [(b"site-a", "site-a"), (b"\0\xff", "00ff"), (b"", "")])
def test_an_nsid_is_text_where_it_can_be_and_else_hexadecimal(octets, nsid):
    option = b"\0\3" + u16(len(octets)) + octets
    assert read(answer(record(b"\0", 41, b"\0\12\0\1x" + option, ttl=0))).nsid == nsid


def test_an_extended_rcode_has_its_high_bits_from_the_opt_record():
    assert read(answer(record(b"\0", 41, b"", ttl=1 << 24))).rcode == "BADVERS"
    assert read(answer(record(b"\0", 41, b"", ttl=0xAB << 24))).rcode == "RCODE2736"


def question_of(query):
    return query.question[0].name, query.question[0].rdtype


@given(NAMES, st.sampled_from(["A", "SOA", "TYPE65280", "SVCB"]), st.booleans(), st.booleans(), st.integers(0, 65535))
@examples(200)
def test_a_query_says_what_dnspython_would_say(name, rtype, edns, dnssec, number):
    question = Question(names.join([label.lower() for label in name.labels[:-1]]), rtype)
    octets = wire.query(number, wire.of_question(question), edns=edns, dnssec=dnssec)
    query = dns.message.from_wire(octets)
    assert (query.id, query.flags) == (number, 0)
    assert question_of(query) == (name, dns.rdatatype.from_text(rtype))
    assert query.edns == (0 if edns else -1)
    assert query.payload == (1232 if edns else 0)
    assert bool(query.ednsflags & dns.flags.DO) == (edns and dnssec)
    assert [option.otype for option in query.options] == ([dns.edns.OptionType.NSID] if edns else [])


@given(NAMES)
@examples(100)
def test_a_name_comes_back_from_the_wire(name):
    text = names.join([label.lower() for label in name.labels[:-1]])
    assert wire.to_name(wire.of_name(text)) == text


@pytest.mark.parametrize(
    ("rcode", "about"), [(0, False), (1, True), (2, True), (3, False), (4, True), (5, True)], ids="012345"
)
def test_only_an_error_may_leave_the_question_out(rcode, about):
    octets = struct.pack("!HHHHHH", 1, 0x8000 | rcode, 0, 0, 0, 0)
    assert (reading.answering(octets, reading.head(octets), b"\1a\0\0\1\0\1") is not None) == about
