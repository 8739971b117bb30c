"""The limits of a project, as ``projects.get`` tells them.

https://cloud.google.com/dns/docs/reference/rest/v1/projects
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from zonesync.provider.abilities import Quota
from zonesync.provider.contract import AliasSupport, Capabilities


@dataclass(frozen=True, slots=True)
class Limits:
    """What one change and one zone may have. The defaults are those of https://cloud.google.com/dns/quotas."""

    additions: int = 1000
    """RRsets that one change adds."""
    deletions: int = 1000
    rrdata: int = 100_000
    """Octets of values in one change, deletions and additions together."""
    rrsets: int = 10_000
    """RRsets in a zone."""
    values: int = 100
    """Records in one RRset."""
    nameservers: int = 8
    """Name servers of one delegation."""

    @classmethod
    def of(cls, quota: Mapping[str, Any]) -> "Limits":
        """Read the service's own numbers; what it does not tell stays at its default."""
        return cls(**{field: quota[name] for field, name in _NAMES.items() if _is_limit(quota.get(name))})

    def capabilities(self, known: Capabilities, *, signed: bool) -> Capabilities:
        """Return *known* within these limits; a signed zone has no ALIAS."""
        alias = AliasSupport.NOWHERE if signed else known.alias
        return replace(known, max_rrsets=self.rrsets, max_values=self.values, alias=alias)


_NAMES = {
    "additions": "rrsetAdditionsPerChange",
    "deletions": "rrsetDeletionsPerChange",
    "rrdata": "totalRrdataSizePerChange",
    "rrsets": "rrsetsPerManagedZone",
    "values": "resourceRecordsPerRrset",
    "nameservers": "nameserversPerDelegation",
}


def told(quota: Mapping[str, Any], zones: int) -> Iterator[Quota]:
    """Yield every limit that *quota* has; the project hosts *zones* zones now."""
    for name in sorted(quota):
        if _is_limit(quota[name]):
            yield Quota(name, quota[name], zones if name == "managedZones" else None)


def _is_limit(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and number > 0
