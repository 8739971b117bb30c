"""How long the HTML page of a large plan takes to appear in a real browser, and to answer a filter.

    python -m benchmarks.page                       # 20,000 changes, five rounds
    python -m benchmarks.page --changes 50000
    python -m benchmarks.page --images docs/images  # the screenshots of the documentation

Needs Debian's `chromium` and the package `playwright`. Load: from the start of the navigation until the list is drawn
and the load event is over. Filter: from the input until the frame with its result has been drawn, the worst of all the
filters in a round, each of them after another. Nothing is asserted; each figure is printed beside its target.
"""

import argparse
import platform
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.support.big_plans import big, reviewed
from tests.support.browser import chromium, opened
from zonesync.views.plan_html import html

LOAD_TARGET = 2_000
FILTER_TARGET = 100
"""Milliseconds."""
LOAD = "() => performance.getEntriesByType('navigation')[0].loadEventEnd"
FILTER = """([id, value]) => new Promise((done) => {
    const begin = performance.now(), node = document.getElementById(id);
    if (node.tagName === "DIV") node.querySelector(`[value=${value}]`).click();
    else {
        node.value = value;
        node.dispatchEvent(new Event(node.tagName === "SELECT" ? "change" : "input"));
    }
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - begin), 0));
})"""
SCROLL = """() => new Promise((done) => {
    const frames = []; let last = performance.now(), step = 0;
    const next = (now) => {
        frames.push(now - last); last = now;
        if (++step > 120) { done(frames.slice(1)); return; }
        window.scrollBy(0, 900); requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
})"""
FILTERS = (
    ("search", "h"), ("search", "ho"), ("search", "host1"), ("search", "192.0.2.7 spf1"), ("search", "no such"),
    ("search", ""), ("zone", "zone007.example"), ("zone", ""), ("provider", "ns1"), ("type", "TXT"), ("type", ""),
    ("provider", ""), ("chips", "delete"), ("chips", "update"), ("chips", "delete"), ("chips", "update"),
)  # fmt: skip
WIDTHS = {1280: 900, 375: 812}


def measure(browser: Browser, file: Path) -> tuple[float, Mapping[str, float], Sequence[float]]:
    """Return the milliseconds of loading, of each filter, and of the frames while scrolling through the list."""
    watched = opened(browser, file)
    page = watched.page
    load = float(page.evaluate(LOAD))
    took: dict[str, float] = {}
    for name, value in FILTERS:
        label = f"{name}={value}"
        took[label] = max(took.get(label, 0), float(page.evaluate(FILTER, [name, value])))
    frames = page.evaluate(SCROLL)
    if watched.errors or watched.requests:
        raise SystemExit(f"the page did what it must not: {watched.errors} {watched.requests}")
    page.context.close()
    return load, took, frames


def images(browser: Browser, folder: Path) -> None:
    """Write the screenshots of the documentation."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "plan.html"
        file.write_text(html(reviewed(), title="DNS plan for pull request 12"), encoding="utf-8")
        for width, height in WIDTHS.items():
            for scheme in ("light", "dark"):
                page = opened(browser, file, width=width, height=height, color_scheme=scheme).page
                _shoot(page, folder / f"plan-{width}-{scheme}.png")
                page.context.close()


def _shoot(page: Page, path: Path) -> None:
    page.evaluate("() => document.fonts.ready")
    page.screenshot(path=path)
    print(f"{path}: {path.stat().st_size // 1024} kB")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--changes", type=int, default=20_000, metavar="N")
    options.add_argument("--rounds", type=int, default=5, metavar="N")
    options.add_argument("--images", type=Path, metavar="DIR", help="write the screenshots there, and measure nothing")
    chosen = options.parse_args()
    with chromium() as browser, tempfile.TemporaryDirectory() as scratch:
        if chosen.images:
            images(browser, chosen.images)
            return
        plan = big(chosen.changes)
        begin = time.perf_counter()
        text = html(plan)
        print(f"rendered: {time.perf_counter() - begin:.2f} s, {len(text) / 1e6:.1f} MB, {chosen.changes:,} changes")
        file = Path(scratch) / "plan.html"
        file.write_text(text, encoding="utf-8")
        loads: list[float] = []
        worst: list[float] = []
        frames: list[float] = []
        for _ in range(chosen.rounds):
            load, took, drawn = measure(browser, file)
            loads.append(load)
            slowest = max(took, key=lambda label: took[label])
            worst.append(took[slowest])
            frames += drawn
            print(f"  load {load:6.0f} ms   slowest filter {took[slowest]:5.0f} ms ({slowest})")
        for name, figures, target in (("load", loads, LOAD_TARGET), ("filter", worst, FILTER_TARGET)):
            print(
                f"{name}: median {statistics.median(figures):.0f} ms, worst {max(figures):.0f} ms (target {target} ms)"
            )
        late = sum(frame > 50 for frame in frames)
        print(f"scroll: median frame {statistics.median(frames):.0f} ms, {late} of {len(frames)} over 50 ms")
        print(f"chromium {browser.version}, {platform.machine()}")


if __name__ == "__main__":
    main()
