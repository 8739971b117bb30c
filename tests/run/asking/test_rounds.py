"""Waiting until all agree, which servers stand for whom, and what makes a verification incomplete: no sockets."""

import asyncio
from dataclasses import replace

import pytest

from tests.support.answering import Answering
from zonesync.findings import Finding, Severity
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import DesiredZone, ZoneId
from zonesync.run.asking import rounds
from zonesync.run.asking.expected import Expected, expect
from zonesync.run.asking.found import Delegated, Found, Said
from zonesync.run.asking.messages import NoReply, Question, Reply, Server, Transport, Trouble
from zonesync.run.asking.sparing import GONE, LOOK, Sparing
from zonesync.run.asking.subject import Subject, expected_of, hosts

APEX = "example.com."
SOA = RRset(APEX, "SOA", 300, (f"ns1.example.net. hostmaster.{APEX} 7 3600 900 1209600 300",))
ONE, TWO, OTHER = "ns1.one.example.", "ns1.two.example.", "ns.other.example."
NS = RRset(APEX, "NS", 300, (ONE, TWO))
WWW = RRset(f"www.{APEX}", "A", 300, ("192.0.2.1",))
ADDRESSES = {ONE: ("192.0.2.11",), TWO: ("192.0.2.22",), OTHER: ("192.0.2.33",)}
OLD = replace(WWW, rdatas=("192.0.2.9",))


def subject(own=None, **options):
    zone = DesiredZone(ZoneId(APEX), {WWW.key: WWW}, providers=("one", "two"))
    own = {"one": (ONE,), "two": (TWO,)} if own is None else own
    given = {"wanted": NS, "apex": NS.rdatas, "asked": frozenset(own)} | options
    return Subject(zone, {name: expect(zone, zone.rrsets, NS) for name in own}, own, **given)


class World:
    """Servers by address that change as time goes by, an asker and a finder over them, and a clock."""

    def __init__(self, delegated=(ONE, TWO), **later):
        self.now = 0.0
        self.later = later
        self.delegated = delegated
        self.unresolved = {}
        self.asked = []
        self.good = Answering(APEX, [SOA, NS, WWW])
        self.stale = Answering(APEX, [SOA, NS, OLD])
        self.behind = {}
        """Until when an address has the old value."""
        self.dead = set()
        self.alone = set()
        """Name servers with IPv6 addresses alone, where there is no IPv6."""
        self.ds = frozenset()
        self.said = {}
        self.mended = None
        """From when on the parent delegates to whom."""

    def clock(self):
        return self.now

    async def sleep(self, seconds):
        self.now += seconds

    async def ask(self, server, question, transport=Transport.UDP, *, dnssec=False, fallback=True):
        self.asked.append((self.now, server.address, question))
        if server.address in self.dead:
            return NoReply(server, question, transport, Trouble.TIMEOUT)
        asker = self.stale if self.now < self.behind.get(server.address, 0) else self.good
        return await asker.ask(server, question, transport)

    async def addresses(self, name):
        if self.now < self.unresolved.get(name, 0):
            return Found(name, rule="ns-unresolvable", problem="no such name")
        if name in self.alone:
            return Found(name, rule="no-ipv6", problem="2001:db8::1 alone")
        return Found(name, ADDRESSES[name])

    async def delegation(self, zone):
        delegated = self.mended[1] if self.mended and self.now >= self.mended[0] else self.delegated
        if delegated is None:
            return Delegated(zone, "com.", rule="parent-unreachable", problem="nobody answers")
        return Delegated(zone, "com.", hosts=tuple(sorted(delegated)), ttl=300, ds=self.ds, by_server=self.said)


def verified(world, what, patience=None):
    tools = rounds.Tools(world, lambda: world, world.clock, world.sleep)
    return asyncio.run(rounds.verify(what, tools, patience))


def rules(report):
    return [finding.rule for finding in report.findings]


def test_all_in_step_is_clean_at_once():
    report = verified(World(), subject())
    assert (report.findings, report.is_whole, report.differs, report.is_timed_out) == ((), True, False, False)
    assert [(one.provider, one.equal, one.all) for one in report.servers] == [("one", 3, 3), ("two", 3, 3)]
    assert report.arrivals == {}


def test_waiting_tells_how_long_each_server_took():
    world = World()
    world.behind = {"192.0.2.22": 5.0}
    report = verified(world, subject(), patience=60)
    assert (report.findings, report.is_timed_out) == ((), False)
    took = {server.address: seconds for (_, server), seconds in report.arrivals.items()}
    assert took["192.0.2.11"] == 0
    assert 5 <= took["192.0.2.22"] < 10


