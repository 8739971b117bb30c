"""Credentials for every test, of random value: whatever shows one of them anywhere fails the test that did."""

import base64
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

NAMES = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "NS1_APIKEY", "ZONESYNC_TEST_SECRET")
"""Environment variables that the adapters' SDKs read, and one for whatever else a test needs to hide."""

CREDENTIALS: Mapping[str, str] = {name: f"s3cr{secrets.token_hex(14)}t" for name in NAMES}
"""This run's values, of letters and digits, so that no escaping hides them."""

INPUTS = frozenset({"zonesync.yaml", "credentials", "credentials.json", "config"})
"""Names of files that a test itself writes a credential into."""

_LARGEST = 50_000_000


def set_environment() -> None:
    """Put the values where SDKs look, and lead them away from credentials of this machine."""
    os.environ.update(CREDENTIALS)
    os.environ["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE"
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    for name in ("AWS_PROFILE", "AWS_DEFAULT_REGION", "AWS_REGION", "GOOGLE_APPLICATION_CREDENTIALS", "NS1_API_KEY"):
        os.environ.pop(name, None)
    os.environ["CLOUDSDK_CONFIG"] = os.devnull


def _spellings() -> Mapping[str, str]:
    """Return each form in which a value might come out."""
    forms: dict[str, str] = {}
    for name, value in CREDENTIALS.items():
        forms |= dict.fromkeys((value, quote(value), base64.b64encode(value.encode()).decode().rstrip("=")), name)
    return forms


SPELLINGS = _spellings()


def found_in(text: str | bytes | None) -> set[str]:
    """Return the names of the credentials that *text* shows."""
    if not text:
        return set()
    if isinstance(text, bytes):
        return {name for form, name in SPELLINGS.items() if form.encode() in text}
    return {name for form, name in SPELLINGS.items() if form in text}


def shown_in_files(folder: Path) -> Iterator[tuple[Path, set[str]]]:
    """Yield the files below *folder* that show a credential, what tests write as input left out."""
    for path in folder.rglob("*"):
        if path.name in INPUTS or path.is_symlink() or not path.is_file():
            continue
        if path.stat().st_size <= _LARGEST and (names := found_in(path.read_bytes())):
            yield path, names
