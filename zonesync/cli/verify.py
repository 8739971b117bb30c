"""verify: whether every name server of every provider answers with what the files say."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from zonesync import workflow
from zonesync.cli.exits import Exit
from zonesync.cli.output import put, put_json
from zonesync.cli.progress import Progress
from zonesync.model.ttl import TtlSyntaxError, parse_interval
from zonesync.views import verify_json, verify_text
from zonesync.workflow import verifying
from zonesync.workflow.subjects import find_subjects

if TYPE_CHECKING:
    from zonesync.cli.options import Format
    from zonesync.cli.session import Session
    from zonesync.cli.verify_app import Over


def verify(
    session: "Session",
    zones: Sequence[str],
    only: Sequence[str],
    over: "Over",
    form: "Format",
    *,
    wait: str | None = None,
    rate: float | None = None,
    root_hints: str = "",
) -> int:
    """Ask what is served, and show it; *wait* is how long to wait for all to agree, None for not at all."""
    patience = None if wait is None else _seconds(wait)
    shard = session.dealt()
    project = session.open()
    workflow.check_providers(project, only)
    with Progress(session, "Loading") as progress:
        loaded = workflow.load(project, zones, session.context, shard=shard)
        hints = str(session.path(root_hints).absolute()) if root_hints else ""
        settings = verifying.ask_settings(project, loaded.zones, rate=rate, root_hints=hints)
        progress.expect("Reading", sum(len(zone.providers) for zone in loaded.zones))
        readers = session.concurrency or workflow.READERS
        subjects = find_subjects(project, loaded, only, done=progress.advance, readers=readers)
        asked = _Asked(progress)
        found = verifying.verify(
            subjects,
            settings,
            transports=over.transports,
            patience=patience,
            expect=asked.expect,
            done=progress.advance,
        )
    broken = [finding for finding in loaded.findings if finding.is_error]
    session.say_shard(loaded.asked, len(loaded.elsewhere))
    is_elsewhere = not found.zones and workflow.is_elsewhere(loaded.elsewhere, only)
    is_whole = (found.is_whole or is_elsewhere) and not broken
    if form == "json":
        put_json(verify_json.verify(found.zones, is_whole=is_whole, warnings=found.warnings, notes=found.notes))
    else:
        paint, width = session.paint(sys.stdout), session.width(sys.stdout)
        put(verify_text.text(found.zones, paint, width, notes=found.notes))
    session.report([*project.findings, *broken, *found.warnings])
    if not found.zones and not is_elsewhere:
        session.complain("nothing-checked", "no zone was looked at, so nothing is known of what is served")
    if not is_whole or session.is_too_strict_for([*project.findings, *found.warnings]):
        return Exit.REFUSED
    return Exit.DIFFERS if found.differs else Exit.OK


def _seconds(text: str) -> int:
    try:
        return parse_interval(text)
    except TtlSyntaxError:
        raise workflow.UnknownNameError(
            f"--wait-timeout: `{text[:40]}` is no time: write seconds or units in order (`10m`, `1h30m`)"
        ) from None


class _Asked:
    """Adds up how many questions there are, as zones come to know it."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._total = 0

    def expect(self, more: int) -> None:
        """Say that *more* questions are to be asked."""
        if not self._total:
            self._progress.expect("Asking", more)
        self._total += more
        self._progress.grow(self._total)
