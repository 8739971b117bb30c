"""Plan one zone at all its providers."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from zonesync.findings import Finding, Severity
from zonesync.model.change import Computed
from zonesync.model.rrset import RRset
from zonesync.model.zone import DesiredZone
from zonesync.plan import apex, apex_set, safety
from zonesync.plan.facts import Facts
from zonesync.plan.plan import Step, StepKind, Target
from zonesync.plan.planned import Planned


@dataclass(frozen=True, slots=True)
class ZonePlan:
    """The steps of one zone, and what was found on the way."""

    targets: tuple[Target, ...] = ()
    steps: tuple[Step, ...] = ()
    findings: tuple[Finding, ...] = ()


def plan_zone(
    zone: DesiredZone,
    facts: Sequence[Facts],
    limits: safety.Limits,
    *,
    served: Sequence[Facts] = (),
    sealed: bool = True,
    content_at: Collection[str] | None = None,
) -> ZonePlan:
    """Plan *zone* at the providers *facts* describe.

    *served* are all providers of the zone where a run looks at some of them only: the apex NS set is everybody's.
    *sealed* computes the digests that a saved plan needs. *content_at* names the providers at which more than the apex
    NS set is planned, None for all; of the others those that do not have the zone are left out.
    """
    everyone = served or facts
    if content_at is not None:
        absent = {fact.name for fact in everyone if _is_absent(fact) and fact.name not in content_at}
        everyone = apex_set.with_absent_out(everyone, content_at)
        facts = [fact for fact in facts if fact.name not in absent]
    want = apex_set.wanted(zone, everyone)
    findings = [*apex.check(zone, everyone, want)]
    findings += _nobody_left(zone, everyone, want)
    findings += _unsigned(zone, everyone) if content_at is None else ()
    asked = {fact.name for fact in facts}
    is_new = all(_is_absent(fact) for fact in everyone if not fact.is_out)
    unserved = [fact.name for fact in everyone if _is_absent(fact) and not fact.is_out and fact.name not in asked]
    planned = [
        Planned(
            zone,
            fact,
            want,
            limits,
            is_new=is_new,
            unserved=unserved,
            has_content=content_at is None or fact.name in content_at,
        )
        for fact in facts
    ]
    for one in planned:
        findings += one.findings
    return ZonePlan(tuple(one.target(sealed=sealed) for one in planned), tuple(_steps(planned)), tuple(findings))


def _unsigned(zone: DesiredZone, facts: Sequence[Facts]) -> Iterator[Finding]:
    """Yield what is wrong with providers that do not sign beside some that do: validating resolvers refuse them."""
    signers = ", ".join(f"`{fact.name}`" for fact in facts if fact.live and fact.live.signed)
    for fact in facts if signers else ():
        if _is_absent(fact) and not fact.is_out:
            message = f"{signers} signs the zone, and one that `{fact.name}` is to have would not be signed"
            hint = (
                f"`zonesync provider join {zone.id} {fact.name}` asks the parent for a DS, and says what signing takes"
            )
            severity = Severity.ERROR
        elif fact.live and fact.live.signed is False:
            message = f"{signers} signs the zone, and `{fact.name}` does not: with a DS at the parent its answers fail"
            hint, severity = "`zonesync verify` asks the parent for a DS", Severity.WARNING
        else:
            continue
        yield Finding(
            "unsigned-provider", severity, message, help=hint, zone=str(zone.id), provider=fact.name, type="DNSKEY"
        )


def _is_absent(fact: Facts) -> bool:
    """Tell whether the zone is known not to be there."""
    return fact.live is None and not fact.is_unread


def _nobody_left(zone: DesiredZone, facts: Sequence[Facts], want: RRset | Computed | None) -> Iterator[Finding]:
    """Yield an error where every provider that the apex NS set names is out of rotation."""
    if want is None and zone.nameservers.mode != "unmanaged":
        out = ", ".join(f"`{fact.name}`" for fact in facts if fact.is_out)
        yield Finding(
            "nobody-left",
            Severity.ERROR,
            f"without {out} no name server would be left in the apex NS set",
            help="let another provider join first, or `zonesync restore` one that is out of rotation",
            zone=str(zone.id),
        )


def _steps(planned: Sequence[Planned]) -> Iterator[Step]:
    """Yield the steps in the order that never breaks resolution: what is served first, then who is asked.

    The apex NS set comes once every provider serves the content; the addresses of name servers that leave go last.
    Zones are created before any content: a zone file cannot be without the names that other providers assign. Who is
    out of rotation comes after all others: one that fails then keeps none of them waiting.
    """
    yield from _steps_of([one for one in planned if not one.fact.is_out])
    yield from _steps_of([one for one in planned if one.fact.is_out])


def _steps_of(planned: Sequence[Planned]) -> Iterator[Step]:
    content = [
        *_creation_steps(planned),
        *_content_steps(planned),
        *_reload_steps(one for one in planned if one.first or one.pending),
    ]
    yield from content
    if (
        any(step.kind is not StepKind.METADATA for step in content)
        and len(planned) > 1
        and any(one.nameservers for one in planned)
    ):
        note = "every provider has acknowledged its content"
        yield Step(kind=StepKind.BARRIER, zone=planned[0].zone.id, provider="", note=note)
    yield from (one.step(StepKind.APEX_NS, (one.nameservers,)) for one in _by_need(planned) if one.nameservers)
    yield from (one.step(StepKind.CONTENT, one.last) for one in planned if one.last)
    yield from _reload_steps(one for one in planned if one.nameservers or one.last)


def _by_need(planned: Iterable[Planned]) -> list[Planned]:
    """Return *planned* in the order in which their apex NS sets change: first where names come."""
    return sorted(planned, key=lambda one: not one.adds_nameservers)


def _creation_steps(planned: Iterable[Planned]) -> Iterator[Step]:
    for one in planned:
        if one.creates:
            yield one.step(StepKind.CREATE_ZONE, note=one.visible, settings=one.settings)


def _content_steps(planned: Iterable[Planned]) -> Iterator[Step]:
    for one in planned:
        if one.settings and not one.creates:
            yield one.step(StepKind.METADATA, settings=one.settings)
        if one.first:
            yield one.step(StepKind.CONTENT, one.first)


def _reload_steps(planned: Iterable[Planned]) -> Iterator[Step]:
    yield from (one.step(StepKind.RELOAD, note=one.pending) for one in planned if one.reloads)
