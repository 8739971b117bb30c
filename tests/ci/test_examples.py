"""Each file that is there to be copied, copied: with the service that it is for, and what that lets each job do."""

import re
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

import pytest

from tests.ci.forge import RunningFake
from tests.ci.places import TREE, Place, configuration
from tests.ci.runner.runner import Runner
from tests.ci.runner.uses import FailedError
from tests.ci.world import World
from tests.fakes.gcloud import CloudDnsFake
from tests.fakes.ns1 import Ns1Fake
from tests.fakes.route53 import Route53Fake

ZONE = "zone: example.com\nrecords:\n  www: {A: 192.0.2.10}\n"
ROLES = {
    "arn:aws:iam::123456789012:role/zonesync-plan": (
        "AKIAPLAN",
        (
            "repo:acme/dns:pull_request",
            "repo:acme/dns:ref:refs/heads/main",
            "repo:acme/dns:ref:refs/heads/gh-readonly-queue/main/*",
        ),
    ),
    "arn:aws:iam::123456789012:role/zonesync-apply": ("AKIAAPPLY", ("repo:acme/dns:environment:zonesync-apply",)),
}
"""The key of each role, and whom it trusts, as docs/ci.md says."""

pytestmark = pytest.mark.source
ACCOUNTS = {
    who.replace("arn:aws:iam::123456789012:role/", "") + "@acme-dns.iam.gserviceaccount.com": told
    for who, told in ROLES.items()
}
"""The same for Google's accounts; who acts as them has no key, and the token here is a name."""
READ, WRITE = "the-key-that-reads", "the-key-that-writes"


@dataclass
class Cloud:
    """Believes GitHub, as far as its trust policies go; hands out *variables* with a key in them."""

    known: dict
    variables: dict
    assumed: list = field(default_factory=list)

    def assume(self, who, subject):
        key, trusted = self.known[who]
        if not any(fnmatchcase(subject, pattern) for pattern in trusted):
            raise FailedError(f"Not authorized to perform sts:AssumeRoleWithWebIdentity: {subject}")
        self.assumed.append((re.split("[/@]", who)[who.startswith("arn")], subject))
        return {name: value.format(key=key) for name, value in self.variables.items()}


class TwoKeys(Ns1Fake):
    """NS1 with a key that may read, and one that may write."""

    def handle(self, request):
        if request.headers.get("x-nsone-key") == READ and request.method == "GET":
            request = replace(request, headers={**request.headers, "x-nsone-key": WRITE})
        return super().handle(request)


def copied(folder, forge, name, provider, **runner):
    """Return a team that has copied the file *name*, with one zone at *provider*."""
    files = {
        "zones/example.com.yaml": ZONE,
        ".github/workflows/zonesync.yml": (TREE / "examples" / "github" / f"{name}.yml").read_text(),
    }
    place = Place.made(folder, files, configuration(folder, provider), zones={})
    (folder / "runner").mkdir()
    return World(place.repository, forge, Runner(folder / "runner", place.repository.folder, forge, **runner))


def keys_of(service, method):
    """Return the keys with which Route 53 was asked by *method*."""
    return {
        re.search(r"Credential=(\w+)/", request.headers["authorization"])[1]
        for request in service.requests(method=method)
    }


@pytest.fixture
def forge():
    with RunningFake() as running:
        yield running


def test_the_file_for_route_53_plans_with_one_role_and_applies_with_the_other(tmp_path, forge):
    aws = Cloud(
        ROLES, {"AWS_ACCESS_KEY_ID": "{key}", "AWS_SECRET_ACCESS_KEY": "secret-of-{key}", "AWS_REGION": "us-east-1"}
    )
    with Route53Fake(credentials={key: f"secret-of-{key}" for key, _ in ROLES.values()}) as service:
        provider = f"aws: {{{{type: route53, endpoint: '{service.url}'}}}}"
        world = copied(tmp_path, forge, "aws", provider, clouds={"aws": aws})

        def seen():
            return keys_of(service, "GET"), keys_of(service, "POST")

        for who, subject in told(world, forge):
            assert aws.assumed == ([(who, subject)] if who else [])
            aws.assumed.clear()
            assert (
                seen()
                == {
                    "": (set(), set()),
                    "zonesync-plan": ({"AKIAPLAN"}, set()),
                    "zonesync-apply": ({"AKIAAPPLY"}, {"AKIAAPPLY"}),
                }[who]
            )
            service.log.clear()


def test_the_file_for_cloud_dns_plans_with_one_account_and_applies_with_the_other(tmp_path, forge):
    google = Cloud(ACCOUNTS, {"GOOGLE_APPLICATION_CREDENTIALS": "/nowhere/{key}"})
    with CloudDnsFake() as service:
        provider = f"google: {{{{type: gcloud, project: p, endpoint: '{service.url}', anonymous: true}}}}"
        world = copied(tmp_path, forge, "google", provider, clouds={"google": google})
        for who, subject in told(world, forge):
            assert google.assumed == ([(who, subject)] if who else [])
            google.assumed.clear()
            assert (bool(service.requests(method="GET")), bool(service.requests(method="POST"))) == {
                "": (False, False),
                "zonesync-plan": (True, False),
                "zonesync-apply": (True, True),
            }[who]
            service.log.clear()


def test_the_file_for_an_api_key_plans_with_one_key_and_applies_with_the_other(tmp_path, forge):
    secrets = {"zonesync-plan": {"NS1_READ_KEY": READ}, "zonesync-apply": {"NS1_WRITE_KEY": WRITE}}
    with TwoKeys(key=WRITE) as service:
        provider = f"ns1: {{{{type: ns1, api_key: '${{{{NS1_API_KEY}}}}', endpoint: '{service.url}'}}}}"
        world = copied(tmp_path, forge, "zonesync", provider, secrets=secrets)
        for who, subject in told(world, forge, keeps=[READ, WRITE]):
            assert subject
            assert {request.headers["x-nsone-key"] for request in service.requests()} == {
                "": set(),
                "zonesync-plan": {READ},
                "zonesync-apply": {WRITE},
            }[who]
            assert bool(service.requests(method="PUT|POST")) == (who == "zonesync-apply")
            service.log.clear()


def told(world, forge, keeps=()):
    """Play a fork, a pull request, its merge and a night; tell after each who may have been asked for, and as whom."""
    forked = world.open(1, {"zones/example.com.yaml": ZONE + "  a: {A: 192.0.2.1}\n"}, fork="stranger/dns")
    assert forked.conclusion == "success", forked.told()
    assert [job.conclusion for job in forked.jobs] == ["success", "skipped", "skipped"]
    assert all(not set(keeps) & set(ran.env.values()) for ran in forked.processes)
    yield "", "nobody"

    opened = world.open(2, {"zones/example.com.yaml": ZONE + "  b: {A: 192.0.2.2}\n"})
    assert opened.conclusion == "success", opened.told()
    (body,) = forge.bodies(2)
    assert "192.0.2.2" in body
    yield "zonesync-plan", "repo:acme/dns:pull_request"

    merged = world.merge(2)
    assert merged.conclusion == "success", merged.told()
    assert "Applied" in forge.bodies(2)[-1]
    yield "zonesync-apply", "repo:acme/dns:environment:zonesync-apply"

    quiet = world.night()
    assert quiet.conclusion == "success", quiet.told()
    yield "zonesync-plan", "repo:acme/dns:ref:refs/heads/main"
