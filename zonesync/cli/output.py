"""Results go to stdout; JSON is versioned and stable."""

import json
import os
import secrets
import sys
from pathlib import Path
from typing import Any

FORMAT = 1


def put(text: str) -> None:
    """Write a result. Raises OSError where it cannot be written; a reader who has gone wants no more, and is none."""
    try:
        sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        silence()


def silence() -> None:
    """Send what is still to come to nowhere, so that the command ends as it would have with a reader."""
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def put_json(data: dict[str, Any]) -> None:
    """Write a result as JSON, with the version of its form."""
    put_bare_json({"format": FORMAT, **data})


def put_bare_json(data: Any) -> None:
    """Write a result as JSON whose form is another's."""
    put(json.dumps(data, indent=1, ensure_ascii=True).replace("\x7f", "\\u007f"))


def write_file(path: Path, text: str) -> None:
    """Write *text* to *path* whole or not at all; a pipe or a device stays one, and is written to. Raises OSError."""
    if path.exists() and not path.is_file():
        with path.open("w", encoding="utf-8") as stream:
            stream.write(text)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
