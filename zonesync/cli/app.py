"""The commands and their options. Nothing heavy is imported before a command needs it."""

import enum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperArgument, TyperGroup

from zonesync.cli.exits import Exit

EPILOG = (
    "Exit codes: 0 done or nothing to do; 1 refused or failed, nothing changed; 2 differs (plan --exit-code, drift); "
    "3 changed, but not all of the plan carried out; 64 wrong command line; 70 a defect. "
    "--config, --chdir, --quiet, --no-color, --strict, --log-format and --trace may stand anywhere."
)


ORDER = (
    "init",
    "validate",
    "plan",
    "apply",
    "drift",
    "rollback",
    "export",
    "import",
    "providers",
    "audit",
    "unlock",
    "schema",
)


class Format(enum.StrEnum):
    """How a result is rendered."""

    TEXT = "text"
    JSON = "json"


class LogFormat(enum.StrEnum):
    """How stderr speaks."""

    TEXT = "text"
    JSON = "json"


class ExportFormat(enum.StrEnum):
    """What a zone is exported as."""

    ZONEFILE = "zonefile"
    YAML = "yaml"
    JSON = "json"


class SchemaKind(enum.StrEnum):
    """Which file a JSON Schema describes."""

    ZONE = "zone"
    CONFIG = "config"
    PLAN = "plan"
    METRICS = "metrics"


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
import_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Write zone YAML from what other tools have."
)
audit_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Read the record of every apply.")
providers_app = typer.Typer(invoke_without_command=True, rich_markup_mode=None)
app.add_typer(import_app, name="import")
app.add_typer(providers_app, name="providers")
app.add_typer(audit_app, name="audit")

Zones = Annotated[
    list[str] | None,
    typer.Argument(metavar="ZONE", help="Zones, `example.com` or `example.com@view`; all for none."),
]
Providers = Annotated[
    list[str] | None, typer.Option("--provider", metavar="P", help="Only this provider; may be repeated.")
]
Concurrency = Annotated[
    int | None,
    typer.Option(metavar="N", min=1, max=64, help="How many zones at a time; default: 8 to read, 4 to write."),
]
LockTimeout = Annotated[
    float | None,
    typer.Option(
        metavar="SECONDS", min=0, help="How long to wait for another run that holds a zone's lock; default: 120."
    ),
]
Metrics = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write what was done and what it took: JSON, or for Prometheus to a FILE.prom."),
]
AsFormat = Annotated[Format, typer.Option("--format", help="How to render the result.")]


def command() -> Any:
    """Return the command that :mod:`zonesync.cli.main` runs."""
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
    zone: Annotated[str, typer.Option(metavar="ZONE", help="Name of the first zone.")] = "example.com",
) -> int:
    """Write a configuration and a first zone. Never overwrites a file."""
    from zonesync.cli import start

    return start.init(context.obj, zone)


@app.command()
def validate(context: typer.Context, zones: Zones = None, form: AsFormat = Format.TEXT) -> int:
    """Check the zone files. Asks no provider, needs no credentials."""
    from zonesync.cli import look

    return look.validate(context.obj, zones or (), form)


@app.command()
def plan(
    context: typer.Context,
    zones: Zones = None,
    provider: Providers = None,
    out: Annotated[Path | None, typer.Option(metavar="PLAN.json", help="Save the plan for `apply`.")] = None,
    form: AsFormat = Format.TEXT,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", metavar="", help="Exit with 2 when there are changes.")
    ] = False,
    allow: Annotated[
        list[str] | None, typer.Option(metavar="RULE@ZONE", help="Waive a refusal; written into plan and audit log.")
    ] = None,
    concurrency: Concurrency = None,
    metrics: Metrics = None,
) -> int:
    """Show what `apply` would change. Changes nothing anywhere."""
    from zonesync.cli import plan as command

    context.obj.count("plan", metrics, out)
    context.obj.concurrency = concurrency
    return command.plan(context.obj, zones or (), provider or (), out, form, allow or (), exit_code=exit_code)


