"""A service that quotes the credentials back: no word of them is shown, recorded or saved."""

import base64
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.fakes.kit import Answer
from tests.hosted.services import (
    AWS_SECRET,
    AWS_TOKEN,
    FOREVER,
    GOOGLE_TOKEN,
    KINDS,
    NS1_KEY,
    STANDING,
    WANTED,
    Service,
    flat,
    records,
)
from tests.support.credentials import INPUTS, found_in

SECRETS = {"route53": f"{AWS_SECRET} and {AWS_TOKEN}", "gcloud": GOOGLE_TOKEN, "ns1": NS1_KEY}


@pytest.fixture(params=KINDS)
def service(request, begin, folder):
    """A service with a zone, of which the file wants three changes."""
    service = begin(request.param)
    folder.configure({service.kind: service.settings})
    folder.zone(STANDING, nameservers="unmanaged")
    folder.run("apply", "--yes", code=0)
    folder.zone(WANTED, nameservers="unmanaged")
    return service


def left(folder) -> Iterator[Path]:
    """Yield every file that zonesync has left."""
    yield from (path for path in folder.root.rglob("*") if path.is_file() and path.name not in INPUTS)


def holds_secret(folder, *outcomes) -> None:
    """Hold that nothing shown and no file left has a credential, and that it was starred out where it stood."""
    assert any("***" in flat(one.out + one.err) for one in outcomes), "the words were shown, and starred"
    for one in outcomes:
        assert not found_in(one.out + one.err)
        assert "Traceback" not in one.out + one.err
    files = list(left(folder))
    assert files
    for path in files:
        assert not found_in(path.read_bytes()), path


def quoting(service: Service) -> Mapping[str, Answer]:
    """Return answers, each with the credentials in it."""
    words = f"what you sent was signed with {SECRETS[service.kind]} so there"
    return {
        "refused": service.refusal(words),
        "denied": service.denial(words),
        "failed": service.failure(words),
        "throttled": service.throttle(words),
    }


HOW = ["refused", "denied", "failed", "throttled"]


def test_the_credentials_of_this_run_are_what_the_services_ask_for(service: Service, folder, monkeypatch):
    log = [entry.request.headers for entry in service.fake.log]
    if service.kind == "route53":
        assert {one["x-amz-security-token"] for one in log} == {AWS_TOKEN}
    else:
        name, value = service.pick(
            gcloud=("authorization", f"Bearer {GOOGLE_TOKEN}"), ns1=("x-nsone-key", NS1_KEY), route53=None
        )
        assert {one[name] for one in log} == {value}
    assert {entry.status for entry in service.fake.log} <= {200, 201, 404}


@pytest.mark.parametrize("how", HOW)
def test_credentials_in_the_answer_to_a_write_are_starred_wherever_it_is_told(service: Service, folder, how):
    service.fake.fail(**service.writing(), times=FOREVER, answer=quoting(service)[how])
    saved = folder.run("plan", "--out", "plan.json", code=0)
    apply = folder.run("apply", "plan.json")
    assert apply.code in {1, 3}
    audit = folder.run("audit", "log", code=0)
    assert "what you sent was signed with" in flat(audit.out)
    holds_secret(folder, saved, apply, audit, folder.run("audit", "log", "--format", "json"))


@pytest.mark.parametrize("how", HOW)
def test_credentials_in_the_answer_to_a_read_are_starred_wherever_it_is_told(service: Service, folder, how):
    service.fake.fail(**service.listing(), times=FOREVER, answer=quoting(service)[how])
    runs = [
        folder.run("plan", "--out", "plan.json", code=1),
        folder.run("plan", "--format", "json", code=1),
        folder.run("drift", code=1),
        folder.run("drift", "--format", "json", code=1),
        folder.run("apply", "--yes", code=1),
        folder.run("export", "example.com", "--from", service.kind, code=1),
    ]
    holds_secret(folder, *runs)
    assert "***" in json.loads((folder.root / "plan.json").read_text())["unread"][0]["words"]


