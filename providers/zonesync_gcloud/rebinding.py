"""Changing the networks that see a private zone.

https://cloud.google.com/dns/docs/reference/rest/v1/managedZones/patch
"""

from collections.abc import Sequence

from zonesync.provider.contract import LiveZone, Outcome, Receipt
from zonesync.provider.errors import Conflict, NotFound, ProviderError, Rejected, Unavailable
from zonesync.provider.outcomes import FOUND_OUT
from zonesync_gcloud.client import CloudDns
from zonesync_gcloud.lookup import Directory
from zonesync_gcloud.networks import config
from zonesync_gcloud.waiting import Sleep, until_done
from zonesync_gcloud.zones import Hosted

PERMISSION = "dns.managedZones.update"
_TRIES = 2


def rebind(service: CloudDns, directory: Directory, live: LiveZone, networks: Sequence[str], sleep: Sleep) -> Receipt:
    """Make *live* visible in *networks* alone; other parts of its visibility, such as GKE clusters, stay."""
    wanted = tuple(sorted(set(networks)))
    if not wanted:
        return Receipt((), Outcome.REJECTED, words="a private zone is visible in one network at least")
    name = live.provider_id
    try:
        now = directory.get(name)
        if now.networks != live.networks:
            return Receipt((), Outcome.CONFLICT, words=f"`{name}` is visible in {_listed(now.networks)} by now")
        return _patch(service, directory, now, wanted, sleep)
    except (Conflict, NotFound) as problem:
        return Receipt((), Outcome.CONFLICT, words=problem.words)
    except Rejected as problem:
        return Receipt((), Outcome.REJECTED, words=problem.words)


def _patch(service: CloudDns, directory: Directory, now: Hosted, wanted: tuple[str, ...], sleep: Sleep) -> Receipt:
    path = f"/managedZones/{now.name}"
    body = {"privateVisibilityConfig": config(wanted, now.visibility)}
    fresh = directory.is_fresh(now.name)
    words = ""
    for _ in range(_TRIES):
        try:
            operation = str(service.send("PATCH", path, body, PERMISSION, fresh=fresh).get("id", ""))
        except (Conflict, NotFound, Rejected):
            raise
        except ProviderError as problem:
            if not isinstance(problem, Unavailable) or not problem.sent:
                if words:
                    # The lost one may still arrive.
                    return Receipt((), Outcome.UNKNOWN, words=f"{words}; then {problem.words}")
                raise
            words = problem.words
            try:
                networks = directory.get(now.name).networks
            except ProviderError as unread:
                return Receipt((), Outcome.UNKNOWN, words=f"{words}; and what became of it is unread: {unread.words}")
            if networks == wanted:
                return Receipt((), Outcome.APPLIED, words=FOUND_OUT)
            if networks != now.networks:
                return Receipt((), Outcome.UNKNOWN, words=f"{words}; somebody else changed the networks, too")
        else:
            return _done(service, path, operation, sleep)
    return Receipt((), Outcome.UNKNOWN, words=words)


def _done(service: CloudDns, path: str, operation: str, sleep: Sleep) -> Receipt:
    """Wait for the operation, since the zone is as it was until then."""
    if not operation:
        return Receipt((), Outcome.APPLIED)
    change_id = f"{path.rpartition('/')[2]}/operations/{operation}"
    try:
        until_done(service, f"{path}/operations/{operation}", "dns.managedZoneOperations.get", sleep)
    except ProviderError as problem:
        words = f"accepted; whether it is done could not be read: {problem.words}"
        return Receipt((), Outcome.UNKNOWN, change_id, words)
    return Receipt((), Outcome.APPLIED, change_id)


def _listed(networks: Sequence[str]) -> str:
    return " and ".join(f"`{url.rpartition('/')[2]}`" for url in networks) or "no network"
