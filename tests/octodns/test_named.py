"""Zones at a real named, through octodns-bind: AXFR and UPDATE, and zone files that are read."""

import textwrap

import pytest

from tests.octodns.support import made
from tests.support.updating import KEY, Updatable
from zonesync import cli
from zonesync.findings import Severity
from zonesync.model.change import Change
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.contract import Outcome
from zonesync.provider.errors import Denied, Rejected, Unavailable
from zonesync.provider.permit import NoLeaveError, asking
from zonesync_octodns import OctodnsProvider

ZONE = ZoneId("example.com.")
PATH = "octodns_bind.Rfc2136Provider"


def provider(named: Updatable, **given) -> OctodnsProvider:
    key = {"key_name": KEY, "key_secret": named.secret, "key_algorithm": "hmac-sha256"}
    return made(OctodnsProvider, PATH, **{"host": named.address, "port": str(named.port), **key, **given})


def outcomes(adapter: OctodnsProvider, *changes: Change):
    live = adapter.read(ZONE)
    assert live is not None
    return {
        change.key.name.partition(".")[0]: one.outcome for one in adapter.apply(live, changes) for change in one.changes
    }


@pytest.mark.server
def test_a_zone_at_named_is_filled_and_the_plan_after_it_is_empty(named, tmp_path, monkeypatch, capsys):
    named.add_zone(ZONE.name)
    (tmp_path / "zones").mkdir()
    (tmp_path / "zonesync.yaml").write_text(
        textwrap.dedent(f"""\
            zones: [zones/*.yaml]
            providers:
              named:
                type: octodns
                class: {PATH}
                host: {named.address}
                port: {named.port}
                key_name: {KEY}
                key_secret: "${{TSIG}}"
                key_algorithm: hmac-sha256
            """)
    )
    (tmp_path / "zones/example.com.yaml").write_text(
        textwrap.dedent("""\
            zone: example.com
            providers: [named]
            nameservers: {ttl: 2h, hosts: [ns2.servers.example.net., ns3.servers.example.net.]}
            records:
              "@": {MX: 10 mail, TXT: v=spf1 mx -all}
              mail: {A: 198.51.100.1}
              www: {CNAME: mail}
              sub: {NS: [ns1.example.org., ns2.example.org.]}
            """)
    )
    monkeypatch.setenv("TSIG", named.secret)
    monkeypatch.chdir(tmp_path)
    assert cli.run(["apply", "--yes"]) == 0
    capsys.readouterr()
    assert cli.run(["plan", "--exit-code"]) == 0
    assert named.secret not in "".join(capsys.readouterr())
    served = named.ask("www.example.com.", "A").answer
    assert [str(row) for rrset in served for row in rrset] == ["mail.example.com.", "198.51.100.1"]
    (hosts,) = named.ask("example.com.", "NS").answer
    assert (hosts.ttl, {str(row) for row in hosts}) == (7200, {"ns2.servers.example.net.", "ns3.servers.example.net."})


@pytest.mark.server
def test_names_that_go_from_the_apex_go_after_those_that_come(named):
    named.add_zone(ZONE.name)
    adapter = provider(named)
    old = adapter.read(ZONE).rrsets[Key(ZONE.name, "NS")]
    new = RRset.of(ZONE.name, "NS", 3600, ["ns3.servers.example.net."])
    asked = []

    def once() -> None:
        asked.append(1)
        if len(asked) > 1:
            raise NoLeaveError("no leave")

    with asking(once):
        assert set(outcomes(adapter, Change(old, new)).values()) == {Outcome.UNKNOWN}
    both = adapter.read(ZONE).rrsets[new.key]
    assert set(both.rdatas) == {*old.rdatas, *new.rdatas}
    assert set(outcomes(adapter, Change(both, new)).values()) == {Outcome.APPLIED}
    assert adapter.read(ZONE).rrsets[new.key] == new


@pytest.mark.server
def test_a_ds_is_taken_at_a_delegation_and_else_not_said_to_be_applied(named):
    named.add_zone(ZONE.name)
    adapter = provider(named)
    digest = "12345 13 2 " + "0123456789abcdef" * 4
    inside, alone = (RRset.of(f"{owner}.{ZONE.name}", "DS", 300, [digest]) for owner in ("sub", "alone"))
    cut = RRset.of(f"sub.{ZONE.name}", "NS", 300, ["ns1.example.org."])
    assert outcomes(adapter, Change(None, cut)) == {"sub": Outcome.APPLIED}
    assert outcomes(adapter, Change(None, inside), Change(None, alone)) == {
        "sub": Outcome.APPLIED,
        "alone": Outcome.REJECTED,
    }


