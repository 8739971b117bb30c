"""A plan that takes a run back: each RRset that the run changed becomes again what it was before.

Two things go in, what the run did and what is live now; the planner makes steps of them, so that order and checks are
those of any plan. Nothing here asks a provider or writes anywhere.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from zonesync.findings import Finding, Severity
from zonesync.model.change import Change
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import DesiredZone, Ignore, Nameservers, ZoneId
from zonesync.plan import apex_set, safety, scope, soa
from zonesync.plan.facts import Facts
from zonesync.plan.networks import NETWORKS
from zonesync.plan.plan import Step, StepKind
from zonesync.plan.planner import ZonePlan, plan_zone
from zonesync.plan.why import extras_of
from zonesync.provider.contract import LiveZone
from zonesync.run.history import Applied
from zonesync.run.obstacles import ADDRESSES, finding, obstacles, other_strings
from zonesync.run.reversals import Reversal, same

_SHOWN = 160
_LATE = (StepKind.APEX_NS, StepKind.CONTENT, StepKind.RELOAD)
"""What comes from the apex NS set on, in its order: the addresses of name servers that leave go after every set."""


def settings_key(zone: ZoneId) -> Key:
    """Return what names a zone's networks among the RRsets that may be overwritten; no RRset has such a type."""
    return Key(zone.name, NETWORKS)


@dataclass(frozen=True, slots=True)
class Rules:
    """What bounds a rollback, besides what is live."""

    limits: safety.Limits
    ignore: tuple[Ignore, ...] = ()
    """The ignore rules of the zone's file as it is now: they protect what has become somebody else's."""
    overwrites: Collection[Key] = frozenset()
    """What is taken back although it was changed since."""
    managed: Collection[Key] | None = None
    """What the file is in charge of, where it keeps what it lacks; None for everything."""


def plan_place(zone: ZoneId, reversal: Reversal, fact: Facts, rules: Rules, *, sealed: bool = True) -> ZonePlan:
    """Plan how *zone* goes back at the provider *fact* describes, where it exists."""
    assert fact.live is not None
    back = _Back(zone, reversal, fact, fact.live, rules)
    fact = replace(fact, translate=None, networks=())
    asked = back.desired()
    made = plan_zone(asked, [fact], rules.limits, sealed=sealed)
    # What stands against the zone as it is now does not stand against taking something back in it.
    as_it_is = replace(asked, rrsets=back.content, nameservers=Nameservers(said=True), soa={}, networks={})
    known = plan_zone(as_it_is, [fact], rules.limits, sealed=False).findings
    findings = [*back.findings, *(one for one in made.findings if one not in known)]
    targets = made.targets
    if rules.managed is not None:
        charge = back.charge(rules.managed)
        findings = [one for one in findings if one.rule not in safety.RULES]
        findings += safety.check(zone, fact.name, back.content_of(made.steps), charge, rules.limits)
        rest = sum(target.rrsets + target.left_alone for target in targets) - charge
        targets = tuple(one.model_copy(update={"rrsets": charge, "left_alone": rest}) for one in targets)
    _require_reversals(made.steps, reversal)
    refused = {Key(one.name, one.type) for one in back.findings if one.is_error}
    stand = obstacles(zone, fact, back.again, made.steps, refused)
    strings = other_strings(zone, fact, reversal, made.steps)
    return ZonePlan(targets, tuple(map(back.explained, made.steps)), (*findings, *stand, *strings))


def in_order(plans: Sequence[ZonePlan]) -> Iterator[Step]:
    """Yield the steps of one zone at several providers: content everywhere, then who is asked (see the planner)."""
    early: list[Step] = []
    late: list[Step] = []
    for plan in plans:
        kinds = [step.kind for step in plan.steps]
        first = kinds.index(StepKind.APEX_NS) if StepKind.APEX_NS in kinds else len(kinds)
        early += plan.steps[:first]
        late += plan.steps[first:]
    yield from sorted(early, key=lambda step: step.kind is StepKind.RELOAD)
    if late and len(plans) > 1 and any(step.kind is not StepKind.METADATA for step in early):
        note = "every provider has acknowledged its content"
        yield Step(kind=StepKind.BARRIER, zone=late[0].zone, provider="", note=note)
    yield from sorted(late, key=lambda step: _LATE.index(step.kind))


