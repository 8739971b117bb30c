"""Real name servers on a free high port of 127.0.0.1, ended by whoever started them, by their process id."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dns.exception
import dns.flags
import dns.message
import dns.query

from tests.support.missing import missing

_SECONDS = 120.0
_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin", "/sbin"])


def need(program: str) -> str:
    """Return the path of *program*; skip the test where it is not installed, and fail it where the tests run in CI."""
    path = shutil.which(program, path=_PATH)
    if path is None:
        missing(f"`{program}` is not installed; `make servers` installs it as root on Debian or Ubuntu")
    return path


@dataclass(frozen=True, slots=True)
class Server:
    """A running name server."""

    port: int

    def ask(self, name: str, rtype: str, *, tcp: bool = False) -> dns.message.Message:
        """Ask as a resolver would: by UDP, and by TCP where the answer is cut off; or by TCP at once."""
        query = dns.message.make_query(name, rtype, use_edns=0, payload=1232)
        query.flags &= ~dns.flags.RD
        if tcp:
            return dns.query.tcp(query, "127.0.0.1", timeout=60, port=self.port)
        answer, _ = dns.query.udp_with_fallback(query, "127.0.0.1", timeout=60, port=self.port)
        return answer

    def dig(self, name: str, rtype: str) -> str:
        """Return what dig prints of the answer section, a record a line."""
        done = subprocess.run(
            [need("dig"), "@127.0.0.1", f"-p{self.port}", "+norecurse", "+noall", "+answer", "-q", name, "-t", rtype],
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
        return done.stdout


@contextmanager
def running_named(folder: Path, zones: Mapping[str, Path], include: Path | None = None) -> Iterator[Server]:
    """Run BIND's named for *zones*, names without final dot to files, and those that the fragment *include* lists."""
    program = need("named")
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    listed = [f'zone "{name}" {{ type primary; file "{file}"; }};' for name, file in zones.items()]
    if include is not None:
        listed.append(f'include "{include}";')
    configuration = folder / "named.conf"
    configuration.write_text(
        f"""\
options {{
    directory "{folder}";
    listen-on port {port} {{ 127.0.0.1; }};
    listen-on-v6 {{ none; }};
    pid-file "{folder}/named.pid";
    session-keyfile "{folder}/session.key";
    managed-keys-directory "{folder}";
    lock-file none;
    recursion no;
    minimal-responses no;
    dnssec-validation no;
    empty-zones-enable no;
    notify no;
    allow-transfer {{ none; }};
    check-names primary ignore;
}};
controls {{ }};
"""
        + "\n".join(listed)
        + "\n"
    )
    with _running([program, "-g", "-n", "1", "-c", str(configuration)], folder / "named.log", port) as server:
        yield server


@contextmanager
def running_nsd(folder: Path, zones: Mapping[str, Path]) -> Iterator[Server]:
    """Run NSD for *zones*, names without final dot to files."""
    program = need("nsd")
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    listed = []
    for number, (name, file) in enumerate(zones.items()):
        # NSD takes a percent sign in a file's name, as the root zone's has, for a pattern.
        link = folder / f"{number}.zone"
        link.symlink_to(file)
        listed.append(f'zone:\n    name: "{name}"\n    zonefile: "{link}"\n')
    configuration = folder / "nsd.conf"
    configuration.write_text(
        f"""\
server:
    ip-address: 127.0.0.1
    port: {port}
    server-count: 1
    username: ""
    chroot: ""
    database: ""
    zonesdir: "{folder}"
    pidfile: "{folder}/nsd.pid"
    xfrdfile: "{folder}/xfrd.state"
    xfrdir: "{folder}"
    zonelistfile: "{folder}/zone.list"
    verbosity: 1
    rrl-ratelimit: 0
remote-control:
    control-enable: no
"""
        + "".join(listed)
    )
    with _running([program, "-d", "-c", str(configuration)], folder / "nsd.log", port) as server:
        yield server


@contextmanager
def _running(command: list[str], log: Path, port: int) -> Iterator[Server]:
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    try:
        server = Server(port)
        _await(server, process, log)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(server: Server, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until *server* answers anything at all: then it has loaded what it will load."""
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        query = dns.message.make_query("version.bind", "TXT", "CH")
        try:
            dns.query.udp(query, "127.0.0.1", timeout=0.5, port=server.port)
        except (dns.exception.DNSException, OSError):
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"{process.args!r} does not answer:\n{log.read_text(errors='replace')[-4000:]}")


def free_port() -> int:
    """Return a port that neither UDP nor TCP uses just now."""
    while True:
        with (
            socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        ):
            tcp.bind(("127.0.0.1", 0))
            port: int = tcp.getsockname()[1]
            try:
                udp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
