"""The four kinds of name server that stand for four providers: each one's configuration, command and way to load."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.servers import need

_HANG_UP = 'kill -HUP "$(cat {folder}/pid)"'


@dataclass(frozen=True, slots=True)
class Kind:
    """A command that serves a zone file, and the shell command after which it has read the file again."""

    command: Sequence[str]
    load: str


Maker = Callable[[Path, Sequence[str], str, Path], Kind]
"""From a folder, addresses, and a zone (without final dot) with its file; the folder's configuration is written."""


def named(folder: Path, addresses: Sequence[str], zone: str, file: Path) -> Kind:
    """Return BIND's named."""
    configuration = folder / "named.conf"
    configuration.write_text(
        f"""\
options {{
    directory "{folder}";
    listen-on port 53 {{ {" ".join(f"{address};" for address in addresses)} }};
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
    server-id "named";
    check-integrity no;
}};
controls {{ }};
zone "{zone}" {{ type primary; file "{file}"; }};
"""
    )
    command = [need("named"), "-g", "-n", "1", "-c", str(configuration)]
    return Kind(command, _HANG_UP.format(folder=folder))


def nsd(folder: Path, addresses: Sequence[str], zone: str, file: Path) -> Kind:
    """Return NSD."""
    configuration = folder / "nsd.conf"
    listed = "\n".join(f"    ip-address: {address}" for address in addresses)
    configuration.write_text(
        f"""\
server:
{listed}
    port: 53
    server-count: 1
    username: ""
    chroot: ""
    database: ""
    zonesdir: "{folder}"
    pidfile: "{folder}/nsd.pid"
    xfrdfile: "{folder}/xfrd.state"
    xfrdir: "{folder}"
    zonelistfile: "{folder}/zone.list"
    nsid: "ascii_nsd"
    verbosity: 1
    rrl-ratelimit: 0
    xfrd-reload-timeout: 0
remote-control:
    control-enable: no
zone:
    name: "{zone}"
    zonefile: "{file}"
"""
    )
    return Kind([need("nsd"), "-d", "-c", str(configuration)], _HANG_UP.format(folder=folder))


def knot(folder: Path, addresses: Sequence[str], zone: str, file: Path) -> Kind:
    """Return Knot DNS."""
    configuration = folder / "knot.conf"
    listed = ", ".join(f"{address}@53" for address in addresses)
    configuration.write_text(
        f"""\
server:
    rundir: "{folder}"
    listen: [ {listed} ]
    nsid: "knot"
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
database:
    storage: "{folder}"
log:
  - target: stderr
    any: info
template:
  - id: default
    storage: "{folder}"
    zonefile-load: whole
    zonefile-sync: -1
    journal-content: none
zone:
  - domain: "{zone}"
    file: "{file}"
"""
    )
    return Kind([need("knotd"), "-c", str(configuration)], _HANG_UP.format(folder=folder))


def powerdns(folder: Path, addresses: Sequence[str], zone: str, file: Path) -> Kind:
    """Return PowerDNS, over a zone file."""
    # PowerDNS 4.7 knows no zones of type `primary`.
    (folder / "zones.conf").write_text(f'zone "{zone}" {{ type master; file "{file}"; }};\n')
    (folder / "pdns.conf").write_text(
        f"""\
launch=bind
bind-config={folder}/zones.conf
socket-dir={folder}
local-address={",".join(addresses)}
local-port=53
server-id=powerdns
cache-ttl=0
query-cache-ttl=0
negquery-cache-ttl=0
zone-cache-refresh-interval=0
receiver-threads=1
distributor-threads=1
security-poll-suffix=
"""
    )
    command = [need("pdns_server"), f"--config-dir={folder}", "--guardian=no", "--daemon=no", "--disable-syslog"]
    load = f"{need('pdns_control')} --config-dir={folder} --socket-dir={folder} bind-reload-now {zone} >/dev/null"
    return Kind(command, load)


KINDS: dict[str, Maker] = {"named": named, "nsd": nsd, "knot": knot, "pdns": powerdns}
