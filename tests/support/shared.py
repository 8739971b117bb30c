"""The folder of corpora and cases beside the checkout; tests that need it skip, visibly, where it is not there."""

import gzip
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(os.environ.get("ZONESYNC_SHARED") or Path(__file__).resolve().parents[3] / "shared")
BIND = SHARED / "corpora" / "bind"

needs_corpus = pytest.mark.skipif(not BIND.is_dir(), reason=f"the corpora are not at {SHARED}")
needs_cases = pytest.mark.skipif(not (SHARED / "cases").is_dir(), reason=f"the cases are not at {SHARED}")


def read_json(path: Path, default: Any) -> Any:
    """Return the JSON of *path*, *default* where there is no such file."""
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else default


VERDICTS: dict[str, dict[str, Any]] = read_json(BIND / "verdicts.json", {"zones": {}})["zones"]
"""What the servers say of each zone file of the corpus, by its path."""
ACCEPTED = sorted(key for key, verdict in VERDICTS.items() if verdict["consensus"] == "accept")
"""The files that all servers load."""
MALFORMED = sorted(
    key
    for key, verdict in VERDICTS.items()
    if (verdict["consensus"], verdict.get("reject_kind")) == ("reject", "syntax")
)
"""The files whose text no server can read."""


def zone_name(key: str) -> str:
    """Return the zone that the corpus file *key* is of, as an argument of a command has it."""
    origin: str = VERDICTS[key]["origin"]
    return origin.removesuffix(".") or "."


@cache
def canonical_text(key: str) -> str:
    """Return the records of *key* as BIND printed them, one a line with all names absolute."""
    path = BIND / VERDICTS[key]["canonical"]
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("latin-1")
