"""Read the lines of a file: the plain ones at once, every other by way of :mod:`~zonesync.load.zonefile.record`.

A plain line is one whole record of a common type without comment, parenthesis or escape. Most lines of a large
zone are, and this loop is where the time of reading one goes: it is written for speed, and does nothing that the
careful way would do differently; tests compare the two.
"""

import re
from collections.abc import Callable, Mapping

from zonesync.load.zonefile.build import make
from zonesync.load.zonefile.fields import seconds
from zonesync.load.zonefile.include import TooLargeError, read_octets
from zonesync.load.zonefile.limits import MAX_HEADER
from zonesync.load.zonefile.record import read
from zonesync.load.zonefile.session import Frame, Include, Session
from zonesync.load.zonefile.tokens import ProblemError, read_record
from zonesync.model import rdata
from zonesync.model.names import MAX_NAME, PLAIN_NAME_PATTERN, is_within
from zonesync.model.rrset import Key

_plain_name = re.compile(PLAIN_NAME_PATTERN).fullmatch
_strange = re.compile(r"[^\t\x20-\x7e]").search
_PLAIN_OCTETS = b"\t\n" + bytes(range(0x20, 0x7F))
_BLANK = frozenset({" ", "\t"})
_IN = frozenset({"IN", "in"})
_LONG = 4096
_ENDS_IN_NAME = frozenset({"NS", "CNAME", "DNAME", "PTR", "MX", "SRV"})
_CASELESS = _ENDS_IN_NAME | {"DS", "CDS", "TLSA", "SMIMEA", "SSHFP"}
"""Types without text in their rdata: lower-casing it whole changes nothing."""
_NOT_IN_FILES = frozenset({"ALIAS"})
_Quick = tuple[str, Callable[[str], str | None], bool, bool]


class _Ttls(dict[str, int | None]):
    """Seconds by spelling; None for what is no TTL. A zone has few different ones."""

    def __missing__(self, text: str) -> int | None:
        found = seconds(text)
        if len(self) < 10_000:
            self[text] = found
        return found


def _quick_types() -> Mapping[str, _Quick]:
    table: dict[str, _Quick] = {}
    for rtype, recognise in rdata.FAST.items():
        if rtype not in _NOT_IN_FILES:
            table[rtype] = table[rtype.lower()] = (rtype, recognise, rtype in _CASELESS, rtype in _ENDS_IN_NAME)
    return table


