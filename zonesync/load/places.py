"""Where in the files a loaded RRset stands, and the lines that findings are about."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from zonesync.findings import Finding, Place
from zonesync.load.includes import read_bytes
from zonesync.load.nodes import unpack
from zonesync.load.report import excerpt_of, lines_of, redacted
from zonesync.model.rrset import Key
from zonesync.model.zone import DesiredZone


def place_of(zone: DesiredZone, key: Key, index: int = 0) -> Place | None:
    """Return the place of the value at *index* in the RRset's ``rdatas``; the last one's where there are fewer.

    The apex NS and SOA have one too: that of what the file says of them.
    """
    found = zone.places.get(key)
    if not found or not found[1]:
        return None
    file, places = found
    return unpack(places[min(index, len(places) - 1)], file)


def with_excerpts(findings: Iterable[Finding], root: Path) -> list[Finding]:
    """Return *findings* with the line of the file below *root* in those that have a place and no line yet."""
    lines: dict[str, list[str]] = {}
    result = []
    for finding in findings:
        if finding.place is None or finding.excerpt:
            result.append(finding)
            continue
        file = finding.place.file
        if file not in lines:
            content = read_bytes(root / file, file)
            lines[file] = lines_of(content) if isinstance(content, bytes) else []
        result.append(replace(finding, excerpt=excerpt_of(lines[file], finding.place, redacted)))
    return result
