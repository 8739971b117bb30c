"""One line for a routing policy, which the model cannot hold: what kind it is, and how much of it there is.

https://cloud.google.com/dns/docs/reference/rest/v1/ResourceRecordSet (RRSetRoutingPolicy)
"""

from collections.abc import Mapping, Sequence
from typing import Any


def described(policy: object) -> str:
    """Describe a routing policy for a reader: ``geo policy, 3 locations``."""
    match policy:
        case {"geo": geo}:
            return _geo(geo, "geo policy")
        case {"wrr": wrr}:
            return f"weighted round robin, {_counted(_items(wrr), 'item')}"
        case {"primaryBackup": failover}:
            return f"failover, {_failover(failover)}"
    return "routing policy of an unknown kind"


def _geo(geo: object, title: str) -> str:
    fenced = ", fenced" if isinstance(geo, Mapping) and geo.get("enableFencing") else ""
    return f"{title}, {_counted(_items(geo), 'location')}{fenced}"


def _failover(policy: object) -> str:
    if not isinstance(policy, Mapping):
        return "of an unknown form"
    targets = policy.get("primaryTargets")
    primary = (
        [target for kind in ("internalLoadBalancers", "externalEndpoints") for target in _list(targets, kind)]
        if isinstance(targets, Mapping)
        else []
    )
    backup = _items(policy.get("backupGeoTargets"))
    return f"{_counted(primary, 'primary target')}, {_counted(backup, 'backup location')}"


def _items(policy: object) -> Sequence[Any]:
    return _list(policy, "items")


def _list(holder: object, field: str) -> Sequence[Any]:
    found = holder.get(field) if isinstance(holder, Mapping) else None
    return found if isinstance(found, list | tuple) else ()


def _counted(items: Sequence[Any], noun: str) -> str:
    return f"{len(items)} {noun}{'' if len(items) == 1 else 's'}"
