"""The project whose zone the laboratory serves: a configuration with four providers, and one zone file."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.lab.laboratory import Provider
    from zonesync import workflow

KNOWN = {f"host{number}.child.lab.": f"198.51.100.{number}" for number in range(1, 21)}
"""Names with an address each."""
FRESH = "203.0.113.1"
"""What every other name has, by the wildcard."""

_CONFIGURATION = """\
zones: [zones/*.yaml]
state: state
safety: {{max_deletes: 100%, max_changes: 100%, always_allow: 1000}}
lint: {{ignore: [documentation-address, low-ttl]}}
verify: {{root_hints: {hints}, timeout: 1}}
providers:
{providers}
"""
_PROVIDER = """\
  {name}:
    type: bind
    directory: {directory}
    nameservers: [{hosts}]
    serial: increment
    reload: [/bin/sh, {load}]
"""


class Project:
    """A folder with the configuration and the zone file, which a test changes as an author would."""

    def __init__(self, folder: Path, providers: Mapping[str, "Provider"], hints: Path) -> None:
        self.folder = folder
        self._providers = providers
        self._hints = hints

    def write(
        self,
        *providers: str,
        nameservers: str = "",
        fresh: str = FRESH,
        known: Mapping[str, str] = KNOWN,
        more: Sequence[str] = (),
    ) -> None:
        """Write both files: the zone is at *providers*, *fresh* is what the wildcard has."""
        (self.folder / "zones").mkdir(parents=True, exist_ok=True)
        listed = "".join(
            _PROVIDER.format(name=one.name, directory=one.directory, hosts=", ".join(one.hosts), load=one.load)
            for one in self._providers.values()
        )
        (self.folder / "zonesync.yaml").write_text(_CONFIGURATION.format(providers=listed, hints=self._hints))
        lines = [
            "zone: child.lab",
            "ttl: 1s",
            f"providers: [{', '.join(providers)}]",
            f"nameservers: {nameservers or '{ttl: 1s, auto: {' + ', '.join(f'{name}: 2' for name in providers) + '}}'}",
            "soa: {minimum: 1s}",
            "records:",
            f'  "*": {{A: {fresh}}}',
            *(f"  {name.removesuffix('.child.lab.')}: {{A: {value}}}" for name, value in known.items()),
            *more,
        ]
        (self.folder / "zones" / "child.lab.yaml").write_text("\n".join(lines) + "\n")

    def open(self) -> "workflow.Project":
        """Return the project as the workflow sees it."""
        from zonesync import workflow

        return workflow.open_project(self.folder / "zonesync.yaml")
