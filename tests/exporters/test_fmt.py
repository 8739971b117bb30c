"""fmt's text: canonical, the same again, with every comment, and for the loader the same zone."""

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.load.test_yaml_properties import CORPUS, zones
from tests.support.examples import examples
from zonesync.exporters.fmt import comments_of, formatted
from zonesync.exporters.fmt.rules import ROOT
from zonesync.exporters.zone_yaml import dumps
from zonesync.load import Defaults
from zonesync.load.config import Config
from zonesync.load.rrset_forms import KEYS
from zonesync.load.zones import load_proposed
from zonesync.model.rrset import RRset
from zonesync.model.zone import Zone, ZoneId
from zonesync.workflow.same import same_comments, same_meaning, same_zone

TREE = Path(__file__).resolve().parents[2]
CONFIG = Config(defaults=Defaults(ttl=3600, providers=("primary", "secondary")))
PATH = Path("/nowhere/example.com.yaml")
UGLY = """\
# About the company.

records:   # the names
    'www':    {  CNAME : "@"   }

    # for mail
    mail.example.com.:
      MX:
      - 10 mx1
      -   20 mx2   # the spare


      TXT: >-
          several words
          in lines
    api: {A: {comment: 'moving', values: [192.0.2.1,  # the old one
       192.0.2.2], ttl: 300}}   # both
    # the end of the records
ttl: 3600
allow: [{reason: 'it is: meant', rule: low-ttl}]
zone: "example.com"
# the end
"""
PRETTY = """\
# About the company.

zone: example.com
ttl: 1h
allow: [{rule: low-ttl, reason: "it is: meant"}]
records:   # the names
  www: {CNAME: "@"}

  # for mail
  mail:
    MX:
      - 10 mx1
      - 20 mx2   # the spare

    TXT: >-
      several words
      in lines
  api:  # both
    A:
      ttl: 5m
      values:
        - 192.0.2.1  # the old one
        - 192.0.2.2
      comment: moving
  # the end of the records
# the end
"""


def loaded(text):
    return load_proposed(PATH, PATH, text, config=CONFIG, root=PATH.parent)


def held(text: bytes, *, loads=True):
    """Return the canonical form of *text*, everything that it promises checked."""
    after = formatted(text, "example.com.")
    assert same_comments(text, after)
    assert same_meaning(text, after, "example.com.")
    assert formatted(after, "example.com.") == after
    if loads:
        assert same_zone(loaded(text), loaded(after))
    return after


def test_an_ugly_file_becomes_a_pretty_one():
    assert held(UGLY.encode()).decode() == PRETTY


def _reordered(tree, shuffled):
    if isinstance(tree, dict):
        items = list(tree.items())
        shuffled.shuffle(items)
        return {key: _reordered(value, shuffled) for key, value in items}
    return [_reordered(item, shuffled) for item in tree] if isinstance(tree, list) else tree


def sprinkled(text, draw):
    """Put comments and blank lines wherever *text* stays what it was."""
    lines = text.split("\n")
    tree = yaml.safe_load(text)
    for number in range(draw.randint(0, 8)):
        trial = list(lines)
        at = draw.randrange(len(trial))
        match draw.randrange(4):
            case 0:
                trial[at] += f"{' ' * draw.randint(1, 9)}# beside {number} ünï: [}}"
            case 1:
                trial.insert(at, "")
            case _:
                trial.insert(at, f"{' ' * draw.randint(0, 9)}#{draw.choice(['', ' ', '!'])}alone {number} {{ ' \" &x")
        try:
            same = yaml.safe_load("\n".join(trial)) == tree
        except yaml.YAMLError:
            same = False
        lines = trial if same else lines
    return "\n".join(lines)


@given(zones(), st.sampled_from([True, False, None]), st.integers(20, 200), st.randoms(use_true_random=False))
@examples(110)
def test_a_generated_zone_keeps_its_meaning_and_its_comments(records, is_flow, width, draw):
    tree = {"zone": "example.com", "ttl": 7200, "soa": {"minimum": 300, "ttl": "1d"}, "records": records}
    text = yaml.safe_dump(
        _reordered(tree, draw), default_flow_style=is_flow, sort_keys=False, allow_unicode=True, width=width
    )
    held(sprinkled(text, draw).encode())


LONG = [f"{'x' * 40}{number}" for number in range(9)]


