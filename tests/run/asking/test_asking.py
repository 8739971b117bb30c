"""Questions to servers that answer well."""

import asyncio
import contextlib
import resource
import socket
import time

import dns.rdata
import pytest

from tests.support.dns_servers import Behaviour, dns_server
from tests.support.root import WORKER, as_root
from zonesync.run.asking.asker import Asker
from zonesync.run.asking.messages import NoReply, Question, Reply, Server, Transport, Trouble

pytestmark = as_root

ZONE = """
$ORIGIN child.lab.
$TTL 300
@ SOA ns1 hostmaster 7 3600 900 1209600 300
@ NS ns1
@ NS ns.Other.Example.
ns1 A 192.0.2.1
www 60 A 192.0.2.2
www 60 A 192.0.2.3
mail MX 10 WWW
long TXT "{long}"
sub NS ns.sub
sub DS 1 13 2 0000000000000000000000000000000000000000000000000000000000000000
ns.sub A 192.0.2.9
*.wild A 192.0.2.4
alias CNAME www
""".format(long='" "'.join(["x" * 250] * 8))
HOST = f"127.51.{10 + WORKER}.1"
WWW = Question("www.child.lab.", "A")


def ask(question, transport=Transport.UDP, *, address=HOST, timeout=0.5, tries=2, **how):
    async def once():
        async with Asker(timeout=timeout, tries=tries) as asker:
            return await asker.ask(Server("ns1.child.lab.", address), question, transport, **how)

    return asyncio.run(once())


def rdata(rtype, *texts):
    return frozenset(
        dns.rdata.from_text(
            "IN", rtype, text, origin=dns.name.from_text("child.lab."), relativize=False
        ).to_digestable()
        for text in texts
    )


@pytest.fixture(scope="module")
def good():
    with dns_server(HOST, ZONE, nsid="site-a") as server:
        yield server


@pytest.mark.parametrize("transport", Transport)
def test_an_answer_has_the_rrset_its_ttl_and_that_it_is_authoritative(good, transport):
    reply = ask(WWW, transport)
    assert isinstance(reply, Reply)
    assert (reply.rcode, reply.authoritative, reply.truncated, reply.transport) == ("NOERROR", True, False, transport)
    (records,) = reply.answer
    assert (records.name, records.type, records.ttl) == ("www.child.lab.", "A", 60)
    assert records.rdatas == rdata("A", "192.0.2.2", "192.0.2.3")
    assert reply.troubles == ()
    assert reply.seconds > 0


@pytest.mark.parametrize("transport", Transport)
def test_the_server_says_who_it_is(good, transport):
    assert ask(WWW, transport).nsid == "site-a"


def test_names_in_rdata_are_compared_in_lower_case(good):
    (records,) = ask(Question("mail.child.lab.", "MX")).answer
    assert records.rdatas == {b"\0\x0a\x03www\x05child\x03lab\0"}


def test_a_referral_has_name_servers_ds_and_glue_and_is_not_authoritative(good):
    reply = ask(Question("www.sub.child.lab.", "A"))
    assert not reply.authoritative
    assert not reply.answer
    assert {records.type for records in reply.authority} == {"NS", "DS"}
    assert [(records.name, records.rdatas) for records in reply.additional] == [
        ("ns.sub.child.lab.", rdata("A", "192.0.2.9"))
    ]


@pytest.mark.parametrize(
    ("name", "rtype", "rcode", "owners"),
    [
        ("nothing.child.lab.", "A", "NXDOMAIN", []),
        ("www.child.lab.", "AAAA", "NOERROR", []),
        ("wild.child.lab.", "A", "NOERROR", []),
        ("any.wild.child.lab.", "A", "NOERROR", ["any.wild.child.lab."]),
        ("alias.child.lab.", "A", "NOERROR", ["alias.child.lab.", "www.child.lab."]),
        ("sub.child.lab.", "DS", "NOERROR", ["sub.child.lab."]),
        ("www.example.com.", "A", "REFUSED", []),
    ],
)
def test_a_reply_says_what_there_is(good, name, rtype, rcode, owners):
    reply = ask(Question(name, rtype))
    assert (reply.rcode, [records.name for records in reply.answer]) == (rcode, owners)


def test_an_answer_too_large_for_udp_comes_by_tcp(good):
    reply = ask(Question("long.child.lab.", "TXT"))
    assert (reply.transport, reply.truncated) == (Transport.TCP, True)
    (records,) = reply.answer
    assert sum(map(len, records.rdatas)) == 8 * 251


