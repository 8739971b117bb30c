"""A change as the lines of a diff: what goes has ``-``, what comes ``+``, what is true of both ``!``.

Each line begins with one of these signs, ``=``, ``#`` or a space, so that none can end a fence, and none is a command
to whatever reads it.
"""

from collections.abc import Iterator

from zonesync.model.change import Action, Change, Computed
from zonesync.model.names import display, relative
from zonesync.model.rrset import RRset
from zonesync.plan import soa
from zonesync.plan.plan import KeptRRset, Setting, Step, StepKind
from zonesync.plan.why import extras_of
from zonesync.views import step_words
from zonesync.views.markdown import LONGEST, shortened
from zonesync.views.plain import clean, counted
from zonesync.views.plan_text import ttl_words, values_of

_SIGNS = {Action.CREATE: "+", Action.UPDATE: "!", Action.DELETE: "-"}
_STEP_SIGNS = {StepKind.CREATE_ZONE: "+", StepKind.DELETE_ZONE: "-", StepKind.MANUAL: "!", StepKind.ROTATION: "!"}
_ONE_LINE = 100
"""Columns up to which all values stand on the line of the name."""
_MOST = 6_000
"""Characters that are shown of one change."""
_ALIKE = 200
"""Characters that are shown before the first difference of two long values."""


def change_lines(change: Change, apex: str, *, has_place: bool) -> list[str]:
    """Return the lines of *change*, the file and line that ask for it among them where it *has_place*."""
    name, rtype = change.key
    sign = _SIGNS[change.action]
    head = clean(f"{sign} {display(relative(name, apex))} {rtype}")
    extras = extras_of(change)
    place = _place(change.why, extras) if has_place else ""
    behind = f"  # {clean(place)}" if place else ""
    below = [f"!     ({clean(extras)})"] if extras else []
    before, after = change.before, change.after
    if isinstance(after, Computed):
        parts = ", ".join(f"{count or 'all'} of {provider}" for provider, count in after.computed.items())
        return [f"{head}  known after creation: {clean(parts)}{behind}", *below]
    if before is not None and after is not None:
        return [*_updated(head, before, after, behind), *below]
    rrset = after if before is None else before
    assert rrset is not None
    values = [clean(value) for value in values_of(rrset)]
    ttl = "" if rrset.ttl is None else f"  {rrset.ttl}"
    line = f"{head}{ttl}  {', '.join(values)}"
    if len(values) == 1 or (len(line) <= _ONE_LINE and not any("," in value for value in values)):
        return [f"{shortened(line)}{behind}", *below]
    return [f"{head}{ttl}{behind}", *_bounded([f"{sign}     {shortened(value)}" for value in values]), *below]


def _updated(head: str, before: RRset, after: RRset, behind: str) -> list[str]:
    ttl = "" if before.ttl == after.ttl else f"  ttl {ttl_words(before)} -> {ttl_words(after)}"
    if before.type == "SOA":
        old, new = soa.fields_of(before), soa.fields_of(after)
        differing = [field for field in old if old[field] != new[field]]
        lines = [line for field in differing for line in (f"-     {field} {old[field]}", f"+     {field} {new[field]}")]
        return [f"{head}{ttl}{behind}", *map(shortened, map(clean, lines))]
    old_values, new_values = values_of(before), values_of(after)
    kept = set(old_values) & set(new_values)
    gone = [clean(value) for value in old_values if value not in kept]
    come = [clean(value) for value in new_values if value not in kept]
    if len(gone) == len(come) == 1:
        gone[0], come[0] = _differing(gone[0], come[0])
    same = [f"      {counted(len(kept), 'value')} unchanged"] if kept and (gone or come) else []
    # What goes and what comes have half of the room each, so that neither hides the other.
    gone = _bounded([f"-     {shortened(value)}" for value in gone])
    come = _bounded([f"+     {shortened(value)}" for value in come])
    return [f"{head}{ttl}{behind}", *gone, *come, *same]


def _differing(old: str, new: str) -> tuple[str, str]:
    """Leave out of two long values what both begin with, so that the difference is not what is cut."""
    if max(len(old), len(new)) <= LONGEST:
        return old, new
    alike = next((at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), 0)
    alike = max(0, alike - _ALIKE)
    if not alike:
        return old, new
    head = f"({alike} characters alike) … "
    return head + old[alike:], head + new[alike:]


def _bounded(lines: list[str]) -> list[str]:
    """Return as many of *lines* as one change may take, and how many there are beyond."""
    room = _MOST // 2
    for number, line in enumerate(lines):
        room -= len(line) + 1
        if room < 0 and number:
            return [*lines[:number], f"{line[0]}     … and {counted(len(lines) - number, 'more value')}"]
    return lines


def _place(why: str, extras: str) -> str:
    return "" if why == extras else why.removesuffix(f"; {extras}") if extras else why


def step_lines(step: Step) -> Iterator[str]:
    """Yield what *step* does besides its changes."""
    sign = _STEP_SIGNS.get(step.kind, "#")
    for line in step_words.lines(step):
        yield shortened(f"{sign} {clean(line)}")


def setting_lines(setting: Setting) -> list[str]:
    """Return what of *setting* goes and what comes."""
    gone = [f"-     {shortened(clean(value))}" for value in setting.before if value not in setting.after]
    come = [f"+     {shortened(clean(value))}" for value in setting.after if value not in setting.before]
    return [f"! {clean(setting.name)}", *_bounded(gone), *_bounded(come)]


def kept_line(kept: KeptRRset, apex: str) -> str:
    """Return what a provider has and zonesync cannot edit."""
    words = kept.description
    if kept.set_identifier and f'"{kept.set_identifier}"' not in words:
        words = ", ".join(filter(None, (words, f'set "{kept.set_identifier}"')))
    return shortened(clean(f"= {display(relative(kept.name, apex))} {kept.type}  kept as is: {words}"))


def is_apex_ns(step: Step, change: Change) -> bool:
    """Tell whether *change* decides who is asked for the zone."""
    return step.kind is StepKind.APEX_NS or change.key == (step.zone.name, "NS")
