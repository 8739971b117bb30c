"""A folder with a configuration: what every function starts from."""

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zonesync.findings import Finding, Severity
from zonesync.load import Config, load_config, with_excerpts
from zonesync.load import schema as file_schema
from zonesync.plan import planfile, safety
from zonesync.provider.contract import Provider
from zonesync.provider.registry import Factory, ProviderTypeError, factory
from zonesync.run.audit import AuditLog
from zonesync.run.store import open_store
from zonesync.views import metrics_json
from zonesync.workflow.secrets import without_secrets


class RefusedError(Exception):
    """What was asked is refused, for the reasons in ``findings``; nothing was changed."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("; ".join(finding.message for finding in findings))
        self.findings = tuple(findings)


class UnknownNameError(ValueError):
    """An argument names a zone or a provider that there is not."""


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with a configuration."""

    root: Path
    config: Config
    findings: tuple[Finding, ...] = ()


def open_project(file: Path, environ: Mapping[str, str] | None = None) -> Project:
    """Read the configuration *file*; variables come from *environ*, by default the process's.

    Raises :class:`RefusedError`.
    """
    root = file.parent
    config, findings = load_config(file, environ=environ)
    if config is None or any(finding.is_error for finding in findings):
        raise RefusedError(with_excerpts(findings, root))
    return Project(root, config, tuple(with_excerpts(findings, root)))


def connect(project: Project, names: Iterable[str], find: Callable[[str], Factory] = factory) -> dict[str, Provider]:
    """Make the configured providers *names*. Raises :class:`RefusedError`; nothing is asked of any service yet."""
    providers: dict[str, Provider] = {}
    problems: list[Finding] = []
    for name in names:
        try:
            providers[name] = _connected(project, name, find)
        except (ValueError, ProviderTypeError) as problem:
            settings = project.config.providers.get(name)
            words = without_secrets(str(problem), settings) if settings else str(problem)
            problems.append(Finding("provider-unusable", Severity.ERROR, words, provider=name))
    if problems:
        raise RefusedError(problems)
    return providers


def _connected(project: Project, name: str, find: Callable[[str], Factory]) -> Provider:
    settings = project.config.providers.get(name)
    if settings is None:
        raise ValueError(f"the configuration has no provider `{name}`{close_match(name, project.config.providers)}")
    return find(settings.type)(name, root=project.root, **settings.options)


def check_providers(project: Project, names: Iterable[str]) -> None:
    """Raise :class:`UnknownNameError` for a provider that the configuration lacks."""
    for name in names:
        if name not in project.config.providers:
            raise UnknownNameError(
                f"the configuration has no provider `{name}`{close_match(name, project.config.providers)}"
            )


def close_match(word: str, known: Iterable[str]) -> str:
    """Return a phrase that asks whether the nearest of *known* was meant; empty where none is near."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean `{close[0]}`?" if close else ""


def limits_of(config: Config, command: str = "plan") -> safety.Limits:
    """Return the configuration's safety limits as the planner takes them; *command* is the one that may lift them."""
    given = config.safety
    return safety.Limits(
        safety.Limit(given.max_deletes.amount, given.max_deletes.is_percent),
        safety.Limit(given.max_changes.amount, given.max_changes.is_percent),
        given.always_allow,
        command,
    )


def audit_log(project: Project) -> AuditLog:
    """Open the project's audit log. Raises :class:`~zonesync.run.store.StoreError`."""
    return AuditLog(open_store(project.config.state, project.root))


def schema(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of ``zone``, ``config``, ``plan`` or ``metrics``."""
    if kind == "plan":
        return planfile.schema()
    if kind == "metrics":
        return metrics_json.schema()
    return file_schema("config" if kind == "config" else "zone")
