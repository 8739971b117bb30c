"""Each file that is there to be copied, copied: with the service that it is for, and what that lets each job do."""

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from tests.ci.forge import RunningFake
from tests.ci.repository import Repository
from tests.ci.runner.runner import Runner
from tests.ci.runner.uses import FailedError
from tests.ci.world import World
from tests.fakes.route53 import Route53Fake

TREE = Path(__file__).resolve().parents[2]
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


class Aws:
    """Believes GitHub, as far as the trust policies of the roles go."""

    def __init__(self):
        self.assumed = []

    def assume(self, who, subject):
        key, trusted = ROLES[who]
        if not any(fnmatchcase(subject, pattern) for pattern in trusted):
            raise FailedError(f"Not authorized to perform sts:AssumeRoleWithWebIdentity: {subject}")
        self.assumed.append((who.rpartition("/")[2], subject))
        return {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": f"secret-of-{key}", "AWS_REGION": "us-east-1"}


@pytest.fixture
def service():
    with Route53Fake(credentials={key: f"secret-of-{key}" for key, _ in ROLES.values()}) as running:
        yield running


def keys_of(service, method):
    """Return the keys with which the service was asked by *method*."""
    return {
        re.search(r"Credential=(\w+)/", request.headers["authorization"])[1]
        for request in service.requests(method=method)
    }


def test_the_file_for_route_53_plans_with_one_role_and_applies_with_the_other(tmp_path, service):
    configuration = f"""\
zones: [zones/*.yaml]
state: {{url: {tmp_path / "state"}, durable: true}}
defaults: {{ttl: 1h, providers: [aws]}}
providers:
  aws: {{type: route53, endpoint: "{service.url}"}}
lint: {{ignore: [documentation-address]}}
"""
    workflow = (TREE / "examples" / "github" / "aws.yml").read_text()
    aws = Aws()
    with RunningFake() as forge:
        repository = Repository.made(
            tmp_path / "origin",
            {
                "zonesync.yaml": configuration,
                "zones/example.com.yaml": ZONE,
                ".github/workflows/zonesync.yml": workflow,
            },
        )
        (tmp_path / "runner").mkdir()
        world = World(repository, forge, Runner(tmp_path / "runner", repository.folder, forge, clouds={"aws": aws}))

        forked = world.open(1, {"zones/example.com.yaml": ZONE + "  a: {A: 192.0.2.1}\n"}, fork="stranger/dns")
        assert forked.conclusion == "success", forked.told()
        assert (aws.assumed, service.requests()) == ([], [])

        opened = world.open(2, {"zones/example.com.yaml": ZONE + "  b: {A: 192.0.2.2}\n"})
        assert opened.conclusion == "success", opened.told()
        assert "192.0.2.2" in forge.bodies(2)[0]
        assert aws.assumed == [("zonesync-plan", "repo:acme/dns:pull_request")]
        assert (keys_of(service, "GET"), keys_of(service, "POST")) == ({"AKIAPLAN"}, set())

        merged = world.merge(2)
        assert merged.conclusion == "success", merged.told()
        assert aws.assumed[1:] == [("zonesync-apply", "repo:acme/dns:environment:zonesync-apply")]
        assert keys_of(service, "POST") == {"AKIAAPPLY"}

        quiet = world.night()
        assert quiet.conclusion == "success", quiet.told()
        assert aws.assumed[2:] == [("zonesync-plan", "repo:acme/dns:ref:refs/heads/main")]


@pytest.mark.stress
@pytest.mark.parametrize("name", ["zonesync", "google"])
def test_another_file_to_copy_validates_what_a_fork_sends(tmp_path, name):
    configuration = """\
zones: [zones/*.yaml]
state: .zonesync
defaults: {ttl: 1h, providers: [here]}
providers:
  here: {type: ns1, api_key: "${NS1_API_KEY}"}
lint: {ignore: [documentation-address]}
"""
    workflow = (TREE / "examples" / "github" / f"{name}.yml").read_text()
    secrets = {"zonesync-plan": {"NS1_READ_KEY": "r"}, "zonesync-apply": {"NS1_WRITE_KEY": "w"}}
    with RunningFake() as forge:
        files = {
            "zonesync.yaml": configuration,
            "zones/example.com.yaml": ZONE,
            ".github/workflows/zonesync.yml": workflow,
        }
        repository = Repository.made(tmp_path / "origin", files)
        (tmp_path / "runner").mkdir()
        world = World(repository, forge, Runner(tmp_path / "runner", repository.folder, forge, secrets=secrets))
        forked = world.open(1, {"zones/example.com.yaml": ZONE + "  a: {A: 192.0.2.1}\n"}, fork="stranger/dns")
    assert forked.conclusion == "success", forked.told()
    assert all(not {"r", "w"} & set(ran.env.values()) for ran in forked.processes)
    assert {job.name: job.conclusion for job in forked.jobs} == {
        "plan": "success",
        "apply": "skipped",
        "drift": "skipped",
    }
