"""What an alias record set may point to.

https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html
"""

from collections.abc import Callable

from tests.fakes.route53_names import inside
from tests.fakes.route53_state import Native, Zone

CLOUDFRONT = "Z2FDTNDATAQYW2"
SERVICE_ZONES = {
    CLOUDFRONT: "cloudfront.net.",
    "Z2BJ6XQ5FK7U4H": "awsglobalaccelerator.com.",
    "Z35SXDOTRQ7X7K": "us-east-1.elb.amazonaws.com.",
    "Z26RNL4JYFTOTI": "us-east-1.amazonaws.com.",
    "Z3AQBSTGFYJSTF": "s3-website-us-east-1.amazonaws.com.",
    "Z117KPS5GTRQ2G": "us-east-1.elasticbeanstalk.com.",
}
"""Hosted zones of services, and what names lie in them."""
SUFFIXES = (
    "amazonaws.com.",
    "amazonaws.com.cn.",
    "awsapprunner.com.",
    "awsglobalaccelerator.com.",
    "cloudfront.net.",
    "elasticbeanstalk.com.",
    "on.aws.",
)
"""Where a service's names end; any unknown zone id may hold them, as services have hundreds of zones."""
_SERVICE_TYPES = {"A", "AAAA", "HTTPS"}


def problems(zone: Zone, mine: set[str], native: Native, exists: Callable[[str, str], bool]) -> list[str]:
    """Return what is wrong with the target of *native*, an alias.

    *mine* are the ids of the account's zones; *exists* tells whether a name and type is there to be pointed to.
    """
    target, id_, kind = native["AliasTarget"]["DNSName"], native["AliasTarget"]["HostedZoneId"], native["Type"]
    start = f"Tried to create an alias that targets {target}, type {kind} in zone {id_}, but"
    missing = f"{start} that target was not found"
    outside = f"{start} the alias target name does not lie within the target zone"
    if id_ == zone.id:
        if not inside(target, zone.name):
            return [outside, missing]
        return [] if exists(target, kind) else [missing]
    if id_ in mine:
        return [missing]
    suffixes = (SERVICE_ZONES[id_],) if id_ in SERVICE_ZONES else SUFFIXES
    if not any(inside(target, suffix) for suffix in suffixes):
        return [outside, missing]
    if kind not in _SERVICE_TYPES:
        return [missing]
    if id_ == CLOUDFRONT and zone.private:
        return [f"{start} a private hosted zone cannot hold aliases of CloudFront distributions"]
    if id_ == CLOUDFRONT and native["AliasTarget"]["EvaluateTargetHealth"]:
        return ["EvaluateTargetHealth cannot be true for an alias that targets a CloudFront distribution"]
    return []
