"""What every story of CI begins with: two zones that a provider serves, the state, and how to look at both."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.ci.repository import Repository
from zonesync import cli

TREE = Path(__file__).resolve().parents[2]
RECORDS = "records:\n  www: {A: 192.0.2.10}\n  api: {A: 192.0.2.20}\n"
HEAD = "nameservers: [ns1.example.net., ns2.example.net.]\n"
ZONE = f"zone: example.com\n{HEAD}{RECORDS}"
OTHER = f"zone: example.org\n{HEAD}records: {{www: {{A: 192.0.2.30}}}}\n"
ZONES = {"zones/example.com.yaml": ZONE, "zones/example.org.yaml": OTHER}
BIND = "primary: {{type: bind, directory: {folder}/served, nameservers: [ns1.example.net., ns2.example.net.]}}"


def configuration(folder: Path, provider: str = BIND, more: str = "") -> str:
    """Return the configuration of a repository whose state is in *folder*, with one provider."""
    told = provider.format(folder=folder)
    name = told.partition(":")[0]
    return f"""\
zones: [zones/*.yaml]
state: {{url: {folder}/state, durable: true}}
defaults: {{ttl: 1h, providers: [{name}]}}
providers:
  {told}
lint: {{ignore: [documentation-address]}}
{more}"""


@dataclass(frozen=True, slots=True)
class Place:
    """A repository in a folder, beside what is served and the state."""

    folder: Path
    repository: Repository

    @classmethod
    def made(
        cls, folder: Path, files: Mapping[str, str], config: str = "", zones: Mapping[str, str] = ZONES
    ) -> "Place":
        """Make the repository, with *zones* and *files*; *config* stands in for the configuration."""
        (folder / "served").mkdir(parents=True)
        project = {"zonesync.yaml": config or configuration(folder), **zones, **files}
        return cls(folder, Repository.made(folder / "origin", project))

    def apply(self) -> None:
        """Let the provider serve what `main` says."""
        assert cli.run(["--chdir", str(self.repository.folder), "--quiet", "apply", "--yes"]) == 0

    def file(self, zone: str = "example.com") -> Path:
        """Return the file that the provider serves *zone* from."""
        return next((self.folder / "served").glob(f"{zone}*"))

    def served(self, zone: str = "example.com") -> str:
        """Return what the provider serves."""
        return self.file(zone).read_text()

    def edit(self, before: str, after: str) -> None:
        """Change a record at the provider, by hand."""
        assert before in self.served()
        self.file().write_text(self.served().replace(before, after))

    @property
    def audited(self) -> list[dict[str, Any]]:
        """Every entry of the audit log, oldest first."""
        found: list[dict[str, Any]] = []
        for file in sorted((self.folder / "state" / "audit").glob("*.json")):
            found += json.loads(file.read_text())["entries"]
        return found