def test_a_later_round_asks_what_failed_and_the_last_one_everything():
    world = World()
    world.behind = {"192.0.2.22": 2.0}
    verified(world, subject(), patience=60)
    times = sorted({now for now, _, _ in world.asked})
    second = {(address, question) for now, address, question in world.asked if now == times[1]}
    assert {question.name for _, question in second if question.type != "DNSKEY"} == {WWW.name}
    assert {address for address, question in second if question.type != "DNSKEY"} == {"192.0.2.22"}
    last = {(address, question) for now, address, question in world.asked if now == times[-1]}
    assert {address for address, _ in last} == {"192.0.2.11", "192.0.2.22"}
    assert {question.type for _, question in last} >= {"SOA", "NS", "A"}


def test_waiting_in_vain_ends_at_the_timeout_and_tells_what_is_still_wrong():
    world = World()
    world.behind = {"192.0.2.22": 1e9}
    report = verified(world, subject(), patience=30)
    assert report.is_timed_out
    assert rules(report) == ["served-differs"]
    assert 30 <= world.now <= 31
    assert [server.address for _, server in report.arrivals] == ["192.0.2.11"]


def test_without_waiting_nobody_sleeps():
    world = World()
    world.behind = {"192.0.2.22": 1e9}
    assert verified(world, subject()).differs
    assert world.now == 0


def test_a_name_that_leads_nowhere_is_waited_for_too():
    world = World()
    world.unresolved = {TWO: 3.0}
    report = verified(world, subject(), patience=60)
    assert (report.findings, len(report.servers)) == ((), 2)
    world = World()
    world.unresolved = {TWO: 3.0}
    assert rules(verified(world, subject())) == ["ns-unresolvable"]


def test_a_parent_that_does_not_answer_makes_it_incomplete_and_a_view_has_no_parent():
    report = verified(World(delegated=None), subject())
    assert (rules(report), report.is_whole) == (["parent-unreachable"], False)
    report = verified(World(delegated=None), subject(is_delegated=False))
    assert (report.findings, report.delegated) == ((), None)


def test_servers_of_several_serials_are_a_note():
    world = World()
    what = subject({"one": (ONE, OTHER), "two": (TWO,)})
    world.stale = Answering(APEX, [replace(SOA, rdatas=(SOA.rdatas[0].replace(" 7 ", " 8 "),)), NS, WWW])
    world.behind = {"192.0.2.33": 1e9}
    report = verified(world, what)
    assert rules(report) == ["serial-differs"]
    assert not report.differs


def test_the_servers_of_a_provider_that_cannot_tell_are_those_that_belong_to_nobody_else():
    what = subject({"one": (ONE,), "two": ()})
    assert hosts(what) == {"one": (ONE,), "two": (TWO,)}
    assert rules(verified(World(), what)) == []
    nobody = subject({"one": (), "two": ()})
    assert hosts(nobody) == {"one or two": (ONE, TWO)}
    assert rules(verified(World(), nobody)) == []


def test_with_several_such_providers_only_what_they_agree_on_is_compared():
    zone = DesiredZone(ZoneId(APEX), {WWW.key: WWW}, providers=("one", "two"))
    what = subject({"one": (), "two": ()})
    what = replace(what, expected={"one": expect(zone, {WWW.key: WWW}, NS), "two": expect(zone, {WWW.key: OLD}, NS)})
    found = expected_of(what, "one or two")
    assert {one.key.type for one in found.questions} == {"SOA", "NS"}
    assert [one.key for one in found.skipped] == [WWW.key]


def test_a_provider_nobody_can_name_a_server_of_makes_it_incomplete():
    what = subject({"one": (ONE,), "two": ()}, wanted=None, apex=())
    report = verified(World(delegated=(ONE,)), what)
    assert "nameservers-unknown" in rules(report)
    assert not report.is_whole
    out = replace(what, out=frozenset({"two"}))
    assert "nameservers-unknown" not in rules(verified(World(delegated=(ONE,)), out))
    told = (Finding("not-hosted", Severity.ERROR, "`two` does not have the zone", provider="two"),)
    report = verified(World(delegated=(ONE,)), replace(what, notes=told))
    assert (report.is_whole, report.differs) == (True, True)


def test_a_stranger_in_the_delegation_is_asked_as_resolvers_do():
    report = verified(World(delegated=(ONE, TWO, OTHER)), subject())
    assert [one.provider for one in report.servers] == ["one", "two", ""]
    assert rules(report) == ["delegation-extra"]


@pytest.mark.parametrize("asked", [{"one"}, {"two"}])
def test_only_the_providers_asked_for_are_asked(asked):
    report = verified(World(delegated=(ONE, TWO, OTHER)), subject(asked=frozenset(asked)))
    assert {one.provider for one in report.servers} == asked


