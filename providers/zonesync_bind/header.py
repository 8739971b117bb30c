"""Tell files that zonesync wrote from files that somebody else did, and say what writing over the latter loses."""

from zonesync.findings import Finding, Severity
from zonesync.load.zonefile import ZoneFile
from zonesync.model.zone import ZoneId

_MARK = b"; Written by zonesync."
HEADER = f"{_MARK.decode()} Edits made here are undone by the next apply: change the zone's YAML file instead."
"""The first line of every file written here."""

_KEPT = ("$ORIGIN", "$TTL")
"""What a file written here has as well."""
_SIGNED = ("RRSIG", "NSEC", "NSEC3", "NSEC3PARAM")


def is_ours(data: bytes) -> bool:
    """Tell whether zonesync wrote the file that starts with *data*."""
    return data.startswith(_MARK)


def adopt_finding(zone: ZoneId, shown: str, file: ZoneFile) -> Finding:
    """Say what is lost when *file*, not ours, is written over."""
    lost = _losses(file, len(file.header))
    return Finding(
        "adopt-file",
        Severity.ERROR,
        f"`{shown}` was not written by zonesync; it would lose {lost or 'its layout alone'}",
        help=f"to take it over: `--allow adopt-file@{zone}`; the old file is kept as `{shown}.orig`",
    )


def edited_finding(shown: str, file: ZoneFile) -> Finding | None:
    """Say what the next write takes out of *file*, ours but edited; None where nothing was added that a write loses."""
    lost = _losses(file, len(file.header) - 1)
    if not lost:
        return None
    return Finding(
        "hand-edited-file",
        Severity.WARNING,
        f"`{shown}` was written by zonesync and edited since; the next change loses {lost}",
        help="keep comments in the zone's YAML file",
    )


def _losses(file: ZoneFile, header: int) -> str:
    """Name what a rewritten file lacks, *header* being the lines of the header that are not ours."""
    lost = []
    comments = file.comments + header
    if comments:
        lost.append(f"{comments} comment{'s' if comments > 1 else ''}")
    resolved = ", ".join(f"`{directive}`" for directive in file.directives if directive not in _KEPT)
    if resolved:
        lost.append(f"{resolved}, written out as records")
    return " and ".join(lost)


def signed_finding(shown: str, file: ZoneFile) -> Finding | None:
    """Say that *file* holds signatures, which a write would break; None where it does not."""
    found = sorted({key.type for key in file.rrsets if key.type in _SIGNED})
    if not found:
        return None
    return Finding(
        "signed-zone-file",
        Severity.ERROR,
        f"`{shown}` holds DNSSEC data ({', '.join(found)}), and writing to it would break the signatures",
        help="keep the unsigned file in this folder and let the server sign it (`dnssec-policy` with `inline-signing`)",
    )
