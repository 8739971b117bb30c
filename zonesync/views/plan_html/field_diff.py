"""A change field by field: which value goes, which comes, and what within a value is another."""

from collections.abc import Iterator, Sequence

from zonesync.model.change import Change, Computed
from zonesync.model.rdata import Opaque, RdataError, parse
from zonesync.model.rdata.base import layout
from zonesync.model.rrset import RRset
from zonesync.plan import soa
from zonesync.plan.plan import Setting
from zonesync.views.plan_text import ttl_words

Line = tuple[str, str, str, str]
"""A sign (``+ - ~ =``), a label, the text before and the text after; ``-`` and ``=`` have no after, ``+`` no before."""

_MOST_PAIRED = 64
"""How many values of an RRset are looked through for the one that each new value stands for."""


def of(change: Change) -> list[Line]:
    """Return the lines of *change*; what stays as it is comes last."""
    before, after = change.before, change.after
    if isinstance(after, Computed):
        parts = ", ".join(f"{count or 'all'} of {provider}" for provider, count in after.computed.items())
        gone = [("-", label, value, "") for _, label, _, value in _whole(before, "+")] if before else []
        return [*gone, ("+", "known after creation", "", parts)]
    if before is None or after is None:
        return list(_whole(after, "+")) if before is None and after else list(_whole(before, "-"))
    lines = [*_ttl(before, after), *_values(before, after)]
    return sorted(lines, key=lambda line: line[0] == "=")


def of_setting(setting: Setting) -> list[Line]:
    """Return what of *setting* goes, comes and stays."""
    gone = [("-", setting.name, value, "") for value in setting.before if value not in setting.after]
    come = [("+", setting.name, "", value) for value in setting.after if value not in setting.before]
    return [*gone, *come]


def _whole(rrset: RRset | None, sign: str) -> Iterator[Line]:
    if rrset is None:
        return
    values = [("", value) for value in in_order(rrset.rdatas)]
    if rrset.type == "SOA":
        values = [(label, value) for label, value in _fields_of("SOA", rrset.rdatas[0]).items() if label != "serial"]
    for label, value in (("ttl", ttl_words(rrset)), *values):
        yield (sign, label, "", value) if sign == "+" else (sign, label, value, "")


def in_order(values: Sequence[str]) -> list[str]:
    """Sort *values* as a reader expects: by the number they begin with, then by text."""
    return sorted(values, key=_natural)


def _natural(value: str) -> tuple[int, str]:
    first = value.partition(" ")[0]
    return (int(first), value) if first.isdecimal() and first.isascii() and len(first) < 6 else (0, value)


def _ttl(before: RRset, after: RRset) -> Iterator[Line]:
    old, new = ttl_words(before), ttl_words(after)
    yield ("=", "ttl", old, "") if old == new else ("~", "ttl", old, new)


def _values(before: RRset, after: RRset) -> Iterator[Line]:
    old, new = set(before.rdatas), set(after.rdatas)
    gone, come = in_order(tuple(old - new)), in_order(tuple(new - old))
    for one, other in _paired(before.type, gone, come):
        if one and other:
            yield from _fields(before.type, one, other)
        else:
            yield ("-", "", one, "") if one else ("+", "", "", other)
    for value in in_order(tuple(old & new)):
        yield ("=", "", value, "")


def _paired(rtype: str, gone: Sequence[str], come: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Put each value that comes beside the one it most likely stands for; what has no counterpart stands alone."""
    if len(gone) == len(come) == 1:
        yield gone[0], come[0]
        return
    left = list(gone)
    lone = []
    for value in come:
        twin = max(left[:_MOST_PAIRED], key=lambda one: _shared(rtype, one, value), default="")
        if twin and _shared(rtype, twin, value):
            left.remove(twin)
            yield twin, value
        else:
            lone.append(value)
    yield from ((value, "") for value in left)
    yield from (("", value) for value in lone)


def _shared(rtype: str, one: str, other: str) -> int:
    """Count what two values share, the most telling field (a host, a key) most."""
    mine, theirs = _fields_of(rtype, one), _fields_of(rtype, other)
    if len(mine) < 2:
        return 0
    return sum(
        1 + 10 * (number == len(mine) - 1)
        for number, (label, value) in enumerate(mine.items())
        if theirs.get(label) == value
    )


def _fields(rtype: str, one: str, other: str) -> Iterator[Line]:
    """Yield the fields of an SOA that differ, and of any other type the two values under the names of such fields."""
    old, new = _fields_of(rtype, one), _fields_of(rtype, other)
    differing = [label for label, value in old.items() if label and new.get(label) != value]
    if rtype == "SOA":
        yield from (("~", label, old[label], new.get(label, "")) for label in differing if label != "serial")
    else:
        label = "" if len(differing) == len(old) or old.keys() != new.keys() else ", ".join(differing)
        yield ("~", label, one, other)


def _fields_of(rtype: str, text: str) -> dict[str, str]:
    """Return the fields of a value by the names of its RFC; one without a name where it has none."""
    if rtype == "SOA":
        return dict(zip(soa.FIELDS, text.split(" "), strict=False))
    try:
        value = parse(rtype, text)
    except RdataError:  # a provider's alias stands where its values would
        return {"": text}
    if isinstance(value, Opaque):
        return {"": text}
    fields = layout(type(value))
    if len(fields) < 2:
        return {"": text}
    return {name.replace("_", " "): spelling.write(getattr(value, name)) for name, spelling in fields}
