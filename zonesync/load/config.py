"""The configuration file, ``zonesync.yaml``: which zones, which providers, and what a plan may change unasked."""

import os
import re
from collections.abc import Mapping as Table
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from zonesync.findings import Finding, Place
from zonesync.load.checking import check, locate
from zonesync.load.events import read_tree
from zonesync.load.includes import read_bytes
from zonesync.load.nodes import Mapping, Node, Scalar, Sequence
from zonesync.load.notify import Notify
from zonesync.load.policy import PolicyShape
from zonesync.load.policy_checks import check_policy
from zonesync.load.report import Report, Unreadable, redacted
from zonesync.load.shapes import ConfigShape, StateShape
from zonesync.load.state import State
from zonesync.load.suggest import did_you_mean
from zonesync.load.variables import VARIABLE, has_nameless, is_secret
from zonesync.model.names import shorten
from zonesync.model.ttl import parse_interval

_credentials = re.compile(r"://[^/?#\s]*@").search
"""Finds a user, and maybe a password, in a URL (RFC 3986 section 3.2.1)."""
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
    max_plan_age: int | None = 30 * 86400
    """Seconds after which a saved plan is refused; None for never."""


class Verify(_Frozen):
    """How name servers are asked what they serve."""

    rate: float = 200.0
    """Queries a second to one server address."""
    timeout: float = 2.0
    """Seconds until a question is asked again, or given up."""
    root_hints: str = ""
    """A zone file with the addresses of the root's servers, relative to the configuration; empty for the Internet's."""


class ProviderConfig(_Frozen):
    """One provider as configured. Its options may hold secrets, and are left out of its ``repr``."""

    name: str
    type: str
    options: Table[str, Any] = Field(default_factory=dict, repr=False)
    """Texts, lists and mappings; what ``${NAME}`` stood for is filled in."""
    secret_keys: frozenset[str] = frozenset()
    """Options that nobody is to see, nested ones with a dot: ``tsig.secret``."""
    filled_in: frozenset[str] = Field(default=frozenset(), repr=False)
    """What variables in the options stood for, which nobody is to see either."""

    def public(self) -> dict[str, Any]:
        """Return type and options without the secret ones, for digests and for showing."""
        return {"type": self.type, **_without(self.options, self.secret_keys, "")}


class Config(_Frozen):
    """The configuration."""

    file: str = "zonesync.yaml"
    zones: tuple[str, ...] = ("zones/*.yaml",)
    """Globs, relative to the configuration's folder."""
    state: State = State()
    defaults: Defaults = Defaults()
    providers: Table[str, ProviderConfig] = Field(default_factory=dict)
    safety: Safety = Safety()
    lint_ignore: tuple[str, ...] = ()
    verify: Verify = Verify()
    notify: Notify | None = None
    policy: tuple[PolicyShape, ...] = ()
    """Rules that every plan is held against."""
    policy_places: Table[str, Place] = Field(default_factory=dict)
    """Where they stand, by id."""


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
    places = check_policy(shape.policy, checked, report)
    return Config(
        file=path.name,
        zones=shape.zones,
        state=_state(shape.state, checked, report),
        defaults=Defaults(ttl=shape.defaults.ttl, providers=chosen),
        providers=providers,
        safety=Safety(
            max_deletes=Limit.parse(shape.safety.max_deletes),
            max_changes=Limit.parse(shape.safety.max_changes),
            always_allow=shape.safety.always_allow,
            max_plan_age=None if shape.safety.max_plan_age == "never" else parse_interval(shape.safety.max_plan_age),
        ),
        lint_ignore=shape.lint.ignore,
        verify=Verify(**shape.verify.model_dump()),
        policy=shape.policy,
        policy_places=places,
        notify=Notify(**shape.notify.model_dump()).filled_from(environ) if shape.notify else None,
    )


def _state(shape: str | StateShape, checked: Mapping, report: Report) -> State:
    """Return the state as configured; a setting that its kind of store does not know is an error."""
    state = State(url=shape) if isinstance(shape, str) else State(**shape.model_dump())
    bucket = "write it beside a `url:` such as s3://bucket/prefix, or remove it"
    for key, given, is_known, words in (
        ("endpoint", state.endpoint, not state.is_folder, "a folder has no `endpoint`"),
        ("region", state.region, state.scheme == "s3", "`region` belongs to s3:// alone"),
    ):
        if given and not is_known:
            report.error(locate(checked, ("state", key))[1], "bad-value", words, bucket)
    return state


def _provider(name: str, node: Mapping, report: Report, environ: Table[str, str]) -> ProviderConfig:
    filling = _Filling(report, environ)
    options = {key: filling.filled(value, key) for key, (_, value) in node.entries.items() if key != "type"}
    kind = node.get("type")
    return ProviderConfig(
        name=name,
        type=kind.text if isinstance(kind, Scalar) else "",
        options=options,
        secret_keys=frozenset(filling.secret),
        filled_in=frozenset(filter(None, filling.values)),
    )


class _Filling:
    """Fills in the variables of one provider's options."""

    def __init__(self, report: Report, environ: Table[str, str]) -> None:
        self.report = report
        self.environ = environ
        self.secret: set[str] = set()
        """Options that nobody is to see."""
        self.values: set[str] = set()
        """What variables stood for."""

    def filled(self, node: Node, path: str) -> Any:
        """Return the option in *node*, and note what nobody is to see of it."""
        if isinstance(node, Mapping):
            return {key: self.filled(value, f"{path}.{key}") for key, (_, value) in node.entries.items()}
        if isinstance(node, Sequence):
            return [self.filled(item, path) for item in node.items]
        if is_secret(path) or "${" in node.text or _credentials(node.text):
            self.secret.add(path)
        if has_nameless(node.text):
            self.report.error(
                node.place,
                "bad-variable",
                f"`{path}` holds `${{` without a variable's name",
                "write `${NAME}`: letters, digits and `_`",
            )
            return ""
        return VARIABLE.sub(lambda found: self._value(found[1], node, path), node.text)

    def _value(self, variable: str, node: Node, path: str) -> str:
        if variable not in self.environ:
            self.report.error(
                node.place,
                "missing-variable",
                f"the environment has no `{variable}`",
                f"set {variable} where zonesync runs, or remove `{path}`",
            )
        value = self.environ.get(variable, "")
        self.values.add(value)
        return value


def _without(options: Table[str, Any], secret: frozenset[str], prefix: str) -> dict[str, Any]:
    return {
        key: _public(value, secret, f"{prefix}{key}.")
        for key, value in sorted(options.items())
        if f"{prefix}{key}" not in secret
    }


def _public(value: Any, secret: frozenset[str], prefix: str) -> Any:
    if isinstance(value, list):
        return [_public(item, secret, prefix) for item in value]
    return _without(value, secret, prefix) if isinstance(value, dict) else value
