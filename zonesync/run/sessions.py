"""A run's sign of life: one object that it writes again and again for as long as it holds locks.

Whoever takes such a run for dead ends its session first, by compare-and-swap on the version that stood still. From then
on the run cannot renew it, however late it wakes; and had it renewed a moment before, it is not taken for dead.
"""

import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from zonesync.run.context import Context
from zonesync.run.processes import Process, process_of
from zonesync.run.store import Store, StoreError, Versioned

PREFIX = "sessions/"
FORMAT = 1
Clock = Callable[[], float]
"""Seconds from some start on, those that the machine sleeps included. Never the time of day, which jumps."""

MAX_LEASE = 24 * 3600.0
_MARGIN = 0.1
"""Of the lease: so long before it lapses a run stops writing, for what is still on its way then."""


def name_of(run: str) -> str:
    """Return where the session of *run* is."""
    return f"{PREFIX}{run}.json"


class Session:
    """This run's own session. :meth:`beat` is called by one thread, :meth:`stopped` by any."""

    def __init__(self, store: Store, run: str, context: Context, process: Process, lease: float, clock: Clock) -> None:
        self.run = run
        self.lease = lease
        self._store = store
        self._context = context
        self._process = process
        self._clock = clock
        self._writing = threading.Lock()
        self._stop = threading.Event()
        self._version = ""
        self._nonce = secrets.token_hex(8)
        """Tells what this run has written from what another one of the same name has."""
        self._is_anothers = False
        self._beats = 0
        self._data = b""
        """What is being written, the same until it is known to be there: so it is known again after a lost answer."""
        self._first_try = 0.0
        self._renewed = 0.0
        """When the last beat that got through began."""
        self._lost = ""
        self._trouble = ""

    def begin(self) -> None:
        """Write the session for the first time. Raises :class:`StoreError`."""
        self._prepare()
        version = self._store.replace(name_of(self.run), self._data, None) or self._found()
        if version is None:
            self._is_anothers = True
            raise StoreError(f"{name_of(self.run)} is there already: two runs cannot have one name")
        self._version, self._renewed, self._data = version, self._first_try, b""

    def beat(self) -> float | None:
        """Renew the session; return after how many seconds to do so again, None where it is over for good."""
        with self._writing:
            if not self._is_alive():
                return None
            start = self._clock()
            if not self._data:
                self._prepare()
            try:
                version = self._store.replace(name_of(self.run), self._data, self._version)
                if version is None:
                    start, version = self._first_try, self._found()
            except StoreError as problem:
                self._trouble = str(problem)
                return min(1.0, self.lease / 20)
            if version is None:
                self._lost = "is lost: another run has ended this one, which was paused or cut off for too long"
                return None
            if not self._is_alive():  # the beat itself took too long
                return None
            self._version, self._renewed, self._data, self._trouble = version, start, b"", ""
        return max(0.0, start + self.lease / 4 - self._clock())

    def lost(self) -> str:
        """Say why this run holds nothing any more, in words that follow a lock's name; empty while it does."""
        return "" if self._is_alive() else self._lost

    def stopped(self) -> str:
        """Say why this run may write nothing now; empty while it may. It may not from shortly before its lease lapses.

        Once a whole lease has passed it never may again: another run may have begun, whatever a late beat would find.
        """
        lost = self.lost()
        age = self._clock() - self._renewed
        return lost or (self._not_renewed(age) if age >= self.lease * (1 - _MARGIN) else "")

    def keep(self) -> None:
        """Beat, in a thread that ends with the process at the latest."""
        threading.Thread(target=self._go_on, name=f"heartbeat of {self.run}", daemon=True).start()

    def end(self) -> str:
        """Beat no more, and take the session away; say what went wrong with that, if anything."""
        self._stop.set()
        with self._writing:  # a beat in flight comes to its end first
            self._lost = self._lost or "was released"
            if self._is_anothers:
                return ""
            try:
                self._store.remove(name_of(self.run))
            except StoreError as problem:
                return str(problem)
        return ""

    def _go_on(self) -> None:
        wait: float | None = self.lease / 4
        while wait is not None and not self._stop.wait(wait):
            wait = self.beat()

    def _prepare(self) -> None:
        self._beats += 1
        self._first_try = self._clock()
        self._data = _encode(
            {
                "format": FORMAT,
                "run": self.run,
                "nonce": self._nonce,
                "beat": self._beats,
                "time": self._context.time(),
                "lease": self.lease,
                "process": asdict(self._process),
            }
        )

    def _found(self) -> str | None:
        """Return the version of what this run has written, where it is there in spite of what the store answered."""
        found = self._store.fetch(name_of(self.run))
        return found.version if found is not None and found.data == self._data else None

    def _is_alive(self) -> bool:
        age = self._clock() - self._renewed
        if not self._lost and age >= self.lease:
            self._lost = self._not_renewed(age)
        return not self._lost

    def _not_renewed(self, age: float) -> str:
        trouble = f" ({self._trouble})" if self._trouble else ""
        return f"was not renewed for {age:.0f} s, another run may hold it{trouble}"


def is_over(store: Store, run: str) -> bool:
    """Tell whether *run* has no session: it has ended, or was ended by another one. Raises :class:`StoreError`."""
    found = store.fetch(name_of(run))
    return found is None or is_ended(found)


def last_beat(store: Store, run: str) -> str:
    """Return when *run* last gave a sign of life, by its own clock, UTC; empty where it has no session."""
    found = store.fetch(name_of(run))
    time = "" if found is None else _document(found).get("time")
    return time if isinstance(time, str) else ""


def told(found: Versioned | None) -> tuple[Process, float]:
    """Return whose session it is, and its lease; the longest there is where it is illegible."""
    document = _document(found) if found else {}
    lease: Any = document.get("lease")
    is_lease = isinstance(lease, int | float) and 0 < lease <= MAX_LEASE
    return process_of(document.get("process")), lease if is_lease else MAX_LEASE


def is_ended(found: Versioned) -> bool:
    """Tell whether another run has ended the session *found*, and was cut short before it took it away."""
    return "ended_by" in _document(found)


def _document(found: Versioned) -> dict[str, Any]:
    try:
        document = json.loads(found.data)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def ended(run: str, by: str) -> bytes:
    """Return what a session is replaced with before it is taken away."""
    return _encode({"format": FORMAT, "run": run, "ended_by": by})


def _encode(document: dict[str, Any]) -> bytes:
    return json.dumps(document, indent=1).encode() + b"\n"
