"""Calls to the API, raw, through the connection of google-cloud-dns: one client a thread, credentials shared.

The library's own zones and RRsets lack routing policies, private zones and filters, and its reader fails on an RRset
with a policy, so it serves for authorization and transport alone.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from google.cloud.dns import Client

from zonesync.provider.abilities import Counts
from zonesync.provider.calls import Budget, Calls, explaining
from zonesync.provider.errors import Denied, NotFound, ProviderError, Unavailable
from zonesync.provider.limiter import Bucket, shared
from zonesync.provider.masking import masked
from zonesync.provider.observing import calling
from zonesync.provider.observing_requests import told
from zonesync_gcloud.credentials import RENEWAL, load, renew, secrets
from zonesync_gcloud.explain import NO_JSON, explain
from zonesync_gcloud.methods import method_of
from zonesync_gcloud.options import BURST, Account

if TYPE_CHECKING:
    from google.auth.credentials import Credentials

Json = Mapping[str, Any]

_TIMEOUT = (10, 60)
"""Seconds to connect, and to wait for an answer."""


class CloudDns:
    """One project's service. Made without any call; credentials are loaded by the first."""

    def __init__(self, account: Account, budget: Budget) -> None:
        self._account = account
        self._budget = budget
        self._local = threading.local()
        self._lock = threading.Lock()
        self._loaded: tuple[Credentials, str] | None = None
        self._made: Calls | None = None

    @property
    def project(self) -> str:
        """The project; empty while only the credentials could tell, and are not loaded yet."""
        return self._account.project or (self._loaded[1] if self._loaded else "")

    @property
    def counts(self) -> Counts:
        """Calls, retries and waits so far."""
        return self._made.counts if self._made else Counts()

    def get(self, path: str, permission: str, query: Mapping[str, str] | None = None, *, fresh: bool = False) -> Json:
        """Return what a GET of *path*, below the project, gives. Raises ProviderError.

        *permission* is what a refusal is for. A *fresh* zone, just created, may not be known everywhere yet: its 404
        is tried again as a failure is.
        """
        calls = self._authorised()
        return self._hinted(lambda: calls.read(lambda: self._send("GET", path, query, None, fresh=fresh)), permission)

    def send(self, method: str, path: str, body: Json | None, permission: str, *, fresh: bool = False) -> Json:
        """Return the answer to a write, sent once unless the service certainly did nothing. Raises ProviderError.

        The answer to a deletion is empty.
        """
        calls = self._authorised()
        return self._hinted(lambda: calls.write(lambda: self._send(method, path, None, body, fresh=fresh)), permission)

    def pages(
        self, path: str, items: str, permission: str, query: Mapping[str, str] | None = None, *, fresh: bool = False
    ) -> Iterator[Json]:
        """Yield the elements *items* of a list, page by page.

        Raises ProviderError; :class:`Unavailable` for a page that is none, or that was there already.
        """
        token: str | None = None
        seen: set[str] = set()
        while True:
            page = self.get(path, permission, {**(query or {}), **({"pageToken": token} if token else {})}, fresh=fresh)
            token = _next(page, items)
            if token in seen:
                raise Unavailable(f"the list changed while it was read: page `{token[:60]}` comes twice")
            if token:
                seen.add(token)
            for item in page.get(items, ()):
                if not isinstance(item, Mapping):
                    raise Unavailable(f"an answer that is no list of {items}")
                yield item
            if not token:
                return

    def _hinted(self, call: Callable[[], Json], permission: str) -> Json:
        try:
            return call()
        except Denied as problem:
            problem.hint = problem.hint or f"the credentials need the permission `{permission}`"
            raise

    def _send(self, method: str, path: str, query: Mapping[str, str] | None, body: Json | None, *, fresh: bool) -> Json:
        connection = self._connection()
        try:
            with calling(method_of(method, path), path=path.strip("/")):
                answer = connection.api_request(
                    method=method,
                    path=f"/projects/{self.project}{path}",
                    query_params=dict(query or {}),
                    data=None if body is None else dict(body),
                    timeout=_TIMEOUT,
                )
        except AttributeError as problem:
            # google-api-core reads the fields of an error that is no object, such as `{"error": "denied"}`.
            raise Unavailable("an error answer of no known form") from problem
        except Exception as problem:
            explained = self._explain(problem)
            if fresh and isinstance(explained, NotFound):
                late = Unavailable(f"the zone was created just now, and is not known everywhere yet: {explained.words}")
                late.sent = False
                raise late from problem
            raise
        if method == "DELETE" and answer == b"":
            return {}
        if not isinstance(answer, Mapping):
            raise Unavailable(NO_JSON)
        return answer

    def _authorised(self) -> Calls:
        """Return what calls, once the credentials are good for a call. Raises Denied, or Unavailable.

        A token is had here, once for all threads, and not within a call: google-auth tries that again itself.
        """
        with explaining(self._explain), self._lock:
            if self._loaded is None:
                self._loaded = load(self._account)
            renew(self._loaded[0])
            if self._made is None:
                key = f"gcloud {self._account.url} {self.project}"
                rate = self._account.rate
                bucket = shared(key, lambda: Bucket(rate, min(BURST, rate - 1)))
                self._made = Calls(bucket, self._explain, self._budget)
            return self._made

    def _explain(self, problem: Exception) -> ProviderError | None:
        explained = explain(problem)
        return explained and masked(explained, secrets(self._loaded[0]) if self._loaded else ())

    def _connection(self) -> Any:
        # A session of requests is not made to be shared by threads.
        if not hasattr(self._local, "client"):
            assert self._loaded is not None, "a call is made once it is authorised"
            credentials, project = self._loaded
            client = Client(
                project=project, credentials=credentials, client_options={"api_endpoint": self._account.url}
            )
            session = client._http  # noqa: SLF001 -- the library has no public way to its session
            told(session)
            # A token that is refused is renewed within the call, over a session of its own.
            told(session._auth_request.session, RENEWAL)  # noqa: SLF001 -- the only way to it
            self._local.client = client
        return self._local.client._connection  # noqa: SLF001 -- the library has no public way to call the API raw


def _next(page: Json, items: str) -> str | None:
    """Return the token of the page after *page*. Raises Unavailable for what is no page."""
    found, token = page.get(items), page.get("nextPageToken")
    if found is None and ("kind" not in page or token):
        raise Unavailable(f"an answer that is no list of {items}")
    if (found is not None and not isinstance(found, list)) or not isinstance(token, str | None):
        raise Unavailable(f"an answer that is no list of {items}")
    return token or None