def read_text(session: Session, data: bytes, frame: Frame) -> None:  # noqa: C901, PLR0912, PLR0915 -- one loop, in line
    """Read the octets of one file into the session's zone. Raises TooManyErrorsError."""
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").removesuffix(b"\r")
    strange = bool(data.translate(None, _PLAIN_OCTETS))
    text = data.decode("latin-1")
    del data
    build = session.build
    zone, rrsets, places = build.zone, build.rrsets, build.lines
    below = "" if zone in (None, ".") else f".{zone}"
    types = _quick_types() if session.fast else {}
    ttls = _Ttls()
    new_key = tuple.__new__
    base = frame.file << 32
    owner, run, raw_owner = frame.owner, frame.run, None
    origin, suffix = frame.origin, _suffix(frame.origin, zone)
    last_ttl, default_ttl = build.last_ttl, build.default_ttl
    inside = False
    started = frame.file > 0
    lines = enumerate(text.split("\n"), 1)
    del text
    for number, line in lines:
        head = line[:1]
        # Any word stands in for a continued owner, so that the fields are counted alike.
        whole = f"x{line}" if head in _BLANK else line
        if types and len(line) < _LONG and not (strange and _strange(line)):
            parts = whole.split(None, 4)
            count = len(parts)
            quick: _Quick | None = None
            ttl: int | None = None
            value = ""
            if count > 2:
                # owner [ttl] [class] type rdata, or class before ttl
                second = parts[1]
                if quick := types.get(second):
                    value = parts[2] if count == 3 else whole.split(None, 2)[2]
                elif count > 3 and (ttl := ttls[second]) is not None:
                    third = parts[2]
                    if third in _IN:
                        if count == 5:
                            quick, value = types.get(parts[3]), parts[4]
                    elif quick := types.get(third):
                        value = parts[3] if count == 4 else whole.split(None, 3)[3]
                elif count > 3 and second in _IN:
                    third = parts[2]
                    if quick := types.get(third):
                        value = parts[3] if count == 4 else whole.split(None, 3)[3]
                    elif count == 5 and (ttl := ttls[third]) is not None:
                        quick, value = types.get(parts[3]), parts[4]
            if quick is not None:
                rtype, recognise, caseless, ends_in_name = quick
                # Who: as before, or a plain name within the zone.
                if head in _BLANK:
                    name = owner if inside else None
                elif head == "@" and parts[0] == "@":
                    name = origin if suffix is not None else None
                elif parts[0] == raw_owner:
                    name = owner
                else:
                    word = parts[0].lower()
                    if word[-1] != ".":
                        name = None if suffix is None else word + suffix
                    else:
                        name = word if word.endswith(below) or word == zone else None
                    if name is not None and (len(name) >= MAX_NAME or not _plain_name(name)):
                        name = None
                # What: rdata that is canonical but for case and a relative name at its end.
                if caseless:
                    value = value.lower()
                    if ends_in_name and suffix is not None:
                        last = value[-1]
                        if last.isalnum():
                            value += suffix
                        elif last == "@" and value[-2:-1] in ("", " "):
                            value = f"{value[:-1]}{origin}"
                canonical = recognise(value)
                used = ttl if ttl is not None else last_ttl if default_ttl is None else default_ttl
                if canonical is not None and name is not None and used is not None:
                    if head not in _BLANK:
                        raw_owner = parts[0]
                        if name != owner:
                            owner, run, inside = name, base + number, True
                    if ttl is not None:
                        last_ttl = ttl
                    key = new_key(Key, (name, rtype))
                    if key in rrsets:
                        build.add(key, used, canonical, base + number, run)
                    else:
                        rrsets[key] = make(name, rtype, used, (canonical,))
                        places[key] = base + number
                    started = True
                    continue
        if not line.strip(" \t"):
            continue
        if head == ";":
            if started or len(build.header) >= MAX_HEADER:
                build.comments += 1
            else:
                build.header.append(line.encode("latin-1").decode(errors="replace"))
            continue
        started = True
        frame.owner, frame.run, build.last_ttl = owner, run, last_ttl
        request = read(read_record(line, number, lines), frame)
        if request is not None:
            _include(request, frame)
            frame.run = base + number + 1
        owner, run, raw_owner, last_ttl, default_ttl = frame.owner, frame.run, None, build.last_ttl, build.default_ttl
        inside = owner is not None and (zone is None or is_within(owner, zone))
        if frame.origin != origin:
            origin, suffix = frame.origin, _suffix(frame.origin, zone)
    build.last_ttl = last_ttl


def _suffix(origin: str | None, zone: str | None) -> str | None:
    """Return what completes a relative name, None where such names need care: no origin, or one out of the zone."""
    if origin is None or not (zone is None or is_within(origin, zone)):
        return None
    return "." if origin == "." else f".{origin}"


def _include(request: Include, frame: Frame) -> None:
    session = frame.session
    build = session.build
    try:
        data = read_octets(request.path, build.octets)
    except (OSError, TooLargeError) as problem:
        rule = "too-large" if isinstance(problem, TooLargeError) else "include-refused"
        why = str(problem) if isinstance(problem, TooLargeError) else problem.strerror
        message = f"`{request.path.name}` is not included: {why}"
        build.say(ProblemError(rule, message, request.line, request.column), frame.file)
        return
    build.octets += len(data)
    build.includes += 1
    build.files.append(request.shown)
    session.chain.append(request.path)
    read_text(session, data, Frame(session, len(build.files) - 1, request.origin, frame.owner))
    session.chain.pop()
