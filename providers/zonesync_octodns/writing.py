"""Changes carried out through octoDNS: planned on what was just read, applied by the class, and read back.

octoDNS has no compare-and-swap and tells nothing of single records, so that a receipt is what a read tells, not what
the class claims. Between the read that octoDNS plans on and its write is a window in which an edit by somebody else
is overwritten.
"""

import contextlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from octodns.provider.base import BaseProvider
from octodns.provider.plan import Plan

from zonesync.model.change import Change
from zonesync.model.rrset import Key, RRset
from zonesync.provider.compare import same
from zonesync.provider.contract import Outcome, Receipt
from zonesync.provider.errors import Conflict, Denied, NotFound, ProviderError, Rejected, Throttled, Unavailable
from zonesync.provider.outcomes import FOUND_OUT, NOT_TRIED
from zonesync.provider.permit import NoLeaveError, require_leave
from zonesync_octodns.access import Account
from zonesync_octodns.convert import normalised
from zonesync_octodns.explain import explain
from zonesync_octodns.planning import Prepared, leftovers, prepare

_NOT_DONE = "octoDNS took it without a word, and it was not done"
_OTHERWISE = "it was sent, and what is there now is neither what was nor what is to be"
_DEFINITE = Rejected | Conflict | Denied | Throttled | NotFound


@dataclass(frozen=True, slots=True)
class _Part:
    """Changes that go together."""

    changes: tuple[Change, ...]
    lost: str = ""
    """Why it is not known whether an earlier try arrives yet; empty for the first try."""


@dataclass(slots=True)
class _Tried:
    """What became of a part."""

    receipts: list[Receipt] = field(default_factory=list)
    again: list[_Part] = field(default_factory=list)
    error: ProviderError | None = None
    """What spoils everything that is left, and certainly did nothing to it."""


class Writer:
    """Carries out changes to the zone *apex*, which *is_new* as long as nothing was written to it."""

    def __init__(self, account: Account, apex: str, *, is_new: bool) -> None:
        self._account = account
        self._apex = apex
        self._is_new = is_new

    def carry_out(self, batches: Iterable[Sequence[Change]]) -> Iterator[Receipt]:
        """Carry out *batches*, each whole where it can be. Raises ProviderError as ``Provider.apply`` does."""
        queue = deque(_Part(tuple(batch)) for batch in batches)
        unknown = ""
        while queue:
            part = queue.popleft()
            if unknown:
                yield Receipt(part.changes, Outcome.REJECTED, words=NOT_TRIED + unknown)
                continue
            tried = self._tried(part)
            unknown = next((one.words for one in tried.receipts if one.outcome is Outcome.UNKNOWN), "")
            if tried.error and not unknown:
                yield from tried.receipts
                raise tried.error
            queue.extendleft(reversed(tried.again))
            yield from tried.receipts

    def _tried(self, part: _Part) -> _Tried:
        try:
            target = self._account.target()
            prepared = prepare(target, self._apex, part.changes)
        except ProviderError as problem:
            return self._unprepared(part, problem)
        tried = _Tried(list(_refused(part, prepared)))
        left = _Part(tuple(prepared.left), part.lost)
        if not left.changes:
            return tried
        assert prepared.plan is not None, "there is something left to do"
        if not prepared.plan.exists and not self._is_new:
            tried.receipts.append(_receipt(left, Conflict("the zone is no longer there")))
            return tried
        try:
            require_leave()
        except NoLeaveError:
            if not part.lost:
                raise
            # The first one may still arrive.
            tried.receipts.append(Receipt(left.changes, Outcome.UNKNOWN, words=part.lost))
            return tried
        error = None
        try:
            self._apply(target, prepared.plan)
        except Exception as problem:  # noqa: BLE001 -- each package has its own; `explain` knows what is left
            error = self._account.masked(explain(problem))
        self._settle(left, error, tried)
        return tried

    def _apply(self, target: BaseProvider, plan: Plan) -> None:
        target.apply(plan)
        rest = leftovers(plan, self._apex) if self._account.traits.adds_apex_ns else None
        if rest is not None:
            # Without leave the half that is done is found by reading, as after any failure.
            with contextlib.suppress(NoLeaveError):
                require_leave()
                target.apply(rest)

    def _unprepared(self, part: _Part, problem: ProviderError) -> _Tried:
        """Tell of a part of which nothing was sent this time."""
        if part.lost:
            return _Tried([Receipt(part.changes, Outcome.UNKNOWN, words=f"{part.lost}; then {problem.words}")])
        if isinstance(problem, Rejected | Conflict):
            return _smaller(part, problem)
        if isinstance(problem, Unavailable):
            problem.sent = False
        return _Tried(error=problem)

    def _settle(self, part: _Part, error: ProviderError | None, tried: _Tried) -> None:
        """Find out by reading what a write of *part*, which ended with *error*, has done."""
        if isinstance(error, Unavailable) and not error.sent:
            if part.lost:
                tried.receipts.append(Receipt(part.changes, Outcome.UNKNOWN, words=part.lost))
            else:
                tried.error = error
            return
        done, undone, odd = list(part.changes), [], []
        try:
            content = self._account.read(self._apex)
        except ProviderError as unread:
            if error is not None and self._account.traits.atomic and isinstance(error, _DEFINITE):
                done, undone = [], done
            elif error is not None:
                words = f"{error.words}; and what became of it is unread: {unread.words}"
                tried.receipts.append(Receipt(part.changes, Outcome.UNKNOWN, words=words))
                return
        else:
            now = content.rrsets if content else {}
            self._is_new = self._is_new and content is None
            done = [change for change in part.changes if _is(now.get(change.key), change.after)]
            undone = [change for change in part.changes if _is(now.get(change.key), change.before)]
            seen = {change.key for change in (*done, *undone)}
            odd = [change for change in part.changes if change.key not in seen]
        if done:
            tried.receipts.append(Receipt(tuple(done), Outcome.APPLIED, words=FOUND_OUT if error else ""))
        if odd:
            words = error.words if error else _OTHERWISE
            tried.receipts.append(Receipt(tuple(odd), Outcome.UNKNOWN, words=words))
        if undone:
            self._undone(_Part(tuple(undone), part.lost), error, tried)

    def _undone(self, part: _Part, error: ProviderError | None, tried: _Tried) -> None:
        """Tell of changes that a read shows to be undone, or let them be tried again."""
        if error is None:
            tried.receipts.append(Receipt(part.changes, Outcome.REJECTED, words=_NOT_DONE))
        elif isinstance(error, Rejected | Conflict):
            smaller = _smaller(part, error)
            tried.receipts += smaller.receipts
            tried.again += smaller.again
        elif part.lost:
            tried.receipts.append(Receipt(part.changes, Outcome.UNKNOWN, words=error.words))
        elif isinstance(error, Unavailable):
            tried.again.append(_Part(part.changes, error.words))
        else:
            tried.error = error


