"""DNSControl's steps at the hosted services, each played by a strict fake behind its real SDK."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.gcloud import CloudDnsFake
from tests.fakes.ns1 import Ns1Fake
from tests.fakes.route53 import Route53Fake
from tests.support.credentials import CREDENTIALS
from tests.support.examples import BRIEF
from tests.support.replay import GROUPS, Exceptions, replay, title
from tests.support.shared import needs_cases
from zonesync_gcloud import CloudDnsProvider
from zonesync_ns1 import Ns1Provider
from zonesync_route53 import Route53Provider

PROVIDERS = ("route53", "gcloud", "ns1")
KEY = CREDENTIALS["NS1_APIKEY"]
HERE = Path(__file__).parent
EXCEPTIONS = Exceptions(
    [
        *(one for one in json.loads((HERE / "exceptions.json").read_text()) if "providers" not in one),
        *json.loads((HERE / "hosted_exceptions.json").read_text()),
    ],
    PROVIDERS,
)

pytestmark = needs_cases


@pytest.fixture
def made(request):
    """A provider of the kind asked for, and the fake behind it."""
    kind = request.param
    if kind == "route53":
        with Route53Fake(seed=3, insync_after=0) as fake:
            yield Route53Provider("hosted", endpoint=fake.url, rate="1000")
    elif kind == "gcloud":
        with CloudDnsFake(project="acme", done_after=0) as fake:
            yield CloudDnsProvider("hosted", project="acme", endpoint=fake.url, anonymous="true", rate="1000")
    else:
        with Ns1Fake(key=KEY) as fake:
            yield Ns1Provider("hosted", api_key=KEY, endpoint=fake.url)


def cases():
    """Yield each group at each service; the one of 1,200 records is large where a record is a call."""
    for kind in PROVIDERS:
        for group in GROUPS[:8] if BRIEF else GROUPS:
            large = kind == "ns1" and title(group) == "batchRecordswithOthers"
            marks = [pytest.mark.stress] if large else []
            yield pytest.param(group, kind, id=f"{title(group)}-{kind}", marks=marks)


@pytest.mark.parametrize(("group", "made"), list(cases()), indirect=["made"])
def test_every_step_plans_and_applies_as_it_says(group: dict[str, Any], made: Any, request: Any) -> None:
    replay(group, made, EXCEPTIONS, request.node.callspec.params["made"])


def test_every_exception_is_of_one_step_that_exists_and_says_who_says_so() -> None:
    assert EXCEPTIONS.problems() == []
