"""Credentials, permissions and quotas: found, named, counted, and never shown."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.fakes.gcloud import CloudDnsFake
from tests.fakes.kit import Answer, FakeService, Request
from tests.gcloud.support import ZONE, apply, created, read, rrset
from zonesync.provider.contract import Outcome
from zonesync.provider.errors import Denied, Unavailable
from zonesync_gcloud import CloudDnsProvider

Make = Callable[..., CloudDnsProvider]
TOKEN = "token-that-nobody-may-see"


class Tokens(FakeService):
    """Google's token endpoint."""

    token = TOKEN

    def handle(self, request: Request) -> Answer:
        assert "assertion" in parse_qs(request.body.decode())
        return Answer.of({"access_token": self.token, "expires_in": 3600, "token_type": "Bearer"})


@pytest.fixture
def tokens() -> Iterator[Tokens]:
    with Tokens() as service:
        yield service


@pytest.fixture(scope="module")
def private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture
def key_file(tmp_path: Path, tokens: Tokens, private_key: str) -> Path:
    """Return a service account's key, whose tokens come from *tokens*."""
    told = {
        "type": "service_account",
        "project_id": "acme-dns",
        "private_key_id": "1",
        "private_key": private_key,
        "client_email": "dns@acme-dns.iam.gserviceaccount.com",
        "token_uri": f"{tokens.url}/token",
    }
    file = tmp_path / "key.json"
    file.write_text(json.dumps(told))
    return file


def test_a_key_file_brings_credentials_and_project(make: Make, fake: CloudDnsFake, tokens: Tokens, key_file: Path):
    fake.token = TOKEN
    fake.create_zone("example.com.", name="example-com")
    provider = make(anonymous=False, project=None, root=key_file.parent, credentials_file=key_file.name)
    assert apply(provider, created(rrset("www", "A", "192.0.2.1")))[0].outcome is Outcome.APPLIED
    assert provider.target(ZONE).startswith(f"gcloud:{fake.url}/acme-dns/example-com#")
    assert len(tokens.log) == 1, "one token serves all calls"
    assert TOKEN not in repr(provider.credentials()) + provider.target(ZONE)


def test_the_default_credentials_are_those_of_the_environment(
    make: Make, fake: CloudDnsFake, key_file: Path, monkeypatch: pytest.MonkeyPatch
):
    fake.token = TOKEN
    fake.create_zone("example.com.")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(key_file))
    assert read(make(anonymous=False)).rrsets


def test_an_expired_token_is_renewed_once_and_then_denied(
    make: Make, fake: CloudDnsFake, tokens: Tokens, key_file: Path
):
    fake.token = "another"
    provider = make(anonymous=False, credentials_file=str(key_file))
    with pytest.raises(Denied, match="invalid authentication credentials") as raised:
        provider.read(ZONE)
    assert TOKEN not in f"{raised.value}{raised.value.hint}"
    assert len(tokens.log) >= 2


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (
            400,
            {"error": "invalid_grant", "error_description": "Invalid JWT Signature."},
            Denied,
            "Invalid JWT Signature",
        ),
        (400, {"error": "invalid_grant", "error_description": "account not found"}, Denied, "account not found"),
        (503, {"error": "unavailable"}, Unavailable, "no token could be had"),
    ],
)
def test_a_token_that_is_refused_is_denied_and_one_that_is_late_is_unavailable(
    make: Make,
    tokens: Tokens,
    key_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    body: dict[str, str],
    kind: type[Exception],
    words: str,
):
    monkeypatch.setattr("time.sleep", lambda _: None)
    tokens.fail(times=1000, answer=Answer.of(body, status))
    with pytest.raises(kind, match=words):
        make(anonymous=False, credentials_file=str(key_file)).read(ZONE)
    assert len(tokens.log) <= 3, "google-auth tries again itself, and nobody does so around it"


@pytest.mark.parametrize("content", ["", "no json", "{}", '{"type": "service_account"}', '{"type": "unheard_of"}'])
def test_a_key_file_that_is_none_is_denied_without_its_content(make: Make, tmp_path: Path, content: str):
    (tmp_path / "key.json").write_text(content)
    with pytest.raises(Denied):
        make(anonymous=False, credentials_file=str(tmp_path / "key.json")).read(ZONE)


