"""Ask every provider what it has: files one by one, services from several threads."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from zonesync.load import Config
from zonesync.model.zone import DesiredZone, ZoneId
from zonesync.provider.contract import LiveZone, Provider
from zonesync.provider.errors import ProviderError, Unavailable
from zonesync.workflow import facts
from zonesync.workflow.secrets import concealing

READERS = 8
"""Threads that read from providers that answer over a network; each provider's own rate limit still holds."""

Where = tuple[ZoneId, str]
T = TypeVar("T")
A = TypeVar("A")


def list_zones(
    config: Config, providers: Mapping[str, Provider], readers: int = READERS
) -> tuple[dict[str, list[ZoneId]], dict[str, str]]:
    """Return the zones that each provider hosts, and why the others cannot tell.

    It comes before the reads: an adapter that has listed its zones need not look each one up.
    """

    def hosted(name: str) -> list[ZoneId] | ProviderError:
        try:
            with concealing(config, name):
                return [ref.id for ref in providers[name].zones()]
        except ProviderError as problem:
            return problem

    answers = _spread(list(providers), hosted, lambda name: providers[name].capabilities.local, readers)
    listed = {name: answer for name, answer in answers.items() if not isinstance(answer, ProviderError)}
    return listed, {name: said(answer) for name, answer in answers.items() if isinstance(answer, ProviderError)}


def said(problem: ProviderError) -> str:
    """Return the words of *problem*, with what to do next where that is known."""
    return problem.words + (f" ({problem.hint})" if problem.hint else "")


def read_zones(
    config: Config,
    providers: Mapping[str, Provider],
    zones: Iterable[DesiredZone],
    done: Callable[[], None],
    readers: int = READERS,
    once: Collection[str] = (),
) -> tuple[dict[Where, LiveZone | None], dict[Where, str]]:
    """Read each zone at each of its providers; return what is live, and why the rest could not be read.

    Providers of *once* are likely to be down: where one does not answer for a zone, it is asked for no other.
    """
    pairs = {(zone.id, name): zone for zone in zones for name in zone.providers}
    down: dict[str, Unavailable] = {}

    def read(pair: Where) -> LiveZone | ProviderError | None:
        name = pair[1]
        try:
            if name in down:
                return down[name]
            with concealing(config, name):
                return facts.read(providers[name], pairs[pair])
        except ProviderError as problem:
            if name in once and isinstance(problem, Unavailable):
                down[name] = problem
            return problem
        finally:
            done()

    answers = _spread(list(pairs), read, lambda pair: providers[pair[1]].capabilities.local, readers)
    live: dict[Where, LiveZone | None] = {}
    unread: dict[Where, str] = {}
    for pair in pairs:
        answer = answers[pair]
        if isinstance(answer, ProviderError):
            unread[pair] = said(answer)
        else:
            live[pair] = answer
    return live, unread


def _spread(items: Sequence[T], ask: Callable[[T], A], is_local: Callable[[T], bool], readers: int) -> dict[T, A]:
    """Return what *ask* says of each item: threads gain nothing where no service is asked."""
    remote = [item for item in items if not is_local(item)]
    answers = {item: ask(item) for item in items if is_local(item)}
    if remote:
        with ThreadPoolExecutor(readers) as pool:
            answers.update(zip(remote, pool.map(ask, remote), strict=True))
    return answers
