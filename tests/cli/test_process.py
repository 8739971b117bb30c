"""The real command, as a shell runs it: streams, pipes, signals, terminals."""

import contextlib
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.usefixtures("listening")

COMMAND = [sys.executable, "-m", "zonesync"]
MANY = pytest.mark.stress
"""Each command ends with these codes in the process of the tests, too: here it is about the way out of the process."""


def environment(**more):
    env = {
        name: value
        for name, value in os.environ.items()
        if name not in {"NO_COLOR", "CI", "GITHUB_ACTIONS", "FORCE_COLOR"}
    }
    return {**env, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "TERM": "xterm", **more}


def started(*arguments, env=None, **more):
    return subprocess.run(
        [*COMMAND, *arguments],
        env=environment(**(env or {})),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        **more,
    )


def on_a_terminal(*arguments, keys=b"", **env):
    """Run the command with a terminal of 80 columns for everything, type *keys*, and return exit code and output."""
    pid, master = pty.fork()
    if pid == 0:
        os.execve(sys.executable, [*COMMAND, *arguments], environment(COLUMNS="80", **env))
    output = b""
    typed = not keys
    with contextlib.suppress(OSError):
        while select.select([master], [], [], 30)[0] and (chunk := os.read(master, 65536)):
            output += chunk
            if not typed and b"Only `yes` does: " in output:
                os.write(master, keys)
                typed = True
    os.close(master)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), output.decode().replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--version"], 0),
        pytest.param(["--help"], 0, marks=MANY),
        pytest.param(["validate"], 0, marks=MANY),
        (["plan"], 0),
        (["plan", "--exit-code"], 2),
        pytest.param(["plan", "nope.example"], 64, marks=MANY),
        (["plan", "--nope"], 64),
        (["--config", "nope.yaml", "plan"], 1),
        pytest.param(["drift"], 2, marks=MANY),
        (["apply"], 1),
        pytest.param(["export", "example.org"], 0, marks=MANY),
        pytest.param(["providers"], 0, marks=MANY),
        pytest.param(["audit", "log"], 0, marks=MANY),
        (["schema", "zone"], 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_the_process_exits_with_the_code(arguments, code, project):
    done = started(*arguments)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    if code in {1, 64}:
        assert done.stderr


@pytest.mark.parametrize(
    "arguments", [["plan"], ["schema", "plan"], ["plan", "--format", "json"], ["validate"], ["--help"]], ids=" ".join
)
def test_a_reader_who_goes_away_is_met_with_silence(arguments, project):
    (project / "zones/long.example.yaml").write_text(
        "zone: long.example\nnameservers: auto\nrecords:\n"
        + "".join(f"  h{n}: {{A: 192.0.2.1}}\n" for n in range(3000))
    )
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
    )
    process.stdout.close()
    words = process.stderr.read().decode()
    process.stderr.close()
    code = process.wait()
    assert "Traceback" not in words
    assert "BrokenPipe" not in words
    assert "Exception ignored" not in words
    assert code in {0, 1}
    if arguments != ["--help"]:
        assert code == 0


def test_an_apply_whose_reader_goes_away_still_ends_with_the_truth(project):
    process = subprocess.Popen(
        [*COMMAND, "apply", "--yes"],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
    )
    process.stdout.close()
    process.stderr.read()
    process.stderr.close()
    assert process.wait() == 0
    assert started("plan", "--exit-code").returncode == 0


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")  # noqa: PTH110 -- a device, asked for as the system names it
def test_a_full_disk_is_1_and_said(project):
    with open("/dev/full", "w") as full:  # noqa: PTH123 -- a device, not a path
        done = subprocess.run(
            [*COMMAND, "plan"], env=environment(), stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_ctrl_c_is_1_and_one_line(project):
    fifo = project / "zones" / "slow.example.yaml"
    os.mkfifo(project / "fifo")
    configuration = project / "pipe.yaml"
    os.mkfifo(configuration)
    fifo.write_text("zone: slow.example\nnameservers: unmanaged\nrecords: {www: {A: 192.0.2.1}}\n")
    process = subprocess.Popen(
        [*COMMAND, "plan", "--config", "pipe.yaml"],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    writer = _until_read(process, configuration)
    if writer is None:  # a version that refuses to read a pipe has ended by itself
        assert process.returncode == 1
        process.communicate()
        return
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    os.close(writer)
    assert (process.returncode, out, err) == (1, "", "zonesync: stopped\n")


def _until_read(process, pipe):
    """Wait until *process* reads from *pipe*, and return the end that it waits for; None where it has ended instead."""
    while process.poll() is None:
        with contextlib.suppress(OSError):  # nobody reads yet
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        time.sleep(0.01)
    return None


def test_ctrl_c_at_the_question_is_1_and_changes_nothing(project):
    code, shown = on_a_terminal("apply", keys=b"\x03")
    assert code == 1
    assert "zonesync: stopped" in shown
    assert "Traceback" not in shown
    assert not (project / "build").exists()


def test_the_question_is_answered_at_a_terminal(project):
    code, shown = on_a_terminal("apply", "example.org", keys=b"yes\n")
    assert code == 0
    assert "Applied: " in shown
    assert (project / "build/primary/example.org.zone").exists()


SGR = re.compile(r"\x1b\[[0-9;]*m")


def test_colour_is_for_terminals_alone(project):
    _, shown = on_a_terminal("plan")
    assert "\x1b[32m" in shown
    assert "\x1b" not in SGR.sub("", shown)
    assert SGR.sub("", shown) == started("plan").stdout


@pytest.mark.parametrize(
    ("arguments", "env"),
    [
        (["plan", "--no-color"], {}),
        (["plan"], {"NO_COLOR": "1"}),
        (["plan"], {"TERM": "dumb"}),
        (["validate", "--no-color"], {}),
        (["--help"], {"NO_COLOR": "1"}),
        (["--no-color", "--help"], {}),
        (["plan", "--help", "--no-color"], {}),
    ],
    ids=str,
)
def test_colour_can_be_had_off(arguments, env, project):
    (project / "zones/broken.example.yaml").write_text("zone: broken.example\nrecords: {www: {A: 192.0.2.300}}\n")
    _, shown = on_a_terminal(*arguments, **env)
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", shown)
    if "--help" not in arguments:
        assert "\x1b" not in shown


def test_no_progress_is_shown_where_there_is_no_terminal(project):
    done = started("plan")
    assert done.stderr == ""


def test_completion_is_for_the_shell_that_asks(project):
    # Detection looks at the parent process, which is whatever runs the tests.
    done = started("--show-completion", "bash", env={"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"})
    assert "complete -o default -F _zonesync_completion zonesync" in done.stdout


def test_completion_knows_the_commands(project):
    done = started(env={"_ZONESYNC_COMPLETE": "complete_bash", "COMP_WORDS": "zonesync ", "COMP_CWORD": "1"})
    assert done.stdout.split()[:5] == ["init", "validate", "fmt", "plan", "apply"]
