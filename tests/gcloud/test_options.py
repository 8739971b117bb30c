"""Wrong options are refused before anything is called, and nothing is called to learn what the provider can do."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.gcloud.support import ZONE
from zonesync.provider.contract import AliasSupport, ApexNs
from zonesync_gcloud import CloudDnsProvider

USUAL: dict[str, Any] = {"project": "acme-dns", "endpoint": "http://127.0.0.1:9", "anonymous": "true"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"projcet": "x"}, "no option `projcet` for `type: gcloud`; did you mean `project`?"),
        ({"project": "Acme DNS"}, "`project` is `Acme DNS`"),
        ({"project": ""}, "`project` is a text that is not empty"),
        ({"project": "a/../b"}, "`project` is `a/../b`"),
        ({"endpoint": "localhost:80"}, "`endpoint` is no URL"),
        ({"anonymous": "perhaps"}, "`anonymous` is `perhaps`"),
        ({"credentials_file": "key.json"}, "`anonymous` and `credentials_file` exclude each other"),
        ({"private": "perhaps"}, "`private` is `perhaps`"),
        ({"networks": ["prod"]}, "`networks` are for private zones"),
        ({"private": "true", "networks": "prod"}, "`networks` is a list"),
        ({"private": "true", "networks": ["Prod!"]}, "`Prod!` is no network"),
        ({"zone_id": "a b"}, "`zone_id` has `a b`"),
        ({"zone_id": "a/b"}, "`zone_id` has `a/b`"),
        ({"zone_id": {"example..com": "x"}}, "`zone_id`: "),
        ({"zone_id": {"example.com": ""}}, "`zone_id` is a text that is not empty"),
        ({"rate": "0"}, "`rate` is `0`"),
        ({"rate": "nan"}, "`rate` is `nan`"),
        ({"attempts": "0"}, "`attempts` is `0`"),
        ({"patience": "forever"}, "`patience` is `forever`"),
    ],
)
def test_a_wrong_option_is_refused_by_name(options: dict[str, Any], words: str):
    with pytest.raises(ValueError, match=re.escape(words)):
        CloudDnsProvider("google", **{**USUAL, **options})


def test_without_credentials_the_project_must_be_told():
    with pytest.raises(ValueError, match="`project` is missing"):
        CloudDnsProvider("google", anonymous=True)


@pytest.mark.parametrize("variable", ["GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT"])
def test_the_project_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, variable: str):
    monkeypatch.setenv(variable, "from-the-environment")
    assert CloudDnsProvider("google", anonymous=True).target(ZONE) == "gcloud:google/from-the-environment/example.com"


def test_what_it_can_do_is_known_without_credentials_or_calls():
    provider = CloudDnsProvider("google")
    assert provider.capabilities.apex_ns is ApexNs.NON_EMPTY
    assert provider.capabilities.alias is AliasSupport.APEX
    assert provider.capabilities.assigns_nameservers
    assert not provider.capabilities.networks
    assert provider.counts.calls == 0


def test_private_zones_have_a_fixed_apex_no_alias_and_networks():
    provider = CloudDnsProvider("google", private="true", project="acme-dns", networks=["prod"])
    assert provider.capabilities.apex_ns is ApexNs.FIXED
    assert provider.capabilities.alias is AliasSupport.NOWHERE
    assert not provider.capabilities.assigns_nameservers
    assert provider.capabilities.networks
    assert provider.networks == ("https://www.googleapis.com/compute/v1/projects/acme-dns/global/networks/prod",)


def test_a_credentials_file_is_relative_to_the_configuration(tmp_path: Path):
    (tmp_path / "key.json").write_text("{}")
    assert CloudDnsProvider("google", root=tmp_path, credentials_file="key.json").credentials().found
    assert not CloudDnsProvider("google", root=tmp_path / "elsewhere", credentials_file="key.json").credentials().found


@pytest.mark.parametrize(
    "text",
    [
        "https://www.googleapis.com/compute/v1/projects/acme-net/global/networks/prod",
        "https://compute.googleapis.com/compute/v1/projects/acme-net/global/networks/prod",
        "projects/acme-net/global/networks/prod",
    ],
)
def test_a_network_has_one_spelling(text: str):
    spelled = CloudDnsProvider("google", **USUAL).spell_network(text)
    assert spelled == "https://www.googleapis.com/compute/v1/projects/acme-net/global/networks/prod"


@pytest.mark.parametrize("text", ["", "a b", "projects/p/networks/n", "https://example.com/x", "-n", "n/", "Prod"])
def test_what_is_no_network_is_refused_with_how_it_is_written(text: str):
    with pytest.raises(ValueError, match="write `projects/PROJECT/global/networks/NAME`"):
        CloudDnsProvider("google", **USUAL).spell_network(text)


def test_a_network_by_name_alone_needs_a_project():
    with pytest.raises(ValueError, match="a name alone needs `project`"):
        CloudDnsProvider("google").spell_network("prod")
