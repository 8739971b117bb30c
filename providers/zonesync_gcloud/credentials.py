"""Credentials: looked for without any call, and loaded by google-auth when the service is first called.

https://cloud.google.com/docs/authentication/application-default-credentials
"""

import os
import sys
import warnings
from pathlib import Path
from typing import Any

import google.auth
import google.auth.credentials
import requests
from google.auth.credentials import Credentials as GoogleCredentials
from google.auth.transport.requests import Request

from zonesync.provider.abilities import Credentials
from zonesync.provider.errors import Denied
from zonesync.provider.observing_requests import told
from zonesync_gcloud.options import Account

SCOPES = ("https://www.googleapis.com/auth/ndev.clouddns.readwrite",)
# google-auth has types for what it returns, and none for what it takes.
_auth: Any = google.auth
RENEWAL = "token request"
"""What OAuth 2.0 calls it (RFC 6749 section 4.4.2)."""
HINT = "run `gcloud auth application-default login`, or let GOOGLE_APPLICATION_CREDENTIALS name a key file"
_VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS"
_MACHINE = Path("/sys/class/dmi/id/product_name")
_SERVERLESS = ("K_SERVICE", "GAE_ENV")


def look(account: Account) -> Credentials:
    """Say whether there are credentials and where from, without any call."""
    if account.anonymous:
        return Credentials(found=True, source="anonymous: calls go out without credentials")
    if account.credentials_file is not None:
        return _file(account.credentials_file, "credentials_file")
    named = os.environ.get(_VARIABLE)
    if named:
        return _file(Path(named), _VARIABLE)
    well_known = _well_known()
    if well_known.is_file():
        return Credentials(found=True, source="application default credentials of gcloud")
    if any(os.environ.get(variable) for variable in _SERVERLESS) or _on_google():
        return Credentials(found=True, source="the service account of this machine")
    return Credentials(found=False, source=f"none found: {HINT}")


def load(account: Account) -> tuple[GoogleCredentials, str]:
    """Return the credentials and the project to call for.

    Raises :class:`Denied` where no project is known, and the errors of google-auth.
    """
    if account.anonymous:
        return _auth.credentials.AnonymousCredentials(), account.project
    if account.credentials_file is not None:
        with warnings.catch_warnings():
            # It warns of files from strangers; this one is named in the user's own configuration.
            warnings.simplefilter("ignore", DeprecationWarning)
            found, project = _auth.load_credentials_from_file(str(account.credentials_file), scopes=SCOPES)
    else:
        found, project = _auth.default(scopes=SCOPES)
    if not (account.project or project):
        raise Denied("no project is known", hint="set `project`, or GOOGLE_CLOUD_PROJECT")
    return found, account.project or str(project)


def renew(found: GoogleCredentials) -> None:
    """Fetch a token where there is none that is good for a call. Raises the errors of google-auth."""
    if not found.valid:
        credentials: Any = found
        credentials.refresh(Request(told(requests.Session(), RENEWAL)))


def secrets(found: GoogleCredentials) -> tuple[str | None, ...]:
    """Return what must not be shown of credentials; nothing is fetched for this."""
    return tuple(getattr(found, name, None) for name in ("token", "refresh_token", "client_secret"))


def _file(path: Path, source: str) -> Credentials:
    missing = "" if path.is_file() else ", which does not exist"
    return Credentials(found=not missing, source=f"`{path}` by {source}{missing}")


def _well_known() -> Path:
    """Return where `gcloud auth application-default login` puts its file."""
    folder = os.environ.get("CLOUDSDK_CONFIG")
    if not folder and sys.platform == "win32":
        folder = str(Path(os.environ.get("APPDATA", "C:\\")) / "gcloud")
    return (Path(folder) if folder else Path.home() / ".config" / "gcloud") / "application_default_credentials.json"


def _on_google() -> bool:
    try:
        return "Google" in _MACHINE.read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
