"""The configuration file, ``zonesync.yaml``: which zones, which providers, and what a plan may change unasked."""

import os
import re
from collections.abc import Mapping as Table
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from zonesync.findings import Finding
from zonesync.load.checking import check, locate
from zonesync.load.events import read_tree
from zonesync.load.includes import read_bytes
from zonesync.load.nodes import Mapping, Node, Scalar, Sequence
from zonesync.load.report import Report, Unreadable, redacted
from zonesync.load.shapes import ConfigShape
from zonesync.load.suggest import did_you_mean
from zonesync.model.names import shorten

_SECRET_WORDS = ("key", "secret", "token", "password", "passphrase", "credentials")
_NOT_SECRET = frozenset({"key_name", "key_id", "key_file"})
_variable = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_provider_name = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*").fullmatch


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Defaults(_Frozen):
    """What a zone has that does not say otherwise."""

    ttl: int = 3600
    """Seconds."""
    providers: tuple[str, ...] = ()


class Limit(_Frozen):
    """A most: a share of some base, or a number."""

    amount: int
    is_percent: bool = False

    @classmethod
    def parse(cls, text: str) -> "Limit":
        """Read ``30%`` or ``50``. Raises ValueError."""
        return cls(amount=int(text.removesuffix("%")), is_percent=text.endswith("%"))

    def holds(self, count: int, base: int) -> bool:
        """Tell whether *count*, of *base*, is within the limit."""
        return count * 100 <= self.amount * base if self.is_percent else count <= self.amount

    def __str__(self) -> str:
        return f"{self.amount}%" if self.is_percent else str(self.amount)


class Safety(_Frozen):
    """What a plan may change without an allowance."""

    max_deletes: Limit = Limit(amount=30, is_percent=True)
    max_changes: Limit = Limit(amount=60, is_percent=True)
    """Deletes and updates together."""
    always_allow: int = 3
    """So many changes pass whatever their share."""


class ProviderConfig(_Frozen):
    """One provider as configured. Its options may hold secrets, and are left out of its ``repr``."""

    name: str
    type: str
    options: Table[str, Any] = Field(default_factory=dict, repr=False)
    """Texts, lists and mappings; what ``${NAME}`` stood for is filled in."""
    secret_keys: frozenset[str] = frozenset()
    """Options that nobody is to see, nested ones with a dot: ``tsig.secret``."""

    def public(self) -> dict[str, Any]:
        """Return type and options without the secret ones, for digests and for showing."""
        return {"type": self.type, **_without(self.options, self.secret_keys, "")}


class Config(_Frozen):
    """The configuration."""

    file: str = "zonesync.yaml"
    zones: tuple[str, ...] = ("zones/*.yaml",)
    """Globs, relative to the configuration's folder."""
    state: str = ".zonesync"
    defaults: Defaults = Defaults()
    providers: Table[str, ProviderConfig] = Field(default_factory=dict)
    safety: Safety = Safety()
    lint_ignore: tuple[str, ...] = ()


def load_config(path: Path, *, environ: Table[str, str] | None = None) -> tuple[Config | None, list[Finding]]:
    """Read the configuration *path*; ``${NAME}`` in options comes from *environ*, by default the process's.

    The configuration is None where a finding is an error; nothing is raised for what the file holds. No finding
    shows a secret.
    """
    content = read_bytes(path, path.name)
    if not isinstance(content, bytes):
        return None, content.report.findings()
    report = Report(path.name, content, redact=redacted)
    tree = read_tree(content, report)
    config = None
    if tree:
        with suppress(Unreadable):  # too many errors: what there is was recorded
            config = _config(tree, path, report, os.environ if environ is None else environ)
    return None if report.errors else config, report.findings()


def _config(tree: Mapping, path: Path, report: Report, environ: Table[str, str]) -> Config | None:
    shape, checked = check(ConfigShape, tree, report, "the configuration")
    table = tree.get("providers")
    providers: dict[str, ProviderConfig] = {}
    if isinstance(table, Mapping):
        for name, (place, node) in table.entries.items():
            if not _provider_name(name) or name == "default":
                advice = "use letters, digits, `-`, `_` and `.`; `default` has a meaning of its own in `by_provider`"
                report.error(place, "bad-name", f"`{shorten(name)}` is no name for a provider", advice)
            if isinstance(node, Mapping):
                providers[name] = _provider(name, node, report, environ)
    if shape is None:
        return None
    chosen = shape.defaults.providers or (tuple(providers) if len(providers) == 1 else ())
    for index, provider in enumerate(shape.defaults.providers):
        place = locate(checked, ("defaults", "providers", index))[0].place
        if provider not in providers:
            advice = did_you_mean(provider, providers) or "define it under `providers:`"
            report.error(place, "unknown-provider", f"`{shorten(provider)}` is not defined under `providers`", advice)
        elif provider in shape.defaults.providers[:index]:
            report.error(place, "duplicate-value", f"`{provider}` is listed twice", "remove one of the two")
    return Config(
        file=path.name,
        zones=shape.zones,
        state=shape.state,
        defaults=Defaults(ttl=shape.defaults.ttl, providers=chosen),
        providers=providers,
        safety=Safety(
            max_deletes=Limit.parse(shape.safety.max_deletes),
            max_changes=Limit.parse(shape.safety.max_changes),
            always_allow=shape.safety.always_allow,
        ),
        lint_ignore=shape.lint.ignore,
    )


def _provider(name: str, node: Mapping, report: Report, environ: Table[str, str]) -> ProviderConfig:
    secret: set[str] = set()
    options = {
        key: _filled(value, key, report, environ, secret) for key, (_, value) in node.entries.items() if key != "type"
    }
    kind = node.get("type")
    return ProviderConfig(
        name=name, type=kind.text if isinstance(kind, Scalar) else "", options=options, secret_keys=frozenset(secret)
    )


def _filled(node: Node, path: str, report: Report, environ: Table[str, str], secret: set[str]) -> Any:
    """Return the option in *node* with its variables filled in, and note in *secret* what nobody is to see."""
    if isinstance(node, Mapping):
        return {
            key: _filled(value, f"{path}.{key}", report, environ, secret) for key, (_, value) in node.entries.items()
        }
    if isinstance(node, Sequence):
        return [_filled(item, path, report, environ, secret) for item in node.items]
    if _is_secret(path) or "${" in node.text:
        secret.add(path)
    if "${" in _variable.sub("", node.text):
        report.error(
            node.place,
            "bad-variable",
            f"`{path}` holds `${{` without a variable's name",
            "write `${NAME}`: letters, digits and `_`",
        )
        return ""

    def value(found: re.Match[str]) -> str:
        variable = found[1]
        if variable not in environ:
            report.error(
                node.place,
                "missing-variable",
                f"the environment has no `{variable}`",
                f"set {variable} where zonesync runs, or remove `{path}`",
            )
        return environ.get(variable, "")

    return _variable.sub(value, node.text)


def _is_secret(path: str) -> bool:
    key = path.rpartition(".")[2].lower()
    return key not in _NOT_SECRET and any(
        key == word or key.endswith((f"_{word}", f"-{word}")) or key in {f"api{word}", f"auth{word}"}
        for word in _SECRET_WORDS
    )


def _without(options: Table[str, Any], secret: frozenset[str], prefix: str) -> dict[str, Any]:
    return {
        key: _without(value, secret, f"{prefix}{key}.") if isinstance(value, dict) else value
        for key, value in sorted(options.items())
        if f"{prefix}{key}" not in secret
    }
