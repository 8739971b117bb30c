"""Cloud DNS for the tests of its adapter: the fake on loopback, and providers in front of it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.fakes.gcloud import CloudDnsFake
from zonesync.model.zone import ZoneId
from zonesync.provider.calls import Budget
from zonesync_gcloud import CloudDnsProvider

QUICK = Budget(attempts=3, seconds=20, first_wait=0.001, longest_wait=0.01)
"""Tries again at once."""
ZONE = ZoneId("example.com.")
ELSEWHERE = ("GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "K_SERVICE", "GAE_ENV")


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Take away whatever credentials, project or metadata server this machine has."""
    for variable in (
        "GOOGLE_APPLICATION_CREDENTIALS",
        "GOOGLE_CLOUD_PROJECT",
        "GCLOUD_PROJECT",
        "K_SERVICE",
        "GAE_ENV",
    ):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path_factory.mktemp("gcloud")))


@pytest.fixture
def fake() -> Iterator[CloudDnsFake]:
    """Return Cloud DNS with small pages."""
    with CloudDnsFake(project="acme-dns", page=100) as fake:
        yield fake


@pytest.fixture
def make(fake: CloudDnsFake) -> Callable[..., CloudDnsProvider]:
    """Return what makes providers in front of *fake*."""

    def made(**more: Any) -> CloudDnsProvider:
        usual: dict[str, Any] = {
            "project": "acme-dns",
            "endpoint": fake.url,
            "anonymous": True,
            "rate": 5000,
            "budget": QUICK,
            "sleep": lambda _: None,
        }
        return CloudDnsProvider("google", **{**usual, **more})

    return made


@pytest.fixture
def provider(make: Callable[..., CloudDnsProvider]) -> CloudDnsProvider:
    """Return a provider of public zones."""
    return make()
