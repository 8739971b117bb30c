"""Zone files and the fragments they include, read from the disk once each."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from zonesync.load.checking import check
from zonesync.load.events import MAX_FILE
from zonesync.load.nodes import Scalar, Sequence, pack
from zonesync.load.report import Report
from zonesync.load.shapes import FragmentShape
from zonesync.load.zone_yaml import Document, read_document

MAX_INCLUDE_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Included:
    """A fragment, and how a zone came to it."""

    document: Document
    above: Path
    """The file that includes it."""
    text: str
    """What stands there."""
    target: Path
    """The fragment's own path."""


class Files:
    """The files below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.resolved = root.resolve()
        """The folder's own path."""
        self._fragments: dict[Path, Document] = {}
        self._contents: dict[Path, bytes | Document] = {}
        self._folders: dict[Path, Path] = {}

    def shown(self, path: Path) -> str:
        """Return how places name *path*: relative to the folder where it lies in it."""
        for base in (self.root, self.resolved):
            if path.is_relative_to(base):
                return path.relative_to(base).as_posix()
        return path.as_posix()

    def content(self, path: Path) -> bytes | Document:
        """Return what a file holds; where that cannot be read, an empty document whose report says why."""
        return self._outside(path) if self._leads_outside(path) else read_bytes(path, self.shown(path))

    def read(self, path: Path, content: bytes | Document | None = None) -> Document:
        """Read a zone file, whose *content* is at hand maybe; where that fails the document's report says so."""
        content = self.content(path) if content is None else content
        return content if isinstance(content, Document) else read_document(content, self.shown(path))

    def included(self, document: Document, path: Path) -> list[Included]:
        """Read the fragments that *document* of *path* includes, and theirs, in order."""
        seen = {path.resolve(): document.file}
        return self._included(document, path, seen, ())

    def digest(self, fragment: Path) -> str:
        """Return the SHA-256 of the fragment as it is read in this run, in hexadecimal; empty where it cannot be."""
        content = self._content_once(fragment)
        return sha256(content).hexdigest() if isinstance(content, bytes) else ""

    def _leads_outside(self, path: Path) -> bool:
        """Tell whether *path* lies in the folder, and what it leads to does not.

        What ``zones:`` itself names outside of the folder is meant. Who may only add files could have others read by a
        link to them.
        """
        base = next((base for base in (self.root, self.resolved) if path.is_relative_to(base)), None)
        if base is None or ".." in path.relative_to(base).parts:
            return False
        try:
            if path.parent not in self._folders:
                self._folders[path.parent] = path.parent.resolve()
            target = path.resolve() if path.is_symlink() else self._folders[path.parent]
        except (OSError, ValueError, RuntimeError):
            return False  # who reads it says so
        return not target.is_relative_to(self.resolved)

    def _outside(self, path: Path) -> Document:
        report = Report(self.shown(path))
        report.broken = True
        report.error(
            pack(1, 1),
            "file-outside",
            f"`{report.file}` leads to a place outside `{self.root}`",
            "keep the file in the configuration's folder, or let `zones:` name where it is",
        )
        return Document(report)

    def _included(
        self, document: Document, path: Path, seen: dict[Path, str], above: tuple[Path, ...]
    ) -> list[Included]:
        found: list[Included] = []
        node = document.settings.get("include")
        items = node.items if isinstance(node, Sequence) else [node] if node else []
        above = (*above, path.resolve())
        for item in items:
            if not isinstance(item, Scalar) or item.is_null or item.broken:
                continue  # the file's shape is checked elsewhere
            target = self._target(item, path, document.report)
            if target is None:
                continue
            if target in above:
                document.report.error(
                    item.place,
                    "include-cycle",
                    f"`{item.text}` includes this file again",
                    "remove one of the two includes",
                )
            elif target in seen:
                document.report.error(
                    item.place,
                    "include-twice",
                    f"`{item.text}` is included already, by `{seen[target]}`",
                    "remove one of the two",
                )
            elif len(above) > MAX_INCLUDE_DEPTH:
                document.report.error(
                    item.place,
                    "too-deep",
                    f"includes go more than {MAX_INCLUDE_DEPTH} files deep",
                    "include it further up",
                )
            else:
                seen[target] = document.file
                fragment = self._fragment(target)
                found.append(Included(fragment, path, item.text, target))
                found += self._included(fragment, target, seen, above)
        return found

    def _target(self, item: Scalar, path: Path, report: Report) -> Path | None:
        target: Path | None
        try:
            target = (path.parent / item.text).resolve()
            inside, exists = target.is_relative_to(self.resolved), target.is_file()
        except (OSError, ValueError, RuntimeError):  # too long a name, a NUL in it, a loop of links
            target, inside, exists = None, True, False
        if not inside:
            report.error(
                item.place,
                "include-outside",
                f"`{item.text[:80]}` lies outside `{self.root}`",
                "include files from the configuration's folder",
            )
            return None
        if not exists:
            report.error(
                item.place,
                "missing-file",
                f"there is no file `{item.text[:80]}`",
                "paths are relative to the file that includes",
            )
            return None
        return target

    def _fragment(self, path: Path) -> Document:
        """Return the fragment, with a report of its own: what a zone makes of it is that zone's matter."""
        known = self._fragments.get(path)
        if known is None:
            known = self._fragments[path] = self.read(path, self._content_once(path))
            if not known.report.broken:
                check(FragmentShape, known.settings, known.report, "a fragment")
        return Document(known.report.copy(), known.settings, known.raws, known.doubled)

    def _content_once(self, fragment: Path) -> bytes | Document:
        """Read a fragment once: what is held against a digest and what is parsed are the same bytes."""
        if fragment not in self._contents:
            self._contents[fragment] = self.content(fragment)
        return self._contents[fragment]


class Proposed(Files):
    """The files below one folder, one of them with a content that is not written yet."""

    def __init__(self, root: Path, changed: Path, content: bytes) -> None:
        super().__init__(root)
        self._changed = changed.resolve()
        self._content = content

    def content(self, path: Path) -> bytes | Document:
        """Return what a file holds, the changed one as it is proposed."""
        return self._content if path.resolve() == self._changed else super().content(path)


def read_bytes(path: Path, shown: str) -> bytes | Document:
    """Return the content of *path*, or an empty document whose report says why there is none."""
    report = Report(shown)
    report.broken = True
    try:
        if path.stat().st_size > MAX_FILE:
            report.too_large(path.stat().st_size, MAX_FILE)
        else:
            return path.read_bytes()
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        rule, message = "missing-file", f"`{shown}` cannot be read: {reason.lower()}"
        advice = "check the path and its rights"
        if path.is_symlink() and not path.exists():
            rule, message, advice = "unreadable-file", f"`{shown}` is a symbolic link to nowhere", "mend or remove it"
        elif path.is_dir():
            rule, message, advice = "unreadable-file", f"`{shown}` is a folder", "rename it, or narrow `zones:`"
        report.error(pack(1, 1), rule, message, advice)
    return Document(report)
