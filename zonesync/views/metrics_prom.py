"""The run summary in Prometheus's text format, for the textfile collector of node_exporter.

https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from zonesync.run.summary import BOUNDS, Summary
from zonesync.views.plain import clean

Labels = dict[str, str]


class Family(NamedTuple):
    """A metric: its name, without the prefix ``zonesync_``, and what is said of it."""

    name: str
    type: str
    help: str


class _Sample(NamedTuple):
    labels: Labels
    value: float
    suffix: str = ""


def text(summary: Summary) -> str:
    """Render *summary*. Every series has the labels ``command`` and ``project``.

    So the files of several commands and projects may lie in one folder of the collector, which fails as a whole where
    one series comes twice.
    """
    own = {"command": summary.command, "project": summary.project}
    lines: list[str] = []
    for family, samples in _families(summary):
        name = f"zonesync_{family.name}"
        shown = [f"{name}{one.suffix}{_labels(own | one.labels)} {_number(one.value)}" for one in samples]
        if shown:
            lines += [f"# HELP {name} {family.help}", f"# TYPE {name} {family.type}", *shown]
    return "\n".join(lines) + "\n"


RUN_INFO = Family("run_info", "gauge", "Version of zonesync that ran last.")
RUN_START = Family("run_start_time_seconds", "gauge", "When the last run started, in seconds since 1970-01-01 UTC.")
RUN_SECONDS = Family("run_duration_seconds", "gauge", "How long the last run took.")
RUN_EXIT = Family("run_exit_code", "gauge", "Exit code of the last run: 0 done, 1 refused, 2 differs, 3 partly done.")
PHASE = Family("run_phase_duration_seconds", "gauge", "How long planning and applying took.")
ZONES = Family("zones_read", "gauge", "Zones that were looked at.")
UNREAD = Family("zones_unread", "gauge", "Zones that could not be read.")
PLANNED = Family("planned_changes", "gauge", "RRsets that the plan would change.")
CHANGES = Family("changes_total", "counter", "Changes of RRsets in the last run, by what became of them.")
DRIFT = Family("drift_items", "gauge", "What differs from the zone files, by kind.")
FINDINGS = Family("findings", "gauge", "Findings, by rule.")
REQUESTS = Family("requests_total", "counter", "Requests to providers in the last run.")
SENT = Family("request_sent_bytes_total", "counter", "Octets of request bodies.")
RECEIVED = Family("request_received_bytes_total", "counter", "Octets of response bodies.")
SECONDS = Family("request_duration_seconds", "histogram", "How long requests took.")
RETRIES = Family("request_retries_total", "counter", "Requests that were sent again.")
THROTTLED = Family("requests_throttled_total", "counter", "Answers that asked for fewer requests.")
WAITED = Family("request_wait_seconds_total", "counter", "Time spent waiting for a turn, or between two tries.")

FAMILIES = (
    RUN_INFO,
    RUN_START,
    RUN_SECONDS,
    RUN_EXIT,
    PHASE,
    ZONES,
    UNREAD,
    PLANNED,
    CHANGES,
    DRIFT,
    FINDINGS,
    REQUESTS,
    SENT,
    RECEIVED,
    SECONDS,
    RETRIES,
    THROTTLED,
    WAITED,
)


def _families(summary: Summary) -> Iterator[tuple[Family, Iterable[_Sample]]]:
    yield RUN_INFO, [_Sample({"version": summary.version}, 1)]
    yield RUN_START, [_Sample({}, summary.started)]
    yield RUN_SECONDS, [_Sample({}, summary.seconds)]
    yield RUN_EXIT, [_Sample({}, summary.exit_code)]
    yield PHASE, [_Sample({"phase": one.name}, one.seconds) for one in summary.phases]
    yield ZONES, [_Sample({"provider": one.provider}, one.read) for one in summary.zones]
    yield UNREAD, [_Sample({"provider": one.provider}, one.unread) for one in summary.zones]
    places = [({"zone": one.zone, "provider": one.provider, "action": one.action}, one) for one in summary.planned]
    yield PLANNED, [_Sample(labels, one.count) for labels, one in places]
    places = [({"zone": one.zone, "provider": one.provider, "action": one.action}, one) for one in summary.changes]
    yield CHANGES, [_Sample(labels | {"outcome": one.outcome}, one.count) for labels, one in places]
    yield (
        DRIFT,
        [_Sample({"zone": one.zone, "provider": one.provider, "kind": one.kind}, one.count) for one in summary.drift],
    )
    yield FINDINGS, [_Sample({"severity": one.severity, "rule": one.rule}, one.count) for one in summary.findings]
    yield from _of_requests(summary)


def _of_requests(summary: Summary) -> Iterator[tuple[Family, Iterable[_Sample]]]:
    made = [
        ({"provider": one.provider, "zone": one.zone, "operation": one.operation, "status": one.status}, one)
        for one in summary.requests
    ]
    yield REQUESTS, [_Sample(labels, one.count) for labels, one in made]
    yield SENT, [_Sample(labels, one.sent) for labels, one in made]
    yield RECEIVED, [_Sample(labels, one.received) for labels, one in made]
    yield SECONDS, _histograms(summary)
    yield RETRIES, [_Sample({"provider": one.provider}, one.retries) for one in summary.calls]
    yield THROTTLED, [_Sample({"provider": one.provider}, one.throttled) for one in summary.calls]
    yield WAITED, [_Sample({"provider": one.provider}, one.waited) for one in summary.calls]


def _histograms(summary: Summary) -> Iterator[_Sample]:
    bounds = [*map(_number, BOUNDS), "+Inf"]
    for one in summary.durations:
        labels = {"provider": one.provider, "operation": one.operation}
        for bound, count in zip(bounds, one.buckets, strict=True):
            yield _Sample(labels | {"le": bound}, count, "_bucket")
        yield _Sample(labels, one.seconds, "_sum")
        yield _Sample(labels, one.buckets[-1], "_count")


def _labels(labels: Labels) -> str:
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}"


def _escaped(value: str) -> str:
    """Return a label's value: no control character, and what would end it escaped."""
    return clean(value).replace("\\", r"\\").replace('"', r"\"")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(round(value, 6))
