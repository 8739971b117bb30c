"""The command that asks name servers. It stands at the top level."""

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zonesync.cli.options import AsFormat, Concurrency, Format, InShard, Providers, Zones

if TYPE_CHECKING:
    from zonesync.run.asking.messages import Transport

app = typer.Typer(rich_markup_mode=None)


class Over(enum.StrEnum):
    """How questions travel."""

    UDP = "udp"
    TCP = "tcp"
    BOTH = "both"

    @property
    def transports(self) -> "tuple[Transport, ...]":
        """The transports that it stands for."""
        from zonesync.run.asking.messages import Transport

        return tuple(Transport) if self is Over.BOTH else (Transport(self.value),)


@app.command()
def verify(
    context: typer.Context,
    zones: Zones = None,
    provider: Providers = None,
    wait: Annotated[
        bool, typer.Option("--wait", metavar="", help="Ask again until all agree; say how long each took.")
    ] = False,
    wait_timeout: Annotated[
        str, typer.Option(metavar="TIME", help="How long `--wait` waits: `90`, `10m`, `1h30m`.")
    ] = "10m",
    rate: Annotated[
        float | None,
        typer.Option(metavar="N", min=1, max=100_000, help="Most queries a second to one server; default: 200."),
    ] = None,
    root_hints: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Begin at these root servers: a zone file (named.root).")
    ] = None,
    transport: Annotated[Over, typer.Option(help="How to ask.")] = Over.BOTH,
    shard: InShard = "",
    concurrency: Concurrency = None,
    form: AsFormat = Format.TEXT,
) -> int:
    """Ask every name server, and the parent, whether they serve what the files say. Exit code 2 when not."""
    from zonesync.cli import verify as command

    context.obj.begin(shard=shard, concurrency=concurrency)
    return command.verify(
        context.obj,
        zones or (),
        provider or (),
        transport,
        form,
        wait=wait_timeout if wait else None,
        rate=rate,
        root_hints=str(root_hints or ""),
    )
