"""What the planner needs to know of a provider, as data: no provider that could be called gets in here."""

from dataclasses import dataclass

from zonesync.plan.diff import Normalise
from zonesync.provider.contract import Capabilities, LiveZone


@dataclass(frozen=True, slots=True)
class Facts:
    """One provider of one zone, as found now."""

    name: str
    capabilities: Capabilities
    nameservers: tuple[str, ...]
    """Names that the configuration gives; where the provider assigns them, see :attr:`live`."""
    target: str
    config_digest: str
    normalise: Normalise | None = None
    live: LiveZone | None = None
    """None: the zone is not hosted there."""

    @property
    def own_names(self) -> tuple[str, ...]:
        """The names of this provider's servers for the zone; empty while unknown."""
        if self.live is not None and self.live.nameservers:
            return self.live.nameservers
        return self.nameservers
