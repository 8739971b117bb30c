"""The configured providers: as a table, as the outcome of a check, and as JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from zonesync.model.ttl import MAX_TTL
from zonesync.provider.abilities import Credentials, Quota
from zonesync.provider.contract import Capabilities
from zonesync.run.providers import ProviderReport
from zonesync.views.plain import Paint, Tone, clean, columns, counted, plain, wrapped

_HEADS = ("PROVIDER", "TYPE", "APEX NS", "ALIAS", "TYPES", "TTL", "ZONES", "QUOTA")
_INDENT = 4
_UNKNOWN = "?"


def table(reports: Sequence[ProviderReport], width: int = 80) -> Iterator[str]:
    """Render a row for each provider, and beneath it where its credentials are from and its fullest quota."""
    rows = [_HEADS, *(tuple(map(clean, _row(report))) for report in reports)]
    widths = [max(columns(row[index]) for row in rows) for index in range(len(_HEADS))]
    for number, row in enumerate(rows):
        cells = [cell + " " * (wide - columns(cell)) for cell, wide in zip(row, widths, strict=True)]
        yield from wrapped("  ".join(cells).rstrip(), width, _INDENT)
        if number:
            yield from _beneath(reports[number - 1], width)


def _row(report: ProviderReport) -> tuple[str, ...]:
    can = report.capabilities
    zones = _UNKNOWN if report.zones is None else str(report.zones)
    full = report.fullest
    share = f"{(full.used or 0) * 100 // full.limit}%" if full else "-"
    if can is None:
        return (report.name, report.type, *[_UNKNOWN] * 4, zones, share)
    types = "any" if can.types is None else str(len(can.types))
    return report.name, report.type, can.apex_ns.value, can.alias.value, types, _ttl(can), zones, share


def _ttl(can: Capabilities) -> str:
    if can.max_ttl >= MAX_TTL:
        return f"{can.min_ttl}+" if can.min_ttl else "any"
    return f"{can.min_ttl}-{can.max_ttl}"


def _beneath(report: ProviderReport, width: int) -> Iterator[str]:
    if report.credentials is not None:
        yield from _indented(_credentials(report.credentials), width)
    if report.fullest is not None:
        yield from _indented(f"quota: {quota(report.fullest)}", width)


def quota(one: Quota) -> str:
    """Render a quota, such as ``rrsets 5002/10000 (example.com)``."""
    used = _UNKNOWN if one.used is None else one.used
    return f"{one.name} {used}/{one.limit}" + (f" ({one.zone})" if one.zone else "")


def _credentials(found: Credentials) -> str:
    return f"credentials: {'' if found.found else 'none: '}{found.source}"


def _indented(text: str, width: int) -> Iterator[str]:
    for line in wrapped(clean(text), width - _INDENT, _INDENT):
        yield " " * _INDENT + line


def check_lines(reports: Sequence[ProviderReport], paint: Paint = plain, width: int = 80) -> Iterator[str]:
    """Render whether each provider could be read, and which permissions it needs."""
    for report in reports:
        zones = counted(report.zones or 0, "zone")
        outcome = f"FAILED: {report.problem}" if report.problem else f"ok, {zones} listed"
        tone = Tone.BAD if report.problem else Tone.GOOD
        for line in wrapped(clean(f"{report.name}: {outcome}"), width, _INDENT):
            yield paint(line, tone)
        if report.hint:
            yield from _indented(report.hint, width)
        if report.credentials is not None:
            yield from _indented(_credentials(report.credentials), width)
        if report.permissions is not None:
            yield from _indented(f"a plan needs: {', '.join(report.permissions.plan) or 'nothing'}", width)
            yield from _indented(f"an apply adds: {', '.join(report.permissions.apply) or 'nothing'}", width)
            if report.permissions.delete:
                yield from _indented(f"leaving the provider adds: {', '.join(report.permissions.delete)}", width)


def data(report: ProviderReport) -> dict[str, Any]:
    """Return all that is known of a provider as JSON data."""
    can = report.capabilities
    return {
        "name": report.name,
        "type": report.type,
        "apex_ns": can.apex_ns.value if can else "",
        "alias": can.alias.value if can else "",
        "types": sorted(can.types) if can and can.types is not None else None,
        "ttl": {"min": can.min_ttl, "max": can.max_ttl} if can else None,
        "credentials": asdict(report.credentials) if report.credentials else None,
        "zones": "" if report.zones is None else report.zones,
        "quotas": [asdict(one) for one in report.quotas],
        "problem": report.problem,
        "hint": report.hint,
    }


def check_data(report: ProviderReport) -> dict[str, Any]:
    """Return the outcome of a check as JSON data."""
    return {
        "name": report.name,
        "type": report.type,
        "ok": not report.problem,
        "zones": report.zones,
        "credentials": asdict(report.credentials) if report.credentials else None,
        "permissions": asdict(report.permissions) if report.permissions else None,
        "problem": report.problem,
        "hint": report.hint,
    }
