"""What name servers serve, as text: a line for each of their addresses, what no answer tells, and what is wrong."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from zonesync.findings import Finding
from zonesync.model.names import display, relative
from zonesync.model.rrset import Key
from zonesync.run.asking.report import ServerReport
from zonesync.run.asking.rounds import ZoneReport
from zonesync.run.asking.subject import expected_of
from zonesync.views import findings as findings_view
from zonesync.views.plain import Paint, Tone, clean, counted, plain, wrapped

_SHOWN = 3
"""Names that are shown of those that cannot be compared for one reason."""


def text(reports: Sequence[ZoneReport], paint: Paint = plain, width: int = 80, *, notes: Sequence[Finding] = ()) -> str:
    """Render *reports*, the *notes* of zones that nobody could ask, and a last line that sums up."""
    blocks = ["\n".join(_zone(one, paint, width)) for one in reports]
    found = [*notes, *(finding for one in reports for finding in one.findings)]
    if found:
        blocks.append(findings_view.text(found, paint, width).rstrip("\n"))
    last = summary(reports)
    blocks.append("\n".join(paint(line, Tone.HEADING) for line in wrapped(last, width, 2)))
    return "\n\n".join(blocks) + "\n"


def summary(reports: Sequence[ZoneReport]) -> str:
    """Say in one line what was found."""
    servers = [server for one in reports for server in one.servers]
    names = {server.server.name for server in servers}
    good = sum(server.equal == server.all for server in servers)
    found = findings_view.summary([finding for one in reports for finding in one.findings])
    asked = f"{counted(len(reports), 'zone')}, {counted(len(names), 'name server')} at {_addresses(len(servers))}"
    unasked = "" if reports and all(one.is_whole for one in reports) else "; not everything could be asked"
    if not servers:
        return f"verify: no name server was asked{f': {found}' if found else ''}"
    agree = "all serve what they should" if good == len(servers) else f"{good} of {len(servers)} serve what they should"
    return f"verify: {asked}: {agree}{f'; {found}' if found else ''}{unasked}"


def _addresses(count: int) -> str:
    return f"{count} address" if count == 1 else f"{count} addresses"


def _zone(report: ZoneReport, paint: Paint, width: int) -> Iterator[str]:
    zone = report.subject.zone
    yield from (paint(line, Tone.HEADING) for line in wrapped(clean(zone.id.display), width, 2))
    for server in report.servers:
        is_good = server.equal == server.all
        lines = wrapped(clean(_line(report, server)), width - 2, 4)
        yield from (f"  {paint(line, Tone.GOOD if is_good else Tone.BAD)}" for line in lines)
    if report.delegated is not None and report.delegated.parent and not report.delegated.rule:
        hosts = ", ".join(display(host) for host in report.delegated.hosts)
        said = f"delegated by {display(report.delegated.parent)} to {hosts}"
        yield from (f"  {line}" for line in wrapped(clean(said), width - 2, 4))
    for line in _incomparable(report):
        yield from (f"  {paint(piece, Tone.QUIET)}" for piece in wrapped(clean(line), width - 2, 4))


def _line(report: ZoneReport, server: ServerReport) -> str:
    """Spell one server: who it is, how much of it is right, and what it says of itself."""
    parts = [f"{server.equal}/{server.all} equal"]
    if server.serial is not None:
        parts.append(f"serial {server.serial}")
    if server.seconds is not None:
        parts.append(f"{server.seconds * 1000:.1f} ms")
    parts += [f'nsid "{nsid}"' for nsid in server.nsids]
    if server.unasked:
        parts.append(f"{counted(server.unasked, 'question')} not asked")
    if report.is_timed_out or report.arrivals:
        after = report.arrivals.get((server.provider, server.server))
        parts.append("not yet" if after is None else f"after {after:.1f} s")
    provider = server.provider or "no provider"
    return f"{provider}  {display(server.server.name)} {server.server.address}: {', '.join(parts)}"


def _incomparable(report: ZoneReport) -> Iterator[str]:
    """Yield what no answer could be compared with, by reason, each with the providers it is so at."""
    by_reason: dict[tuple[str, tuple[Key, ...]], list[str]] = {}
    apex = report.subject.zone.apex
    for provider in dict.fromkeys(server.provider for server in report.servers):
        for why, keys in incomparable(report, provider).items():
            by_reason.setdefault((why, tuple(keys)), []).append(provider or "no provider")
    for (why, names_of), providers in by_reason.items():
        names = ", ".join(f"{relative(key.name, apex)} {key.type}" for key in names_of[:_SHOWN])
        more = f" and {len(names_of) - _SHOWN} more" if len(names_of) > _SHOWN else ""
        yield f"not comparable at {', '.join(providers)}: {names}{more}: {why}"


def incomparable(report: ZoneReport, provider: str) -> Mapping[str, list[Key]]:
    """Return what the answers of the servers of *provider* cannot be held against, by reason."""
    found = [(one.why, one.key) for one in expected_of(report.subject, provider).skipped]
    for server in report.servers:
        if server.provider == provider:
            found += [(why, key) for key, why in server.incomparable]
    ordered = sorted(set(found), key=lambda pair: (pair[0], pair[1]))
    return {why: [key for _, key in pairs] for why, pairs in groupby(ordered, key=lambda pair: pair[0])}
