"""What asking needs, made from settings: an asker for as long as it is used, and finders over it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from zonesync.run.asking.hints import ROOT
from zonesync.run.asking.settings import AskSettings

if TYPE_CHECKING:
    from zonesync.run.asking.asker import Asker
    from zonesync.run.asking.finding import Finder


@asynccontextmanager
async def engine(settings: AskSettings) -> AsyncIterator[tuple["Asker", Callable[[str], "Finder"]]]:
    """Give an asker, and what makes a finder for a view that remembers nothing yet; all sockets are closed at the end.

    The name of the view is empty for zones that have none.
    """
    from zonesync.run.asking.asker import Asker  # noqa: PLC0415 -- sockets and messages, only where somebody is asked
    from zonesync.run.asking.finding import Finder  # noqa: PLC0415 -- as above

    hints = ROOT if settings.hints is None else settings.hints
    async with Asker(rate=settings.rate, timeout=settings.timeout, tries=settings.tries) as asker:

        def finder_of(view: str) -> Finder:
            return Finder(asker, hints, known=settings.known_in.get(view, settings.known), ipv6=settings.ipv6)

        yield asker, finder_of