def _refused(part: _Part, prepared: Prepared) -> Iterator[Receipt]:
    """Yield a receipt for each change of *part* that is not in the plan."""
    planned = {change.key for change in prepared.left}
    for change in part.changes:
        if change.key in planned:
            continue
        problem = prepared.refused.get(change.key)
        if part.lost:
            # What stands against it now may be the earlier try.
            yield Receipt((change,), Outcome.UNKNOWN, words=part.lost)
        elif problem is not None:
            yield _receipt(_Part((change,)), problem)
        else:
            words = next(told.words for key, told in prepared.refused.items() if key.name == change.key.name)
            yield Receipt((change,), Outcome.REJECTED, words=NOT_TRIED + words)


def _smaller(part: _Part, problem: ProviderError) -> _Tried:
    """Try halves of a part that is refused, so that what spoils it stands alone in the end."""
    names = list(dict.fromkeys(change.key.name for change in part.changes))
    if len(names) == 1:
        return _Tried([_receipt(part, problem)])
    first = set(names[: len(names) // 2])
    halves = [[change for change in part.changes if (change.key.name in first) == is_first] for is_first in (1, 0)]
    return _Tried(again=[_Part(tuple(half), part.lost) for half in halves])


def _receipt(part: _Part, problem: ProviderError) -> Receipt:
    outcome = Outcome.CONFLICT if isinstance(problem, Conflict) else Outcome.REJECTED
    return Receipt(part.changes, outcome, words=problem.words)


def _is(now: RRset | None, wanted: object) -> bool:
    return same(_spelled(now), _spelled(wanted))


def _spelled(rrset: object) -> RRset | None:
    return normalised(rrset) if isinstance(rrset, RRset) else None


def check(apex: str, change: Change) -> str:
    """Say why *change* is refused whatever is there; empty where it is not."""
    if change.after is not None and not isinstance(change.after, RRset):
        return "what it becomes is not computed yet"
    if change.key == Key(apex, "NS") and change.after is None:
        return "octoDNS never deletes the NS records of the apex; they are changed"
    return ""
