"""The git repository that a folder lies in, as far as its files tell: no git is run, and none has to be installed."""

import os
import re
from pathlib import Path


def top_of(folder: Path) -> Path | None:
    """Return the top of the working tree that *folder* lies in, with all links followed; None outside of any.

    *folder* need not exist yet.
    """
    start = Path(os.path.realpath(folder))
    return next((one for one in (start, *start.parents) if (one / ".git").exists()), None)


def remotes(top: Path) -> list[str]:
    """Return the URLs of the remotes of the repository at *top*; none where they cannot be read."""
    try:
        text = (_common(top / ".git") / "config").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return re.findall(r"^\s*url\s*=\s*(\S+)", text, re.MULTILINE)


def _common(git: Path) -> Path:
    """Return the folder of what all working trees share (gitrepository-layout(5)). Raises OSError."""
    if git.is_dir():
        return git
    own = git.parent / git.read_text(encoding="utf-8", errors="replace").removeprefix("gitdir:").strip()
    shared = own / "commondir"
    return own / shared.read_text(encoding="utf-8", errors="replace").strip() if shared.is_file() else own
