"""Each fault of a name server is found, under its own rule and no other; a good server has none."""

import asyncio

import pytest

from tests.support.dns_servers import Behaviour, dns_server
from tests.support.root import as_root
from zonesync.load.zonefile import read_zonefile
from zonesync.model.rrset import RRset
from zonesync.model.zone import DesiredZone, ZoneId
from zonesync.run.asking.asker import Asker
from zonesync.run.asking.expected import expect
from zonesync.run.asking.looking import ask_all
from zonesync.run.asking.messages import Server, Transport
from zonesync.run.asking.report import report
from zonesync.run.asking.served import Look
from zonesync.run.asking.telling import findings

pytestmark = as_root

APEX = "lab.test."
ADDRESS = "127.53.0.1"
SERVER = Server("ns1.lab.test.", ADDRESS)
HEAD = "$ORIGIN lab.test.\n$TTL 300\n@ SOA ns1 hostmaster 7 3600 900 1209600 300\n"
NS = "@ NS ns1\n@ NS ns2.example.net.\n"
TEXT = f"""{HEAD}{NS}ns1 A 127.53.0.1
www A 192.0.2.1
www A 192.0.2.2
www AAAA 2001:db8::1
alias CNAME www
txt TXT "one" "two"
long TXT "{"x" * 200}" "{"y" * 200}"
mail MX 10 mx.Example.NET.
_sip._tcp SRV 0 5 5060 sip.example.net.
@ CAA 0 issue "ca.example.net"
svc HTTPS 1 . alpn=h2
*.wild A 192.0.2.9
*.wild TXT "any"
sub NS ns.sub
sub NS ns.elsewhere.example.
ns.sub A 192.0.2.53
ns.sub AAAA 2001:db8::53
hidden.sub TXT "occluded"
sub DS 12345 13 2 {"ab" * 32}
old DNAME new.example.net.
below.old A 192.0.2.77
a.b.c.deep A 192.0.2.8
generic TYPE65280 \\# 3 010203
"""
UDP, TCP, BOTH = (Transport.UDP,), (Transport.TCP,), (Transport.UDP, Transport.TCP)


def zone_of(text=TEXT, **options):
    rrsets = read_zonefile(text.encode(), APEX).rrsets
    own = {key: rrset for key, rrset in rrsets.items() if not (key.name == APEX and key.type in ("NS", "SOA"))}
    nameservers = next(
        (rrset for key, rrset in rrsets.items() if key.type == "NS" and key.name == APEX),
        RRset(APEX, "NS", 300, ("x.",)),
    )
    return DesiredZone(ZoneId(APEX), own, providers=("p",), **options), nameservers


def expectations(text=TEXT, **options):
    zone, nameservers = zone_of(text, **options)
    return expect(zone, zone.at("p"), nameservers)


def looked(expected, server=SERVER, transports=BOTH, timeout=5.0):
    async def go():
        look = Look("p", server, expected.questions, transports)
        async with Asker(rate=100_000, timeout=timeout, tries=3) as asker:
            await ask_all(asker, [look])
        return look

    return asyncio.run(go())


def told(look):
    return [(one.rule, one.severity.value) for one in findings("lab.test", APEX, report(look))]


def test_a_good_server_has_no_fault_and_serves_everything():
    expected = expectations()
    with dns_server(ADDRESS, TEXT, nsid="one") as server:
        look = looked(expected)
    found = report(look)
    assert found.faults == ()
    assert (found.equal, found.all) == (len(expected.questions), len(expected.questions))
    assert (found.serial, found.nsids) == (7, ("one",))
    assert found.seconds is not None
    assert server.asked["tcp"] >= len(look.expectations)
    assert sorted(f"{one.key.name} {one.key.type}" for one in expected.skipped) == [
        "below.old.lab.test. A",
        "hidden.sub.lab.test. TXT",
    ]


