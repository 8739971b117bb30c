"""How a bucket is reached: credentials, endpoint, and how long an answer is waited for."""

from datetime import timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal

from obstore.exceptions import BaseError
from obstore.store import AzureStore, GCSStore, S3Store

from zonesync.load.state import State
from zonesync.run.store.contract import StoreError

if TYPE_CHECKING:
    from obstore.store import ClientConfig, GCSCredential, GCSCredentialProvider, RetryConfig, S3CredentialProvider

VersionKey = Literal["e_tag", "version"]
Bucket = S3Store | GCSStore | AzureStore

CONNECT_SECONDS = 5
ANSWER_SECONDS = 15
"""For one request and its answer. An audit object of a large run has some MB."""
RETRY_SECONDS = 20
"""After so long a request that failed is not sent again: so no call takes longer than this and one answer more."""
MAX_RETRIES = 6

_RETRY: "RetryConfig" = {
    "max_retries": MAX_RETRIES,
    "retry_timeout": timedelta(seconds=RETRY_SECONDS),
    "backoff": {"init_backoff": timedelta(milliseconds=100), "max_backoff": timedelta(seconds=5), "base": 2},
}
# botocore renews temporary credentials when 10 minutes are left, and obstore asks again when 5 are: what it was given
# must not be said to last longer than that.
_CREDENTIALS_LAST = timedelta(minutes=9)


def connect(state: State) -> Bucket:
    """Return the bucket that *state* names; no request is made yet, but for credentials that a library looks up itself.

    ``s3://``: boto3's usual chain where boto3 is installed (environment, profile, web identity, container, instance),
    else what obstore reads: AWS_ACCESS_KEY_ID and its neighbours, web identity, container and instance.
    ``gs://``: google.auth's application default credentials where google-auth is installed, else GOOGLE_SERVICE_ACCOUNT
    and its neighbours. To an ``endpoint`` over plain HTTP, which is an emulator, no token of Google's is ever sent.
    ``az://``: AZURE_STORAGE_ACCOUNT_NAME with AZURE_STORAGE_ACCOUNT_KEY, a SAS token, a service principal, workload
    identity or managed identity, as obstore reads them.

    Plain HTTP is spoken to an ``endpoint`` that says so, and else refused. Raises :class:`StoreError`.
    """
    try:
        if state.scheme == "s3":
            return _s3(state)
        return _gs(state) if state.scheme == "gs" else _az(state)
    except (BaseError, ValueError) as problem:
        words = f"cannot use the state {state.url}: its credentials or settings are not usable"
        raise StoreError(f"{words}; {_ADVICE[state.scheme]}") from problem


def version_key(state: State) -> VersionKey:
    """Return what tells versions apart: a generation at Cloud Storage, an ETag elsewhere."""
    return "version" if state.scheme == "gs" else "e_tag"


_ADVICE = {
    "s3": "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    "gs": "set GOOGLE_APPLICATION_CREDENTIALS, or run `gcloud auth application-default login`",
    "az": "set AZURE_STORAGE_ACCOUNT_NAME, and AZURE_STORAGE_ACCOUNT_KEY or another credential",
}


def _client(state: State) -> "ClientConfig":
    return {
        "allow_http": state.endpoint.startswith("http://"),
        "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
        "timeout": timedelta(seconds=ANSWER_SECONDS),
    }


def _s3(state: State) -> S3Store:
    settings: dict[str, str] = {}
    if state.endpoint:
        settings["endpoint"] = state.endpoint
    if state.region:
        settings["region"] = state.region
    return S3Store(
        state.bucket,
        prefix=state.prefix or None,
        client_options=_client(state),
        retry_config=_RETRY,
        credential_provider=_of_boto3(state) if _is_installed("boto3") else None,
        **settings,  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] -- keys are given only where they are set
    )


def _of_boto3(state: State) -> "S3CredentialProvider":
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415 -- slow, and optional
    from obstore.auth.boto3 import Boto3CredentialProvider  # noqa: PLC0415 -- as above

    try:
        return Boto3CredentialProvider(ttl=_CREDENTIALS_LAST)
    except (BotoCoreError, ValueError) as problem:
        words = f"no credentials for the state {state.url} were found"
        raise StoreError(f"{words}: {_ADVICE['s3']}") from problem


def _gs(state: State) -> GCSStore:
    provider: GCSCredentialProvider | None = None
    if state.endpoint.startswith("http://"):
        provider = _nobody
    elif _is_installed("google.auth") and _is_installed("requests"):
        provider = _of_google(state)
    settings = {"base_url": state.endpoint} if state.endpoint else {}
    return GCSStore(
        state.bucket,
        prefix=state.prefix or None,
        client_options=_client(state),
        retry_config=_RETRY,
        credential_provider=provider,
        **settings,  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] -- as above
    )


def _nobody() -> "GCSCredential":
    return {"token": "anonymous", "expires_at": None}


def _of_google(state: State) -> "GCSCredentialProvider":
    from google.auth.exceptions import GoogleAuthError  # noqa: PLC0415 -- slow, and optional
    from obstore.auth.google import GoogleCredentialProvider  # noqa: PLC0415 -- as above

    try:
        return GoogleCredentialProvider()
    except GoogleAuthError as problem:
        words = f"no credentials for the state {state.url} were found"
        raise StoreError(f"{words}: {_ADVICE['gs']}") from problem


def _az(state: State) -> AzureStore:
    settings = {"endpoint": state.endpoint} if state.endpoint else {}
    return AzureStore(
        state.bucket,
        prefix=state.prefix or None,
        client_options=_client(state),
        retry_config=_RETRY,
        **settings,  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] -- as above
    )


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # of the package around it
        return False
