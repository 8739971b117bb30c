"""BIND's named whose zones are made with rndc, transferred by AXFR and changed by UPDATE (RFC 2136)."""

import base64
import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import dns.exception
import dns.message
import dns.query
import dns.rcode
import dns.tsigkeyring
import dns.update

from tests.support.servers import free_port, need

KEY = "zonesync-tests."
_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Updatable:
    """A running named."""

    address: str
    port: int
    secret: str
    """Of the key :data:`KEY`, which may transfer and update."""
    folder: Path
    made: list[str] = field(default_factory=list)
    """Every zone that was ever made here."""

    def add_zone(self, zone: str) -> None:
        """Make *zone* with an SOA and two name servers, as an operator would."""
        bare = zone.rstrip(".")
        self.made.append(zone)
        # A file of its own each time: named deletes that of an earlier one in its own time.
        file = self.folder / f"{len(self.made)}-{bare}.zone"
        file.write_text(
            f"$TTL 3600\n@ SOA ns1.servers.example.net. hostmaster.{zone} 1 3600 900 1209600 300\n"
            "@ NS ns1.servers.example.net.\n@ NS ns2.servers.example.net.\n"
        )
        self._rndc("addzone", bare, f'{{ type primary; file "{file}"; allow-update {{ key "{KEY}"; }}; }};')

    def drop_zone(self, zone: str) -> None:
        """Take *zone* away with its file and journal."""
        self._rndc("delzone", "-clean", zone.rstrip("."))

    def put(self, zone: str, name: str, rtype: str, ttl: int, values: list[str] | None) -> None:
        """Replace an RRset, or delete it where *values* is None, as somebody else would."""
        update = dns.update.UpdateMessage(zone, keyring=self.keyring)
        update.delete(name, rtype)
        if values is not None:
            update.add(name, ttl, rtype, *values)
        answer = dns.query.tcp(update, self.address, timeout=10, port=self.port)
        assert answer.rcode() == dns.rcode.NOERROR

    @property
    def keyring(self):
        """The key, as dnspython takes it."""
        return dns.tsigkeyring.from_text({KEY: self.secret})

    def ask(self, name: str, rtype: str) -> dns.message.Message:
        """Ask as a resolver would."""
        query = dns.message.make_query(name, rtype, use_edns=0, payload=1232)
        answer, _ = dns.query.udp_with_fallback(query, self.address, timeout=10, port=self.port)
        return answer

    def _rndc(self, *words: str) -> None:
        command = [need("rndc"), "-c", str(self.folder / "rndc.conf"), *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        assert done.returncode == 0, done.stderr


@contextmanager
def running_updatable_named(folder: Path) -> Iterator[Updatable]:
    """Run named in *folder* on free ports of 127.0.0.1, with no zone yet."""
    program = need("named")
    address, port, control = "127.0.0.1", free_port(), free_port()
    folder.mkdir(parents=True, exist_ok=True)
    secret = base64.b64encode(secrets.token_bytes(32)).decode()
    rndc_key = f'key "rndc" {{ algorithm hmac-sha256; secret "{secret}"; }};\n'
    (folder / "rndc.conf").write_text(
        rndc_key + f'options {{ default-key "rndc"; default-server {address}; default-port {control}; }};\n'
    )
    (folder / "named.conf").write_text(
        rndc_key
        + f"""\
key "{KEY}" {{ algorithm hmac-sha256; secret "{secret}"; }};
controls {{ inet {address} port {control} allow {{ 127.0.0.0/8; }} keys {{ "rndc"; }}; }};
options {{
    directory "{folder}";
    listen-on port {port} {{ {address}; }};
    listen-on-v6 {{ none; }};
    pid-file "{folder}/named.pid";
    session-keyfile "{folder}/session.key";
    managed-keys-directory "{folder}";
    lock-file none;
    recursion no;
    dnssec-validation no;
    empty-zones-enable no;
    notify no;
    allow-new-zones yes;
    allow-transfer {{ key "{KEY}"; }};
    check-names primary ignore;
}};
"""
    )
    log = folder / "named.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [program, "-g", "-n", "1", "-c", str(folder / "named.conf")],
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
    try:
        server = Updatable(address, port, secret, folder)
        _await(server, process, log)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(server: Updatable, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        query = dns.message.make_query("version.bind", "TXT", "CH")
        try:
            dns.query.udp(query, server.address, timeout=0.5, port=server.port)
        except (dns.exception.DNSException, OSError):
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"named does not answer:\n{log.read_text(errors='replace')[-4000:]}")
