"""The page around the rows: one file with its own style and script, which a strict policy lets run alone."""

import base64
import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from html import escape
from importlib.resources import files
from typing import Any

from zonesync.views.plain import clean

Row = Mapping[str, Any]
"""One line of the list as ``page.js`` reads it; :func:`row` makes it."""


@dataclass(frozen=True, slots=True)
class Status:
    """What the reader must know first."""

    tone: str
    """``good``, ``bad`` or ``quiet``."""
    words: str


@dataclass(frozen=True, slots=True)
class Chip:
    """A button that shows one kind of row alone."""

    id: str
    label: str
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """All that a page shows, ready to be spelled."""

    title: str
    summary: str
    status: Status
    facts: tuple[tuple[str, str], ...]
    chips: tuple[Chip, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class _Assets:
    template: str
    style: str
    script: str


def html(page: Page) -> str:
    """Spell *page*. What it shows is text there, never markup, whatever it holds."""
    assets = _assets()
    title = escape(clean(page.title))
    facts = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(clean(value))}</dd></div>" for name, value in page.facts)
    return _filled(
        assets.template,
        {
            "policy": _policy(assets),
            "style": assets.style,
            "script": assets.script,
            "title": title,
            "tone": escape(page.status.tone),
            "status": escape(clean(page.status.words)),
            "summary": escape(clean(page.summary)),
            "facts": facts,
            "data": _embedded({"chips": [asdict(chip) for chip in page.chips], "rows": page.rows}),
        },
    )


def row(kind: str, chip: str, /, **parts: Any) -> Row:
    """Return a row of *kind*, shown by *chip*; what is empty is left out, and all text is disarmed."""
    return {"k": kind, "g": chip} | {name: _clean(part) for name, part in parts.items() if part not in _EMPTY}


_EMPTY: tuple[Any, ...] = ("", None, (), [])


def _clean(part: Any) -> Any:
    if isinstance(part, str):
        return clean(part)
    return [_clean(one) for one in part] if isinstance(part, list | tuple) else part


def _embedded(data: Any) -> str:
    """Spell *data* as JSON that no HTML parser takes for the end of its element (HTML section 4.12.1.3)."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").replace("\x7f", "\\u007f")


def _policy(assets: _Assets) -> str:
    """Return a Content Security Policy: nothing is fetched, and only this script and style count (CSP Level 3)."""
    return (
        f"default-src 'none'; script-src {_hash(assets.script)}; style-src {_hash(assets.style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _filled(template: str, parts: Mapping[str, str]) -> str:
    """Put *parts* into *template*, once each, so that what one holds is never taken for a place of another."""
    pieces = template.split("%%")
    return "".join(parts[piece] if number % 2 else piece for number, piece in enumerate(pieces))


@functools.cache
def _assets() -> _Assets:
    here = files("zonesync.views.plan_html")
    return _Assets(*(here.joinpath(f"page.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js")))
