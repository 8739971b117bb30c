"""NS1's rate limit: a token bucket per HTTP method, told in four headers on every response."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

METHODS = ("GET", "PUT", "POST", "DELETE")
GENEROUS = (100_000, 300)


@dataclass(slots=True)
class Bucket:
    """*limit* calls in *period* seconds, *limit* at once."""

    limit: int
    period: int
    clock: Callable[[], float]
    tokens: float = field(init=False)
    at: float = field(init=False)

    def __post_init__(self) -> None:
        """Start full."""
        self.tokens = self.limit
        self.at = self.clock()

    def takes(self) -> bool:
        """Take a token if there is one."""
        now = self.clock()
        self.tokens = min(self.limit, self.tokens + (now - self.at) * self.limit / self.period)
        self.at = now
        # A hair of tolerance: the client's clock and the server's are read at two moments.
        if self.tokens < 1 - 1e-6:
            return False
        self.tokens -= 1
        return True

    @property
    def headers(self) -> dict[str, str]:
        """The four headers."""
        return rate_headers(self.limit, self.period, int(self.tokens))


class Buckets:
    """The buckets of one account; *limits* gives ``(calls, seconds)`` for the methods that differ from generous."""

    def __init__(self, limits: Mapping[str, tuple[int, int]], clock: Callable[[], float] = time.monotonic) -> None:
        self._all = {method: Bucket(*limits.get(method, GENEROUS), clock) for method in METHODS}

    def of(self, method: str) -> Bucket:
        """Return the bucket of *method*; methods the API does not have count as GET."""
        return self._all.get(method, self._all["GET"])


def rate_headers(limit: int, period: int, remaining: int) -> dict[str, str]:
    """Return the four headers in the service's spelling."""
    return {
        "X-RateLimit-By": "customer",
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Period": str(period),
        "X-RateLimit-Remaining": str(max(0, remaining)),
    }
