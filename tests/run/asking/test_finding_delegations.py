"""The delegation of a zone is what its parent's servers say, each of them; the internet here is in memory."""

import asyncio

import pytest

from tests.support.internet import Internet
from tests.support.internet_tree import BOTH, DS, HINTS, LAB, TREE, changed, delegation
from zonesync.model.rdata import to_wire
from zonesync.run.asking.finding import Finder
from zonesync.run.asking.messages import Records, Reply, Server

PARENTS = (Server("ns1.lab.", "127.52.1.1"), Server("ns2.lab.", "127.52.1.2"))


def test_a_delegation_has_its_hosts_ttl_and_glue_from_every_server_of_the_parent():
    found = delegation("child.lab.")
    assert (found.zone, found.parent, found.servers) == ("child.lab.", "lab.", PARENTS)
    assert found.hosts == ("ns.far.net.", "ns1.child.lab.")
    assert (found.ttl, found.glue, found.ds) == (60, {"ns1.child.lab.": ("127.52.2.1",)}, frozenset())
    assert (found.rule, found.problem) == ("", "")
    assert set(found.by_server) == set(PARENTS)
    assert {one.hosts for one in found.by_server.values()} == {found.hosts}


def test_the_root_has_no_parent_and_breaks_no_rule():
    found = delegation(".")
    assert (found.parent, found.rule, found.hosts) == ("", "", ())
    assert found.problem == "the root has no parent"


def test_the_parent_of_a_top_level_domain_is_the_root():
    assert (delegation("lab.").parent, delegation("lab.").hosts) == (".", ("ns1.lab.", "ns2.lab."))


def test_a_name_between_that_is_no_zone_is_no_parent():
    found = delegation("deep.ent.lab.")
    assert (found.parent, found.hosts, found.rule) == ("lab.", ("ns.far.net.",), "")


@pytest.mark.parametrize(
    ("zone", "parent", "says"),
    [
        ("nothing.lab.", "lab.", "knows no `nothing.lab.` (NXDOMAIN)"),
        ("ns1.lab.", "lab.", "has no NS at `ns1.lab.`"),
        ("alias.lab.", "lab.", "is an alias"),
        ("x.nothing.lab.", "lab.", "NXDOMAIN"),
        ("nothing.", ".", "NXDOMAIN"),
    ],
)
def test_a_zone_that_no_server_delegates_is_not_delegated(zone, parent, says):
    found = delegation(zone)
    assert (found.parent, found.rule, found.hosts) == (parent, "not-delegated", ())
    assert says in found.problem


def test_the_servers_of_the_parent_may_differ_and_the_delegation_is_all_that_any_says():
    other = LAB.replace("child NS ns1.child\n", f"child 300 NS ns9.child\nchild DS {DS}\nns9.child A 127.52.2.9\n")
    other = other.replace("child NS ns.far.net.", "child 300 NS ns.far.net.")
    found = delegation("child.lab.", Internet(changed(_1_2={"lab.": other})))
    assert found.hosts == ("ns.far.net.", "ns1.child.lab.", "ns9.child.lab.")
    assert found.ttl == 300
    assert found.glue == {"ns1.child.lab.": ("127.52.2.1",), "ns9.child.lab.": ("127.52.2.9",)}
    assert found.ds == {to_wire("DS", DS)}
    assert found.by_server[PARENTS[0]].hosts != found.by_server[PARENTS[1]].hosts


@pytest.mark.parametrize(
    ("behaviour", "says"),
    [("silent", "does not answer"), ("lame", "REFUSED"), ("fails", "SERVFAIL"), ("bare", "")],
)
def test_one_bad_server_of_the_parent_keeps_nobody_from_the_answer(behaviour, says):
    found = delegation("child.lab.", Internet(TREE, {"127.52.1.2": behaviour}))
    assert (found.rule, found.hosts) == ("", ("ns.far.net.", "ns1.child.lab."))
    assert says in found.by_server[PARENTS[1]].problem


def test_a_parent_of_which_nobody_answers_is_unreachable():
    found = delegation("child.lab.", Internet(TREE, {"127.52.1.1": "silent", "127.52.1.2": "lame"}))
    assert (found.parent, found.rule) == ("lab.", "parent-unreachable")
    assert "ns1.lab. (127.52.1.1) does not answer" in found.problem
    assert "ns2.lab. (127.52.1.2) refuses (REFUSED)" in found.problem
    assert found.ds is None


def test_a_root_that_does_not_answer_is_told_for_the_parent():
    found = delegation("child.lab.", Internet(TREE, {"127.52.0.1": "silent"}))
    assert (found.parent, found.rule) == ("", "parent-unreachable")
    assert "a.root. (127.52.0.1) does not answer" in found.problem


def test_a_name_server_of_the_parent_without_an_address_is_told_and_the_others_are_asked():
    tree = changed(_0_1={".": TREE["127.52.0.1"]["."] + "lab. NS ns.nowhere.net.\n"})
    found = delegation("child.lab.", Internet(tree))
    assert found.servers == PARENTS
    assert found.hosts
    assert "does not exist" in found.unresolved["ns.nowhere.net."]


