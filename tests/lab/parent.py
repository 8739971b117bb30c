"""The root and the parent zone, each on a named of its own; the registrar changes what the parent delegates."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.lab.kinds import named
from tests.lab.machine import Machine

PARENT = "lab."
CHILD = "child.lab."
_SOA = "{zone} 60 IN SOA ns.lab. hostmaster.lab. {serial} 3600 600 86400 1"


def root(folder: Path, address: str, parent: str) -> Machine:
    """Return the root zone's server at *address*; it delegates ``lab.`` to the one at *parent*."""
    lines = [
        _SOA.format(zone=".", serial=1),
        ". 60 IN NS a.root.lab.",
        f"a.root.lab. 60 IN A {address}",
        f"{PARENT} 60 IN NS ns.lab.",
        f"ns.lab. 60 IN A {parent}",
    ]
    return _serving(folder, "root", ".", address, lines)


def hints(address: str) -> str:
    """Return the hints file of a resolver whose root is at *address*."""
    return f". 3600000 IN NS a.root.lab.\na.root.lab. 3600000 IN A {address}\n"


class Parent:
    """The parent zone: it has the addresses of all name servers, and a delegation that can be changed."""

    def __init__(self, folder: Path, address: str, hosts: Mapping[str, str], *, ttl: int) -> None:
        self._file = folder / "parent.zone"
        self._address = address
        self._hosts = hosts
        self._serial = 0
        self.ttl = ttl
        """Of the delegation, in seconds."""
        self.delegated: tuple[str, ...] = ()
        """Name servers of the child, as the parent has them."""
        self._write(extra=())
        self.machine = _machine(folder, "parent", PARENT, address, self._file)

    def delegate(self, hosts: Sequence[str], *, extra: Sequence[str] = (), without: Sequence[str] = ()) -> None:
        """Do what a registrar does on order: delegate the child to *hosts*.

        *extra* are more lines: glue, DS; name servers of *without* have no address any more.
        """
        self.delegated = tuple(hosts)
        self._write(extra, without)
        self.machine.hang_up()
        self.machine.await_serial(PARENT, self._serial)

    def _write(self, extra: Sequence[str], without: Sequence[str] = ()) -> None:
        self._serial += 1
        lines = [
            _SOA.format(zone=PARENT, serial=self._serial),
            f"{PARENT} 60 IN NS ns.lab.",
            f"ns.lab. 60 IN A {self._address}",
            *(f"{host} 60 IN A {address}" for host, address in self._hosts.items() if host not in without),
            *(f"{CHILD} {self.ttl} IN NS {host}" for host in self.delegated),
            *extra,
        ]
        self._file.write_text("\n".join(lines) + "\n")


def _serving(folder: Path, name: str, zone: str, address: str, lines: Sequence[str]) -> Machine:
    file = folder / f"{name}.zone"
    file.write_text("\n".join(lines) + "\n")
    return _machine(folder, name, zone, address, file)


def _machine(folder: Path, name: str, zone: str, address: str, file: Path) -> Machine:
    return Machine(name, folder, [address], named(folder, [address], zone, file).command)
