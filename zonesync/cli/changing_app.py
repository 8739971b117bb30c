"""The commands that make plans and carry them out. They stand at the top level."""

from typing import Annotated

import typer

from zonesync.cli.options import (
    AsFormat,
    AsPlanFormat,
    ChangedSince,
    Concurrency,
    DelegationDone,
    Format,
    InShard,
    LockTimeout,
    Metrics,
    NoCache,
    PlanFormat,
    PlanOut,
    Providers,
    RootHints,
    SitOut,
    VerifyTimeout,
    Waivers,
    Zones,
)

app = typer.Typer(rich_markup_mode=None)


@app.command()
def plan(
    context: typer.Context,
    zones: Zones = None,
    provider: Providers = None,
    out: PlanOut = None,
    form: AsPlanFormat = PlanFormat.TEXT,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", metavar="", help="Exit with 2 when there are changes.")
    ] = False,
    allow: Waivers = None,
    changed_since: ChangedSince = "",
    shard: InShard = "",
    no_cache: NoCache = False,
    concurrency: Concurrency = None,
    metrics: Metrics = None,
) -> int:
    """Show what `apply` would change. Changes nothing anywhere."""
    from zonesync.cli import plan as command

    session = context.obj
    session.begin(
        "plan",
        metrics,
        out,
        concurrency=concurrency,
        changed_since=changed_since,
        shard=shard,
        no_cache=no_cache,
    )
    return command.plan(session, zones or (), provider or (), out, form, allow or (), exit_code=exit_code)


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
    verify: Annotated[
        bool,
        typer.Option("--verify", metavar="", help="Let name servers answer with the content before the apex NS set."),
    ] = False,
    verify_timeout: VerifyTimeout = "10m",
    root_hints: RootHints = "",
    wait: SitOut = False,
    delegation_done: DelegationDone = False,
    lock_timeout: LockTimeout = None,
    concurrency: Concurrency = None,
    metrics: Metrics = None,
) -> int:
    """Carry out a saved plan, or one made now. A saved one exactly; one made now after asking."""
    from zonesync.cli import apply as command
    from zonesync.cli.session import Asking

    asking = Asking(verify, verify_timeout, root_hints, wait, delegation_done)
    context.obj.begin("apply", metrics, concurrency=concurrency, lock_timeout=lock_timeout, asking=asking)
    return command.apply(context.obj, what or (), provider or (), allow or (), yes=yes, plan_only=plan_only)


@app.command()
def drift(
    context: typer.Context,
    zones: Zones = None,
    provider: Providers = None,
    form: AsPlanFormat = PlanFormat.TEXT,
    shard: InShard = "",
    concurrency: Concurrency = None,
    metrics: Metrics = None,
) -> int:
    """Tell whether providers still serve what the files say. Exit code 2 when not."""
    from zonesync.cli import drift as command

    context.obj.begin("drift", metrics, concurrency=concurrency, shard=shard)
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
    out: PlanOut = None,
    yes: Annotated[bool, typer.Option("--yes", metavar="", help="Do not ask before applying.")] = False,
    allow: Waivers = None,
    form: AsFormat = Format.TEXT,
    lock_timeout: LockTimeout = None,
    concurrency: Concurrency = None,
    metrics: Metrics = None,
) -> int:
    """Take a run back, as the audit log has it. Refused for what was changed since, unless that is named."""
    from zonesync.cli import rollback as command

    context.obj.begin("rollback", metrics, out, concurrency=concurrency, lock_timeout=lock_timeout)
    return command.rollback(context.obj, run, zone or (), overwrite or (), out, form, allow or (), yes=yes)
