"""Where a change comes from, and what else it touches: words for the reader, never acted upon."""

from zonesync.model.change import Action, Change
from zonesync.model.rrset import Key
from zonesync.model.zone import DesiredZone

_ADDRESSES = frozenset({"A", "AAAA"})
_VERBS = {Action.UPDATE: "keeps", Action.DELETE: "also drops"}


def place(zone: DesiredZone, key: Key, *, is_desired: bool = True) -> str:
    """Say where the file asks for *key*; an address that stands for an ``ALIAS`` is asked for by that."""
    found = zone.places.get(key)
    if found is None and is_desired and key.type in _ADDRESSES:
        found = zone.places.get(Key(key.name, "ALIAS"))
    if found is not None:
        return f"{found[0]}:{found[1][0] >> 20}"
    return f"not in {zone.file}" if zone.file else ""


def with_extras(why: str, change: Change, extras: str) -> str:
    """Add to *why* what becomes of the *extras* of an RRset: fields that the model does not know."""
    verb = _VERBS.get(change.action) if extras else None
    if verb is None:
        return why
    return "; ".join(filter(None, (why, f"{verb} {extras}")))


def extras_of(change: Change) -> str:
    """Return what :func:`with_extras` has added to a change's ``why``."""
    verb = _VERBS.get(change.action)
    if verb is None:
        return ""
    if change.why.startswith(f"{verb} "):
        return change.why
    _, found, words = change.why.partition(f"; {verb} ")
    return f"{verb} {words}" if found else ""
