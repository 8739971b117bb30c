"""Name servers are found from the root down, whatever stands in the way; the internet here is in memory."""

import asyncio

import pytest

from tests.support.internet import Internet
from tests.support.internet_tree import HINTS, TREE, changed, delegation, find
from zonesync.model.rdata import to_wire
from zonesync.run.asking.finding import Finder
from zonesync.run.asking.messages import Records, Reply, Server


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("a.root.", "127.52.0.1"),
        ("ns1.lab.", "127.52.1.1"),
        ("ns1.child.lab.", "127.52.2.1"),
        ("ns.far.net.", "127.52.1.4"),
        ("host.child.lab.", "192.0.2.9"),
        ("host.deep.ent.lab.", "192.0.2.10"),
    ],
)
def test_a_host_is_found_through_glue_and_through_servers_without(name, address):
    found = find(name)
    assert (found.addresses, found.rule, found.problem) == ((address,), "", "")


def test_known_addresses_need_no_asking():
    internet = Internet(TREE)
    assert find("ns1.new.lab.", internet, known={"ns1.new.lab.": ["192.0.2.77"]}).addresses == ("192.0.2.77",)
    assert not internet.asked


def test_ipv6_addresses_are_found_where_they_are_used():
    assert find("both.far.net.", ipv6=True).addresses == ("192.0.2.1", "2001:db8::2")
    assert find("both.far.net.").addresses == ("192.0.2.1",)
    assert find("only6.far.net.", ipv6=True).addresses == ("2001:db8::1",)
    alone = find("only6.far.net.", ipv6=False)
    assert (alone.addresses, alone.rule) == ((), "no-ipv6")
    assert "2001:db8::1" in find("only6.far.net.").problem


@pytest.mark.parametrize(
    ("name", "rule", "says"),
    [
        ("nothing.far.net.", "ns-unresolvable", "does not exist"),
        ("empty.far.net.", "ns-unresolvable", "neither A nor AAAA"),
        ("alias.lab.", "ns-is-cname", "RFC 2181"),
        ("ns.other.lab.", "ns-unresolvable", "`ns.nowhere.net.` does not exist"),
        (".", "ns-unresolvable", "no host"),
    ],
)
def test_a_host_without_an_address_says_why(name, rule, says):
    found = find(name)
    assert (found.addresses, found.rule) == ((), rule)
    assert says in found.problem


@pytest.mark.parametrize("behaviour", ["silent", "lame", "fails", "unsure"])
def test_a_bad_server_among_good_ones_is_passed_over(behaviour):
    assert find("ns1.child.lab.", Internet(TREE, {"127.52.1.1": behaviour})).addresses == ("127.52.2.1",)


@pytest.mark.parametrize(
    ("behaviour", "says"), [("silent", "does not answer"), ("lame", "REFUSED"), ("fails", "SERVFAIL")]
)
def test_bad_servers_alone_are_named_with_what_they_do(behaviour, says):
    internet = Internet(TREE, dict.fromkeys(["127.52.1.1", "127.52.1.2"], behaviour))
    found = find("host.child.lab.", internet)
    assert found.rule == "ns-unresolvable"
    assert says in found.problem
    assert "ns1.lab. (127.52.1.1)" in found.problem


def test_an_answer_without_aa_counts_where_there_is_no_better():
    internet = Internet(TREE, {"127.52.1.4": "unsure", "127.52.2.1": "silent"})
    assert find("host.child.lab.", internet).addresses == ("192.0.2.9",)


def test_glue_counts_where_the_zone_itself_is_silent():
    internet = Internet(TREE, dict.fromkeys(["127.52.2.1", "127.52.1.4"], "silent"))
    assert find("ns1.child.lab.", internet).addresses == ("127.52.2.1",)
    assert find("host.child.lab.", internet).rule == "ns-unresolvable"


def test_a_silent_server_is_asked_once_and_then_only_where_all_others_fail():
    internet = Internet(TREE, {"127.52.1.1": "silent"})

    async def several():
        finder = Finder(internet, HINTS, ipv6=False)
        for number in range(20):
            await finder.addresses(f"h{number}.lab.")

    asyncio.run(several())
    assert internet.asked["127.52.1.1"] == 1


