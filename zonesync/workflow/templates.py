"""The workflow files that ``init`` writes: those of ``examples/``, which the wheel carries along."""

import re
import shlex
from collections.abc import Collection
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

import zonesync
from zonesync.workflow.project import UnknownNameError
from zonesync.workflow.repository import remotes

Ci = Literal["github", "gitlab", "none"]
SERVICES: tuple[Ci, ...] = ("github", "gitlab", "none")
TARGETS = {"github": ".github/workflows/zonesync.yml", "gitlab": ".gitlab-ci.yml"}
"""Where each service looks for its file."""
_FALLBACK = "zonesync.yml"
_extras = re.compile(r"(zonesync\[)([a-z0-9,]+)(\])")
_GENERAL = frozenset({"ci", "state"})
_command = re.compile(r"((?:run:|  -) zonesync )(?=[a-z])")
_plain_path = re.compile(r"(?!-)[A-Za-z0-9._/ -]+").fullmatch
DEFAULT = "zonesync.yaml"
"""The configuration that commands take where they are not told."""


def workflow_file(ci: Ci, types: Collection[str], config: str = DEFAULT) -> str:
    """Return the text of the file for *ci*, made for providers of *types* and for *config*, as seen from the top.

    It is the example that logs in at most of the services; what is installed in it is what *types* need. Raises
    :class:`UnknownNameError` where *config* cannot stand in it.
    """
    if not _plain_path(config):
        raise UnknownNameError(f"`{config}` cannot stand in a workflow: letters, digits, `.`, `_`, `-` and blanks can")
    found = sorted((one for one in _folder(ci).iterdir() if one.name.endswith((".yml", ".yaml"))), key=_name)
    texts = {one.name: one.read_text(encoding="utf-8") for one in found}

    def fit(name: str) -> tuple[int, bool]:
        count = len(_types_of(texts[name]) & set(types))
        # Where nothing fits, and there alone, the plainest is the best.
        return count, (name == _FALLBACK) is (count == 0)

    best = max(texts, key=fit)
    # `bind` needs nothing beyond the core, so it has no extra.
    wanted = [*sorted(_GENERAL), *sorted(set(types) - {"bind"})]
    text = _extras.sub(lambda told: f"{told[1]}{','.join(wanted)}{told[3]}", texts[best])
    return text if config == DEFAULT else _command.sub(lambda told: f"{told[1]}--config {shlex.quote(config)} ", text)


def ci_of(top: Path | None) -> Ci:
    """Return the service that the git repository at *top* is kept at, by its remotes; ``none`` where nothing tells."""
    urls = " ".join(remotes(top)) if top else ""
    if "github" in urls:
        return "github"
    return "gitlab" if "gitlab" in urls else "none"


def _folder(ci: Ci) -> Traversable:
    packed = files(zonesync) / "examples" / ci
    # A checkout has them beside the package.
    return packed if packed.is_dir() else Path(zonesync.__file__).resolve().parents[1] / "examples" / ci


def _name(one: Traversable) -> str:
    return one.name


def _types_of(text: str) -> set[str]:
    return {extra for told in _extras.findall(text) for extra in told[1].split(",")} - _GENERAL
