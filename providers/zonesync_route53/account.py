"""What an account at Route 53 may do, and how much: permissions by their IAM names, and quotas.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonroute53.html
"""

from collections.abc import Iterator

from zonesync.provider.abilities import Permissions, Quota
from zonesync_route53.client import Client
from zonesync_route53.zones import Zones

DEFAULT_RRSETS = 10_000
"""RRsets that a hosted zone may have unless AWS has raised it."""
_PLAN = (
    "route53:GetHostedZone",
    "route53:GetHostedZoneLimit",
    "route53:ListHostedZones",
    "route53:ListHostedZonesByName",
    "route53:ListResourceRecordSets",
)
_APPLY = ("route53:ChangeResourceRecordSets", "route53:CreateHostedZone", "route53:GetChange")
_PRIVATE = (
    "ec2:DescribeVpcs",
    "route53:AssociateVPCWithHostedZone",
    "route53:DisassociateVPCFromHostedZone",
)
_DELETE = ("route53:DeleteHostedZone",)
QUOTAS = ("route53:GetAccountLimit",)
"""What showing the quotas needs besides."""


def permissions(*, private: bool, role_arn: str) -> Permissions:
    """Return the IAM actions that a plan needs, those that an apply adds, and what deleting a zone adds to them."""
    role = ("sts:AssumeRole",) if role_arn else ()
    return Permissions((*_PLAN, *role), _APPLY + (_PRIVATE if private else ()), _DELETE)


def max_rrsets(client: Client, zone_id: str) -> Quota:
    """Ask how many RRsets a hosted zone may have. Raises ProviderError."""
    answer = client.read("get_hosted_zone_limit", "Limit", Type="MAX_RRSETS_BY_ZONE", HostedZoneId=zone_id)
    return Quota("RRsets in the zone", int(answer["Limit"]["Value"]), answer.get("Count"))


def quotas(client: Client, zones: Zones) -> Iterator[Quota]:
    """Yield the limit of hosted zones in the account, and of RRsets in each of them. Raises ProviderError."""
    answer = client.read("get_account_limit", "Limit", Type="MAX_HOSTED_ZONES_BY_OWNER")
    yield Quota("hosted zones", int(answer["Limit"]["Value"]), answer.get("Count"))
    for hosted in zones.all():
        found = max_rrsets(client, hosted.id)
        yield Quota(found.name, found.limit, found.used, hosted.name)
