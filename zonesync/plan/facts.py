"""What the planner needs to know of a provider, as data: no provider that could be called gets in here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import DesiredZone
from zonesync.plan.diff import Normalise
from zonesync.provider.contract import Capabilities, LiveZone

Translate = Callable[[Mapping[Key, RRset]], Mapping[Key, RRset]]


@dataclass(frozen=True, slots=True)
class Facts:
    """One provider of one zone, as found now. The functions in it are pure, and ask no service."""

    name: str
    capabilities: Capabilities
    """What the provider can hold in general; see :attr:`able`."""
    nameservers: tuple[str, ...]
    """Names that the configuration gives; where the provider assigns them, see :attr:`live`."""
    target: str
    config_digest: str
    normalise: Normalise | None = None
    live: LiveZone | None = None
    """None: the zone is not hosted there, or nobody has asked."""
    translate: Translate | None = None
    """How a whole desired zone looks here, where the provider holds some RRsets in a form of its own."""
    refusal: Callable[[RRset], str] | None = None
    """Why an RRset cannot be held for reasons of the provider's own; empty where it can."""
    networks: tuple[str, ...] = ()
    """Where the configuration wants private zones here to be visible, spelled and sorted."""
    spell_network: Callable[[str], str] | None = None
    """The one spelling of a network. Raises ValueError; None where the provider has no private zones."""

    is_out: bool = False
    """Whether it is out of rotation: none of its name servers is to be in the apex NS set."""
    is_unread: bool = False
    """Whether it could not be asked, and is left as it is: it may have the zone all the same."""
    remembered: tuple[str, ...] = ()
    """Its name servers when it went out of rotation, for while it cannot be asked."""
    deletes: bool = False
    """Whether it can take a whole zone away."""

    @property
    def able(self) -> Capabilities:
        """What this one zone can hold here."""
        return (self.live.capabilities if self.live else None) or self.capabilities

    @property
    def own_names(self) -> tuple[str, ...]:
        """The names of this provider's servers for the zone; empty while unknown.

        What is remembered holds for one that cannot be asked, or is out: who creates the zone anew assigns new names.
        """
        if self.live is not None and self.live.nameservers:
            return self.live.nameservers
        return self.nameservers or (self.remembered if self.is_unread or self.is_out else ())

    def desired(self, zone: DesiredZone) -> Mapping[Key, RRset]:
        """Return what *zone* is to be here, apex NS and SOA apart, in the provider's own forms."""
        rrsets = zone.at(self.name)
        return self.translate(rrsets) if self.translate else rrsets
