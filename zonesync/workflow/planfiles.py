"""Read a plan file for apply."""

from pathlib import Path

from zonesync.findings import Finding, Severity
from zonesync.plan import planfile
from zonesync.plan.plan import Plan
from zonesync.workflow.project import RefusedError


def read_plan(file: Path) -> Plan:
    """Return the plan in *file*. Raises :class:`RefusedError` for what cannot be read, or is no plan to apply."""
    try:
        with file.open("rb") as opened:
            # One byte more tells that there is more, of a device without end as well.
            data = opened.read(planfile.MAX_SIZE + 1)
        return planfile.loads(data)
    except OSError as problem:
        words = problem.strerror or str(problem)
    except planfile.PlanFileError as problem:
        words = str(problem)
    help_ = "make one with `zonesync plan --out`"
    raise RefusedError([Finding("plan-unusable", Severity.ERROR, f"{file}: {words}", help=help_)])
