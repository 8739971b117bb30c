"""Projects whose providers are the hosted services, each played by a strict fake behind its real SDK."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.conftest import Outcome
from tests.fakes.gcloud import CloudDnsFake
from tests.fakes.ns1 import Ns1Fake
from tests.fakes.route53 import Route53Fake
from tests.support.credentials import CREDENTIALS
from zonesync import cli

KEY = CREDENTIALS["NS1_APIKEY"]
BIND_HOSTS = ["ns1.bind.example.net.", "ns2.bind.example.net."]


@pytest.fixture
def route53():
    with Route53Fake(seed=7) as fake:
        yield fake


@pytest.fixture
def gcloud():
    with CloudDnsFake(project="acme") as fake:
        yield fake


@pytest.fixture
def ns1():
    with Ns1Fake(key=KEY) as fake:
        yield fake


def settings_of(kind: str, fake: Any) -> dict[str, Any]:
    """Return what the configuration says of a provider of *kind*."""
    if kind == "route53":
        return {"type": "route53", "endpoint": fake.url, "rate": "1000"}
    if kind == "gcloud":
        return {"type": "gcloud", "project": "acme", "endpoint": fake.url, "anonymous": "true", "rate": "1000"}
    if kind == "ns1":
        return {"type": "ns1", "endpoint": fake.url}
    return {"type": "bind", "directory": "build/bind", "nameservers": BIND_HOSTS}


@dataclass
class Folder:
    """A project on disk, and the command line called on it."""

    root: Path
    capsys: pytest.CaptureFixture[str]

    def configure(self, providers: dict[str, dict[str, Any]], **more: Any) -> None:
        """Write the configuration."""
        data = {"defaults": {"providers": list(providers)}, "providers": providers, **more}
        (self.root / "zonesync.yaml").write_text(yaml.safe_dump(data, sort_keys=False))
        (self.root / "zones").mkdir(exist_ok=True)

    def zone(self, records: dict[str, Any], name: str = "example.com", **more: Any) -> None:
        """Write a zone file."""
        data = {"zone": name, **more, "records": records}
        (self.root / "zones" / f"{name}.yaml").write_text(yaml.safe_dump(data, sort_keys=False))

    def run(self, *arguments: object, code: int | None = None) -> Outcome:
        """Run a command as `main` does."""
        self.capsys.readouterr()
        found = cli.run(["--chdir", str(self.root), *map(str, arguments)])
        out, err = self.capsys.readouterr()
        assert code is None or found == code, f"exit code {found}, not {code}\n{out}\n{err}"
        return Outcome(found, out, err)


@pytest.fixture
def folder(tmp_path, capsys, monkeypatch) -> Folder:
    for name in ("CI", "NO_COLOR", "GITHUB_ACTIONS", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return Folder(tmp_path, capsys)


@pytest.fixture
def service(request: pytest.FixtureRequest) -> Callable[[str], Any]:
    """Start the fake of a kind by name, once each test."""
    return request.getfixturevalue


@pytest.fixture(scope="session")
def rsa_key() -> str:
    """Return a private key for a service account, a short one: a long one takes longer to load than a whole plan."""
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture
def begin(folder, rsa_key, monkeypatch):
    """Start services that ask for credentials; what is tried again is so at once."""
    from google.auth.credentials import CredentialsWithRegionalAccessBoundary as Regional

    from tests.hosted import services
    from zonesync.provider.calls import Budget

    monkeypatch.setattr(Budget.__init__, "__defaults__", (8, 120.0, 0.001, 0.004))
    # It asks Google in the background, wherever the service itself is.
    monkeypatch.setattr(Regional, "_maybe_start_regional_access_boundary_refresh", lambda *_: None)
    with ExitStack() as stack:
        yield lambda kind, **more: services.start(kind, folder.root, rsa_key, stack.enter_context, **more)
