"""Zones at NS1 (IBM NS1 Connect), through ns1-python."""

from zonesync_ns1.provider import Ns1Provider

__all__ = ["Ns1Provider"]
