"""The findings of one file: collected in order, bounded in number, each with its place and the line it is on."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from zonesync.findings import Finding, Place, Severity
from zonesync.load.nodes import pack, unpack

MAX_FINDINGS = 200
MAX_ERRORS = 5000
"""After so many the rest of the file is not looked at: nobody reads them, and each takes its time."""
MAX_EXCERPT = 240
_secret = re.compile(
    r"""(\b(?:\w+[_-])?(?:api|auth)?(?:key|secret|token|password|passphrase|credentials)["']?\s*:\s*["']?)"""
    r"""(?!\$\{)([^"',}\s][^"',}]*)""",
    re.IGNORECASE,
)
_userinfo = re.compile(r"""(://)([^/\s"'@]+)(?=@)""")
_hook = re.compile(
    r"""((?:\b(?:url|notify)["']?\s*:[^#]{0,80}?|^\s*["']?)https?://[^/?\s"',]+[/?])([^\s"']+)""", re.IGNORECASE
)
"""The path of a URL that things are sent to, behind its key or alone on its line: a webhook's is its credential."""
_breaks = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


class Problem(NamedTuple):
    """A finding that does not know its file yet."""

    rule: str
    message: str
    help: str = ""


class Unreadable(Exception):  # noqa: N818 -- a signal, not an error: the finding is recorded already
    """Reading this file cannot go on; its report says why."""


class Report:
    """Collects what is wrong with one file."""

    def __init__(self, file: str, content: bytes = b"", *, redact: Callable[[str], str] = str) -> None:
        self.file = file
        self.content = content
        self.broken = False
        """Whether reading stopped before the end."""
        self.errors = 0
        self._findings: list[Finding] = []
        self._left_out = 0
        self._cut_short = False
        self._seen: set[tuple[int, str, str]] = set()
        self._lines: list[str] | None = None
        self._redact = redact

    def error(self, place: int, rule: str, message: str, help: str = "", *, name: str = "", type: str = "") -> None:  # noqa: A002 -- the finding's own words
        """Record an error at the packed *place*."""
        self.errors += 1
        self._add(Severity.ERROR, place, Problem(rule, message, help), name, type)

    def warning(self, place: int, rule: str, message: str, help: str = "", *, name: str = "", type: str = "") -> None:  # noqa: A002 -- as above
        """Record a warning at the packed *place*."""
        self._add(Severity.WARNING, place, Problem(rule, message, help), name, type)

    def _add(self, severity: Severity, place: int, problem: Problem, name: str, rtype: str) -> None:
        if severity is Severity.ERROR and self.errors > MAX_ERRORS:
            self.broken = True
            self._cut_short = True
            raise Unreadable
        if len(self._findings) >= MAX_FINDINGS:
            self._left_out += 1
            return
        # a value that an anchor carries to many places is one problem
        if (seen := (place, problem.rule, problem.message)) in self._seen:
            return
        self._seen.add(seen)
        where = unpack(place, self.file)
        self._findings.append(
            Finding(
                rule=problem.rule,
                severity=severity,
                message=problem.message,
                place=where,
                help=problem.help,
                name=name,
                type=rtype,
                excerpt=self.excerpt(where),
            )
        )

    def copy(self) -> "Report":
        """Return a report that goes on from here by itself."""
        other = Report(self.file, self.content, redact=self._redact)
        other.broken, other.errors = self.broken, self.errors
        other._findings, other._seen, other._left_out = list(self._findings), set(self._seen), self._left_out
        other._lines, other._cut_short = self._lines, self._cut_short
        return other

    def too_large(self, size: int, limit: int) -> None:
        """Record that the file is not read, since it has *size* bytes."""
        self.broken = True
        self.error(
            pack(1, 1),
            "too-large",
            f"the file has {size} bytes, at most {limit} are read",
            "split it, and `include` the parts",
        )

    def excerpt(self, place: Place) -> str:
        """Return the line that *place* is on, or nothing where it is too long to show."""
        if self._lines is None:
            self._lines = lines_of(self.content)
        return excerpt_of(self._lines, place, self._redact)

    def findings(self, zone: str = "") -> list[Finding]:
        """Return what was recorded, by place, with *zone* filled in, and a last word about what was left out."""
        found = [replace(finding, zone=zone) if zone else finding for finding in self._findings]
        found.sort(key=lambda finding: finding.place or Place("", 0, 0))
        if self._left_out or self._cut_short:
            number = f"more than {self._left_out}" if self._cut_short else str(self._left_out)
            found.append(
                Finding(
                    "too-many-findings",
                    Severity.ERROR if self.errors > sum(finding.is_error for finding in found) else Severity.WARNING,
                    f"and {number} more in `{self.file}`",
                    unpack(pack(1, 1), self.file),
                    f"mend the first {MAX_FINDINGS} and run again",
                    zone=zone,
                )
            )
        return found


def lines_of(content: bytes) -> list[str]:
    """Cut *content* at every line break that YAML counts; what is no UTF-8 shows as a replacement character."""
    return _breaks.split(content.decode("utf-8", "replace").removeprefix("\ufeff"))


def excerpt_of(lines: list[str], place: Place, redact: Callable[[str], str] = str) -> str:
    """Return the line of *place*, cut after :data:`MAX_EXCERPT`; empty when the column lies beyond."""
    if not 0 < place.line <= len(lines) or place.column > MAX_EXCERPT:
        return ""
    return redact(lines[place.line - 1])[:MAX_EXCERPT].rstrip()


def redacted(line: str) -> str:
    """Hide in *line* what stands where a configuration has a secret; columns stay, and so does ``${NAME}``."""
    for pattern in (_secret, _userinfo, _hook):
        line = pattern.sub(lambda found: found[1] + "*" * len(found[2]), line)
    return line
