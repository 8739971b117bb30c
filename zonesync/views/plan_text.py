"""A plan as text: every change, field by field, and what stands in its way."""

from collections.abc import Iterator, Mapping, Sequence

from zonesync.model.change import Action, Change, Computed
from zonesync.model.names import display, relative
from zonesync.model.rrset import RRset
from zonesync.model.zone import ZoneId
from zonesync.plan import soa
from zonesync.plan.plan import KeptRRset, Plan, Setting, Step, StepKind
from zonesync.plan.why import extras_of
from zonesync.views import step_words
from zonesync.views.plain import Paint, Tone, clean, counted, plain, wrapped

_TONES = {Action.CREATE: Tone.GOOD, Action.UPDATE: Tone.CHANGED, Action.DELETE: Tone.BAD}
_ALONE = frozenset({StepKind.ROTATION, StepKind.WAIT, StepKind.DELETE_ZONE})
"""Steps whose place among the others says something."""
_MOST_KEPT = 10
"""How many RRsets that are kept as they are a reader sees of one zone; the JSON has all."""


def text(plan: Plan, paint: Paint = plain, width: int = 80) -> str:
    """Render *plan*, zone by zone: its steps, and what is kept as it is; what providers share is shown once."""
    blocks = _blocks(plan, paint, width)
    return "\n\n".join([*blocks, _last(summary(plan), paint, width)]) + "\n"


def _last(sentence: str, paint: Paint, width: int) -> str:
    return "\n".join(paint(line, Tone.HEADING) for line in wrapped(sentence, width, 2))


def summary(plan: Plan) -> str:
    """Count what would be done, in one line."""
    if not plan.targets and not plan.unread:
        refused = "no zone could be used" if plan.refusals else "no zone that was asked for is at these providers"
        return f"Nothing to plan: {refused}."
    zones = {target.zone for target in plan.targets}
    looked = (
        f"{counted(len(zones), 'zone')} at {counted(len({target.provider for target in plan.targets}), 'provider')}"
    )
    if plan.is_empty:
        if plan.is_complete:
            return f"No changes: {looked} in step."
        left_out = "not all was read" if plan.unread else "not all could be planned"
        return f"No changes found, {left_out} ({looked})."
    counts = ", ".join(
        f"{plan.count(action)} to {verb}"
        for action, verb in ((Action.CREATE, "create"), (Action.UPDATE, "update"), (Action.DELETE, "delete"))
    )
    counted_elsewhere = {StepKind.CONTENT, StepKind.APEX_NS, StepKind.BARRIER}
    others = sum(step.kind not in counted_elsewhere or step.verify for step in plan.steps)
    more = f", {counted(others, 'other step')}" if others else ""
    return f"Plan: {counts}{more}; {looked} looked at."


def _blocks(plan: Plan, paint: Paint, width: int) -> list[str]:
    """Return a block for each zone that has something to show."""
    steps: dict[ZoneId, list[Step]] = {target.zone: [] for target in plan.targets}
    kept: dict[ZoneId, dict[str, tuple[KeptRRset, ...]]] = {}
    for step in plan.steps:
        steps.setdefault(step.zone, []).append(step)
    for target in plan.targets:
        if target.kept:
            kept.setdefault(target.zone, {})[target.provider] = target.kept
    blocks = (_Block(zone, paint, width).lines(mine, kept.get(zone, {})) for zone, mine in steps.items())
    return ["\n".join(lines) for lines in map(list, blocks) if lines]


def kept_blocks(plan: Plan, paint: Paint, width: int) -> list[str]:
    """Return a block for each zone of which something is kept as it is, without what *plan* does."""
    return _blocks(plan.model_copy(update={"steps": ()}), paint, width)


class _Block:
    """One zone on its way to the reader."""

    def __init__(self, zone: ZoneId, paint: Paint, width: int) -> None:
        self.zone = zone
        self.paint = paint
        self.width = width
        self.before: list[str] = []
        """The providers that the last heading named."""

    def lines(self, steps: list[Step], kept: Mapping[str, tuple[KeptRRset, ...]]) -> Iterator[str]:
        """Render the zone; what is kept comes last."""
        for step, providers in together(steps):
            yield from self._heading(providers)
            yield from self._step(step)
        groups: dict[tuple[KeptRRset, ...], list[str]] = {}
        for provider, mine in kept.items():
            groups.setdefault(mine, []).append(provider)
        for mine, providers in groups.items():
            yield from self._heading(providers)
            for line in kept_lines(mine, self.zone.name, self.width):
                yield self.paint(line, Tone.QUIET)

    def _heading(self, providers: list[str]) -> Iterator[str]:
        if providers == self.before or (providers == [""] and self.before):
            return
        at = f"  ({', '.join(providers)})" if providers != [""] else ""
        for line in wrapped(f"{clean(self.zone.display)}{at}", self.width, 4):
            yield self.paint(line, Tone.HEADING)
        self.before = providers

    def _step(self, step: Step) -> Iterator[str]:
        for line in step_words.lines(step):
            for piece in wrapped(f"  . {line}", self.width, 4):
                yield self.paint(piece, Tone.CHANGED if step.kind is StepKind.MANUAL else Tone.QUIET)
        for setting in shown_settings(step):
            for line in setting_lines(setting, self.width):
                yield self.paint(line, Tone.CHANGED)
        for change in step.changes:
            yield from change_lines(change, self.zone.name, self.paint, self.width)


