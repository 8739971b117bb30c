"""octoDNS with octodns-ns1, which nobody here wrote, on the fake of NS1."""

import io
import json
import logging
from contextlib import contextmanager
from textwrap import dedent

import pytest
from ns1.rest.errors import ResourceException
from octodns.manager import Manager

from tests.fakes.ns1 import Ns1Fake
from tests.fakes.ns1_tls import self_signed

ZONE = dedent(
    r"""
    '':
      - {type: ALIAS, ttl: 20, value: www.example.net.}
      - type: CAA
        values: [{flags: 0, tag: issue, value: ca.example.net}, {flags: 128, tag: iodef, value: 'mailto:a@example.com'}]
      - type: MX
        values: [{preference: 10, exchange: mail.example.com.}, {preference: 20, exchange: mail.example.net.}]
      - type: NS
        ttl: 86400
        values: [ns1.example.net., ns2.example.net.]
      - type: TXT
        values: ['v=spf1 -all', 'with "quotes", a \ and \; a semicolon', LONG]
    a: {type: A, ttl: 300, values: [192.0.2.1, 192.0.2.2]}
    aaaa: {type: AAAA, values: ['2001:db8::1', '2001:db8::2']}
    cname: {type: CNAME, value: www.example.net.}
    dname: {type: DNAME, value: www.example.net.}
    ds: {type: DS, value: {key_tag: 12345, algorithm: 13, digest_type: 2, digest: DIGEST}}
    naptr:
      type: NAPTR
      values:
        - {order: 1, preference: 2, flags: S, service: SIP+D2U, regexp: '!^.*$!sip:a@example.com!', replacement: .}
        - {order: 2, preference: 2, flags: U, service: SIP+D2U, regexp: '', replacement: sip.example.com.}
    spf: {type: SPF, value: v=spf1 -all}
    ptr: {type: PTR, values: [a.example.com., b.example.com.]}
    _sip._tcp: {type: SRV, values: [{priority: 1, weight: 2, port: 443, target: sip.example.com.}]}
    sub: {type: NS, values: [ns1.example.net.]}
    _443._tcp:
      type: TLSA
      value: {certificate_usage: 3, selector: 1, matching_type: 1, certificate_association_data: DIGEST}
    urlfwd: {type: URLFWD, values: [{path: /, target: 'https://example.net/', code: 302, masking: 2, query: 0}]}
    '*.wild': {type: A, ttl: 60, value: 192.0.2.3}
    """
)
TYPES = {
    "A",
    "AAAA",
    "ALIAS",
    "CAA",
    "CNAME",
    "DNAME",
    "DS",
    "MX",
    "NAPTR",
    "NS",
    "PTR",
    "SPF",
    "SRV",
    "TLSA",
    "TXT",
    "URLFWD",
}
DOTTED = {"ALIAS", "CNAME", "MX", "NS", "PTR", "SRV"}
"""Types where octodns-ns1 adds the dot that the service may leave out; it does not for DNAME and NAPTR."""


def spelt(text):
    return text.replace("LONG", "x" * 600).replace("DIGEST", "ab" * 32)


@contextmanager
def stage(tmp_path, monkeypatch, **options):
    """A fake that octoDNS trusts, and what plans and applies the zone of the file."""
    certificate, key = self_signed(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", certificate)
    with Ns1Fake(tls=(certificate, key), undots=DOTTED, **options) as fake:
        address = fake.url.removeprefix("https://").removesuffix("/v1")
        (tmp_path / "config.yaml").write_text(
            dedent(
                f"""
                manager: {{max_workers: 1, plan_outputs: {{json: {{class: octodns.provider.plan.PlanJson}}}}}}
                providers:
                  files: {{class: octodns.provider.yaml.YamlProvider, directory: {tmp_path}, default_ttl: 3600,
                           enforce_order: false, escaped_semicolons: true}}
                  ns1: {{class: octodns_ns1.Ns1Provider, api_key: {fake.key}, client_config: {{endpoint: '{address}'}}}}
                zones:
                  example.com.: {{sources: [files], targets: [ns1]}}
                """
            )
        )

        def sync(zone, apply=False):
            """Return the changes that octoDNS plans for *zone*; make them if *apply*."""
            (tmp_path / "example.com.yaml").write_text(spelt(zone))
            told = io.StringIO()
            manager = Manager(str(tmp_path / "config.yaml"))
            # Most of the records go at the end: octoDNS wants to be forced.
            made = manager.sync(dry_run=not apply, force=True, plan_output_fh=told)
            planned = json.loads(told.getvalue()).get("ns1", {}).get("example.com.", {}).get("changes", [])
            assert made == (len(planned) if apply else 0)
            return planned

        yield fake, sync


@pytest.fixture(autouse=True)
def _quiet():
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("page", [2500, 5])
def test_octodns_creates_replans_updates_and_clears_a_zone_of_every_type(tmp_path, monkeypatch, page):
    with stage(tmp_path, monkeypatch, page=page) as (fake, sync):
        planned = sync(ZONE)
        assert len(planned) == 18
        assert fake.zone_names() == []
        assert sync(ZONE, apply=True) == planned
        assert {record["type"] for record in fake.dump("example.com.")} == TYPES
        [texts] = [record for record in fake.dump("example.com.") if record["type"] == "TXT"]
        raw = ["v=spf1 -all", r'with "quotes", a \ and ; a semicolon', "x" * 600]
        assert sorted(answer["answer"][0] for answer in texts["answers"]) == sorted(raw)
        assert fake.requests("POST", "/example.com/NS$"), "the apex NS record is there already: updated, not created"
        calls = fake.count_calls()
        assert sync(ZONE) == []
        assert fake.count_calls() - calls == {"GET": -(-len(planned) // page)}

        changed = ZONE.replace("192.0.2.2", "192.0.2.9").replace("ttl: 86400", "ttl: 60").replace("!sip:a@", "!sip:b@")
        assert len(sync(changed, apply=True)) == 3
        assert sync(changed) == []

        left = "'': {type: NS, ttl: 60, values: [ns1.example.net., ns2.example.net.]}"
        assert len(sync(left, apply=True)) == len(planned) - 1
        assert [(record["domain"], record["type"]) for record in fake.dump("example.com.")] == [("example.com", "NS")]


def test_octodns_stops_at_what_the_service_refuses(tmp_path, monkeypatch):
    with (
        stage(tmp_path, monkeypatch, deny={("PUT", "record")}) as (fake, sync),
        pytest.raises(ResourceException, match="permission"),
    ):
        sync(ZONE, apply=True)
    assert [record["type"] for record in fake.dump("example.com.")] == ["NS"]


def test_octodns_sees_what_somebody_else_changed(tmp_path, monkeypatch):
    with stage(tmp_path, monkeypatch) as (fake, sync):
        sync(ZONE, apply=True)
        fake.edit("example.com.", "*.wild.example.com.", "A", 60, ["192.0.2.99"])
        fake.edit("example.com.", "new.example.com.", "TXT", 60, ["new"])
        fake.edit("example.com.", "aaaa.example.com.", "AAAA", 60, None)
        planned = {change["record_type"]: change["type"] for change in sync(ZONE)}
        assert planned == {"A": "update", "TXT": "delete", "AAAA": "create"}
