"""The look-out for credentials sees each way in which a test could show one."""

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

TEST = """
from tests.support.credentials import CREDENTIALS
SECRET = CREDENTIALS["NS1_APIKEY"]
def test_it(capsys, tmp_path):
    {body}
"""


def outcome(pytester, body):
    pytester.makepyfile(TEST.format(body=body))
    return pytester.runpytest_subprocess("-p", "tests.support.leaks", "-p", "no:cacheprovider", "-p", "no:xdist")


@pytest.fixture(autouse=True)
def tree(monkeypatch, pytestconfig):
    monkeypatch.setenv("PYTHONPATH", str(pytestconfig.rootpath))


@pytest.mark.parametrize("way", WAYS)
def test_a_credential_shown_anywhere_fails_the_test(pytester, way):
    result = outcome(pytester, WAYS[way])
    result.stdout.fnmatch_lines(["*a credential is shown: NS1_APIKEY*"])
    assert result.ret == 1


@pytest.mark.parametrize("body", ["pass", "print('nothing')", "(tmp_path / 'zonesync.yaml').write_text(SECRET)"])
def test_a_test_that_shows_none_passes(pytester, body):
    assert outcome(pytester, body).ret == 0
