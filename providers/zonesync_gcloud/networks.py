"""VPC networks that see a private zone, in the one spelling that the API uses.

https://cloud.google.com/dns/docs/reference/rest/v1/managedZones (privateVisibilityConfig)
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

_URL = "https://www.googleapis.com/compute/v1/projects/{project}/global/networks/{network}"
_PROJECT = r"[a-z0-9][a-z0-9.:-]{0,98}"
_NETWORK = r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"
_named = re.compile(_NETWORK).fullmatch
_path = re.compile(
    rf"(?:https://(?:www|compute)\.googleapis\.com/compute/(?:v1|beta)/)?projects/({_PROJECT})/global/networks/({_NETWORK})"
).fullmatch


def spell(text: str, project: str) -> str:
    """Return the full URL of a network: a URL, ``projects/P/global/networks/N``, or ``N`` in *project*.

    Raises ValueError that says how it is written.
    """
    found = _path(text)
    if found:
        return _URL.format(project=found[1], network=found[2])
    if _named(text) and project:
        return _URL.format(project=project, network=text)
    why = " (a name alone needs `project`)" if _named(text) else ""
    raise ValueError(f"`{text[:200]}` is no network{why}; write `projects/PROJECT/global/networks/NAME`")


def spelled(visibility: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the networks of a native ``privateVisibilityConfig``, spelled and sorted. One of no known form stays."""
    found = visibility.get("networks")
    return tuple(sorted({_lenient(_url_of(one)) for one in found} - {""})) if isinstance(found, list) else ()


def config(networks: Iterable[str], old: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the native ``privateVisibilityConfig`` with *networks*; GKE clusters of the *old* one stay in it."""
    kept = {field: value for field, value in (old or {}).items() if field not in {"kind", "networks"}}
    return {**kept, "networks": [{"networkUrl": url} for url in networks]}


def _url_of(one: object) -> str:
    return str(one.get("networkUrl", "")) if isinstance(one, Mapping) else ""


def _lenient(url: str) -> str:
    found = _path(url)
    return _URL.format(project=found[1], network=found[2]) if found else url
