"""A new zone at NS1, also where the answer to its creation is lost."""

from collections.abc import Sequence

from zonesync.provider.errors import Conflict, ProviderError, Rejected, Unavailable
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
        except (Rejected, Conflict) as problem:
            if isinstance(problem, Rejected) and "already exists" not in problem.words:
                raise
            if lost and _has_come(client, handle, fqdn):
                return
            raise Conflict(problem.words) from problem
        except ProviderError as problem:
            lost = _lost(problem, lost)
        else:
            return
        if _has_come(client, handle, fqdn):
            return
    assert lost is not None, "an answer, or none"
    raise lost


def _lost(problem: ProviderError, before: Unavailable | None) -> Unavailable:
    """Return what leaves open whether a zone was made; raise what does not."""
    if isinstance(problem, Unavailable) and problem.sent:
        return problem
    if before:
        # Nobody knows what became of that, whatever became of asking again.
        raise before from problem
    raise problem


def _has_come(client: Client, handle: str, fqdn: str) -> bool:
    """Tell whether the zone has come; raise :class:`Unavailable` where that cannot be told."""
    try:
        return _is_bare(client, handle, fqdn)
    except Conflict:
        raise
    except ProviderError as problem:
        words = f"the zone may have been created, and could not be looked for: {problem.words}"
        raise Unavailable(words, hint=problem.hint) from problem


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
