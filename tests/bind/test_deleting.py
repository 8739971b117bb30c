"""A deleted zone's file is kept beside the others, and everything that spoke of the zone is told."""

import sys
import time
from collections.abc import Callable
from glob import glob
from pathlib import Path

import dns.rcode
import pytest

import zonesync_bind.files
from tests.support.servers import need, running_named
from zonesync.model.change import Change
from zonesync.model.rrset import RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.conformance.kit import apply, carried_out, host, outcomes, read, rrset
from zonesync.provider.contract import LiveZone, Outcome
from zonesync.provider.deletion import GONE
from zonesync.provider.errors import Rejected, Unavailable
from zonesync.provider.permit import NoLeaveError, asking
from zonesync_bind import BindProvider
from zonesync_bind.files import locked
from zonesync_bind.naming import Naming

Bind = Callable[..., BindProvider]
SIGNED = "www IN RRSIG A 13 3 300 20300101000000 20260101000000 1 example.com. AAAA\n"
DNSKEY = (
    "@ IN DNSKEY 257 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ==\n"
)


def other_zone(provider: BindProvider) -> LiveZone:
    return host(provider, ZoneId("example.org."))


def test_the_file_of_a_deleted_zone_is_kept_with_its_last_content(bind: Bind, zone: ZoneId, file: Path) -> None:
    provider = bind()
    live = host(provider, zone)
    data = file.read_bytes()
    receipt = provider.delete(live)
    kept = file.with_name("example.com.zone.deleted")
    assert (receipt.outcome, receipt.words) == (Outcome.APPLIED, f"the file is kept as `{kept}`")
    assert receipt.change_id == "serial 2026013100"
    assert kept.read_bytes() == data
    assert not list(file.parent.glob("*.zone"))
    kept.rename(file)
    assert read(provider, zone) == live


def test_a_second_deletion_writes_over_no_kept_file(bind: Bind, zone: ZoneId, file: Path) -> None:
    provider = bind()
    contents = []
    for ttl in (300, 600, 900):
        live = host(provider, zone)
        servers = live.rrsets[next(key for key in live.rrsets if key.type == "NS")]
        live = carried_out(provider, live, [Change(servers, RRset.of(zone.name, "NS", ttl, servers.rdatas))])
        contents.append(file.read_bytes())
        assert provider.delete(live).outcome is Outcome.APPLIED
    names = ("example.com.zone.deleted", "example.com.zone.1.deleted", "example.com.zone.2.deleted")
    assert [file.with_name(name).read_bytes() for name in names] == contents


@pytest.mark.parametrize("template", ["{zone}.zone", "{zone}", "db.{zone}", "{zone}.deleted", "{zone}.1.deleted"])
def test_what_is_kept_is_never_taken_for_a_zone(tmp_path: Path, template: str) -> None:
    naming = Naming.of(tmp_path, template)
    for name in ("example.com.", "deleted.", "x.1."):
        path = naming.path(ZoneId(name))
        for _ in range(3):
            kept = naming.aside(path)
            assert kept.parent == tmp_path
            assert naming.zone(kept.name) is None
            kept.touch()
        pattern = str(tmp_path / template.replace("{zone}", "*"))
        assert glob(pattern) == []  # noqa: PTH207 -- hidden files are left out, as by shells and unlike by Path.glob
    assert naming.zones() == []


def test_a_zone_with_addresses_of_its_own_name_servers_alone_is_deleted(bind: Bind, zone: ZoneId) -> None:
    provider = bind(nameservers=["ns1.example.com.", "ns2.example.net."])
    glue = [rrset(zone, "ns1", "A", "192.0.2.1"), rrset(zone, "ns1", "AAAA", "2001:db8::1")]
    assert provider.delete(host(provider, zone, *glue)).outcome is Outcome.APPLIED
    assert provider.read(zone) is None
    refused = provider.delete(host(provider, zone, *glue, rrset(zone, "ns2", "A", "192.0.2.2")))
    assert refused.outcome is Outcome.CONFLICT
    assert "`ns2.example.com. A`" in refused.words


