"""The operations on record sets: change, list, protect; and the state of changes."""

from bisect import bisect_left
from collections.abc import Callable, Mapping
from typing import Any

from tests.fakes import route53_batch as batch
from tests.fakes.route53_model import RefusalError, invalid, shape
from tests.fakes.route53_names import BadNameError, inside, position, spelled
from tests.fakes.route53_state import Account, Zone, bare_id, page_size

Arguments = Mapping[str, Any]
PAGE = 300


def start(text: str) -> str:
    """Return the name at which a listing is to begin."""
    try:
        return spelled(text)
    except BadNameError as error:
        raise invalid(str(error)) from error


def _change(account: Account, asked: Arguments) -> dict[str, Any]:
    zone = account.zone(asked["HostedZoneId"])
    if zone.busy:
        zone.busy -= 1
        raise still_busy()
    batch.change(account, zone, asked["ChangeBatch"]["Changes"])
    return {"ChangeInfo": account.changed(asked["ChangeBatch"].get("Comment"))}


def still_busy() -> RefusalError:
    """Return the refusal of a change to a zone that another change is under way in."""
    return RefusalError(
        "PriorRequestNotComplete", "The request was rejected because Route 53 was still processing a prior request."
    )


def _list(account: Account, asked: Arguments) -> dict[str, Any]:
    zone = account.zone(asked["HostedZoneId"])
    name, kind, identifier = (asked.get(f"StartRecord{part}") for part in ("Name", "Type", "Identifier"))
    if kind is not None and name is None:
        raise invalid("The request contains a start type without a start name")
    if identifier is not None and kind is None:
        raise invalid("The request contains a start identifier without a start type")
    size = page_size(asked, "MaxItems", min(account.page, PAGE))
    listed = zone.listed(escaped=account.escaped_order)
    first = 0
    if name is not None:
        place = position(start(name), escaped=account.escaped_order), kind or "", identifier or ""
        first = bisect_left(listed, place, key=lambda each: each[0])
    page, rest = listed[first : first + size], listed[first + size : first + size + 1]
    answer: dict[str, Any] = {
        "ResourceRecordSets": [native for _, native in page],
        "IsTruncated": bool(rest),
        "MaxItems": asked.get("MaxItems", str(PAGE)),
    }
    for _, native in rest:
        answer |= {"NextRecordName": native["Name"], "NextRecordType": native["Type"]}
        if "SetIdentifier" in native:
            answer["NextRecordIdentifier"] = native["SetIdentifier"]
    return answer


def _state(account: Account, asked: Arguments) -> dict[str, Any]:
    id_ = bare_id(asked["Id"])
    if id_ not in account.changes:
        raise RefusalError("NoSuchChange", f"Could not find resource with ID: {id_}")
    info = account.changes[id_]
    account.polls[id_] += 1
    if account.polls[id_] > account.insync_after:
        info["Status"] = "INSYNC"
    return {"ChangeInfo": dict(info)}


def _protect(account: Account, asked: Arguments) -> dict[str, Any]:
    zone = account.zone(asked["HostedZoneId"])
    wanted, wrong = _protections(zone, asked["Protections"])
    if not wrong:
        wrong = [_error(key, "ProtectionAlreadyExists", "It is protected.") for key in wanted if key in zone.protected]
        if wrong and len(wrong) == len(wanted):
            raise RefusalError("ProtectionAlreadyExists", "All of them are protected.", Errors=wrong)
    if wrong:
        raise _unprotectable(wrong)
    if len(zone.protected) + len(wanted) > account.limits.protections:
        raise RefusalError("LimitsExceeded", f"Limit of {account.limits.protections} protections exceeded.")
    zone.protected |= wanted
    return {}


def _unprotect(account: Account, asked: Arguments) -> dict[str, Any]:
    zone = account.zone(asked["HostedZoneId"])
    wanted, wrong = _protections(zone, asked["Protections"])
    wrong += [_error(key, "ProtectionNotFound", "Not protected.") for key in wanted if key not in zone.protected]
    if wrong:
        raise _unprotectable(wrong)
    for key in wanted:
        del zone.protected[key]
    return {}


def _protections(
    zone: Zone, asked: list[dict[str, str]]
) -> tuple[dict[tuple[str, str], str | None], list[dict[str, str]]]:
    """Return the names and types that *asked* holds, with their comments, and what is wrong with any."""
    if len(asked) > 100:
        raise invalid("A request can hold at most 100 protections.")
    wanted: dict[tuple[str, str], str | None] = {}
    wrong = []
    for each in asked:
        key = each["RecordName"], each["RecordType"]
        try:
            key = spelled(each["RecordName"]), each["RecordType"]
        except BadNameError as error:
            wrong.append(_error(key, "InvalidInput", str(error)))
            continue
        if not inside(key[0], zone.name) or key in wanted:
            wrong.append(_error(key, "InvalidInput", "The name is not in the zone, or comes twice."))
        wanted[key] = each.get("Comment")
    return wanted, wrong


def _error(key: tuple[str, str], code: str, words: str) -> dict[str, str]:
    return {"RecordName": key[0], "RecordType": key[1], "Code": code, "Message": words}


def _unprotectable(wrong: list[dict[str, str]]) -> RefusalError:
    return RefusalError("InvalidResourceRecordSetProtectionBatch", "Some entries failed.", Errors=wrong)


def _protected(account: Account, asked: Arguments) -> dict[str, Any]:
    zone = account.zone(asked["HostedZoneId"])
    size = page_size(asked, "MaxResults", 100)
    order = sorted(zone.protected, key=lambda key: (position(key[0]), key[1]))
    first = "", ""
    if "StartRecordName" in asked:
        first = position(start(asked["StartRecordName"])), asked.get("StartRecordType", "")
    if "NextToken" in asked:
        name, _, kind = asked["NextToken"].partition(" ")
        if kind not in shape("RRType")["enum"]:
            raise RefusalError("InvalidPaginationToken", "The pagination token is not valid.")
        first = position(start(name)), kind
    rest = [key for key in order if (position(key[0]), key[1]) >= first]
    shown = []
    for name, kind in rest[:size]:
        comment = zone.protected[name, kind]
        shown.append({"RecordName": name, "RecordType": kind, **({"Comment": comment} if comment else {})})
    answer: dict[str, Any] = {"ResourceRecordSetProtections": shown}
    if rest[size:]:
        answer["NextToken"] = " ".join(rest[size])
    return answer


OPERATIONS: dict[str, Callable[[Account, Arguments], dict[str, Any]]] = {
    "ChangeResourceRecordSets": _change,
    "ListResourceRecordSets": _list,
    "GetChange": _state,
    "CreateResourceRecordSetProtections": _protect,
    "DeleteResourceRecordSetProtections": _unprotect,
    "ListResourceRecordSetProtections": _protected,
}
