"""The options of `type: ns1`, and what is known without a call."""

import pytest

from zonesync.model.zone import ZoneId
from zonesync.provider.errors import Denied
from zonesync_ns1 import Ns1Provider
from zonesync_ns1.options import ENDPOINT

ZONE = ZoneId("example.com.")


def test_everything_but_calls_works_without_a_key(monkeypatch):
    monkeypatch.delenv("NS1_APIKEY", raising=False)
    provider = Ns1Provider("ns1")
    assert provider.capabilities.assigns_nameservers
    assert provider.target(ZONE) == f"ns1:{ENDPOINT}/example.com"
    assert not provider.credentials().found
    assert provider.counts.calls == 0
    assert not list(provider.quotas())
    assert provider.permissions.apply == ("dns.manage_zones",)


def test_a_missing_key_names_both_places_where_it_could_be(monkeypatch):
    monkeypatch.delenv("NS1_APIKEY", raising=False)
    with pytest.raises(Denied, match="neither `api_key` nor NS1_APIKEY") as raised:
        Ns1Provider("mine").read(ZONE)
    assert (raised.value.provider, raised.value.zone) == ("mine", "example.com")


def test_the_environment_is_read_when_a_key_is_first_needed(monkeypatch, fake, api_key):
    provider = Ns1Provider("ns1", endpoint=fake.url)
    monkeypatch.setenv("NS1_APIKEY", f"{api_key}\n")
    assert provider.credentials().found
    assert provider.credentials().source == "`NS1_APIKEY`"
    assert list(provider.zones()) == []


def test_the_configuration_comes_before_the_environment(monkeypatch, fake, api_key):
    monkeypatch.setenv("NS1_APIKEY", "wrong")
    provider = Ns1Provider("ns1", api_key=api_key, endpoint=fake.url)
    assert provider.credentials().source == "`api_key`"
    assert list(provider.zones()) == []


def test_a_key_that_no_header_can_hold_is_refused_without_being_shown(monkeypatch):
    with pytest.raises(ValueError, match="`api_key`") as raised:
        Ns1Provider("ns1", api_key="sec ret")
    assert "sec" not in str(raised.value)
    monkeypatch.setenv("NS1_APIKEY", "sec\nret")
    with pytest.raises(Denied, match="`NS1_APIKEY`") as denied:
        Ns1Provider("ns1").read(ZONE)
    assert "sec" not in str(denied.value)
    assert denied.value.__cause__ is None


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"apikey": "k"}, "did you mean `api_key`"),
        ({"api_key": ""}, "`api_key` is a text"),
        ({"api_key": 5}, "`api_key` is a text"),
        ({"endpoint": "api.nsone.net"}, "`endpoint` is no URL"),
        ({"endpoint": "https://api.nsone.net"}, "the API's version at its end"),
        ({"endpoint": "https://api.nsone.net/v1?x=1"}, "`endpoint` is no URL"),
        ({"networks": "0"}, "`networks` is a list"),
        ({"networks": ["global"]}, "numbers that NS1 gives networks"),
        ({"networks": []}, "numbers that NS1 gives networks"),
        ({"rate": "fast"}, "`rate` is `fast`"),
        ({"attempts": "0"}, "`attempts` is `0`"),
        ({"patience": "-1"}, "`patience` is `-1`"),
        ({"zone_id": ["x"]}, "`zone_id` is a text"),
        ({"zone_id": {"a..b": "x"}}, "`zone_id`: "),
        ({"zone_id": {"example.com": ""}}, "`zone_id` is a text"),
    ],
)
def test_wrong_options_are_refused_with_what_to_write(options, words):
    with pytest.raises(ValueError, match=words):
        Ns1Provider("ns1", **options)


def test_options_are_taken_as_text():
    assert Ns1Provider("ns1", api_key="k", rate="5", attempts="3", patience="60", networks=["0", "12"])


@pytest.mark.parametrize(
    ("zone_id", "handle"),
    [
        (None, "example.com"),
        ("internal", "internal"),
        ({"example.com": "internal"}, "internal"),
        ({"Example.COM.": "internal"}, "internal"),
        ({"example.net": "internal"}, "example.com"),
        ({"example.com@inside": "internal"}, "example.com"),
    ],
)
def test_the_zone_is_called_by_its_name_or_as_the_configuration_says(zone_id, handle):
    provider = Ns1Provider("ns1", zone_id=zone_id, endpoint="http://127.0.0.1:1/v1")
    assert provider.target(ZONE) == f"ns1:http://127.0.0.1:1/v1/{handle}"


def test_a_zone_of_a_view_has_a_name_of_its_own():
    provider = Ns1Provider("ns1", zone_id={"example.com@inside": "internal"})
    assert provider.target(ZoneId("example.com.", "inside")).endswith("/internal")
