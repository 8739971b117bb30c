"""octoDNS with octodns-googlecloud, which nobody here wrote, on the fake of Cloud DNS."""

import io
import json
import logging
from contextlib import contextmanager
from textwrap import dedent

import pytest
from google.api_core.exceptions import BadRequest, Forbidden, PreconditionFailed
from octodns.manager import Manager
from octodns_googlecloud import GoogleCloudProvider

from tests.fakes.gcloud import CloudDnsFake

APEX = "example.com."
ZONE = (
    dedent(
        r"""
    '':
      - {type: ALIAS, ttl: 20, value: www.example.net.}
      - type: CAA
        values: [{flags: 0, tag: issue, value: ca.example.net}, {flags: 128, tag: iodef, value: 'mailto:a@example.com'}]
      - type: MX
        values: [{preference: 10, exchange: mail.example.com.}, {preference: 20, exchange: mail.example.net.}]
      - {type: NS, ttl: 86400, values: [ns1.example.net., ns2.example.net.]}
      - {type: TXT, values: ['v=spf1 -all', 'and \; a semicolon', LONG]}
    '*': {type: A, ttl: 60, value: 192.0.2.3}
    _sip._tcp: {type: SRV, values: [{priority: 1, weight: 2, port: 443, target: sip.example.com.}]}
    a: {type: A, ttl: 300, values: [192.0.2.1, 192.0.2.2]}
    aaaa: {type: AAAA, values: ['2001:db8::1', '2001:db8::2']}
    cname: {type: CNAME, value: www.example.net.}
    ds: {type: DS, value: {key_tag: 12345, algorithm: 13, digest_type: 2, digest: DIGEST}}
    naptr:
      type: NAPTR
      values:
        - {order: 1, preference: 2, flags: S, service: SIP+D2U, regexp: '!^.*$!sip:a@example.com!', replacement: .}
        - {order: 2, preference: 2, flags: U, service: SIP+D2U, regexp: '', replacement: sip.example.com.}
    ptr: {type: PTR, value: a.example.com.}
    spf: {type: SPF, value: v=spf1 -all}
    sub: {type: NS, values: [ns1.example.net.]}
    """
    )
    .replace("LONG", "x" * 600)
    .replace("DIGEST", "ab" * 32)
)


@contextmanager
def stage(tmp_path, **options):
    """A fake, and what plans and applies the zone of the file with octoDNS."""
    with CloudDnsFake(**options) as fake:
        (tmp_path / "config.yaml").write_text(
            dedent(
                f"""
                manager: {{max_workers: 1, plan_outputs: {{json: {{class: octodns.provider.plan.PlanJson}}}}}}
                providers:
                  files: {{class: octodns.provider.yaml.YamlProvider, directory: {tmp_path}, default_ttl: 3600,
                           enforce_order: false, escaped_semicolons: true}}
                  google: {{class: tests.fakes.gcloud_octodns.Provider, endpoint: '{fake.url}'}}
                zones:
                  example.com.: {{sources: [files], targets: [google]}}
                """
            )
        )

        def sync(zone, apply=False):
            """Return the changes that octoDNS plans for *zone*; make them if *apply*."""
            (tmp_path / "example.com.yaml").write_text(zone)
            told = io.StringIO()
            manager = Manager(str(tmp_path / "config.yaml"))
            # Most of the records go at the end: octoDNS wants to be forced.
            made = manager.sync(dry_run=not apply, force=True, plan_output_fh=told)
            planned = json.loads(told.getvalue()).get("google", {}).get(APEX, {}).get("changes", [])
            assert made == (len(planned) if apply else 0)
            return planned

        yield fake, sync


@pytest.fixture(autouse=True)
def _quiet():
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize(("page", "after"), [(100, 1), (3, 4)])
def test_octodns_creates_replans_updates_and_clears_a_zone_of_every_type(tmp_path, page, after):
    with stage(tmp_path, page=page, done_after=after) as (fake, sync):
        fake.create_zone(APEX)
        planned = sync(ZONE)
        assert len(planned) == 15
        assert sync(ZONE, apply=True) == planned
        held = {(each["name"], each["type"]): each["rrdatas"] for each in fake.dump(APEX)}
        assert {rtype for _, rtype in held} == GoogleCloudProvider.SUPPORTS | {"SOA"}
        texts = ['"v=spf1 -all"', '"and ; a semicolon"', f'"{"x" * 255}" "{"x" * 255}" "{"x" * 90}"']
        assert sorted(held[APEX, "TXT"]) == sorted(texts)
        assert sync(ZONE) == []

        changed = ZONE.replace("192.0.2.2", "192.0.2.9").replace("ttl: 86400", "ttl: 60").replace("!sip:a@", "!sip:b@")
        assert len(sync(changed, apply=True)) == 3
        assert sync(changed) == []

        left = "'': {type: NS, ttl: 60, values: [ns1.example.net., ns2.example.net.]}"
        assert len(sync(left, apply=True)) == len(planned) - 1
        assert [each["type"] for each in fake.dump(APEX)] == ["NS", "SOA"]


def test_octodns_makes_the_zone(tmp_path):
    with stage(tmp_path) as (fake, sync):
        sync("a: {type: A, value: 192.0.2.1}", apply=True)
        assert fake.zone_names() == [APEX]
        assert fake.resource(APEX)["name"].startswith("zone-example-com--")
        assert [each["type"] for each in fake.dump(APEX)] == ["NS", "SOA", "A"]


def test_octodns_sees_what_somebody_else_changed(tmp_path):
    with stage(tmp_path) as (fake, sync):
        fake.create_zone(APEX)
        sync(ZONE, apply=True)
        fake.edit(APEX, "*.example.com.", "A", 60, ["192.0.2.99"])
        fake.edit(APEX, "new.example.com.", "TXT", 60, ['"new"'])
        fake.edit(APEX, "aaaa.example.com.", "AAAA", 60, None)
        planned = {change["record_type"]: change["type"] for change in sync(ZONE)}
        assert planned == {"A": "update", "TXT": "delete", "AAAA": "create"}


def test_octodns_is_stopped_by_an_edit_in_between(tmp_path):
    with stage(tmp_path) as (fake, sync):
        fake.create_zone(APEX)
        sync(ZONE, apply=True)
        fake.fail(method="POST", run=lambda: fake.edit(APEX, "a.example.com.", "A", 60, ["192.0.2.99"]))
        with pytest.raises(PreconditionFailed, match="deletions"):
            sync(ZONE.replace("192.0.2.2", "192.0.2.9"), apply=True)


def test_octodns_is_stopped_by_what_the_service_refuses(tmp_path):
    with stage(tmp_path, deny={"changes.create"}) as (fake, sync):
        with pytest.raises(Forbidden, match=r"dns\.changes\.create"):
            sync(ZONE, apply=True)
        fake.deny.clear()
        with pytest.raises(BadRequest, match="a wildcard of type 'NS' is not allowed"):
            sync("'*': {type: NS, value: ns1.example.net.}", apply=True)
        assert [each["type"] for each in fake.dump(APEX)] == ["NS", "SOA"]
