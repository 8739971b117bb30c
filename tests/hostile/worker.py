"""One process that tries mutants: ``python -m tests.hostile.worker KIND START COUNT`` prints what went wrong as JSON.

It has a gibibyte of address space, and each mutant five seconds of the processor, however busy the machine is.
"""

import contextlib
import gc
import io
import json
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from tests.hostile.mutation import CONFIGURATION, TREE, mutant, sources
from zonesync import cli, workflow
from zonesync.load import Defaults, load_zone
from zonesync.model.rrset import Key
from zonesync.plan import digest
from zonesync.run.context import Context
from zonesync.views import findings as findings_view
from zonesync.views import plan_text

SECONDS = 5
MEMORY = 1 << 30


class SlowError(BaseException):
    """A mutant takes too long; no handler of ordinary exceptions may swallow it."""


def _too_slow(_signal: int, _frame: object) -> NoReturn:
    raise SlowError


def require_clean(text: str) -> None:
    """Raise AssertionError where *text* could steer a terminal."""
    assert all(char == "\n" or char.isprintable() for char in text), f"a raw control character in {text[:2000]!r}"


def try_yaml(folder: Path, data: bytes) -> str:
    """Validate a zone's YAML; plan and export what is valid."""
    (folder / "zones" / "mutant.yaml").write_bytes(data)
    project = workflow.open_project(folder / "zonesync.yaml")
    loaded = workflow.check(project, (), Context())
    require_clean(findings_view.text(loaded.findings))
    assert all(finding.place is None or finding.place.line > 0 for finding in loaded.findings)
    if loaded.has_errors:
        return "refused"
    planning = workflow.make_plan(project, loaded, Context())
    require_clean(plan_text.text(planning.plan))
    for zone in loaded.zones:
        with contextlib.suppress(workflow.RefusedError):
            workflow.export(project, str(zone.id), "desired", "zonefile", Context())
        workflow.export(project, str(zone.id), "desired", "yaml", Context())
    return "accepted"


def try_zonefile(folder: Path, data: bytes) -> str:
    """Import a zone file; what is accepted reads back from its YAML as the same zone."""
    file = folder / "example.com.zone"
    file.write_bytes(data)
    imported = workflow.import_zonefile(file, "example.com")
    require_clean(findings_view.text(imported.findings))
    if imported.text is None:
        assert any(finding.is_error and finding.place for finding in imported.findings)
        return "refused"
    written = folder / "imported.yaml"
    written.write_text(imported.text, encoding="utf-8")
    zone, findings = load_zone(written, root=folder, defaults=Defaults(providers=("primary",)))
    if zone is None:
        assert findings
        return "accepted, refused as YAML"
    apex = {Key(zone.apex, "NS"), Key(zone.apex, "SOA")}
    assert len(zone.rrsets.keys() | apex) >= imported.count
    return "accepted"


def _command(arguments: list[str], allowed: set[int]) -> str:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = cli.run(arguments)
    assert code in allowed, f"exit code {code}: {err.getvalue()[-2000:]}"
    assert "Traceback" not in err.getvalue()
    require_clean(err.getvalue())
    return f"exit code {code}"


def try_config(folder: Path, data: bytes) -> str:
    """Plan with a configuration."""
    (folder / "mutant.yaml").write_bytes(data)
    return _command(["--chdir", str(folder), "--config", "mutant.yaml", "plan"], {0, 1})


def try_plan(folder: Path, data: bytes) -> str:
    """Apply a plan file; every other one with a digest that holds."""
    shutil.rmtree(folder / "build", ignore_errors=True)
    shutil.rmtree(folder / ".zonesync", ignore_errors=True)
    if data[:1].isspace() or len(data) % 2:
        with contextlib.suppress(ValueError, RecursionError):
            document = json.loads(data)
            if isinstance(document, dict):
                body = {key: value for key, value in document.items() if key != "digest"}
                data = json.dumps({**body, "digest": digest.of_data(body)}).encode()
    (folder / "mutant.json").write_bytes(data)
    return _command(["--chdir", str(folder), "apply", "mutant.json"], {0, 1})


TRIALS: dict[str, Callable[[Path, bytes], str]] = {
    "yaml": try_yaml,
    "zonefile": try_zonefile,
    "config": try_config,
    "plan": try_plan,
}


def project(folder: Path, kind: str) -> list[bytes]:
    """Make *folder* a project for mutants of *kind*, and return the good files they start from."""
    (folder / "zonesync.yaml").write_bytes(CONFIGURATION)
    shutil.copytree(TREE / "zones", folder / "zones")
    if kind == "yaml":
        for file in (folder / "zones").glob("*.yaml"):
            file.unlink()
    if kind != "plan":
        return sources(kind)
    (folder / "zones" / "example.com.yaml").unlink()
    assert cli.run(["--chdir", str(folder), "--quiet", "plan", "--out", "plan.json"]) == 0
    return [(folder / "plan.json").read_bytes()]


def main(kind: str, start: int, count: int) -> dict[str, Any]:
    """Try the mutants from *start* on, and return the failures and the figures."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGPROF, _too_slow)
    failures: list[dict[str, Any]] = []
    outcomes: dict[str, int] = {}
    slowest = 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with contextlib.redirect_stdout(io.StringIO()):
            good = project(folder, kind)
        for number in range(start, start + count):
            data = mutant(kind, number, good)
            began = time.process_time()
            try:
                signal.setitimer(signal.ITIMER_PROF, SECONDS)
                outcome = TRIALS[kind](folder, data)
                signal.setitimer(signal.ITIMER_PROF, 0)
            except workflow.RefusedError:
                outcome = "refused"
            except (Exception, SlowError) as problem:  # noqa: BLE001 -- whatever is raised is what this looks for
                outcome = "failed"
                words = "".join(traceback.format_exception(problem))[-3000:]
                failures.append({"kind": kind, "number": number, "words": words})
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
            slowest = max(slowest, time.process_time() - began)
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
            if number % 50 == 0:
                gc.collect()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"failures": failures, "outcomes": outcomes, "slowest": slowest, "kibibytes": memory}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
