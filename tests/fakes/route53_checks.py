"""The operations on health checks, as far as record sets need them, and on tags."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.fakes.route53_model import RefusalError
from tests.fakes.route53_state import Account, bare_id, page

Arguments = Mapping[str, Any]


def _create(account: Account, asked: Arguments) -> dict[str, Any]:
    reference, config = asked["CallerReference"], asked["HealthCheckConfig"]
    for check in account.health_checks.values():
        if check["CallerReference"] == reference and check["HealthCheckConfig"] != config:
            words = "A health check with the same caller reference and other settings exists."
            raise RefusalError("HealthCheckAlreadyExists", words)
        if check["CallerReference"] == reference:
            return _made(check)
    return _made(account.add_health_check(account.new_uuid(), reference, config))


def _made(check: dict[str, Any]) -> dict[str, Any]:
    return {"HealthCheck": check, "Location": f"https://route53.amazonaws.com/2013-04-01/healthcheck/{check['Id']}"}


def _found(account: Account, id_: str) -> dict[str, Any]:
    try:
        return account.health_checks[id_]
    except KeyError:
        raise RefusalError("NoSuchHealthCheck", f"No health check exists with the specified ID: {id_}") from None


def _get(account: Account, asked: Arguments) -> dict[str, Any]:
    return {"HealthCheck": _found(account, asked["HealthCheckId"])}


def _list(account: Account, asked: Arguments) -> dict[str, Any]:
    ids, following = page(asked, list(account.health_checks), account.zone_page)
    return {"HealthChecks": [account.health_checks[id_] for id_ in ids], "Marker": ""} | following


def _delete(account: Account, asked: Arguments) -> dict[str, Any]:
    # A check may go although record sets use it: they are then taken to be healthy.
    del account.health_checks[_found(account, asked["HealthCheckId"])["Id"]]
    return {}


def _tag(account: Account, asked: Arguments) -> dict[str, Any]:
    tags = _tags(account, asked)
    tags |= {tag["Key"]: tag.get("Value", "") for tag in asked.get("AddTags", ())}
    for key in asked.get("RemoveTagKeys", ()):
        tags.pop(key, None)
    return {}


def _tags(account: Account, asked: Arguments) -> dict[str, str]:
    kind, id_ = asked["ResourceType"], bare_id(asked["ResourceId"])
    if kind == "hostedzone":
        account.zone(id_)
    else:
        _found(account, id_)
    return account.tags.setdefault((kind, id_), {})


def _tagged(account: Account, asked: Arguments) -> dict[str, Any]:
    tags = [{"Key": key, "Value": value} for key, value in sorted(_tags(account, asked).items())]
    shown = {"ResourceType": asked["ResourceType"], "ResourceId": bare_id(asked["ResourceId"]), "Tags": tags}
    return {"ResourceTagSet": shown}


OPERATIONS: dict[str, Callable[[Account, Arguments], dict[str, Any]]] = {
    "CreateHealthCheck": _create,
    "GetHealthCheck": _get,
    "ListHealthChecks": _list,
    "DeleteHealthCheck": _delete,
    "ChangeTagsForResource": _tag,
    "ListTagsForResource": _tagged,
}
