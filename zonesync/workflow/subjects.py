"""What there is to verify: each zone's name servers and what they are to answer, as files and providers have it.

A provider that cannot be asked fails nothing: its servers are those of the apex NS set that belong to nobody else.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from zonesync.findings import Finding, Severity
from zonesync.model.change import Computed
from zonesync.model.rrset import RRset
from zonesync.model.zone import DesiredZone, ZoneId
from zonesync.plan import apex_set
from zonesync.plan.facts import Facts
from zonesync.plan.rotation import NOBODY, Absences
from zonesync.provider.contract import LiveZone, Provider
from zonesync.provider.registry import Factory, factory
from zonesync.run import rotation
from zonesync.run.asking.expected import Expected, expect, left_alone
from zonesync.run.asking.subject import Subject
from zonesync.run.store import StoreError, open_store
from zonesync.workflow.facts import facts_of
from zonesync.workflow.loading import Loaded
from zonesync.workflow.project import Project, RefusedError, connect
from zonesync.workflow.reading import READERS, read_zones


@dataclass(frozen=True, slots=True)
class Subjects:
    """The zones to be verified, and what was found on the way."""

    zones: tuple[Subject, ...] = ()
    warnings: tuple[Finding, ...] = ()
    """What could not be asked besides name servers: the state, and providers."""
    notes: tuple[Finding, ...] = field(default=())
    """Zones that nobody outside of their networks can ask."""


def find_subjects(
    project: Project,
    loaded: Loaded,
    only: Sequence[str] = (),
    *,
    find: Callable[[str], Factory] = factory,
    done: Callable[[], None] = lambda: None,
    readers: int = READERS,
) -> Subjects:
    """Read what the providers of *loaded* have, as far as they can be asked; *only* are the providers to be verified.

    Changes nothing anywhere, and raises for nothing that a provider does.
    """
    absences, warnings = _absences(project)
    names = dict.fromkeys(name for zone in loaded.zones for name in zone.providers)
    providers, unusable = _connected(project, names, find)
    reachable = [
        replace(zone, providers=tuple(name for name in zone.providers if name in providers)) for zone in loaded.zones
    ]
    live, unread = read_zones(project.config, providers, reachable, done, readers)
    problems = {(zone.id, name): words for zone in loaded.zones for name, words in unusable.items()} | unread
    zones, notes = [], []
    for zone in loaded.zones:
        private = [name for name in zone.providers if name in providers and providers[name].capabilities.networks]
        if private:
            notes.append(_private(zone, private))
        public = tuple(name for name in zone.providers if name not in private)
        if public and (not only or any(name in only for name in public)):
            found = _Found(zone, public, providers, live, problems, absences)
            zones.append(found.subject(only))
            warnings += [
                _unreachable(zone, name, words) for name, words in found.problems.items() if not only or name in only
            ]
    return Subjects(tuple(zones), tuple(warnings), tuple(notes))


def _unreachable(zone: DesiredZone, provider: str, words: str) -> Finding:
    return Finding(
        "provider-unreachable",
        Severity.WARNING,
        f"`{provider}` could not be asked which name servers it has: {words}",
        help="its name servers are taken from the apex NS set and the delegation: those that belong to nobody else",
        zone=str(zone.id),
        provider=provider,
    )


class _Found:
    """One zone, and what is known of its providers."""

    def __init__(
        self,
        zone: DesiredZone,
        names: Sequence[str],
        providers: Mapping[str, Provider],
        live: Mapping[tuple[ZoneId, str], LiveZone | None],
        problems: Mapping[tuple[ZoneId, str], str],
        absences: Absences,
    ) -> None:
        self.zone = zone
        self.names = names
        self.absences = absences
        self.problems = {name: problems[zone.id, name] for name in names if (zone.id, name) in problems}
        self.live = {name: live[zone.id, name] for name in names if (zone.id, name) in live}
        self.facts = {
            name: facts_of(providers[name], zone, self.live.get(name), absence=absences.get((zone.id, name)))
            for name in names
            if name in providers
        }

    def subject(self, only: Sequence[str]) -> Subject:
        """Return the zone as it is to be verified, at the providers *only*, all for none."""
        zone = self.zone
        wanted = self._wanted()
        apex = wanted.rdatas if wanted else self._served()
        asked = [name for name in self.names if not only or name in only]
        return Subject(
            zone=zone,
            expected={name: self._expected(name, wanted) for name in self.names},
            own={name: self._own(name) for name in self.names},
            asked=frozenset(asked),
            wanted=wanted,
            apex=apex,
            is_delegated=not zone.id.view,
            out=frozenset(name for name in asked if (zone.id, name) in self.absences),
            notes=tuple(self._notes(asked)),
        )

    def _own(self, name: str) -> tuple[str, ...]:
        fact = self.facts.get(name)
        absence = self.absences.get((self.zone.id, name))
        return fact.own_names if fact else absence.hosts if absence else ()

    def _wanted(self) -> RRset | None:
        """Return the apex NS set that everybody is to serve, None where that is not known."""
        if len(self.facts) == len(self.names) or self.zone.nameservers.mode == "list":
            found = apex_set.wanted(self.zone, [*self.facts.values()])
            if not isinstance(found, Computed):
                return found and replace(found, ttl=None) if self._is_ttl_unknown() else found
        if self.zone.nameservers.mode == "unmanaged":
            return None
        # Whose names are missing was asked for them when the set was made: what all others hold is what was wanted.
        held = self._held()
        return held[0] if held and all(one == held[0] for one in held) else None

    def _is_ttl_unknown(self) -> bool:
        """Tell whether the TTL of the apex NS set is the live one, and nobody could be asked what that is."""
        return self.zone.nameservers.ttl is None and bool(self.problems) and not self._held()

    def _held(self) -> list[RRset]:
        """Return the apex NS sets that the providers hold, as far as they could be read."""
        key = apex_set.key(self.zone.apex)
        return [one.rrsets[key] for one in self.live.values() if one is not None and key in one.rrsets]

    def _served(self) -> tuple[str, ...]:
        return tuple(sorted({host for one in self._held() for host in one.rdatas}))

    def _expected(self, name: str, wanted: RRset | None) -> Expected:
        fact: Facts | None = self.facts.get(name)
        rrsets = fact.desired(self.zone) if fact else self.zone.at(name)
        live = self.live.get(name)
        nameservers = wanted
        if nameservers is None and live is not None:
            nameservers = live.rrsets.get(apex_set.key(self.zone.apex))
        zone = replace(self.zone, soa=_settable(self.zone, fact)) if fact else self.zone
        return expect(zone, rrsets, nameservers, left_alone(self.zone, rrsets, live))

    def _notes(self, asked: Sequence[str]) -> Iterator[Finding]:
        for name in asked:
            if name not in self.problems and self.live.get(name) is None:
                yield Finding(
                    "not-hosted",
                    Severity.ERROR,
                    f"`{name}` does not have the zone",
                    help="`zonesync plan` shows what creates it there",
                    zone=str(self.zone.id),
                    provider=name,
                )


def _settable(zone: DesiredZone, fact: Facts) -> Mapping[str, str | int]:
    """Return the SOA fields of the file that the provider can hold; that it cannot hold the rest is said elsewhere."""
    able = fact.able
    return {
        name: value for name, value in zone.soa.items() if (able.soa_ttl if name == "ttl" else name in able.soa_fields)
    }


def _absences(project: Project) -> tuple[Absences, list[Finding]]:
    """Return who is out of rotation; a state that cannot tell is a warning."""
    try:
        return rotation.read(open_store(project.config.state, project.root)), []
    except StoreError as problem:
        message = f"who is out of rotation is not known: {problem}"
        return NOBODY, [Finding("state-unreadable", Severity.WARNING, message)]


def _connected(
    project: Project, names: Mapping[str, None], find: Callable[[str], Factory]
) -> tuple[dict[str, Provider], dict[str, str]]:
    """Make each provider that can be made; return the others with the reason."""
    made: dict[str, Provider] = {}
    unusable: dict[str, str] = {}
    for name in names:
        try:
            made |= connect(project, [name], find)
        except RefusedError as problem:
            unusable[name] = str(problem)
    return made, unusable


def _private(zone: DesiredZone, names: Sequence[str]) -> Finding:
    there = " and ".join(f"`{name}`" for name in names)
    return Finding(
        "private-zone",
        Severity.INFO,
        f"the zone is private at {there}: only its networks can ask, so nobody was asked there",
        zone=str(zone.id),
    )
