"""What reading a zone file gives: its RRsets, where each stood, and everything worth saying about the file."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from zonesync.findings import Finding, Place
from zonesync.model.rrset import Key, RRset


class ZoneFileError(ValueError):
    """A zone file cannot be used. Carries every finding."""

    def __init__(self, message: str, findings: tuple[Finding, ...]) -> None:
        super().__init__(message)
        self.findings = findings


@dataclass(frozen=True, slots=True)
class ZoneFile:
    """A zone file as read. With :attr:`errors`, the RRsets are only those that could be read."""

    file: str
    origin: str | None
    """The canonical apex name; None when neither the caller nor the file tells it."""
    rrsets: Mapping[Key, RRset]
    """Canonical, SOA and apex NS included, in the order of the file."""
    findings: tuple[Finding, ...]
    header: tuple[str, ...] = ()
    """The comment lines before anything else, with their ``;``."""
    comments: int = 0
    """How many comments there are besides the header and those that label a SOA: what rewriting the file loses."""
    directives: tuple[str, ...] = ()
    """The directives used, each once, in order of first use: ``("$ORIGIN", "$INCLUDE")``."""
    files: tuple[str, ...] = ()
    """The file itself and those it includes."""
    lines: Mapping[Key, int] = field(default_factory=dict, repr=False)
    """Where the first record of each RRset stands: ``file index << 32 | line``."""

    @property
    def soa(self) -> RRset | None:
        """The SOA RRset at the apex."""
        return None if self.origin is None else self.rrsets.get(Key(self.origin, "SOA"))

    @property
    def nameservers(self) -> RRset | None:
        """The NS RRset at the apex."""
        return None if self.origin is None else self.rrsets.get(Key(self.origin, "NS"))

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that refuse the file."""
        return tuple(finding for finding in self.findings if finding.is_error)

    def place(self, key: Key) -> Place:
        """Return where the first record of *key* stands. Raises KeyError for an RRset that is not in the zone."""
        packed = self.lines[key]
        return Place(self.files[packed >> 32], packed & 0xFFFFFFFF, 1)


def require(zonefile: ZoneFile) -> ZoneFile:
    """Return *zonefile* when it can be served: no errors, a SOA and NS at the apex. Else raise ZoneFileError."""
    errors = zonefile.errors
    if errors:
        first = errors[0]
        more = f", and {len(errors) - 1} more" if len(errors) > 1 else ""
        raise ZoneFileError(f"{first.place}: {first.message}{more}", zonefile.findings)
    if zonefile.soa is None:
        raise ZoneFileError(f"{zonefile.file}: there is no SOA record at the apex", zonefile.findings)
    if zonefile.nameservers is None:
        raise ZoneFileError(f"{zonefile.file}: there are no NS records at the apex", zonefile.findings)
    return zonefile
