"""The few functions that a command, or a Python program, calls."""

from zonesync.importers.zonefile import Imported, import_zonefile, zone_of_file
from zonesync.run.apply import WORKERS
from zonesync.workflow.exchange import export
from zonesync.workflow.loading import Loaded, check, load
from zonesync.workflow.planning import Planning, apply, calls, make_plan, refusals, replan
from zonesync.workflow.project import (
    Project,
    RefusedError,
    UnknownNameError,
    audit_entries,
    audit_log,
    check_providers,
    connect,
    open_project,
    schema,
)
from zonesync.workflow.providers import report_providers
from zonesync.workflow.reading import READERS

__all__ = [
    "READERS",
    "WORKERS",
    "Imported",
    "Loaded",
    "Planning",
    "Project",
    "RefusedError",
    "UnknownNameError",
    "apply",
    "audit_entries",
    "audit_log",
    "calls",
    "check",
    "check_providers",
    "connect",
    "export",
    "import_zonefile",
    "load",
    "make_plan",
    "open_project",
    "refusals",
    "replan",
    "report_providers",
    "schema",
    "zone_of_file",
]
