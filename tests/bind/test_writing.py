"""A zone file is replaced whole or not at all, and only if it is still the one that was read."""

import os
import stat
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import zonesync_bind.files
import zonesync_bind.provider
from tests.support.servers import need
from zonesync.model.change import Change, Computed
from zonesync.model.rrset import Key
from zonesync.model.zone import ZoneId
from zonesync.provider.conformance.kit import apply, carried_out, created, first_content, host, outcomes, read, rrset
from zonesync.provider.contract import Outcome
from zonesync.provider.errors import Denied, Unavailable
from zonesync.provider.permit import NoLeaveError, asking
from zonesync_bind import BindProvider
from zonesync_bind.files import locked, replace_file
from zonesync_bind.header import HEADER

EXPECTED = f"""\
{HEADER}
$ORIGIN example.com.
$TTL 3600
@   IN SOA   ns1.servers.example.net. hostmaster.example.com. (
    2026013100 ; serial
    3600       ; refresh
    900        ; retry
    1209600    ; expire
    300        ; minimum
    )
@   IN NS    ns1.servers.example.net.
@   IN NS    ns2.servers.example.net.
www IN A     192.0.2.1
"""


def test_the_file_is_readable_and_deterministic(provider: BindProvider, zone: ZoneId, file: Path) -> None:
    host(provider, zone, rrset(zone, "www", "A", "192.0.2.1"))
    assert file.read_text() == EXPECTED


def test_creating_a_zone_makes_nothing_before_its_first_content(
    provider: BindProvider, zone: ZoneId, directory: Path
) -> None:
    provider.create(zone)
    assert not directory.exists()
    assert provider.read(zone) is None


def test_the_serial_goes_up_with_every_change_and_only_then(provider: BindProvider, zone: ZoneId, file: Path) -> None:
    www, other = rrset(zone, "www", "A", "192.0.2.1"), rrset(zone, "www", "A", "192.0.2.2")
    live = host(provider, zone, www)
    live = carried_out(provider, live, [Change(www, other)])
    assert "2026013101 ; serial" in file.read_text()
    before = file.stat().st_mtime_ns, file.stat().st_ino
    live = carried_out(provider, live, [Change(other, other)])
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == before


def test_the_serial_comes_from_the_file_and_never_from_the_plan(
    provider: BindProvider, zone: ZoneId, file: Path
) -> None:
    soa, ns = first_content(provider, zone)
    assert soa.after is not None
    planned = rrset(zone, "@", "SOA", "ns1.example.net. hostmaster.example.com. 4000000000 1 2 3 4")
    carried_out(provider, provider.create(zone), [Change(None, planned), ns])
    assert "2026013100 ; serial" in file.read_text()


def test_a_hand_edit_between_read_and_apply_is_a_conflict_and_stays(
    provider: BindProvider, zone: ZoneId, file: Path
) -> None:
    live = host(provider, zone, rrset(zone, "www", "A", "192.0.2.1"))
    edited = file.read_bytes() + b"; a comment is enough\n"
    file.write_bytes(edited)
    receipts = apply(provider, live, created(rrset(zone, "new", "A", "192.0.2.2")))
    assert outcomes(receipts) == {Outcome.CONFLICT}
    assert "has changed since it was read" in receipts[0].words
    assert file.read_bytes() == edited


