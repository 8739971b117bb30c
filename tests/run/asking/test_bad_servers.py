"""Servers that misbehave: each is told apart from the others, and none holds the others up."""

import asyncio
import contextlib
import socket

import pytest

from tests.run.asking.test_asking import WWW, ZONE, ask
from tests.support.dns_servers import Behaviour, dns_server
from tests.support.root import as_root
from zonesync.run.asking.asker import Asker
from zonesync.run.asking.messages import NoReply, Question, Reply, Server, Transport, Trouble

pytestmark = as_root

UDP, TCP = Transport.UDP, Transport.TCP
B, T = Behaviour, Trouble
GOOD = ("NOERROR", True, ())

TABLE = [
    # behaviours, asked over, then a reply's rcode, AA and troubles, or the trouble instead of a reply
    ((), UDP, GOOD),
    ((), TCP, GOOD),
    ((B.REFUSES,), UDP, ("REFUSED", False, ())),
    ((B.REFUSES,), TCP, ("REFUSED", False, ())),
    ((B.FAILS,), UDP, ("SERVFAIL", False, ())),
    ((B.NOT_AUTHORITATIVE,), UDP, ("NOERROR", False, ())),
    ((B.SILENT,), UDP, T.TIMEOUT),
    ((B.SILENT,), TCP, T.TIMEOUT),
    ((B.DROPS_HALF,), UDP, ("NOERROR", True, (T.LOST,))),
    ((B.DROPS_HALF,), TCP, GOOD),
    ((B.WRONG_ID,), UDP, T.WRONG_ID),
    ((B.WRONG_ID,), TCP, T.WRONG_ID),
    ((B.WRONG_ID_FIRST,), UDP, ("NOERROR", True, (T.WRONG_ID,))),
    ((B.WRONG_PORT,), UDP, T.WRONG_SOURCE),
    ((B.WRONG_PORT,), TCP, GOOD),
    ((B.WRONG_ADDRESS,), UDP, T.WRONG_SOURCE),
    ((B.WRONG_QUESTION,), UDP, T.WRONG_QUESTION),
    ((B.WRONG_QUESTION,), TCP, T.WRONG_QUESTION),
    ((B.TRUNCATES,), UDP, GOOD),
    ((B.TRUNCATES,), TCP, GOOD),
    ((B.TRUNCATES_ALWAYS,), UDP, T.TRUNCATED),
    ((B.TRUNCATES_ALWAYS,), TCP, T.TRUNCATED),
    ((B.TRUNCATES, B.REFUSES_TCP), UDP, T.TRUNCATED),
    ((B.TRUNCATES, B.SILENT_TCP), UDP, T.TRUNCATED),
    ((B.REFUSES_TCP,), UDP, GOOD),
    ((B.REFUSES_TCP,), TCP, T.CLOSED),
    ((B.REFUSES_UDP,), UDP, T.CLOSED),
    ((B.REFUSES_UDP,), TCP, GOOD),
    ((B.SILENT_UDP,), TCP, GOOD),
    ((B.CUTS_TCP,), UDP, GOOD),
    ((B.CUTS_TCP,), TCP, T.BROKEN),
    ((B.RESETS_TCP,), TCP, T.BROKEN),
    ((B.CLOSES_TCP,), TCP, GOOD),
    ((B.SHUFFLES_TCP,), TCP, GOOD),
    ((B.VARIES,), UDP, GOOD),
    ((B.GARBAGE,), UDP, T.MALFORMED),
    ((B.GARBAGE,), TCP, T.MALFORMED),
    ((B.CUT_RECORD,), UDP, T.MALFORMED),
    ((B.LOOPS,), UDP, T.MALFORMED),
    ((B.LOOPS,), TCP, T.MALFORMED),
    ((B.ECHOES,), UDP, T.MALFORMED),
    ((B.FORMERR_TO_EDNS,), UDP, ("NOERROR", True, (T.NO_EDNS,))),
    ((B.FORMERR_TO_EDNS,), TCP, ("NOERROR", True, (T.NO_EDNS,))),
    ((B.HEADER_TO_EDNS,), UDP, ("NOERROR", True, (T.NO_EDNS,))),
    ((B.NOTIMP_TO_EDNS,), UDP, ("NOERROR", True, (T.NO_EDNS,))),
    ((B.FORMERR,), UDP, ("FORMERR", False, ())),
    ((B.SLOW,), UDP, GOOD),
    ((B.SLOW,), TCP, GOOD),
]
IDS = ["-".join([*behaviours, transport]) or "good" for behaviours, transport, _ in TABLE]


