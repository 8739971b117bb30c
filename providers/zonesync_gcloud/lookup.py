"""Finding managed zones, and remembering them for as long as the provider object lives."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from zonesync.model.zone import ZoneId
from zonesync.provider.errors import NotFound, Rejected, Unavailable
from zonesync_gcloud.client import CloudDns
from zonesync_gcloud.zones import Hosted, checked, choose, readable, wanted_id

LIST = "dns.managedZones.list"
GET = "dns.managedZones.get"
_FRESH = 60.0
"""Seconds for which a zone just created may be unknown to a part of the service."""


class Directory:
    """The managed zones of one project. A list of them all, once made, spares every later search by name."""

    def __init__(
        self,
        service: CloudDns,
        zone_id: str | Mapping[ZoneId, str],
        *,
        private: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._service = service
        self._zone_id = zone_id
        self._private = private
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[ZoneId, Hosted] = {}
        self._made: dict[ZoneId, tuple[Hosted, float]] = {}
        self._all: list[Hosted] | None = None

    def known(self, zone: ZoneId) -> Hosted | None:
        """Return what was last found of *zone*, without any call."""
        with self._lock:
            return self._known.get(zone)

    def wanted(self, zone: ZoneId) -> str:
        """Return what the configuration says is the id of *zone*, empty for nothing."""
        return wanted_id(zone, self._zone_id)

    def listed(self) -> list[Hosted]:
        """Return every zone of the project, of whatever kind. Raises ProviderError."""
        found = self._search({})
        with self._lock:
            self._all = found
        return found

    def find(self, zone: ZoneId, *, anew: bool = False) -> Hosted | None:
        """Return *zone*, None where it is not hosted here; *anew* asks the service whatever is remembered.

        Raises Rejected where it is not clear which zone is meant, or where it cannot be managed.
        """
        wanted = self.wanted(zone)
        if wanted:
            found: Hosted | None = checked(zone, self._by_id(wanted), wanted, private=self._private)
        else:
            remembered = None if anew else self._remembered(zone)
            several = self._search({"dnsName": zone.name}) if remembered is None else remembered
            found = choose(zone, several, private=self._private)
            # What was listed may be old, and networks are compared with a plan's.
            if found and remembered is not None and found.private:
                found = self.get(found.name)
        with self._lock:
            if found:
                self._known[zone] = found
            else:
                self._known.pop(zone, None)
        return found

    def get(self, name: str) -> Hosted:
        """Return the zone with that resource name or id. Raises NotFound where there is none."""
        (found,) = _read([self._service.get(f"/managedZones/{name}", GET, fresh=self.is_fresh(name))])
        return found

    def created(self, zone: ZoneId, made: Hosted) -> None:
        """Remember a zone that was created just now."""
        with self._lock:
            self._known[zone] = made
            self._made[zone] = (made, self._clock() + _FRESH)
            if self._all is not None:
                self._all.append(made)

    def forget(self, zone: ZoneId) -> None:
        """Forget what is known of *zone*, which is about to be deleted, and every list that has it."""
        with self._lock:
            self._known.pop(zone, None)
            self._made.pop(zone, None)
            self._all = None

    def is_fresh(self, name: str) -> bool:
        """Tell whether the zone with that resource name was created just now."""
        now = self._clock()
        with self._lock:
            return any(one.name == name and now < until for one, until in self._made.values())

    def _remembered(self, zone: ZoneId) -> list[Hosted] | None:
        """Return the zones of that name as remembered; None where only the service can tell."""
        with self._lock:
            if self._all is not None:
                return [one for one in self._all if one.dns_name == zone.name]
            made = self._made.get(zone)
            return [made[0]] if made and self._clock() < made[1] else None

    def _by_id(self, wanted: str) -> Hosted:
        try:
            return self.get(wanted)
        except NotFound as problem:
            raise Rejected(problem.words, hint=f"`zone_id` is `{wanted}`; is it a zone of this project?") from problem

    def _search(self, query: Mapping[str, str]) -> list[Hosted]:
        try:
            return _read(self._service.pages("/managedZones", "managedZones", LIST, query))
        except NotFound as problem:
            # A list is there even when it is empty; what is absent is the project.
            raise Rejected(problem.words, hint=f"is `{self._service.project}` the project's id?") from problem


def _read(natives: Iterable[Mapping[str, Any]]) -> list[Hosted]:
    try:
        return readable(natives)
    except ValueError as problem:
        raise Unavailable(f"an answer that cannot be read: {problem}") from problem
