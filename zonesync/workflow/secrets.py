"""No secret of the configuration gets out with the words of a provider, whoever has put it in there."""

import contextlib
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import quote, unquote

from zonesync.findings import Finding
from zonesync.load import Config, ProviderConfig
from zonesync.plan.plan import Plan, Target
from zonesync.provider.errors import ProviderError

_userinfo = re.compile(r"://([^/?#\s]*)@").finditer
_SHORT = 4
"""Characters below which a secret is starred out only where it stands as a word: `k` is in every other one."""


def concealed(config: Config, provider: str, words: str) -> str:
    """Return *words* with what nobody is to see of the configuration of *provider* starred out."""
    settings = config.providers.get(provider)
    return without_secrets(words, settings) if settings else words


def without_secrets(words: str, settings: ProviderConfig, star: Callable[[str], str] = lambda _: "***") -> str:
    """Return *words* with what nobody is to see of *settings* starred out, as *star* has it."""
    texts = (*_texts(settings, settings.options, ""), *settings.filled_in)
    found = {form for text in texts for form in (text, quote(text, safe=""))}
    for text in sorted(filter(None, found), key=len, reverse=True):
        if len(text) < _SHORT:
            words = re.sub(rf"(?<!\w){re.escape(text)}(?!\w)", star(text), words)
        else:
            words = words.replace(text, star(text))
    return words


def veiled(config: Config, plan: Plan) -> Plan:
    """Return *plan* with what nobody is to see of the configuration starred out, wherever a provider has a say in it.

    A plan is an artefact that many can read. Where a target is named by such a value (``endpoint: ${URL}``) the
    beginning of its digest takes its place, so that the plan is still bound to it.
    """

    def target(one: Target) -> Target:
        settings = config.providers.get(one.provider)
        named = without_secrets(one.target, settings, _mark) if settings else one.target
        return one.model_copy(update={"target": named})

    def finding(one: Finding) -> Finding:
        message, advice = (concealed(config, one.provider, text) for text in (one.message, one.help))
        return replace(one, message=message, help=advice)

    return plan.model_copy(
        update={
            "targets": tuple(map(target, plan.targets)),
            "findings": tuple(finding(one) if one.provider else one for one in plan.findings),
            "steps": tuple(
                step.model_copy(update={"note": concealed(config, step.provider, step.note)}) if step.note else step
                for step in plan.steps
            ),
        }
    )


def _mark(text: str) -> str:
    return f"***{hashlib.sha256(text.encode(errors='surrogateescape')).hexdigest()[:8]}"


def _texts(settings: ProviderConfig, value: object, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(settings, inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(settings, inner, path)
    elif path in settings.secret_keys:
        text = str(value)
        yield text
        yield from _credentials(text)


def _credentials(text: str) -> Iterator[str]:
    """Yield what stands before the host in a URL, and the password in that: an error may quote no more."""
    for found in _userinfo(text):
        for part in (found[1], found[1].partition(":")[2]):
            yield from (part, unquote(part))


@contextlib.contextmanager
def concealing(config: Config, provider: str) -> Iterator[None]:
    """Star the secrets of *provider* out of every error that it raises, and of what that was caused by."""
    try:
        yield
    except Exception as problem:
        seen: set[int] = set()
        causes: list[BaseException | None] = [problem]
        while causes:
            cause = causes.pop()
            if cause is None or id(cause) in seen:
                continue
            seen.add(id(cause))
            causes += [cause.__cause__, cause.__context__]
            _conceal(cause, config, provider)
        raise


def _conceal(problem: BaseException, config: Config, provider: str) -> None:
    problem.args = tuple(concealed(config, provider, part) if isinstance(part, str) else part for part in problem.args)
    if isinstance(problem, ProviderError):
        problem.words = concealed(config, provider, problem.words)
        problem.hint = concealed(config, provider, problem.hint)
