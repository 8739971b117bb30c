"""Debian's chromium, driven by Playwright, with an eye on everything that a page must not do."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.support.servers import need


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a browser without a window; skip or fail as :func:`tests.support.servers.need` where there is none."""
    path = need("chromium")
    # Its own sandbox cannot be had as root.
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        try:
            yield browser
        finally:
            browser.close()


@dataclass(slots=True)
class Watched:
    """A page, and what went wrong with it."""

    page: Page
    errors: list[str] = field(default_factory=list)
    """What it threw, and what the browser complained of."""
    requests: list[str] = field(default_factory=list)
    """What it asked for besides itself."""


def opened(browser: Browser, file: Path, *, width: int = 1280, height: int = 900, **more: Any) -> Watched:
    """Open *file* in a context of its own; the caller closes ``page.context``."""
    page = browser.new_context(viewport={"width": width, "height": height}, **more).new_page()
    watched = Watched(page)

    def complain(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            watched.errors.append(message.text)

    page.on("console", complain)
    page.on("pageerror", lambda problem: watched.errors.append(str(problem)))
    page.on("request", lambda request: None if request.url == file.as_uri() else watched.requests.append(request.url))
    page.goto(file.as_uri())
    return watched