def test_where_the_first_server_fails_the_others_are_asked_at_the_same_time():
    class Waiting(Internet):
        """Servers of the root that fail, or answer, only when all of them but the first were asked."""

        def __init__(self):
            super().__init__({**TREE, **dict.fromkeys(MORE, TREE["127.52.0.1"])}, dict.fromkeys(MORE[:-1], "silent"))
            self.all = asyncio.Event()

        async def ask(self, server, question, *rest, **more):
            if server.address in MORE[1:]:
                self.all.set() if server.address == MORE[-1] else await self.all.wait()
            return await super().ask(server, question, *rest, **more)

    async def one():
        hints = [Server(f"{address}.", address) for address in MORE]
        return await Finder(Waiting(), hints, ipv6=False).addresses("ns1.child.lab.")

    assert asyncio.run(asyncio.wait_for(one(), 10)).addresses == ("127.52.2.1",)


MORE = [f"127.52.0.{number}" for number in range(11, 18)]


def test_what_was_found_is_not_asked_for_again():
    internet = Internet(TREE)

    async def several():
        finder = Finder(internet, HINTS, ipv6=False)
        await asyncio.gather(*(finder.addresses(name) for name in ["ns1.child.lab.", "ns.far.net."] * 50))
        await finder.delegation("child.lab.")
        await finder.delegation("deep.ent.lab.")

    asyncio.run(several())
    assert internet.asked["127.52.0.1"] <= 3
    assert internet.asked.total() < 40


LOOP = changed(
    _1_3={
        "net.": """
            @ NS ns
            ns A 127.52.1.3
            a NS ns.b
            b NS ns.c
            c NS ns.a
            self NS ns.self
            pair NS ns1.pair
            pair NS ns2.pair
            saved NS ns.a
            saved NS ns.far
            far NS ns.far
            ns.far A 127.52.1.4
            """
    },
    _1_4={"saved.net.": "@ NS ns.a\nhost A 192.0.2.5", "far.net.": "@ NS ns\nns A 127.52.1.4"},
)


@pytest.mark.parametrize("start", ["ns.a.net.", "ns.b.net.", "ns.c.net."])
def test_name_servers_that_need_each_other_are_a_loop(start):
    found = find(start, Internet(LOOP))
    assert found.rule == "ns-loop"
    assert all(f"`ns.{letter}.net.`" in found.problem for letter in "abc")


@pytest.mark.parametrize("name", ["ns.self.net.", "ns1.pair.net.", "ns2.pair.net.", "x.pair.net."])
def test_a_zone_whose_servers_are_all_within_it_and_without_glue_is_no_loop_but_lacks_glue(name):
    found = find(name, Internet(LOOP))
    assert found.rule == "ns-unresolvable"
    assert "there is no glue for it" in found.problem


def test_a_loop_beside_a_way_out_is_no_trouble_whoever_asks_at_the_same_time():
    names = ["ns.a.net.", "ns.b.net.", "ns.c.net.", "host.saved.net.", "ns.far.net."]

    async def all_of_them():
        finder = Finder(Internet(LOOP), HINTS, ipv6=False)
        return await asyncio.gather(*(finder.addresses(name) for name in names))

    found = asyncio.run(all_of_them())
    assert [one.rule for one in found] == ["ns-loop"] * 3 + ["", ""]


def test_a_loop_met_from_one_side_does_not_spoil_what_has_another_way():
    tree = changed(
        _1_3={
            "net.": "@ NS ns\nns A 127.52.1.3\na NS ns.b\na NS zz.far\nb NS ns.a\nfar NS ns.far\nns.far A 127.52.1.4"
        },
        _1_4={"a.net.": "@ NS ns.b.net.\nns A 127.52.1.5", "far.net.": "@ NS ns\nns A 127.52.1.4\nzz A 127.52.1.4"},
        _1_5={"b.net.": "@ NS ns.a.net.\nns A 127.52.1.6"},
    )

    async def both(*names):
        finder = Finder(Internet(tree), HINTS, ipv6=False)
        return await asyncio.gather(*(finder.addresses(name) for name in names))

    for names in (["ns.a.net.", "ns.b.net."], ["ns.b.net.", "ns.a.net."]):
        found = {one.name: one.addresses for one in asyncio.run(both(*names))}
        assert found == {"ns.a.net.": ("127.52.1.5",), "ns.b.net.": ("127.52.1.6",)}


