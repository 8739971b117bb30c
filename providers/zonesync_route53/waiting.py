"""The wait until what was written is served by every name server of Route 53.

https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetChange.html
"""

import threading
from collections.abc import Callable, Iterable

from zonesync.provider.contract import Outcome, Receipt
from zonesync.provider.errors import Unavailable
from zonesync_route53.client import Client

PATIENCE = 900
"""Seconds after which a change that is still pending is a problem; as a rule it takes less than 60."""
_FIRST, _LONGEST = 0.25, 10.0
"""Seconds between two looks: twice as long each time, for a small change is often served at once."""

Sleep = Callable[[float], None]


class Waiter:
    """Asks how far changes have got. Safe to share."""

    def __init__(self, client: Client, sleep: Sleep) -> None:
        self._client = client
        self._sleep = sleep
        self._lock = threading.Lock()
        self._zones: dict[str, str] = {}
        self._served: set[str] = set()

    def note(self, zone_id: str, receipt: Receipt) -> None:
        """Remember which zone a change is of."""
        if receipt.change_id:
            with self._lock:
                self._zones[receipt.change_id] = zone_id

    def wait(self, receipts: Iterable[Receipt]) -> None:
        """Return once the changes of *receipts* are served.

        Of one zone only the last change is asked for: Route 53 takes the next one of a zone when it is done with the
        one before. Raises :class:`Unavailable` after :data:`PATIENCE`, and whatever a call raises.
        """
        last: dict[str, str] = {}
        for receipt in receipts:
            if receipt.outcome is Outcome.APPLIED and receipt.change_id:
                last[self._zones.get(receipt.change_id, receipt.change_id)] = receipt.change_id
        for change_id in last.values():
            if change_id not in self._served:
                self._await(change_id)

    def _await(self, change_id: str) -> None:
        waited, pause = 0.0, _FIRST
        while self._client.read("get_change", "ChangeInfo", Id=change_id)["ChangeInfo"]["Status"] != "INSYNC":
            if waited >= PATIENCE:
                raise Unavailable(
                    f"change `{change_id}` is still pending after {waited:.0f} seconds",
                    hint="it is written, and will be served; the next plan shows what is left",
                )
            self._sleep(pause)
            waited += pause
            pause = min(2 * pause, _LONGEST)
        with self._lock:
            self._served.add(change_id)
