"""BIND zone files as a provider: one file a zone, in a folder."""

from zonesync_bind.provider import BindProvider

__all__ = ["BindProvider"]
