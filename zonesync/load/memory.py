"""Zones of earlier runs: one counts again where everything that it was made from is byte for byte the same.

That is the program, the configuration's part in it, the zone's own file, and each fragment with the way to it. Files
with an error are read anew each time.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from zonesync.findings import Finding
from zonesync.load.codec import CodecError, Kept, Link, decode, decode_findings, encode, encode_findings
from zonesync.load.config import Config
from zonesync.load.includes import Files, Included
from zonesync.load.zones import LoadedZone


class Entries(Protocol):
    """Where what is kept lies: bytes by the digest of what they were made from."""

    def get(self, key: str) -> bytes | None:
        """Return the bytes under *key*, None where there are none."""
        ...

    def put(self, key: str, data: bytes) -> None:
        """Keep *data* under *key*."""
        ...


class ZoneMemory:
    """What earlier runs have loaded, for one configuration and one version of the program."""

    def __init__(self, entries: Entries, program: str, config: Config) -> None:
        self._entries = entries
        self._program = program
        self._config = config
        self._whole: dict[str, str] = {}
        """By file, a digest of all that its zone is made of."""

    def recall(self, path: Path, content: bytes, files: Files) -> LoadedZone | None:
        """Return the zone of the file *path*, which holds *content*; None where it has to be read."""
        key = self._key(path, content, files)
        data = self._entries.get(key)
        if data is None:
            return None
        try:
            kept = decode(data)
        except CodecError:
            return None
        if kept.links and not _lead_there(kept.links, path, files):
            return None
        self._whole[kept.loaded.file] = _whole(key, kept.links)
        return kept.loaded

    def keep(self, loaded: LoadedZone, path: Path, content: bytes, files: Files, included: Sequence[Included]) -> None:
        """Keep what the file *path*, which holds *content*, has given."""
        links = _links(path, files, included)
        if loaded.zone is not None and links is not None:
            key = self._key(path, content, files)
            self._put(key, lambda: encode(Kept(loaded, links)))
            self._whole[loaded.file] = _whole(key, links)

    def linted(
        self, zone: LoadedZone, ignored: Collection[str], today: date, lint: Callable[[], list[Finding]]
    ) -> list[Finding]:
        """Return what *lint* finds in *zone*, or has found when the same was asked of the same zone."""
        of_zone = self._whole.get(zone.file)
        if of_zone is None or zone.zone is None:
            return lint()
        # The day counts where something is accepted until one.
        day = today.isoformat() if any(allow.until for allow in zone.zone.allow) else ""
        key = _digest("lint", of_zone, day, *sorted(ignored))
        data = self._entries.get(key)
        if data is not None:
            try:
                return decode_findings(data)
            except CodecError:
                pass
        found = lint()
        self._put(key, lambda: encode_findings(found))
        return found

    def _put(self, key: str, encoded: Callable[[], bytes]) -> None:
        """Keep what is encoded under *key*; what has no form, as a file's name that is no UTF-8, is read anew."""
        try:
            self._entries.put(key, encoded())
        except ValueError:
            return

    def _key(self, path: Path, content: bytes, files: Files) -> str:
        return _digest("zone", self._common, files.shown(path), sha256(content).hexdigest())

    @cached_property
    def _common(self) -> str:
        defaults, known = self._config.defaults, self._config.providers
        return _digest(self._program, str(defaults.ttl), *defaults.providers, "", *known)


def _lead_there(links: Sequence[Link], path: Path, files: Files) -> bool:
    """Tell whether *links*, from the file *path* on, lead to the same fragments with the same content."""
    targets: list[Path] = []
    for link in links:
        above = targets[link.above] if link.above >= 0 else path
        try:
            target = (above.parent / link.text).resolve()
            is_there = target.is_file()
        except (OSError, ValueError, RuntimeError):  # as where a file is read: too long a name, a loop of links
            return False
        if not is_there or target != files.resolved / link.target or files.digest(target) != link.digest:
            return False
        targets.append(target)
    # A file that has become a link to its own fragment includes itself.
    return path.resolve() not in targets


def _links(path: Path, files: Files, included: Sequence[Included]) -> tuple[Link, ...] | None:
    """Return how *included* were come to; None where one of them could not be read."""
    index: Mapping[Path, int] = {path: -1} | {one.target: number for number, one in enumerate(included)}
    links = tuple(
        Link(
            index[one.above],
            one.text,
            one.target.relative_to(files.resolved).as_posix(),
            files.digest(one.target),
        )
        for one in included
    )
    return links if all(link.digest for link in links) else None


def _whole(key: str, links: Sequence[Link]) -> str:
    """Return a digest of a zone's own file, which *key* stands for, and of the fragments that it is made of."""
    return _digest(key, *(part for link in links for part in (str(link.above), link.text, link.target, link.digest)))


def _digest(*parts: str) -> str:
    # A part's length in front of it: no two lists of parts read the same.
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