@pytest.mark.server
def test_changes_that_fill_more_than_one_message_go_in_several(named):
    named.add_zone(ZONE.name)
    adapter = provider(named)
    long = " ".join(f'"{"x" * 255}"' for _ in range(15))
    changes = [Change(None, RRset.of(f"t{number}.{ZONE.name}", "TXT", 300, [long])) for number in range(30)]
    receipts = list(adapter.apply(adapter.read(ZONE), changes))
    assert {one.outcome for one in receipts} == {Outcome.APPLIED}
    assert len(receipts) > 1
    assert sum(key.type == "TXT" for key in adapter.read(ZONE).rrsets) == 30


@pytest.mark.server
@pytest.mark.parametrize("text", [r'"say \"x\""', r'"back\\slash"', r'"b\195\188cher"'])
def test_a_text_that_octodns_would_garble_is_kept(named, text):
    named.add_zone(ZONE.name)
    named.put(ZONE.name, f"odd.{ZONE.name}", "TXT", 60, [text])
    (kept,) = provider(named).read(ZONE).kept
    assert (kept.name, kept.type) == (f"odd.{ZONE.name}", "TXT")


@pytest.mark.server
def test_a_zone_that_octodns_cannot_parse_is_unread_and_never_shorter(named):
    named.add_zone(ZONE.name)
    named.put(ZONE.name, f"where.{ZONE.name}", "LOC", 60, ["52 22 23.000 N 4 53 32.000 E -2.00m"])
    with pytest.raises(Unavailable, match="cannot read the zone"):
        provider(named).read(ZONE)


@pytest.mark.server
def test_what_octodns_could_not_read_again_is_refused_before_it_is_written(named):
    rrset = RRset.of(f"where.{ZONE.name}", "LOC", 60, ["52 22 23.000 N 4 53 32.000 E -2.00m"])
    assert "could not read it again" in provider(named).refusal(ZONE, rrset)


@pytest.mark.server
def test_a_zone_that_is_not_there_reads_as_none_and_cannot_be_made(named):
    adapter = provider(named)
    assert adapter.read(ZONE) is None
    with pytest.raises(Rejected, match="cannot make zones") as raised:
        adapter.create(ZONE)
    assert "make the zone at its server" in raised.value.hint


@pytest.mark.server
def test_a_transfer_that_is_refused_is_no_missing_zone(named):
    named.add_zone(ZONE.name)
    with pytest.raises(Denied, match="REFUSED"):
        provider(named, key_name=None, key_secret=None, key_algorithm=None).read(ZONE)


@pytest.mark.server
def test_a_wrong_key_is_no_missing_zone_and_no_secret_gets_out(named):
    named.add_zone(ZONE.name)
    with pytest.raises((Denied, Unavailable)) as raised:
        provider(named, key_secret="YSB3cm9uZyBzZWNyZXQ=").read(ZONE)
    assert "YSB3cm9uZyBzZWNyZXQ=" not in str(raised.value)


def test_a_server_that_is_not_there_is_unavailable_and_nothing_was_sent():
    adapter = made(OctodnsProvider, PATH, host="127.54.3.1", port="5399")
    with pytest.raises(Unavailable):
        adapter.read(ZONE)


ZONE_FILE = """\
$TTL 300
@ SOA ns1.example.net. hostmaster.example.com. 1 3600 900 1209600 300
@ NS ns1.example.net.
www A 192.0.2.1
"""


@pytest.fixture
def files(tmp_path) -> OctodnsProvider:
    (tmp_path / "example.com.").write_text(ZONE_FILE)
    return made(OctodnsProvider, "octodns_bind.ZoneFileSource", root=tmp_path, directory=".")


def test_zone_files_are_read_through_octodns(files):
    live = files.read(ZONE)
    assert {key.name for key in live.rrsets} == {"example.com.", "www.example.com."}
    assert [ref.id for ref in files.zones()] == [ZONE]
    assert files.read(ZoneId("other.example.")) is None


def test_what_only_reads_says_so_before_a_write_and_writes_nothing(files, tmp_path):
    live = files.read(ZONE)
    (finding,) = live.findings
    assert (finding.rule, finding.severity) == ("provider-only-reads", Severity.ERROR)
    change = Change(None, RRset.of("new.example.com.", "A", 300, ["192.0.2.1"]))
    (receipt,) = files.apply(live, [change])
    assert (receipt.outcome, receipt.words) == (Outcome.REJECTED, "`octodns_bind.ZoneFileSource` only reads")
    with pytest.raises(Rejected, match="cannot make zones"):
        files.create(ZoneId("other.example."))
    assert (tmp_path / "example.com.").read_text() == ZONE_FILE


def test_a_zone_file_that_cannot_be_parsed_is_unread(files, tmp_path):
    (tmp_path / "example.com.").write_text(ZONE_FILE + "www A not-an-address\n")
    with pytest.raises(Unavailable):
        files.read(ZONE)
