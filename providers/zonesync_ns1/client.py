"""The calls to NS1's API: paced by method as the service says, tried again where that is safe, checked for their shape.

https://developer.ibm.com/apis/catalog/ns1--ibm-ns1-connect-api
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import unquote, urlsplit

from zonesync.provider.abilities import Counts
from zonesync.provider.calls import Budget, Calls
from zonesync.provider.errors import ProviderError, Unavailable
from zonesync.provider.limiter import Bucket, shared
from zonesync.provider.masking import masked
from zonesync_ns1.explain import explain
from zonesync_ns1.wire import Wire

_METHODS = ("GET", "PUT", "POST", "DELETE")


class Client:
    """One API key at one endpoint. Every method raises :class:`~zonesync.provider.errors.ProviderError`.

    NS1 has a bucket of calls for each HTTP method, whose size it tells with each answer. *rate* sets calls a second
    over all methods instead; 0 leaves it to the service.
    """

    def __init__(self, key: str, endpoint: str, rate: float, budget: Budget) -> None:
        # The buckets are known by a digest, so that no key is looked up or printed.
        account = hashlib.sha256(f"{endpoint} {key}".encode()).hexdigest()
        self._learns = not rate
        self._buckets = {
            method: shared(f"ns1 {account} {rate or method}", partial(Bucket, rate)) for method in _METHODS
        }
        self._wire = Wire(key, endpoint, self._heard)
        self._calls = Calls(self._buckets["GET"], partial(_explained, key), budget)

    @property
    def counts(self) -> Counts:
        """What was asked so far."""
        return self._calls.counts

    def get(self, path: str) -> Mapping[str, Any]:
        """Return the object at *path*."""
        return self._calls.read(lambda: _object(self._wire.send("GET", path)[0]))

    def pages(self, path: str, check: Callable[[Any], object]) -> Iterator[Any]:
        """Yield the pages at *path*; *check* raises :class:`Unavailable` for one of another shape.

        Raises :class:`Unavailable` where a page points back, or to another place.
        """
        query = ""
        seen = {query}
        while True:
            page, link = self._calls.read(partial(self._page, path + query, check))
            yield page
            if not link:
                return
            query = _query(link, path)
            if query in seen:
                raise Unavailable("a page of the list points back to one that was read; the list cannot be read whole")
            seen.add(query)

    def _page(self, path: str, check: Callable[[Any], object]) -> tuple[Any, str]:
        page, link = self._wire.send("GET", path)
        check(page)
        return page, link

    def put(self, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Create what *body* says, and return it."""
        return self._write("PUT", path, body)

    def post(self, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Change the fields of *body* and no others, and return the whole."""
        return self._write("POST", path, body)

    def _write(self, method: str, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        return self._calls.write(lambda: _object(self._wire.send(method, path, body)[0]), self._buckets[method])

    def delete(self, path: str) -> None:
        """Delete what is at *path*."""
        self._calls.write(lambda: self._wire.send("DELETE", path), self._buckets["DELETE"])

    def _heard(self, method: str, limit: float, period: float, remaining: float) -> None:
        if self._learns and method in self._buckets:
            self._buckets[method].learn(limit, period, remaining)


def _explained(key: str, problem: Exception) -> ProviderError | None:
    """Explain *problem* without the key, which a service or a proxy may quote."""
    explained = explain(problem)
    return explained and masked(explained, [key])


def _object(answer: Any) -> Mapping[str, Any]:
    if not isinstance(answer, dict):
        raise Unavailable(f"an answer that is {shape(answer)}, where an object is due")
    return answer


def shape(answer: object) -> str:
    """Say what *answer* is, for a message."""
    return "empty" if answer is None else f"a JSON {type(answer).__name__}"


def _query(link: str, path: str) -> str:
    parts = urlsplit(link)
    # Only what follows the `?` is taken, so that the key goes nowhere else.
    if not parts.query or not unquote(parts.path).endswith(f"/{unquote(path)}"):
        raise Unavailable(f"the next page is said to be at `{link[:100]}`, which is no page of this list")
    return f"?{parts.query}"
