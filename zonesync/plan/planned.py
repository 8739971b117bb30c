"""What is to be done for one zone at one provider, before it is put in order with what is to be done at the others."""

from collections.abc import Mapping, Sequence

from zonesync.findings import Finding, Severity
from zonesync.model.change import Action, Change, Computed
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import DesiredZone, Kept
from zonesync.plan import aliases, apex, apex_set, digest, fit, networks, safety, scope, soa, why
from zonesync.plan.diff import diff, settle
from zonesync.plan.facts import Facts
from zonesync.plan.plan import KeptRRset, Setting, Step, StepKind, Target
from zonesync.provider.contract import ApexNs

_FREE = frozenset({ApexNs.FULL, ApexNs.NON_EMPTY})
"""Levels at which an apex NS set can do without the provider's own names."""


class Planned:
    """One zone at one provider, planned."""

    def __init__(
        self,
        zone: DesiredZone,
        fact: Facts,
        want: RRset | Computed | None,
        limits: safety.Limits,
        *,
        is_new: bool,
        unserved: Sequence[str],
        has_content: bool,
    ) -> None:
        self.zone = zone
        self.has_content = has_content
        """Whether more than the apex NS set is planned here."""
        self.is_new = is_new
        """Whether this plan creates the zone at every provider it has: only then may its NS set be computed."""
        self.unserved = unserved
        """Providers of the zone that do not serve it yet, and that this plan leaves out: nobody may be sent to them."""
        self.fact = fact
        self.want = want
        self.findings: list[Finding] = []
        self.desired: Mapping[Key, RRset] = fact.desired(zone)
        self.live: Mapping[Key, RRset] = fact.live.rrsets if fact.live else {}
        self.kept = fact.live.kept if fact.live else ()
        self.own = (apex_set.key(zone.apex), soa.key(zone.apex))
        self.base = 0
        self.left_alone = 0
        self.creates = fact.live is None
        self.reloads = fact.able.reloads
        self.settings = self._settings()
        self.pending = fact.live.pending if fact.live else ""
        content = self._content(limits) if has_content else []
        self.nameservers = self._apex_ns()
        """The change to the apex NS set, where it is a step of its own."""
        start = self._soa() if has_content else None
        gone = {change.key for change in content if change.action is Action.DELETE}
        there = self._there() | (self.live.keys() - gone) if self.nameservers else frozenset()
        self.findings += apex.check_addresses(zone, fact.name, self._nameservers_to_be(), there)
        self.last = self._of_leaving(content)
        """Changes that come after the apex NS set."""
        self.first = [change for change in content if change not in self.last] if self.last else content
        """Changes that come before it."""
        if self.nameservers and self.creates and not fact.able.premade_apex:
            self.first.insert(0, self.nameservers)
            self.nameservers = None
        if start:
            self.first.insert(0, start)
        if fact.live and (self.first or self.last or self.nameservers or self.settings):
            self.findings += fact.live.findings

    def step(
        self, kind: StepKind, changes: Sequence[Change] = (), note: str = "", settings: tuple[Setting, ...] = ()
    ) -> Step:
        """Return a step of this zone at this provider."""
        return Step(
            kind=kind,
            zone=self.zone.id,
            provider=self.fact.name,
            changes=tuple(map(self._explained, changes)),
            settings=settings,
            note=note,
        )

    @property
    def visible(self) -> str:
        """Where a zone that is created will be visible, for the reader."""
        return "; ".join(f"visible in {', '.join(setting.after)}" for setting in self.settings)

    def _settings(self) -> tuple[Setting, ...]:
        """Return what changes of the zone besides its RRsets, and note what stands against it."""
        if not self.has_content:
            return ()
        self.findings += [*networks.check(self.zone, self.fact), *networks.check_change(self.zone, self.fact)]
        changed = networks.change(self.zone, self.fact)
        return (changed,) if changed else ()

    def _there(self) -> frozenset[Key]:
        """Return what this plan puts there of what the file describes."""
        return frozenset(self.desired) if self.has_content else frozenset()

    @property
    def adds_nameservers(self) -> bool:
        """Whether the apex NS set gets a name here that it had not."""
        change = self.nameservers
        if change is None or change.before is None or not isinstance(change.after, RRset):
            return change is not None
        return not set(change.after.rdatas) <= set(change.before.rdatas)

    def _nameservers_to_be(self) -> Sequence[str]:
        """Return the apex NS set that this plan makes, where it does; one listed in the file is lint's business."""
        after = self.nameservers.after if self.nameservers else None
        if isinstance(after, Computed):
            own = {self.fact.name: self.fact.nameservers}
            counts = {name: int(count) for name, count in after.computed.items() if own.get(name)}
            return apex_set.chosen(counts, own, frozenset())
        return after.rdatas if isinstance(after, RRset) and self.zone.nameservers.mode != "list" else ()

    def _of_leaving(self, content: Sequence[Change]) -> list[Change]:
        """Return the changes that take addresses from name servers which the apex NS set is about to lose.

        Until it has lost them they must have addresses (RFC 1034 section 4.2.1), and servers refuse the zone otherwise.
        """
        change = self.nameservers
        if change is None or change.before is None or not isinstance(change.after, RRset):
            return []
        leaving = set(change.before.rdatas) - set(change.after.rdatas)
        names = {
            change.key.name
            for change in content
            if change.action is Action.DELETE and change.key.type in {"A", "AAAA"} and change.key.name in leaving
        }
        return [change for change in content if change.key.name in names]

    def _content(self, limits: safety.Limits) -> list[Change]:
        """Return the changes to everything but apex NS and SOA, and note what stands against them."""
        zone, fact = self.zone, self.fact
        scoped = scope.scope_of(zone, self.live, self.desired, self.kept)
        others = sum(key in self.live and key not in self.desired for key in scoped.left_alone)
        beside = len(self.own) + others + len(self.kept)
        self.findings += fit.check(zone, fact.name, fact.able, self.desired, fact.refusal, beside=beside)
        there = {*scoped.left_alone & self.live.keys(), *(Key(kept.name, kept.type) for kept in self.kept)}
        self.findings += aliases.check(zone, fact.name, self.desired, there, fact.normalise)
        raw = diff(self.live, self.desired, normalise=fact.normalise, skip=self.own)
        self.findings += scope.conflicts(zone, fact.name, raw, self.live, scoped)
        changes = scope.within(raw, scoped)
        left_alone = sum(key in self.live for key in scoped.left_alone)
        self.left_alone = left_alone + len(self.kept)
        self.base = len(self.live) - sum(key in self.live for key in self.own) - left_alone
        self.findings += safety.check(zone.id, fact.name, changes, self.base, limits)
        return changes

    def _apex_ns(self) -> Change | None:
        """Return the change to the apex NS RRset, None for none."""
        fact, zone, want = self.fact, self.zone, self.want
        live = self.live.get(apex_set.key(zone.apex))
        if want is None:
            return self._first_nameservers() if live is None and not fact.able.premade_apex else None
        if fact.is_out and live is not None and fact.able.apex_ns not in _FREE:
            return None  # its own names cannot go, and nobody is sent there
        if self.unserved:
            self._later(f"the zone is not at {', '.join(self.unserved)} yet")
            return self._first_nameservers() if live is None and not fact.able.premade_apex else None
        if live is None:
            if fact.live is not None and fact.able.premade_apex:
                self._error(
                    "apex-ns-unread",
                    f"`{fact.name}` shows no apex NS RRset, which cannot be: the read is not trusted",
                    "look at the zone there, and plan again",
                )
                return None
            if isinstance(want, Computed) and not self.is_new:
                self._later("not every provider has assigned its name servers yet")
                return None if fact.able.premade_apex else self._first_nameservers()
            return Change(None, want, "nameservers:")
        if isinstance(want, Computed):
            self._later("not every provider has assigned its name servers yet")
            return None
        after = settle(live, want, fact.normalise)
        return Change(live, after, "nameservers:") if after else None

    def _later(self, reason: str) -> None:
        """Leave the NS set to a second plan, which shows real names: only a zone new everywhere has a computed one."""
        self._error(
            "nameservers-later",
            f"{reason}, so the apex NS set at `{self.fact.name}` has to wait",
            "plan again once the zone is at all its providers: that plan shows the NS change with real names",
            Severity.INFO,
        )

    def _first_nameservers(self) -> Change | None:
        """Let the configured names stand in: where the provider makes no NS, a zone cannot be created without."""
        fact, zone = self.fact, self.zone
        if fact.live is not None:
            return None
        if fact.nameservers:
            hosts = tuple(sorted(set(fact.nameservers)))
            return Change(None, RRset(zone.apex, "NS", apex_set.DEFAULT_TTL, hosts), f"nameservers of {fact.name}")
        self._error(
            "apex-ns-missing",
            f"the zone is not at `{fact.name}` yet, and nothing says which name servers it has",
            f"list them under `nameservers:` of the zone, or of `{fact.name}` in the configuration",
        )
        return None

    def _soa(self) -> Change | None:
        """Return the change to the SOA, None for none."""
        fact, zone = self.fact, self.zone
        if not fact.able.shows_soa:
            return None
        wanted = dict(zone.soa)
        live = self.live.get(soa.key(zone.apex))
        if live is not None:
            after = soa.with_fields(live, wanted)
            return Change(live, after, "soa:") if not soa.same(live, after) else None
        if fact.live is not None:
            self._error(
                "soa-unread", f"`{fact.name}` shows no SOA, which cannot be: the read is not trusted", "plan again"
            )
            return None
        if fact.able.premade_apex:
            return Change(None, Computed(zone.apex, "SOA", None, wanted), "soa:") if wanted else None
        hosts = self.want.rdatas if isinstance(self.want, RRset) else tuple(sorted(fact.nameservers))
        if not hosts and "mname" not in wanted:
            return None
        first = hosts[0] if hosts else str(wanted["mname"])
        return Change(None, soa.initial(zone.apex, first, zone.ttl, wanted), "soa:")

    def target(self, *, sealed: bool) -> Target:
        """Return what this part of the plan is bound to."""
        fact, zone = self.fact, self.zone
        return Target(
            zone=zone.id,
            provider=fact.name,
            target=fact.target,
            live=digest.of_rrsets(self.live) if sealed and fact.live else None,
            desired=digest.of_rrsets(zone.at(fact.name)) if sealed else "",
            configuration=fact.config_digest,
            rrsets=self.base,
            left_alone=self.left_alone,
            kept=tuple(_shown(kept) for kept in sorted(self.kept, key=_by_name)),
        )

    def _explained(self, change: Change) -> Change:
        """Return *change* with where it comes from, and what becomes of fields that the model does not know."""
        said = change.why or why.place(self.zone, change.key, is_desired=change.key in self.desired)
        extras = self.fact.live.extras.get(change.key, "") if self.fact.live else ""
        return Change(change.before, change.after, why.with_extras(said, change, extras))

    def _error(self, rule: str, message: str, hint: str, severity: Severity = Severity.ERROR) -> None:
        self.findings.append(
            Finding(rule, severity, message, help=hint, zone=str(self.zone.id), provider=self.fact.name)
        )


def _by_name(kept: Kept) -> tuple[str, str, str]:
    return kept.name, kept.type, kept.set_identifier


def _shown(kept: Kept) -> KeptRRset:
    return KeptRRset(
        name=kept.name,
        type=kept.type,
        set_identifier=kept.set_identifier,
        description=kept.description,
        digest=kept.digest,
    )
