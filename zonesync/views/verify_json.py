"""What name servers serve, as JSON. Keys are added in later versions, never taken away or given another meaning."""

from collections.abc import Sequence
from typing import Any

from zonesync.findings import Finding
from zonesync.run.asking.found import Delegated
from zonesync.run.asking.report import Fault, ServerReport
from zonesync.run.asking.rounds import ZoneReport
from zonesync.views import findings as findings_view
from zonesync.views.verify_text import incomparable


def verify(
    reports: Sequence[ZoneReport],
    *,
    is_whole: bool,
    warnings: Sequence[Finding] = (),
    notes: Sequence[Finding] = (),
) -> dict[str, Any]:
    """Return ``zones``, each with its servers and findings; ``whole`` tells whether everything could be asked."""
    return {
        "whole": is_whole,
        "differs": any(one.differs for one in reports),
        "zones": [_zone(one) for one in reports],
        "warnings": [findings_view.data(finding) for finding in (*warnings, *notes)],
    }


def _zone(report: ZoneReport) -> dict[str, Any]:
    providers = dict.fromkeys(server.provider for server in report.servers)
    return {
        "zone": str(report.subject.zone.id),
        "whole": report.is_whole,
        "differs": report.differs,
        "timed_out": report.is_timed_out,
        "servers": [_server(report, server) for server in report.servers],
        "nameservers": list(report.subject.apex),
        "delegation": None if report.delegated is None else _delegation(report.delegated),
        "not_comparable": [
            {"provider": provider, "why": why, "name": key.name, "type": key.type}
            for provider in providers
            for why, keys in incomparable(report, provider).items()
            for key in keys
        ],
        "findings": [findings_view.data(finding) for finding in report.findings],
    }


def _server(report: ZoneReport, server: ServerReport) -> dict[str, Any]:
    return {
        "provider": server.provider or None,
        "name": server.server.name,
        "address": server.server.address,
        "equal": server.equal,
        "all": server.all,
        "serial": server.serial,
        "nsids": list(server.nsids),
        "milliseconds": None if server.seconds is None else round(server.seconds * 1000, 3),
        "not_asked": server.unasked,
        "seconds_until_equal": _rounded(report.arrivals.get((server.provider, server.server))),
        "faults": [_fault(fault) for fault in server.faults],
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


def _fault(fault: Fault) -> dict[str, Any]:
    return {
        "rule": fault.rule,
        "count": fault.count,
        "of": fault.of,
        "transports": [one.value for one in fault.transports],
        "recovered": fault.is_recovered,
        "words": fault.words or None,
        "examples": [
            {
                "name": one.key.name,
                "type": one.key.type,
                "asked": one.asked,
                "wanted": list(one.wanted),
                "served": list(one.served),
                "words": one.words or None,
            }
            for one in fault.examples
        ],
    }


def _delegation(delegated: Delegated) -> dict[str, Any]:
    return {
        "parent": delegated.parent or None,
        "hosts": list(delegated.hosts),
        "ttl": delegated.ttl,
        "glue": {host: list(addresses) for host, addresses in sorted(delegated.glue.items())},
        "ds": None if delegated.ds is None else len(delegated.ds),
        "asked": [{"name": server.name, "address": server.address} for server in delegated.servers],
        "problem": delegated.problem or None,
    }
