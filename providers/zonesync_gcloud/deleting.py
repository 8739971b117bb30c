"""Deleting a managed zone, by its number: one that was created anew under the same name is another.

https://cloud.google.com/dns/docs/reference/rest/v1/managedZones/delete
"""

from collections.abc import Callable

from zonesync.model.zone import ZoneId
from zonesync.provider.contract import LiveZone, Receipt
from zonesync.provider.deletion import delete_zone
from zonesync.provider.errors import Conflict, NotFound, Rejected
from zonesync_gcloud.client import CloudDns
from zonesync_gcloud.lookup import Directory
from zonesync_gcloud.reading import Token
from zonesync_gcloud.zones import Hosted

PERMISSION = "dns.managedZones.delete"


def delete(
    service: CloudDns, directory: Directory, live: LiveZone, hosted: Hosted, read: Callable[[ZoneId], LiveZone | None]
) -> Receipt:
    """Delete *live*, which was *hosted* when it was read; *read* reads it anew. See ``DeletesZones.delete``.

    The service itself refuses a zone with more than its apex NS and SOA. One that is private need not be taken out of
    its networks first.
    """

    def send(found: LiveZone) -> str:
        assert isinstance(found.token, Token)
        now = found.token.hosted
        if now.id != hosted.id:
            raise Conflict(f"`{now.name}` is another zone by now: {now.id}, not {hosted.id}")
        fresh = directory.is_fresh(now.name)
        # Whatever becomes of it, only the service can tell from here on.
        directory.forget(live.id)
        service.send("DELETE", f"/managedZones/{now.id}", None, PERMISSION, fresh=fresh)
        return ""

    def look() -> LiveZone | None:
        try:
            return read(live.id)
        except Rejected as problem:
            if directory.wanted(live.id) and isinstance(problem.__cause__, NotFound):
                return None
            raise

    return delete_zone(live, look, send)
