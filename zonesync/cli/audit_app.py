"""The group ``zonesync audit``."""

from typing import Annotated

import typer

from zonesync.cli.options import AsFormat, Format

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Read the record of every apply.")


@app.command("log")
def audit_log(
    context: typer.Context,
    zone: Annotated[str, typer.Option(metavar="ZONE", help="Only this zone.")] = "",
    name: Annotated[
        str, typer.Option(metavar="NAME", help="Only RRsets of this name, relative or absolute; globs, too.")
    ] = "",
    rtype: Annotated[str, typer.Option("--type", metavar="TYPE", help="Only RRsets of this type.")] = "",
    provider: Annotated[str, typer.Option(metavar="P", help="Only this provider.")] = "",
    since: Annotated[
        str, typer.Option(metavar="TIME", help="Only from then on: `7d`, `2026-11-01` or `2026-11-01T14:30:00Z`.")
    ] = "",
    actor: Annotated[str, typer.Option(metavar="WHO", help="Only of this actor, author or user; globs, too.")] = "",
    form: AsFormat = Format.TEXT,
) -> int:
    """List every run and change, oldest first."""
    from zonesync import workflow
    from zonesync.cli import audit as commands

    return commands.log(context.obj, workflow.Filter(zone, name, rtype, provider, since, actor), form)


@app.command("show")
def audit_show(
    context: typer.Context,
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run of `audit log`, or the beginning of its name.")],
    form: AsFormat = Format.TEXT,
) -> int:
    """Show one run whole: who, when, from which commit, and what became of each change."""
    from zonesync.cli import audit as commands

    return commands.show(context.obj, run, form)


@app.command("blame")
def audit_blame(
    context: typer.Context,
    zone: Annotated[str, typer.Argument(metavar="ZONE", help="The zone.")],
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Relative to the zone or absolute; `@` is the apex; all for none.")
    ] = "",
    rtype: Annotated[str, typer.Argument(metavar="TYPE", help="The type; all for none.")] = "",
    form: AsFormat = Format.TEXT,
) -> int:
    """Tell who last set or deleted an RRset, when, and from which commit, at each provider."""
    from zonesync.cli import audit as commands

    return commands.blame(context.obj, zone, name, rtype, form)


@app.command("verify")
def audit_verify(
    context: typer.Context,
    head: Annotated[
        str | None, typer.Option(metavar="SEQ:DIGEST", help="A head noted down earlier: every apply prints it.")
    ] = None,
    form: AsFormat = Format.TEXT,
) -> int:
    """Check that nobody has edited, removed, reordered or rewritten the log. Exit code 1 when somebody has."""
    from zonesync.cli import audit as commands

    return commands.verify(context.obj, head, form)
