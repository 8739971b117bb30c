"""The group ``zonesync import``."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Write zone YAML from what other tools have.")


@app.command("zonefile")
def import_zonefile(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Zone files (RFC 1035), one a zone.")],
    zone: Annotated[
        str, typer.Option(metavar="NAME", help="The zone; default: the file's name less .zone or .db.")
    ] = "",
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Write DIR/ZONE.yaml; default: stdout.")] = None,
) -> int:
    """Write zone YAML from zone files; never overwrites a file."""
    from zonesync.cli import transfer

    return transfer.import_zonefile(context.obj, files, zone, out)
