"""The command line as a whole: its groups, the options that may stand anywhere, and the small commands.

A command is declared here or in a module ``*_app``, and imports nothing heavy before it runs.
"""

import functools
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperArgument, TyperGroup

from zonesync.cli import audit_app, changing_app, ci_app, import_app, moving_app, providers_app, verify_app
from zonesync.cli.options import (
    AsFindingsFormat,
    ChangedSince,
    ExportFormat,
    FindingsFormat,
    InShard,
    LogFormat,
    NoCache,
    SchemaKind,
    Zones,
)

EPILOG = (
    "Exit codes: 0 done or nothing to do; 1 refused or failed, nothing changed; "
    "2 differs (plan --exit-code, drift, verify, fmt --check); "
    "3 changed, but not all of the plan carried out; 64 wrong command line; 70 a defect. "
    "--config, --chdir, --quiet, --no-color, --strict, --log-format and --trace may stand anywhere."
)

ORDER = (
    "init",
    "validate",
    "fmt",
    "plan",
    "apply",
    "drift",
    "verify",
    "rollback",
    "evacuate",
    "restore",
    "provider",
    "export",
    "import",
    "providers",
    "audit",
    "unlock",
    "ci",
    "schema",
)


class InOrder(TyperGroup):
    """Lists the commands in the order in which they are needed."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names as ``--help`` and completion show them."""
        return sorted(super().list_commands(ctx), key=ORDER.index)


app = typer.Typer(
    cls=InOrder,
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help: it takes half the time, and pipes and narrow terminals show it whole
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Keep authoritative DNS in step across several providers.",
    epilog=EPILOG,
)
app.add_typer(changing_app.app)
app.add_typer(moving_app.app)
app.add_typer(moving_app.provider_app, name="provider")
app.add_typer(verify_app.app)
app.add_typer(import_app.app, name="import")
app.add_typer(providers_app.app, name="providers")
app.add_typer(audit_app.app, name="audit")
app.add_typer(ci_app.app, name="ci")


@functools.cache
def command() -> Any:
    """Return the command that :mod:`zonesync.cli.main` runs. It holds nothing of a run, so one is made for all."""
    made = typer.main.get_command(app)
    _name_arguments_alone(made)
    return made


def _name_arguments_alone(group: Any) -> None:
    """Show arguments by their name: `<list[str]>` beside it would tell a user nothing."""
    for each in getattr(group, "commands", {}).values():
        for parameter in each.params:
            if isinstance(parameter, TyperArgument):
                vars(parameter)["display_type_rich"] = _nothing
        _name_arguments_alone(each)


def _nothing(ctx: Any) -> str:
    """Return nothing to show for a type."""
    del ctx
    return ""


def _version(value: bool) -> None:
    if value:
        from zonesync import __version__

        typer.echo(f"zonesync {__version__}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    config: Annotated[str, typer.Option(metavar="FILE", help="The configuration.")] = "zonesync.yaml",
    chdir: Annotated[str, typer.Option(metavar="DIR", help="Work in this folder.")] = "",
    quiet: Annotated[
        bool, typer.Option("--quiet", metavar="", help="Say only what went wrong, and the result.")
    ] = False,
    no_color: Annotated[
        bool, typer.Option("--no-color", metavar="", help="No colour; NO_COLOR does the same.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", metavar="", help="Warnings refuse, too.")] = False,
    log_format: Annotated[
        LogFormat, typer.Option(help="How stderr speaks: to a reader, or one JSON object a line.")
    ] = LogFormat.TEXT,
    trace: Annotated[
        bool, typer.Option("--trace", metavar="", help="Say each request to a provider as it ends.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", metavar="", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Keep authoritative DNS in step across several providers."""
    del version, log_format  # the callback of the one and `main` have done the work
    from zonesync.cli.session import Session

    session = Session(config, chdir, quiet=quiet, no_color=no_color, strict=strict, trace=trace)
    if isinstance(context.obj, list):
        context.obj.append(session)
    context.obj = session


@app.command()
def init(
    context: typer.Context,
    zone: Annotated[
        list[str] | None, typer.Option(metavar="ZONE", help="A first zone; may be repeated. Default: example.com.")
    ] = None,
    provider: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=TYPE[,KEY=VALUE]", help="A provider; may be repeated. Default: primary=bind."),
    ] = None,
    imports: Annotated[
        list[str] | None,
        typer.Option("--import", metavar="[ZONE=]FILE", help="A zone file that becomes a zone; may be repeated."),
    ] = None,
    ci: Annotated[
        str | None, typer.Option(metavar="github|gitlab|none", help="Whose workflows; default: as git's remote tells.")
    ] = None,
    state: Annotated[
        str | None, typer.Option(metavar="FOLDER|URL", help="Where runs keep their record; default: .zonesync.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", metavar="", help="Ask nothing: what is not given is as usual.")] = False,
) -> int:
    """Write a configuration, first zones and workflows; asks on a terminal. Never overwrites a file."""
    from zonesync.cli import start

    return start.init(context.obj, zone, provider, imports, ci, state, yes=yes)


@app.command()
def validate(
    context: typer.Context,
    zones: Zones = None,
    form: AsFindingsFormat = FindingsFormat.TEXT,
    changed_since: ChangedSince = "",
    shard: InShard = "",
    no_cache: NoCache = False,
) -> int:
    """Check the zone files. Asks no provider, needs no credentials."""
    from zonesync.cli import look

    context.obj.begin(changed_since=changed_since, shard=shard, no_cache=no_cache)
    return look.validate(context.obj, zones or (), form)


@app.command()
def fmt(
    context: typer.Context,
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE", help="Zone files and fragments; all for none.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", metavar="", help="Write nothing; exit code 2 where something would change.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", metavar="", help="Write nothing; show what would change.")] = False,
) -> int:
    """Write zone files in canonical form, comments kept. Never writes one that would load differently."""
    from zonesync.cli import fmt as command

    return command.fmt(context.obj, files or (), check=check, diff=diff)


@app.command()
def export(
    context: typer.Context,
    zone: Annotated[str, typer.Argument(metavar="ZONE", help="The zone.")],
    source: Annotated[str, typer.Option("--from", metavar="desired|PROVIDER", help="Whose version.")] = "desired",
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write here instead of stdout.")] = None,
    no_soa: Annotated[
        bool, typer.Option("--no-soa", metavar="", help="Leave the SOA out, to compare two providers.")
    ] = False,
    form: Annotated[ExportFormat, typer.Option("--format", help="What to write.")] = ExportFormat.ZONEFILE,
) -> int:
    """Write a zone as a zone file, as YAML or as JSON."""
    from zonesync.cli import transfer

    return transfer.export(context.obj, zone, source, out, form, no_soa=no_soa)


@app.command()
def unlock(
    context: typer.Context,
    zone: Annotated[str, typer.Argument(metavar="ZONE", help="The zone; it need not have a file any more.")],
    yes: Annotated[bool, typer.Option("--yes", metavar="", help="Do not ask before breaking the lock.")] = False,
) -> int:
    """Break a zone's lock. Shows who has it, and asks; a dead run's lock needs none of this."""
    from zonesync.cli import unlock as command

    return command.unlock(context.obj, zone, yes=yes)


@app.command()
def schema(kind: Annotated[SchemaKind, typer.Argument(metavar="zone|config|plan|metrics", help="Which file.")]) -> int:
    """Print the JSON Schema of a file."""
    from zonesync.cli import look

    return look.schema(kind)
