"""One connection, without a network: what arrives, in whatever pieces."""

import asyncio
import itertools

import dns.message
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import examples
from zonesync.run.asking import wire
from zonesync.run.asking.arrival import Arrival
from zonesync.run.asking.line import Again, Line, Turn
from zonesync.run.asking.messages import Question, Trouble


class Wire(asyncio.Transport):
    """A transport that keeps what is written to it."""

    def __init__(self):
        super().__init__()
        self.written = []
        self.aborted = False

    def write(self, data):
        self.written.append(bytes(data))

    def is_closing(self):
        return self.aborted

    def abort(self):
        self.aborted = True


def framed(octets):
    return len(octets).to_bytes(2) + octets


def answer_to(query):
    return framed(dns.message.make_response(dns.message.from_wire(query[2:])).to_wire())


def outcomes_of(count, arrivals, lost=None):
    """Ask *count* questions on one line, let *arrivals* make octets of the queries, feed them; then lose the line."""

    async def story():
        line, transport = Line(), Wire()
        line.connection_made(transport)
        turns = []
        for number in range(count):
            question = wire.of_question(Question(f"h{number}.example.", "A"))
            turn = Turn(line, question, 60, lambda one, asked=question: wire.query(one, asked, edns=True, dnssec=False))
            assert turn.send()
            turns.append(asyncio.create_task(turn.outcome()))
        for piece in arrivals(transport.written):
            line.data_received(piece)
        if lost is not None:
            line.connection_lost(*lost)
        await asyncio.sleep(0)
        return [turn.result() if turn.done() else turn.cancel() and None for turn in turns]

    return asyncio.run(story())


@given(st.integers(1, 6), st.randoms(use_true_random=False), st.lists(st.integers(1, 60), max_size=12))
@examples(100)
def test_answers_find_their_questions_in_any_order_and_in_any_pieces(count, random, cuts):
    def arrivals(queries):
        answers = [answer_to(query) for query in queries]
        random.shuffle(answers)
        octets = b"".join(answers)
        places = [0, *sorted({cut % len(octets) for cut in cuts}), len(octets)]
        return [octets[start:end] for start, end in itertools.pairwise(places) if start < end]

    outcomes = outcomes_of(count, arrivals)
    assert all(isinstance(outcome, Arrival) and not outcome.troubles for outcome in outcomes)


def test_only_the_question_whose_answer_was_cut_is_broken():
    def arrivals(queries):
        return [answer_to(queries[0]), answer_to(queries[2])[:9]]

    first, second, third, fourth = outcomes_of(4, arrivals, lost=(None,))
    assert isinstance(first, Arrival)
    assert second == fourth == Again()
    assert third.trouble is Trouble.BROKEN
    assert third.words == "the connection was cut in the middle of a message"


def test_a_connection_that_ends_unanswered_is_broken_for_one_question_and_proves_nothing_against_many():
    (alone,) = outcomes_of(1, lambda _: [], lost=(ConnectionResetError(104, "reset"),))
    assert (alone.trouble, alone.words) == (Trouble.BROKEN, "connection reset by peer")
    (closed,) = outcomes_of(1, lambda _: [], lost=(None,))
    assert closed.words == "the connection was closed before the answer came"
    assert outcomes_of(2, lambda _: [], lost=(None,)) == [Again(), Again()]


def test_what_is_no_message_leaves_the_rest_of_the_connection_alone():
    def arrivals(queries):
        return [framed(b"\xff\xffgarbage"), framed(b""), answer_to(queries[0])]

    answered, waiting = outcomes_of(2, arrivals)
    assert waiting is None
    assert answered.troubles == (Trouble.MALFORMED,)


def test_a_line_that_has_ended_takes_no_question():
    async def story():
        line, transport = Line(), Wire()
        line.connection_made(transport)
        turn = Turn(line, b"\0\0\1\0\1", 60, lambda _: b"")
        transport.abort()
        sent = turn.send()
        return sent, await turn.outcome(), transport.written, line.load

    assert asyncio.run(story()) == (False, Again(), [], 0)


@pytest.mark.parametrize("piece", [b"\0\0", framed(bytes(60)), framed(b"\xff" * 60)])
def test_a_connection_over_which_what_nobody_asked_for_comes_without_end_is_given_up(piece):
    outcomes = outcomes_of(3, lambda _: [piece * 5000])
    assert [one.trouble for one in outcomes] == [Trouble.MALFORMED] * 3
