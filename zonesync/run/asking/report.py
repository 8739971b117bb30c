"""What one name server said, summed up: each fault once, with a count and the first few RRsets."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from zonesync.model.rrset import Key
from zonesync.run.asking.expected import Expectation
from zonesync.run.asking.judging import CONTENT, FAILS, LAME, NO_ANSWER, NO_TCP, NOT_COMPARABLE
from zonesync.run.asking.messages import Question, Server, Transport, Trouble
from zonesync.run.asking.served import Heard, Look

VARY = "answers-vary"
LOST = "drops-packets"
SILENT = "server-silent"
EXAMPLES = 3
MOST_LOST = 0.02
"""The share of questions that may be lost on the way without a word: networks lose some."""
FEW_LOST = 2
_WRONG = (Trouble.WRONG_ID, Trouble.WRONG_SOURCE, Trouble.WRONG_QUESTION, Trouble.MALFORMED)
"""What came back instead of an answer."""
_GONE = ("server-silent", "server-closed", "server-unreachable")


@dataclass(frozen=True, slots=True)
class Example:
    """One RRset, or one question, that shows a fault."""

    key: Key
    asked: str
    """The name that was asked for: a wildcard's is another than its own."""
    wanted: tuple[str, ...] = ()
    served: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one name server."""

    rule: str
    count: int
    """RRsets where it is about what the zone holds, else questions."""
    of: int
    """Of so many."""
    transports: tuple[Transport, ...]
    examples: tuple[Example, ...] = ()
    words: str = ""
    is_recovered: bool = False
    """Whether every question was answered all the same."""


@dataclass(frozen=True, slots=True)
class ServerReport:
    """One address of one name server of one provider."""

    provider: str
    server: Server
    equal: int
    """RRsets that are served as they should be, over each transport that was asked."""
    all: int
    serial: int | None = None
    nsids: tuple[str, ...] = ()
    seconds: float | None = None
    """The median of an answer; None where there was none."""
    faults: tuple[Fault, ...] = ()
    incomparable: tuple[tuple[Key, str], ...] = field(default=())
    """RRsets of which this server's answer says nothing, and why."""
    unasked: int = 0
    """Questions that were spared it, since it did not answer the first ones."""


@dataclass(slots=True)
class _Count:
    """A fault while it is counted."""

    transports: dict[Transport, None] = field(default_factory=dict)
    seen: dict[object, None] = field(default_factory=dict)
    examples: list[Example] = field(default_factory=list)
    words: str = ""
    is_recovered: bool = True


def report(look: Look) -> ServerReport:
    """Sum up what *look* has heard."""
    counts: dict[str, _Count] = {}
    incomparable: dict[Key, str] = {}
    for transport in look.transports:
        for question in look.expectations:
            heard = look.heard.get((transport, question))
            if heard is not None:
                _count(counts, incomparable, look, transport, question, heard)
    _settle(counts, look)
    every = [one for expectations in look.expectations.values() for one in expectations]
    asked = sum(1 for _ in look.heard)
    answered = [heard.seconds for heard in look.heard.values() if heard.is_answered]
    return ServerReport(
        look.provider,
        look.server,
        sum(_is_equal(look, one) for one in every),
        len(every),
        look.serial,
        tuple(look.nsids),
        median(answered) if answered else None,
        tuple(_fault(rule, count, len(every), asked) for rule, count in counts.items()),
        tuple(incomparable.items()),
        sum(look.unasked.values()),
    )