@pytest.mark.parametrize("how", HOW)
def test_credentials_in_the_answer_to_a_check_are_starred(service: Service, folder, how):
    service.fake.fail(times=FOREVER, answer=quoting(service)[how])
    runs = [folder.run(*words, code=1) for words in (["providers"], ["providers", "check"])]
    runs += [folder.run(*words, "--format", "json", code=1) for words in (["providers"], ["providers", "check"])]
    holds_secret(folder, *runs)


@pytest.mark.parametrize("spell", [quote, lambda text: base64.b64encode(text.encode()).decode()], ids=["url", "base64"])
def test_credentials_that_come_back_spelled_otherwise_are_starred(service: Service, folder, spell):
    secret = SECRETS[service.kind].split()[0]
    service.fake.fail(**service.listing(), times=FOREVER, answer=service.denial(f"not with {spell(secret)} you do not"))
    holds_secret(folder, folder.run("plan", code=1))


def test_a_lost_answer_that_quotes_credentials_is_found_out_without_telling_them(service: Service, folder):
    service.fake.fail(**service.writing(), answer_after=quoting(service)["failed"])
    apply = folder.run("apply", "--yes", code=0)
    assert service.live() == records(WANTED)
    for path in left(folder):
        assert not found_in(path.read_bytes()), path
    assert not found_in(apply.out + apply.err)


@pytest.mark.parametrize("how", ["failed", "denied"])
def test_a_creation_whose_answer_quotes_credentials_does_not_tell_them(begin, folder, how):
    for kind in KINDS:
        service = begin(kind)
        folder.configure({kind: service.settings})
        folder.zone(STANDING, nameservers="unmanaged")
        service.fake.fail(method=service.writes, times=FOREVER, answer=quoting(service)[how])
        holds_secret(folder, folder.run("apply", "--yes"), folder.run("audit", "log"))


def test_a_key_in_the_configuration_is_starred_as_one_of_the_environment(begin, folder, monkeypatch):
    service = begin("ns1")
    monkeypatch.delenv("NS1_APIKEY")
    for value in (NS1_KEY, "${THE_KEY}"):
        monkeypatch.setenv("THE_KEY", NS1_KEY)
        folder.configure({"ns1": service.settings | {"api_key": value}})
        folder.zone(STANDING, nameservers="unmanaged")
        fault = service.fake.fail(times=FOREVER, answer=quoting(service)["denied"])
        holds_secret(folder, folder.run("plan", "--out", "plan.json", code=1), folder.run("providers", code=1))
        fault.times = 0
        folder.run("plan", "--out", "plan.json", code=0)
        assert not found_in((folder.root / "plan.json").read_bytes())


def test_the_secret_of_an_assumed_role_is_starred_too(begin, folder):
    service = begin("route53", roles={"arn:aws:iam::123456789012:role/dns": None})
    folder.configure({"route53": service.settings | {"role_arn": "arn:aws:iam::123456789012:role/dns"}})
    folder.zone(STANDING, nameservers="unmanaged")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_STS", service.fake.url)
        folder.run("apply", "--yes", code=0)
        # Each run of the command assumes the role anew; one session is of the test itself.
        words = "signed with secret-of-role-3 and token-of-role-3 and what not"
        service.fake.fail(method="GET", path="rrset", times=FOREVER, answer=service.denial(words))
        shown = folder.run("plan", code=1)
    assert "signed with *** and *** and what not" in flat(shown.err)


def test_the_state_of_an_apply_that_went_well_holds_no_credential(service: Service, folder):
    folder.run("plan", "--out", "plan.json", code=0)
    folder.run("apply", "plan.json", code=0)
    names = {path.name for path in left(folder)}
    assert "plan.json" in names
    assert any((folder.root / ".zonesync").rglob("*"))
    for path in left(folder):
        assert not found_in(path.read_bytes()), path
    digests = json.loads((folder.root / "plan.json").read_text())["targets"]
    assert not found_in(json.dumps(digests))