@pytest.mark.parametrize("start", ["ns.x.own.net.", "host.own.net.", "y.x.own.net."])
def test_a_host_that_serves_a_zone_above_itself_without_glue_is_told(start):
    tree = changed(_1_3={"net.": "@ NS ns\nns A 127.52.1.3\nown NS ns.x.own"})
    found = find(start, Internet(tree))
    assert not found.addresses
    assert "`ns.x.own.net.`" in found.problem
    assert "there is no glue for it" in found.problem


@pytest.mark.parametrize("start", ["host.low.a.net.", "host.lower.low.a.net."])
def test_below_a_loop_nothing_is_found_and_the_loop_is_told(start):
    found = find(start, Internet(LOOP))
    assert found.rule == "ns-loop"
    assert "`ns.b.net.`" in found.problem


def test_a_chain_of_name_servers_that_never_ends_does():
    class Endless(Internet):
        def _answer(self, server, question, transport):
            name = question.name.split(".")
            if len(name) < 3 or not name[-3].startswith("z"):
                return super()._answer(server, question, transport)
            following = f"ns.z{int(name[-3][1:]) + 1}.net."
            ns = Records(f"{name[-3]}.net.", "NS", 60, frozenset([to_wire("NS", following)]))
            return Reply(server, question, transport, "NOERROR", authoritative=False, authority=[ns])

    internet = Endless(TREE)
    found = find("ns.z1.net.", internet)
    assert found.rule == "ns-loop"
    assert internet.asked.total() < 100


def test_a_zone_that_names_many_servers_which_name_many_more_costs_a_bounded_number_of_questions():
    class Crowd(Internet):
        def _answer(self, server, question, transport):
            name = question.name.split(".")
            if len(name) < 3 or not name[-3].startswith("z"):
                return super()._answer(server, question, transport)
            many = [to_wire("NS", f"ns.{name[-3]}{letter}.net.") for letter in "abcdefghijklmnopqrstuvwxyz"]
            ns = Records(f"{name[-3]}.net.", "NS", 60, frozenset(many))
            return Reply(server, question, transport, "NOERROR", authoritative=False, authority=[ns])

    internet = Crowd(TREE)
    found = find("ns.z.net.", internet)
    assert found.rule == "ns-loop"
    assert internet.asked.total() < 2000


def test_glue_outside_the_zone_of_the_server_that_gives_it_is_not_believed():
    lie = Records("ns.far.net.", "A", 60, frozenset([bytes([203, 0, 113, 66])]))

    def lying(reply):
        if not reply.authority:
            return reply
        kept = [one for one in reply.additional if one.name != "ns1.child.lab."]
        return Reply(
            reply.server,
            reply.question,
            reply.transport,
            reply.rcode,
            reply.authoritative,
            authority=reply.authority,
            additional=[*kept, lie],
        )

    internet = Internet(TREE, {"127.52.1.1": lying, "127.52.1.2": lying})
    assert find("host.child.lab.", internet).addresses == ("192.0.2.9",)
    assert "203.0.113.66" not in internet.asked
    assert "ns.far.net." not in delegation("child.lab.", internet).glue


@pytest.mark.parametrize("owner", [".", "lab.", "net.", "other.lab."])
def test_a_referral_upwards_or_sideways_is_lame(owner):
    ns = Records(owner, "NS", 60, frozenset([to_wire("NS", "ns.far.net.")]))

    def refer(reply):
        return Reply(reply.server, reply.question, reply.transport, "NOERROR", authoritative=False, authority=[ns])

    internet = Internet(TREE, dict.fromkeys(["127.52.1.1", "127.52.1.2"], refer))
    found = find("host.child.lab.", internet)
    assert found.rule == "ns-unresolvable"
    assert "is not authoritative for `lab.`" in found.problem
