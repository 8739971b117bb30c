"""Measure `verify`: every RRset of a zone at four name servers, over UDP and TCP, within a bound on queries a second.

    python -m benchmarks.served [--rrsets 10000] [--rate 1000] [--json FILE]

Two `named` and two `nsd` listen on addresses of 127.53.9.0/24, so this needs Linux, root and both programs. The
floor is the questions to one server divided by the rate: what remains above it is ours. The exit code is 1 where an
RRset was not found equal, or a server was asked more than the bound allows.
"""

import argparse
import asyncio
import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cases import SERVERS
from benchmarks.writers import zone_file
from benchmarks.zones import make
from tests.lab.loopback import listed
from zonesync.load.zonefile import read_zonefile
from zonesync.model.rrset import Key
from zonesync.model.zone import DesiredZone, ZoneId
from zonesync.run.asking.asker import Asker
from zonesync.run.asking.expected import expect
from zonesync.run.asking.looking import ask_all
from zonesync.run.asking.messages import Server
from zonesync.run.asking.report import report
from zonesync.run.asking.served import BOTH, Look

APEX = "bench.example."
PORT = 5359
NAMED = ("127.53.9.1", "127.53.9.2")
NSD = ("127.53.9.3", "127.53.9.4")
PATIENCE = 60.0


@dataclass(frozen=True)
class Result:
    """What one run took."""

    rrsets: int
    servers: int
    rate: float
    seconds: float
    questions: int
    """To one server, over both transports."""
    queries: dict[str, int]
    """Sent to each address, repeats and second looks included."""
    wrong: int

    @property
    def floor(self) -> float:
        """Seconds that the bound alone takes."""
        return self.questions / self.rate

    @property
    def busiest(self) -> float:
        """Queries a second to the address that was asked most, on the average of the run."""
        return max(self.queries.values()) / self.seconds

    @property
    def is_within(self) -> bool:
        """Whether no address was sent more than the rate allows, a burst of a tenth of it included."""
        return max(self.queries.values()) <= self.rate * self.seconds + self.rate / 10

    def text(self) -> str:
        """Return the row of the table."""
        return (
            f"verify, {self.rrsets:,} RRsets at {self.servers} servers, rate {self.rate:g}: {self.seconds:.1f} s "
            f"(floor {self.floor:.1f} s), {sum(self.queries.values()):,} queries, "
            f"{self.busiest:.0f} a second to the busiest server{'' if self.is_within else ' (OVER THE BOUND)'}, "
            f"{self.wrong} RRsets not equal"
        )


def program(name: str) -> str | None:
    return shutil.which(name, path=SERVERS)


@contextlib.contextmanager
def running(folder: Path, file: Path) -> Iterator[tuple[Server, ...]]:
    """Run the servers; each is ended by its own process."""
    named, nsd = program("named"), program("nsd")
    if not named or not nsd:
        raise SystemExit("`named` and `nsd` are needed")
    (folder / "named.conf").write_text(
        f'options {{ directory "{folder}"; listen-on port {PORT} {{ {"; ".join(NAMED)}; }}; listen-on-v6 {{ none; }};'
        f' pid-file "{folder}/named.pid"; session-keyfile "{folder}/named.key"; managed-keys-directory "{folder}";'
        " lock-file none; recursion no; dnssec-validation no; empty-zones-enable no; notify no;"
        f" check-names primary ignore; }}; controls {{ }};\n"
        f'zone "{APEX}" {{ type primary; file "{file}"; }};\n'
    )
    (folder / "nsd.conf").write_text(
        "server:\n"
        + "".join(f"    ip-address: {address}\n" for address in NSD)
        + f'    port: {PORT}\n    server-count: 1\n    username: ""\n    chroot: ""\n    zonesdir: "{folder}"\n'
        f'    pidfile: "{folder}/nsd.pid"\n    xfrdfile: "{folder}/xfrd.state"\n    xfrdir: "{folder}"\n'
        f'    zonelistfile: "{folder}/zone.list"\n    rrl-ratelimit: 0\nremote-control:\n    control-enable: no\n'
        f'zone:\n    name: "{APEX}"\n    zonefile: "{file}"\n'
    )
    commands = [
        [named, "-g", "-n", "1", "-c", str(folder / "named.conf")],
        [nsd, "-d", "-c", str(folder / "nsd.conf")],
    ]
    with contextlib.ExitStack() as stack:
        for address in NAMED:
            stack.enter_context(listed(address))
        for number, command in enumerate(commands):
            log = stack.enter_context((folder / f"{number}.log").open("wb"))
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            stack.callback(process.wait)
            stack.callback(process.terminate)
        stack.callback(_logs, folder)
        yield tuple(
            Server(f"ns{number}.dns.example.net.", address, PORT) for number, address in enumerate((*NAMED, *NSD))
        )


def _logs(folder: Path) -> None:
    """Show what the servers said, where one is not to be reached."""
    if sys.exc_info()[0] is not None:
        for file in sorted(folder.glob("*.log")):
            print(file.read_text(errors="replace")[-2000:], file=sys.stderr)


async def verify(zone: DesiredZone, servers: tuple[Server, ...], rate: float) -> Result:
    """Ask all *servers* everything that *zone* has."""
    expected = expect(zone, zone.rrsets)
    async with Asker(rate=1000, timeout=0.5, tries=1) as first:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            looks = [Look("p", server, expected.questions[:1], BOTH) for server in servers]
            await ask_all(first, looks)
            if not any(look.failing for look in looks):
                break
            await asyncio.sleep(0.2)
        else:
            raise TimeoutError("a server does not answer")
    looks = [Look("p", server, expected.questions, BOTH) for server in servers]
    async with Asker(rate=rate) as asker:
        started = time.perf_counter()
        await ask_all(asker, looks)
        seconds = time.perf_counter() - started
        queries = dict(asker.counts)
    found = [report(look) for look in looks]
    for one in found:
        for fault in one.faults:
            print(f"{one.server}: {fault}", file=sys.stderr)
    questions = len(looks[0].expectations) * len(BOTH)
    wrong = sum(one.all - one.equal for one in found)
    return Result(len(expected.questions), len(servers), rate, seconds, questions, queries, wrong)


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure `verify` at four name servers.")
    parser.add_argument("--rrsets", type=int, default=10_000)
    parser.add_argument("--rate", type=float, default=1000.0, help="queries a second to one server")
    parser.add_argument("--json", type=Path, help="write the result as JSON, too")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zonesync-served-") as temporary:
        folder = Path(temporary)
        folder.chmod(0o755)
        file = folder / "bench.zone"
        file.write_text(zone_file(make(APEX, args.rrsets, seed=1))[0])
        rrsets = read_zonefile(file, APEX, root=folder).rrsets
        own = {key: one for key, one in rrsets.items() if key not in (Key(APEX, "NS"), Key(APEX, "SOA"))}
        zone = DesiredZone(ZoneId(APEX), own, providers=("p",))
        with running(folder, file) as servers:
            result = asyncio.run(verify(zone, servers, args.rate))
    print(result.text())
    if args.json:
        data = {name: getattr(result, name) for name in Result.__dataclass_fields__}
        args.json.write_text(json.dumps(data | {"floor": result.floor, "busiest": result.busiest}, indent=1) + "\n")
    return int(bool(result.wrong) or not result.is_within)


if __name__ == "__main__":
    sys.exit(main())
