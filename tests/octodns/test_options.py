"""The options of `type: octodns`: what is wrong is told before anything is asked, and without secrets."""

import subprocess
import sys

import pytest

from tests.octodns.scripted import ScriptedProvider
from tests.octodns.support import made
from zonesync.model.zone import ZoneId
from zonesync.provider.contract import AliasSupport, ApexNs
from zonesync_octodns import OctodnsProvider
from zonesync_octodns.classes import fitting

SCRIPTED = f"{ScriptedProvider.__module__}.ScriptedProvider"
POWERDNS = "octodns_powerdns.PowerDnsProvider"
ZONE = ZoneId("example.com.")


@pytest.mark.parametrize(
    ("path", "given", "words"),
    [
        ("", {}, "`class` is a text that is not empty"),
        ("PowerDnsProvider", {}, "`class` is `PowerDnsProvider`; it is a class with its module"),
        ("octodns powerdns.X", {}, "it is a class with its module"),
        ("octodns_nowhere.NowhereProvider", {}, "pip install octodns-nowhere"),
        ("octodns_powerdns.PowerDnsProvidr", {}, "did you mean `octodns_powerdns.PowerDnsProvider`"),
        ("octodns_powerdns.Session", {}, "`octodns_powerdns.Session` is no provider of octoDNS"),
        (POWERDNS, {"host": "127.0.0.1"}, "`octodns_powerdns.PowerDnsProvider` needs `api_key`"),
        (POWERDNS, {"host": "a", "api_key": "k", "prot": "1"}, "has no option `prot`; did you mean `port`"),
        (POWERDNS, {"host": "a", "api_key": "k", "port": "x"}, "`port` is `x`, where the class has 8081 by default"),
        (POWERDNS, {"host": "a", "api_key": "k", "notify": "maybe"}, "`notify` is `maybe`"),
        (POWERDNS, {"host": "a", "api_key": "k", "soa_edit_api": "never"}, "invalid soa_edit_api"),
        (POWERDNS, {"host": "a", "api_key": "k", "nameservers": ["ns1"]}, "write it out with the final dot"),
    ],
)
def test_a_wrong_option_is_refused_with_what_to_do(path, given, words):
    with pytest.raises(ValueError, match=words.replace("(", "\\(")):
        made(OctodnsProvider, path, **given)


def test_a_constructor_that_quotes_a_secret_does_not_get_it_out():
    with pytest.raises(ValueError, match=r"wrong: .*\*\*\*") as raised:
        made(OctodnsProvider, POWERDNS, host="127.0.0.1", api_key="k", soa_edit_api="a-secret-of-mine")
    assert "a-secret-of-mine" not in str(raised.value)


@pytest.mark.parametrize(
    ("value", "default", "expected"),
    [
        ("8081", 1, 8081),
        ("0.5", 1.5, 0.5),
        ("false", True, False),
        ("no", True, False),
        ("123456", None, "123456"),
        ("true", None, True),
        ("true", "text", "true"),
        ("8081", "text", "8081"),
        (["true", "1"], None, [True, "1"]),
        ({"total": "3"}, None, {"total": "3"}),
        (5, "text", 5),
    ],
)
def test_a_text_takes_the_type_of_the_default(value, default, expected):
    found = fitting("x", value, default)
    assert found == expected
    assert type(found) is type(expected)


def test_what_a_class_declares_is_what_can_be_held():
    able = made(OctodnsProvider, SCRIPTED, account="a").capabilities
    assert {"A", "MX", "TXT"} <= (able.types or set())
    assert not {"DS", "SOA", "ALIAS"} & (able.types or set())
    assert able.alias is AliasSupport.APEX
    assert (able.apex_ns, able.shows_soa, able.atomic, able.lists_zones) == (ApexNs.NON_EMPTY, False, False, True)


@pytest.mark.parametrize(
    ("path", "given", "level"),
    [
        ("octodns_azure.AzureProvider", {"sub_id": "s", "resource_group": "g"}, ApexNs.ADD_ONLY),
        ("octodns_azure.AzurePrivateProvider", {"sub_id": "s", "resource_group": "g"}, ApexNs.FIXED),
        ("octodns_bind.Rfc2136Provider", {"host": "127.0.0.1"}, ApexNs.NON_EMPTY),
        ("octodns_cloudflare.CloudflareProvider", {"token": "t"}, ApexNs.IGNORED),
        ("octodns_dnsimple.DnsimpleProvider", {"token": "t", "account": "1"}, ApexNs.FIXED),
        ("octodns_ns1.Ns1Provider", {"api_key": "k"}, ApexNs.NON_EMPTY),
        (POWERDNS, {"host": "127.0.0.1", "api_key": "k"}, ApexNs.NON_EMPTY),
    ],
)
def test_the_apex_ns_level_is_what_the_service_and_the_class_allow(path, given, level):
    assert made(OctodnsProvider, path, **given).capabilities.apex_ns is level


def test_only_where_the_class_tells_them_are_name_servers_assigned():
    azure = {"sub_id": "s", "resource_group": "g"}
    assert made(OctodnsProvider, "octodns_azure.AzureProvider", **azure).capabilities.assigns_nameservers
    listed = made(OctodnsProvider, "octodns_azure.AzureProvider", nameservers=["NS1.example.net."], **azure)
    assert not listed.capabilities.assigns_nameservers
    assert listed.nameservers == ("ns1.example.net.",)


def test_the_target_names_class_and_place_and_no_secret():
    provider = made(OctodnsProvider, POWERDNS, host="dns.example.net", api_key="a-secret-of-mine", port="81")
    assert provider.target(ZONE) == f"octodns:{POWERDNS}(host=dns.example.net,port=81)/example.com."


def test_a_relative_directory_is_the_configurations(tmp_path):
    provider = made(OctodnsProvider, "octodns_bind.ZoneFileSource", root=tmp_path, directory="zones")
    assert str(tmp_path / "zones") in provider.target(ZONE)


def test_no_package_is_imported_before_its_provider_is_made():
    program = "import sys, zonesync_octodns; print([name for name in sys.modules if name.startswith('octodns_')])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
