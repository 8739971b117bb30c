"""Somebody else's hands at each service, and in a folder of zone files: none goes through an adapter of ours."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dns.name
import dns.rdataset
import dns.zone

from tests.hosted.services import Records, Service

ZONE = "example.com"


@dataclass(slots=True)
class AtService:
    """Edits at a service."""

    service: Service
    folder: Path

    @property
    def settings(self) -> dict[str, Any]:
        """What the configuration says of the provider."""
        return self.service.settings

    def live(self) -> Records:
        """Return the A records there."""
        return self.service.live(ZONE)

    def dump(self) -> Any:
        """Return all that is there."""
        return self.service.fake.dump(f"{ZONE}.") if self.exists() else None

    def exists(self) -> bool:
        """Tell whether the zone is there."""
        return f"{ZONE}." in self.service.fake.zone_names()

    def edit(self, owner: str, ttl: int, values: Iterable[str] | None) -> None:
        """Set the A records of *owner*; None deletes them."""
        name = f"{owner}.{ZONE}" + self.service.pick(route53=".", gcloud=".", ns1="")
        given = None if values is None else list(values)
        self.service.fake.edit(self.service.id() if self.service.kind != "ns1" else ZONE, name, "A", ttl, given)

    def remove(self) -> None:
        """Take the zone away."""
        fake = self.service.fake
        if self.service.kind == "ns1":
            fake.account.delete_zone(ZONE)
        else:
            del (fake.account if self.service.kind == "route53" else fake.service).zones[self.service.id()]

    def make_anew(self) -> None:
        """Take the zone away and make another one of its name."""
        self.remove()
        self.service.fake.create_zone(f"{ZONE}.")


@dataclass(slots=True)
class AtFiles:
    """Edits of a zone file, by another program that leaves its first line alone."""

    folder: Path
    settings: dict[str, Any] = field(
        default_factory=lambda: {
            "type": "bind",
            "directory": "served",
            "nameservers": ["ns1.example.net.", "ns2.example.net."],
            "check": "false",
        }
    )

    @property
    def file(self) -> Path:
        """The zone's file."""
        return self.folder / "served" / f"{ZONE}.zone"

    def _zone(self) -> dns.zone.Zone:
        return dns.zone.from_text(self.file.read_text(), f"{ZONE}.", relativize=True)

    def _write(self, zone: dns.zone.Zone) -> None:
        comments = [line for line in self.file.read_text().splitlines() if line.startswith(";")]
        self.file.write_text("\n".join([*comments, f"$ORIGIN {ZONE}.", zone.to_text(sorted=True), ""]))

    def live(self) -> Records:
        """Return the A records there."""
        zone = self._zone()
        found = ((name, zone.get_rdataset(name, "A")) for name in zone)
        return {str(name): (there.ttl, tuple(sorted(map(str, there)))) for name, there in found if there}

    def dump(self) -> Any:
        """Return all that is there."""
        return self.file.read_bytes() if self.exists() else None

    def exists(self) -> bool:
        """Tell whether the zone is there."""
        return self.file.exists()

    def edit(self, owner: str, ttl: int, values: Iterable[str] | None) -> None:
        """Set the A records of *owner*; None deletes them."""
        zone = self._zone()
        if values is None:
            zone.delete_rdataset(owner, "A")
        else:
            zone.replace_rdataset(owner, dns.rdataset.from_text("IN", "A", ttl, *values))
        self._write(zone)

    def remove(self) -> None:
        """Take the file away."""
        self.file.unlink()

    def make_anew(self) -> None:
        """Empty the zone of all but its own NS and SOA."""
        zone = self._zone()
        for name in [name for name in zone if name != dns.name.empty]:
            zone.delete_node(name)
        self._write(zone)


Hands = AtService | AtFiles