def test_anonymous_calls_carry_no_credentials_and_look_for_none(
    make: Make, fake: CloudDnsFake, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere")
    monkeypatch.setattr("google.auth.default", lambda **_: pytest.fail("credentials were looked for"))
    fake.create_zone("example.com.")
    assert read(make()).rrsets
    assert not [entry for entry in fake.log if "authorization" in entry.request.headers]


def test_where_credentials_come_from_is_told_without_a_call(
    make: Make, fake: CloudDnsFake, key_file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    assert make().credentials().source.startswith("anonymous")
    monkeypatch.setattr("zonesync_gcloud.credentials._MACHINE", tmp_path / "none")
    provider = make(anonymous=False)
    assert (provider.credentials().found, "gcloud auth" in provider.credentials().source) == (False, True)
    monkeypatch.setenv("K_SERVICE", "runs-there")
    assert provider.credentials().source == "the service account of this machine"
    (tmp_path / "config").mkdir()
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path / "config"))
    (tmp_path / "config" / "application_default_credentials.json").write_text("{}")
    assert provider.credentials().source == "application default credentials of gcloud"
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(key_file))
    assert provider.credentials().source == f"`{key_file}` by GOOGLE_APPLICATION_CREDENTIALS"
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere")
    assert (provider.credentials().found, "does not exist" in provider.credentials().source) == (False, True)
    assert not fake.log


def test_a_machine_of_google_has_credentials(make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "product_name").write_text("Google Compute Engine\n")
    monkeypatch.setattr("zonesync_gcloud.credentials._MACHINE", tmp_path / "product_name")
    assert make(anonymous=False).credentials().found


def test_the_permissions_named_are_those_that_suffice(make: Make, fake: CloudDnsFake):
    named = make().permissions
    fake.create_zone("example.com.", name="example-com")
    fake.deny = _all_but(fake, named.plan)
    provider = make()
    live = read(provider)
    list(provider.zones())
    with pytest.raises(Denied):
        apply(provider, created(rrset("www", "A", "192.0.2.1")), live)
    fake.deny = _all_but(fake, (*named.plan, *named.apply))
    (receipt,) = apply(provider, created(rrset("www", "A", "192.0.2.1")), live)
    provider.wait([receipt])
    assert receipt.outcome is Outcome.APPLIED
    assert not set(named.plan) & set(named.apply)


def test_a_deletion_needs_its_own_permission_and_no_more(make: Make, fake: CloudDnsFake):
    provider = make()
    named = provider.permissions
    fake.create_zone("example.com.", name="example-com")
    live = read(provider)
    fake.deny = _all_but(fake, (*named.plan, *named.apply))
    with pytest.raises(Denied) as raised:
        provider.delete(live)
    assert raised.value.hint == "the credentials need the permission `dns.managedZones.delete`"
    assert read(provider) == live
    fake.deny = _all_but(fake, (*named.plan, *named.delete))
    assert provider.delete(live).outcome is Outcome.APPLIED
    assert provider.read(live.id) is None


def _all_but(fake: CloudDnsFake, granted: tuple[str, ...]) -> set[str]:
    from tests.fakes.gcloud_routes import methods

    known = {method.id for method in methods()} | {"resourceRecordSets.update", "managedZones.update"}
    return {f"{permission}" for permission in known if f"dns.{permission}" not in granted}


def test_quotas_are_the_services_own_numbers_and_zones_are_counted(make: Make, fake: CloudDnsFake):
    fake.create_zone("example.com.")
    fake.create_zone("example.net.", visibility="private", networks=["prod"])
    quotas = {quota.name: quota for quota in make().quotas()}
    assert (quotas["managedZones"].limit, quotas["managedZones"].used) == (10_000, 2)
    assert (quotas["rrsetAdditionsPerChange"].limit, quotas["rrsetAdditionsPerChange"].used) == (1000, None)
    assert "kind" not in quotas
