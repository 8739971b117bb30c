"""One of several processes at one store; run by test_processes.py: STATE-AS-JSON FOLDER NUMBER ROUNDS."""

import json
import sys
from pathlib import Path

from zonesync.load import State
from zonesync.run.store import open_store


def main(state: str, folder: str, number: str, rounds: str) -> None:
    """Contend for objects, for versions and for a counter, and tell what was won."""
    store = open_store(State.model_validate_json(state), Path(folder))
    row = store.row(f"journal/{number}")
    print("ready", flush=True)  # noqa: T201 -- the test waits for it
    sys.stdin.readline()
    put, replaced = [], []
    for one in range(int(rounds)):
        if store.put_if_absent(f"audit/{one}", f"{number}".encode()):
            put.append(one)
        name = f"locks/{one}"
        first = store.fetch(name)
        if (first is None or first.data == b"free") and store.replace(
            name, number.encode(), first.version if first else None
        ):
            replaced.append(one)
        while True:
            there = store.fetch("count")
            count = int(there.data.split()[0]) if there else 0
            if store.replace("count", f"{count + 1} {number}".encode(), there.version if there else None):
                break
        row.append(f"{one}".encode())
    print(json.dumps([put, replaced]), flush=True)  # noqa: T201 -- the test reads it


if __name__ == "__main__":
    main(*sys.argv[1:])
