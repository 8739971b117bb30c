"""The same zone in three spellings: zonesync's YAML, octoDNS's YAML, and a zone file as a person's tool writes it.

Each writer returns the text and the line (from 1) of every value of the RRsets in *watch*, so that a planted mistake
can be looked for at its place.
"""

import re
from collections.abc import Collection, Iterator
from itertools import groupby
from operator import attrgetter

from benchmarks.zones import APEX_NS, APEX_TTL, DEFAULT_TTL, SERIAL, Record, Zone

Lines = dict[tuple[str, str, int], int]
"""Line by owner, type and index of the value."""
Watch = Collection[tuple[str, str]]

_plain = re.compile(r"[A-Za-z0-9_](?:[\w .=/+~@-]|:(?! ))*(?<![: ])", re.ASCII).fullmatch
_TXT_CHUNK = 255


class _Page:
    """Lines of text, counted."""

    def __init__(self, watch: Watch) -> None:
        self.lines: list[str] = []
        self.where: Lines = {}
        self._watch = frozenset(watch)

    def add(self, line: str) -> None:
        self.lines.append(line)

    def mark(self, record: Record, first: int, count: int) -> None:
        """Say that the last line holds *count* values of *record* from index *first*."""
        if (record.owner, record.type) in self._watch:
            for index in range(first, first + count):
                self.where[record.owner, record.type, index] = len(self.lines)

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"


def scalar(text: str) -> str:
    """Quote *text* for YAML only where it must be."""
    if _plain(text):
        return text
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def zonesync_yaml(zone: Zone, provider: str, watch: Watch = ()) -> tuple[str, Lines]:
    """Write owner -> type -> values; mapping form where the TTL is not the default, a block list from 3 values."""
    page = _Page(watch)
    page.add(f"zone: {zone.name[:-1]}")
    page.add(f"ttl: {DEFAULT_TTL}")
    page.add(f"providers: [{provider}]")
    page.add(f"nameservers: {{ttl: {APEX_TTL}, hosts: [{', '.join(APEX_NS)}]}}")
    page.add("records:")
    for owner, records in groupby(zone.records, attrgetter("owner")):
        page.add(f"  {scalar(owner)}:")
        for record in records:
            _yaml_rrset(page, record)
    return page.text, page.where


def _yaml_rrset(page: _Page, record: Record) -> None:
    count, indent = len(record.values), "      "
    values = [scalar(value) for value in record.values]
    flow = values[0] if count == 1 else f"[{', '.join(values)}]"
    if count < 3 and record.ttl == DEFAULT_TTL:
        page.add(f"    {record.type}: {flow}")
        page.mark(record, 0, count)
        return
    page.add(f"    {record.type}:")
    if record.ttl != DEFAULT_TTL:
        page.add(f"      ttl: {record.ttl}")
        if count < 3:
            page.add(f"      values: {flow}")
            page.mark(record, 0, count)
            return
        page.add("      values:")
        indent = "        "
    for index, value in enumerate(values):
        page.add(f"{indent}- {value}")
        page.mark(record, index, 1)


def zone_file(zone: Zone, watch: Watch = (), *, absolute: bool = False, header: str = "") -> tuple[str, Lines]:
    """Write one record a line with tabs: owners relative to $ORIGIN or *absolute*, TTL and class always there."""
    page = _Page(watch)
    if header:
        page.add(header)
    page.add(f"$ORIGIN {zone.name}")
    page.add(f"$TTL {DEFAULT_TTL}")
    soa = f"{APEX_NS[0]} hostmaster.example.net. {SERIAL} 7200 900 1209600 300"
    page.add(f"@\t{DEFAULT_TTL}\tIN\tSOA\t{soa}")
    for host in APEX_NS:
        page.add(f"@\t{APEX_TTL}\tIN\tNS\t{host}")
    for record in zone.records:
        owner = f"{record.owner}.{zone.name}" if absolute else record.owner
        head = f"{owner}\t{record.ttl}\tIN\t{record.type}\t"
        for index, value in enumerate(record.values):
            page.add(head + (_txt(value) if record.type == "TXT" else value))
            page.mark(record, index, 1)
    return page.text, page.where


def _txt(text: str) -> str:
    chunks = [text[at : at + _TXT_CHUNK] for at in range(0, len(text), _TXT_CHUNK)]
    return " ".join(f'"{chunk}"' for chunk in chunks)


_FIELDS = {
    "MX": ("preference", "exchange"),
    "SRV": ("priority", "weight", "port", "target"),
    "CAA": ("flags", "tag", "value"),
    "DS": ("key_tag", "algorithm", "digest_type", "digest"),
    "SSHFP": ("algorithm", "fingerprint_type", "fingerprint"),
    "TLSA": ("certificate_usage", "selector", "matching_type", "certificate_association_data"),
    "NAPTR": ("order", "preference", "flags", "service", "regexp", "replacement"),
}
_ALWAYS_TEXT = {"digest", "fingerprint", "certificate_association_data"}
"""octoDNS wants strings here, and a digest may look like a number."""


def octodns_yaml(zone: Zone) -> str:
    """Write octoDNS's YAML: owner -> one mapping, or a list of them, with fields where octoDNS wants fields."""
    lines = ["---", "'':", "  type: NS", f"  ttl: {APEX_TTL}", "  values:", *(f"  - {host}" for host in APEX_NS)]
    for owner, group in groupby(zone.records, attrgetter("owner")):
        records = list(group)
        lines.append(f"{scalar(owner)}:")
        for record in records:
            body = list(_octodns_body(record))
            if len(records) > 1:
                lines.append(f"- {body[0]}")
                lines += [f"  {line}" for line in body[1:]]
            else:
                lines += [f"  {line}" for line in body]
    return "\n".join(lines) + "\n"


def _octodns_body(record: Record) -> Iterator[str]:
    yield f"type: {record.type}"
    yield f"ttl: {record.ttl}"
    if len(record.values) == 1:
        yield f"value: {_octodns_value(record.type, record.values[0])}"
        return
    yield "values:"
    for value in record.values:
        yield f"- {_octodns_value(record.type, value)}"


def _octodns_value(rtype: str, value: str) -> str:
    if rtype == "HTTPS":
        priority, target, params = value.split(" ", 2)
        alpn = params.removeprefix('alpn="').removesuffix('"')
        return f"{{svcpriority: {priority}, targetname: {target}, svcparams: {{alpn: [{alpn}]}}}}"
    names = _FIELDS.get(rtype)
    if names is None:
        return scalar(value)
    parts = (part.strip('"') for part in value.split(" ", len(names) - 1))
    return "{" + ", ".join(_octodns_field(name, part) for name, part in zip(names, parts, strict=True)) + "}"


def _octodns_field(name: str, text: str) -> str:
    return f"{name}: " + (f"'{text}'" if name in _ALWAYS_TEXT else scalar(text) if text else "''")
