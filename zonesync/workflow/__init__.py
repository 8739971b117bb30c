"""The few functions that a command, or a Python program, calls."""

from zonesync.importers.zonefile import Imported, import_zonefile, zone_of_file
from zonesync.run.apply import WORKERS
from zonesync.run.selection import Filter
from zonesync.workflow.applying import (
    EPHEMERAL,
    LOCK_TIMEOUT,
    Held,
    apply,
    has_left_behind,
    has_moved,
    holding,
    require_durable,
)
from zonesync.workflow.auditing import Blame, RunReport, audit_entries, blame, parse_since, show_run, verify_log
from zonesync.workflow.changed import Touched, touched_since
from zonesync.workflow.drifting import Drifting, find_drift
from zonesync.workflow.exchange import export
from zonesync.workflow.gating import VERIFY_TIMEOUT, Patience
from zonesync.workflow.loading import Loaded, check, load
from zonesync.workflow.locking import Standing, find_lock, unlock
from zonesync.workflow.planfiles import read_plan
from zonesync.workflow.planning import (
    Planning,
    calls,
    make_plan,
    other_edits,
    refusals,
    replan,
    resumed,
    too_old,
)
from zonesync.workflow.policing import check_waivers
from zonesync.workflow.project import (
    Project,
    RefusedError,
    UnknownNameError,
    audit_log,
    check_providers,
    connect,
    open_project,
    schema,
)
from zonesync.workflow.providers import report_providers
from zonesync.workflow.reading import READERS
from zonesync.workflow.remembering import zone_memory
from zonesync.workflow.rolling_back import plan_rollback
from zonesync.workflow.shards import Shard, is_elsewhere
from zonesync.workflow.taking_back import TakingBack, again, find_run, unrecorded

__all__ = [
    "EPHEMERAL",
    "LOCK_TIMEOUT",
    "READERS",
    "VERIFY_TIMEOUT",
    "WORKERS",
    "Blame",
    "Drifting",
    "Filter",
    "Held",
    "Imported",
    "Loaded",
    "Patience",
    "Planning",
    "Project",
    "RefusedError",
    "RunReport",
    "Shard",
    "Standing",
    "TakingBack",
    "Touched",
    "UnknownNameError",
    "again",
    "apply",
    "audit_entries",
    "audit_log",
    "blame",
    "calls",
    "check",
    "check_providers",
    "check_waivers",
    "connect",
    "export",
    "find_drift",
    "find_lock",
    "find_run",
    "has_left_behind",
    "has_moved",
    "holding",
    "import_zonefile",
    "is_elsewhere",
    "load",
    "make_plan",
    "open_project",
    "other_edits",
    "parse_since",
    "plan_rollback",
    "read_plan",
    "refusals",
    "replan",
    "report_providers",
    "require_durable",
    "resumed",
    "schema",
    "show_run",
    "too_old",
    "touched_since",
    "unlock",
    "unrecorded",
    "verify_log",
    "zone_memory",
    "zone_of_file",
]
