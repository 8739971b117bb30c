"""The commands that take a provider into or out of rotation."""

from typing import Annotated

import typer

from zonesync.cli.options import (
    AsFormat,
    Concurrency,
    DelegationDone,
    Format,
    LockTimeout,
    Metrics,
    PlanOut,
    RootHints,
    SitOut,
    VerifyTimeout,
    Waivers,
    Yes,
)

app = typer.Typer(rich_markup_mode=None)
provider_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Let a provider join a zone, or leave it, step by step."
)

Provider = Annotated[str, typer.Argument(metavar="PROVIDER", help="A provider of the configuration.")]
Zone = Annotated[str, typer.Argument(metavar="ZONE", help="The zone, `example.com` or `example.com@view`.")]
ZonesOfProvider = Annotated[
    list[str] | None,
    typer.Argument(metavar="ZONE", help="Its zones, `example.com` or `example.com@view`; all for none."),
]
NoVerify = Annotated[
    bool,
    typer.Option(
        "--no-verify", metavar="", help="Ask no name server on the way: neither the provider's nor the parent's."
    ),
]


@app.command()
def evacuate(
    context: typer.Context,
    provider: Provider,
    zones: ZonesOfProvider = None,
    out: PlanOut = None,
    yes: Yes = False,
    no_verify: NoVerify = False,
    root_hints: RootHints = "",
    form: AsFormat = Format.TEXT,
    lock_timeout: LockTimeout = None,
    concurrency: Concurrency = None,
    metrics: Metrics = None,
) -> int:
    """Take a provider out of rotation. Works while it is down; `restore` takes it back."""
    from zonesync.cli import moving as command
    from zonesync.cli.session import Asking

    asking = Asking(root_hints=root_hints)
    context.obj.begin("evacuate", metrics, out, concurrency=concurrency, lock_timeout=lock_timeout, asking=asking)
    return command.move(context.obj, "evacuate", provider, zones or (), out, form, yes=yes, asks=not no_verify)


@app.command()
def restore(
    context: typer.Context,
    provider: Provider,
    zones: ZonesOfProvider = None,
    out: PlanOut = None,
    yes: Yes = False,
    no_verify: NoVerify = False,
    verify_timeout: VerifyTimeout = "10m",
    root_hints: RootHints = "",
    form: AsFormat = Format.TEXT,
    allow: Waivers = None,
    lock_timeout: LockTimeout = None,
    concurrency: Concurrency = None,
    metrics: Metrics = None,
) -> int:
    """Take a provider back into rotation, once its name servers answer with the content."""
    from zonesync.cli import moving as command
    from zonesync.cli.session import Asking

    asking = Asking(verify_timeout=verify_timeout, root_hints=root_hints)
    context.obj.begin("restore", metrics, out, concurrency=concurrency, lock_timeout=lock_timeout, asking=asking)
    return command.move(
        context.obj, "restore", provider, zones or (), out, form, allow or (), yes=yes, asks=not no_verify
    )


@provider_app.command()
def join(
    context: typer.Context,
    zone: Zone,
    provider: Provider,
    out: PlanOut = None,
    yes: Yes = False,
    no_verify: NoVerify = False,
    verify_timeout: VerifyTimeout = "10m",
    root_hints: RootHints = "",
    form: AsFormat = Format.TEXT,
    allow: Waivers = None,
    lock_timeout: LockTimeout = None,
    concurrency: Concurrency = None,
    metrics: Metrics = None,
) -> int:
    """Add a provider to a zone. First the content, then who serves it is asked, then the name servers."""
    from zonesync.cli import moving as command
    from zonesync.cli.session import Asking

    asking = Asking(verify_timeout=verify_timeout, root_hints=root_hints)
    context.obj.begin("provider join", metrics, out, concurrency=concurrency, lock_timeout=lock_timeout, asking=asking)
    return command.move(context.obj, "join", provider, [zone], out, form, allow or (), yes=yes, asks=not no_verify)


@provider_app.command()
def leave(
    context: typer.Context,
    zone: Zone,
    provider: Provider,
    out: PlanOut = None,
    yes: Yes = False,
    wait: SitOut = False,
    delegation_done: DelegationDone = False,
    no_verify: NoVerify = False,
    root_hints: RootHints = "",
    form: AsFormat = Format.TEXT,
    allow: Waivers = None,
    lock_timeout: LockTimeout = None,
    concurrency: Concurrency = None,
    metrics: Metrics = None,
) -> int:
    """Take a provider off a zone for good. Its name servers go first, its content and the zone last."""
    from zonesync.cli import moving as command
    from zonesync.cli.session import Asking

    asking = Asking(root_hints=root_hints, sits_out=wait, delegation_done=delegation_done)
    context.obj.begin("provider leave", metrics, out, concurrency=concurrency, lock_timeout=lock_timeout, asking=asking)
    return command.move(context.obj, "leave", provider, [zone], out, form, allow or (), yes=yes, asks=not no_verify)