def test_the_entry_in_named_conf_goes_and_no_other_one(bind: Bind, zone: ZoneId, directory: Path) -> None:
    provider = bind(named_conf=str(directory / "named.conf"))
    other_zone(provider)
    inner = host(provider, ZoneId("example.com.", "internal"))
    live = host(provider, zone)
    assert '"example.com"' in (directory / "named.conf").read_text()
    assert provider.delete(live).outcome is Outcome.APPLIED
    text = (directory / "named.conf").read_text()
    assert '"example.com"' not in text
    assert '"example.org"' in text
    assert '"example.com"' in (directory / "named.conf@internal").read_text()
    assert not [finding for finding in read(provider, inner.id).findings if finding.rule == "named-conf-stale"]


def test_an_entry_that_a_killed_run_left_goes_with_the_next_deletion(bind: Bind, zone: ZoneId, directory: Path) -> None:
    provider = bind(named_conf=str(directory / "named.conf"))
    live = host(provider, zone)
    (directory / "example.com.zone").unlink()
    receipt = provider.delete(live)
    assert (receipt.outcome, receipt.words) == (Outcome.APPLIED, GONE)
    assert '"example.com"' not in (directory / "named.conf").read_text()


def test_a_fragment_of_somebody_elses_stops_a_deletion(bind: Bind, zone: ZoneId, directory: Path, file: Path) -> None:
    provider = bind(named_conf=str(directory / "named.conf"))
    live = host(provider, zone)
    (directory / "named.conf").write_text("options {};\n")
    receipt = provider.delete(live)
    assert receipt.outcome is Outcome.REJECTED
    assert "was not written by zonesync" in receipt.words
    assert file.exists()
    assert (directory / "named.conf").read_text() == "options {};\n"


def test_a_folder_that_has_gone_holds_no_zone(bind: Bind, zone: ZoneId, file: Path) -> None:
    provider = bind()
    live = host(provider, zone)
    for path in file.parent.iterdir():
        path.unlink()
    file.parent.rmdir()
    assert provider.delete(live).words == GONE
    assert not file.parent.exists()


def test_the_reload_command_runs_after_the_file_has_gone(bind: Bind, zone: ZoneId, file: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    code = "import os, sys; open(sys.argv[1], 'a').write(f'{sys.argv[2]} {os.path.exists(sys.argv[3])}|')"
    provider = bind(reload=[sys.executable, "-c", code, str(log), "{zone}", str(file)])
    live = host(provider, zone)
    provider.reload(live)
    assert "; " not in provider.delete(live).words
    assert log.read_text() == "example.com True|example.com False|"


def test_a_zone_that_comes_again_with_the_same_serial_is_due_for_a_reload(bind: Bind, zone: ZoneId) -> None:
    provider = bind(reload=[sys.executable, "-c", ""])
    live = host(provider, zone)
    provider.reload(live)
    assert not read(provider, zone).pending
    provider.delete(live)
    assert host(provider, zone).pending == "serial 2026013100 was written but not reloaded"


def test_a_reload_that_fails_after_a_deletion_is_told_and_does_not_undo_it(bind: Bind, zone: ZoneId) -> None:
    provider = bind(reload=[sys.executable, "-c", "import sys; sys.exit('rndc: not found')"])
    receipt = provider.delete(host(provider, zone))
    assert receipt.outcome is Outcome.APPLIED
    assert "a server may serve the zone until it reads its configuration anew" in receipt.words
    assert "rndc: not found" in receipt.words
    assert provider.read(zone) is None


@pytest.mark.parametrize("writes", [0, 1, 2])
def test_leave_that_is_lost_on_the_way_stops_what_is_left(
    bind: Bind, zone: ZoneId, file: Path, directory: Path, tmp_path: Path, writes: int
) -> None:
    log = tmp_path / "log"
    code = "import sys; open(sys.argv[1], 'a')"
    provider = bind(named_conf=str(directory / "named.conf"), reload=[sys.executable, "-c", code, str(log)])
    live = host(provider, zone)
    left = iter([None] * writes)

    def ask() -> None:
        if next(left, "over"):
            raise NoLeaveError("the lock is lost")

    if writes < 2:
        with asking(ask), pytest.raises(NoLeaveError):
            provider.delete(live)
        assert file.exists()
    else:
        with asking(ask):
            receipt = provider.delete(live)
        assert receipt.outcome is Outcome.APPLIED
        assert receipt.words.endswith("its server was not told: the lock is lost")
    assert not log.exists()
    assert ('"example.com"' in (directory / "named.conf").read_text()) == (writes == 0)


def test_a_file_of_somebody_elses_is_not_deleted(bind: Bind, zone: ZoneId, hand_made: Path) -> None:
    hand_made.write_text("$TTL 300\n@ SOA ns1.example.net. h 1 2 3 4 5\n  NS ns1.example.net.\n")
    provider = bind()
    receipt = provider.delete(read(provider, zone))
    assert receipt.outcome is Outcome.REJECTED
    assert "was not written by zonesync" in receipt.words
    assert hand_made.exists()


def test_a_symbolic_link_is_not_deleted(bind: Bind, zone: ZoneId, file: Path, tmp_path: Path) -> None:
    provider = bind()
    host(provider, zone)
    elsewhere = tmp_path / "elsewhere"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)
    assert provider.delete(read(provider, zone)).outcome is Outcome.REJECTED
    assert file.is_symlink()


