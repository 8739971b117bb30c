"""Creating a managed zone, once: after a lost answer the one that was made is found by its description.

https://cloud.google.com/dns/docs/reference/rest/v1/managedZones/create
"""

from collections.abc import Sequence
from typing import Any

from zonesync.model.zone import ZoneId
from zonesync.provider.errors import Conflict, NotFound, ProviderError, Rejected, Unavailable
from zonesync_gcloud.client import CloudDns
from zonesync_gcloud.lookup import Directory
from zonesync_gcloud.networks import config
from zonesync_gcloud.zones import Hosted, readable, resource_name

PERMISSION = "dns.managedZones.create"
_TRIES = 2
_OURS = "zonesync"
_MAX_DESCRIPTION = 1024


def body(zone: ZoneId, reference: str, networks: Sequence[str], *, private: bool) -> dict[str, Any]:
    """Return the zone as it is to be created; the description tells whose it is."""
    made: dict[str, Any] = {
        "name": resource_name(zone, private=private),
        "dnsName": zone.name,
        "description": f"{_OURS} {reference}".strip()[:_MAX_DESCRIPTION],
        "visibility": "private" if private else "public",
    }
    if private:
        made["privateVisibilityConfig"] = config(networks)
    return made


def create(service: CloudDns, directory: Directory, zone: ZoneId, wanted: dict[str, Any]) -> Hosted:
    """Create *zone* as *wanted* says. Raises Conflict where it exists, Rejected where its resource name is taken."""
    if directory.find(zone, anew=True) is not None:
        raise Conflict("the zone exists")
    lost: Unavailable | None = None
    for _ in range(_TRIES):
        try:
            made = _read(service.send("POST", "/managedZones", wanted, PERMISSION))
        except Conflict as problem:
            made = _theirs_or_ours(directory, wanted, problem, lost)
        except ProviderError as problem:
            if not isinstance(problem, Unavailable) or not problem.sent:
                if lost:
                    # Nobody knows what became of that, whatever became of asking again.
                    raise lost from problem
                raise
            lost = problem
            found = _looked_for(directory, wanted)
            if found is None:
                continue
            if not _is_ours(found, wanted):
                raise
            made = found
        directory.created(zone, made)
        return made
    assert lost is not None
    raise lost


def _theirs_or_ours(
    directory: Directory, wanted: dict[str, Any], problem: Conflict, lost: Unavailable | None
) -> Hosted:
    found = (_looked_for if lost else _existing)(directory, wanted)
    if lost and found and _is_ours(found, wanted):
        return found
    if found and found.dns_name != wanted["dnsName"]:
        raise Rejected(
            f"{problem.words}; it is the zone `{found.dns_name}`",
            hint=f"create `{wanted['dnsName']}` under another resource name, and give that as `zone_id`",
        ) from problem
    raise problem


def _looked_for(directory: Directory, wanted: dict[str, Any]) -> Hosted | None:
    """Return the zone that a lost answer may have been about. Raises Unavailable where that cannot be told."""
    try:
        return _existing(directory, wanted)
    except ProviderError as problem:
        words = f"the zone may have been created, and could not be looked for: {problem.words}"
        raise Unavailable(words, hint=problem.hint) from problem


def _existing(directory: Directory, wanted: dict[str, Any]) -> Hosted | None:
    try:
        return directory.get(wanted["name"])
    except NotFound:
        return None


def _is_ours(found: Hosted, wanted: dict[str, Any]) -> bool:
    """Tell by its description whether *found* is what was asked for; without a reference nobody could."""
    return wanted["description"] != _OURS and (found.dns_name, found.description) == (
        wanted["dnsName"],
        wanted["description"],
    )


def _read(native: Any) -> Hosted:
    try:
        (made,) = readable([native])
    except ValueError as problem:
        raise Unavailable(f"an answer that cannot be read: {problem}") from problem
    return made
