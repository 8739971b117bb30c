"""A new zone at NS1, also where the answer to its creation is lost."""

from collections.abc import Sequence

from zonesync.provider.errors import Conflict, Rejected, Unavailable
from zonesync_ns1.client import Client
from zonesync_ns1.names import path
from zonesync_ns1.reading import check_record, read_fields

_TRIES = 2


def create_zone(client: Client, handle: str, fqdn: str, networks: Sequence[int]) -> None:
    """Create the zone *fqdn*, called *handle*. Raises :class:`Conflict` where there is one.

    NS1 takes no reference by which a zone is known as ours. A zone that was not there a moment before, and is there
    after an answer was lost, with nothing in it but what NS1 makes, is taken for the one that was asked for.
    """
    if read_fields(client, handle) is not None:
        raise Conflict("the zone exists")
    lost: Unavailable | None = None
    for _ in range(_TRIES):
        try:
            client.put(path("zones", handle), {"zone": fqdn, "networks": list(networks)})
        except Unavailable as problem:
            if not problem.sent:
                raise
            lost = problem
        except (Rejected, Conflict) as problem:
            if isinstance(problem, Conflict) or "already exists" in problem.words:
                if lost and _is_bare(client, handle, fqdn):
                    return
                raise Conflict(problem.words) from problem
            raise
        else:
            return
        if _is_bare(client, handle, fqdn):
            return
    assert lost is not None, "an answer, or none"
    raise lost


def _is_bare(client: Client, handle: str, fqdn: str) -> bool:
    """Tell whether the zone has come; raise :class:`Conflict` where it is there with somebody's content."""
    if read_fields(client, handle) is None:
        return False
    found = client.get(path("zones", handle))
    records = found.get("records")
    if not isinstance(records, list):
        raise Unavailable("an answer without a list of records, where a zone is due")
    for record in records:
        check_record(record)
        if (record["domain"].lower(), record["type"]) != (fqdn, "NS"):
            raise Conflict("the zone exists, and somebody has filled it")
    return True
