"""Which method of the Cloud DNS v1 API a request means, and its query parameters: as the discovery document says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote

from tests.fakes.gcloud_errors import STATUS, Refused, invalid, malformed
from tests.fakes.gcloud_schema import BOUNDS, Check, checker, discovery


@dataclass(frozen=True, slots=True)
class Method:
    """One method of the API."""

    id: str
    """As ``changes.create``."""
    verb: str
    path: re.Pattern[str]
    query: Mapping[str, Mapping[str, Any]]
    request: Check | None
    response: Check | None

    def parameters(self, query: Mapping[str, str]) -> dict[str, str]:
        """Return the method's own parameters of *query*; raise :class:`Refused` for one it does not have."""
        known = discovery()["parameters"]
        for name, value in query.items():
            if name not in self.query and name not in known:
                raise malformed(f'Unknown name "{name}": Cannot bind query parameter.')
            _hold(name, value, self.query.get(name) or known[name])
        return {name: value for name, value in query.items() if name in self.query}


def _hold(name: str, value: str, parameter: Mapping[str, Any]) -> None:
    if parameter["type"] == "integer":
        low, high = BOUNDS[parameter["format"]]
        if not re.fullmatch(r"-?[0-9]+", value) or not low <= int(value) <= high:
            text = f"Invalid value at '{name}' (TYPE_INT32), \"{value}\""
            raise Refused(400, ("badRequest", text), word=STATUS[400])
    if value not in parameter.get("enum", [value]):
        raise invalid(f"parameters.{name}", value)


@cache
def methods() -> tuple[Method, ...]:
    """Return every method whose path names its parts one by one: DNS, not IAM, not long-running operations."""
    made = []
    for resource in discovery()["resources"].values():
        for method in resource["methods"].values():
            if "{+" in method["path"]:
                continue
            made.append(
                Method(
                    method["id"].removeprefix("dns."),
                    method["httpMethod"],
                    re.compile("/" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", method["path"])),
                    {key: value for key, value in method["parameters"].items() if value["location"] == "query"},
                    checker(method["request"]["$ref"], request=True) if "request" in method else None,
                    checker(method["response"]["$ref"], request=False) if "response" in method else None,
                )
            )
    return tuple(made)


def found(verb: str, path: str) -> tuple[Method, dict[str, str]] | None:
    """Return the method that *verb* and *path* mean, with the parts of the path; None where there is none."""
    for method in methods():
        match = method.path.fullmatch(path) if method.verb == verb else None
        if match:
            return method, {name: unquote(value) for name, value in match.groupdict().items()}
    return None
