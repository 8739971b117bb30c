"""Calls to Route 53 through boto3: one session, one client, one token bucket, made when the first call is.

The SDK's own retries are off: :class:`~zonesync.provider.calls.Calls` is the one layer that tries again.
"""

import functools
import threading
from collections.abc import Mapping
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
from botocore.loaders import create_loader

from zonesync.provider.abilities import Counts, Credentials
from zonesync.provider.calls import Budget, Calls, explaining
from zonesync.provider.errors import ProviderError
from zonesync.provider.limiter import Bucket, shared
from zonesync.provider.masking import masked
from zonesync_route53.errors import explain, lost
from zonesync_route53.options import Options
from zonesync_route53.watching import watch

SESSION_NAME = "zonesync"
_BURST = 4
_DEFAULT_REGION = "us-east-1"
_CONFIG = Config(
    retries={"total_max_attempts": 1, "mode": "standard"},
    connect_timeout=5,
    read_timeout=30,
    max_pool_connections=32,
    user_agent_extra="zonesync",
)


class Client:
    """One account at Route 53. May be called by several threads."""

    def __init__(self, options: Options, budget: Budget | None = None) -> None:
        self._options = options
        self._budget = budget or options.budget
        self._lock = threading.Lock()
        self._session: botocore.session.Session | None = None
        self._made: tuple[Any, Calls] | None = None

    @property
    def counts(self) -> Counts:
        """What was asked so far."""
        return self._made[1].counts if self._made else Counts()

    def read(self, operation: str, answer: str, **params: Any) -> Mapping[str, Any]:
        """Ask *operation*, whose answer has the member *answer*. Raises ProviderError."""
        client, calls = self._connected()
        return calls.read(lambda: _asked(client, operation, answer, params))

    def write(self, operation: str, answer: str, **params: Any) -> Mapping[str, Any]:
        """Have *operation* done; see :meth:`Calls.write` for what is tried again. Raises ProviderError."""
        client, calls = self._connected()
        return calls.write(lambda: _asked(client, operation, answer, params))

    def credentials(self) -> Credentials:
        """Look for credentials where boto3 does, without asking Route 53 or STS."""
        try:
            with self._lock, explaining(explain):
                source = self._own_session().get_credentials()
        except ProviderError as problem:
            return Credentials(found=False, source=problem.words)
        if source is None:
            return Credentials(found=False, source="none in boto3's usual chain")
        method = source.method
        role = self._options.role_arn
        return Credentials(found=True, source=f"assume-role `{role}` through {method}" if role else method)

    def _connected(self) -> tuple[Any, Calls]:
        with self._lock:
            if self._made is None:
                with explaining(explain):
                    self._made = self._connect()
            return self._made

    def _own_session(self) -> botocore.session.Session:
        if self._session is None:
            self._session = _session(self._options.profile)
        return self._session

    def _connect(self) -> tuple[Any, Calls]:
        options = self._options
        session = self._own_session()
        found = session.get_credentials()
        account = options.role_arn or (found.get_frozen_credentials().access_key if found else "")
        region = options.region or session.get_config_variable("region")
        if options.role_arn and found:
            session = _session(options.profile)
            session.register_component("credential_provider", _Role(self._assume(self._own_session(), found, region)))
        client = boto3.Session(botocore_session=session).client(
            "route53",
            endpoint_url=options.endpoint or None,
            region_name=region or (_DEFAULT_REGION if options.endpoint else None),
            config=_CONFIG,
        )
        bucket = shared(
            f"route53 {options.endpoint or 'aws'} {account}", lambda: Bucket(options.rate, min(_BURST, options.rate))
        )
        credentials = session.get_credentials()
        explaining = functools.partial(_explained, credentials)
        return client, Calls(bucket, explaining, self._budget)

    def _assume(
        self, session: botocore.session.Session, source: Any, region: str | None
    ) -> DeferredRefreshableCredentials:
        extra = {"RoleSessionName": SESSION_NAME}
        if self._options.external_id:
            extra["ExternalId"] = self._options.external_id
        creator = functools.partial(session.create_client, region_name=region or _DEFAULT_REGION, config=_CONFIG)
        fetcher = AssumeRoleCredentialFetcher(creator, source, self._options.role_arn, extra_args=extra)
        return DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")


def _session(profile: str) -> botocore.session.Session:
    """Return a session, which looks for credentials as boto3 does."""
    session = botocore.session.Session(profile=profile or None)
    session.register_component("data_loader", _loader())
    watch(session)
    return session


@functools.cache
def _loader() -> Any:
    """Return the reader of the SDK's service models, which keeps what it has read: each account needs the same."""
    return create_loader()


class _Role:
    """Where a session gets the credentials of the role from, instead of the usual chain."""

    def __init__(self, credentials: DeferredRefreshableCredentials) -> None:
        self._credentials = credentials

    def load_credentials(self) -> DeferredRefreshableCredentials:
        """Return them; STS is asked when the first request is signed."""
        return self._credentials


def _asked(client: Any, operation: str, answer: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
    response: Mapping[str, Any] = getattr(client, operation)(**params)
    # An empty body, and any XML that is somebody else's, parse to a good answer that lacks everything.
    if answer and answer not in response:
        raise lost(operation)
    return response


def _explained(credentials: Any, problem: Exception) -> ProviderError | None:
    explained = explain(problem)
    return explained and masked(explained, _secrets(credentials))


def _secrets(credentials: Any) -> tuple[str | None, ...]:
    """Return what must not be shown, of credentials that are there already: none are fetched for this."""
    # Refreshable ones have them in here, and would fetch new ones if asked by the front door.
    known = getattr(credentials, "_frozen_credentials", credentials)
    return () if known is None else (known.secret_key, known.token)
