"""The look-out for credentials sees each way in which a test could show one."""

import re

import pytest

WAYS = {
    "stdout": "print(SECRET)",
    "stderr": "import sys; print(SECRET, file=sys.stderr)",
    "read by capsys": "print(SECRET); capsys.readouterr()",
    "log": "import logging; logging.getLogger('x').warning(SECRET)",
    "traceback": "raise RuntimeError(SECRET)",
    "a process's stdout": "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import os; "
    'print(os.environ["NS1_APIKEY"])\'], capture_output=True, check=True)',
    "a file": "(tmp_path / 'plan.json').write_text(SECRET)",
    "a file deep down": "(tmp_path / 'a/b').mkdir(parents=True); (tmp_path / 'a/b/audit').write_bytes(SECRET.encode())",
    "base64": "import base64; print(base64.b64encode(SECRET.encode()).decode())",
}

HARMLESS = ["pass", "print('nothing')", "(tmp_path / 'zonesync.yaml').write_text(SECRET)"]

HEAD = """
from tests.support.credentials import CREDENTIALS
SECRET = CREDENTIALS["NS1_APIKEY"]
"""


@pytest.mark.source
def test_a_credential_shown_anywhere_fails_the_test_that_shows_it_and_no_other(pytester, pytestconfig, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(pytestconfig.rootpath))
    bodies = [*WAYS.values(), *HARMLESS]
    tests = "".join(f"def test_{n}(capsys, tmp_path):\n    {body}\n" for n, body in enumerate(bodies))
    pytester.makepyfile(test_it=HEAD + tests)
    result = pytester.runpytest_subprocess("-p", "tests.support.leaks", "-p", "no:cacheprovider", "-p", "no:xdist")
    shown = result.stdout.str()
    told = re.findall(r"\nERROR test_it\.py::test_(\d+) - a credential is shown: NS1_APIKEY", shown)
    assert sorted(map(int, told)) == list(range(len(WAYS)))
    assert result.parseoutcomes()["passed"] == len(bodies) - 1  # but for the one that raises