@app.command()
def apply(
    context: typer.Context,
    what: Annotated[
        list[str] | None, typer.Argument(metavar="PLAN.json|ZONE", help="A saved plan, or zones to plan now.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", metavar="", help="Do not ask before applying a plan made now.")] = False,
    provider: Providers = None,
    plan_only: Annotated[
        bool, typer.Option("--plan-only", metavar="", help="Do not hold a saved plan against the checked-out files.")
    ] = False,
    allow: Annotated[
        list[str] | None,
        typer.Option(metavar="RULE", help="`ephemeral-state`: keep the state in a folder that CI throws away."),
    ] = None,
    lock_timeout: LockTimeout = None,
    concurrency: Concurrency = None,
    metrics: Metrics = None,
) -> int:
    """Carry out a saved plan, or one made now. A saved one exactly; one made now after asking."""
    from zonesync.cli import apply as command

    context.obj.count("apply", metrics)
    context.obj.concurrency = concurrency
    context.obj.lock_timeout = lock_timeout
    return command.apply(context.obj, what or (), provider or (), allow or (), yes=yes, plan_only=plan_only)


@app.command()
def drift(
    context: typer.Context,
    zones: Zones = None,
    provider: Providers = None,
    form: AsFormat = Format.TEXT,
    concurrency: Concurrency = None,
    metrics: Metrics = None,
) -> int:
    """Tell whether providers still serve what the files say. Exit code 2 when not."""
    from zonesync.cli import drift as command

    context.obj.count("drift", metrics)
    context.obj.concurrency = concurrency
    return command.drift(context.obj, zones or (), provider or (), form)


@app.command()
def rollback(
    context: typer.Context,
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run of `audit log`, or the beginning of its name.")],
    zone: Annotated[list[str] | None, typer.Option(metavar="ZONE", help="Only this zone; may be repeated.")] = None,
    overwrite: Annotated[
        list[str] | None,
        typer.Option(metavar='"NAME [TYPE]"', help="Take this back although it was changed since; may be repeated."),
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="PLAN.json", help="Save the plan for `apply`.")] = None,
    yes: Annotated[bool, typer.Option("--yes", metavar="", help="Do not ask before applying.")] = False,
    allow: Annotated[
        list[str] | None, typer.Option(metavar="RULE@ZONE", help="Waive a refusal; written into plan and audit log.")
    ] = None,
    form: AsFormat = Format.TEXT,
    lock_timeout: LockTimeout = None,
    concurrency: Concurrency = None,
    metrics: Metrics = None,
) -> int:
    """Take a run back, as the audit log has it. Refused for what was changed since, unless that is named."""
    from zonesync.cli import rollback as command

    context.obj.count("rollback", metrics, out)
    context.obj.concurrency = concurrency
    context.obj.lock_timeout = lock_timeout
    return command.rollback(context.obj, run, zone or (), overwrite or (), out, form, allow or (), yes=yes)


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


@import_app.command("zonefile")
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


@providers_app.callback()
def providers(context: typer.Context, form: AsFormat = Format.TEXT) -> int:
    """List the configured providers. What each can hold, the zones it hosts, and how much of its quota is used."""
    if context.invoked_subcommand:
        return Exit.OK
    from zonesync.cli import look

    return look.providers(context.obj, form)


@providers_app.command("check")
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


@audit_app.command("log")
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


@audit_app.command("show")
def audit_show(
    context: typer.Context,
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run of `audit log`, or the beginning of its name.")],
    form: AsFormat = Format.TEXT,
) -> int:
    """Show one run whole: who, when, from which commit, and what became of each change."""
    from zonesync.cli import audit as commands

    return commands.show(context.obj, run, form)


@audit_app.command("blame")
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


@audit_app.command("verify")
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


__all__ = ["Exit", "app", "command"]
