"""The VPCs that a private hosted zone is visible in, written ``REGION/vpc-ID``."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

_network = re.compile(r"([a-z]{2}(?:-[a-z]+)+-[0-9])/(vpc-[0-9a-f]{8,17})").fullmatch


def spell(text: str) -> str:
    """Return the one spelling of a network. Raises ValueError for what is none."""
    found = text.strip().lower()
    if not _network(found):
        raise ValueError(f"`{text}` is no network of Route 53; write `REGION/vpc-ID`, such as `eu-west-1/vpc-0a1b2c3d`")
    return found


def to_native(network: str) -> dict[str, str]:
    """Return a spelled network as Route 53's ``VPC``."""
    region, _, vpc = network.partition("/")
    return {"VPCRegion": region, "VPCId": vpc}


def from_native(vpcs: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return Route 53's ``VPCs``, spelled and sorted."""
    return tuple(sorted(f"{vpc.get('VPCRegion', '?')}/{vpc.get('VPCId', '?')}" for vpc in vpcs))
