"""A real PowerDNS with zones in SQLite and its HTTP API, on an address of 127.0.0.0/8, ended by its process id."""

import secrets
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dns.message
import dns.query
import requests

from tests.support.missing import missing
from tests.support.servers import need

_SCHEMAS = (
    Path("/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql"),
    Path("/usr/share/doc/pdns-backend-sqlite3/schema.sqlite3.sql"),
)
_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class PowerDns:
    """A running PowerDNS."""

    address: str
    port: int
    """Of DNS."""
    api_port: int
    api_key: str
    process: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        """The zones, as the API has them."""
        return f"http://{self.address}:{self.api_port}/api/v1/servers/localhost/zones"

    def call(self, method: str, path: str = "", body: object = None) -> requests.Response:
        """Call the API, as somebody else would; *path* begins with a slash."""
        answer = requests.request(
            method, self.url + path, json=body, headers={"X-API-Key": self.api_key}, timeout=_SECONDS
        )
        answer.raise_for_status()
        return answer

    def put(self, zone: str, name: str, rtype: str, ttl: int, values: list[str] | None) -> None:
        """Replace an RRset, or delete it where *values* is None."""
        rrset: dict[str, object] = {"name": name, "type": rtype, "changetype": "DELETE"}
        if values is not None:
            records = [{"content": value, "disabled": False} for value in values]
            rrset |= {"changetype": "REPLACE", "ttl": ttl, "records": records}
        self.call("PATCH", f"/{zone}", {"rrsets": [rrset]})

    def ask(self, name: str, rtype: str) -> dns.message.Message:
        """Ask as a resolver would."""
        query = dns.message.make_query(name, rtype, use_edns=0, payload=1232)
        answer, _ = dns.query.udp_with_fallback(query, self.address, timeout=10, port=self.port)
        return answer


@contextmanager
def running_powerdns(
    folder: Path, address: str, *, port: int = 53, api_port: int = 8081, more: str = ""
) -> Iterator[PowerDns]:
    """Run PowerDNS in *folder* on *address*; *more* is added to its configuration."""
    program = need("pdns_server")
    schema = next((path for path in _SCHEMAS if path.exists()), None)
    if schema is None:
        missing("pdns-backend-sqlite3 is not installed; `make servers` installs it as root on Debian or Ubuntu")
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "pdns.sqlite3"
    if not database.exists():
        connection = sqlite3.connect(database)
        connection.executescript(schema.read_text())
        connection.close()
    key = secrets.token_hex(16)
    (folder / "pdns.conf").write_text(
        f"""\
launch=gsqlite3
gsqlite3-database={database}
gsqlite3-pragma-synchronous=0
local-address={address}
local-port={port}
api=yes
api-key={key}
webserver=yes
webserver-address={address}
webserver-port={api_port}
webserver-allow-from=127.0.0.0/8
socket-dir={folder}
daemon=no
guardian=no
setuid=
setgid=
cache-ttl=0
query-cache-ttl=0
negquery-cache-ttl=0
zone-cache-refresh-interval=0
consistent-backends=no
default-soa-content=primary.@ hostmaster.@ 0 10800 3600 604800 3600
{more}
"""
    )
    log = folder / "pdns.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [program, f"--config-dir={folder}"], stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
        )
    try:
        server = PowerDns(address, port, api_port, key, process)
        _await(server, log)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(server: PowerDns, log: Path) -> None:
    """Wait until *server* answers over its API: it has opened its DNS sockets by then."""
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            server.call("GET")
        except requests.RequestException:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"PowerDNS does not answer:\n{log.read_text(errors='replace')[-4000:]}")