@pytest.mark.parametrize(
    "rrset",
    [
        RRset("example.com.", "NS", 86400, tuple(f"ns{number}.{'long' * 9}.example.net." for number in range(6))),
        RRset("example.com.", "NS", 86400, ("ns1.example.net.", "ns2.example.net.")),
        RRset("a.example.com.", "TXT", 300, (" ".join(f'"{text}"' for text in LONG), '"a" "b"')),
        RRset("a.example.com.", "TXT", 3600, (" ".join(f'"{text}"' for text in LONG),)),
        RRset("example.com.", "SOA", 3600, (f"ns.{'long' * 9}.net. {'hostmaster' * 4}.example.net. 1 2 3 4 5",)),
    ],
    ids=["many servers", "two servers", "long strings", "long strings alone", "a long SOA"],
)
def test_what_is_exported_is_canonical_also_where_lines_are_long(rrset):
    text = dumps(Zone(ZoneId("example.com."), {rrset.key: rrset}))
    assert held(text.encode(), loads=False).decode() == text


@given(st.randoms(use_true_random=False), st.sampled_from([CORPUS, UGLY, PRETTY]))
@examples(140)
def test_comments_anywhere_in_any_form_are_kept(draw, text):
    held(sprinkled(text, draw).encode())


def without_ttls(text):
    """Return the tree of *text* less the TTLs, which fmt puts first and spells anew."""

    def less(tree):
        if isinstance(tree, dict):
            return {key: less(value) for key, value in tree.items() if key != "ttl"}
        return [less(item) for item in tree] if isinstance(tree, list) else tree

    return less(yaml.load(text, yaml.BaseLoader))


@given(zones(), st.randoms(use_true_random=False))
@examples(60)
def test_a_comment_stays_between_what_it_stood_between(records, draw):
    text = yaml.safe_dump({"records": records}, default_flow_style=False, allow_unicode=True, width=9999)
    text = sprinkled(text, draw)
    after = held(text.encode()).decode()
    for comment in comments_of(text):
        above, above_then = (each[: each.index(comment.text)] for each in (text, after))
        assert without_ttls(above_then) == without_ttls(above)


BIT_BY_BIT = {
    "a key's order": ("ttl: 1h\nzone: example.com\n", "zone: example.com\nttl: 1h\n"),
    "a header stays on top": ("# top\n\nttl: 1h\nzone: example.com\n", "# top\n\nzone: example.com\nttl: 1h\n"),
    "a comment goes with its key": (
        "zone: example.com\n# each hour\nttl: 1h\nview: a\n",
        "zone: example.com\nview: a\n# each hour\nttl: 1h\n",
    ),
    "TTLs": (
        "ttl: 3600\nnameservers: {hosts: [ns1, ns2], ttl: 86400}\nsoa: {retry: '7200', ttl: 61}\n",
        "ttl: 1h\nnameservers: {ttl: 1d, hosts: [ns1, ns2]}\nsoa: {ttl: 61, retry: 2h}\n",
    ),
    "a TTL that is a text": ("records: {a: {TXT: [3600, '3600']}}\n", "records:\n  a: {TXT: [3600, 3600]}\n"),
    "names": (
        "records: {www.example.com.: {A: 192.0.2.1}, EXAMPLE.com.: {A: 192.0.2.2}}\n",
        'records:\n  www: {A: 192.0.2.1}\n  "@": {A: 192.0.2.2}\n',
    ),
    "names that people can read": (
        "records: {Bücher.example.com.: {A: 192.0.2.1}, 'ö.a.example.com.': {A: 192.0.2.2}, ü: {A: 192.0.2.3}}\n",
        'records:\n  Bücher: {A: 192.0.2.1}\n  "ö.a": {A: 192.0.2.2}\n  ü: {A: 192.0.2.3}\n',
    ),
    "names of which two would become one stay": (
        "records:\n  www.example.com.: {A: 192.0.2.1}\n  www: {AAAA: 2001:db8::1}\n",
        "records:\n  www.example.com.: {A: 192.0.2.1}\n  www: {AAAA: 2001:db8::1}\n",
    ),
    "quotes": (
        "records:\n  a: {TXT: ['no', \"yes\", 'it''s', \"v=x y\", '~', \"a: b\", no]}\n",
        'records:\n  a: {TXT: ["no", "yes", "it\'s", v=x y, "~", "a: b", no]}\n',
    ),
    "JSON": (
        '{"zone": "example.com", "records": {"a": {"A": ["192.0.2.1"]}}}\n',
        "zone: example.com\nrecords:\n  a: {A: [192.0.2.1]}\n",
    ),
    "anchors leave order and spelling": (
        "ttl: &t 3600\nzone: example.com\nrecords:\n    a: &b {TXT: *t}\n    c: {<<: *b, A: 192.0.2.1}\n",
        "ttl: &t 3600\nzone: example.com\nrecords:\n  a: &b {TXT: *t}\n  c: {<<: *b, A: 192.0.2.1}\n",
    ),
    "the marker of a document": (
        "# a\n--- # b\nzone: example.com\n...\n# c\n",
        "# a\n---\n# b\nzone: example.com\n# c\n",
    ),
    "blank lines": (
        "\n\nzone: example.com\n\n\nrecords:\n\n  a: {A: 192.0.2.1}\n\n\n  b: {A: 192.0.2.1}\n\n\n",
        "zone: example.com\n\nrecords:\n  a: {A: 192.0.2.1}\n\n  b: {A: 192.0.2.1}\n",
    ),
    "a text over several lines": (
        "records:\n  a:\n    TXT: one\n      two\n\n      three\n",
        'records:\n  a:\n    TXT: "one two\\nthree"\n',
    ),
    "a text as a block": (
        "records:\n  a:\n      TXT: |-   # why\n          one\n            two\n\n          three\n",
        "records:\n  a:\n    TXT: |-   # why\n      one\n        two\n\n      three\n",
    ),
    "a text as a block at the end of a file that lacks its last line's end": (
        "records:\n  a:\n    TXT: |\n      one",
        "records:\n  a:\n    TXT: |-\n      one\n",
    ),
    "a text as a block that says its depth": (
        "records:\n  a:\n    TXT: |2-\n         one\n        two\n",
        'records:\n  a:\n    TXT: "   one\\n  two"\n',
    ),
    "a list of mappings": (
        "records:\n  a:\n    MX:\n    -\n      # one\n      preference: 1\n      exchange: m\n    - exchange: n # 2\n",
        "records:\n  a:\n    MX:\n      # one\n      - preference: 1\n        exchange: m\n      - exchange: n  # 2\n",
    ),
    "comments that are lined up": (
        "ttl:  3600          # one\nsoa:  {ttl:  300}   # two\nzone: 'example.com' # three\nview: a    # alone\n",
        "zone: example.com   # three\nview: a    # alone\nttl: 1h             # one\nsoa: {ttl: 5m}      # two\n",
    ),
    "tags": ("records:\n  a: !!map {TXT: !!str ~}\n", 'records:\n  a: {TXT: "~"}\n'),
    "a byte order mark": ("\ufeffzone: example.com\n", "zone: example.com\n"),
    "line ends": ("ttl: 1h\r\nzone: example.com\r\n# c\r\n", "zone: example.com\r\nttl: 1h\r\n# c\r\n"),
}


