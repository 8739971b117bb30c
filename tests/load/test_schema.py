import json
from pathlib import Path

import pytest
import yaml

from zonesync.load import schema
from zonesync.load.shapes import ConfigShape, ZoneShape
from zonesync.model import rdata

HERE = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("what", ["zone", "config"])
def test_a_schema_is_draft_2020_12_and_plain_json(what):
    made = schema(what)

    pytest.importorskip("jsonschema").Draft202012Validator.check_schema(made)
    assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert made["additionalProperties"] is False
    assert json.loads(json.dumps(made)) == made


def test_every_reference_leads_somewhere():
    made = schema("zone")

    def references(part):
        if isinstance(part, dict):
            yield from ([part["$ref"]] if "$ref" in part else [])
            for value in part.values():
                yield from references(value)
        elif isinstance(part, list):
            for value in part:
                yield from references(value)

    found = {reference.removeprefix("#/$defs/").replace("%20", " ") for reference in references(made)}
    assert found <= made["$defs"].keys()
    assert {"MX RRset", "TXT value", "alias"} <= found


def test_the_schemas_have_the_keys_that_the_loaders_know():
    assert schema("zone")["properties"].keys() == {*ZoneShape.model_fields, "records"}
    assert schema("config")["properties"].keys() == set(ConfigShape.model_fields)
    assert schema("zone")["$defs"]["types"]["properties"].keys() == set(rdata.TYPES) - {"SOA"}


def test_every_key_is_described():
    for made in (schema("zone"), schema("config")):
        assert [key for key, value in made["properties"].items() if not value.get("description")] == []


@pytest.mark.parametrize(
    ("text", "is_valid"),
    [
        ("zone: example.com\nrecords: {www: {A: 192.0.2.1}}", True),
        ("records: {'@': {MX: [10 mail, {preference: 5, exchange: a}], TXT: [[a, b]]}}", True),
        ("records: {cdn: {A: {by_provider: {aws: {alias: {target: a.}}, default: [192.0.2.9]}, comment: x}}}", True),
        ("nameservers: {ttl: 1d, auto: {aws: 2, ns1: 2}}\nttl: 1h\nproviders: aws", True),
        ("soa: {minimum: 5m}\nrecords: {a: {TYPE65280: '\\# 0', AFSDB: 1 a}}", True),
        ("networks: {private: [net-1, net-2], other: net-3}", True),
        ("networks: [net-1]", False),
        ("networks: {private: {net: 1}}", False),
        ("record: {}", False),
        ("records: {www: {SOA: x}}", False),
        ("records: {www: {MX: {preference: 70000, exchange: a}}}", False),
        ("records: {www: {A: {tll: 5, values: x}}}", False),
        ("soa: {refresh: 4294967295, retry: 7101w, ttl: 2147483647}", True),
        ("soa: {minimum: 4294967296}", False),
        ("soa: {ttl: 2147483648}", False),
        ("soa: {serial: 5}", False),
        ("nameservers: {hosts: [a], auto: {b: 1}}", False),
        ("ttl: soon", False),
    ],
)
def test_the_schema_agrees_with_the_loader(text, is_valid):
    jsonschema = pytest.importorskip("jsonschema")
    made = schema("zone")

    assert jsonschema.Draft202012Validator(made).is_valid(yaml.safe_load(text)) is is_valid


def test_the_example_files_fit_their_schemas():
    jsonschema = pytest.importorskip("jsonschema")
    zones = sorted(HERE.glob("zones/*.yaml"))

    assert zones
    for path, made in [(HERE / "zonesync.yaml", schema("config")), *((path, schema("zone")) for path in zones)]:
        content = json.loads(json.dumps(yaml.safe_load(path.read_text()), default=str))
        jsonschema.Draft202012Validator(made).validate(content)
