"""The adapter's README is true: its policies, options and example are those of the code."""

import json
import re
from pathlib import Path

import botocore.session
import pytest
import yaml

import zonesync_route53
from zonesync_route53 import Route53Provider
from zonesync_route53.convert import TYPES
from zonesync_route53.limits import MAX_TXT, MAX_VALUE, MAX_VALUES
from zonesync_route53.options import NAMES

README = Path(zonesync_route53.__file__).with_name("README.md")


@pytest.fixture(scope="module")
def text() -> str:
    return README.read_text()


def actions(policy):
    return {action for statement in policy["Statement"] for action in statement["Action"]}


@pytest.fixture
def policies(text):
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]


def test_the_policies_name_what_the_permissions_say(policies):
    plan, apply, delete = map(actions, policies)
    needed = Route53Provider("aws", private="true").permissions
    assert plan == set(needed.plan)
    assert apply == set(needed.apply)
    assert delete == set(needed.delete)


def test_the_policies_name_only_actions_that_exist(policies):
    session = botocore.session.get_session()
    for action in set().union(*map(actions, policies)) | {"route53:GetAccountLimit", "sts:AssumeRole"}:
        service, _, operation = action.partition(":")
        assert operation in session.get_service_model(service).operation_names


def test_every_option_is_in_the_table(text):
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == set(NAMES)


def test_the_example_is_a_configuration(text):
    (block,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    for options in yaml.safe_load(block)["providers"].values():
        assert options.pop("type") == "route53"
        Route53Provider("aws", **options)


def test_types_and_limits_are_the_codes(text):
    listed = re.search(r"Types: ([^.]+)\.", text)
    assert listed
    assert set(listed[1].split(", ")) == TYPES
    for number in (MAX_TXT, MAX_VALUE, MAX_VALUES):
        assert f"{number:,}" in text