NEVER = {
    Behaviour.SILENT,
    Behaviour.SILENT_UDP,
    Behaviour.SILENT_TCP,
    Behaviour.DROPS_HALF,
    Behaviour.WRONG_ID,
    Behaviour.WRONG_PORT,
    Behaviour.WRONG_QUESTION,
    Behaviour.GARBAGE,
    Behaviour.ECHOES,
}
"""What leaves a question without an answer: waiting longer would only take longer."""
BEHAVIOURS = [
    ((Behaviour.REFUSES,), [("lame", "error")]),
    ((Behaviour.NOT_AUTHORITATIVE,), [("lame", "error")]),
    ((Behaviour.FAILS,), [("server-fails", "error")]),
    ((Behaviour.SILENT,), [("server-silent", "error")]),
    ((Behaviour.REFUSES_UDP, Behaviour.REFUSES_TCP), [("server-closed", "error")]),
    ((Behaviour.REFUSES_TCP,), [("no-tcp", "error")]),
    ((Behaviour.SILENT_TCP,), [("no-tcp", "error")]),
    ((Behaviour.CUTS_TCP,), [("no-tcp", "error")]),
    ((Behaviour.RESETS_TCP,), [("no-tcp", "error")]),
    ((Behaviour.TRUNCATES, Behaviour.REFUSES_TCP), [("no-tcp", "error")]),
    ((Behaviour.SILENT_UDP,), [("server-silent", "error")]),
    ((Behaviour.REFUSES_UDP,), [("server-closed", "error")]),
    ((Behaviour.DROPS_HALF,), [("drops-packets", "warning")]),
    ((Behaviour.WRONG_ID,), [("wrong-id", "error")]),
    ((Behaviour.WRONG_ID_FIRST,), [("wrong-id", "warning")]),
    ((Behaviour.WRONG_PORT,), [("wrong-source", "error")]),
    ((Behaviour.WRONG_QUESTION,), [("wrong-question", "error")]),
    ((Behaviour.TRUNCATES_ALWAYS,), [("truncates-always", "error")]),
    ((Behaviour.GARBAGE,), [("malformed", "error")]),
    ((Behaviour.ECHOES,), [("malformed", "error")]),
    ((Behaviour.FORMERR_TO_EDNS,), [("no-edns", "warning")]),
    ((Behaviour.HEADER_TO_EDNS,), [("no-edns", "warning")]),
    ((Behaviour.NOTIMP_TO_EDNS,), [("no-edns", "warning")]),
    ((Behaviour.VARIES,), [("answers-vary", "error")]),
    ((Behaviour.TRUNCATES,), []),
    ((Behaviour.CLOSES_TCP,), []),
    ((Behaviour.SHUFFLES_TCP,), []),
    ((Behaviour.SLOW,), []),
]


@pytest.mark.parametrize(
    ("behaviours", "expected"), BEHAVIOURS, ids=["-".join(behaviours) for behaviours, _ in BEHAVIOURS]
)
def test_a_misbehaving_server_is_told_by_its_one_rule(behaviours, expected):
    timeout = 0.1 if NEVER.intersection(behaviours) else 5.0
    with dns_server(ADDRESS, TEXT, *behaviours, delay=0.01):
        assert told(looked(expectations(), timeout=timeout)) == expected


CONTENT = [
    ("another value", "www A 192.0.2.2\n", "www A 192.0.2.3\n", "served-differs"),
    ("a value more", "www A 192.0.2.2\n", "www A 192.0.2.2\nwww A 192.0.2.3\n", "served-differs"),
    ("a value less", "www A 192.0.2.2\n", "", "served-differs"),
    ("another TTL", "www AAAA", "www 60 AAAA", "served-ttl-differs"),
    ("no such type", "www AAAA 2001:db8::1\n", "", "served-missing"),
    ("no such name", "mail MX 10 mx.Example.NET.\n", "", "served-nxdomain"),
    ("an alias instead", "mail MX 10 mx.Example.NET.\n", "mail CNAME mx.example.net.\n", "served-differs"),
    ("another target", "alias CNAME www", "alias CNAME wwww", "served-differs"),
    ("another string", '"one" "two"', '"one" "three"', "served-differs"),
    ("a boundary gone", '"one" "two"', '"onetwo"', "served-differs"),
    ("the wildcard gone", '*.wild A 192.0.2.9\n*.wild TXT "any"\n', "", "served-nxdomain"),
    ("the wildcard moved", "*.wild A 192.0.2.9", "*.wild A 192.0.2.10", "served-differs"),
    ("the delegation gone", "sub NS ns.sub\nsub NS ns.elsewhere.example.\n", "", "served-missing"),
    ("another delegation", "sub NS ns.elsewhere.example.\n", "", "served-differs"),
    ("no glue", "ns.sub AAAA 2001:db8::53\n", "", "served-missing"),
    ("other glue", "ns.sub A 192.0.2.53", "ns.sub A 192.0.2.54", "served-differs"),
    ("another DS", "ab" * 32, "cd" * 32, "served-differs"),
    ("no DNAME", "old DNAME new.example.net.\n", "", "served-missing"),
    ("another name server", "@ NS ns2.example.net.\n", "@ NS ns3.example.net.\n", "apex-ns-differs"),
    ("another TTL of name servers", NS, NS.replace("@ NS", "@ 60 NS"), "served-ttl-differs"),
    ("another generic value", "010203", "010204", "served-differs"),
]