@pytest.mark.parametrize("origin", ["ours", "theirs", "new", "gone"])
def test_a_hand_edit_while_the_new_file_is_checked_is_a_conflict_and_stays(
    origin: str, provider: BindProvider, zone: ZoneId, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = provider.create(zone) if origin == "new" else host(provider, zone)
    if origin == "theirs":
        file.write_text(file.read_text().replace(HEADER, "; by hand"))
        live = read(provider, zone)
    file.parent.mkdir(exist_ok=True)
    edited = b"; an editor saved this"

    def slow_check(*_: object) -> None:
        file.unlink() if origin == "gone" else file.write_bytes(edited)

    monkeypatch.setattr(zonesync_bind.provider, "find_checker", lambda: "named-checkzone")
    monkeypatch.setattr(zonesync_bind.provider, "check_file", slow_check)
    www = created(rrset(zone, "www", "A", "192.0.2.1"))
    receipts = apply(provider, live, first_content(provider, zone) if origin == "new" else www)
    assert outcomes(receipts) == {Outcome.CONFLICT}
    assert "has changed while the new file was checked" in receipts[0].words
    assert (file.read_bytes() if file.exists() else b"") == (b"" if origin == "gone" else edited)
    assert {path.name for path in file.parent.iterdir()} <= {file.name, ".zonesync.lock"}, "nothing is left behind"


def refuse() -> None:
    raise NoLeaveError("the lock is lost")


@pytest.mark.parametrize("origin", ["ours", "theirs", "new"])
def test_without_leave_no_file_is_written(origin: str, provider: BindProvider, zone: ZoneId, file: Path) -> None:
    live = provider.create(zone) if origin == "new" else host(provider, zone)
    if origin == "theirs":
        file.write_text(file.read_text().replace(HEADER, "; by hand"))
        live = read(provider, zone)
    before = file.read_bytes() if file.exists() else b""
    changes = first_content(provider, zone) if origin == "new" else created(rrset(zone, "www", "A", "192.0.2.1"))
    with asking(refuse), pytest.raises(NoLeaveError):
        apply(provider, live, changes)
    assert (file.read_bytes() if file.exists() else b"") == before
    assert {path.name for path in file.parent.iterdir()} <= {file.name, ".zonesync.lock"}, "nothing is left behind"


def test_leave_is_asked_after_the_check_of_the_new_file(
    provider: BindProvider, zone: ZoneId, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = host(provider, zone)
    before = file.read_bytes()
    done: list[str] = []
    monkeypatch.setattr(zonesync_bind.provider, "find_checker", lambda: "named-checkzone")
    monkeypatch.setattr(zonesync_bind.provider, "check_file", lambda *_: done.append("checked"))

    def lost_meanwhile() -> None:
        if done:
            refuse()

    with asking(lost_meanwhile), pytest.raises(NoLeaveError):
        apply(provider, live, created(rrset(zone, "www", "A", "192.0.2.1")))
    assert file.read_bytes() == before


def test_a_file_that_came_or_went_since_it_was_read_is_a_conflict(
    provider: BindProvider, zone: ZoneId, file: Path
) -> None:
    empty = provider.create(zone)
    live = host(provider, zone)
    whole = file.read_bytes()
    assert outcomes(apply(provider, empty, first_content(provider, zone))) == {Outcome.CONFLICT}
    assert file.read_bytes() == whole
    file.unlink()
    receipts = apply(provider, live, created(rrset(zone, "www", "A", "192.0.2.1")))
    assert outcomes(receipts) == {Outcome.CONFLICT}
    assert not file.exists()


@pytest.mark.parametrize(
    ("owner", "name"),
    [(os, "open"), (os, "fsync"), (os, "fchmod"), (Path, "replace"), (zonesync_bind.provider, "check_file")],
)
def test_a_crash_before_the_rename_leaves_the_old_file_whole(
    owner: Any, name: str, provider: BindProvider, zone: ZoneId, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = host(provider, zone)
    file = Path(live.provider_id)
    old, beside = file.read_bytes(), sorted(file.parent.iterdir())
    if name == "check_file":
        monkeypatch.setattr(zonesync_bind.provider, "find_checker", lambda: "named-checkzone")
    _break(monkeypatch, owner, name, OSError(28, "No space left on device"))
    with pytest.raises(Unavailable, match="No space left on device") as raised:
        apply(provider, live, created(rrset(zone, "www", "A", "192.0.2.1")))
    assert (raised.value.provider, raised.value.zone) == ("primary", "example.com")
    monkeypatch.undo()
    assert file.read_bytes() == old
    assert sorted(file.parent.iterdir()) == beside


def test_a_crash_after_the_rename_is_unknown_and_the_new_file_is_whole(
    provider: BindProvider, zone: ZoneId, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = host(provider, zone)
    new = rrset(zone, "www", "A", "192.0.2.1")
    _break(monkeypatch, zonesync_bind.files, "sync_folder", OSError(5, "Input/output error"))
    receipts = apply(provider, live, created(new))
    assert outcomes(receipts) == {Outcome.UNKNOWN}
    assert read(provider, zone).rrsets[new.key] == new


def test_what_a_killed_run_left_behind_is_in_nobodys_way(provider: BindProvider, zone: ZoneId, file: Path) -> None:
    live = host(provider, zone)
    left = file.with_name(f".{file.name}.tmp")
    left.write_text("half a fi")
    carried_out(provider, live, created(rrset(zone, "www", "A", "192.0.2.1")))
    assert not left.exists()
    assert [ref.id for ref in provider.zones()] == [zone]


def test_the_mode_of_the_file_is_kept(provider: BindProvider, zone: ZoneId, file: Path) -> None:
    live = host(provider, zone)
    file.chmod(0o640)
    carried_out(provider, live, created(rrset(zone, "www", "A", "192.0.2.1")))
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_the_owner_of_the_file_is_kept_as_far_as_that_is_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, asked = tmp_path / "file", []

    def fchown(_: int, owner: int, group: int) -> None:
        asked.append((owner, group))
        if owner != -1:
            raise PermissionError(1, "Operation not permitted")

    path.write_bytes(b"old")
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    monkeypatch.setattr(os, "fchown", fchown)
    replace_file(path, b"new")
    status = path.stat()
    assert asked == [(status.st_uid, status.st_gid), (-1, status.st_gid)]
    assert path.read_bytes() == b"new"


def test_named_checkzone_refuses_before_the_rename(provider: BindProvider, zone: ZoneId, file: Path) -> None:
    need("named-checkzone")
    live = host(provider, zone)
    old = file.read_bytes()
    ns = live.rrsets[Key(zone.name, "NS")]
    receipts = apply(provider, live, [Change(ns, rrset(zone, "@", "NS", "ns.example.com."))])
    assert outcomes(receipts) == {Outcome.REJECTED}
    assert "named-checkzone refuses the file" in receipts[0].words
    assert "has no address records" in receipts[0].words
    assert ".tmp" not in receipts[0].words
    assert file.read_bytes() == old


def test_without_named_checkzone_files_are_written_all_the_same(
    provider: BindProvider, zone: ZoneId, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zonesync_bind.provider, "find_checker", lambda: None)
    host(provider, zone)
    assert file.exists()


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (subprocess.TimeoutExpired("named-checkzone", 10), "no answer within 10 s"),
        (OSError(8, "Exec format error"), "cannot be run: Exec format error"),
    ],
)
def test_a_checker_that_fails_stops_the_write(
    problem: Exception, words: str, provider: BindProvider, zone: ZoneId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zonesync_bind.provider, "find_checker", lambda: "named-checkzone")
    _break(monkeypatch, subprocess, "run", problem)
    with pytest.raises(Unavailable, match=words) as raised:
        host(provider, zone)
    assert raised.value.hint == "set `check: false`"
    assert provider.read(zone) is None


@pytest.mark.parametrize(
    ("errno", "kind"), [(13, Denied), (30, Denied), (5, Unavailable)], ids=["forbidden", "read-only", "broken"]
)
def test_a_folder_that_cannot_be_written_is_told_in_clear_words(
    errno: int, kind: type[Exception], provider: BindProvider, zone: ZoneId, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = host(provider, zone)
    folder = Path(live.provider_id).parent
    problem = OSError(errno, os.strerror(errno), str(folder))
    _break(monkeypatch, os, "open", problem)
    with pytest.raises(kind, match=f"primary example.com: `{folder}`: {os.strerror(errno)}"):
        apply(provider, live, created(rrset(zone, "www", "A", "192.0.2.1")))


def test_a_symlinked_file_is_shown_at_plan_time_and_never_written(
    provider: BindProvider, zone: ZoneId, file: Path, tmp_path: Path
) -> None:
    host(provider, zone)
    real = file.rename(tmp_path / "real.zone")
    file.symlink_to(real)
    live = read(provider, zone)
    assert [finding.rule for finding in live.findings] == ["symlinked-zone-file"]
    assert live.findings[0].is_error
    receipts = apply(provider, live, created(rrset(zone, "www", "A", "192.0.2.1")))
    assert outcomes(receipts) == {Outcome.REJECTED}
    assert file.is_symlink()


def test_what_a_zone_file_cannot_hold_is_refused(provider: BindProvider, zone: ZoneId, file: Path) -> None:
    live = host(provider, zone)
    old = file.read_bytes()
    alias = rrset(zone, "www", "ALIAS", "target.example.net.")
    untimed = type(alias)("www.example.com.", "A", None, ("192.0.2.1",))
    computed = Computed("www.example.com.", "A", None, {})
    twice = rrset(zone, "www", "A", "192.0.2.1")
    swapped = Change(live.rrsets[rrset(zone, "@", "NS", "x.example.").key], twice)
    for changes in (
        created(alias),
        created(untimed),
        [Change(None, computed)],
        created(twice, twice),
        [swapped],
    ):
        receipts = list(provider.apply(live, changes))
        assert outcomes(receipts) == {Outcome.REJECTED}
        assert receipts[0].words
    assert file.read_bytes() == old


def test_a_lock_held_by_another_run_is_waited_for_and_then_told(
    provider: BindProvider, zone: ZoneId, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = host(provider, zone)
    monkeypatch.setattr(zonesync_bind.provider, "locked", lambda folder, _: locked(folder, 0))
    with locked(directory), pytest.raises(Unavailable, match="held by another run"):
        apply(provider, live, created(rrset(zone, "www", "A", "192.0.2.1")))


def test_a_lock_is_waited_for(directory: Path) -> None:
    directory.mkdir()
    entered, leave, order = threading.Event(), threading.Event(), []

    def hold() -> None:
        with locked(directory):
            entered.set()
            leave.wait(30)
            order.append("first")

    holder = threading.Thread(target=hold)
    holder.start()
    assert entered.wait(30)
    waiter = threading.Timer(0, leave.set)
    waiter.start()
    with locked(directory):
        order.append("second")
    holder.join()
    waiter.join()
    assert order == ["first", "second"]


def test_the_target_follows_the_configuration_not_the_machine(bind: Callable[..., BindProvider], zone: ZoneId) -> None:
    assert bind(directory="build/primary").target(zone) == "file:build/primary/example.com.zone"


def test_a_name_too_long_for_a_file_is_told(provider: BindProvider, directory: Path) -> None:
    directory.mkdir()
    zone = ZoneId(".".join(["x" * 63] * 3 + ["y" * 61]) + ".")
    with pytest.raises(Unavailable, match="File name too long"):
        provider.read(zone)


def _break(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, problem: Exception) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise problem

    monkeypatch.setattr(owner, name, broken)


def test_who_has_waited_in_vain_for_a_folder_waits_no_more_until_it_is_free(
    provider: BindProvider, zone: ZoneId, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = host(provider, zone)
    waited = []

    def noted(folder: Path, seconds: float) -> Any:
        waited.append(seconds)
        return locked(folder, 0)

    monkeypatch.setattr(zonesync_bind.provider, "locked", noted)
    with locked(directory):
        for _ in range(2):
            with pytest.raises(Unavailable, match="held by another run"):
                apply(provider, live, created(rrset(zone, "www", "A", "192.0.2.1")))
    carried_out(provider, live, created(rrset(zone, "www", "A", "192.0.2.1")))
    carried_out(provider, read(provider, zone), created(rrset(zone, "mail", "A", "192.0.2.1")))
    assert waited == [30, 0.1, 0.1, 30]
