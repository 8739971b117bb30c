"""The steps of a plan as rows of the page, zone by zone; what providers share is shown once."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from zonesync.model.change import Action, Change
from zonesync.model.names import display, relative, sort_key
from zonesync.model.rrset import RRset
from zonesync.model.zone import ZoneId
from zonesync.plan.plan import KeptRRset, Plan, Step, StepKind
from zonesync.views import step_words
from zonesync.views.plan_html import field_diff
from zonesync.views.plan_html.page import Row, row
from zonesync.views.plan_text import shown_settings

CHIP_OF = {Action.CREATE: "create", Action.UPDATE: "update", Action.DELETE: "delete"}
_ALONE = frozenset({StepKind.ROTATION, StepKind.WAIT, StepKind.DELETE_ZONE})
"""Steps whose place among the others says something."""


@dataclass(slots=True)
class _Group:
    """Steps of one zone that do the same at several providers."""

    step: Step
    providers: list[str] = field(default_factory=list)
    changes: dict[object, tuple[Change, list[str]]] = field(default_factory=dict)


def of(plan: Plan, findings: Sequence[Row] = ()) -> Iterator[Row]:
    """Yield a heading and the rows of each zone that has any; its changes refer to *findings*, rows too."""
    told = _by_subject(findings)
    steps: dict[ZoneId, list[Step]] = {target.zone: [] for target in plan.targets}
    for step in plan.steps:
        steps.setdefault(step.zone, []).append(step)
    kept = kept_by_zone(plan)
    for zone, mine in steps.items():
        rows = [*_steps(zone, mine, told), *kept_rows(zone, kept.get(zone, {}))]
        if rows:
            yield row("h", "", m=zone.display, v=_counts(mine))
            yield from rows


def _by_subject(findings: Sequence[Row]) -> Mapping[tuple[str, str, str], list[int]]:
    found: dict[tuple[str, str, str], list[int]] = {}
    for one in findings:
        if "n" in one and "t" in one and "z" in one:
            found.setdefault((one["z"], one["n"], one["t"]), []).append(one["i"])
    return found


def _counts(steps: Sequence[Step]) -> list[str]:
    counts = Counter(change.action for step in steps for change in step.changes)
    return [f"{action.value}{counts[action]}" for action in Action if counts[action]]


def _steps(zone: ZoneId, steps: Sequence[Step], told: Mapping[tuple[str, str, str], list[int]]) -> Iterator[Row]:
    for group in _grouped(steps):
        yield from _step(zone, group)
        for change, providers in _in_order(group):
            name = display(change.key.name)
            badge = "apex NS" if change.key == (zone.name, "NS") else ""
            yield change_row(zone, change, providers, b=badge, f=told.get((zone.display, name, change.key.type), ()))


def _grouped(steps: Sequence[Step]) -> list[_Group]:
    groups: list[_Group] = []
    for step in steps:
        group = next((one for one in groups if _is_alike(one, step)), None)
        if group is None:
            group = _Group(step)
            groups.append(group)
        if step.provider:
            group.providers.append(step.provider)
        for change in step.changes:
            _, providers = group.changes.setdefault(_identity(change), (change, []))
            providers.append(step.provider)
    return groups


def _is_alike(group: _Group, step: Step) -> bool:
    one = group.step
    if step.kind in _ALONE or step.provider in group.providers:
        return False
    return (one.kind, one.note, one.settings, one.verify, one.handover) == (
        step.kind,
        step.note,
        step.settings,
        step.verify,
        step.handover,
    )


def _identity(change: Change) -> object:
    after = change.after
    return change.before, after if after is None or isinstance(after, RRset) else repr(after), change.why


def _in_order(group: _Group) -> list[tuple[Change, list[str]]]:
    """Return the changes in the order of the plan, or by name where providers differ in what they need."""
    found = list(group.changes.values())
    if all(len(providers) == len(group.providers) for _, providers in found):
        return found
    return sorted(found, key=lambda one: (sort_key(one[0].key.name), one[0].key.type))


def _step(zone: ZoneId, group: _Group) -> Iterator[Row]:
    step = group.step
    settings = shown_settings(step)
    said = step_words.lines(step)
    if step.kind is StepKind.APEX_NS and step.changes and not step.note:
        said = []  # its changes bear a badge
    if said or settings:
        first, *rest = said or [", ".join(setting.name for setting in settings)]
        lines = [line for setting in settings for line in field_diff.of_setting(setting)]
        by_hand = "by hand" if step.kind is StepKind.MANUAL else ""
        yield row("s", "step", z=zone.display, p=group.providers, m=first, v=rest, d=lines, b=by_hand)


def change_row(zone: ZoneId, change: Change, providers: Sequence[str], chip: str = "", **more: object) -> Row:
    """Return the row of *change* as *providers* have it."""
    key = change.key
    shown = display(relative(key.name, zone.name))
    return row(
        "c",
        chip or CHIP_OF[change.action],
        a=change.action.value,
        z=zone.display,
        p=list(providers),
        n=shown,
        q=key.name,
        t=key.type,
        d=field_diff.of(change),
        w=change.why,
        **more,
    )


def kept_by_zone(plan: Plan) -> dict[ZoneId, dict[str, tuple[KeptRRset, ...]]]:
    """Return what each provider of each zone has and zonesync cannot edit, where there is any."""
    kept: dict[ZoneId, dict[str, tuple[KeptRRset, ...]]] = {}
    for target in plan.targets:
        if target.kept:
            kept.setdefault(target.zone, {})[target.provider] = target.kept
    return kept


def kept_rows(zone: ZoneId, kept: Mapping[str, Sequence[KeptRRset]]) -> Iterator[Row]:
    """Yield what providers have and zonesync cannot edit."""
    alike: dict[KeptRRset, list[str]] = {}
    for provider, mine in kept.items():
        for one in mine:
            alike.setdefault(one, []).append(provider)
    for one, providers in alike.items():
        words = one.description
        if one.set_identifier and f'"{one.set_identifier}"' not in words:
            words = ", ".join(filter(None, (words, f'set "{one.set_identifier}"')))
        name = display(relative(one.name, zone.name))
        yield row("k", "kept", a="=", z=zone.display, p=providers, n=name, q=one.name, t=one.type, m=words)
