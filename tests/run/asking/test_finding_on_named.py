"""The same finding with real sockets: root, parent and child on `named`, one address each."""

import asyncio
import socket

import pytest

from tests.support.internet import Internet, running_internet
from tests.support.internet_tree import BOTH, DS, HINTS, LAB, TREE
from tests.support.root import as_root
from zonesync.model.rdata import to_wire
from zonesync.run.asking.asker import Asker
from zonesync.run.asking.finding import Finder
from zonesync.run.asking.messages import Server

pytestmark = [pytest.mark.server, as_root]

SHARED = {
    "127.52.3.1": {
        ".": "@ NS a.root.\na.root. A 127.52.3.1\nlab. NS ns1.lab.\nns1.lab. A 127.52.3.2",
    },
    "127.52.3.2": {
        "lab.": LAB.replace("127.52.1", "127.52.3").replace("@ NS ns2\n", "") + f"child DS {DS}\n",
        "child.lab.": BOTH["child.lab."],
    },
}
NAMES = [
    *["a.root.", "ns1.lab.", "ns1.child.lab.", "ns.far.net.", "host.child.lab.", "host.deep.ent.lab."],
    *["nothing.far.net.", "empty.far.net.", "alias.lab.", "ns.other.lab.", "both.far.net."],
]
ZONES = ["lab.", "child.lab.", "deep.ent.lab.", "nothing.lab.", "alias.lab.", "far.net.", "nothing."]


@pytest.fixture(scope="module")
def internet(tmp_path_factory):
    with running_internet(tmp_path_factory.mktemp("internet"), {**TREE, **SHARED}):
        yield


def found(work, hints=HINTS):
    async def run():
        async with Asker(rate=2000, timeout=0.4, tries=2) as asker:
            return await work(Finder(asker, hints, ipv6=False))

    return asyncio.run(run())


def in_memory(work):
    return asyncio.run(work(Finder(Internet(TREE), HINTS, ipv6=False)))


def test_named_and_memory_lead_to_the_same_hosts(internet):
    async def all_of_them(finder):
        return await asyncio.gather(*(finder.addresses(name) for name in NAMES))

    assert found(all_of_them) == in_memory(all_of_them)


def test_named_and_memory_lead_to_the_same_delegations(internet):
    async def all_of_them(finder):
        return await asyncio.gather(*(finder.delegation(zone) for zone in ZONES))

    assert found(all_of_them) == in_memory(all_of_them)


def test_where_named_has_parent_and_child_the_ds_is_the_parents_and_the_ns_the_childs(internet):
    told = found(lambda finder: finder.delegation("child.lab."), (Server("a.root.", "127.52.3.1"),))
    assert (told.parent, told.ttl, told.ds) == ("lab.", 900, {to_wire("DS", DS)})
    assert [one.authoritative for one in told.by_server.values()] == [True]


def test_a_root_server_that_is_silent_and_one_where_nobody_listens_are_passed_over(internet):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.52.4.1", 53))
        hints = (Server("0.root.", "127.52.4.1"), Server("1.root.", "127.52.4.2"), *HINTS)
        told = found(lambda finder: finder.addresses("ns1.child.lab."), hints)
    assert told.addresses == ("127.52.2.1",)


def test_a_root_of_which_nobody_answers_says_of_each_what_it_does(internet):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.52.4.1", 53))
        hints = (Server("0.root.", "127.52.4.1"), Server("1.root.", "127.52.4.2"))
        told = found(lambda finder: finder.delegation("child.lab."), hints)
    assert told.rule == "parent-unreachable"
    assert "0.root. (127.52.4.1) does not answer" in told.problem
    assert "1.root. (127.52.4.2) has nobody who listens there" in told.problem
