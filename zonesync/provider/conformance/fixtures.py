"""The fixtures that an adapter's test class overrides."""

from collections.abc import Callable
from typing import Protocol

import pytest

from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.contract import Provider

ForeignEdit = Callable[[ZoneId, Key, RRset | None], None]
"""Puts an RRset in, or takes it away, as somebody else would: past the provider object that is tested."""


class FaultControl(Protocol):
    """Orders what goes wrong at the next call. What comes after that goes well again.

    Deleting a zone is a write, too.
    """

    def lose_call(self) -> None:
        """Let the next write fail before it takes effect."""

    def lose_answer(self) -> None:
        """Let the next write take effect, and its answer be lost."""

    def cut_list(self) -> None:
        """Let the next read end early, and its repetitions, too."""


class Fixtures:
    """What the tests are given."""

    @pytest.fixture
    def provider(self) -> Provider:
        """Return a fresh provider. To be overridden."""
        raise NotImplementedError("override the fixture `provider`")

    @pytest.fixture
    def zone(self) -> ZoneId:
        """Return a zone that the provider does not host."""
        return ZoneId("conformance.example.")

    @pytest.fixture
    def other_zone(self) -> ZoneId:
        """Return another one."""
        return ZoneId("other-conformance.example.")

    @pytest.fixture
    def faults(self, provider: Provider) -> FaultControl:
        """Return the control of *provider*'s faults."""
        pytest.skip(f"no faults can be ordered from `{provider.name}`: its test class has no fixture `faults`")

    @pytest.fixture
    def secrets(self) -> tuple[str, ...]:
        """Return the credentials that *provider* was given, to be looked for where they must not be."""
        return ()

    @pytest.fixture
    def foreign_edit(self, provider: Provider) -> ForeignEdit:
        """Return what makes somebody else's change at the service."""
        pytest.skip(f"nobody else can edit at `{provider.name}`: its test class has no fixture `foreign_edit`")

    @pytest.fixture
    def many(self) -> int:
        """Return how many RRsets a large zone has; ``make stress`` may want 5,000."""
        return 1500

    @pytest.fixture
    def private_networks(self) -> tuple[str, ...]:
        """Return three networks that exist, for a provider of private zones."""
        return ()
