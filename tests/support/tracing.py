"""A pytest plugin: coverage is measured by the tests that run each line for its own sake.

To trace a test takes as long again as to run it. So nothing is traced of the tests that run the same lines again and
again, by chance, or in another process: a line that they alone run counts as not covered.
"""

import sys
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
REPEATING = frozenset(
    TESTS / name
    for name in (
        "corpus",
        "crash",
        "docs",
        "fakes",
        "faults",
        "hosted",
        "hostile",
        "lab",
        "mutants",
        "packaging",
        "peer",
        "secrecy",
        "servers",
        "bind/test_servers_accept.py",
        "cli/test_width_and_safety.py",
        "gcloud/test_storms.py",
        "load/test_zonefile_corpus.py",
        "load/test_zonefile_fast.py",
        "model/test_rdata_forms.py",
        "ns1/test_faults.py",
        "octodns/test_conformance_powerdns.py",
        "provider/test_faulting.py",
        "route53/test_faults.py",
        "run/test_rollback_property.py",
        "views/test_markdown_engines.py",
        "views/test_page_in_browser.py",
    )
)
AGAIN = frozenset(
    {
        "TestFile",
        "TestOrdered",
        "TestPrivate",
        "TestPrivateZones",
        "TestSingle",
        "TestThroughManyPages",
        "TestUnchecked",
    }
)
"""The conformance suite for a provider that another class holds to it, too."""


def is_repetition(item: pytest.Item) -> bool:
    """Tell whether other tests run the lines that *item* runs, each for its own sake."""
    found = getattr(item, "obj", None)
    generated = getattr(found, "is_hypothesis_test", False) or item.get_closest_marker("property") is not None
    again = isinstance(item, pytest.Function) and item.cls is not None and item.cls.__name__ in AGAIN
    return generated or again or not REPEATING.isdisjoint((item.path, *item.path.parents))


@contextmanager
def untraced() -> Iterator[None]:
    """Let nothing be traced by coverage, in this thread nor in those started meanwhile; a debugger goes on."""
    here, threads = sys.gettrace(), threading.gettrace()
    if not type(here).__module__.startswith("coverage"):
        yield
        return
    sys.settrace(None)
    threading.settrace(None)
    try:
        yield
    finally:
        sys.settrace(here)
        threading.settrace(threads)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Run a test with its fixtures, traced or not. (The marker `no_cover` does nothing in a process of xdist.)"""
    with untraced() if is_repetition(item) else nullcontext():
        return (yield)
