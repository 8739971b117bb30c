"""Amazon Route 53 as a provider, through boto3."""

from zonesync_route53.provider import Route53Provider

__all__ = ["Route53Provider"]