def told(reply):
    if isinstance(reply, NoReply):
        return reply.trouble
    return reply.rcode, reply.authoritative, reply.troubles


def patience(expected):
    """Wait long for what comes, and briefly for what does not."""
    if isinstance(expected, Trouble):
        return {"timeout": 0.1 if expected is Trouble.TIMEOUT else 0.4, "tries": 1}
    return {"timeout": 0.25 if Trouble.LOST in expected[2] else 10, "tries": 3}


@pytest.mark.parametrize(("behaviours", "transport", "expected"), TABLE, ids=IDS)
def test_each_misbehaviour_is_told_apart(behaviours, transport, expected):
    with dns_server("127.51.0.1", ZONE, *behaviours, delay=0.02):
        reply = ask(WWW, transport, address="127.51.0.1", **patience(expected))
    assert told(reply) == expected
    assert isinstance(reply, Reply) or reply.words


def test_none_holds_the_others_up():
    """All of them at once, with a timeout that the good ones would notice: these have their answers long before."""
    rows = [(behaviours, expected) for behaviours, transport, expected in TABLE if transport is UDP]
    with contextlib.ExitStack() as stack:
        servers = [
            stack.enter_context(dns_server(f"127.51.2.{number}", ZONE, *behaviours))
            for number, (behaviours, _) in enumerate(rows, 1)
            if B.WRONG_ADDRESS not in behaviours
        ]
        rows = [row for row in rows if B.WRONG_ADDRESS not in row[0]]
        finished = []

        async def one(asker, server, expected):
            replies = await asyncio.gather(*(asker.ask(Server("ns1.", server.address), WWW) for _ in range(8)))
            finished.append(server)
            return replies, expected

        async def everybody():
            async with Asker(rate=10_000, timeout=1.5, tries=1) as asker:
                return await asyncio.gather(
                    *(one(asker, server, expected) for server, (_, expected) in zip(servers, rows, strict=True))
                )

        for replies, expected in asyncio.run(everybody()):
            if not isinstance(expected, tuple) or Trouble.LOST not in expected[2]:  # It has one try here.
                assert {told(reply) for reply in replies} == {expected}
    waits = {B.SILENT, B.DROPS_HALF, B.WRONG_ID, B.WRONG_PORT, B.WRONG_QUESTION}
    waits |= {B.SILENT_TCP, B.GARBAGE, B.CUT_RECORD, B.LOOPS, B.ECHOES}
    late = [bool(waits & server.behaviours) for server in finished]
    assert late == sorted(late)


def test_a_server_that_drops_every_second_packet_still_answers_everything():
    with dns_server("127.51.0.2", ZONE, B.DROPS_HALF) as server:

        async def many():
            async with Asker(rate=10_000, timeout=0.1, tries=30) as asker:
                return await asyncio.gather(*(asker.ask(Server("ns1.", server.address), WWW) for _ in range(30)))

        replies = asyncio.run(many())
    assert {reply.rcode for reply in replies} == {"NOERROR"}
    assert any(Trouble.LOST in reply.troubles for reply in replies)


def test_a_slow_answer_to_the_first_try_is_an_answer_and_nothing_was_lost():
    with dns_server("127.51.0.3", ZONE, B.SLOW, delay=0.15) as server:
        reply = ask(WWW, address=server.address, timeout=0.1, tries=3)
        assert server.asked["udp"] > 1
    assert told(reply) == GOOD
    assert reply.seconds > 0.1


@pytest.mark.parametrize("behaviour", [B.CLOSES_TCP, B.SHUFFLES_TCP])
def test_pipelined_questions_all_have_their_own_answer(behaviour):
    zone = ZONE + "\n".join(f"h{number} A 198.51.100.{number}" for number in range(100)) + "\n"
    with dns_server("127.51.0.4", zone, behaviour) as server:

        async def many():
            async with Asker(rate=10_000, timeout=5) as asker:
                place = Server("ns1.", server.address)
                return await asyncio.gather(
                    *(asker.ask(place, Question(f"h{number}.child.lab.", "A"), TCP) for number in range(100))
                )

        replies = asyncio.run(many())
    assert [reply.answer[0].rdatas for reply in replies] == [{bytes((198, 51, 100, number))} for number in range(100)]
    assert {reply.troubles for reply in replies} == {()}


