"""One question over UDP, without a network."""

import asyncio

from zonesync.run.asking import wire
from zonesync.run.asking.messages import Question, Trouble
from zonesync.run.asking.pace import Pace
from zonesync.run.asking.place import place_of
from zonesync.run.asking.udp import Exchange


class Flood:
    """A socket at which there is always one more packet, for a long while."""

    def __init__(self):
        self.read = 0

    def recvfrom(self, size):
        self.read += 1
        if self.read > 10_000:
            raise BlockingIOError
        return b"no message"[:size], ("192.0.2.1", 53)

    def sendto(self, octets, place):
        return len(octets)


def test_a_server_that_sends_without_end_lets_the_clock_and_others_have_their_turn():
    async def story():
        exchange = Exchange(
            place_of("192.0.2.1", 53),
            wire.of_question(Question("example.com.", "A")),
            Pace(1000),
            edns=True,
            dnssec=False,
            timeout=1,
            tries=1,
        )
        flood = exchange._socket = Flood()
        exchange._send()
        for _ in range(3):
            exchange._ready()
        exchange._late()
        return flood.read, await exchange._outcome

    read, outcome = asyncio.run(story())
    assert 3 <= read < 1000
    assert (outcome.trouble, outcome.troubles) == (Trouble.MALFORMED, (Trouble.MALFORMED,))
