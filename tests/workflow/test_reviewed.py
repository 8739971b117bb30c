"""Situations that once went wrong, each through the real command."""

import shutil
import subprocess
import sys

import pytest

from tests.planning import Folder
from zonesync.cli.main import run

WWW = {"www": {"A": "192.0.2.1"}}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Folder(tmp_path)


def test_drift_of_nothing_is_not_known_rather_than_none(folder, capsys):
    folder.zone(WWW)
    folder.apply_now()
    assert run(["drift"]) == 0
    shutil.rmtree(folder.root / "zones")
    assert run(["drift"]) == 1
    shown = capsys.readouterr()
    assert "drift: 2 zones unmanaged, no zone was looked at; " in shown.out
    assert "error[nothing-checked]" in shown.err


def test_a_provider_taken_out_of_the_file_is_told_of(folder, capsys):
    folder.zone(WWW)
    folder.apply_now()
    folder.zone(WWW, providers=["one"], nameservers="unmanaged")
    assert run(["plan"]) == 0
    assert "orphan-zone" in capsys.readouterr().err


def test_two_providers_in_one_place_are_refused(folder, capsys):
    folder.zone(WWW)
    folder.providers["two"]["directory"] = "one"
    folder.write_config()
    assert run(["plan"]) == 1
    assert "same-target" in capsys.readouterr().err


def test_the_reason_why_a_saved_plans_zone_is_gone_is_its_files_error(folder, capsys):
    folder.zone(WWW)
    assert run(["plan", "--out", "plan.json"]) == 0
    folder.zone({"www": {"A": "192.0.2.256"}})
    capsys.readouterr()
    assert run(["apply", "plan.json"]) == 1
    assert "its file is refused now" in capsys.readouterr().err


def test_a_refused_plan_is_not_said_to_be_applicable(folder, capsys):
    folder.zone({"www": {"A": "192.0.2.256"}})
    assert run(["plan", "--out", "plan.json"]) == 1
    assert "carries out exactly this" not in capsys.readouterr().err


@pytest.mark.parametrize("name", ["example.net", "null", "müller.example", "xn--mller-kva.example"])
def test_what_init_writes_validates(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    assert run(["init", "--zone", name]) == 0
    assert run(["validate"]) == 0


def test_an_encoding_without_the_letters_of_a_zone_is_no_defect(folder):
    folder.zone(WWW, "müller.example", file="m.yaml")
    done = subprocess.run(
        [sys.executable, "-m", "zonesync", "plan"],
        cwd=folder.root,
        env={"PYTHONIOENCODING": "ascii", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
    assert rb"m\xfcller.example" in done.stdout


@pytest.mark.parametrize("redirection", [">&-", "2>&-"])
def test_a_closed_stream_is_no_defect(folder, redirection):
    folder.zone(WWW)
    done = subprocess.run(
        ["/bin/sh", "-c", f"exec '{sys.executable}' -m zonesync plan {redirection}"],
        cwd=folder.root,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr


def test_an_orphan_can_be_ignored_by_the_configuration(folder, capsys):
    folder.zone(WWW)
    folder.apply_now()
    folder.zone(WWW, providers=["one"], nameservers="unmanaged")
    folder.config["lint"] = {"ignore": ["orphan-zone"]}
    folder.write_config()
    capsys.readouterr()
    assert run(["plan"]) == 0
    assert "orphan-zone" not in capsys.readouterr().err
