"""The networks of a private zone, changed: what is missing first, what is too much last, never none at all.

https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-associate-vpcs.html
"""

from collections.abc import Iterator, Sequence

from zonesync.provider.contract import LiveZone, Outcome, Receipt
from zonesync.provider.errors import Conflict, ProviderError, Rejected, Unavailable
from zonesync.provider.outcomes import FOUND_OUT, NOT_TRIED
from zonesync_route53.client import Client
from zonesync_route53.convert import bare
from zonesync_route53.networks import to_native
from zonesync_route53.zones import Zones

_ASSOCIATE, _DISASSOCIATE = "associate_vpc_with_hosted_zone", "disassociate_vpc_from_hosted_zone"


def share(client: Client, zones: Zones, live: LiveZone, wanted: Sequence[str]) -> Iterator[Receipt]:
    """Make *live* visible in *wanted*, a receipt for each network; after one that fails no more is tried."""
    if not wanted:
        yield Receipt((), Outcome.REJECTED, words="a private zone is visible in at least one network")
        return
    now = zones.describe(live.provider_id).networks
    if now != live.networks:
        words = f"the zone is visible in {', '.join(now)} by now, not in {', '.join(live.networks)}"
        yield Receipt((), Outcome.CONFLICT, words=words)
        return
    steps = [(_ASSOCIATE, network) for network in wanted if network not in now]
    steps += [(_DISASSOCIATE, network) for network in now if network not in wanted]
    failed = ""
    for operation, network in steps:
        if failed:
            yield Receipt((), Outcome.REJECTED, words=f"{network}: {NOT_TRIED}{failed}")
            continue
        receipt = _done(client, zones, live.provider_id, operation, network)
        failed = "" if receipt.outcome is Outcome.APPLIED else receipt.words
        yield receipt


def _done(client: Client, zones: Zones, zone_id: str, operation: str, network: str) -> Receipt:
    done = f"{network}: {'associated' if operation == _ASSOCIATE else 'disassociated'}"
    try:
        answer = client.write(operation, "ChangeInfo", HostedZoneId=zone_id, VPC=to_native(network))
    except (Conflict, Rejected) as problem:
        return Receipt((), Outcome.REJECTED, words=f"{network}: {problem.words}")
    except Unavailable as problem:
        if not problem.sent:
            raise
        try:
            there = network in zones.describe(zone_id).networks
        except ProviderError:
            return Receipt((), Outcome.UNKNOWN, words=f"{network}: the answer was lost: {problem.words}")
        if there == (operation == _ASSOCIATE):
            return Receipt((), Outcome.APPLIED, words=f"{done}: {FOUND_OUT}")
        return Receipt((), Outcome.UNKNOWN, words=f"{network}: the answer was lost: {problem.words}")
    return Receipt((), Outcome.APPLIED, bare(answer["ChangeInfo"]["Id"]), done)
