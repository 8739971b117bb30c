"""What a zone's steps wait for besides their providers: name servers that answer, time, the record of who is out."""

from typing import Protocol

from zonesync.model.zone import ZoneId
from zonesync.plan.plan import Step


class GateError(Exception):
    """A step cannot be passed (yet); the words say why, and what to do next."""


class Gate(Protocol):
    """Lets a zone's run through, or says why not. Every method raises :class:`GateError`."""

    def barrier(self, zone: ZoneId, step: Step) -> None:
        """Return once the name servers of the zone's providers answer with its content, where that is asked for."""
        ...

    def rotate(self, zone: ZoneId, step: Step) -> None:
        """Put on record what the step's provider is from here on."""
        ...

    def wait(self, zone: ZoneId, step: Step) -> None:
        """Return once nobody can remember the step's provider."""
        ...


class Shut:
    """The gate of a run that moves no provider: it asks nobody, and lets nothing else pass."""

    def barrier(self, zone: ZoneId, step: Step) -> None:
        """Return at once, unless the step wants name servers to be asked."""
        if step.verify:
            raise GateError(f"nobody is there to ask the name servers of {zone}")

    def rotate(self, zone: ZoneId, step: Step) -> None:
        """Refuse."""
        raise GateError(f"this run cannot carry out a step `{step.kind}` of {zone}")

    wait = rotate


SHUT: Gate = Shut()