def test_a_dynamic_zone_is_not_deleted(bind: Bind, zone: ZoneId, file: Path) -> None:
    provider = bind()
    live = host(provider, zone)
    file.with_name("example.com.zone.jnl").touch()
    with pytest.raises(Rejected, match="dynamic zone"):
        provider.delete(live)
    assert file.exists()


def test_a_folder_that_is_held_by_another_run_is_left_alone(
    bind: Bind, zone: ZoneId, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = bind()
    live = host(provider, zone)
    monkeypatch.setattr(provider, "_patience", 0.01)
    with locked(file.parent), pytest.raises(Unavailable, match="is held by another run"):
        provider.delete(live)
    assert file.exists()


def test_a_removal_that_may_not_survive_a_loss_of_power_is_not_called_done(
    bind: Bind, zone: ZoneId, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = bind()
    live = host(provider, zone)

    def broken(_: Path) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(zonesync_bind.files, "sync_folder", broken)
        receipt = provider.delete(live)
    assert receipt.outcome is Outcome.UNKNOWN
    assert "its folder is not written: Input/output error" in receipt.words
    assert not file.exists()
    assert provider.delete(live).outcome is Outcome.APPLIED


def test_a_change_to_a_deleted_zone_is_a_conflict(bind: Bind, zone: ZoneId, file: Path) -> None:
    provider = bind()
    live = host(provider, zone)
    provider.delete(live)
    assert outcomes(apply(provider, live, [Change(None, rrset(zone, "www", "A", "192.0.2.1"))])) == {Outcome.CONFLICT}
    assert not file.exists()


@pytest.mark.parametrize(
    ("added", "beside", "signed"),
    [
        ("", "", None),
        (SIGNED, "", True),
        (DNSKEY, "", True),
        ("", "example.com.zone.signed", True),
        ("", "other", None),
    ],
)
def test_a_zone_is_signed_where_its_file_or_its_server_shows_it(
    bind: Bind, zone: ZoneId, hand_made: Path, added: str, beside: str, signed: bool | None
) -> None:
    with hand_made.open("a") as file:
        file.write(added)
    if beside:
        hand_made.with_name(beside).touch()
    assert read(bind(), zone).signed is signed


def test_named_serves_a_deleted_zone_no_more(bind: Bind, zone: ZoneId, directory: Path, tmp_path: Path) -> None:
    need("named-checkzone")
    fragment = directory / "zones.conf"
    code = "import os, signal, sys; os.kill(int(open(sys.argv[1]).read()), signal.SIGHUP)"
    pid = tmp_path / "named" / "named.pid"
    provider = bind(named_conf=str(fragment), reload=[sys.executable, "-c", code, str(pid)])
    host(provider, ZoneId("example.org."))
    live = host(provider, zone)
    with running_named(tmp_path / "named", {}, include=fragment) as server:
        assert server.ask("example.com", "SOA").rcode() == dns.rcode.NOERROR
        assert provider.delete(live).words == f"the file is kept as `{directory / 'example.com.zone.deleted'}`"
        for _ in range(1000):
            if server.ask("example.com", "SOA").rcode() == dns.rcode.REFUSED:
                break
            time.sleep(0.02)
        assert server.ask("example.com", "SOA").rcode() == dns.rcode.REFUSED
        assert server.ask("example.org", "SOA").rcode() == dns.rcode.NOERROR
