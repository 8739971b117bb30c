"""What a step that changes no RRset does, in words for a reader."""

from zonesync.plan.plan import Handover, Standing, Step, StepKind
from zonesync.views.plain import clean

_STANDINGS = {
    Standing.IN: "`{}` is in rotation from here on",
    Standing.OUT: "`{}` is out of rotation from here on, whatever the files say, until `zonesync restore {}`",
    Standing.LEAVING: "`{}` is leaving from here on: no plan puts it back",
    Standing.LEFT: "`{}` has left",
}

_TITLES = {
    StepKind.CREATE_ZONE: "create the zone",
    StepKind.CONTENT: "",
    StepKind.BARRIER: "",
    StepKind.APEX_NS: "then the apex NS set",
    StepKind.RELOAD: "reload",
    StepKind.METADATA: "",
    StepKind.WAIT: "",
    StepKind.MANUAL: "",
    StepKind.DELETE_ZONE: "delete the zone, once it is empty",
    StepKind.ROTATION: "",
}


def lines(step: Step) -> list[str]:
    """Return what *step* does besides its changes, with the note; none where the changes say it all."""
    title = _TITLES[step.kind]
    note = f": {clean(step.note)}" if step.note else ""
    return words(step) or ([f"{title}{note}"] if title else [])


def words(step: Step) -> list[str]:
    """Return the sentences of *step*, without full stops; none for a step whose changes or title say it all."""
    match step.kind:
        case StepKind.BARRIER if step.verify:
            return ["wait until the name servers answer with the content"]
        case StepKind.BARRIER:
            return ["wait until every provider has acknowledged its content"]
        case StepKind.ROTATION if step.standing:
            return [_STANDINGS[step.standing].replace("{}", step.provider)]
        case StepKind.WAIT:
            who = f"`{step.provider}`"
            return [f"wait {duration(step.seconds)} from when nobody names {who} any more: resolvers may remember it"]
        case StepKind.MANUAL if step.handover:
            return handover_words(clean(step.zone.display), step.handover)
    return []


def handover_words(zone: str, handover: Handover) -> list[str]:
    """Say what somebody has to tell the registrar, exactly."""
    found = [f"by hand, at the registrar of {zone}: delegate it to"]
    found += [f"  {clean(host)}" for host in handover.after]
    found += [f"  glue: {clean(address)}" for address in handover.glue]
    if not handover.parent:
        found.append("  (what the parent has now is not known)")
        return found
    come = [host for host in handover.after if host not in handover.before]
    gone = [host for host in handover.before if host not in handover.after]
    said = [*(f"+ {clean(host)}" for host in come), *(f"- {clean(host)}" for host in gone)]
    parent = "the root" if handover.parent == "." else clean(handover.parent)
    found.append(f"  (now, at {parent}: {'  '.join(said) or 'the same'})")
    return found


def duration(seconds: int) -> str:
    """Return *seconds* as a reader says it: ``2d``, ``1h30m``, ``45s``."""
    parts = []
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
