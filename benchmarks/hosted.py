"""Count the calls and seconds that a hosted zone costs, zonesync beside octoDNS, on the same strict fakes.

    python -m benchmarks.hosted [--rate 5] [--rrsets 5000] [--octodns-python PYTHON] [--only TEXT]

Each fake lets *rate* calls a second through, as Route 53 does, and refuses the rest. A job's floor is its calls divided
by that rate: what remains above it is waiting that nobody asked for. NS1 has a call for each record, so its zone is
smaller, and its own headers tell its rate.
"""

import argparse
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fakes.gcloud import CloudDnsFake
from tests.fakes.kit import Throttle
from tests.fakes.ns1 import Ns1Fake
from tests.fakes.route53 import Route53Fake

KEY = "benchmark"
ENVIRON = {
    **os.environ,
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": KEY,
    "AWS_DEFAULT_REGION": "us-east-1",
    "NS1_APIKEY": KEY,
}


@dataclass(frozen=True)
class Service:
    """A service, as both tools are told of it."""

    name: str
    rrsets: int
    fake: Any
    zonesync: str
    octodns: str


@dataclass(frozen=True)
class Row:
    """What one job cost."""

    service: str
    job: str
    tool: str
    calls: int
    refused: int
    seconds: float
    code: int

    def text(self, rate: float) -> str:
        """Return the row of the table."""
        floor = self.calls / rate
        over = f"{self.seconds / floor:.2f}" if floor else "-"
        failed = f"  exit {self.code}" if self.code else ""
        return (
            f"{self.service:8} {self.job:8} {self.tool:9} {self.calls:6} {self.refused:8} "
            f"{self.seconds:8.1f} {floor:8.1f} {over:>6}{failed}"
        )


def services(rate: float, rrsets: int) -> Iterator[Callable[[], Service]]:
    """Yield what starts each service."""

    def throttle() -> Throttle:
        return Throttle(rate=rate, burst=max(1.0, rate))

    def route53() -> Service:
        fake = Route53Fake(seed=1, throttle=throttle()).__enter__()
        return Service(
            "route53",
            rrsets,
            fake,
            f"{{type: route53, endpoint: '{fake.url}'}}",
            "class: octodns_route53.Route53Provider",
        )

    def gcloud() -> Service:
        fake = CloudDnsFake(project="bench", throttle=throttle()).__enter__()
        ours = f"{{type: gcloud, project: bench, endpoint: '{fake.url}', anonymous: true, rate: {rate:g}}}"
        theirs = "class: octodns_googlecloud.GoogleCloudProvider\n    project: bench"
        return Service("gcloud", rrsets, fake, ours, theirs)

    def ns1() -> Service:
        limits = dict.fromkeys(("GET", "PUT", "POST", "DELETE"), (math.ceil(rate), 1))
        fake = Ns1Fake(key=KEY, limits=limits).__enter__()
        theirs = f"class: octodns_ns1.Ns1Provider\n    api_key: {KEY}"
        return Service("ns1", min(rrsets, 300), fake, f"{{type: ns1, endpoint: '{fake.url}'}}", theirs)

    yield from (route53, gcloud, ns1)


def write_files(folder: Path, service: Service) -> None:
    """Write one zone for both tools."""
    (folder / "zones").mkdir(exist_ok=True)
    (folder / "octodns").mkdir(exist_ok=True)
    hosts = range(service.rrsets)
    records = "".join(f"  host{n}: {{A: 192.0.{n // 250}.{n % 250 + 1}}}\n" for n in hosts)
    (folder / "zones/example.com.yaml").write_text(f"zone: example.com\nttl: 1h\nrecords:\n{records}")
    (folder / "zonesync.yaml").write_text(f"providers:\n  hosted: {service.zonesync}\n")
    records = "".join(
        f"host{n}: {{type: A, ttl: 3600, value: 192.0.{n // 250}.{n % 250 + 1}}}\n" for n in sorted(hosts, key=str)
    )
    (folder / "octodns/example.com.yaml").write_text(f"---\n{records}")
    (folder / "octodns.yaml").write_text(
        "manager: {max_workers: 4}\nproviders:\n"
        f"  files:\n    class: octodns.provider.yaml.YamlProvider\n    directory: {folder}/octodns\n"
        "    enforce_order: false\n"
        f"  hosted:\n    {service.octodns}\n"
        "zones:\n  example.com.: {sources: [files], targets: [hosted]}\n"
    )


# Tells octoDNS's clients where the fakes are; Route 53's reads the environment by itself.
_OCTODNS = """
import os, sys
url = os.environ["FAKE_URL"]
try:
    import google.auth.credentials, octodns_googlecloud
    real = octodns_googlecloud.dns.Client
    octodns_googlecloud.dns.Client = lambda project=None: real(
        project=project, client_options={"api_endpoint": url},
        credentials=google.auth.credentials.AnonymousCredentials())
    octodns_googlecloud.GoogleCloudProvider.CHANGE_LOOP_WAIT = 1
    import ns1.config
    ns1.config.Config.getEndpoint = lambda self: url.removesuffix("/v1")
except ImportError:
    pass
from octodns.cmds.sync import main
main()
"""


def timed(service: Service, job: str, tool: str, command: list[str], folder: Path) -> Row:
    """Run *command* and read its cost from the fake's log."""
    service.fake.log.clear()
    start = time.perf_counter()
    url = service.fake.url
    environ = {**ENVIRON, "FAKE_URL": url, "AWS_ENDPOINT_URL_ROUTE_53": url}
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode:
        print(done.stderr[-2000:], file=sys.stderr)
    refused = sum(entry.status == 429 or (entry.status == 400 and not entry.took_effect) for entry in service.fake.log)
    return Row(service.name, job, tool, len(service.fake.log), refused, seconds, done.returncode)


def measured(start: Callable[[], Service], python: str) -> Iterator[Row]:
    """Let each tool make the zone on a fresh service, and plan again."""
    for tool in ("zonesync", "octodns"):
        service = start()
        with tempfile.TemporaryDirectory(prefix="zonesync-hosted-") as scratch:
            folder = Path(scratch)
            write_files(folder, service)
            ours = [sys.executable, "-m", "zonesync", "--quiet"]
            theirs = [python, "-c", _OCTODNS, "--config-file", "octodns.yaml"]
            make, again = (
                ([*ours, "apply", "--yes", "example.com"], [*ours, "plan", "example.com"])
                if tool == "zonesync"
                else ([*theirs, "--doit", "--force"], theirs)
            )
            yield timed(service, "create", tool, make, folder)
            yield timed(service, "re-plan", tool, again, folder)
        service.fake.__exit__()


def main() -> int:
    parser = argparse.ArgumentParser(description="Count calls and seconds at hosted services, beside octoDNS.")
    parser.add_argument("--rate", type=float, default=5.0, help="calls a second that each service lets through")
    parser.add_argument("--rrsets", type=int, default=5000)
    parser.add_argument("--octodns-python", default=sys.executable, help="an interpreter that has octoDNS's providers")
    parser.add_argument("--only", default="", help="only services whose name has this")
    args = parser.parse_args()
    print("service  job      tool       calls  refused  seconds    floor  ratio")
    failed = False
    for start in services(args.rate, args.rrsets):
        if args.only in start.__name__:
            for row in measured(start, args.octodns_python):
                print(row.text(args.rate), flush=True)
                failed |= bool(row.code)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
