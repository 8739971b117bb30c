"""What IAM calls the actions that are needed: https://cloud.google.com/dns/docs/access-control."""

from zonesync.provider.abilities import Permissions

_PLAN = ("dns.managedZones.get", "dns.managedZones.list", "dns.projects.get", "dns.resourceRecordSets.list")
_APPLY = (
    "dns.changes.create",
    "dns.changes.get",
    "dns.changes.list",
    "dns.managedZones.create",
    "dns.resourceRecordSets.create",
    "dns.resourceRecordSets.delete",
    "dns.resourceRecordSets.update",
)
_PRIVATE = ("dns.managedZoneOperations.get", "dns.managedZones.update", "dns.networks.bindPrivateDNSZone")
_DELETE = ("dns.managedZones.delete",)


def permissions(*, private: bool) -> Permissions:
    """Return what a plan needs, what an apply adds (for private zones the binding of networks), and a deletion."""
    return Permissions(_PLAN, tuple(sorted((*_APPLY, *(_PRIVATE if private else ())))), _DELETE)
