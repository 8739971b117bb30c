"""NS1 for the tests of its adapter: the fake on loopback, and a provider in front of it."""

import secrets
from collections.abc import Iterator

import pytest

from tests.fakes.ns1 import Ns1Fake
from tests.ns1.support import CHANGES, WRITTEN, hosted
from zonesync.provider.calls import Budget
from zonesync_ns1 import Ns1Provider

QUICK = Budget(attempts=3, seconds=20, first_wait=0.001, longest_wait=0.01)
"""Tries again at once."""


@pytest.fixture
def api_key() -> str:
    """Return an API key that is found wherever it leaks."""
    return secrets.token_hex(16)


@pytest.fixture
def fake(api_key: str) -> Iterator[Ns1Fake]:
    """Return NS1 with small pages."""
    with Ns1Fake(key=api_key, page=100) as fake:
        yield fake


@pytest.fixture
def provider(fake: Ns1Fake, api_key: str) -> Ns1Provider:
    """Return a provider in front of *fake*."""
    return Ns1Provider("ns1", api_key=api_key, endpoint=fake.url, budget=QUICK)


@pytest.fixture(params=CHANGES)
def change(request):
    """Return a change at www, of each kind."""
    return CHANGES[request.param]


@pytest.fixture
def method(change):
    """Return the HTTP method that carries *change* out."""
    return next(WRITTEN[name] for name, one in CHANGES.items() if one is change)


@pytest.fixture
def live(provider, change):
    """Return the zone with what *change* is based on."""
    return hosted(provider, *([change.before] if change.before else []))
