"""What can go wrong at a provider, as one tree.

ProviderError
+-- NotFound       the zone or RRset is not there
+-- Denied         credentials lack, or do not suffice
+-- Throttled      too many calls; carries the server's Retry-After
+-- Conflict       live data is no longer what the change was based on
+-- Rejected       the provider understood and refuses
+-- Unavailable    no answer, or an answer that cannot be trusted: unread, truncated, unreadable
"""

import contextlib
from collections.abc import Iterator

from zonesync.model.rrset import Key
from zonesync.model.zone import ZoneId
from zonesync.provider.observing import about


class ProviderError(Exception):
    """A provider could not do what was asked. Says which provider, zone and RRset, in the provider's own words."""

    def __init__(
        self, words: str, *, provider: str = "", zone: str = "", key: Key | None = None, hint: str = ""
    ) -> None:
        super().__init__(words)
        self.words = words
        self.provider = provider
        self.zone = zone
        self.key = key
        self.hint = hint
        """What to do next, when known."""

    def __str__(self) -> str:
        subject = " ".join(
            filter(None, (self.provider, self.zone, f"{self.key.name} {self.key.type}" if self.key else ""))
        )
        return f"{subject}: {self.words}" if subject else self.words


class NotFound(ProviderError):
    """The zone or RRset is not there."""


class Denied(ProviderError):
    """Credentials lack, or do not suffice."""


class Throttled(ProviderError):
    """Too many calls."""

    retry_after: float | None = None
    """Seconds that the server asks to wait."""


class Conflict(ProviderError):
    """Live data is no longer what the change was based on."""


class Rejected(ProviderError):
    """The provider understood, and refuses."""


class Unavailable(ProviderError):
    """No answer, or one that cannot be trusted. Never to be read as an empty zone."""

    retry_after: float | None = None
    """Seconds that the server asks to wait, if it said so."""
    sent: bool = True
    """Whether the request may have reached the service, so that a write may have taken effect."""


@contextlib.contextmanager
def named(provider: str, zone: ZoneId | None = None) -> Iterator[None]:
    """Say in every :class:`ProviderError` that goes through whose it is, and of every request made meanwhile."""
    with about(provider, str(zone or "")):
        try:
            yield
        except ProviderError as problem:
            problem.provider = provider
            problem.zone = str(zone or "")
            raise
