"""What a job hands on: outputs for the steps after it, and a page for who looks at the run.

Both are files whose end we write on:
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#environment-files.
"""

import secrets
from collections.abc import Mapping
from pathlib import Path

from zonesync.ci.job import Job

MAX_SUMMARY = 1 << 20
"""Bytes of a step's summary."""


def set_outputs(job: Job, values: Mapping[str, str]) -> None:
    """Set outputs of the step, if there is a file for them: no value can end itself and set another one."""
    if path := job.env.get("GITHUB_OUTPUT"):
        with Path(path).open("a", encoding="utf-8", newline="\n") as file:
            file.write("".join(_heredoc(name, value) for name, value in values.items()))


def _heredoc(name: str, value: str) -> str:
    end = f"zonesync-{secrets.token_hex(16)}"
    assert end not in value
    return f"{name}<<{end}\n{value}\n{end}\n"


def add_summary(job: Job, text: str) -> None:
    """Add *text*, which is Markdown, to the page of the run, if there is one, as far as GitHub takes it."""
    if path := job.env.get("GITHUB_STEP_SUMMARY"):
        with Path(path).open("a", encoding="utf-8", newline="\n") as file:
            # Of a summary that is too long GitHub shows nothing at all.
            room = max(0, MAX_SUMMARY - file.tell() - 1)
            if shown := text.encode()[:room].decode(errors="ignore"):
                file.write(f"{shown}\n")
