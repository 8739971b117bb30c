"""What is shipped: the packages, the adapters, and nothing that is loaded without need."""

import ast
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import entry_points, packages_distributions, requires
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import zonesync

TREE = Path(__file__).resolve().parents[2]
SOURCE = Path(os.environ.get("ZONESYNC_SOURCE", TREE))
"""What the wheel was built from; the tests that meet it are a copy apart, with no package beside them."""
HATCH = tomllib.loads((TREE / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
PACKAGES = {Path(folder).name: SOURCE / folder for folder in HATCH["packages"]}
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
    assert points.keys() >= PACKAGES.keys() - {"zonesync"}
    for point in points.values():
        assert callable(point.load())


def installed(package: str) -> Path:
    """Return the folder that *package* is imported from."""
    spec = find_spec(package)
    assert spec is not None, package
    assert spec.origin is not None, package
    return Path(spec.origin).parent


def files(folder: Path) -> Iterator[Path]:
    yield from (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")


def test_every_file_of_the_packages_is_installed_as_it_is():
    copies = {
        path: installed(name) / path.relative_to(folder) for name, folder in PACKAGES.items() for path in files(folder)
    }
    if installed("zonesync") != PACKAGES["zonesync"]:
        root = installed("zonesync").parent
        for source, target in HATCH["force-include"].items():
            copies |= {path: root / target / path.relative_to(SOURCE / source) for path in files(SOURCE / source)}
    assert len(copies) > 400
    assert {path.suffix for path in copies} >= {".py", ".typed", ".md", ".html", ".css", ".js"}
    assert [str(path) for path, copy in copies.items() if not copy.is_file()] == []
    assert [str(path) for path, copy in copies.items() if path.read_bytes() != copy.read_bytes()] == []


def test_every_module_is_imported():
    program = f"""
import importlib, pkgutil
for package in {sorted(PACKAGES)!r}:
    for found in pkgutil.walk_packages(importlib.import_module(package).__path__, package + "."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
            print(found.name)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert len(done.stdout.split()) > 400


EXTRAS = ("route53", "gcloud", "ns1", "octodns", "state", "ci")
COMES_WITH = {"botocore": "boto3", "google": "google-cloud-dns", "urllib3": "requests"}
"""What is imported, and what is declared that cannot but bring it."""


def declared() -> set[str]:
    """Return what zonesync asks for by name, with any extra that users have."""
    asked = map(Requirement, requires("zonesync") or ())
    environments: list[dict[str, str]] = [{"extra": extra} for extra in ("", *EXTRAS)]
    return {
        canonicalize_name(one.name)
        for one in asked
        if one.marker is None or any(one.marker.evaluate(environment) for environment in environments)
    }


def imported(file: Path) -> Iterator[str]:
    """Yield the top of each name that *file* imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def test_everything_imported_is_declared():
    tops = {
        top for folder in PACKAGES.values() for file in files(folder) if file.suffix == ".py" for top in imported(file)
    }
    others = tops - set(sys.stdlib_module_names) - set(PACKAGES)
    distributions = packages_distributions()
    known = declared()
    assert {"yaml", "dns", "pydantic", "boto3"} <= others
    missing = {
        top
        for top in others
        if known.isdisjoint([COMES_WITH.get(top), *map(canonicalize_name, distributions.get(top, ()))])
    }
    # The conformance suite is for who has tests already.
    assert missing == {"pytest"}


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
