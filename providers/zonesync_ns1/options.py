"""The options that ``type: ns1`` alone has, checked before anything is done. Each function raises ValueError."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from zonesync.model.names import NameSyntaxError
from zonesync.model.zone import ZoneId
from zonesync.provider import options
from zonesync_ns1.names import bare

NAMES = ("api_key", "endpoint", "zone_id", "networks", "rate", "attempts", "patience")
ENDPOINT = "https://api.nsone.net/v1"
GLOBAL_NETWORK = "0"


def api_key(option: str, value: object) -> str:
    """Return an API key; what no header can hold is refused without being shown."""
    found = options.text(option, value).strip()
    if not found or not found.isascii() or not found.isprintable() or " " in found:
        raise ValueError(f"`{option}` holds characters that no API key has, or none")
    return found


def base_url(option: str, value: object) -> str:
    """Return the API's base, which ends in its version."""
    found = options.endpoint(option, value)
    if not urlsplit(found).path.strip("/"):
        raise ValueError(f"`{option}` is `{found}`; write it with the API's version at its end: `{ENDPOINT}`")
    return found


def network_ids(option: str, value: object) -> tuple[int, ...]:
    """Return the ids of the networks that serve new zones."""
    texts = options.texts(option, [str(one) for one in value] if isinstance(value, list | tuple) else value, "[0]")
    if not texts or not all(text.isascii() and text.isdecimal() for text in texts):
        raise ValueError(f"`{option}` is a list of the numbers that NS1 gives networks, such as [0]")
    return tuple(map(int, texts))


@dataclass(frozen=True, slots=True)
class Handles:
    """What NS1 calls each zone: its name, unless the configuration says otherwise (zones of views share names)."""

    only: str = ""
    """For every zone, where the configuration has one text."""
    by_zone: Mapping[ZoneId, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, option: str, value: object) -> "Handles":
        """Read a text, or a mapping from a zone (``example.com`` or ``example.com@view``) to what NS1 calls it."""
        if value is None:
            return cls()
        if not isinstance(value, Mapping):
            return cls(only=options.text(option, value))
        try:
            return cls(by_zone={ZoneId.parse(str(zone)): options.text(option, name) for zone, name in value.items()})
        except NameSyntaxError as problem:
            raise ValueError(f"`{option}`: {problem}") from problem

    def of(self, zone: ZoneId) -> str:
        """Return what NS1 calls *zone*."""
        return self.by_zone.get(zone) or self.only or bare(zone.name)

    def zones(self, name: str, handle: str) -> Sequence[ZoneId]:
        """Return the zones of the configuration that the one NS1 calls *handle*, for the name *name*, is."""
        chosen = [zone for zone, known in self.by_zone.items() if known == handle and zone.name == name]
        if chosen:
            return chosen
        usual = ZoneId(name)
        return [usual] if self.of(usual) == handle else []
