"""Whether a saved plan may still be applied: it is held against a plan worked out now, from the files checked out.

The digest in a plan finds accidents only. Authority comes from the commit: what the files do not ask for is refused.
What is done already (:mod:`zonesync.plan.resume`) is not stale; it is refused where the files ask for something else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from zonesync.findings import Finding, Severity
from zonesync.model.change import Change, Computed
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync.plan import policy, soa
from zonesync.plan.guards import asks_as_much, unguarded
from zonesync.plan.plan import Plan, Setting, Step, StepKind
from zonesync.plan.resume import NONE_CREATED, Created, Live, Resumed, Where, remaining
from zonesync.provider.contract import LiveZone

_SHOWN = 160
_MOVING = frozenset({StepKind.ROTATION, StepKind.WAIT, StepKind.MANUAL})
"""Steps that change nothing at a provider; what they wait for is looked at when they are carried out."""
_FROM_FILES = ("the files ask", "the files do not ask", "the files no longer ask")
_FROM_THE_LOG = ("the audit log asks", "the audit log does not ask", "the audit log no longer asks")
"""Of a plan that takes a run back."""


def refusals(
    plan: Plan,
    fresh: Plan,
    live: Live,
    *,
    plan_only: bool = False,
    resumed: Resumed | None = None,
    created: Created = NONE_CREATED,
) -> list[Finding]:
    """Return why *plan* must not be applied; nothing to return means it may.

    *fresh* is the plan worked out now, *live* what it was worked out from, *resumed* what is left of the plan.
    Where this plan has *created* the zone, *fresh* says what the files ask of one that is not there. *plan_only*
    leaves out the check that the files still ask for every change.
    """
    resumed = resumed or remaining(plan, live, created)
    found = [
        _refusal("plan-refused", finding.zone, finding.provider, f"it was refused when made: {finding.message}")
        for finding in plan.refusals
    ]
    foreign = _foreign(plan, fresh, created)
    found += [refusal for refusal in foreign.values() if refusal]
    bound = {(target.zone, target.provider) for target in plan.targets}
    asked = _Asked(fresh)
    for step, left in zip(plan.steps, resumed.left, strict=True):
        where = (step.zone, step.provider)
        if _is_plain_barrier(step) or where in foreign:
            continue
        if step.kind in _MOVING:
            found += _unmoved(step, left, asked)
            continue
        if where not in bound:
            found.append(_refusal("plan-foreign", str(step.zone), step.provider, "a step has no target that binds it"))
            continue
        stale = list(_stale(left, live.get(where))) if left else []
        found += stale
        if left and not stale:
            found += asked.refused_now(left)
        if not stale and not plan_only:
            found += asked.unasked(step, left)
    found += _doubled(plan)
    found += _against_policy(fresh)
    if fresh.move:
        found += [
            _refusal("plan-disordered", str(zone), provider, message)
            for zone, provider, message in unguarded(plan, resumed.plan, fresh)
        ]
    if not plan_only:
        found += _disordered(resumed.plan, fresh)
        found += _hasty(resumed.plan, fresh)
    return found


def _against_policy(fresh: Plan) -> Iterator[Finding]:
    """Yield a refusal for each thing that the policy has, by now, against what is left of the plan."""
    for finding in fresh.refusals:
        if policy.is_policy(finding):
            message = f"planned now, it is refused by `{finding.rule}`: {finding.message}"
            yield replace(finding, rule="plan-refused-now", message=message)


def _hasty(plan: Plan, fresh: Plan) -> Iterator[Finding]:
    """Yield a refusal for each zone whose name servers *fresh* would ask, and *plan* would not."""
    asked = {step.zone for step in fresh.steps if step.kind is StepKind.BARRIER and step.verify}
    asking = {step.zone for step in plan.steps if step.kind is StepKind.BARRIER and step.verify}
    for zone in dict.fromkeys(step.zone for step in plan.steps if step.kind is StepKind.APEX_NS):
        if zone in asked - asking:
            yield _refusal("plan-disordered", str(zone), "", "it asks no name server before it sends resolvers there")


def _foreign(plan: Plan, fresh: Plan, created: Created) -> dict[Where, Finding | None]:
    """Return the targets of *plan* that are foreign or unreadable now, each with its refusal, if it has one."""
    now = {(target.zone, target.provider): target for target in fresh.targets}
    words = {(unread.zone, unread.provider): unread.words for unread in fresh.unread}
    unread = {zone for zone, _ in words}
    found: dict[Where, Finding | None] = {}
    for target in plan.targets:
        where = (target.zone, target.provider)
        there = now.get(where)
        problem = ""
        if target.zone in unread:
            # One provider that cannot be read stops the zone at all of them, and is the one to name.
            refusal = _refusal("plan-unreadable-now", str(target.zone), target.provider, words.get(where, ""))
            found[where] = refusal if where in words else None
        elif there is None:
            refused = (one for one in fresh.refusals if one.zone == str(target.zone) and not policy.is_policy(one))
            broken = next(refused, None)
            problem = "the files and the configuration have no such zone at such a provider"
            if broken:
                problem = f"its file is refused now: {broken.place or broken.zone}: {broken.message}"
        elif there.target != target.target and (target.live is not None or where not in created):
            problem = f"it was made for `{target.target}`, the provider is now `{there.target}`"
        elif there.configuration != target.configuration:
            problem = "the provider's configuration has changed since it was made"
        if problem:
            found[where] = _refusal("plan-foreign", str(target.zone), target.provider, problem)
    for zone in unread - {zone for zone, _ in words.keys() & found.keys()}:
        where = next(where for where in words if where[0] == zone)
        found[where] = _refusal("plan-unreadable-now", str(zone), where[1], words[where])
    return found


def _doubled(plan: Plan) -> Iterator[Finding]:
    """Yield a refusal for each change or step that stands in *plan* twice, which no plan of ours has."""
    seen: set[tuple[Where, str]] = set()
    for step in plan.steps:
        if step.kind is StepKind.RELOAD:
            continue
        where = (step.zone, step.provider)
        kind = f"a step `{step.kind}`" + (f" ({step.standing})" if step.standing else "")
        for part in [f"`{change.key.name} {change.key.type}`" for change in step.changes] or [kind]:
            if (where, part) in seen:
                yield _refusal("plan-twice", str(step.zone), step.provider, f"it has {part} twice")
            seen.add((where, part))


def _is_plain_barrier(step: Step) -> bool:
    """Whether *step* does no more than wait, so that nothing needs to ask for it."""
    return step.kind is StepKind.BARRIER and not step.provider and not step.changes


def _unmoved(step: Step, left: Step | None, asked: "_Asked") -> Iterator[Finding]:
    """Yield a refusal for a step of a move that was not asked for, or that waits for less than it should."""
    same = [one for one in asked.moving if (one.zone, one.provider, one.kind) == (step.zone, step.provider, step.kind)]
    if asked.move and (left is None or (step.kind is StepKind.MANUAL and not same)):
        return  # done already; the registrar may have been told since
    if not any(asks_as_much(one, step) for one in same):
        message = f"{asked.never} for its step `{step.kind}`"
        yield _refusal("plan-unasked", str(step.zone), step.provider, message)


def _disordered(plan: Plan, fresh: Plan) -> Iterator[Finding]:
    """Yield a refusal for each zone where *plan* has the apex NS set and its content in another order than *fresh*."""
    late, hasty = _order(plan)
    asked_late, asked_hasty = _order(fresh)
    with_apex = dict.fromkeys(step.zone for step in plan.steps if step.kind is StepKind.APEX_NS)
    moved = {where[0] for where, is_late in late.items() if is_late is not asked_late.get(where, is_late)}
    for zone in with_apex:
        if zone in moved or zone in hasty - asked_hasty:
            yield _refusal(
                "plan-disordered", str(zone), "", "content and the apex NS set are in another order than now"
            )


def _order(plan: Plan) -> tuple[dict[tuple[ZoneId, str, Key], bool], set[ZoneId]]:
    """Tell of each change whether it comes after the zone's apex NS set, and which sets do not wait for the content."""
    late: dict[tuple[ZoneId, str, Key], bool] = {}
    named: set[ZoneId] = set()
    unawaited: set[ZoneId] = set()
    hasty: set[ZoneId] = set()
    for step in plan.steps:
        if step.kind is StepKind.APEX_NS:
            named.add(step.zone)
            hasty |= unawaited & {step.zone}
        elif step.kind is StepKind.BARRIER:
            unawaited.discard(step.zone)
        elif step.changes:
            late |= {(step.zone, step.provider, change.key): step.zone in named for change in step.changes}
            unawaited.add(step.zone)
    return late, hasty


