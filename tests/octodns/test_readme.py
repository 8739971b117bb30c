"""The adapter's page is true of the adapter."""

import re
from pathlib import Path

import pytest

from zonesync import cli
from zonesync_octodns import convert

PAGE = Path(__file__).parents[2] / "providers/zonesync_octodns/README.md"


@pytest.mark.source
def test_the_example_is_valid(tmp_path, monkeypatch):
    example = PAGE.read_text().partition("## Example")[2]
    configuration, zone = re.findall(r"```yaml\n(.*?)```", example, re.DOTALL)
    (tmp_path / "zones").mkdir()
    (tmp_path / "zonesync.yaml").write_text(configuration)
    (tmp_path / "zones/example.com.yaml").write_text(zone)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PDNS_API_KEY", "x" * 16)
    monkeypatch.setenv("TSIG", "eHh4eHh4eHg=")
    assert cli.run(["validate"]) == 0


@pytest.mark.source
def test_the_types_are_those_that_are_converted():
    (line,) = re.findall(r"- Types, where the class has them: (.*)\.", PAGE.read_text())
    assert set(line.split(" ")) == convert.TYPES
