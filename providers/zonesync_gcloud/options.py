"""The options that ``type: gcloud`` has, checked before anything is done. Each function raises ValueError."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from zonesync.model.names import NameSyntaxError
from zonesync.model.zone import ZoneId
from zonesync.provider import options
from zonesync.provider.calls import Budget
from zonesync_gcloud.networks import spell

NAMES = (
    "project",
    "endpoint",
    "anonymous",
    "credentials_file",
    "zone_id",
    "private",
    "networks",
    "rate",
    "attempts",
    "patience",
)
GOOGLE = "https://dns.googleapis.com"
BURST = 10
"""Calls at once after a rest, where the rate is no lower."""
_project = re.compile(r"[a-z0-9][a-z0-9.:-]{0,98}").fullmatch
_id = re.compile(r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?|[0-9]{1,20}").fullmatch
_PROJECT_VARIABLES = ("GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT")


@dataclass(frozen=True, slots=True)
class Account:
    """Where the service is, and who calls it."""

    project: str = ""
    """Empty where the credentials are to tell."""
    endpoint: str = ""
    """Empty for Google's own."""
    anonymous: bool = False
    credentials_file: Path | None = None
    rate: float = 10.0
    """Calls a second."""

    @property
    def url(self) -> str:
        """Where the service is."""
        return self.endpoint or GOOGLE


def account(
    root: Path,
    project: object,
    endpoint: object,
    anonymous: object,
    credentials_file: object,
    rate: object,
) -> Account:
    """Return the account; its project is the option's, else that of the environment, else left to the credentials."""
    found = project_name(project) if project is not None else environment_project()
    nameless = options.truth("anonymous", anonymous)
    if nameless and credentials_file is not None:
        raise ValueError("`anonymous` and `credentials_file` exclude each other")
    if nameless and not found:
        raise ValueError("`project` is missing, and without credentials nothing else tells it")
    return Account(
        project=found,
        endpoint="" if endpoint is None else options.endpoint("endpoint", endpoint),
        anonymous=nameless,
        credentials_file=None
        if credentials_file is None
        else root / options.text("credentials_file", credentials_file),
        rate=options.number("rate", rate, 0.1, 10_000),
    )


def project_name(value: object) -> str:
    """Return a project id."""
    found = options.text("project", value)
    if not _project(found):
        raise ValueError(f"`project` is `{found[:100]}`; it is a project id such as `acme-dns`")
    return found


def environment_project() -> str:
    """Return the project of the environment, as Google's own libraries look for it; empty for none."""
    return next((value for variable in _PROJECT_VARIABLES if (value := os.environ.get(variable))), "")


def zone_ids(value: object) -> str | Mapping[ZoneId, str]:
    """Return ``zone_id``: one for every zone, or one for each zone that is named."""
    if value is None:
        return ""
    if not isinstance(value, Mapping):
        return _zone_id(value)
    found = {}
    for name, text in value.items():
        try:
            found[ZoneId.parse(str(name))] = _zone_id(text)
        except NameSyntaxError as problem:
            raise ValueError(f"`zone_id`: {problem}") from problem
    return found


def _zone_id(value: object) -> str:
    found = options.text("zone_id", value)
    if not _id(found):
        raise ValueError(f"`zone_id` has `{found[:100]}`; it is a resource name such as `example-com`, or a number")
    return found


def networks(value: object, project: str, *, private: bool) -> tuple[str, ...]:
    """Return the networks of private zones, spelled and sorted."""
    texts = options.texts("networks", value, "[projects/acme-net/global/networks/prod]")
    if texts and not private:
        raise ValueError("`networks` are for private zones; set `private: true`, too")
    return tuple(sorted({spell(text, project) for text in texts}))


def budget(attempts: object, patience: object) -> Budget:
    """Return how long one call may be tried."""
    return Budget(
        attempts=int(options.number("attempts", attempts, 1, 100)),
        seconds=options.number("patience", patience, 0.01, 3600),
    )
