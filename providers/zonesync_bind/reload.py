"""Tell the server to load what was written, and remember which serial it was told to load."""

import json
import subprocess
from pathlib import Path

from zonesync.model.zone import ZoneId
from zonesync.provider.contract import Outcome, Receipt
from zonesync.provider.observing import request
from zonesync_bind.files import find_file, replace_file

RECORD_FILE = ".zonesync-reloaded.json"
_SECONDS = 60
_WORDS = 1000


def run_reload(command: tuple[str, ...], zone: ZoneId) -> Receipt:
    """Run *command* without a shell; ``{zone}`` and ``{view}`` in its arguments stand for those of *zone*."""
    name = str(ZoneId(zone.name))
    arguments = [part.replace("{zone}", name).replace("{view}", zone.view) for part in command]
    try:
        # Its arguments are not told: one may be a key.
        with request(Path(command[0]).name, str(zone)) as exchange:
            done = subprocess.run(  # noqa: S603 -- the configuration's own command, as a list
                arguments, capture_output=True, timeout=_SECONDS, check=False, stdin=subprocess.DEVNULL
            )
            exchange.problem = f"exit {done.returncode}" if done.returncode else ""
    except subprocess.TimeoutExpired:
        return Receipt((), Outcome.UNKNOWN, words=f"`{command[0]}` gave no answer within {_SECONDS} s")
    except OSError as problem:
        return Receipt((), Outcome.REJECTED, words=f"`{command[0]}` cannot be run: {problem.strerror}")
    words = " / ".join((done.stdout + done.stderr).decode("utf-8", "replace").split("\n")).strip(" /")[:_WORDS]
    if done.returncode:
        return Receipt((), Outcome.REJECTED, words=f"`{command[0]}` ended with {done.returncode}: {words}")
    return Receipt((), Outcome.APPLIED, words=words)


def recorded(directory: Path) -> dict[str, int]:
    """Return the serial last reloaded, by zone. An unreadable record is none: one reload too many is harmless."""
    try:
        found = json.loads(find_file(directory / RECORD_FILE) or b"{}")
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {zone: serial for zone, serial in found.items() if isinstance(serial, int)}


def record(directory: Path, zone: ZoneId, serial: int) -> None:
    """Remember that *serial* of *zone* was reloaded. To be called under the lock of *directory*."""
    found = recorded(directory) | {str(zone): serial}
    replace_file(directory / RECORD_FILE, json.dumps(found, indent=1, sort_keys=True).encode() + b"\n")


def forget(directory: Path, zone: ZoneId) -> None:
    """Forget what was reloaded of *zone*: one of its name may come again, with the same serial. Under the lock."""
    found = recorded(directory)
    if found.pop(str(zone), None) is not None:
        replace_file(directory / RECORD_FILE, json.dumps(found, indent=1, sort_keys=True).encode() + b"\n")
