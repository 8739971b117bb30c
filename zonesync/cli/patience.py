"""What a run waits for besides its providers, from the command line and the configuration."""

from typing import TYPE_CHECKING

from zonesync import workflow
from zonesync.model.ttl import TtlSyntaxError, parse_interval
from zonesync.plan.plan import Plan, StepKind

if TYPE_CHECKING:
    from zonesync.cli.session import Session

_WAITS = frozenset({StepKind.BARRIER, StepKind.WAIT})


def patience_of(
    session: "Session", project: workflow.Project, plan: Plan, now: workflow.Planning
) -> workflow.Patience | None:
    """Return what the steps of *plan* wait for; None where none of them does. Raises what bad options raise."""
    asked = session.asking
    timeout = seconds(asked.verify_timeout)
    if not any(step.kind in _WAITS and (step.verify or asked.verify or step.seconds) for step in plan.steps):
        return None
    from zonesync.workflow.verifying import ask_settings

    return workflow.Patience(
        ask_settings(project, now.zones, root_hints=asked.root_hints),
        verify=asked.verify,
        verify_timeout=timeout,
        sits_out=asked.sits_out,
        delegation_done=asked.delegation_done,
    )


def seconds(text: str) -> float:
    """Read `10m` or `600`. Raises :class:`~zonesync.workflow.UnknownNameError`."""
    try:
        return float(parse_interval(text))
    except TtlSyntaxError:
        message = f"`{text[:40]}` is no time: write seconds (`600`) or units in order (`1h30m`)"
        raise workflow.UnknownNameError(message) from None
