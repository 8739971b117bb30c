"""The octoDNS adapter: zones at any service that an octoDNS provider package writes to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from octodns.provider.plan import Plan
from octodns.source.base import BaseSource

from zonesync.findings import Finding, Severity
from zonesync.model.change import Change
from zonesync.model.names import NameSyntaxError, absolute
from zonesync.model.rrset import RRset
from zonesync.model.zone import ZoneId
from zonesync.provider import options
from zonesync.provider.batches import batches
from zonesync.provider.contract import (
    NO_WISHES,
    Capabilities,
    Creation,
    LiveZone,
    Outcome,
    Receipt,
    ZoneRef,
)
from zonesync.provider.errors import Conflict, ProviderError, Rejected, Unavailable, named
from zonesync.provider.permit import require_leave
from zonesync_octodns import convert, refusals, writing
from zonesync_octodns.access import Account
from zonesync_octodns.classes import Recipe, class_path
from zonesync_octodns.declared import capabilities
from zonesync_octodns.explain import explain
from zonesync_octodns.names import new_zone
from zonesync_octodns.reading import Content
from zonesync_octodns.traits import Access
from zonesync_octodns.writing import Writer


@dataclass(frozen=True, slots=True)
class _Token:
    """What a read leaves for the writes based on it."""

    is_new: bool
    """Whether the zone comes to be with the first write."""


class OctodnsProvider:
    """One class of an octoDNS package with its options. The adapter's README has ours; a wrong one raises ValueError.

    ``class`` is a word of Python's, so that from a program it is given as ``**{"class": PATH}``.
    """

    def __init__(
        self,
        name: str,
        *,
        root: Path = Path(),
        nameservers: Sequence[str] = (),
        **given: object,
    ) -> None:
        self.name = name
        path = class_path("class", given.pop("class", ""))
        directory = given.get("directory")
        if isinstance(directory, str):
            given["directory"] = str(root / directory)
        self._nameservers = options.hosts("nameservers", nameservers)
        self._account = Account.of(Recipe.of(name, path, given))
        try:
            # Nothing is asked of any service by that; what it declares is then known.
            self._sample = self._account.make()
        except ProviderError as problem:
            raise ValueError(f"`{path}` takes its options for wrong: {problem.words}") from problem
        paths, known = self._account.recipe.paths, self._account.traits
        self._capabilities = capabilities(paths, self._sample, known, configured=bool(self._nameservers))
        self._lock = Lock()

    @property
    def capabilities(self) -> Capabilities:
        """What the class declares, and what is known of its service."""
        return self._capabilities

    @property
    def nameservers(self) -> tuple[str, ...]:
        """The names in the configuration; few classes tell those that their service assigned."""
        return self._nameservers

    def target(self, zone: ZoneId) -> str:
        """Name the class, which account or place, and the zone."""
        return f"octodns:{self._account.place}/{zone.name}"

    def zones(self) -> Iterator[ZoneRef]:
        """Yield every zone that the class lists; nothing where it has no such list."""
        if not self._capabilities.lists_zones:
            return
        with named(self.name):
            made: Any = self._account.make()
            try:
                found = [absolute(str(name)) for name in made.list_zones()]
            except NameSyntaxError as problem:
                raise Unavailable(f"a list with a zone that has no name: {problem}") from problem
            except Exception as problem:  # raised again in our tree: each package has its own
                raise self._account.masked(explain(problem)) from problem
        for name in sorted(set(found)):
            yield ZoneRef(ZoneId(name), name)

    def read(self, zone: ZoneId) -> LiveZone | None:
        """Return everything that the class reads of *zone*, None where it says that there is none.

        Types that a class does not support are passed over by most packages, and are not seen here either.
        """
        with named(self.name, zone):
            made = self._account.make()
            content = self._account.read_with(made, zone.name)
            return None if content is None else self._live(zone, content, self._assigned(made, zone))

    def create(self, zone: ZoneId, how: Creation = NO_WISHES) -> LiveZone:
        """Create *zone*; where it comes without NS records, the first content makes it. Raises ``Conflict``."""
        del how  # octoDNS has no reference of ours
        with named(self.name, zone):
            if self._account.traits.access is not Access.FULL:
                raise Rejected(
                    f"`{self._account.recipe.path}` cannot make zones",
                    hint="make the zone at its server, and plan again",
                )
            if self._account.read(zone.name) is not None:
                raise Conflict("the zone exists")
            if not self._capabilities.premade_apex:
                return LiveZone(zone, zone.name, {}, token=_Token(is_new=True))
            self._make_zone(zone)
            live = self.read(zone)
            if live is None:
                raise Unavailable("the zone was created, and is not there to be read")
            return live

    def _make_zone(self, zone: ZoneId) -> None:
        """Let the class apply a plan for a zone that is not there and is to have nothing: it makes the zone."""
        target = self._account.target()
        require_leave()
        try:
            target.apply(Plan(new_zone(zone.name), new_zone(zone.name), [], False))
        except Exception as problem:  # raised again in our tree: each package has its own
            raise self._account.masked(explain(problem)) from problem

    def normalise(self, rrset: RRset) -> RRset:
        """Return *rrset* as octoDNS gives it back: a text has no boundaries within."""
        return convert.normalised(rrset)

    def refusal(self, zone: ZoneId, rrset: RRset) -> str:
        """Say why the class could not hold *rrset*; empty where it can."""
        with self._lock:
            return refusals.refusal(self._sample, self._account, zone.name, rrset)

    def apply(self, live: LiveZone, changes: Sequence[Change]) -> Iterator[Receipt]:
        """Carry out *changes* in batches as the class takes them, each planned on a fresh read and read back.

        Raises :class:`ProviderError` where the service is not to be reached or refuses the credentials.
        """
        token = live.token
        assert isinstance(token, _Token), "a zone is applied to as it was read"
        apex = live.id.name
        with named(self.name, live.id):
            todo = []
            for change in changes:
                words = writing.check(apex, change) or self._unfit(live.id, change)
                if words:
                    yield Receipt((change,), Outcome.REJECTED, words=words)
                else:
                    todo.append(change)
            traits = self._account.traits
            writer = Writer(self._account, apex, is_new=token.is_new)
            yield from writer.carry_out(batches(todo, traits.batch, traits.weight))

    def _unfit(self, zone: ZoneId, change: Change) -> str:
        if not self._account.can_write:
            return f"`{self._account.recipe.path}` only reads"
        if isinstance(change.after, RRset):
            return self.refusal(zone, change.after)
        return "octoDNS knows no SOA; the service makes it" if change.key.type == "SOA" else ""

    def reload(self, live: LiveZone) -> Receipt:
        """Do nothing: what is written is for the service to serve."""
        return Receipt((), Outcome.APPLIED, words=f"`{live.id}` needs no reload")

    def wait(self, receipts: Sequence[Receipt]) -> None:
        """Return at once: octoDNS tells nothing of when a change is served."""

    def _assigned(self, made: BaseSource, zone: ZoneId) -> tuple[str, ...]:
        """Return the names that the service assigned, as far as the class keeps them."""
        if not self._capabilities.assigns_nameservers:
            return ()
        told = getattr(made, self._account.traits.tells, {})
        names = told.get(zone.name[:-1], ()) if isinstance(told, Mapping) else ()
        return tuple(sorted(absolute(str(name)) for name in names))

    def _live(self, zone: ZoneId, content: Content, assigned: tuple[str, ...]) -> LiveZone:
        findings = () if self._account.can_write else (_read_only(self.name, self._account.recipe.path, zone),)
        return LiveZone(
            zone,
            zone.name,
            content.rrsets,
            assigned,
            content.kept,
            findings=findings,
            token=_Token(is_new=False),
        )


def _read_only(name: str, path: str, zone: ZoneId) -> Finding:
    return Finding(
        "provider-only-reads",
        Severity.ERROR,
        f"`{path}` only reads, so that nothing can be changed at `{name}`",
        help="use a class that writes, or take the provider out of `providers:`",
        zone=str(zone),
        provider=name,
    )
