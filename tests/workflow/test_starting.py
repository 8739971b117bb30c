"""What `init` writes loads to what was asked for, whatever the names and options are."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import examples
from zonesync.load import load_config, load_zones
from zonesync.model.zone import ZoneId
from zonesync.workflow import choosing, starting
from zonesync.workflow.choosing import Choice
from zonesync.workflow.starting import Start

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30).filter(lambda text: "${" not in text)
OPTIONS = st.dictionaries(st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True).filter(lambda key: key != "type"), TEXT)
NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,12}", fullmatch=True).filter(lambda name: name != "default")
LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True).filter(lambda label: label[2:4] != "--")
ZONES = st.builds(
    lambda labels, view: ZoneId(f"{'.'.join(labels)}.", view),
    st.lists(LABEL, min_size=1, max_size=4),
    st.sampled_from(["", "internal", "v.1"]),
)


def written(start, folder):
    root = Path(folder)
    starting.write(root, starting.files(start))
    config, findings = load_config(root / start.config, environ={})
    assert [finding for finding in findings if finding.is_error] == []
    return root, config


@examples(100)
@given(st.dictionaries(NAMES, OPTIONS, min_size=1, max_size=3), st.lists(ZONES, min_size=1, max_size=3, unique=True))
def test_a_configuration_holds_the_names_and_options_that_were_given(providers, zones):
    start = Start(tuple(zones), tuple(Choice(name, "route53", options) for name, options in providers.items()))
    with tempfile.TemporaryDirectory() as folder:
        _, config = written(start, folder)
    assert {name: dict(one.options) for name, one in config.providers.items()} == providers
    assert {one.type for one in config.providers.values()} == {"route53"}
    assert config.defaults.providers == tuple(providers)


@examples(60)
@given(st.lists(ZONES, min_size=1, max_size=3, unique=True), st.integers(1, 3))
def test_the_first_zones_load_as_the_zones_that_were_given(zones, count):
    start = Start(tuple(zones), tuple(Choice(f"p{number}", "bind") for number in range(count)))
    with tempfile.TemporaryDirectory() as folder:
        root, config = written(start, folder)
        loaded = load_zones(config, root)
    found = [one.zone for one in loaded]
    assert {zone.id for zone in found} == set(zones)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("bind", Choice("bind", "bind")),
        ("aws=route53", Choice("aws", "route53")),
        ("g=gcloud,project=acme-dns", Choice("g", "gcloud", {"project": "acme-dns"})),
        ("n=ns1,api_key=${KEY}", Choice("n", "ns1", {"api_key": "${KEY}"})),
        (
            "c=octodns,class=octodns_cloudflare.CloudflareProvider,token=${T}",
            Choice("c", "octodns", {"class": "octodns_cloudflare.CloudflareProvider", "token": "${T}"}),
        ),
    ],
)
def test_a_provider_is_read_from_one_word(text, made):
    assert choosing.choice(text) == made


def test_hosts_are_outside_of_the_zones():
    zones = tuple(ZoneId(name) for name in ("example.net.", "example.org."))
    text = starting.files(Start(zones))["zonesync.yaml"]
    assert "ns1.example.com., ns2.example.com." in text
