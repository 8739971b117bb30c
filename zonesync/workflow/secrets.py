"""No secret of the configuration gets out with the words of a provider, whoever has put it in there."""

import contextlib
import re
from collections.abc import Iterator
from urllib.parse import quote

from zonesync.load import Config, ProviderConfig
from zonesync.provider.errors import ProviderError

_SHORT = 4
"""Characters below which a secret is starred out only where it stands as a word: `k` is in every other one."""


def concealed(config: Config, provider: str, words: str) -> str:
    """Return *words* with what nobody is to see of the configuration of *provider* starred out."""
    settings = config.providers.get(provider)
    return without_secrets(words, settings) if settings else words


def without_secrets(words: str, settings: ProviderConfig) -> str:
    """Return *words* with what nobody is to see of *settings* starred out."""
    found = {form for text in _texts(settings, settings.options, "") for form in (text, quote(text, safe=""))}
    for text in sorted(filter(None, found), key=len, reverse=True):
        if len(text) < _SHORT:
            words = re.sub(rf"(?<!\w){re.escape(text)}(?!\w)", "***", words)
        else:
            words = words.replace(text, "***")
    return words


def _texts(settings: ProviderConfig, value: object, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(settings, inner, f"{path}.{key}" if path else key)
    elif path in settings.secret_keys:
        yield from map(str, value if isinstance(value, list) else [value])


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
