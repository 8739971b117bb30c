"""Zones at whatever an octoDNS provider package speaks to: any class of any ``octodns_*`` package, one adapter."""

from zonesync_octodns.provider import OctodnsProvider

__all__ = ["OctodnsProvider"]
