"""What a lock object says: who holds a zone, or that nobody does, and how often it changed hands."""

import hashlib
import re
from dataclasses import dataclass, field, replace
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from zonesync.model.zone import ZoneId
from zonesync.run.context import Context
from zonesync.run.processes import Process
from zonesync.run.sessions import MAX_LEASE
from zonesync.run.store import StoreError

PREFIX = "locks/"
FORMAT: Literal[1] = 1

_MAX_NAME = 150
_RUN = r"^[0-9A-Za-z][0-9A-Za-z._-]{0,99}$"
is_run = re.compile(_RUN.replace("$", r"\Z")).match
"""Whether a text can name a run: it becomes a part of objects' names."""


class UnreadableLockError(StoreError):
    """A lock object is none that this version can read; ``unlock`` writes it anew."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A run that holds a lock. Its :attr:`process` and :attr:`lease` decide; the rest is shown."""

    run: Annotated[str, Field(pattern=_RUN)]
    host: str = ""
    user: str = ""
    """Of the operating system."""
    actor: str = ""
    commit: str = ""
    run_url: str = ""
    started: str = ""
    """When it took its locks, by its own clock, UTC."""
    lease: Annotated[float, Field(gt=0, le=MAX_LEASE, allow_inf_nan=False)] = 60.0
    """Seconds after which a holder without a sign of life holds nothing any more."""
    process: Process = field(default_factory=Process)
    beat: str = ""
    """Its last sign of life, by its own clock, UTC; empty where its session has gone. Not in the lock object."""
    fence: int = 0
    """The lock's number since this run took it. Not in this part of the object."""

    @property
    def pid(self) -> int:
        """The number of its process, on its own machine."""
        return self.process.pid

    @classmethod
    def of(cls, run: str, context: Context, process: Process, lease: float) -> "Holder":
        """Describe the run that asks."""
        told = (context.host, context.user, context.actor, context.commit, context.url, context.time())
        host, user, actor, commit, url, started = map(_writable, told)
        return cls(run, host, user, actor, commit, url, started, lease, process)


@dataclass(frozen=True, slots=True)
class Lock:
    """One lock object."""

    format: Literal[1]
    zone: str
    fence: Annotated[int, Field(ge=0, le=2**53)]
    """Grows whenever the lock changes hands, and never shrinks."""
    holder: Holder | None
    broken: str = ""
    """Who broke it last, and when."""


_LOCK = TypeAdapter(Lock)


def name_of(zone: ZoneId) -> str:
    """Return where the lock on *zone* is: percent-encoded (RFC 3986), capitals too, since some folders ignore case."""
    octets = str(zone).encode(errors="backslashreplace")
    # A dot in front, as the root's, hides a file.
    quoted = re.sub(rb"^\.|[^a-z0-9_.-]", lambda match: b"%%%02X" % match[0][0], octets).decode("ascii")
    if len(quoted) > _MAX_NAME:
        # A `+` is in no other name: it would be encoded.
        quoted = f"{quoted[:80]}+{hashlib.sha256(octets).hexdigest()}"
    return f"{PREFIX}{quoted}.json"


def held(zone: ZoneId, holder: Holder, fence: int) -> bytes:
    """Return the object of a lock that *holder* has."""
    return _encoded(Lock(FORMAT, str(zone), fence, holder))


def free(zone: ZoneId, fence: int, broken: str = "") -> bytes:
    """Return the object of a lock that nobody has."""
    return _encoded(Lock(FORMAT, str(zone), fence, None, _writable(broken)))


def read(zone: ZoneId, data: bytes) -> Lock:
    """Read the object of the lock on *zone*. Raises :class:`UnreadableLockError`."""
    try:
        lock = _LOCK.validate_json(data, strict=True)
    except ValidationError as problem:
        raise _unreadable(zone, _why(problem)) from None
    if lock.zone != str(zone):
        raise _unreadable(zone, "it is another zone's")
    return replace(lock, holder=replace(lock.holder, fence=lock.fence, beat="")) if lock.holder else lock


def salvaged_fence(data: bytes) -> int:
    """Return the highest fence number that an unreadable object seems to tell of; 0 for none."""
    return max((int(number) for number in re.findall(rb'"fence"\s*:\s*"?([0-9]{1,15})(?![0-9])', data)), default=0)


def _unreadable(zone: ZoneId, why: str) -> UnreadableLockError:
    return UnreadableLockError(f"{name_of(zone)} is no lock: {why}; `zonesync unlock {zone}` writes it anew")


def _why(problem: ValidationError) -> str:
    first = problem.errors(include_url=False, include_input=False)[0]
    place = ".".join(map(str, first["loc"]))
    if place == "format":
        return f"its `format` is not {FORMAT}, a newer version may have written it"
    return f"`{place}`: {first['msg']}" if place else first["msg"]


def _encoded(lock: Lock) -> bytes:
    return _LOCK.dump_json(lock, indent=1, exclude={"holder": {"beat", "fence"}}) + b"\n"


def _writable(text: str) -> str:
    """Spell out half a surrogate pair, as undecodable names of users and hosts have."""
    return text.encode(errors="backslashreplace").decode()
