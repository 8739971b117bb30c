"""The laboratory: root, parent, four providers and a resolver on loopback, for one zone, `child.lab.`."""

import contextlib
import os
import shlex
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import dns.message

from tests.lab.addresses import Block, claim_block
from tests.lab.client import Client
from tests.lab.kinds import KINDS
from tests.lab.loopback import listed
from tests.lab.machine import Machine, start_all
from tests.lab.parent import CHILD, Parent, hints, root
from tests.lab.project import FRESH, KNOWN, Project
from tests.lab.resolver import Resolver, unbound
from tests.support.missing import missing
from tests.support.servers import need

TTL = 1
"""Of the NS sets at zone and parent, in seconds: so long a resolver may still ask who has left."""
PROVIDERS = tuple(KINDS)


@dataclass(slots=True)
class Provider:
    """A name server that stands for a provider: two addresses, two names, one folder of zone files."""

    name: str
    machine: Machine
    hosts: tuple[str, ...]
    """Names of its name servers."""
    directory: Path
    """Where its zone files are; as long as it is not there, the provider's API is gone."""
    load: Path
    """The command that makes it serve what is in the file."""

    @property
    def file(self) -> Path:
        """The child's zone file."""
        return self.directory / "child.lab.zone"


@dataclass(slots=True)
class Lab:
    """Everything that runs, and what a test does to it."""

    block: Block
    folder: Path
    root: Machine
    parent: Parent
    resolver: Resolver
    providers: Mapping[str, Provider]

    def provider_hosts(self, *providers: str) -> tuple[str, ...]:
        """Return the name servers of *providers*, in order."""
        return tuple(host for name in providers for host in self.providers[name].hosts)

    @property
    def hints(self) -> Path:
        """The file with the root's servers."""
        return self.resolver.machine.folder / "hints"

    def addresses(self, *providers: str) -> tuple[str, ...]:
        """Return the addresses of *providers*."""
        return tuple(address for name in providers for address in self.providers[name].machine.addresses)

    def kill(self, provider: str, *, silent: bool = True, api: bool = True) -> None:
        """Kill a provider's server (-9); with *api* nobody can write there from now on, either."""
        one = self.providers[provider]
        one.machine.kill(silent=silent)
        if api:
            one.directory.rename(one.directory.with_suffix(".away"))
            # A file in the folder's place: it can neither be read nor made.
            one.directory.write_text("")

    def start(self, provider: str) -> None:
        """Bring a provider back, its API too."""
        self._give_back(provider)
        machine = self.providers[provider].machine
        if not machine.is_running:
            machine.start()

    def _give_back(self, provider: str) -> None:
        one = self.providers[provider]
        away = one.directory.with_suffix(".away")
        if away.exists():
            one.directory.unlink()
            away.rename(one.directory)

    def serve(self, provider: str, text: str) -> None:
        """Let *provider* serve the zone file *text*, with nobody's help."""
        one = self.providers[provider]
        one.file.write_text(text)
        done = subprocess.run(["/bin/sh", str(one.load)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def delegate(self, hosts: Sequence[str], *, extra: Sequence[str] = ()) -> None:
        """Let the parent delegate the child to *hosts*."""
        self.parent.delegate(hosts, extra=extra)

    def ask(self, name: str, rtype: str) -> dns.message.Message:
        """Ask the resolver."""
        return self.resolver.ask(name, rtype)

    def client(self, fresh: str = FRESH) -> Client:
        """Return a client that asks for names of the child."""
        return Client(self.resolver.address, CHILD, KNOWN, fresh)

    def project(self, folder: Path, *providers: str, more: Sequence[str] = ()) -> Project:
        """Write zonesync.yaml and the child's zone file, at *providers* and with the lines *more*, into *folder*."""
        project = Project(folder, self.providers, self.hints)
        project.write(*providers, more=more)
        return project

    def reset(self) -> None:
        """Bring everything back: all servers up, no zone at any provider, no delegation, nothing remembered."""
        for name, one in self.providers.items():
            one.machine.stop()
            self._give_back(name)
            for file in one.directory.iterdir():
                file.unlink()
        start_all([one.machine for one in self.providers.values()])
        self.delegate(())
        self.resolver.forget()

    def stop(self) -> None:
        """End every server."""
        for machine in (self.resolver.machine, self.root, self.parent.machine):
            machine.stop()
        for one in self.providers.values():
            one.machine.stop()
        self.block.close()


def require() -> None:
    """Skip the test, visibly, where a laboratory cannot stand; fail it where the tests run in CI."""
    for program in ("named", "nsd", "knotd", "pdns_server", "unbound", "dig"):
        need(program)
    if os.geteuid() != 0 or not Path("/proc/net").is_dir():
        missing("the laboratory takes port 53 of 127.55.0.0/16, and reads packets: it needs root on Linux")
    if not any(Path("/usr/lib").glob("*/pdns/libbindbackend.so")):
        missing("PowerDNS has no bind backend; `make servers` installs it as root on Debian or Ubuntu")


@contextlib.contextmanager
def standing(folder: Path) -> Iterator[Lab]:
    """Build the laboratory in *folder*, and take it down."""
    block = claim_block()
    with contextlib.ExitStack() as stack:
        stack.callback(block.close)
        parent_address, root_address = block.address(0, 2), block.address(0, 1)
        for address in (root_address, parent_address, block.address(1, 1), block.address(1, 2)):
            stack.enter_context(listed(address))
        providers = {name: _provider(folder, name, block, number) for number, name in enumerate(PROVIDERS, 1)}
        known = {
            host: address
            for one in providers.values()
            for host, address in zip(one.hosts, one.machine.addresses, strict=True)
        }
        top = root(_made(folder / "root"), root_address, parent_address)
        parent = Parent(_made(folder / "parent"), parent_address, known, ttl=TTL)
        resolver = unbound(_made(folder / "unbound"), block.address(0, 53), hints(root_address))
        lab = Lab(block, folder, top, parent, resolver, providers)
        stack.callback(lab.stop)
        start_all((top, parent.machine, resolver.machine, *(one.machine for one in providers.values())))
        yield lab


def _provider(folder: Path, name: str, block: Block, number: int) -> Provider:
    addresses = [block.address(number, host) for host in (1, 2)]
    home = _made(folder / name)
    directory = _made(folder / "served" / name)
    file = directory / "child.lab.zone"
    kind = KINDS[name](home, addresses, "child.lab", file)
    load = home / "load.sh"
    load.write_text(_LOAD.format(tell=kind.load, file=shlex.quote(str(file)), addresses=" ".join(addresses)))
    hosts = tuple(f"ns{host}.{name}.lab." for host in (1, 2))
    return Provider(name, Machine(name, home, addresses, kind.command), hosts, directory, load)


_LOAD = """\
# Make the server load the file, and wait until it answers from it: 5 s at most.
{tell} || exit 1
[ -e {file} ] || exit 0
wanted=$(awk '/; serial$/ {{ print $1; exit }}' {file})
for address in {addresses}; do
    tries=0
    until [ "$(dig +short +norecurse +tries=1 +time=1 "@$address" child.lab. SOA | cut -d' ' -f3)" = "$wanted" ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 100 ] || {{ echo "$address does not serve $wanted" >&2; exit 1; }}
        sleep 0.05
    done
done
"""


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder
