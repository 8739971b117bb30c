"""Google Cloud DNS as a provider."""

from zonesync_gcloud.provider import CloudDnsProvider

__all__ = ["CloudDnsProvider"]
