"""Ask one configured provider what it can hold, whether it answers, and what its service allows."""

from dataclasses import dataclass, replace

from zonesync.provider.abilities import Account, Credentials, Permissions, Quota
from zonesync.provider.contract import Capabilities, Provider
from zonesync.provider.errors import ProviderError


@dataclass(frozen=True, slots=True)
class ProviderReport:
    """One configured provider, as far as it could be looked at."""

    name: str
    type: str
    capabilities: Capabilities | None = None
    """None where the adapter cannot be made."""
    credentials: Credentials | None = None
    """None where it needs none."""
    permissions: Permissions | None = None
    """None where the service has no access control of its own."""
    zones: int | None = None
    """Zones hosted there; None where they cannot be listed."""
    quotas: tuple[Quota, ...] = ()
    problem: str = ""
    """Why not all of this is known, in the provider's own words."""
    hint: str = ""

    @property
    def fullest(self) -> Quota | None:
        """The quota of which the greatest share is used, None where the service tells of none."""
        known = [quota for quota in self.quotas if quota.used is not None and quota.limit > 0]
        return max(known, key=lambda quota: (quota.used or 0) / quota.limit, default=None)


def asked(report: ProviderReport, provider: Provider, *, with_quotas: bool) -> ProviderReport:
    """Return *report* with what *provider* says of itself and its service; a failure is part of it."""
    report = replace(report, capabilities=provider.capabilities)
    try:
        if isinstance(provider, Account):
            report = replace(report, permissions=provider.permissions, credentials=provider.credentials())
        if provider.capabilities.lists_zones:
            report = replace(report, zones=sum(1 for _ in provider.zones()))
        if with_quotas and isinstance(provider, Account):
            report = replace(report, quotas=tuple(provider.quotas()))
    except ProviderError as problem:
        return replace(report, problem=problem.words, hint=problem.hint)
    return report
