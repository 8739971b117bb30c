"""Where the audit log, locks and journals are kept: what the configuration's ``state:`` may say."""

import re
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from zonesync.load.suggest import closest

MIN_LEASE = 2
"""Seconds. A lock is renewed four times in its lease: a shorter one would lapse at the first slow answer."""
MAX_LEASE = 3600
"""Seconds. The lock of a run that died keeps everybody else out for so long."""
SCHEMES = ("s3", "gs", "az")

_scheme = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):").match
# Amazon S3, Cloud Storage and Azure differ in what else they refuse, and say so themselves.
_bucket = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,220}[A-Za-z0-9]").fullmatch
_segment = re.compile(r"[A-Za-z0-9%+=@_-][A-Za-z0-9%+=@_.-]*").fullmatch
_region = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*").fullmatch
_control = re.compile(r"[\x00-\x1f\x7f]").search


class State(BaseModel):
    """The state store as configured; :func:`read_url` and its neighbours have checked what a file said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = ".zonesync"
    """A folder, relative to the configuration's, or ``s3://bucket/prefix``, ``gs://…``, ``az://container/prefix``."""
    endpoint: str = ""
    """URL of the service, where it is not the scheme's own; the only way to plain HTTP."""
    region: str = ""
    """Of an S3 bucket; empty for what the environment or the AWS profile says."""
    durable: bool = False
    """Whether a folder outlives the CI job that writes it."""
    lease: int = 60
    """Seconds after which the lock of a run that gives no sign of life may be taken over."""

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder of this machine."""
        return "://" not in self.url

    @property
    def scheme(self) -> str:
        """``s3``, ``gs`` or ``az``; empty for a folder."""
        return "" if self.is_folder else self.url.partition("://")[0]

    @property
    def bucket(self) -> str:
        """The bucket, or Azure's container; empty for a folder."""
        return "" if self.is_folder else self.url.partition("://")[2].partition("/")[0]

    @property
    def prefix(self) -> str:
        """What all names in the bucket begin with, without a slash at its end; empty for none."""
        return "" if self.is_folder else self.url.partition("://")[2].partition("/")[2]


def read_url(value: Any) -> Any:
    """Return the state's folder or URL. Raises ValueError, whose words show no password."""
    if not isinstance(value, str):
        return value
    if _control(value):
        raise ValueError("the state's name has a control character in it")
    if "${" in value:
        raise ValueError("`state` holds `${`: variables are filled in under `providers:` alone; write the name out")
    scheme = _scheme(value)
    return _bucket_url(value, scheme[1]) if scheme else value


def _bucket_url(value: str, scheme: str) -> str:
    if scheme not in SCHEMES:
        known = "write a folder, s3://bucket/prefix, gs://bucket/prefix or az://container/prefix"
        meant = closest(scheme, SCHEMES)
        question = f"; did you mean `{meant}:`?" if meant else ""
        raise ValueError(f"no state can be kept at `{scheme[:20]}:`: {known}{question}")
    if not value.startswith(f"{scheme}://"):
        raise ValueError(f"`{scheme}:` is followed by two slashes: write {scheme}://bucket/prefix")
    bucket, _, prefix = value.removeprefix(f"{scheme}://").partition("/")
    if "@" in bucket:
        raise ValueError("the state's URL has a user or a password in it: credentials come from the environment")
    if "?" in value or "#" in value:
        raise ValueError(f"the state's URL ends at its prefix: write {scheme}://bucket/prefix, without `?` and `#`")
    if not bucket:
        raise ValueError(f"the state's URL has no bucket: write {scheme}://bucket/prefix")
    if not _bucket(bucket):
        raise ValueError(f"`{bucket[:40]}` is no bucket's name: 3 letters or more, digits, `-`, `_` and `.`")
    prefix = prefix.removesuffix("/")
    if prefix and not all(map(_segment, prefix.split("/"))):
        raise ValueError(f"`{prefix[:40]}` is no prefix: its parts are letters, digits, `-`, `_` and `.`, none empty")
    return f"{scheme}://{bucket}/{prefix}" if prefix else f"{scheme}://{bucket}"


def read_endpoint(value: Any) -> Any:
    """Return the URL of a service. Raises ValueError, whose words show no password."""
    if not isinstance(value, str):
        return value
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if "@" in value:
        raise ValueError("`endpoint` has a user or a password in it: credentials come from the environment")
    if _control(value) or not host or parts.scheme not in {"http", "https"} or parts.query or parts.fragment:
        raise ValueError("`endpoint` is the URL of a service: https://HOST or http://HOST:PORT")
    return value.rstrip("/")


def read_region(value: Any) -> Any:
    """Return the name of a region. Raises ValueError."""
    if isinstance(value, str) and not _region(value):
        raise ValueError(f"`{value[:40]}` is no region: write it as `eu-west-1`")
    return value
