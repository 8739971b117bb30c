"""octoDNS plans what we ask for and nothing else: our changes, on top of what it has just read.

A processor is how octoDNS lets others into its plan: it gets both zones between the read and the diff.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from octodns.processor.base import BaseProcessor
from octodns.provider.base import BaseProvider
from octodns.provider.plan import Plan
from octodns.record import Delete, Record
from octodns.zone import Zone

from zonesync.model.change import Change
from zonesync.model.rrset import Key, RRset
from zonesync.provider.compare import same
from zonesync.provider.errors import Conflict, ProviderError, Rejected
from zonesync_octodns import convert
from zonesync_octodns.explain import explain
from zonesync_octodns.names import new_zone, owner, relative
from zonesync_octodns.reading import content

_OVERTAKEN = "live data is no longer what the change is based on"


@dataclass(slots=True)
class Prepared:
    """A plan of octoDNS, and what is not in it."""

    plan: Plan | None
    refused: Mapping[Key, ProviderError]
    """What is not to be; nothing at the names of these is in the plan."""
    left: Sequence[Change]
    """What is in the plan."""


def prepare(target: BaseProvider, apex: str, changes: Sequence[Change]) -> Prepared:
    """Let *target*, fresh, read the zone and plan *changes*; a name whose live data stands against it is left out.

    Raises ProviderError where the zone cannot be read, where octoDNS refuses the whole, and where its plan would do
    anything else besides.
    """
    ours = _Ours(apex, changes)
    wanted = new_zone(apex)
    for change in changes:
        if change.key == Key(apex, "NS") and isinstance(change.after, RRset):
            # octoDNS looks away from the NS records of the apex unless it is told of some.
            wanted.add_record(convert.record(wanted, change.after, lenient=True))
    try:
        plan = target.plan(wanted, processors=[ours])
    except Exception as problem:  # raised again in our tree: each package has its own
        raise explain(problem) from problem
    blocked = {key.name for key in ours.refused}
    left = [change for change in changes if change.key.name not in blocked]
    if left:
        _check(plan, apex, left)
    return Prepared(plan if left else None, ours.refused, left)


def leftovers(plan: Plan, apex: str) -> Plan | None:
    """Return the plan that takes from the NS records of the apex the names that *plan* has replaced, None for none."""
    for change in plan.changes:
        if (change.record.name, convert.type_of(change.record)) != ("", "NS") or change.new is None:
            continue
        gone = sorted(set(change.existing.values) - set(change.new.values)) if change.existing else []
        if gone:
            data = {"type": "NS", "ttl": change.new.ttl, "values": gone}
            record = Record.new(new_zone(apex), "", data, lenient=True)
            return Plan(plan.existing, plan.desired, [Delete(record)], plan.exists)
    return None


@dataclass
class _Ours(BaseProcessor):  # type: ignore[misc]  # octoDNS has no types of its own
    """Puts *changes* in place of the wanted zone."""

    apex: str
    changes: Sequence[Change]
    refused: dict[Key, ProviderError] = field(default_factory=dict)
    id: str = "zonesync"
    name: str = "zonesync"
    lenient: bool = True

    def process_source_and_target_zones(
        self, desired: Zone, existing: Zone, target: BaseProvider, lenient: object = True
    ) -> tuple[Zone, Zone]:
        """Return *existing* with the changes in place of *desired*, as *target* would have it."""
        del desired, lenient
        now = content(existing)
        kept = {Key(one.name, one.type): one.description for one in now.kept}
        for change in self.changes:
            if change.key in kept:
                self.refused[change.key] = Rejected(f"kept as it is: {kept[change.key]}")
            elif not same(_spelled(now.rrsets.get(change.key)), _spelled(change.before)):
                self.refused[change.key] = Conflict(_OVERTAKEN)
        records = {(one.name, convert.type_of(one)): one for one in existing.records}
        self._check_alone(records)
        wanted = existing.copy()
        blocked = {key.name for key in self.refused}
        for change in self.changes:
            if change.key.name in blocked:
                continue
            if isinstance(change.after, RRset):
                wanted.add_record(convert.record(wanted, change.after, lenient=True), replace=True, lenient=True)
            else:
                wanted.remove_record(records[relative(change.key.name, self.apex), change.key.type])
        return target._process_desired_zone(wanted), existing  # noqa: SLF001 -- octoDNS's own step, on the other zone

    def _check_alone(self, there: Collection[tuple[str, str]]) -> None:
        """Refuse names at which a CNAME would stand beside other data: a server may say nothing of it."""
        types: dict[str, set[str]] = {}
        for name, rtype in there:
            types.setdefault(name, set()).add(rtype)
        touched = {change.key.name: relative(change.key.name, self.apex) for change in self.changes}
        for change in self.changes:
            after = types.setdefault(touched[change.key.name], set())
            (after.discard if change.after is None else after.add)(change.key.type)
        alone = Rejected("a CNAME is the only record at its name (RFC 1034 section 3.6.2)")
        for change in self.changes:
            after = types[touched[change.key.name]]
            if "CNAME" in after and len(after) > 1:
                self.refused.setdefault(change.key, alone)


def _check(plan: Plan | None, apex: str, changes: Sequence[Change]) -> None:
    """Raise :class:`Rejected` where *plan* is not exactly *changes*."""
    asked = {change.key: change for change in changes}
    found = {} if plan is None else {(owner(c.record.name, apex), convert.type_of(c.record)): c for c in plan.changes}
    for name, rtype in found.keys() - asked.keys():
        raise Rejected(f"octoDNS would change {name} {rtype} besides")
    if getattr(plan, "meta", None):
        raise Rejected("octoDNS would change settings of the zone besides")
    for key, change in asked.items():
        planned = found.get(key)
        if planned is None:
            raise Rejected("octoDNS sees nothing to do")
        after = None if planned.new is None else convert.rrset(planned.new)
        if after != _spelled(change.after):
            raise Rejected(f"octoDNS would write {_shown(after)} instead")


def _spelled(rrset: object) -> RRset | None:
    return convert.normalised(rrset) if isinstance(rrset, RRset) else None


def _shown(rrset: RRset | None) -> str:
    return f"`{rrset.ttl} {', '.join(rrset.rdatas)}`" if rrset else "nothing"