def test_a_dead_server_holds_no_other_up():
    world = World()
    world.dead = {"192.0.2.11"}
    report = verified(world, subject())
    assert [(one.equal, one.all) for one in report.servers] == [(0, 3), (3, 3)]
    assert rules(report) == ["server-silent"]


def test_an_expectation_of_nothing_is_met():
    what = replace(subject(), expected={"one": Expected(()), "two": Expected(())})
    assert Key(APEX, "SOA") == SOA.key
    assert [(one.equal, one.all) for one in verified(World(), what).servers] == [(0, 0), (0, 0)]


def test_faults_of_a_provider_out_of_rotation_are_notes_unless_resolvers_are_still_sent_there():
    world = World(delegated=(ONE,))
    world.dead = {"192.0.2.22"}
    out = subject(wanted=replace(NS, rdatas=(ONE,)), apex=(ONE,), out=frozenset({"two"}))
    out = replace(out, expected={name: expect(out.zone, out.zone.rrsets, None) for name in out.own})
    report = verified(world, out, patience=30)
    assert [(finding.rule, finding.severity.value) for finding in report.findings] == [("server-silent", "info")]
    assert (report.differs, report.is_timed_out) == (False, False)
    world.delegated = (ONE, TWO)
    report = verified(world, out)
    assert ("server-silent", "error") in {(finding.rule, finding.severity.value) for finding in report.findings}


def test_a_server_that_is_gone_is_asked_now_and_then_and_again_once_it_answers():
    world = World()
    world.dead = {"192.0.2.11"}
    sparing = Sparing(world, world.clock)
    server, question = Server(ONE, "192.0.2.11"), Question(WWW.name, "A")

    def ask(count):
        return [asyncio.run(sparing.ask(server, question)) for _ in range(count)]

    assert all(isinstance(reply, NoReply) for reply in ask(100))
    assert len(world.asked) == GONE
    world.now += 2 * LOOK
    ask(100)
    assert len(world.asked) == GONE + 1
    world.dead = set()
    world.now += 2 * LOOK
    assert all(isinstance(reply, Reply) for reply in ask(100))
    assert len(world.asked) == GONE + 101


def test_a_parents_server_that_is_of_no_use_beside_others_is_a_note_and_leaves_it_whole():
    world = World()
    world.said = {Server("ns.com.", "192.0.2.99"): Said(problem="does not answer")}
    report = verified(world, subject())
    assert [(one.rule, one.severity) for one in report.findings] == [("parent-unreachable", Severity.INFO)]
    assert (report.is_whole, report.differs) == (True, False)


@pytest.mark.parametrize("dead", [True, False])
def test_waiting_ends_once_the_parent_names_a_stranger_no_more(dead):
    world = World(delegated=(ONE, TWO, OTHER))
    world.dead = {"192.0.2.33"} if dead else set()
    world.mended = (5.0, (ONE, TWO))
    report = verified(world, subject(), patience=60)
    assert (report.findings, report.is_timed_out) == ((), False)
    assert 5 <= world.now < 15
    assert [server.name for _, server in report.arrivals] == [ONE, TWO]


def test_waiting_asks_a_server_that_the_parent_begins_to_name():
    world = World(delegated=None)
    world.mended = (3.0, (ONE, TWO))
    report = verified(world, subject({"one": (ONE,), "two": ()}, wanted=None, apex=()), patience=60)
    assert (report.findings, report.is_whole) == ((), True)
    assert {server.name for _, server in report.arrivals} == {ONE, TWO}


def test_a_provider_out_of_rotation_need_not_sign_what_it_is_not_asked_for():
    world = World(delegated=(ONE,))
    world.ds = frozenset({bytes((0, 1, 13, 2)) + bytes(32)})
    out = subject(wanted=replace(NS, rdatas=(ONE,)), apex=(ONE,), out=frozenset({"two"}))
    out = replace(out, expected={name: expect(out.zone, out.zone.rrsets, None) for name in out.own})
    assert [(one.rule, one.provider) for one in verified(world, out).findings] == [("unsigned-provider", "one")]
    world.delegated = (ONE, TWO)
    told = {(one.rule, one.provider) for one in verified(world, out).findings}
    assert ("unsigned-provider", "two") in told


def test_a_name_server_that_only_this_host_cannot_reach_is_no_fault_of_its_own_and_not_waited_for():
    world = World()
    world.alone = {TWO}
    report = verified(world, subject(), patience=60)
    assert [(one.rule, one.severity) for one in report.findings] == [("no-ipv6", Severity.WARNING)]
    assert (report.is_whole, report.is_timed_out, world.now) == (False, False, 0)