def _count(
    counts: dict[str, _Count],
    incomparable: dict[Key, str],
    look: Look,
    transport: Transport,
    question: Question,
    heard: Heard,
) -> None:
    expectations = look.expectations[question]
    if not heard.is_answered:
        rule, words = _unanswered(look, transport, heard), heard.judged[0].words
        _add(counts, rule, transport, (transport, question), Example(expectations[0].key, question.name), words)
        counts[rule].is_recovered = False
        return
    for trouble in _told(heard.troubles):
        example = Example(expectations[0].key, question.name)
        _add(counts, NO_ANSWER[trouble], transport, (transport, question), example)
    for expectation, judged in zip(expectations, heard.judged, strict=True):
        if judged.rule == NOT_COMPARABLE:
            incomparable[expectation.key] = judged.words
            continue
        rule = VARY if heard.varies else judged.rule
        if rule:
            example = Example(expectation.key, question.name, judged.wanted, judged.served, judged.words)
            seen: object = expectation.key if rule in CONTENT or rule == VARY else (transport, question)
            _add(counts, rule, transport, seen, example, judged.words if rule in (LAME, FAILS) else "")
            counts[rule].is_recovered = False


def _add(
    counts: dict[str, _Count], rule: str, transport: Transport, seen: object, example: Example, words: str = ""
) -> None:
    count = counts.setdefault(rule, _Count())
    count.transports[transport] = None
    count.words = count.words or words
    if seen not in count.seen:
        count.seen[seen] = None
        if len(count.examples) < EXAMPLES and all(one.key != example.key for one in count.examples):
            count.examples.append(example)


def _unanswered(look: Look, transport: Transport, heard: Heard) -> str:
    """Return the rule of a question without an answer: what was seen on the way says more than that time ran out."""
    assert heard.trouble is not None
    if heard.trouble in (Trouble.TIMEOUT, Trouble.LOST):
        seen = [trouble for trouble in heard.troubles if trouble in _WRONG]
        if seen:
            return NO_ANSWER[seen[0]]
        if _answers(look, transport):
            return LOST
    return heard.judged[0].rule


def _answers(look: Look, transport: Transport) -> bool:
    return any(heard.is_answered for (by, _), heard in look.heard.items() if by is transport)


def _told(troubles: Sequence[Trouble]) -> Iterator[Trouble]:
    """Yield what is worth telling: a repeat that something else explains is no loss."""
    others = [trouble for trouble in dict.fromkeys(troubles) if trouble is not Trouble.LOST]
    yield from others or (dict.fromkeys(troubles) if Trouble.LOST in troubles else ())


def _settle(counts: dict[str, _Count], look: Look) -> None:
    """Take out what another fault explains, and what is no fault: the few packets that any network loses."""
    lost = counts.get(LOST)
    if lost and lost.is_recovered and len(lost.seen) <= max(FEW_LOST, MOST_LOST * len(look.heard)):
        del counts[LOST]
    if Transport.UDP in look.transports and not _answers(look, Transport.UDP) and any(r in counts for r in _GONE):
        # Nobody is there at all: that TCP does not work, either, is no second fault.
        if not _answers(look, Transport.TCP) and (silent := counts.pop(NO_TCP, None)):
            for gone in (counts[rule] for rule in _GONE if rule in counts):
                gone.transports |= silent.transports
                gone.seen |= silent.seen
    elif NO_TCP in counts and not _answers(look, Transport.TCP):
        counts.pop(NO_ANSWER[Trouble.TRUNCATED], None)


def _is_equal(look: Look, expectation: Expectation) -> bool:
    position = look.expectations[expectation.question].index(expectation)
    for transport in look.transports:
        heard = look.heard.get((transport, expectation.question))
        if heard is None or heard.varies or not heard.judged[position].is_equal:
            return False
    return True


def _fault(rule: str, count: _Count, every: int, asked: int) -> Fault:
    is_content = rule in CONTENT or rule == VARY
    return Fault(
        rule,
        len(count.seen),
        every if is_content else asked,
        tuple(count.transports),
        tuple(count.examples),
        count.words,
        count.is_recovered,
    )


def differing_serials(reports: Iterable[ServerReport]) -> dict[str, dict[int, list[Server]]]:
    """Return, for each provider whose servers do not agree, which of them has which SOA serial."""
    serials: dict[str, dict[int, list[Server]]] = {}
    for one in reports:
        if one.serial is not None:
            serials.setdefault(one.provider, {}).setdefault(one.serial, []).append(one.server)
    return {provider: by for provider, by in serials.items() if len(by) > 1}