@pytest.mark.parametrize(("old", "new", "rule"), [row[1:] for row in CONTENT], ids=[row[0] for row in CONTENT])
def test_what_differs_is_told_by_its_one_rule(old, new, rule):
    assert TEXT.count(old) == 1
    with dns_server(ADDRESS, TEXT.replace(old, new)):
        found = told(looked(expectations(), transports=UDP))
    if old.startswith(("sub NS ns.sub\n", "*.wild")):  # more than one RRset goes with it
        assert rule in {name for name, _ in found}
    else:
        assert [name for name, _ in found] == [rule]


def test_managed_soa_fields_are_compared_and_the_serial_never_is():
    expected = expectations(soa={"minimum": 300, "refresh": 7200, "ttl": 300})
    with dns_server(ADDRESS, TEXT):
        (finding,) = findings("lab.test", APEX, report(looked(expected)))
    assert finding.rule == "served-differs"
    assert "refresh 7200 -> refresh 3600" in finding.message
    assert "minimum" not in finding.message


def test_the_finding_names_server_numbers_and_values():
    with dns_server(ADDRESS, TEXT.replace("www A 192.0.2.2\n", "www A 192.0.2.3\n")):
        (finding,) = findings("lab.test", APEX, report(looked(expectations())))
    assert finding.message == (
        f"`ns1.lab.test.` ({ADDRESS}) serves 1 of 21 record sets otherwise than desired: "
        "`www A` 192.0.2.1, 192.0.2.2 -> 192.0.2.1, 192.0.2.3"
    )
    assert (finding.name, finding.type, finding.provider) == ("www.lab.test.", "A", "p")


def test_a_text_cut_elsewhere_is_the_same_where_the_file_gives_no_boundaries():
    text = HEAD + NS + f'long TXT "{"x" * 255}" "{"x" * 145}"\n'
    with dns_server(ADDRESS, HEAD + NS + f'long TXT "{"x" * 200}" "{"x" * 200}"\n'):
        assert told(looked(expectations(text))) == []


def test_a_dead_server_is_asked_a_few_questions_and_no_more():
    text = HEAD + NS + "".join(f"n{number} A 192.0.2.1\n" for number in range(500))
    with dns_server(ADDRESS, text, Behaviour.SILENT) as server:
        look = looked(expectations(text), timeout=0.05)
    assert server.asked["udp"] == 9
    assert report(look).unasked == 2 * (502 - 3)
    (finding,) = findings("lab.test", APEX, report(look))
    assert finding.rule == "server-silent"


def test_a_server_that_dies_on_the_way_is_not_asked_for_all_the_rest():
    text = HEAD + NS + "".join(f"n{number} A 192.0.2.1\n" for number in range(1000))
    expected = expectations(text)

    class Dying:
        left = 100
        asked = 0

        async def ask(self, server, question, transport=Transport.UDP, *, dnssec=False, fallback=True):
            from zonesync.run.asking.messages import NoReply, Reply, Trouble

            self.asked += 1
            await asyncio.sleep(0)
            if self.asked > self.left:
                return NoReply(server, question, transport, Trouble.TIMEOUT)
            return Reply(server, question, transport, "NXDOMAIN", True)

    dying = Dying()
    look = Look("p", SERVER, expected.questions, UDP)
    asyncio.run(look.ask(dying, Transport.UDP))
    assert dying.asked < 350
    assert look.unasked[Transport.UDP] > 500
    assert "drops-packets" in {rule for rule, _ in told(look)}
