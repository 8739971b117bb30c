"""A provider in memory with private zones: each is visible in some networks, and in one at least."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from zonesync.model.zone import ZoneId
from zonesync.provider.contract import NO_WISHES, Creation, LiveZone, Outcome, Receipt
from zonesync.provider.errors import Conflict, Rejected, Unavailable, named
from zonesync.provider.memory import MemoryProvider
from zonesync.provider.memory_character import Character
from zonesync.provider.permit import require_leave

_PREFIX = "net-"


class PrivateMemoryProvider(MemoryProvider):
    """One account at an in-memory service for private zones; a network is spelled ``net-`` and a number.

    *networks* are those of a zone that has none of its own.
    """

    def __init__(
        self, name: str, character: Character | str = Character.BATCH, *, networks: Sequence[str] = (), **options: Any
    ) -> None:
        super().__init__(name, character, **options)
        self._traits = replace(self._traits, capabilities=replace(self._traits.capabilities, networks=True))
        self._networks = tuple(sorted({self.spell_network(network) for network in networks}))

    @property
    def networks(self) -> tuple[str, ...]:
        """The networks of every zone that has none of its own."""
        return self._networks

    def spell_network(self, text: str) -> str:
        """Return ``net-7`` for ``NET-007``. Raises ValueError."""
        number = text.lower().removeprefix(_PREFIX)
        if not (number.isascii() and number.isdecimal()):
            raise ValueError(f"`{text}` is no network; it is `{_PREFIX}` and a number")
        return f"{_PREFIX}{int(number)}"

    def create(self, zone: ZoneId, how: Creation = NO_WISHES) -> LiveZone:
        """Create *zone*, visible in the networks of *how* or else in this provider's own."""
        chosen = tuple(sorted({self.spell_network(network) for network in how.networks or self._networks}))
        if not chosen:
            raise Rejected("a private zone has one network at least", provider=self.name, zone=str(zone))
        return super().create(zone, replace(how, networks=chosen))

    def set_networks(self, live: LiveZone, networks: Sequence[str]) -> Iterator[Receipt]:
        """Make *live* visible in *networks*: new ones first, so that there is always one."""
        wanted, known = {self.spell_network(network) for network in networks}, set(live.networks)
        with named(self.name, live.id):
            if not wanted:
                yield Receipt((), Outcome.REJECTED, words="a private zone has one network at least")
                return
            if self._visible_in(live.id) != known:
                yield Receipt((), Outcome.CONFLICT, words="the networks are no longer what they were")
                return
            for network in [*sorted(wanted - known), *sorted(known - wanted)]:
                receipt = self._show(live.id, network, visible=network in wanted)
                yield receipt
                if receipt.outcome is not Outcome.APPLIED:
                    return

    def _show(self, zone: ZoneId, network: str, *, visible: bool) -> Receipt:
        change = self._service.show if visible else self._service.hide
        for last in (False, True):
            require_leave()
            try:
                change(zone, network)
            except Conflict as problem:
                return Receipt((), Outcome.CONFLICT, words=problem.words)
            except Unavailable as problem:
                if (network in self._visible_in(zone)) != visible:
                    if last:
                        return Receipt((), Outcome.UNKNOWN, words=problem.words)
                    continue
            return Receipt((), Outcome.APPLIED, words=f"{'in' if visible else 'no longer in'} `{network}`")
        raise AssertionError("unreachable: the last try returns")

    def _visible_in(self, zone: ZoneId) -> frozenset[str]:
        hosted = self._service.describe(zone)
        return hosted.networks if hosted else frozenset()
