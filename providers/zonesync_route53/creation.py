"""A hosted zone made, once: with a CallerReference that tells our own zone from somebody else's.

https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html
"""

import hashlib
import uuid
from typing import Any

from zonesync.model.zone import ZoneId
from zonesync.provider.contract import Creation
from zonesync.provider.errors import Conflict, ProviderError, Rejected, Unavailable
from zonesync_route53 import networks
from zonesync_route53.client import Client
from zonesync_route53.names import to_native
from zonesync_route53.options import Options
from zonesync_route53.zones import Hosted, Zones, described

_MAX_REFERENCE = 128


def create(client: Client, zones: Zones, options: Options, zone: ZoneId, how: Creation) -> Hosted:
    """Make *zone*, and return it described.

    Raises :class:`Conflict` where one of its name and kind exists, :class:`Rejected` for what the configuration lacks,
    and what a call raises; then no zone was made, unless it is :class:`Unavailable`.
    """
    if zones.configured_id(zone):
        raise Rejected(
            f"hosted zone `{zones.configured_id(zone)}` does not exist, and a zone cannot be made with a given id",
            hint="correct the option `zone_id`, or leave it out",
        )
    visible = _wanted(how, options)
    if options.private and not visible:
        raise Rejected(
            "a private zone is made with at least one network",
            hint="write `networks: [REGION/vpc-ID]` in the zone's file or the provider's configuration",
        )
    for hosted in zones.same_name(zone):
        raise Conflict(f"the zone exists: hosted zone `{hosted.id}`")
    made = _made(client, zones, zone, _parameters(zone, options, visible, _reference(how)))
    zones.learn(zone, made)
    return made


def associate_others(client: Client, made: Hosted, how: Creation, options: Options) -> bool:
    """Make a new private zone visible in the networks besides its first one; tell whether there were any."""
    others = [network for network in _wanted(how, options) if made.private and network not in made.networks]
    for network in others:
        vpc = networks.to_native(network)
        client.write("associate_vpc_with_hosted_zone", "ChangeInfo", HostedZoneId=made.id, VPC=vpc)
    return bool(others)


def _wanted(how: Creation, options: Options) -> list[str]:
    return sorted({networks.spell(network) for network in how.networks or options.networks})


def _parameters(zone: ZoneId, options: Options, visible: list[str], reference: str) -> dict[str, Any]:
    params: dict[str, Any] = {"Name": to_native(zone.name), "CallerReference": reference}
    if options.private:
        params |= {"VPC": networks.to_native(visible[0]), "HostedZoneConfig": {"PrivateZone": True}}
    elif options.delegation_set:
        params["DelegationSetId"] = options.delegation_set
    return params


def _reference(how: Creation) -> str:
    if not how.reference:
        return f"zonesync-{uuid.uuid4().hex}"
    if len(how.reference) <= _MAX_REFERENCE:
        return how.reference
    return f"zonesync-{hashlib.sha256(how.reference.encode()).hexdigest()}"


def _made(client: Client, zones: Zones, zone: ZoneId, params: dict[str, Any]) -> Hosted:
    lost: ProviderError | None = None
    for _ in range(2):
        try:
            return described(client.write("create_hosted_zone", "HostedZone", **params))
        except Conflict:
            # The reference was used: by a call of ours whose answer was lost, or long ago.
            ours = _found(zones, zone, params["CallerReference"])
            if ours is None:
                raise
            return ours
        except ProviderError as problem:
            if not isinstance(problem, Unavailable) or not problem.sent:
                if lost:
                    # Nobody knows what became of that, whatever became of asking again.
                    raise lost from problem
                raise
            lost = problem
        ours = _found(zones, zone, params["CallerReference"])
        if ours is not None:
            return ours
    assert lost is not None
    raise lost


def _found(zones: Zones, zone: ZoneId, reference: str) -> Hosted | None:
    """Return the zone that was made with *reference*. Raises :class:`Unavailable` where that cannot be told."""
    try:
        for hosted in zones.same_name(zone):
            if hosted.reference == reference:
                return zones.describe(hosted.id)
    except Unavailable:
        raise
    except ProviderError as problem:
        raise Unavailable(f"the zone may have been created, and could not be looked for: {problem.words}") from problem
    return None
