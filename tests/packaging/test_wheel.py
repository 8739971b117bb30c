"""What is shipped: the packages, the adapters, and nothing that is loaded without need."""

import re
import subprocess
import sys
import zipfile
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import zonesync

TREE = Path(__file__).resolve().parents[2]
SDKS = {"boto3", "botocore", "google", "google.cloud.dns", "ns1", "dns.query", "moto", "pytest", "hypothesis"}


def loaded_by(*arguments, cwd=TREE):
    program = (
        f"import sys\nfrom zonesync import cli\ncode = cli.run({list(arguments)!r})\nprint('\\n@', code, *sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=cwd, capture_output=True, text=True, check=True)
    code, *modules = done.stdout.rpartition("@ ")[2].split()
    return int(code), set(modules)


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["validate"], ["plan"], ["schema", "zone"]], ids=" ".join
)
def test_no_sdk_is_imported_that_no_provider_needs(arguments):
    code, modules = loaded_by(*arguments)
    assert code == 0
    assert modules & SDKS == set()


def test_help_loads_no_model_and_no_yaml():
    _, modules = loaded_by("--help")
    assert modules & {"yaml", "pydantic", "dns.name", "zonesync.workflow", "zonesync.model.rdata"} == set()


def test_each_adapter_has_an_entry_point_that_loads():
    points = {
        point.value.partition(":")[0].partition(".")[0]: point for point in entry_points(group="zonesync.providers")
    }
    assert "zonesync_bind" in points
    for point in points.values():
        assert callable(point.load())


@pytest.mark.source
def test_each_folder_of_providers_is_shipped_and_entered():
    names = {
        path.name for path in (TREE / "providers").iterdir() if path.is_dir() and path.name.startswith("zonesync_")
    }
    points = {point.value.partition(":")[0].partition(".")[0] for point in entry_points(group="zonesync.providers")}
    assert names
    assert points >= names
    text = (TREE / "pyproject.toml").read_text()
    for name in names:
        assert f'"providers/{name}"' in text
        assert (TREE / "providers" / name / "README.md").is_file()


def test_the_conformance_suite_and_the_types_are_shipped():
    root = Path(zonesync.__file__).parent
    assert (root / "py.typed").is_file()
    assert (root / "provider" / "conformance" / "__init__.py").is_file()


@pytest.mark.source
def test_the_wheel_holds_zonesync_and_its_adapters_alone(tmp_path):
    from hatchling.builders.wheel import WheelBuilder

    wheel = next(WheelBuilder(str(TREE)).build(directory=str(tmp_path), versions=["standard"]))
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.partition("/")[0] for name in names}
    assert all(re.fullmatch(r"zonesync|zonesync_\w+|zonesync-[\w.]+\.dist-info", top) for top in tops)
    assert "zonesync/py.typed" in names
    assert "zonesync/provider/conformance/__init__.py" in names
    assert not [name for name in names if "__pycache__" in name or "/tests/" in name]


@pytest.mark.source
def test_no_file_names_a_machine():
    folders = ("zonesync", "providers", "docs", "examples", "zones", ".github", "benchmarks")
    files = [
        path
        for folder in folders
        for path in (TREE / folder).rglob("*")
        if path.is_file() and path.suffix not in {".pyc", ".png"}
    ]
    files += [
        TREE / name
        for name in (
            "README.md",
            "CONTRIBUTING.md",
            "CHANGELOG.md",
            "SECURITY.md",
            "Makefile",
            "pyproject.toml",
            "zonesync.yaml",
        )
    ]
    assert len(files) > 100
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"/(home|root|Users|work|tmp)/\w", text), path