def _stale(step: Step, live: LiveZone | None) -> Iterator[Finding]:
    """Yield a refusal for each RRset that is no longer as the plan shows it."""
    zone, provider = str(step.zone), step.provider
    if step.kind is StepKind.CREATE_ZONE:
        if live is not None:
            yield _refusal("plan-stale", zone, provider, "it creates the zone, which exists by now")
        return
    for setting in step.settings:
        there = live.networks if live is not None else ()
        if there != setting.before:
            message = f"`{setting.name}` is no longer as it shows: then {_named(setting.before)}, now {_named(there)}"
            yield _refusal("plan-stale", zone, provider, message)
    for change in step.changes:
        now = live.rrsets.get(change.key) if live is not None else None
        if not _as_before(change, now):
            yield _refusal(
                "plan-stale",
                zone,
                provider,
                f"`{change.key.name} {change.key.type}` is no longer as it shows: "
                f"then {_spelled(change.before)}, now {_spelled(now)}",
                key=change.key,
            )


def _as_before(change: Change, now: RRset | None) -> bool:
    before = change.before
    if before is None or now is None:
        return before is None and now is None
    return soa.same(before, now) if before.type == "SOA" else before == now


class _Asked:
    """What the plan worked out now asks for."""

    def __init__(self, fresh: Plan) -> None:
        self.changes: dict[tuple[ZoneId, str, Key], Change] = {
            (step.zone, step.provider, change.key): change for step in fresh.steps for change in step.changes
        }
        self.steps = {(step.zone, step.provider, step.kind) for step in fresh.steps}
        self.move = fresh.move
        self.moving = [step for step in fresh.steps if step.kind in _MOVING]
        self.settings = {(step.zone, step.provider, step.kind): step.settings for step in fresh.steps if step.settings}
        self.asks, self.never, self.no_longer = _FROM_THE_LOG if fresh.rollback else _FROM_FILES
        self.refused = {
            (finding.zone, finding.provider): finding for finding in fresh.refusals if not policy.is_policy(finding)
        }

    def refused_now(self, step: Step) -> Iterator[Finding]:
        """Yield why *step* would be refused if it were planned now: a file signed or taken over since, a limit."""
        zone, provider = str(step.zone), step.provider
        for where in ((zone, provider), (zone, "")):
            if where in self.refused:
                finding = self.refused.pop(where)
                yield _refusal("plan-refused-now", zone, provider, f"planned now, it is refused: {finding.message}")

    def unasked(self, step: Step, left: Step | None) -> Iterator[Finding]:
        """Yield a refusal for what the files do not ask for; what is not *left* of *step* they need not ask for."""
        zone, provider = str(step.zone), step.provider
        # A reload that is no longer due does no harm. A change in a step of another kind would come out of order.
        of_kind = (step.zone, step.provider, step.kind) in self.steps or (
            step.kind is StepKind.RELOAD and not step.changes
        )
        to_do = {change.key for change in left.changes} if left else set()
        settings = self.settings.get((step.zone, step.provider, step.kind), ())
        if left and not of_kind and all((step.zone, step.provider, key) in self.changes for key in to_do):
            yield _refusal("plan-unasked", zone, provider, f"{self.no_longer} for the step `{step.kind}`")
        elif (left.settings if left else _done_settings(step, settings)) != settings:
            message = f"{self.never} for what its step `{step.kind}` sets: {_settings(step)}"
            yield _refusal("plan-unasked", zone, provider, message)
        for change in step.changes:
            asked = self.changes.get((step.zone, provider, change.key))
            if asked is None and change.key not in to_do:
                continue
            if asked is None or not _same_result(asked.after, change.after):
                wanted = "nothing" if asked is None else _spelled(asked.after) if asked.after else "its removal"
                yield _refusal(
                    "plan-unasked",
                    zone,
                    provider,
                    f"{self.never} for its change of `{change.key.name} {change.key.type}`: "
                    f"it would make {_spelled(change.after)}, {self.asks} for {wanted}",
                    key=change.key,
                )


