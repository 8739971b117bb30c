"""The few functions that a command, or a Python program, calls."""

from zonesync.importers.zonefile import Imported, import_zonefile, zone_of_file
from zonesync.workflow.exchange import export
from zonesync.workflow.loading import Loaded, check, load
from zonesync.workflow.planning import Planning, apply, make_plan, refusals, replan
from zonesync.workflow.project import (
    Project,
    RefusedError,
    UnknownNameError,
    audit_entries,
    audit_log,
    check_providers,
    connect,
    open_project,
    provider_table,
    schema,
)

__all__ = [
    "Imported",
    "Loaded",
    "Planning",
    "Project",
    "RefusedError",
    "UnknownNameError",
    "apply",
    "audit_entries",
    "audit_log",
    "check",
    "check_providers",
    "connect",
    "export",
    "import_zonefile",
    "load",
    "make_plan",
    "open_project",
    "provider_table",
    "refusals",
    "replan",
    "schema",
    "zone_of_file",
]