@pytest.mark.parametrize("case", BIT_BY_BIT)
def test_each_rule(case):
    before, after = BIT_BY_BIT[case]
    assert held(before.encode(), loads=False).decode() == after


def test_a_zone_that_people_can_read_is_cut_off_names_that_they_can_read():
    text = "records:\n  ö.bücher.example.: {A: 192.0.2.1}\n  www.bücher.example.: {A: 192.0.2.2}\n"
    after = formatted(text.encode(), "xn--bcher-kva.example.").decode()
    assert after == "records:\n  ö: {A: 192.0.2.1}\n  www: {A: 192.0.2.2}\n"


def test_brackets_open_where_the_line_is_too_long():
    values = [f"192.0.2.{number}" for number in range(30)]
    text = f"records:\n  a: {{A: [{', '.join(values)}]}}\n"
    after = held(text.encode()).decode()
    assert after == "records:\n  a:\n    A:\n" + "".join(f"      - {value}\n" for value in values)


@pytest.mark.source
@pytest.mark.parametrize("file", sorted((TREE / "zones").rglob("*.yaml")), ids=lambda path: path.name)
def test_the_zones_of_this_repository_are_canonical(file):
    assert held(file.read_bytes(), loads=False) == file.read_bytes()


@pytest.mark.source
def test_the_zone_of_the_readme_is_canonical():
    (text,) = re.findall(r"```yaml\n(zone: .*?)```", (TREE / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert held(text.encode(), loads=False).decode() == text


def test_comments_are_told_from_texts():
    text = "a: x#y # one\nb: '# no' #two\nc: | # three\n  # no\n  text\n# four\nd: [1, # five\n 2]\n"
    assert [comment.text for comment in comments_of(text)] == ["# one", "#two", "# three", "# four", "# five"]


@pytest.mark.source
def test_the_page_names_the_keys_in_their_order():
    page = (TREE / "docs/fmt.md").read_text(encoding="utf-8")
    for keys in (ROOT, KEYS):
        assert f"| {', '.join(f'`{key}`' for key in keys)} |" in page
