"""A plan file holds no secret, wherever the configuration has one and whatever a provider says of it."""

import json
from urllib.parse import quote

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.planning import NOW, found_in
from tests.support.examples import examples
from zonesync import workflow
from zonesync.findings import Finding, Severity
from zonesync.model.change import Change
from zonesync.model.rrset import RRset
from zonesync.model.zone import ZoneId
from zonesync.plan import planfile
from zonesync.provider.errors import Denied
from zonesync.provider.memory import MemoryProvider

# No secret is a word that plan files have by themselves.
secrets = st.text(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/+=-_.~!", min_size=8, max_size=40
).map(lambda text: f"{text[:4]}~{text[4:]}")
PLACES = {
    "an option": lambda secret: {"api_key": secret},
    "a nested option": lambda secret: {"tsig": {"name": "k", "secret": secret}},
    "an option of an option": lambda secret: {"auth": {"inner": {"client_secret": secret}}},
    "a list": lambda secret: {"tokens": {"token": [secret, "second-of-them"]}},
    "a mapping in a list": lambda secret: {"accounts": [{"name": "a", "password": secret}]},
    "a list in a list": lambda secret: {"token": [[secret]]},
    "a variable": lambda _: {"note": "x${THE_SECRET}y"},
    "a variable in a URL": lambda _: {"endpoint": "https://proxy.example/${THE_SECRET}/v1"},
    "a variable in a list": lambda _: {"headers": ["X-Auth: ${THE_SECRET}"]},
    "a URL with a password": lambda secret: {"endpoint": f"https://user:{quote(secret, safe='')}@api.example/v1"},
    "a URL with a token": lambda secret: {"endpoint": f"https://{quote(secret, safe='')}@api.example/v1"},
}


class Telling(MemoryProvider):
    """Quotes its whole configuration wherever it has a say."""

    def __init__(self, name, options, said):
        super().__init__(name)
        self.said = f"{said} and {json.dumps(options)}"
        self.fails = False

    def target(self, zone):
        return f"told:{self.said}/{zone}"

    def read(self, zone):
        if self.fails:
            raise Denied(f"401: {self.said}", hint=f"not with {self.said}")
        live = super().read(zone)
        told = Finding("told", Severity.WARNING, self.said, help=self.said, zone=str(zone), provider=self.name)
        return live and type(live)(
            live.id, self.said, live.rrsets, live.nameservers, findings=(told,), pending=self.said, token=live.token
        )


def project(root, options):
    data = {"providers": {"a": {"type": "told", **options}}}
    (root / "zonesync.yaml").write_text(yaml.safe_dump(data))
    (root / "zones").mkdir(exist_ok=True)
    zone = {"zone": "example.com", "records": {"www": {"A": "192.0.2.1"}}}
    (root / "zones" / "example.com.yaml").write_text(yaml.safe_dump(zone))
    return workflow.open_project(root / "zonesync.yaml")


def plan_text(opened, provider):
    made = workflow.make_plan(opened, workflow.load(opened, (), NOW), NOW, find=found_in({"a": provider})).plan
    text = planfile.dumps(made)
    assert planfile.loads(text.encode()) == made
    return text


@pytest.mark.property
@pytest.mark.parametrize("place", PLACES)
@examples(20)
@given(secret=secrets)
def test_no_secret_gets_into_a_plan_file(tmp_path, monkeypatch, place, secret):
    monkeypatch.setenv("THE_SECRET", secret)
    opened = project(tmp_path, PLACES[place](secret))
    options = opened.config.providers["a"].options
    provider = Telling("a", options, f"{secret} or {quote(secret, safe='')}")
    zone = ZoneId("example.com.")
    live = provider.create(zone)
    old = RRset.of("old.example.com.", "A", 60, ["192.0.2.2"])
    assert [one.outcome.value for one in provider.apply(live, [Change(None, old)])] == ["applied"]
    for provider.fails in (False, True):
        text = plan_text(opened, provider)
        assert "***" in text
        for form in (secret, quote(secret, safe=""), json.dumps(secret)[1:-1]):
            assert form not in text
    assert secret not in json.dumps(opened.config.providers["a"].public())


def test_a_plan_is_bound_to_a_secret_target_that_it_does_not_tell(tmp_path, monkeypatch):
    targets = []
    for value in ("first-proxy", "second-proxy", "first-proxy"):
        monkeypatch.setenv("THE_SECRET", value)
        opened = project(tmp_path, PLACES["a variable in a URL"](""))
        provider = Telling("a", {}, opened.config.providers["a"].options["endpoint"])
        targets.append(json.loads(plan_text(opened, provider))["targets"][0]["target"])
    assert targets[0] == targets[2] != targets[1]
    assert all("proxy" not in target for target in targets)
