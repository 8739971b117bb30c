"""What was written is served after a reload, which is remembered by serial and tried again until it worked."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import zonesync_bind.provider
from tests.support.servers import need
from zonesync.findings import Severity
from zonesync.model.change import Change
from zonesync.model.zone import ZoneId
from zonesync.provider.conformance.kit import apply, carried_out, created, host, outcomes, read, rrset
from zonesync.provider.contract import Outcome
from zonesync.provider.errors import Rejected
from zonesync.provider.permit import NoLeaveError, asking
from zonesync_bind import BindProvider
from zonesync_bind.check import find_checker

Bind = Callable[..., BindProvider]
DUE = "serial 2026013100 was written but not reloaded"


def first(zone: ZoneId) -> list[Change]:
    soa = rrset(zone, "@", "SOA", "ns1.example.net. h.example.net. 0 1 2 3 4")
    return created(soa, rrset(zone, "@", "NS", "ns1.example.net."))


def python(code: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", f"import sys; {code}", *arguments]


def test_a_written_zone_is_due_for_a_reload_until_it_had_one(bind: Bind, zone: ZoneId, tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = python(
        "open(sys.argv[1], 'a').write(sys.argv[2] + '|' + sys.argv[3])", str(log), "{zone};$HOME", "{view}"
    )
    provider = bind(reload=command)
    live = host(provider, zone)
    assert live.pending == DUE
    receipt = provider.reload(live)
    assert (receipt.changes, receipt.outcome, receipt.change_id) == ((), Outcome.APPLIED, "serial 2026013100")
    assert log.read_text() == "example.com;$HOME|"
    assert not read(provider, zone).pending
    live = carried_out(provider, read(provider, zone), created(rrset(zone, "www", "A", "192.0.2.1")))
    assert live.pending == "serial 2026013101 was written but not reloaded"


def test_without_leave_no_server_is_told_to_reload(bind: Bind, zone: ZoneId, tmp_path: Path) -> None:
    log = tmp_path / "log"
    provider = bind(reload=python("open(sys.argv[1], 'a')", str(log)))
    live = host(provider, zone)

    def refuse() -> None:
        raise NoLeaveError("the lock is lost")

    with asking(refuse), pytest.raises(NoLeaveError):
        provider.reload(live)
    assert not log.exists()
    assert read(provider, zone).pending == DUE


@pytest.mark.parametrize(
    ("command", "outcome", "words"),
    [
        (python("sys.exit('rndc: connect failed')"), Outcome.REJECTED, "ended with 1: rndc: connect failed"),
        (["/nowhere/rndc", "reload"], Outcome.REJECTED, "`/nowhere/rndc` cannot be run: No such file"),
    ],
)
def test_a_reload_that_fails_stays_due(
    command: list[str], outcome: Outcome, words: str, bind: Bind, zone: ZoneId
) -> None:
    provider = bind(reload=command)
    receipt = provider.reload(host(provider, zone))
    assert receipt.outcome == outcome
    assert words in receipt.words
    assert read(provider, zone).pending == DUE


def test_a_reload_that_does_not_answer_is_unknown_and_stays_due(
    bind: Bind, zone: ZoneId, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = bind(reload=["rndc", "reload"], check=False)
    live = host(provider, zone)

    def endless(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("rndc", 60)

    monkeypatch.setattr(subprocess, "run", endless)
    receipt = provider.reload(live)
    assert receipt.outcome == Outcome.UNKNOWN
    assert receipt.words == "`rndc` gave no answer within 60 s"
    assert read(provider, zone).pending == DUE


def test_what_is_written_while_a_reload_runs_stays_due(bind: Bind, zone: ZoneId, file: Path) -> None:
    code = "f = open(sys.argv[1], 'r+'); t = f.read().replace('2026013100', '2026013101'); f.seek(0); f.write(t)"
    provider = bind(reload=python(code, str(file)))
    provider.reload(host(provider, zone))
    assert read(provider, zone).pending == "serial 2026013101 was written but not reloaded"


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b'{"example.com": "2026013100"}'])
def test_a_broken_record_means_one_reload_more(content: bytes, bind: Bind, zone: ZoneId, directory: Path) -> None:
    provider = bind(reload=python(""))
    provider.reload(host(provider, zone))
    (directory / ".zonesync-reloaded.json").write_bytes(content)
    assert read(provider, zone).pending == DUE


def test_zones_are_recorded_apart(bind: Bind, zone: ZoneId) -> None:
    provider, internal = bind(reload=python("")), ZoneId(zone.name, "internal")
    provider.reload(host(provider, zone))
    live = host(provider, internal)
    assert live.pending == DUE
    provider.reload(live)
    assert not read(provider, zone).pending
    assert not read(provider, internal).pending


def test_without_a_command_nothing_is_due(provider: BindProvider, zone: ZoneId) -> None:
    live = host(provider, zone)
    assert not live.pending
    assert provider.reload(live).words == "no reload is configured"


def test_a_file_of_somebody_elses_is_theirs_to_load(bind: Bind, zone: ZoneId, hand_made: Path) -> None:
    assert hand_made.exists()
    assert not read(bind(reload=python("")), zone).pending


def test_a_zone_without_a_file_cannot_be_reloaded(bind: Bind, zone: ZoneId) -> None:
    provider = bind(reload=python(""))
    assert provider.reload(provider.create(zone)).outcome == Outcome.REJECTED


def test_the_fragment_of_named_conf_lists_what_was_written_here(
    bind: Bind, zone: ZoneId, hand_made: Path, tmp_path: Path
) -> None:
    fragment = tmp_path / "etc" / "zones.conf"
    provider = bind(named_conf=str(fragment))
    for other in ("beta.example", "alpha.example"):
        host(provider, ZoneId.parse(other))
    folder = hand_made.parent
    lines = fragment.read_text().splitlines()
    # The hand-made zone is in somebody else's named.conf, and a zone may be there only once.
    assert lines[1:] == [
        f'zone "{name}" {{ type primary; file "{folder}/{name}.zone"; }};' for name in ("alpha.example", "beta.example")
    ]
    assert [finding.rule for finding in read(provider, zone).findings] == ["adopt-file"]
    carried_out(provider, read(provider, zone), created(rrset(zone, "new", "A", "192.0.2.1")))
    assert f'zone "example.com" {{ type primary; file "{hand_made}"; }};' in fragment.read_text()


def test_the_fragment_is_left_alone_when_it_lists_the_zone(bind: Bind, zone: ZoneId, tmp_path: Path) -> None:
    fragment = tmp_path / "zones.conf"
    provider = bind(named_conf=str(fragment))
    live = host(provider, zone)
    before = fragment.stat().st_ino, fragment.stat().st_mtime_ns
    carried_out(provider, live, created(rrset(zone, "www", "A", "192.0.2.1")))
    assert (fragment.stat().st_ino, fragment.stat().st_mtime_ns) == before


def test_views_have_fragments_of_their_own(bind: Bind, zone: ZoneId, tmp_path: Path) -> None:
    fragment = tmp_path / "zones.conf"
    provider = bind(named_conf=str(fragment))
    host(provider, zone)
    host(provider, ZoneId(zone.name, "internal"))
    assert "@internal.zone" not in fragment.read_text()
    assert "example.com@internal.zone" in (tmp_path / "zones.conf@internal").read_text()


def test_a_fragment_that_lacks_the_zone_is_told_and_mended_by_a_reload(
    bind: Bind, zone: ZoneId, tmp_path: Path
) -> None:
    fragment = tmp_path / "zones.conf"
    provider = bind(named_conf=str(fragment), reload=python(""))
    provider.reload(host(provider, zone))
    fragment.unlink()
    live = read(provider, zone)
    assert live.pending == f"`{fragment}` does not list the zone"
    assert [(finding.rule, finding.severity) for finding in live.findings] == [("named-conf-stale", Severity.WARNING)]
    provider.reload(live)
    live = read(provider, zone)
    assert (live.pending, live.findings) == ("", ())


def test_a_fragment_that_cannot_be_written_does_not_hide_that_the_zone_was(
    bind: Bind, zone: ZoneId, tmp_path: Path
) -> None:
    (tmp_path / "etc").write_text("no folder")
    provider = bind(named_conf=str(tmp_path / "etc" / "zones.conf"))
    receipts = apply(provider, provider.create(zone), first(zone))
    assert outcomes(receipts) == {Outcome.APPLIED}
    assert "the zone is written, " in receipts[0].words
    assert "Not a directory" in receipts[0].words


def test_named_reads_the_fragment(bind: Bind, tmp_path: Path) -> None:
    need("named-checkconf")
    checker = find_checker()
    assert checker
    fragment = tmp_path / "zones.conf"
    provider = bind(named_conf=str(fragment))
    for name in ("example.com.", "0/25.2.0.192.in-addr.arpa.", r"a\@b.example."):
        zone = ZoneId(name)
        assert outcomes(apply(provider, provider.create(zone), first(zone))) == {Outcome.APPLIED}
    conf = checker.replace("named-checkzone", "named-checkconf")
    done = subprocess.run([conf, "-z", str(fragment)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("loaded serial 2026013100") == 3


STRANGERS = [b'options { directory "/var/named"; };\n', b"", b"// a comment\n// Written by zonesync: pasted\n"]


@pytest.mark.parametrize("content", STRANGERS, ids=["the server's own", "empty", "header further down"])
@pytest.mark.parametrize("view", ["", "internal"])
def test_a_strangers_named_conf_is_told_at_plan_time_and_never_written(
    content: bytes, view: str, bind: Bind, tmp_path: Path
) -> None:
    zone, etc = ZoneId("example.com.", view), tmp_path / "etc"
    conf = etc / (f"named.conf@{view}" if view else "named.conf")
    log = tmp_path / "log"
    live = host(bind(), zone)
    file = Path(live.provider_id)
    old = file.read_bytes()
    etc.mkdir()
    conf.write_bytes(content)
    provider = bind(named_conf=str(etc / "named.conf"), reload=python("open(sys.argv[1], 'w')", str(log)))
    live = read(provider, zone)
    (finding,) = live.findings
    assert (finding.rule, finding.severity) == ("foreign-named-conf", Severity.ERROR)
    assert (finding.zone, finding.provider) == (str(zone), "primary")
    assert finding.message == f"`{conf}` was not written by zonesync, and is never written over"
    assert finding.help == "name a file of its own and include it from named.conf"
    receipts = apply(provider, live, created(rrset(zone, "www", "A", "192.0.2.1")))
    assert outcomes(receipts) == {Outcome.REJECTED}
    assert finding.message in receipts[0].words
    receipt = provider.reload(live)
    assert receipt.outcome == Outcome.REJECTED
    assert finding.message in receipt.words
    assert not log.exists(), "a server that lacks the zone is not told to load it"
    assert (file.read_bytes(), conf.read_bytes()) == (old, content)


def test_no_zone_is_made_beside_a_strangers_named_conf(
    bind: Bind, zone: ZoneId, tmp_path: Path, directory: Path
) -> None:
    conf = tmp_path / "named.conf"
    conf.write_bytes(STRANGERS[0])
    empty = bind().create(zone)
    provider = bind(named_conf=str(conf))
    with pytest.raises(Rejected, match="was not written by zonesync, and is never written over") as raised:
        provider.create(zone)
    assert raised.value.hint == "name a file of its own and include it from named.conf"
    assert outcomes(apply(provider, empty, first(zone))) == {Outcome.REJECTED}
    assert (directory.exists(), conf.read_bytes()) == (False, STRANGERS[0])


def test_what_is_no_file_is_no_named_conf_of_ours(bind: Bind, zone: ZoneId, tmp_path: Path) -> None:
    host(bind(), zone)
    for path in (tmp_path / "folder", tmp_path / "pipe"):
        os.mkfifo(path) if path.name == "pipe" else path.mkdir()
        assert [finding.rule for finding in read(bind(named_conf=str(path)), zone).findings] == ["foreign-named-conf"]


def test_a_named_conf_that_another_thread_writes_at_the_same_time_is_ours(
    bind: Bind, zone: ZoneId, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = bind(named_conf=str(tmp_path / "named.conf"))
    conf, real = tmp_path / "named.conf", Path.is_file
    host(provider, zone)
    assert conf.exists()
    with monkeypatch.context() as patch:
        # A look that was taken right before it was written.
        patch.setattr(Path, "is_file", lambda path: path != conf and real(path))
        assert not read(provider, zone).findings


def test_a_named_conf_that_came_while_the_zone_was_written_stays(
    bind: Bind, zone: ZoneId, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    conf = tmp_path / "named.conf"
    provider = bind(named_conf=str(conf))
    monkeypatch.setattr(zonesync_bind.provider, "find_checker", lambda: "named-checkzone")
    monkeypatch.setattr(zonesync_bind.provider, "check_file", lambda *_: conf.write_bytes(STRANGERS[0]))
    receipts = apply(provider, provider.create(zone), first(zone))
    assert outcomes(receipts) == {Outcome.APPLIED}
    assert f"the zone is written, `{conf}` is not: " in receipts[0].words
    assert "was not written by zonesync" in receipts[0].words
    assert conf.read_bytes() == STRANGERS[0]