def _require_reversals(steps: Iterable[Step], reversal: Reversal) -> None:
    """Hold that nothing but the run's own RRsets is touched: the planner saw the whole zone."""
    stray = {change.key for step in steps for change in step.changes} - reversal.rrsets.keys()
    stray |= {Key("", step.kind) for step in steps if step.settings and reversal.networks is None}
    if stray:
        raise AssertionError(f"a rollback of {reversal.run} would touch {sorted(stray)[:3]}, which the run did not")


class _Back:
    """One zone at one provider on its way back."""

    def __init__(self, zone: ZoneId, reversal: Reversal, fact: Facts, live: LiveZone, rules: Rules) -> None:
        self.zone = zone
        self.reversal = reversal
        self.fact = fact
        self.live = live
        self.rules = rules
        self.findings: list[Finding] = []
        own = {apex_set.key(zone.name), soa.key(zone.name)}
        self._matches = scope.matcher(rules.ignore, zone.name, live.rrsets)
        self._kept = {Key(one.name, one.type): one.description for one in live.kept}
        self.content = {key: rrset for key, rrset in live.rrsets.items() if key not in own}
        self.overwritten: set[Key] = set()
        self.again: dict[Key, RRset | None] = {}
        """What becomes again what it was."""
        stays = self._stays()
        for key, (before, after) in sorted(reversal.rrsets.items()):
            if key not in stays and self._goes_back(key, before, after):
                self.again[key] = before
        self.networks = self._networks()
        if reversal.unreadable:
            count = reversal.unreadable
            message = f"the audit log has {count} of the run's changes in a form that this zonesync does not read"
            self._error("rollback-unreadable", message, "use the version that applied it")

    def _stays(self) -> set[Key]:
        """Return what the run created and nobody takes back: SOA and apex NS, without which there is no zone."""
        name, rrsets = self.zone.name, self.reversal.rrsets
        stays = {key for key in (apex_set.key(name), soa.key(name)) if key in rrsets and rrsets[key][0] is None}
        if apex_set.key(name) in stays and (servers := self.live.rrsets.get(apex_set.key(name))):
            # A server refuses a zone whose name servers are in it and have no address.
            addresses = {Key(host, rtype) for host in servers.rdatas for rtype in ADDRESSES}
            stays |= {key for key in addresses & rrsets.keys() if rrsets[key][0] is None}
        if self.reversal.created:
            message = "the run created the zone, which stays: with its SOA, its name servers, and their addresses in it"
            hint = "delete it at the provider by hand, if nobody is sent there"
            # Of the zone, so that it is said once of all its providers.
            self.findings.append(finding("rollback-zone-stays", Severity.INFO, message, hint, self.zone))
        return stays

    def _goes_back(self, key: Key, before: RRset | None, after: RRset | None) -> bool:
        now = self.live.rrsets.get(key)
        if key in self._kept:
            message = f"`{key.name} {key.type}` exists by now in a form that zonesync cannot edit: {self._kept[key]}"
            self._error("blocked-by-kept", message, "remove it at the provider first", key)
            return False
        spell = self.fact.normalise
        if same(now, before, spell):
            return False
        if key in self.rules.overwrites:
            if not same(now, after, spell):
                self.overwritten.add(key)
            return True
        if not same(now, after, spell):
            self._changed_since(key, _spelled(after), _spelled(now), self.reversal.later.get(key))
            return False
        if self._is_ignored(key):
            message = f"`{key.name} {key.type}` is left alone by an ignore rule of the zone's file by now"
            self._error("rollback-ignored", message, _name_it(key), key)
            return False
        return True

    def _is_ignored(self, key: Key) -> bool:
        return key not in (apex_set.key(self.zone.name), soa.key(self.zone.name)) and self._matches(key)

    def _still_ignored(self) -> Iterator[Ignore]:
        """Yield the rules that protect nothing of what goes back: of that they would keep the planner."""
        for rule in self.rules.ignore:
            matches = scope.matcher([rule], self.zone.name, self.live.rrsets)
            if not any(map(matches, self.again)):
                yield rule

    def _networks(self) -> tuple[str, ...]:
        """Return where the zone is to be visible again; empty leaves that alone, as no zone is left without any."""
        changed = self.reversal.networks
        if changed is None or not changed.before or self.live.networks == changed.before:
            return ()
        key = settings_key(self.zone)
        if not changed.left(self.live.networks):
            if key not in self.rules.overwrites:
                self._changed_since(key, _listed(changed.after), _listed(self.live.networks), None)
                return ()
            self.overwritten.add(key)
        return changed.before

    def desired(self) -> DesiredZone:
        """Return the zone as it is to be here: what is live, less what the run did."""
        rrsets = {key: rrset for key, rrset in self.content.items() if key not in self.again}
        rrsets |= {key: rrset for key, rrset in self.again.items() if rrset is not None}
        servers = rrsets.pop(apex_set.key(self.zone.name), None)
        start = rrsets.pop(soa.key(self.zone.name), None)
        return DesiredZone(
            self.zone,
            rrsets,
            providers=(self.fact.name,),
            nameservers=Nameservers("list", servers.rdatas, ttl=servers.ttl, said=True)
            if servers
            else Nameservers(said=True),
            soa=_fields(self.live.rrsets.get(soa.key(self.zone.name)), start) if start else {},
            networks={self.fact.name: self.networks} if self.networks else {},
            ignore=tuple(self._still_ignored()),
        )

    def explained(self, step: Step) -> Step:
        """Return *step* with what its changes are for."""
        stays = "the zone itself stays" if self.reversal.created and step.kind is StepKind.CONTENT else ""
        return step.model_copy(
            update={"changes": tuple(map(self._explained, step.changes)), "note": step.note or stays}
        )

    def _explained(self, change: Change) -> Change:
        run = self.reversal.run
        said = f"as before {run}, whatever it is now" if change.key in self.overwritten else f"as before {run}"
        return Change(change.before, change.after, "; ".join(filter(None, (said, extras_of(change)))))

    def charge(self, managed: Collection[Key]) -> int:
        """Count the live RRsets that this is in charge of: the file's, and the run's own."""
        mine = {key for key in self.content if key in managed or key in self.reversal.rrsets}
        return sum(not self._is_ignored(key) or key in self.again for key in mine)

    def content_of(self, steps: Iterable[Step]) -> list[Change]:
        """Return the changes of *steps*, apex NS and SOA apart."""
        own = {apex_set.key(self.zone.name), soa.key(self.zone.name)}
        return [change for step in steps for change in step.changes if change.key not in own]

    def _changed_since(self, key: Key, then: str, now: str, later: Applied | None) -> None:
        who = ""
        if later is not None:
            by = later.actor or later.author
            commit = f", commit {later.commit[:12]}" if later.commit else ""
            who = f" (run {later.run} of {later.time}{f' by {by}' if by else ''}{commit})"
        message = f"`{key.name} {key.type}` was changed since{who}: the run left {then}, now it is {now}"
        self._error("rollback-changed-since", message, _name_it(key), key)

    def _error(self, rule: str, message: str, hint: str, key: Key | None = None) -> None:
        self.findings.append(finding(rule, Severity.ERROR, message, hint, self.zone, self.fact.name, key))


def _name_it(key: Key) -> str:
    return f'to take it back all the same, add `--overwrite "{key.name} {key.type}"`'


def _fields(now: RRset | None, then: RRset) -> Mapping[str, str | int]:
    """Return the SOA fields of *then* that are others *now*: only those are set, as a provider may hold no more."""
    if now is None:
        return {}
    old, new = soa.fields_of(then), soa.fields_of(now)
    fields: dict[str, str | int] = {
        name: value for name, value in old.items() if name != "serial" and value != new[name]
    }
    return fields | ({"ttl": then.ttl} if then.ttl is not None and then.ttl != now.ttl else {})


def _spelled(rrset: RRset | None) -> str:
    if rrset is None:
        return "absent"
    text = f"`{rrset.ttl} {', '.join(rrset.rdatas)}`"
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 2]}…`"


def _listed(values: Sequence[str]) -> str:
    return ", ".join(f"`{value}`" for value in values) or "none"
