"""docs/html.md names the keys that the page has, and shows what is there."""

import re
from pathlib import Path

from zonesync.views.plan_html import page

DOCS = Path(__file__).resolve().parents[2] / "docs"
TEXT = (DOCS / "html.md").read_text(encoding="utf-8")


def test_the_keys_are_those_that_the_page_names():
    named = set(re.findall(r"<kbd>(.+?)</kbd>", page._assets().template))
    told = TEXT[TEXT.index("\nKeys:") :].partition("\n\n")[0]

    assert set(re.findall(r"`(.+?)`", told)) == named


def test_the_images_are_there_and_small():
    images = re.findall(r"\]\((images/.+?)\)", TEXT)

    assert len(images) == 4
    for image in images:
        assert (DOCS / image).read_bytes().startswith(b"\x89PNG")
        assert (DOCS / image).stat().st_size < 200_000


def test_the_numbers_of_rows_are_those_of_the_script():
    script = page._assets().script

    assert "OPEN_AT_FIRST = 200;" in script
    assert "up to 200 rows" in TEXT
    assert "PRINTED = 1500;" in script
    assert "up to 1,500 rows" in TEXT
