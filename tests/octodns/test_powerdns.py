"""Zones at a real PowerDNS, through octodns-powerdns and the command line."""

import textwrap

import pytest
import requests

from tests.octodns.support import made
from tests.support.powerdns import PowerDns
from zonesync import cli
from zonesync.model.change import Change
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.contract import Outcome
from zonesync.provider.errors import Denied
from zonesync_octodns import OctodnsProvider

pytestmark = pytest.mark.server
ZONE = ZoneId("example.com.")
PATH = "octodns_powerdns.PowerDnsProvider"


@pytest.fixture
def provider(powerdns: PowerDns) -> OctodnsProvider:
    return made(OctodnsProvider, PATH, host=powerdns.address, port=str(powerdns.api_port), api_key=powerdns.api_key)


@pytest.fixture
def project(tmp_path, powerdns, monkeypatch):
    (tmp_path / "zones").mkdir()
    (tmp_path / "zonesync.yaml").write_text(
        textwrap.dedent(f"""\
            zones: [zones/*.yaml]
            providers:
              files: {{type: bind, directory: build, nameservers: [ns1.example.net., ns2.example.net.]}}
              pdns:
                type: octodns
                class: {PATH}
                host: {powerdns.address}
                port: {powerdns.api_port}
                api_key: "${{PDNS_KEY}}"
                nameservers: [ns1.example.org., ns2.example.org.]
            """)
    )
    (tmp_path / "zones/example.com.yaml").write_text(
        textwrap.dedent("""\
            zone: example.com
            providers: [files, pdns]
            nameservers: auto
            records:
              "@": {MX: 10 mail, TXT: v=spf1 mx -all, CAA: '0 issue "ca.example.net"'}
              mail: {A: 198.51.100.1, AAAA: "2001:db8:1::1"}
              www: {CNAME: mail}
              _sip._tcp: {SRV: 0 5 5060 mail}
              key: {TXT: "a=1; b=2"}
              "*.dev": {A: 198.51.100.2}
              svc: {HTTPS: 1 . alpn="h2"}
              sub: {NS: [ns1.example.org.], DS: 12345 13 1 0123456789abcdef0123456789abcdef01234567}
            """)
    )
    monkeypatch.setenv("PDNS_KEY", powerdns.api_key)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys, *arguments):
    capsys.readouterr()
    code = cli.run(list(arguments))
    out, err = capsys.readouterr()
    return code, out + err


def test_a_zone_at_files_and_powerdns_is_made_and_the_plan_after_it_is_empty(project, powerdns, capsys):
    code, told = run(capsys, "apply", "--yes")
    assert code == 0, told
    code, told = run(capsys, "plan", "--exit-code")
    assert (code, "No changes" in told) == (0, True), told
    served = powerdns.ask("www.example.com.", "A").answer
    assert [str(row) for rrset in served for row in rrset] == ["mail.example.com.", "198.51.100.1"]
    hosts = sorted(str(row) for row in powerdns.ask("example.com.", "NS").answer[0])
    assert hosts == ["ns1.example.net.", "ns1.example.org.", "ns2.example.net.", "ns2.example.org."]
    text = powerdns.ask("key.example.com.", "TXT").answer[0]
    assert [row.strings for row in text] == [(b"a=1; b=2",)]
    assert powerdns.api_key not in told


def test_drift_at_powerdns_is_seen_and_put_right(project, powerdns, capsys):
    assert run(capsys, "apply", "--yes")[0] == 0
    powerdns.put("example.com.", "mail.example.com.", "A", 60, ["203.0.113.66"])
    powerdns.put("example.com.", "theirs.example.com.", "TXT", 60, ['"x"'])
    code, told = run(capsys, "drift")
    assert code == 2
    assert "203.0.113.66" in told
    assert "theirs TXT" in told
    assert run(capsys, "apply", "--yes")[0] == 0
    assert run(capsys, "plan", "--exit-code")[0] == 0
    assert not powerdns.ask("theirs.example.com.", "TXT").answer


def test_a_wrong_key_is_denied_and_changes_nothing(project, powerdns, capsys, monkeypatch):
    monkeypatch.setenv("PDNS_KEY", "some-other-key")
    code, told = run(capsys, "apply", "--yes")
    assert code == 1
    assert "check the credentials" in " ".join(told.split())
    assert "some-other-key" not in told
    assert not powerdns.call("GET").json()


def host(provider: OctodnsProvider, *rrsets: RRset):
    live = provider.create(ZONE)
    apex = RRset.of(ZONE.name, "NS", 3600, ["ns1.example.org."])
    assert {one.outcome for one in provider.apply(live, [Change(None, new) for new in (apex, *rrsets)])} == {
        Outcome.APPLIED
    }
    return provider.read(ZONE)


