"""The adapter's README says what is so."""

import json
import re
from pathlib import Path

import pytest
import yaml

from zonesync_gcloud import CloudDnsProvider
from zonesync_gcloud.convert import TYPES
from zonesync_gcloud.options import NAMES
from zonesync_gcloud.permissions import permissions

README = Path(__file__).parents[2] / "providers" / "zonesync_gcloud" / "README.md"

pytestmark = pytest.mark.source


@pytest.fixture(scope="module")
def readme() -> str:
    return README.read_text()


def _blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_the_roles_are_what_the_adapter_names(readme: str):
    public, private = permissions(private=False), permissions(private=True)
    roles = [tuple(json.loads(block)["includedPermissions"]) for block in _blocks(readme, "json")]
    assert roles == [public.plan, public.apply, private.apply, public.delete]
    assert (public.plan, public.delete) == (private.plan, private.delete)


def test_every_option_is_in_the_table(readme: str):
    assert set(re.findall(r"^\| `(\w+)` \|", readme, re.MULTILINE)) == set(NAMES)


def test_the_example_is_a_configuration(readme: str):
    (example,) = _blocks(readme, "yaml")
    for name, options in yaml.safe_load(example)["providers"].items():
        assert options.pop("type") == "gcloud"
        assert CloudDnsProvider(name, **options).name == name


def test_every_type_is_named(readme: str):
    (line,) = re.findall(r"^- \*\*Types\*\*: (.*?), wildcards", readme, re.MULTILINE)
    assert set(re.split(r", | and ", line)) == TYPES