def _done_settings(step: Step, asked: Sequence[Setting]) -> Sequence[Setting]:
    """Return what the files may ask for where *step* is done: what it set, or nothing any more."""
    return step.settings if asked else ()


def _settings(step: Step) -> str:
    return "; ".join(f"`{setting.name}` to be {_named(setting.after)}" for setting in step.settings) or "nothing"


def _named(values: Sequence[str]) -> str:
    return ", ".join(f"`{value}`" for value in values) or "none"


def _same_result(asked: RRset | Computed | None, planned: RRset | Computed | None) -> bool:
    if isinstance(asked, RRset) and isinstance(planned, RRset) and asked.type == "SOA":
        return soa.same(asked, planned)
    return asked == planned


def _spelled(rrset: RRset | Computed | None) -> str:
    if rrset is None:
        return "absent"
    if isinstance(rrset, Computed):
        return "computed"
    text = f"`{rrset.ttl} {', '.join(rrset.rdatas)}`"
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 2]}…`"


def _refusal(rule: str, zone: str, provider: str, message: str, *, key: Key | None = None) -> Finding:
    return Finding(
        rule,
        Severity.ERROR,
        message,
        help="plan again, review, and apply the new plan",
        zone=zone,
        provider=provider,
        name=key.name if key else "",
        type=key.type if key else "",
    )
