"""Gather records into RRsets while files are read, with everything there is to say about them."""

from dataclasses import dataclass
from typing import Any

from zonesync.findings import Finding, Place, Severity
from zonesync.load.zonefile.limits import MAX_ERRORS, MAX_WARNINGS
from zonesync.load.zonefile.tokens import ProblemError
from zonesync.model.names import is_within
from zonesync.model.rrset import Key, RRset

BESIDE_CNAME = frozenset({"CNAME", "RRSIG", "NSEC", "SIG", "KEY", "NXT"})
"""What may stand beside a CNAME: RFC 4034 section 3 and 4, RFC 2535 section 2.3.5, RFC 3007."""
_LINE = 0xFFFFFFFF
_SIGNATURES = frozenset({"RRSIG", "SIG"})
SINGLETONS = frozenset({"CNAME", "DNAME", "SOA"})


class TooManyErrorsError(Exception):
    """There is no point in reading on."""


@dataclass(slots=True)
class _Thawed:
    name: str
    type: str
    ttl: int | None
    rdatas: tuple[str, ...]


def make(name: str, rtype: str, ttl: int | None, rdatas: tuple[str, ...]) -> RRset:
    """Build an RRset from canonical parts.

    A frozen dataclass sets its slots one call at a time; a twin with the same slots that then takes its class
    is three times as fast, and a tenth of the time of reading a large zone.
    """
    made: Any = _Thawed(name, rtype, ttl, rdatas)
    made.__class__ = RRset
    rrset: RRset = made
    return rrset


