"""What is folded, and that it is counted."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import examples
from zonesync.views.folding import Part, Piece, Rank, Section, counts, fit
from zonesync.views.page import Page, Row, Table

drawn = st.tuples(
    st.sampled_from(Rank), st.sampled_from(["create", "delete", "note"]), st.integers(1, 90), st.integers(1, 3)
)
parts = st.tuples(st.sampled_from(["", "@@ head @@"]), st.lists(drawn, max_size=6))


@st.composite
def documents(draw):
    """Draw sections of which each piece has a text of its own."""
    number = 0
    sections = []
    for found in draw(st.lists(st.lists(parts, max_size=3), max_size=6)):
        made = []
        for head, pieces in found:
            mine = []
            for rank, noun, width, count in pieces:
                number += 1
                mine.append(Piece(rank, noun, f"{number:04}".ljust(width, "x"), count))
            made.append(Part(head, tuple(mine)))
        sections.append(Section("<open>", "<close>", tuple(made), "# left: {}", is_diff=True))
    return sections


@pytest.mark.property
@given(documents(), st.integers(0, 3000))
@examples(300)
def test_the_least_important_goes_first_and_is_counted(sections, room):
    folded = fit(sections, room)
    assert len(folded.text) <= room
    lines = folded.text.splitlines()
    every = [(piece, section.size) for section in sections for piece in section.pieces()]
    shown = [(piece.rank, size) for piece, size in every if piece.text in lines]
    hidden = [(piece, size) for piece, size in every if piece.text not in lines]
    assert not shown or not hidden or max(shown) <= min((piece.rank, size) for piece, size in hidden)
    gone = Counter()
    for piece, _ in hidden:
        gone[piece.noun] += piece.count
    assert folded.left == gone
    assert lines.count("<open>") == lines.count("<close>") == sum(1 for one in sections if one.size) - folded.diffs


@pytest.mark.property
@given(documents(), st.integers(200, 3000))
@examples(100)
def test_a_page_fits_and_says_what_is_missing(sections, limit):
    page = Page("<!-- m -->", "Title", ["Lead."], more="The whole is elsewhere.")
    whole = page.within(1 << 30, [("", sections)])
    try:
        shown = page.within(limit, [("", sections)])
    except ValueError:
        assert len(whole) > limit
        return
    assert len(shown) <= limit
    assert shown.count("The whole is elsewhere.") == 1
    assert ("Shortened to fit" in shown) == (len(whole) > limit) == (shown != whole)


def test_a_section_says_what_of_it_is_folded():
    creates = tuple(Piece(Rank.CREATE, "create", f"+ {number:03} {'x' * 40}", 2) for number in range(100))
    deletes = tuple(Piece(Rank.DELETE, "delete", f"- {number}") for number in range(3))
    folded = fit([Section("<open>", "<close>", (Part("@@ a @@", creates + deletes),), "# left: {}")], 1000)
    lines = folded.text.splitlines()
    assert lines[:3] == ["<open>", "@@ a @@", creates[0].text]
    shown = sum(line.startswith("+") for line in lines)
    assert 10 < shown < 20
    assert lines[-5:] == ["- 0", "- 1", "- 2", f"# left: {2 * (100 - shown)} creates", "<close>"]
    assert folded.left == {"create": 2 * (100 - shown)}


def test_large_sections_are_cut_before_small_ones():
    small = Section("<s>", "", (Part("", tuple(Piece(Rank.CREATE, "create", f"+ s{n}") for n in range(3))),))
    large = Section("<l>", "", (Part("", tuple(Piece(Rank.CREATE, "create", f"+ l{n}") for n in range(300))),))
    shown = fit([large, small], 900).text
    assert all(f"+ s{number}" in shown for number in range(3))
    assert "+ l0" in shown
    assert "+ l299" not in shown


def test_numbers_are_said_with_their_nouns():
    assert counts(Counter({"update": 1, "create": 1234, "delete": 0})) == "1,234 creates, 1 update"
    assert counts(Counter({"update": 2, "create": 1}), by_name=False) == "2 updates, 1 create"


def test_rows_that_do_not_fit_are_added_up():
    rows = tuple(Row((f"`z{number}`", "`p`"), (number, 0), weight=number) for number in range(1000))
    table = Table(("zone", "provider"), ("create", "delete"), rows)
    lines = table.within(500).splitlines()
    assert lines[:2] == ["| zone | provider | create | delete |", "|---|---|--:|--:|"]
    assert lines[-2] == "| `z999` | `p` | 999 |  |"
    shown = len(lines) - 3
    missing = sum(range(1000 - shown))
    assert lines[-1] == f"| {1000 - shown} more rows |  | {missing:,} |  |"
    assert len("\n".join(lines)) <= 500
    assert table.within(0).splitlines()[2:] == ["| 1,000 rows |  | 499,500 |  |"]
    assert Table((), (), ()).within(500) == ""