def test_a_server_without_glue_from_the_parents_parent_is_asked_too():
    tree = changed(
        _0_1={".": TREE["127.52.0.1"]["."].replace("lab. NS ns2.lab.", "lab. NS ns2.far.net.")},
        _1_4={**TREE["127.52.1.4"], "far.net.": "@ NS ns\nns A 127.52.1.4\nns2 A 127.52.1.2"},
    )
    found = delegation("child.lab.", Internet(tree))
    assert found.servers == (PARENTS[0], Server("ns2.far.net.", "127.52.1.2"))


@pytest.mark.parametrize("bare", [False, True])
def test_where_parent_and_child_share_their_servers_what_those_answer_is_the_delegation(bare):
    tree = changed(_1_1=BOTH, _1_2=BOTH)
    internet = Internet(tree, dict.fromkeys(["127.52.1.1", "127.52.1.2"], "bare") if bare else {})
    found = delegation("child.lab.", internet)
    assert (found.parent, found.hosts, found.ttl) == ("lab.", ("ns.far.net.", "ns1.child.lab."), 900)
    assert found.ds == {to_wire("DS", DS)}
    assert all(one.authoritative for one in found.by_server.values())


def test_a_referral_goes_before_the_answer_of_a_server_that_has_the_child_too():
    stale = {"lab.": LAB, "child.lab.": "@ 900 NS ns.old.net.\n"}
    found = delegation("child.lab.", Internet(changed(_1_2=stale)))
    assert (found.hosts, found.ttl) == (("ns.far.net.", "ns1.child.lab."), 60)
    assert found.by_server[PARENTS[1]].hosts == ("ns.old.net.",)
    assert found.by_server[PARENTS[1]].authoritative


@pytest.mark.parametrize("bare", [False, True])
def test_a_zone_two_cuts_down_on_one_server_has_the_nearer_cut_for_its_parent(bare):
    held = {
        **BOTH,
        "child.lab.": "@ NS ns1\nns1 A 127.52.1.1\nlow NS ns.far.net.\nlow NS ns1.low\nns1.low A 127.52.1.4",
        "low.child.lab.": "@ NS ns.far.net.\n@ NS ns1\nns1 A 127.52.1.4",
    }
    internet = Internet(changed(_1_1=held, _1_2=held), {"127.52.1.1": "bare"} if bare else {})
    found = delegation("low.child.lab.", internet)
    assert (found.parent, found.servers) == ("child.lab.", (Server("ns1.child.lab.", "127.52.1.1"),))
    assert found.hosts == ("ns.far.net.", "ns1.low.child.lab.")


def test_an_answer_without_authority_and_a_referral_past_the_zone_are_no_delegation():
    def vague(reply):
        return Reply(
            reply.server, reply.question, reply.transport, "NOERROR", authoritative=False, answer=reply.authority
        )

    def beside(reply):
        lower = Records("ent.lab.", "NS", 60, reply.authority[0].rdatas if reply.authority else frozenset())
        return Reply(reply.server, reply.question, reply.transport, "NOERROR", authoritative=False, authority=[lower])

    found = delegation("child.lab.", Internet(TREE, {"127.52.1.1": vague}))
    assert "without being authoritative" in found.by_server[PARENTS[0]].problem
    found = delegation("deep.ent.lab.", Internet(TREE, {"127.52.1.2": beside}))
    assert "`ent.lab.`" in found.by_server[PARENTS[1]].problem
    assert found.hosts == ("ns.far.net.",)


def test_a_ds_answer_from_the_childs_side_says_nothing_of_the_parents():
    def childish(reply):
        if reply.question.type != "DS":
            return reply
        child = Internet({reply.server.address: {"child.lab.": "@ NS x.net."}})
        return child._answer(reply.server, reply.question, reply.transport)

    internet = Internet(TREE, dict.fromkeys(["127.52.1.1", "127.52.1.2"], childish))
    assert delegation("child.lab.", internet).ds is None


@pytest.mark.parametrize("zone", ["zone.a.net.", "zone.low.a.net.", "zone.lower.low.a.net."])
def test_a_loop_above_the_zone_is_a_parent_that_cannot_be_reached(zone):
    tree = changed(_1_3={"net.": "@ NS ns\nns A 127.52.1.3\na NS ns.b\nb NS ns.a"})
    found = delegation(zone, Internet(tree))
    assert found.rule == "parent-unreachable"
    assert "`ns.a.net.`" in found.problem
    assert "`ns.b.net.`" in found.problem


def test_a_delegation_that_is_asked_for_again_is_asked_for_anew():
    internet = Internet(TREE)

    async def twice():
        finder = Finder(internet, HINTS, ipv6=False)
        await finder.delegation("child.lab.")
        before = internet.asked.total()
        await finder.delegation("child.lab.")
        return internet.asked.total() - before

    assert asyncio.run(twice()) == 4
