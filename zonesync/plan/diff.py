"""The changes that turn live RRsets into desired ones.

Nothing here reads a file or opens a socket: two mappings go in, changes come out, in canonical order with what frees
a name before what takes it.
"""

from collections.abc import Callable, Collection, Mapping

from zonesync.model import rdata
from zonesync.model.change import Action, Change
from zonesync.model.names import sort_key
from zonesync.model.rrset import Key, RRset

Normalise = Callable[[RRset], RRset]

_ORDER = {Action.DELETE: 0, Action.UPDATE: 1, Action.CREATE: 2}
_TEXT_TYPES = ("TXT", "SPF")


def diff(
    live: Mapping[Key, RRset],
    desired: Mapping[Key, RRset],
    *,
    normalise: Normalise | None = None,
    skip: Collection[Key] = (),
) -> list[Change]:
    """Return the changes from *live* to *desired*, leaving the keys of *skip* alone on both sides.

    *normalise* is how the provider would spell an RRset: two spellings of one answer are no change.
    """
    changes: list[Change] = []
    matched = 0
    for key, after in desired.items():
        before = live.get(key)
        if before is None:
            if key not in skip:
                changes.append(Change(None, normalise(after) if normalise else after))
            continue
        matched += 1
        if (before.rdatas == after.rdatas and before.ttl == after.ttl) or key in skip:
            continue
        settled = settle(before, after, normalise)
        if settled is not None:
            changes.append(Change(before, settled))
    if matched < len(live):
        changes.extend(Change(before, None) for key, before in live.items() if key not in desired and key not in skip)
    return in_order(changes)


def settle(before: RRset, after: RRset, normalise: Normalise | None = None) -> RRset | None:
    """Return *after* as the provider would hold it, or None where that answers the same as *before*."""
    spelled = normalise(after) if normalise else after
    known = normalise(before) if normalise else before
    if spelled.type in _TEXT_TYPES:
        spelled = _with_live_boundaries(known, spelled)
    if spelled.rdatas == known.rdatas and spelled.ttl == known.ttl:
        return None
    return spelled


def _with_live_boundaries(before: RRset, after: RRset) -> RRset:
    """Spell each text that has no boundaries of its own as live does: any splitting of the same bytes is equal."""
    taken = set(after.rdatas) & set(before.rdatas)
    spare: dict[bytes, list[str]] = {}
    for text in before.rdatas:
        if text not in taken:
            spare.setdefault(b"".join(rdata.txt_strings(text)), []).append(text)
    if not spare:
        return after
    texts = []
    for text in after.rdatas:
        data = b"".join(rdata.txt_strings(text))
        free = spare.get(data) if text not in taken and text == rdata.txt_text(data) else None
        texts.append(free.pop() if free else text)
    return RRset(after.name, after.type, after.ttl, tuple(sorted(texts)))


def in_order(changes: list[Change]) -> list[Change]:
    """Sort by owner name (RFC 4034 section 6.1); at one name deletes come first, creates last (RFC 1034, 3.6.2)."""
    return sorted(changes, key=lambda change: (sort_key(change.key.name), _ORDER[change.action], change.key.type))


def applied(live: Mapping[Key, RRset], changes: Collection[Change]) -> dict[Key, RRset]:
    """Return *live* with *changes* carried out; none of them may hold a computed value any more."""
    rrsets = dict(live)
    for change in changes:
        if change.after is None:
            del rrsets[change.key]
        else:
            assert isinstance(change.after, RRset), "a computed RRset is resolved before it is applied"
            rrsets[change.key] = change.after
    return rrsets
