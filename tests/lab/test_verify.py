"""`verify` finds each fault that is seeded in the laboratory, and nothing else; on the clean set it finds nothing."""

import contextlib
import io
import json

import pytest

from tests.lab.faults import CLEAN, FAULTS, MORE, packed
from tests.lab.laboratory import PROVIDERS
from tests.support.examples import STRESS
from zonesync import cli

pytestmark = pytest.mark.server

PACKS = packed([name for name, fault in FAULTS.items() if STRESS or not fault.is_slow])


@pytest.fixture(scope="module")
def served(built, tmp_path_factory):
    """The project of a zone at all four providers, applied once for all faults: each is taken back."""
    built.reset()
    folder = tmp_path_factory.mktemp("faults")
    built.project(folder, *PROVIDERS, more=MORE)
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert cli.run(["--chdir", str(folder), "apply", "--yes"]) == 0, out.getvalue()
    built.delegate(built.provider_hosts(*PROVIDERS))
    built.resolver.forget()
    return folder


def verified(run, folder):
    """Return the exit code of `verify`, and what it has found."""
    outcome = run("--chdir", folder, "verify", "--format", "json")
    told = json.loads(outcome.out)
    return outcome.code, [one for zone in told["zones"] for one in zone["findings"]] + told["warnings"]


def rules(findings):
    return {(one["rule"], one["provider"] or "") for one in findings if one["severity"] != "info"}


def test_there_are_thirty_faults_and_more():
    assert len(FAULTS) > 30


@pytest.mark.stress
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_and_nothing_else(built, served, run, name):
    fault = FAULTS[name]
    with fault.made(built):
        code, findings = verified(run, served)
    assert rules(findings) == fault.found, findings
    assert code == fault.code


@pytest.mark.parametrize("names", PACKS, ids=", ".join)
def test_faults_at_several_providers_are_told_apart(built, served, run, names):
    faults = [FAULTS[name] for name in names]
    with contextlib.ExitStack() as stack:
        for fault in faults:
            stack.enter_context(fault.made(built))
        code, findings = verified(run, served)
    assert rules(findings) == frozenset().union(*(fault.found for fault in faults)), findings
    assert code == min(fault.code for fault in faults)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if number == 0 else pytest.mark.stress) for number, name in enumerate(CLEAN)]
)
def test_nothing_is_found_where_nothing_is_wrong(built, served, run, name):
    with CLEAN[name](built):
        code, findings = verified(run, served)
    assert (code, findings) == (0, [])
