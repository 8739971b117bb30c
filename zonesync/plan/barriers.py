"""Where a plan has to ask name servers before it sends anybody to them, if that is wanted."""

from collections.abc import Iterator, Sequence

from zonesync.plan.plan import Plan, Step, StepKind


def asking(plan: Plan) -> Plan:
    """Return *plan* with a barrier before each change of who is asked for a zone, also where no content comes first.

    Content of an earlier run was acknowledged; that does not say that the name servers answer with it. A move has its
    barriers already.
    """
    if plan.move is not None:
        return plan
    return plan.model_copy(update={"steps": tuple(_asking(plan.steps))})


def _asking(steps: Sequence[Step]) -> Iterator[Step]:
    asked: set[str] = set()
    for step in steps:
        if step.kind is StepKind.APEX_NS and str(step.zone) not in asked:
            yield Step(kind=StepKind.BARRIER, zone=step.zone, provider="", verify=True)
        if step.kind is StepKind.APEX_NS or (step.kind is StepKind.BARRIER and not step.provider):
            asked.add(str(step.zone))
        yield step
