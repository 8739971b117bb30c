"""A file that cannot be trusted is told, with its line; what a write would lose is told before."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from zonesync.findings import Severity
from zonesync.model.rrset import Key
from zonesync.model.zone import ZoneId
from zonesync.provider.compare import soa_serial
from zonesync.provider.conformance.kit import apply, carried_out, created, host, outcomes, read, rrset
from zonesync.provider.contract import Outcome
from zonesync.provider.errors import Rejected, Unavailable
from zonesync_bind import BindProvider

SOA = "$TTL 300\n@ SOA ns1.example.net. h 1 2 3 4 5\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no SOA"),
        ("\0" * 4096, "example.com.zone:1"),
        ("@ 300 NS ns1.example.net.\n", "no SOA"),
        (SOA, "no NS"),
        (f"{SOA}@ NS ns1.example.net.\nwww A 192.0.2.256\n", "example.com.zone:4"),
        (f"{SOA}@ NS ns1.example.net.\nwww A 192.0.2.1\nwww CNAME x\n", "example.com.zone:5"),
        (f"{SOA}@ NS ns1.example.net.\n$INCLUDE /etc/passwd\n", "example.com.zone:4"),
        (f"{SOA}@ NS ns1.example.net.\n$INCLUDE missing\n", "example.com.zone:4"),
    ],
    ids=["empty", "zeros", "no SOA", "no NS", "bad address", "CNAME beside data", "include outside", "include missing"],
)
def test_a_file_that_does_not_read_whole_is_no_zone(
    text: str, words: str, provider: BindProvider, zone: ZoneId, file: Path
) -> None:
    file.parent.mkdir()
    file.write_text(text)
    with pytest.raises(Unavailable, match=words) as raised:
        provider.read(zone)
    assert (raised.value.provider, raised.value.zone) == ("primary", "example.com")
    with pytest.raises(Unavailable):
        provider.create(zone)


def test_a_missing_folder_has_no_zones(provider: BindProvider, zone: ZoneId) -> None:
    assert provider.read(zone) is None
    assert not list(provider.zones())


def test_what_stands_where_the_folder_should_be_is_told(provider: BindProvider, zone: ZoneId, directory: Path) -> None:
    directory.write_text("no folder")
    with pytest.raises(Unavailable, match="Not a directory"):
        provider.read(zone)
    with pytest.raises(Unavailable, match="Not a directory"):
        list(provider.zones())


def test_a_file_that_may_not_be_read_is_told(
    provider: BindProvider, zone: ZoneId, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host(provider, zone)

    def forbidden(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", forbidden)
    with pytest.raises(Unavailable, match=f"`{file}` cannot be read: Permission denied"):
        provider.read(zone)


def test_what_is_no_regular_file_is_told_without_waiting_for_it(
    provider: BindProvider, zone: ZoneId, file: Path
) -> None:
    file.parent.mkdir()
    os.mkfifo(file)
    with pytest.raises(Unavailable, match="no regular file"):
        provider.read(zone)


def test_a_link_to_nowhere_is_not_a_missing_zone(provider: BindProvider, zone: ZoneId, file: Path) -> None:
    file.parent.mkdir()
    file.symlink_to("gone.zone")
    with pytest.raises(Unavailable, match="link to nowhere"):
        provider.read(zone)


def test_a_file_over_the_bound_is_told_without_reading_it(
    provider: BindProvider, zone: ZoneId, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host(provider, zone)
    monkeypatch.setattr("zonesync_bind.snapshot.MAX_TOTAL", 10)
    with pytest.raises(Unavailable, match=f"has {file.stat().st_size} octets, at most 10"):
        provider.read(zone)


def test_a_journal_beside_the_file_means_a_dynamic_zone(provider: BindProvider, zone: ZoneId, file: Path) -> None:
    live = host(provider, zone)
    whole = file.read_bytes()
    file.with_name("example.com.zone.jnl").write_bytes(b";BIND LOG V9\n")
    for act in (provider.read, provider.create):
        with pytest.raises(Rejected, match="dynamic zone") as raised:
            act(zone)
        assert "rndc sync -clean" in raised.value.hint
    receipts = apply(provider, live, created(rrset(zone, "www", "A", "192.0.2.1")))
    assert outcomes(receipts) == {Outcome.REJECTED}
    assert file.read_bytes() == whole


def test_a_hand_made_file_says_what_adopting_it_loses(provider: BindProvider, zone: ZoneId, hand_made: Path) -> None:
    live = read(provider, zone)
    (finding,) = live.findings
    assert (finding.rule, finding.severity) == ("adopt-file", Severity.ERROR)
    assert (finding.zone, finding.provider) == ("example.com", "primary")
    assert finding.message == (
        f"`{hand_made}` was not written by zonesync; it would lose 2 comments and `$GENERATE`, written out as records"
    )
    assert "--allow adopt-file@example.com" in finding.help
    assert len(live.rrsets) == 6


def test_a_plain_hand_made_file_loses_only_its_layout(provider: BindProvider, zone: ZoneId, file: Path) -> None:
    file.parent.mkdir()
    file.write_text(f"{SOA}@ NS ns1.example.net.\n")
    (finding,) = read(provider, zone).findings
    assert finding.message.endswith("; it would lose its layout alone")


def test_an_adopted_file_is_kept_beside_the_new_one_and_its_serial_goes_on(
    bind: Callable[..., BindProvider], zone: ZoneId, hand_made: Path
) -> None:
    provider = bind(serial="increment")
    hand_made.chmod(0o640)
    old = hand_made.read_bytes()
    receipts = apply(provider, read(provider, zone), created(rrset(zone, "new", "A", "192.0.2.9")))
    kept = hand_made.with_name("example.com.zone.orig")
    assert receipts[0].words == f"the old file is kept as `{kept}`"
    assert kept.read_bytes() == old
    assert kept.stat().st_mode & 0o777 == 0o640
    live = read(provider, zone)
    assert not live.findings
    assert len(live.rrsets) == 7
    assert soa_serial(live.rrsets[Key(zone.name, "SOA")]) == 8
    assert [ref.id for ref in provider.zones()] == [zone]


def test_an_older_original_is_never_written_over(provider: BindProvider, zone: ZoneId, hand_made: Path) -> None:
    first, second = (hand_made.with_name(f"example.com.zone.orig{end}") for end in ("", ".1"))
    first.write_text("one")
    second.write_text("two")
    old = hand_made.read_bytes()
    carried_out(provider, read(provider, zone), created(rrset(zone, "new", "A", "192.0.2.9")))
    assert (first.read_text(), second.read_text()) == ("one", "two")
    assert hand_made.with_name("example.com.zone.orig.2").read_bytes() == old


def test_an_original_that_cannot_be_kept_stops_the_write(
    provider: BindProvider, zone: ZoneId, hand_made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = hand_made.read_bytes()
    live = read(provider, zone)
    synced = []
    fsync = os.fsync

    def second_fails(descriptor: int) -> None:
        synced.append(descriptor)
        if len(synced) == 2:
            raise OSError(28, "No space left on device")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", second_fails)
    with pytest.raises(Unavailable, match="No space left"):
        apply(provider, live, created(rrset(zone, "new", "A", "192.0.2.9")))
    assert hand_made.read_bytes() == old
    assert not list(hand_made.parent.glob("*.orig*"))


def test_a_refused_file_leaves_no_original_behind(provider: BindProvider, zone: ZoneId, hand_made: Path) -> None:
    old = hand_made.read_bytes()
    receipts = apply(provider, read(provider, zone), created(rrset(zone, "www", "CNAME", "x.example.net.")))
    assert outcomes(receipts) == {Outcome.REJECTED}
    assert hand_made.read_bytes() == old
    assert not list(hand_made.parent.glob("*.orig*"))


def test_includes_are_read_from_the_folder_and_told(provider: BindProvider, zone: ZoneId, hand_made: Path) -> None:
    hand_made.with_name("mail.inc").write_text("@ MX 10 mail.example.net.\n")
    hand_made.write_text(hand_made.read_text() + "$INCLUDE mail.inc\n")
    live = read(provider, zone)
    assert rrset(zone, "@", "MX", "10 mail.example.net.").key in live.rrsets
    assert "`$INCLUDE`" in live.findings[0].message


def test_a_signed_file_is_an_error_before_a_write_breaks_its_signatures(
    provider: BindProvider, zone: ZoneId, hand_made: Path
) -> None:
    hand_made.write_text(hand_made.read_text() + "www NSEC example.com. A NSEC\n")
    findings = {finding.rule: finding for finding in read(provider, zone).findings}
    assert findings["signed-zone-file"].is_error
    assert "(NSEC)" in findings["signed-zone-file"].message


def test_warnings_of_the_file_are_handed_on(provider: BindProvider, zone: ZoneId, hand_made: Path) -> None:
    hand_made.write_text(hand_made.read_text() + "elsewhere.example.org. A 192.0.2.1\n")
    warnings = [finding for finding in read(provider, zone).findings if not finding.is_error]
    assert [(finding.rule, finding.zone, finding.provider) for finding in warnings] == [
        ("out-of-zone", "example.com", "primary")
    ]


def test_views_have_files_of_their_own(provider: BindProvider, zone: ZoneId, directory: Path) -> None:
    internal = ZoneId(zone.name, "internal")
    host(provider, zone, rrset(zone, "www", "A", "192.0.2.1"))
    host(provider, internal, rrset(zone, "www", "A", "10.0.0.1"))
    assert [ref.id for ref in provider.zones()] == [zone, internal]
    assert (directory / "example.com@internal.zone").exists()


def test_comments_added_to_our_file_are_told_before_they_are_lost(
    provider: BindProvider, zone: ZoneId, file: Path
) -> None:
    assert not host(provider, zone).findings
    file.write_text(file.read_text() + "; one\nwww A 192.0.2.1 ; two\n")
    (finding,) = read(provider, zone).findings
    assert (finding.rule, finding.severity) == ("hand-edited-file", Severity.WARNING)
    assert "the next change loses 2 comments" in finding.message
