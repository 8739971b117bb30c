"""The group ``zonesync providers``, which alone lists them."""

from typing import Annotated

import typer

from zonesync.cli.exits import Exit
from zonesync.cli.options import AsFormat, Format

app = typer.Typer(invoke_without_command=True, rich_markup_mode=None)


@app.callback()
def providers(context: typer.Context, form: AsFormat = Format.TEXT) -> int:
    """List the configured providers. What each can hold, the zones it hosts, and how much of its quota is used."""
    if context.invoked_subcommand:
        return Exit.OK
    from zonesync.cli import look

    return look.providers(context.obj, form)


@app.command("check")
def providers_check(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="PROVIDER", help="Names in the configuration; all for none.")
    ] = None,
    form: AsFormat = Format.TEXT,
) -> int:
    """Prove that the credentials can read. Says which permissions a plan needs, and which an apply adds."""
    from zonesync.cli import look

    return look.check_providers(context.obj, names or (), form)
