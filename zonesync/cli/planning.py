"""What plan, apply and drift have in common: a plan made, and what was found told."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from zonesync import workflow
from zonesync.cli.progress import Progress
from zonesync.findings import Finding, Severity
from zonesync.model.names import NameSyntaxError
from zonesync.plan.plan import Allowance, Plan
from zonesync.views import run_text

if TYPE_CHECKING:
    from zonesync.cli.session import Session
    from zonesync.workflow.loading import Keep


def planned(
    session: "Session",
    project: workflow.Project,
    zones: Sequence[str],
    only: Sequence[str],
    allowances: Sequence[Allowance],
    *,
    sealed: bool,
    has_policy: bool = True,
    keep: "Keep | None" = None,
    touched: workflow.Touched | None = None,
    looks: bool = False,
) -> workflow.Planning:
    """Load *zones* and plan them, with progress. Raises what loading and planning raise.

    A command that only *looks* may take what earlier runs have loaded.
    """
    workflow.check_providers(project, only)
    workflow.check_waivers(project, allowances)
    shard = session.dealt()
    touched = touched or (None if keep else session.touched(project))
    keep = keep or (touched.has if touched else None)
    with session.metrics.phase("plan"), Progress(session, "Loading") as progress:
        with session.remembering(project, looks=looks) as memory:
            loaded = workflow.load(project, zones, session.context, keep, shard, memory)
        if touched and not zones:
            loaded = replace(loaded, findings=(*loaded.findings, *touched.orphans(project, loaded)))
        _check_allowed_zones(allowances, loaded)
        progress.expect("Reading", sum(len(zone.providers) for zone in loaded.zones))
        planning = workflow.make_plan(
            project,
            loaded,
            session.context,
            only=only,
            allowances=allowances,
            sealed=sealed,
            done=progress.advance,
            readers=session.concurrency or workflow.READERS,
            has_policy=has_policy,
        )
    session.say_shard(loaded.asked, len(loaded.elsewhere))
    session.metrics.planned(planning)
    return planning


def allowances(texts: Sequence[str]) -> list[Allowance]:
    """Read the values of ``--allow``. Raises :class:`~zonesync.workflow.UnknownNameError`."""
    try:
        return [Allowance.parse(text) for text in texts]
    except NameSyntaxError as problem:
        raise workflow.UnknownNameError(f"--allow: {problem}") from None
    except ValueError as problem:
        raise workflow.UnknownNameError(str(problem)) from None


def _check_allowed_zones(allowances: Sequence[Allowance], loaded: workflow.Loaded) -> None:
    known = {str(zone) for zone in loaded.all_zones}
    for allowance in allowances:
        if allowance.zone not in known:
            raise workflow.UnknownNameError(f"--allow {allowance}: no file describes the zone `{allowance.zone}`")


def report(
    session: "Session",
    project: workflow.Project,
    planning: workflow.Planning,
    warnings: Sequence[Finding] | None = None,
) -> None:
    """Show on stderr what was found; *warnings* stand in for those of *planning*."""
    made = planning.plan
    unread = [
        Finding(
            "unread",
            Severity.ERROR,
            one.words,
            zone=str(one.zone),
            provider=one.provider,
            help="nothing is planned for the zone",
        )
        for one in made.unread
    ]
    waived = [finding for finding in made.findings if finding.is_error and not made.is_refused(finding)]
    rest = [finding for finding in made.findings if finding not in waived]
    session.report([*project.findings, *(planning.warnings if warnings is None else warnings), *rest, *unread])
    session.metrics.found(waived)
    for finding in waived:
        where = f"{finding.zone} at {finding.provider}" if finding.provider else finding.zone
        session.say(f"allowed[{finding.rule}]: {finding.message} ({where})")
    if made.refusals:
        session.say("This plan cannot be applied.")


def say_saved(session: "Session", out: Path | None, made: Plan) -> None:
    """Say what *made*, saved as *out*, is good for; nothing where it was not saved."""
    if out is not None and made.refusals:
        session.say(f"Saved to {out} for reading.")
    elif out is not None:
        session.say(f"Saved to {out}: `{session.program} apply {out}` carries out exactly this.")


def say_calls(session: "Session", planning: workflow.Planning) -> None:
    """Say which services had to be asked again, and how often."""
    for line in run_text.calls_lines(workflow.calls(planning)):
        session.say(line)


def is_refused(session: "Session", planning: workflow.Planning) -> bool:
    """Tell whether what was found refuses the plan."""
    made = planning.plan
    remaining = [finding for finding in made.findings if not finding.is_error or made.is_refused(finding)]
    return bool(made.unread) or session.refuses([*remaining, *planning.warnings])
