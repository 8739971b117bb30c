"""export and import: zones as files of other forms, and back."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from zonesync import workflow
from zonesync.cli.arguments import require_zone
from zonesync.cli.exits import Exit
from zonesync.cli.output import put, write_file
from zonesync.views.plain import clean

if TYPE_CHECKING:
    from zonesync.cli.options import ExportFormat
    from zonesync.cli.session import Session


def export(session: "Session", zone: str, source: str, out: Path | None, form: "ExportFormat", *, no_soa: bool) -> int:
    """Write one zone as *source* has it."""
    project = session.open()
    require_zone(zone)
    text = workflow.export(project, zone, source, form.value, session.context, with_soa=not no_soa)
    if out is None:
        put(text)
    else:
        write_file(session.path(out), text)
        session.say(f"Wrote {out}.")
    return Exit.OK


def import_zonefile(session: "Session", files: Sequence[Path], zone: str, out: Path | None) -> int:
    """Write zone YAML from each zone file; what is refused does not keep the others from being written."""
    if len(files) > 1 and (zone or out is None):
        what = "--zone names one zone" if zone else "several zones need --out DIR"
        raise workflow.UnknownNameError(f"{len(files)} files were given, and {what}")
    if zone:
        require_zone(zone)
    failed = False
    for file in files:
        name = zone or workflow.zone_of_file(file)
        try:
            imported = workflow.import_zonefile(session.path(file), name)
        except OSError as problem:
            session.complain("unreadable", f"{file}: {problem.strerror or problem}")
            failed = True
            continue
        session.report(imported.findings)
        failed |= session.is_too_strict_for(imported.findings)
        if imported.text is None:
            failed = True
        elif out is None:
            put(imported.text)
        else:
            target = session.path(out) / f"{imported.file_stem}.yaml"
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                with target.open("x", encoding="utf-8") as stream:
                    stream.write(imported.text)
            except FileExistsError:
                session.complain("file-exists", f"{target} is there already and is not overwritten")
                failed = True
            else:
                put(clean(f"{target}: {imported.count} RRsets"))
    return Exit.REFUSED if failed else Exit.OK
