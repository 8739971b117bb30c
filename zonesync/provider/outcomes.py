"""What became of a write: told by reading where its answer was lost, and cut smaller where one change spoils many."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from zonesync.model.change import Change
from zonesync.model.rrset import Key, RRset
from zonesync.provider.compare import same
from zonesync.provider.contract import Outcome, Receipt
from zonesync.provider.errors import Conflict, ProviderError, Rejected, Unavailable
from zonesync.provider.permit import NoLeaveError

_SPOILT = frozenset({Outcome.REJECTED, Outcome.CONFLICT})
NOT_TRIED = "not tried, since an earlier change failed: "
FOUND_OUT = "the answer was lost; found out by reading that it took effect"

Send = Callable[[tuple[Change, ...]], Receipt]


def found_out(
    changes: Iterable[Change], rrsets: Mapping[Key, RRset], normalise: Callable[[RRset], RRset]
) -> bool | None:
    """Tell from what is live now whether an atomic write of *changes* took effect; None where that shows neither.

    An RRset that is neither as before nor as after is somebody else's by now. It tells nothing of the write; those
    beside it do.
    """

    def spelled(rrset: object) -> RRset | None:
        return normalise(rrset) if isinstance(rrset, RRset) else None

    seen = set()
    for change in changes:
        now = spelled(rrsets.get(change.key))
        seen.add((same(now, spelled(change.after)), same(now, spelled(change.before))))
    done, undone = (True, False) in seen, (False, True) in seen
    if done != undone:
        return done
    return True if seen <= {(True, True)} else None


def certain(
    changes: tuple[Change, ...],
    send: Callable[[], Receipt],
    read: Callable[[], Mapping[Key, RRset]],
    normalise: Callable[[RRset], RRset],
) -> Receipt:
    """Send an atomic write of *changes*; where its answer is lost, find out by reading what became of it.

    *send* raises :class:`Unavailable` where it has no answer, and *read* returns what is live now. A write that is
    seen to be undone is sent a second time, never a third; what stays open then is ``UNKNOWN``, as is a write that
    cannot be sent again: the lost one may still arrive. Raises what *send* raises where it is certain that nothing
    was changed.
    """

    def told(words: str) -> Receipt | None:
        """Return what reading tells; None where nothing took effect."""
        try:
            done = found_out(changes, read(), normalise)
        except ProviderError as unread:
            return Receipt(changes, Outcome.UNKNOWN, words=f"{words}; and what became of it is unread: {unread.words}")
        if done is None:
            return Receipt(changes, Outcome.UNKNOWN, words=words)
        return Receipt(changes, Outcome.APPLIED, words=FOUND_OUT) if done else None

    try:
        return send()
    except Unavailable as problem:
        if not problem.sent:
            raise
        lost = problem.words
    return told(lost) or _sent_again(changes, send, told, lost)


def _sent_again(
    changes: tuple[Change, ...], send: Callable[[], Receipt], told: Callable[[str], Receipt | None], lost: str
) -> Receipt:
    """Send a write a second time, whose first answer was *lost* and which is seen to be undone."""
    try:
        receipt = send()
    except NoLeaveError:
        # The first one may still arrive.
        return Receipt(changes, Outcome.UNKNOWN, words=lost)
    except ProviderError as problem:
        known = told(problem.words)
        if known is not None:
            return known
        if isinstance(problem, Conflict | Rejected):
            # What refuses the second one refuses the first one, too.
            raise
        words = problem.words if isinstance(problem, Unavailable) and problem.sent else f"{lost}; then {problem.words}"
        return Receipt(changes, Outcome.UNKNOWN, words=words)
    # Refused the second time, perhaps because the first one was under way all the while.
    return receipt if receipt.outcome is Outcome.APPLIED else told(receipt.words) or receipt


def isolated(
    batch: Sequence[Change], send: Send, named: Callable[[Receipt], Collection[str]] = lambda _: ()
) -> Iterator[Receipt]:
    """Send an atomic *batch*; where a change spoils it, send the others again without it, names kept whole.

    *named* reads from a refusal which owner names it speaks of, as far as it does; else the batch is halved until the
    culprit stands alone: at most ``1 + 2 * bad * log2(names)`` sends. What spoils all changes alike (no zone, no
    permission) *send* should raise. After an outcome that is not known nothing more is sent.
    """
    queue = [tuple(batch)] if batch else []
    unknown = ""
    while queue:
        part = queue.pop(0)
        if unknown:
            yield Receipt(part, Outcome.REJECTED, words=NOT_TRIED + unknown)
            continue
        receipt = send(part)
        names = list(dict.fromkeys(change.key.name for change in part))
        if receipt.outcome in _SPOILT and len(names) > 1:
            queue[:0] = _parts(part, names, set(named(receipt)))
            continue
        if receipt.outcome is Outcome.UNKNOWN:
            unknown = receipt.words
        yield receipt


def _parts(part: tuple[Change, ...], names: Sequence[str], culprits: set[str]) -> list[tuple[Change, ...]]:
    """Split *part* into the names a refusal spoke of, one by one, and the rest; or into halves."""
    blamed = [name for name in names if name in culprits]
    groups: list[set[str]]
    if blamed and len(blamed) < len(names):
        groups = [set(names) - culprits, *({name} for name in blamed)]
    else:
        groups = [set(names[: len(names) // 2]), set(names[len(names) // 2 :])]
    return [tuple(change for change in part if change.key.name in group) for group in groups]
