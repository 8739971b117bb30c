"""What is known of services without an adapter: the rows hang together, the page shows them, packages agree."""

import importlib
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from zonesync.model.names import absolute
from zonesync.provider.contract import ApexNs
from zonesync.provider.vendors import VENDORS, of_octodns, table

PAGE = Path(__file__).resolve().parents[2] / "docs/apex-ns.md"
INSTALLED = [
    pytest.param("octodns_azure.AzureProvider", marks=pytest.mark.stress),  # its import alone takes seconds
    pytest.param("octodns_azure.AzurePrivateProvider", marks=pytest.mark.stress),
    "octodns_bind.Rfc2136Provider",
    "octodns_bind.ZoneFileProvider",
    "octodns_cloudflare.CloudflareProvider",
    "octodns_dnsimple.DnsimpleProvider",
    "octodns_googlecloud.GoogleCloudProvider",
    "octodns_ns1.Ns1Provider",
    "octodns_powerdns.PowerDnsProvider",
    "octodns_route53.Route53Provider",
]
EDITABLE = {ApexNs.FULL, ApexNs.NON_EMPTY, ApexNs.ADD_ONLY}


@pytest.mark.parametrize("one", VENDORS, ids=lambda one: one.name)
def test_every_row_says_what_it_rests_on(one):
    source = urlsplit(one.source)
    assert source.scheme == "https"
    assert source.netloc
    assert re.fullmatch(r"20\d\d(-\d\d-\d\d)?", one.date)
    assert one.confidence in {"high", "medium", "low"}
    assert "|" not in one.note
    assert not one.note.endswith(".")
    assert all(glob == absolute(glob.replace("*", "x")).replace("x.", "*.", 1) for glob in one.own)


def test_every_service_and_every_class_is_there_once():
    names = [one.name for one in VENDORS]
    classes = [path for one in VENDORS for path in one.octodns]
    assert len(names) == len(set(names)) >= 50
    assert len(classes) == len(set(classes))


@pytest.mark.parametrize("one", VENDORS, ids=lambda one: one.name)
def test_a_set_that_cannot_be_edited_has_no_ttl_that_can(one):
    assert not one.ttl_editable or one.level in EDITABLE


@pytest.mark.parametrize("one", [one for one in VENDORS if "contradictory" in one.note], ids=lambda one: one.name)
def test_where_sources_contradict_each_other_the_stricter_level_stands_and_the_note_says_so(one):
    assert one.level in {ApexNs.ADD_ONLY, ApexNs.FIXED, ApexNs.IGNORED}
    assert "stricter level stands" in one.note.replace("The", "the")
    assert one.confidence != "high"


# The verdicts that matter most, by hand from the sources.
@pytest.mark.parametrize(
    ("path", "level", "ttl"),
    [
        ("octodns_azure.AzureProvider", ApexNs.ADD_ONLY, True),
        ("octodns_azure.AzurePrivateProvider", ApexNs.FIXED, False),
        ("octodns_bind.Rfc2136Provider", ApexNs.NON_EMPTY, True),
        ("octodns_cloudflare.CloudflareProvider", ApexNs.IGNORED, False),
        ("octodns_dnsimple.DnsimpleProvider", ApexNs.FIXED, False),
        ("octodns_dnsmadeeasy.DnsMadeEasyProvider", ApexNs.ADD_ONLY, False),
        ("octodns_gandi.GandiProvider", ApexNs.FIXED, False),
        ("octodns_googlecloud.GoogleCloudProvider", ApexNs.NON_EMPTY, True),
        ("octodns_hetzner.HetznerProvider", ApexNs.ADD_ONLY, False),
        ("octodns_ns1.Ns1Provider", ApexNs.NON_EMPTY, True),
        ("octodns_ovh.OvhProvider", ApexNs.ADD_ONLY, True),
        ("octodns_porkbun.PorkbunProvider", ApexNs.IGNORED, False),
        ("octodns_powerdns.PowerDnsProvider", ApexNs.FULL, True),
        ("octodns_route53.Route53Provider", ApexNs.NON_EMPTY, True),
        ("octodns_transip.TransipProvider", ApexNs.FIXED, False),
    ],
)
def test_the_class_of_a_package_gives_its_service(path, level, ttl):
    one = of_octodns(path)
    assert (one.level, one.ttl_editable) == (level, ttl)


def test_a_class_is_found_wherever_in_its_package_it_is_defined():
    assert of_octodns("octodns_route53.provider.Route53Provider") is of_octodns("octodns_route53.Route53Provider")


@pytest.mark.parametrize(
    "path", ["", "octodns_route53", "octodns_route53.", "octodns_route53.Other", "other.Route53Provider", "."]
)
def test_nothing_is_made_up_for_a_class_that_nobody_knows(path):
    assert of_octodns(path) is None


@pytest.mark.parametrize("path", INSTALLED)
def test_the_data_promises_no_more_than_the_package_declares(path):
    package, _, name = path.partition(".")
    pytest.importorskip(package, reason=f"{package} is not installed")
    declared = getattr(importlib.import_module(package), name).SUPPORTS_ROOT_NS
    assert (of_octodns(path).level in EDITABLE) is declared


def test_the_page_shows_the_data():
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    rows = list(table())
    assert lines[-len(rows) :] == rows, "write zonesync.provider.vendors.table() to the end of docs/apex-ns.md"


def test_the_page_explains_every_level():
    text = PAGE.read_text(encoding="utf-8").partition("## Services")[0]
    assert all(f"| `{level}` |" in text for level in ApexNs)
