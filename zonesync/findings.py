"""A finding: something worth saying about the user's files, with a place, a rule id and a next step."""

import enum
from dataclasses import dataclass, field


class Severity(enum.StrEnum):
    """How much a finding matters: an error refuses, a warning does not."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in the user's files: line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One diagnostic. Its message starts in lower case, names things in backticks and ends without a full stop."""

    rule: str
    """The id, named for the bad thing: ``low-ttl``."""
    severity: Severity
    message: str
    place: Place | None = None
    help: str = ""
    """What to do next, when we know."""
    zone: str = ""
    """The zone identity, ``example.com`` or ``example.com@internal``."""
    provider: str = ""
    name: str = ""
    """The canonical owner name it is about, if one."""
    type: str = ""
    excerpt: str = field(default="", compare=False)
    """The line of the file, for the view to put a caret under."""

    @property
    def is_error(self) -> bool:
        """Whether it refuses what was asked."""
        return self.severity is Severity.ERROR
