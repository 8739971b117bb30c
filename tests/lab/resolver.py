"""Iterating resolvers whose root is the laboratory's: unbound, and BIND's named to compare it with."""

import socket
import subprocess
from abc import ABC, abstractmethod
from pathlib import Path

import dns.message

from tests.lab.machine import Machine, ask
from tests.support.servers import need


def unbound(folder: Path, address: str, roots: str) -> "Resolver":
    """Return unbound at *address*, for which *roots*, a hints file's text, is the root."""
    (folder / "hints").write_text(roots)
    configuration = folder / "unbound.conf"
    configuration.write_text(
        f"""\
server:
    directory: "{folder}"
    chroot: ""
    username: ""
    pidfile: "{folder}/unbound.pid"
    use-syslog: no
    do-daemonize: no
    num-threads: 1
    interface: {address}
    port: 53
    do-ip6: no
    access-control: 127.0.0.0/8 allow
    do-not-query-localhost: no
    module-config: "iterator"
    root-hints: "{folder}/hints"
    val-permissive-mode: yes
    outgoing-range: 512
    num-queries-per-thread: 512
{_patience()}
remote-control:
    control-enable: yes
    control-interface: "{folder}/control"
    control-use-cert: no
"""
    )
    return Unbound(Machine("unbound", folder, [address], [need("unbound"), "-d", "-c", str(configuration)]))


def bind(folder: Path, address: str, roots: str) -> "Resolver":
    """Return BIND's named at *address*, as a resolver."""
    (folder / "hints").write_text(roots)
    key = 'key "lab" { algorithm hmac-sha256; secret "bGFib3JhdG9yeSBvbmx5LCBubyBzZWNyZXQgYXQgYWxs"; };'
    (folder / "rndc.conf").write_text(
        f"""\
{key}
options {{ default-key "lab"; default-server {address}; default-port 953; }};
"""
    )
    configuration = folder / "named.conf"
    configuration.write_text(
        f"""\
{key}
options {{
    directory "{folder}";
    listen-on port 53 {{ {address}; }};
    listen-on-v6 {{ none; }};
    pid-file "{folder}/named.pid";
    session-keyfile "{folder}/session.key";
    managed-keys-directory "{folder}";
    lock-file none;
    recursion yes;
    allow-recursion {{ any; }};
    dnssec-validation no;
    empty-zones-enable no;
}};
controls {{ inet {address} port 953 allow {{ any; }} keys {{ "lab"; }}; }};
zone "." {{ type hint; file "{folder}/hints"; }};
"""
    )
    return Bind(Machine("bind", folder, [address], [need("named"), "-g", "-n", "1", "-c", str(configuration)]))


def _patience() -> str:
    """Let it answer however long that took; by default Debian's leaves a client without an answer after 1.9 s."""
    known = subprocess.run(
        [need("unbound-checkconf"), "-o", "discard-timeout"], capture_output=True, stdin=subprocess.DEVNULL, check=False
    )
    return "    discard-timeout: 0" if known.returncode == 0 else ""


class Resolver(ABC):
    """A resolver, and what it can be told."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.address = machine.addresses[0]

    def ask(self, name: str, rtype: str, *, timeout: float = 10.0) -> dns.message.Message:
        """Ask as a program on this host would."""
        return ask(self.address, name, rtype, timeout=timeout, recurse=True)

    @abstractmethod
    def forget(self) -> None:
        """Forget every answer, and every server's delay: what a resolver knows that has just started."""


class Unbound(Resolver):
    """unbound."""

    def forget(self) -> None:
        self._tell("flush_zone .")
        self._tell("flush_infra all")

    def _tell(self, words: str) -> None:
        """Say *words* as unbound-control does, without a process for each."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as control:
            control.settimeout(10)
            control.connect(str(self.machine.folder / "control"))
            control.sendall(f"UBCT1 {words}\n".encode())
            said = b""
            while part := control.recv(4096):
                said += part
        if not said.startswith(b"ok"):
            raise RuntimeError(f"unbound: `{words}`: {said.decode(errors='replace')}")


class Bind(Resolver):
    """named."""

    def forget(self) -> None:
        rndc = [need("rndc"), "-c", str(self.machine.folder / "rndc.conf"), "flush"]
        subprocess.run(rndc, capture_output=True, stdin=subprocess.DEVNULL, check=True)