def together(steps: list[Step]) -> list[tuple[Step, list[str]]]:
    """Group a zone's steps so that what two providers share is read once."""
    groups: list[tuple[Step, list[str]]] = []
    for step in steps:
        alike = next((one for one in groups if step.provider not in one[1] and _is_alike(one[0], step)), None)
        if alike:
            alike[1].append(step.provider)
        else:
            groups.append((step, [step.provider]))
    return groups


def shown_settings(step: Step) -> Sequence[Setting]:
    """Return the settings that change; those of a zone to be created stand in its note."""
    return step.settings if step.kind is StepKind.METADATA else ()


def setting_lines(setting: Setting, width: int) -> Iterator[str]:
    """Render what of a setting goes and what comes."""
    gone = [f"- {clean(value)}" for value in setting.before if value not in setting.after]
    come = [f"+ {clean(value)}" for value in setting.after if value not in setting.before]
    head = f"  ~ {clean(setting.name)}"
    line = "  ".join([head, *gone, *come])
    if len(line) <= width:
        yield line
        return
    yield head
    for value in [*gone, *come]:
        yield from wrapped(f"      {value}", width, 8)


def kept_lines(kept: Sequence[KeptRRset], apex: str, width: int) -> Iterator[str]:
    """Render what a provider has and zonesync cannot edit: the first few, and how many there are."""
    for one in kept[:_MOST_KEPT]:
        words = one.description
        if one.set_identifier and f'"{one.set_identifier}"' not in words:
            words = ", ".join(filter(None, (words, f'set "{one.set_identifier}"')))
        line = f"  = {display(relative(one.name, apex))} {one.type}  kept as is: {words}"
        yield from wrapped(clean(line), width, 8)
    if len(kept) > _MOST_KEPT:
        yield f"  = and {len(kept) - _MOST_KEPT} more kept as they are, {len(kept)} in all"


def _is_alike(one: Step, other: Step) -> bool:
    if one.kind is not other.kind or one.note != other.note or one.settings != other.settings or one.kind in _ALONE:
        return False
    return one.changes == other.changes


def change_lines(change: Change, apex: str, paint: Paint, width: int) -> Iterator[str]:
    """Render one change: one line where old and new fit on it, else a line for each value that goes or comes."""
    name, rtype = change.key
    action = change.action
    head = f"{action.value} {clean(display(relative(name, apex)))} {rtype}"
    room = width - len(head) - 4
    before, after = change.before, change.after
    if isinstance(after, Computed):
        parts = ", ".join(f"{count or 'all'} of {provider}" for provider, count in after.computed.items())
        shown = [f"known after creation: {parts}"]
    elif before is None or after is None:
        rrset = after if before is None else before
        assert rrset is not None
        shown = _whole(rrset, room)
    else:
        shown = _difference(before, after)
    first = f"  {head}  {shown[0]}" if len(shown) == 1 else ""
    if first and len(first) <= width:
        yield paint(first, _TONES[action])
    else:
        yield paint(f"  {head}", _TONES[action])
        for line in shown:
            for piece in wrapped(f"      {line}", width, 8):
                yield paint(piece, _TONES[action])
    extras = extras_of(change)
    if extras:
        for piece in wrapped(f"      ({clean(extras)})", width, 8):
            yield paint(piece, Tone.QUIET)


def _whole(rrset: RRset, room: int) -> list[str]:
    values = values_of(rrset)
    ttl = "" if rrset.ttl is None else f"{rrset.ttl}  "
    line = ttl + ", ".join(values)
    if len(values) == 1 or (len(line) <= room and not any("," in value for value in values)):
        return [line]
    return [f"ttl {rrset.ttl}", *values]


def ttl_words(rrset: RRset) -> str:
    """Say the TTL of *rrset*; a provider's alias has none."""
    return "none (an alias)" if rrset.ttl is None else str(rrset.ttl)


def _difference(before: RRset, after: RRset) -> list[str]:
    lines = [] if before.ttl == after.ttl else [f"ttl {ttl_words(before)} -> {ttl_words(after)}"]
    if before.type == "SOA":
        old, new = soa.fields_of(before), soa.fields_of(after)
        return lines + [f"{field} {old[field]} -> {new[field]}" for field in old if old[field] != new[field]]
    old_values, new_values = values_of(before), values_of(after)
    gone = [value for value in old_values if value not in new_values]
    come = [value for value in new_values if value not in old_values]
    if len(gone) == len(come) == 1 and len(old_values) == 1:
        return [*lines, f"{gone[0]} -> {come[0]}"]
    same = len(old_values) - len(gone)
    kept = [f"  {counted(same, 'value')} unchanged"] if same and (gone or come) else []
    return lines + [f"- {value}" for value in gone] + [f"+ {value}" for value in come] + kept


def values_of(rrset: RRset) -> list[str]:
    """Return the values in the order of a reader; of an SOA without the serial, which nobody manages."""
    if rrset.type == "SOA":
        fields = soa.fields_of(rrset)
        timers = " ".join(f"{name} {fields[name]}" for name in soa.TIMERS)
        return [clean(f"{fields['mname']} {fields['rname']} {timers}")]
    return [clean(value) for value in sorted(rrset.rdatas, key=_natural)]


def _natural(value: str) -> tuple[int, str]:
    first = value.partition(" ")[0]
    return (int(first), value) if first.isdecimal() and len(first) < 6 else (0, value)
