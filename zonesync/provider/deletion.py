"""Take a whole zone away: an empty one alone, and never twice without a look in between.

Every adapter that deletes zones goes this way (:class:`~zonesync.provider.abilities.DeletesZones`).
"""

from collections.abc import Callable

from zonesync.model.rrset import Key
from zonesync.provider.contract import LiveZone, Outcome, Receipt
from zonesync.provider.errors import Conflict, NotFound, ProviderError, Rejected, Unavailable
from zonesync.provider.outcomes import FOUND_OUT
from zonesync.provider.permit import NoLeaveError

GONE = "the zone has gone already"
_SHOWN = 3
_ADDRESSES = ("A", "AAAA")

Read = Callable[[], LiveZone | None]
Send = Callable[[LiveZone], str]
"""Deletes the zone as it was just read, and returns the provider's own id of that."""
Left = Callable[[LiveZone], str]


def left_in(live: LiveZone, *, addresses: bool = False) -> str:
    """Say what *live* holds besides the NS and SOA of its apex; empty where that is nothing.

    With *addresses*, those of name servers that are in the zone belong to them: a server does not load a zone file
    without (RFC 1034 section 4.2.2), so that one cannot be emptied further.
    """
    apex = {Key(live.id.name, "NS"), Key(live.id.name, "SOA")}
    if addresses and (servers := live.rrsets.get(Key(live.id.name, "NS"))):
        apex |= {Key(host, rtype) for host in servers.rdatas for rtype in _ADDRESSES}
    found = sorted((live.rrsets.keys() | {Key(one.name, one.type) for one in live.kept}) - apex)
    if not found:
        return ""
    shown = ", ".join(f"`{key.name} {key.type}`" for key in found[:_SHOWN])
    others = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    count = f"{len(found)} RRset{'s' if len(found) > 1 else ''}"
    return f"the zone holds {count} besides its apex NS and SOA: {shown}{others}"


def delete_zone(live: LiveZone, read: Read, send: Send, left: Left = left_in) -> Receipt:
    """Delete the zone *live*, as ``DeletesZones.delete`` promises.

    *read* returns what is hosted now. *send* asks for leave and deletes; it raises :class:`NotFound` for a zone that
    has gone, :class:`Conflict` or :class:`Rejected` where it is refused, and :class:`Unavailable` where it has no
    answer. What else *read* or *send* raise is let through, and then nothing was deleted. *left* says what a zone has
    to lose, as :func:`left_in` does.
    """
    found = _hosted(read)
    if found is None:
        return Receipt((), Outcome.APPLIED, words=GONE)
    if _is_another(found, live):
        return Receipt((), Outcome.CONFLICT, words=f"it is another zone by now: `{found.provider_id}`")
    if more := left(found):
        return Receipt((), Outcome.CONFLICT, words=more)
    try:
        return _sent(found, send)
    except Unavailable as problem:
        if not problem.sent:
            raise
        lost = problem.words

    def told(words: str) -> Receipt | None:
        return _told(live, read, left, words)

    return told(lost) or _sent_again(found, send, told, lost)


def _hosted(read: Read) -> LiveZone | None:
    try:
        return read()
    except NotFound:
        # The configuration names the zone by an id that is no more.
        return None


def _is_another(found: LiveZone, live: LiveZone) -> bool:
    # A zone that was created, and not written yet, may have no id.
    return bool(live.provider_id) and found.provider_id != live.provider_id


def _sent(found: LiveZone, send: Send) -> Receipt:
    try:
        return Receipt((), Outcome.APPLIED, send(found))
    except NotFound:
        return Receipt((), Outcome.APPLIED, words=GONE)
    except Conflict as problem:
        return Receipt((), Outcome.CONFLICT, words=problem.words)
    except Rejected as problem:
        return Receipt((), Outcome.REJECTED, words=problem.words)


def _told(live: LiveZone, read: Read, left: Left, lost: str) -> Receipt | None:
    """Return what reading tells of a deletion whose answer was *lost*; None where the zone is there as it was."""
    try:
        found = _hosted(read)
    except ProviderError as unread:
        return Receipt((), Outcome.UNKNOWN, words=f"{lost}; and what became of it is unread: {unread.words}")
    if found is None or _is_another(found, live):
        return Receipt((), Outcome.APPLIED, words=FOUND_OUT)
    if more := left(found):
        return Receipt((), Outcome.UNKNOWN, words=f"{lost}; and {more}")
    return None


def _sent_again(found: LiveZone, send: Send, told: Callable[[str], Receipt | None], lost: str) -> Receipt:
    """Send a deletion a second time, whose first answer was *lost* and which is seen to be undone."""
    try:
        receipt = _sent(found, send)
    except NoLeaveError:
        # The first one may still arrive.
        return Receipt((), Outcome.UNKNOWN, words=lost)
    except ProviderError as problem:
        words = f"{lost}; then {problem.words}"
        return told(words) or Receipt((), Outcome.UNKNOWN, words=words)
    return Receipt((), Outcome.APPLIED, words=FOUND_OUT) if receipt.words == GONE else receipt
