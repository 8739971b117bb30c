"""Wait until the service has carried out what it accepted: changes of RRsets, and operations on zones."""

import time
from collections.abc import Callable, Iterable

from zonesync.provider.errors import Unavailable
from zonesync_gcloud.client import CloudDns

PATIENCE = 600
"""Seconds between asking for the first and the last time; changes are usually done within one minute."""
_FIRST, _LONGEST = 0.25, 15.0
Sleep = Callable[[float], None]


def last_of_each_zone(change_ids: Iterable[str]) -> dict[str, str]:
    """Return for each zone's resource name its last change: ``example-com/12`` is change 12 of `example-com`.

    The changes of a zone are numbered and carried out one after another, so the last one stands for all.
    """
    last: dict[str, str] = {}
    for change_id in change_ids:
        zone, _, number = change_id.partition("/")
        if number.isdecimal() and int(number) >= int(last.get(zone, "0")):
            last[zone] = number
    return last


def until_done(
    service: CloudDns, path: str, permission: str, sleep: Sleep = time.sleep, *, fresh: bool = False
) -> None:
    """Ask for *path* at once, then after pauses that double, until its status is ``done``. Raises ProviderError."""
    waited, pause = 0.0, _FIRST
    while True:
        status = str(service.get(path, permission, fresh=fresh).get("status", "")).lower()
        if status == "done":
            return
        if waited >= PATIENCE:
            raise Unavailable(f"`{path.rpartition('/')[2]}` is still {status or 'of no status'} after {waited:.0f} s")
        sleep(pause)
        waited += pause
        pause = min(2 * pause, _LONGEST)
