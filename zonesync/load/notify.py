"""Whom a run tells: what the configuration's ``notify:`` may say."""

import ipaddress
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from zonesync.load.fields import Shape, listed
from zonesync.load.variables import VARIABLE, has_nameless

Event = Literal["apply", "drift", "refused"]
EVENTS: tuple[Event, ...] = ("apply", "drift", "refused")
_EVENT = {"type": "string", "enum": list(EVENTS)}
_unfit = re.compile(r"[\x00-\x20\x7f]|[^\x00-\x7f]").search


class Notify(BaseModel):
    """The webhook as configured. Who knows the URL can post to it, so it is left out of the ``repr``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(default="", repr=False)
    """Empty where a variable in it is not set."""
    format: Literal["slack", "json"] = "slack"
    on: tuple[Event, ...] = EVENTS
    missing: tuple[str, ...] = ()
    """Variables of the URL that the environment lacks: a job without the secret plans all the same."""

    def filled_from(self, environ: Mapping[str, str]) -> "Notify":
        """Return it with the variables of its URL filled in from *environ*."""
        missing = tuple(name for name in dict.fromkeys(VARIABLE.findall(self.url)) if not environ.get(name))
        url = "" if missing else VARIABLE.sub(lambda found: environ[found[1]], self.url)
        return self.model_copy(update={"url": url.strip(), "missing": missing})


def problem_of(url: str) -> str:
    """Return what keeps *url* from being a webhook's, without a word of it; empty where nothing does.

    A webhook's URL is a credential, so it travels by https alone; plain http is for this machine (127.0.0.0/8, ::1).
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port  # raises where it is no number
    except ValueError:
        return "the URL cannot be read"
    if _unfit(url) or not host or parts.scheme not in {"http", "https"}:
        return "a webhook is https://HOST/PATH, without white space"
    if parts.username is not None:
        return "a webhook's URL has no user in it"
    if parts.scheme == "http" and not is_loopback(host):
        return "a webhook is reached by https; by http on this machine alone"
    return ""


def is_loopback(host: str) -> bool:
    """Tell whether *host* is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def read_url(value: Any) -> Any:
    """Check a URL as the file has it; one with variables is checked as far as it goes. Raises ValueError."""
    if not isinstance(value, str) or not value:
        raise ValueError("`url` is that of the webhook, best from the environment: `${ZONESYNC_HOOK}`")
    if has_nameless(value):
        raise ValueError("`url` holds `${` without a variable's name: write `${NAME}`, letters, digits and `_`")
    if not VARIABLE.search(value) and (problem := problem_of(value)):
        raise ValueError(f"`url`: {problem}")
    return value


class NotifyShape(Shape):
    """The webhook that is told of applies and drift."""

    url: Annotated[str, BeforeValidator(read_url)] = Field(
        description="URL of the webhook, https: `${NAME}` from the environment, since who knows it can post to it"
    )
    format: Literal["slack", "json"] = Field(default="slack", description="Slack's text, or a JSON document")
    on: Annotated[
        tuple[Event, ...],
        BeforeValidator(listed),
        Field(min_length=1),
        WithJsonSchema({"oneOf": [_EVENT, {"type": "array", "items": _EVENT, "minItems": 1}]}),
    ] = Field(default=EVENTS, description="What is told: outcomes of applies, drift, applies that are refused")