class Build:
    """The zone being read. The reader's inner loop puts first records into :attr:`rrsets` itself."""

    def __init__(self, zone: str | None) -> None:
        self.zone = zone
        """The canonical apex, or None while unknown."""
        self.rrsets: dict[Key, RRset] = {}
        self.lines: dict[Key, int] = {}
        """Where the first record of each RRset stands, ``file index << 32 | line``."""
        self.more: dict[Key, dict[str, int]] = {}
        """RRsets of several values: each value with its place, put together at the end."""
        self.findings: list[Finding] = []
        self.files: list[str] = []
        self.directives: dict[str, None] = {}
        self.header: list[str] = []
        self.comments = 0
        self.errors = 0
        self.generated = 0
        self.octets = 0
        self.includes = 0
        self.default_ttl: int | None = None
        """What ``$TTL`` says (RFC 2308 section 4), or the SOA minimum where the SOA has no TTL."""
        self.last_ttl: int | None = None
        """The TTL written last: the default where nothing else is (RFC 1035 section 5.1)."""
        self._counted: dict[str, int] = {}

    def say(
        self, problem: ProblemError, file: int, severity: Severity = Severity.ERROR, key: Key | None = None
    ) -> None:
        """Note a finding. Raises TooManyErrorsError at the hundredth error."""
        if severity is Severity.ERROR:
            self.errors += 1
        else:
            count = self._counted[problem.rule] = self._counted.get(problem.rule, 0) + 1
            if count > MAX_WARNINGS:
                return
        place = Place(self.files[file], problem.line, problem.column)
        name, rtype = key or ("", "")
        self.findings.append(
            Finding(problem.rule, severity, problem.message, place, problem.hint, name=name, type=rtype)
        )
        if self.errors >= MAX_ERRORS:
            raise TooManyErrorsError

    def warn(self, rule: str, message: str, place: int, key: Key | None = None, *, hint: str = "") -> None:
        """Note a warning about the record of *key* at *place*, ``file << 32 | line``."""
        self.say(ProblemError(rule, message, place & _LINE, 1, hint), place >> 32, Severity.WARNING, key)

    def outside(self, key: Key, place: int) -> None:
        """Tell that a record is none of this zone's, and is left out."""
        self.warn("out-of-zone", f"`{key.name}` is not in zone `{self.zone}`; the record is ignored", place, key)

    def add(self, key: Key, ttl: int, value: str, place: int, run: int) -> None:
        """Add one record. *run* is where the records of its owner began, *place* where it stands itself."""
        if self.zone is not None and not is_within(key.name, self.zone):
            self.outside(key, place)
            return
        rrset = self.rrsets.get(key)
        if rrset is None:
            self.rrsets[key] = make(key.name, key.type, ttl, (value,))
            self.lines[key] = place
            return
        values = self.more.get(key)
        if values is None:
            values = self.more[key] = {rrset.rdatas[0]: self.lines[key]}
        if ttl != rrset.ttl:
            self._unequal_ttl(rrset, ttl, place, values, run)
        if value in values:
            first = values.pop(value) & _LINE
            message = f"`{key.name}` {key.type} has the value of line {first} again"
            self.warn("duplicate-value", message, place, key, hint="remove one of the two lines")
        values[value] = place

    def _unequal_ttl(self, rrset: RRset, ttl: int, place: int, values: dict[str, int], run: int) -> None:
        # An RRset has one TTL (RFC 2181 section 5.2). Which one is BIND's choice: among the records of one owner
        # in a row the first counts, and a later row replaces what an earlier one said.
        previous = next(reversed(values.values()))
        same_run = previous >= run and previous >> 32 == run >> 32
        used = rrset.ttl if same_run else ttl
        if not same_run:
            self.rrsets[rrset.key] = make(rrset.name, rrset.type, ttl, rrset.rdatas)
        if rrset.type in _SIGNATURES:
            # One key holds the signatures of several RRsets here, and each has the TTL of what it covers (RFC 4034
            # section 3): differing is their nature, and servers make their own.
            return
        message = f"`{rrset.name}` {rrset.type} has TTL {ttl} here and {rrset.ttl} before; {used} is used"
        self.warn("unequal-ttl", message, place, rrset.key, hint="give all records of an RRset one TTL")

    def finish(self) -> None:
        """Put RRsets of several values together, and check what only the whole zone shows."""
        for key, values in self.more.items():
            rrset = self.rrsets[key]
            if len(values) > 1:
                self.rrsets[key] = make(key.name, key.type, rrset.ttl, tuple(sorted(values)))
                if key.type in SINGLETONS:
                    self._error(
                        f"multiple-{key.type.lower()}", f"`{key.name}` has {len(values)} {key.type} records", key
                    )
        if self.zone is None:
            self._find_zone()
        self._check_names()
        for rule, count in self._counted.items():
            if count > MAX_WARNINGS:
                message = f"{count - MAX_WARNINGS} more like this are not listed"
                self.findings.append(Finding(rule, Severity.WARNING, message, Place(self.files[0], 1, 1)))

    def _check_names(self) -> None:
        for key in [key for key in self.rrsets if key[1] == "SOA" and key[0] != self.zone]:
            self._error("soa-not-at-apex", f"a SOA record at `{key.name}`, which is not the apex `{self.zone}`", key)
        aliases = {name: "" for name, rtype in self.rrsets if rtype == "CNAME"}
        if aliases:
            for name, rtype in self.rrsets:
                if name in aliases and rtype not in BESIDE_CNAME and not aliases[name]:
                    aliases[name] = rtype
                    message = f"`{name}` has a CNAME and also {rtype} (RFC 1034 section 3.6.2)"
                    self._error("cname-and-other-data", message, Key(name, "CNAME"))

    def _error(self, rule: str, message: str, key: Key) -> None:
        place = self.lines[key]
        self.say(ProblemError(rule, message, place & _LINE, 1), place >> 32, Severity.ERROR, key)

    def _find_zone(self) -> None:
        # Nobody named the zone, so it is where the SOA stands; only now can be told what lies outside.
        self.zone = next((name for name, rtype in self.rrsets if rtype == "SOA"), None)
        if self.zone is None:
            return
        for key in [key for key in self.rrsets if not is_within(key.name, self.zone)]:
            for place in self.more.pop(key, {"": self.lines[key]}).values():
                self.outside(key, place)
            del self.rrsets[key], self.lines[key]
