"""A parent of which one server misbehaves is asked of the other; alone, it is told what it does. Real sockets."""

import asyncio
import socket
from contextlib import ExitStack

import pytest

from tests.support.dns_servers import Behaviour, dns_server
from zonesync.findings import Severity
from zonesync.run.asking.asker import Asker
from zonesync.run.asking.delegation import check
from zonesync.run.asking.finding import Finder
from zonesync.run.asking.messages import Server

ROOT, GOOD, BAD = "127.52.5.1", "127.52.5.2", "127.52.5.3"
SOA = "@ 60 IN SOA ns.invalid. host.invalid. 1 60 60 60 60\n"
ROOT_ZONE = f"""{SOA}@ 60 IN NS a.root.
a.root. 60 IN A {ROOT}
lab. 60 IN NS ns1.lab.
lab. 60 IN NS ns2.lab.
ns1.lab. 60 IN A {GOOD}
ns2.lab. 60 IN A {BAD}
"""
LAB = f"""{SOA}@ 60 IN NS ns1
@ 60 IN NS ns2
ns1 60 IN A {GOOD}
ns2 60 IN A {BAD}
child 60 IN NS ns1.child
ns1.child 60 IN A 127.52.5.9
host 60 IN A 192.0.2.1
"""
USELESS = {
    Behaviour.REFUSES: "refuses (REFUSED)",
    Behaviour.FAILS: "fails (SERVFAIL)",
    Behaviour.SILENT: "does not answer",
    Behaviour.WRONG_ID: "answers with the id of another query",
    Behaviour.WRONG_PORT: "answers from another address or port",
    Behaviour.WRONG_QUESTION: "answers another question",
    Behaviour.TRUNCATES_ALWAYS: "truncates its answer",
    Behaviour.GARBAGE: "is no DNS message",
    Behaviour.LOOPS: "is no DNS message",
    Behaviour.REFUSES_UDP: "has nobody who listens there",
}
GOOD_ENOUGH = [
    Behaviour.DROPS_HALF,
    Behaviour.WRONG_ID_FIRST,
    Behaviour.TRUNCATES,
    Behaviour.REFUSES_TCP,
    Behaviour.CLOSES_TCP,
    Behaviour.FORMERR_TO_EDNS,
    Behaviour.NOTIMP_TO_EDNS,
    # What a parent refers to is no answer of its own authority.
    Behaviour.NOT_AUTHORITATIVE,
]


def asked(work, *behaviours, both=False):
    """Run *work* with a finder where one server of `lab.`, or *both*, behaves badly."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind((ROOT, 0))
        port = free.getsockname()[1]

    async def run():
        async with Asker(rate=1000, timeout=0.15, tries=3) as asker:
            return await work(Finder(asker, [Server("a.root.", ROOT, port)], ipv6=False))

    with ExitStack() as stack:
        stack.enter_context(dns_server(ROOT, {".": ROOT_ZONE}, port=port))
        stack.enter_context(dns_server(GOOD, {"lab.": LAB}, *(behaviours if both else ()), port=port))
        stack.enter_context(dns_server(BAD, {"lab.": LAB}, *behaviours, port=port))
        return asyncio.run(run())


@pytest.mark.parametrize("behaviour", [*USELESS, *GOOD_ENOUGH])
def test_a_parent_with_one_bad_server_still_tells_the_delegation(behaviour):
    delegated = asked(lambda finder: finder.delegation("child.lab."), behaviour)
    assert (delegated.rule, delegated.hosts) == ("", ("ns1.child.lab.",))
    told = {server.name: one.problem for server, one in delegated.by_server.items()}
    assert told["ns1.lab."] == ""
    assert USELESS.get(behaviour, "") in told["ns2.lab."]
    findings = check("child.lab.", delegated, delegated.hosts, known={"ns1.child.lab.": ["127.52.5.9"]})
    expected = [("parent-unreachable", Severity.INFO)] if behaviour in USELESS else []
    assert [(one.rule, one.severity) for one in findings] == expected


@pytest.mark.parametrize("behaviour", list(USELESS))
def test_a_parent_of_bad_servers_alone_is_unreachable_and_says_why(behaviour):
    delegated = asked(lambda finder: finder.delegation("child.lab."), behaviour, both=True)
    assert (delegated.rule, delegated.hosts) == ("parent-unreachable", ())
    assert delegated.problem.count(USELESS[behaviour]) == 2


@pytest.mark.parametrize("behaviour", [*GOOD_ENOUGH, Behaviour.SHUFFLES_TCP])
def test_hosts_are_found_with_servers_that_are_good_enough(behaviour):
    found = asked(lambda finder: finder.addresses("host.lab."), behaviour, both=True)
    assert (found.addresses, found.rule) == (("192.0.2.1",), "")
