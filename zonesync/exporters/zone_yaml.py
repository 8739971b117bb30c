"""A zone as the YAML that the loader reads back to the same zone."""

import base64
from collections import Counter
from collections.abc import Iterator, Mapping

from zonesync.exporters.fmt.writer import WIDTH
from zonesync.exporters.scalars import scalar
from zonesync.model import rdata
from zonesync.model.alias import AliasTarget
from zonesync.model.names import relative, sort_key
from zonesync.model.rrset import Key, RRset
from zonesync.model.ttl import format_ttl
from zonesync.model.zone import Zone
from zonesync.plan import soa

_SOA_TIMES = frozenset({"refresh", "retry", "expire", "minimum"})


def dumps(zone: Zone, *, with_soa: bool = True, header: str = "") -> str:
    """Write *zone*, apex NS as ``nameservers:`` and SOA as ``soa:``; the serial is never written."""
    return "\n".join(_lines(zone, with_soa=with_soa, header=header)) + "\n"


def _lines(zone: Zone, *, with_soa: bool, header: str) -> Iterator[str]:
    apex = zone.apex
    if header:
        yield f"# {header}"
    yield f"zone: {scalar(apex if apex == '.' else apex[:-1])}"
    if zone.id.view:
        yield f"view: {scalar(zone.id.view)}"
    own = (Key(apex, "NS"), Key(apex, "SOA"))
    content = sorted((rrset for key, rrset in zone.rrsets.items() if key not in own), key=_order)
    ttl = _common_ttl(content)
    yield f"ttl: {format_ttl(ttl)}"
    nameservers = zone.rrsets.get(own[0])
    if nameservers:
        hosts = [scalar(host) for host in nameservers.rdatas]
        yield from _mapping("nameservers", {"ttl": format_ttl(nameservers.ttl or 0), "hosts": hosts})
    start = zone.rrsets.get(own[1])
    if start and with_soa:
        fields = {name: _soa_value(name, value) for name, value in soa.fields_of(start).items() if name != "serial"}
        yield from _mapping("soa", {"ttl": format_ttl(start.ttl or 0), **fields})
    if not content:
        yield "records: {}"
        return
    yield "records:"
    yield from _records(content, apex, ttl)


def _mapping(key: str, fields: Mapping[str, str | list[str]]) -> Iterator[str]:
    """Write *fields* in brackets while they fit on a line, as ``fmt`` does."""
    inline = [f"{name}: {value if isinstance(value, str) else _list(value)}" for name, value in fields.items()]
    line = f"{key}: {{{', '.join(inline)}}}"
    if len(line) <= WIDTH:
        yield line
        return
    yield f"{key}:"
    for text, (name, value) in zip(inline, fields.items(), strict=True):
        if isinstance(value, str) or len(text) + 2 <= WIDTH:
            yield f"  {text}"
        else:
            yield f"  {name}:"
            yield from (f"    - {each}" for each in value)


def _list(values: list[str]) -> str:
    return f"[{', '.join(values)}]"


def _soa_value(name: str, value: str) -> str:
    if name in _SOA_TIMES:
        return format_ttl(int(value)) if int(value) < 2**31 else scalar(value)
    return scalar(value.replace("\\@", "\\064"))  # the loader takes `@` for a mailbox written by mistake


def _order(rrset: RRset) -> tuple[tuple[bytes, ...], str]:
    return sort_key(rrset.name), rrset.type


def _common_ttl(content: list[RRset]) -> int:
    ttls = Counter(rrset.ttl for rrset in content if rrset.ttl is not None)
    return max(ttls, key=lambda ttl: (ttls[ttl], ttl)) if ttls else 3600


def _records(content: list[RRset], apex: str, ttl: int) -> Iterator[str]:
    owner = ""
    for rrset in content:
        if rrset.name != owner:
            owner = rrset.name
            yield f"  {scalar(relative(owner, apex))}:"
        yield from _rrset(rrset, ttl)


def _rrset(rrset: RRset, ttl: int) -> Iterator[str]:
    head = f"    {rrset.type}:"
    if rrset.ttl is None:
        alias = AliasTarget.from_text(rrset.rdatas[0])
        zone_id = f", zone_id: {alias.zone_id}" if alias.zone_id else ""
        health = ", evaluate_target_health: true" if alias.evaluate_target_health else ""
        yield f"{head} {{alias: {{target: {scalar(alias.target)}{zone_id}{health}}}}}"
        return
    values = [_value(rrset.type, text) for text in rrset.rdatas]
    indent = "    "
    if rrset.ttl != ttl:
        yield head
        yield f"      ttl: {format_ttl(rrset.ttl)}"
        head, indent = "      values:", "      "
    if len(values) == 1 and isinstance(values[0], str):
        yield f"{head} {values[0]}"
    else:
        yield head
        for value in values:
            yield from _item(value, f"{indent}  ")


def _item(value: str | list[str], indent: str) -> Iterator[str]:
    line = f"{indent}- {value if isinstance(value, str) else _list(value)}"
    if isinstance(value, str) or len(line) <= WIDTH:
        yield line
    else:
        first, *rest = value
        yield f"{indent}- - {first}"
        yield from (f"{indent}  - {each}" for each in rest)


def _value(rtype: str, text: str) -> str | list[str]:
    """Return one value; the strings of a TXT record where their boundaries say something."""
    if rtype not in {"TXT", "SPF"} or text.startswith("\\#"):
        return scalar(text)
    strings = rdata.txt_strings(text)
    whole = b"".join(strings)
    if text == rdata.txt_text(whole):
        return _bytes(whole)
    return [_bytes(string) for string in strings]


def _bytes(data: bytes) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = "\0"
    if all(char.isprintable() for char in text):
        return scalar(text)
    return f"{{base64: {scalar(base64.b64encode(data).decode())}}}"


def rrsets_data(rrsets: Mapping[Key, RRset]) -> list[dict[str, object]]:
    """Return RRsets as JSON data, in canonical order."""
    return [
        {"name": rrset.name, "type": rrset.type, "ttl": rrset.ttl, "rdatas": list(rrset.rdatas)}
        for rrset in sorted(rrsets.values(), key=_order)
    ]