def test_without_fallback_a_truncated_answer_is_the_answer(good):
    reply = ask(Question("long.child.lab.", "TXT"), fallback=False)
    assert (reply.transport, reply.truncated, reply.answer) == (Transport.UDP, True, ())


def test_a_connection_serves_many_questions():
    with dns_server("127.51.1.2", ZONE) as server:

        async def many():
            async with Asker(rate=10_000, timeout=5, connections=2) as asker:
                place = Server("ns1.child.lab.", server.address)
                return await asyncio.gather(*(asker.ask(place, WWW, Transport.TCP) for _ in range(200)))

        assert all(isinstance(reply, Reply) and reply.answer for reply in asyncio.run(many()))
        assert server.connections <= 2
        assert server.together > 1


@pytest.mark.parametrize("transport", Transport)
def test_nobody_listening_is_told_at_once(transport):
    reply = ask(WWW, transport, address="127.51.1.3", timeout=60)
    assert isinstance(reply, NoReply)
    assert (reply.trouble, reply.words) == (Trouble.CLOSED, "connection refused")


def test_queries_are_counted_by_address():
    with dns_server("127.51.1.4", ZONE, Behaviour.TRUNCATES) as server:

        async def both():
            async with Asker(timeout=5) as asker:
                await asker.ask(Server("a.", server.address), WWW)
                await asker.ask(Server("b.", server.address), WWW, Transport.TCP)
                return dict(asker.counts)

        assert asyncio.run(both()) == {server.address: 3}
        assert server.asked == {"udp": 1, "tcp": 2}


def test_ipv6_works():
    with contextlib.closing(socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)) as trial:
        try:
            trial.bind(("::1", 0))
        except OSError:
            pytest.skip("this host has no IPv6")
    with dns_server("::1", ZONE, port=5351) as server:

        async def both():
            async with Asker(timeout=5) as asker:
                place = Server("ns1.child.lab.", "0:0::1", server.port)
                return [await asker.ask(place, WWW, transport) for transport in Transport]

        assert [reply.rcode for reply in asyncio.run(both())] == ["NOERROR", "NOERROR"]


@pytest.mark.parametrize("address", ["ns1.example.", "192.0.2.300", "2001:db8::g", ""])
def test_what_is_no_address_is_an_error_of_the_caller(address):
    with pytest.raises(ValueError, match="is no IP address"):
        ask(WWW, address=address)


def test_what_is_no_type_is_an_error_of_the_caller():
    with pytest.raises(ValueError, match="`WWW` is no type"):
        ask(Question("www.child.lab.", "WWW"))


@pytest.mark.parametrize("wrong", [{"rate": 0}, {"timeout": 0}, {"tries": 0}, {"connections": 0}])
def test_limits_that_let_nothing_through_are_refused(wrong):
    with pytest.raises(ValueError, match="at least 1"):
        Asker(**wrong)


@pytest.mark.parametrize("transport", Transport)
def test_leaving_cancels_who_still_waits(transport):
    with dns_server("127.51.1.5", ZONE, Behaviour.SILENT) as server:

        async def leave():
            async with Asker(timeout=60) as asker:
                waiting = asyncio.create_task(asker.ask(Server("ns1.", server.address), WWW, transport))
                await asyncio.sleep(0.02)
            return await asyncio.gather(waiting, return_exceptions=True)

        (outcome,) = asyncio.run(leave())
        assert isinstance(outcome, asyncio.CancelledError)


def test_the_rate_holds_over_both_transports_and_repeats():
    """A lower bound of what the pace must take: a slow machine only takes longer."""
    with dns_server("127.51.1.6", ZONE, Behaviour.TRUNCATES) as server:

        async def many():
            async with Asker(rate=200, timeout=10) as asker:
                place = Server("ns1.", server.address)
                started = time.monotonic()
                # Over UDP each is truncated, and asked again over TCP.
                await asyncio.gather(*(asker.ask(place, WWW, transport) for transport in Transport for _ in range(20)))
                return asker.counts[server.address], time.monotonic() - started

        count, seconds = asyncio.run(many())
    assert count == 60 == server.asked.total()
    assert seconds >= (60 - 20 - 1) / 200


@pytest.mark.parametrize("transport", Transport)
def test_a_process_without_descriptors_does_not_blame_the_server(transport):
    async def starved():
        async with Asker() as asker:
            limits = resource.getrlimit(resource.RLIMIT_NOFILE)
            resource.setrlimit(resource.RLIMIT_NOFILE, (0, limits[1]))
            try:
                return await asker.ask(Server("ns1.", HOST), WWW, transport)
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, limits)

    with pytest.raises(OSError, match="Too many open files"):
        asyncio.run(starved())