def test_what_octodns_has_and_no_rrset_is_kept_and_outlasts_writes(provider, powerdns):
    host(provider)
    powerdns.put(ZONE.name, "lua.example.com.", "LUA", 60, ["A \"ifportup(443, {'192.0.2.1'})\""])
    powerdns.put(ZONE.name, "quote.example.com.", "TXT", 60, [r'"say \"x\""'])
    powerdns.put(ZONE.name, "octets.example.com.", "TXT", 60, [r'"b\195\188cher"'])
    live = provider.read(ZONE)
    kept = {(one.name.partition(".")[0], one.type): one for one in live.kept}
    assert kept.keys() == {("lua", "LUA"), ("quote", "TXT"), ("octets", "TXT")}
    assert "no sure reading" in kept["quote", "TXT"].description
    new = RRset.of("quote.example.com.", "TXT", 60, ['"ours"'])
    beside = RRset.of("www.example.com.", "A", 60, ["192.0.2.1"])
    outcomes = {
        change.key.name: (one.outcome, one.words)
        for one in provider.apply(live, [Change(None, new), Change(None, beside)])
        for change in one.changes
    }
    assert outcomes["www.example.com."][0] is Outcome.APPLIED
    assert outcomes["quote.example.com."][0] is Outcome.REJECTED
    assert outcomes["quote.example.com."][1].startswith("kept as it is: ")
    assert provider.read(ZONE).kept == live.kept


def test_a_kept_record_that_changes_has_another_digest(provider, powerdns):
    host(provider)
    digests = set()
    for value in (r'"say \"x\""', r'"say \"y\""'):
        powerdns.put(ZONE.name, "quote.example.com.", "TXT", 60, [value])
        digests.add(provider.read(ZONE).kept[0].digest)
    assert len(digests) == 2


def test_types_that_the_package_passes_over_are_not_seen_and_not_touched(provider, powerdns):
    host(provider)
    powerdns.put(ZONE.name, "host.example.com.", "HINFO", 60, ['"a" "b"'])
    live = provider.read(ZONE)
    assert {key.type for key in live.rrsets} == {"NS"}
    list(provider.apply(live, [Change(None, RRset.of("host.example.com.", "A", 60, ["192.0.2.1"]))]))
    assert powerdns.ask("host.example.com.", "HINFO").answer


@pytest.mark.parametrize("length", [255, 256, 600, 4000])
def test_a_long_text_is_served_as_it_is_desired(provider, powerdns, length):
    text = ("ab;c " * 800)[:length]
    strings = [text[at : at + 255] for at in range(0, length, 255)]
    new = RRset.of("long.example.com.", "TXT", 60, [" ".join(f'"{part}"' for part in strings)])
    live = host(provider, new)
    assert provider.normalise(live.rrsets[new.key]) == provider.normalise(new)
    (served,) = powerdns.ask("long.example.com.", "TXT").answer[0]
    assert b"".join(served.strings) == text.encode()


def test_a_batch_is_one_transaction(provider, powerdns):
    live = host(provider)
    serial = provider_serial(powerdns)
    changes = [Change(None, RRset.of(f"n{number}.example.com.", "A", 60, ["192.0.2.1"])) for number in range(50)]
    (receipt,) = provider.apply(live, changes)
    assert (receipt.outcome, len(receipt.changes)) == (Outcome.APPLIED, 50)
    assert provider_serial(powerdns) == serial + 1


def provider_serial(powerdns: PowerDns) -> int:
    (soa,) = powerdns.ask(ZONE.name, "SOA").answer[0]
    return soa.serial


def test_a_zone_comes_to_be_with_its_first_content(provider, powerdns):
    live = provider.create(ZONE)
    assert not powerdns.call("GET").json()
    assert provider.read(ZONE) is None
    apex = RRset.of(ZONE.name, "NS", 3600, ["ns1.example.org."])
    assert [one.outcome for one in provider.apply(live, [Change(None, apex)])] == [Outcome.APPLIED]
    assert provider.read(ZONE).rrsets == {Key(ZONE.name, "NS"): apex}


def test_a_denied_read_is_no_missing_zone(powerdns):
    provider = made(OctodnsProvider, PATH, host=powerdns.address, port=str(powerdns.api_port), api_key="some-other-key")
    with pytest.raises(Denied):
        provider.read(ZONE)
    with pytest.raises(Denied):
        list(provider.zones())
    with pytest.raises(requests.HTTPError):
        powerdns.call("GET", "/example.com.")