def test_a_connection_that_was_closed_while_idle_is_no_trouble():
    with dns_server("127.51.0.5", ZONE) as server:

        async def twice():
            async with Asker(timeout=5) as asker:
                place = Server("ns1.", server.address)
                first = await asker.ask(place, WWW, TCP)
                for connection in server.open:
                    connection._loop.call_soon_threadsafe(connection.close)
                await asyncio.sleep(0.02)
                return first, await asker.ask(place, WWW, TCP)

        first, second = asyncio.run(twice())
        assert server.connections == 2
    assert told(first) == told(second) == GOOD


def test_edns_is_refused_once_and_then_not_offered():
    with dns_server("127.51.0.6", ZONE, B.FORMERR_TO_EDNS) as server:

        async def thrice():
            async with Asker(timeout=5) as asker:
                place = Server("ns1.", server.address)
                return [await asker.ask(place, WWW) for _ in range(3)]

        replies = asyncio.run(thrice())
        assert server.asked["udp"] == 4
    assert {told(reply) for reply in replies} == {("NOERROR", True, (Trouble.NO_EDNS,))}


def test_a_server_that_fails_without_edns_too_is_not_said_to_lack_it():
    with dns_server("127.51.0.7", ZONE, B.FORMERR_TO_EDNS, B.REFUSES) as server:
        assert told(ask(WWW, address=server.address)) == ("REFUSED", False, (Trouble.NO_EDNS,))


def test_what_is_truncated_everywhere_says_where():
    with dns_server("127.51.0.8", ZONE, B.TRUNCATES, B.REFUSES_TCP) as server:
        reply = ask(WWW, address=server.address)
        assert reply.words == "truncated over UDP, and over TCP: connection refused"
        assert reply.troubles == (Trouble.CLOSED,)
    with dns_server("127.51.0.8", ZONE, B.TRUNCATES_ALWAYS) as server:
        assert ask(WWW, address=server.address).words == "truncated over UDP and over TCP"
        assert ask(WWW, TCP, address=server.address).words == "truncated over TCP"


@pytest.mark.parametrize("transport", Transport)
def test_a_silent_server_is_asked_as_often_as_was_said_and_over_tcp_on_new_connections(transport):
    with dns_server("127.51.0.9", ZONE, B.SILENT) as server:

        async def counted():
            async with Asker(timeout=0.2, tries=3) as asker:
                return await asker.ask(Server("ns1.", server.address), WWW, transport), dict(asker.counts)

        reply, counts = asyncio.run(counted())
        assert counts == {server.address: 3}
        assert server.connections == (3 if transport is TCP else 0)
    assert (told(reply), reply.troubles) == (Trouble.TIMEOUT, ())


def test_a_server_that_knows_edns_is_not_asked_again_without():
    with dns_server("127.51.0.10", ZONE, B.FORMERR) as server:
        ask(WWW, address=server.address, timeout=10)
        assert server.asked["udp"] == 1


def test_a_slow_server_has_more_questions_on_the_way_the_more_it_answers():
    with dns_server("127.51.0.11", ZONE, B.SLOW, delay=0.05) as server:

        async def many():
            async with Asker(rate=100_000, timeout=10) as asker:
                return await asyncio.gather(*(asker.ask(Server("ns1.", server.address), WWW) for _ in range(400)))

        assert all(told(reply) == GOOD for reply in asyncio.run(many()))
        assert 8 < server.most_waiting <= 64


def test_a_server_that_takes_one_connection_is_asked_on_that_one():
    with dns_server("127.51.0.12", ZONE, B.ONE_CONNECTION) as server:

        async def many():
            async with Asker(rate=100_000, timeout=10) as asker:
                place = Server("ns1.", server.address)
                first = await asker.ask(place, WWW, TCP)
                return [first, *await asyncio.gather(*(asker.ask(place, WWW, TCP) for _ in range(50)))]

        assert all(told(reply) == GOOD for reply in asyncio.run(many()))
        assert server.connections == 1


def test_a_connection_that_does_not_come_about_is_given_up():
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(contextlib.closing(socket.socket()))
        listener.bind(("127.51.0.13", 0))
        listener.listen(0)
        # Nobody accepts: once the queue is full, the operating system drops what knocks.
        for _ in range(4):
            knocking = stack.enter_context(contextlib.closing(socket.socket()))
            knocking.setblocking(False)
            knocking.connect_ex(listener.getsockname())

        async def knock():
            async with Asker(timeout=0.3) as asker:
                return await asker.ask(Server("ns1.", *listener.getsockname()), WWW, TCP)

        reply = asyncio.run(knock())
    assert (reply.trouble, reply.words) == (Trouble.TIMEOUT, "no connection within 0.3 s")
