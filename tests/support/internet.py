"""A small internet for whoever looks for name servers: zones at addresses, answered from memory or by one `named`."""

import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import dns.exception
import dns.message
import dns.query

from tests.lab.loopback import listed
from tests.support.servers import need
from zonesync.load.zonefile import read_zonefile
from zonesync.model.names import is_within, parent
from zonesync.model.rdata import to_wire
from zonesync.run.asking.messages import NoReply, Question, Records, Reply, Server, Transport, Trouble

Zones = Mapping[str, Mapping[str, str]]
"""Zone text without SOA, by address, then by canonical name of the zone."""

_CLAIM = ("127.52.255.250", 5355)
_SOA = "@ 60 SOA ns.invalid. host.invalid. 1 60 60 60 60\n"


class Internet:
    """An asker that answers from memory as an authoritative server would; *behaviour* says who does otherwise.

    A behaviour is ``silent``, ``lame`` (REFUSED), ``fails`` (SERVFAIL), ``unsure`` (without AA), ``bare`` (nothing in
    the additional section), or a function from the right answer to the one given.
    """

    def __init__(self, zones: Zones, behaviour: Mapping[str, object] | None = None) -> None:
        self.zones = {
            address: {zone: _read(zone, text) for zone, text in held.items()} for address, held in zones.items()
        }
        self.behaviour = dict(behaviour or {})
        self.asked: Counter[str] = Counter()

    async def ask(self, server, question, transport=Transport.UDP, *, dnssec=False, fallback=True):
        self.asked[server.address] += 1
        behaviour = self.behaviour.get(server.address)
        if server.address not in self.zones or behaviour == "silent":
            return NoReply(server, question, transport, Trouble.TIMEOUT)
        if behaviour in ("lame", "fails"):
            return Reply(server, question, transport, "REFUSED" if behaviour == "lame" else "SERVFAIL", False)
        reply = self._answer(server, question, transport)
        if callable(behaviour):
            return behaviour(reply)
        return reply

    def _answer(self, server: Server, question: Question, transport: Transport) -> Reply:
        held = self.zones[server.address]
        behaviour = self.behaviour.get(server.address)
        apexes = [zone for zone in held if is_within(question.name, zone)]
        if question.type == "DS":
            apexes = [zone for zone in apexes if zone != question.name] or apexes
        if not apexes:
            return Reply(server, question, transport, "REFUSED", False)
        apex = max(apexes, key=len)
        zone = held[apex]
        sure = behaviour != "unsure"

        def answer(rcode="NOERROR", aa=True, **sections):
            return Reply(server, question, transport, rcode, aa and sure, **sections)

        def glue(ns):
            if behaviour == "bare":
                return []
            hosts = [rdata for key, one in zone.items() if key[1] in ("A", "AAAA") for rdata in [one]]
            return [one for one in hosts if to_wire("NS", one.name) in ns.rdatas]

        name = question.name
        while name != apex:
            if (ns := zone.get((name, "NS"))) and not (name == question.name and question.type == "DS"):
                return answer(aa=False, authority=[ns], additional=glue(ns))
            name = parent(name)
        soa = zone[apex, "SOA"]
        if own := zone.get((question.name, question.type)):
            return answer(answer=[own], additional=glue(own) if question.type == "NS" else [])
        if alias := zone.get((question.name, "CNAME")):
            return answer(answer=[alias])
        exists = any(is_within(owner, question.name) for owner, _ in zone)
        return answer("NOERROR" if exists else "NXDOMAIN", authority=[soa])


def _read(zone: str, text: str) -> dict[tuple[str, str], Records]:
    read = read_zonefile(_text(zone, text).encode(), zone)
    assert not read.errors, read.errors
    return {
        (key.name, key.type): Records(
            key.name, key.type, rrset.ttl or 0, frozenset(to_wire(key.type, rdata) for rdata in rrset.rdatas)
        )
        for key, rrset in read.rrsets.items()
    }


def _text(zone: str, text: str) -> str:
    return f"$ORIGIN {zone}\n$TTL 60\n{_SOA}" + "\n".join(line.strip() for line in text.splitlines()) + "\n"


@contextmanager
def running_internet(folder: Path, zones: Zones) -> Iterator[None]:
    """Serve *zones* on port 53 of their addresses, with one `named` that has a view for each: that takes root.

    Whoever comes while another process has done so waits for its end.
    """
    program = need("named")
    with ExitStack() as stack:
        stack.enter_context(_alone())
        for address in zones:
            stack.enter_context(listed(address))
        configuration = _configured(folder, zones)
        log = folder / "named.log"
        output = stack.enter_context(log.open("wb"))
        process = subprocess.Popen(
            [program, "-g", "-n", "1", "-c", str(configuration)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            for address in zones:
                _await(address, process, log)
            yield
        finally:
            process.terminate()
            process.wait()


@contextmanager
def _alone() -> Iterator[None]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as claim:
        deadline = time.monotonic() + 120
        while True:
            try:
                claim.bind(_CLAIM)
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                break
        yield


def _configured(folder: Path, zones: Zones) -> Path:
    views = []
    for address, held in zones.items():
        files = []
        for number, (zone, text) in enumerate(held.items()):
            file = folder / f"{address}-{number}.zone"
            file.write_text(_text(zone, text))
            files.append(f'zone "{zone}" {{ type primary; file "{file}"; }};')
        views.append(f'view "{address}" {{ match-destinations {{ {address}; }}; {" ".join(files)} }};')
    configuration = folder / "named.conf"
    configuration.write_text(
        f"""\
options {{
    directory "{folder}"; pid-file "{folder}/named.pid"; session-keyfile "{folder}/session.key"; lock-file none;
    listen-on port 53 {{ {" ".join(f"{address};" for address in zones)} }}; listen-on-v6 {{ none; }};
    managed-keys-directory "{folder}"; recursion no; dnssec-validation no; empty-zones-enable no; notify no;
    check-names primary ignore; check-integrity no;
}};
controls {{ }};
"""
        + "\n".join(views)
        + "\n"
    )
    return configuration


def _await(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            dns.query.udp(dns.message.make_query("version.bind", "TXT", "CH"), address, timeout=0.5)
        except (dns.exception.DNSException, OSError):
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"named does not answer at {address}:\n{log.read_text(errors='replace')[-4000:]}")
