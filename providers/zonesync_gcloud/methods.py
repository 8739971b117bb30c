"""Which method of the API a request calls, in Google's own words.

https://cloud.google.com/dns/docs/reference/rest/v1
"""

_COLLECTIONS = {"rrsets": "resourceRecordSets", "operations": "managedZoneOperations"}
_VERBS = {"POST": "create", "PATCH": "patch", "PUT": "update", "DELETE": "delete"}


def method_of(method: str, path: str) -> str:
    """Return the method of a request to *path*, below the project: ``resourceRecordSets.list``."""
    parts = path.strip("/").split("/") if path else []
    if not parts:
        return "projects.get"
    # Collections and what is in them take turns.
    is_whole = len(parts) % 2 == 1
    collection = parts[-1] if is_whole else parts[-2]
    verb = _VERBS.get(method) or ("list" if is_whole else "get")
    return f"{_COLLECTIONS.get(collection, collection)}.{verb}"
