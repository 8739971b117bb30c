"""The page of all rules, docs/lint.md, made from the rules themselves."""

from collections.abc import Iterator

from zonesync.findings import Severity
from zonesync.lint import CHAPTERS, RULES, Rule

_LONGEST = 160
_HEAD = """\
# Lint rules

<!-- Made from the rules by `zonesync.lint.docs.page()`; a test holds it current. -->

`zonesync validate` and `zonesync plan` check every zone with these rules. An **error** refuses the zone, a **warning**
and an **info** do not (`--strict` makes warnings refuse).

- A rule is switched off by its id: `lint: {ignore: [low-ttl]}` in `zonesync.yaml`, or in a zone file.
- A finding is accepted for a time by `allow: [{rule: low-ttl, until: 2027-01-31, reason: move of the mail host}]` in
  the zone file. Errors can be accepted only where the rule says so.
- The examples are parts of the file of the zone `example.com`; the comment marks the value that is reported.
"""


def page() -> str:
    """Return the text of docs/lint.md."""
    lines = [_HEAD, *_contents(), ""]
    for chapter, rules in _chapters():
        lines += [f"## {chapter}", ""]
        for rule in rules:
            lines += [*_section(rule), ""]
    return "\n".join(lines).rstrip() + "\n"


def _chapters() -> Iterator[tuple[str, list[Rule]]]:
    for chapter, module in CHAPTERS.items():
        yield chapter, [rule for rule in RULES.values() if rule.check.__module__ == module.__name__]


def _contents() -> Iterator[str]:
    yield "| rule | severity | what |"
    yield "|---|---|---|"
    for _, rules in _chapters():
        for rule in rules:
            yield f"| [{rule.id}](#{rule.id}) | {rule.severity} | {rule.title} |"


def _section(rule: Rule) -> Iterator[str]:
    can = ", can be allowed" if rule.severity is Severity.ERROR and rule.allowable else ""
    yield f"### {rule.id}"
    yield ""
    yield f"{rule.title}. (**{rule.severity}**{can})"
    yield ""
    yield rule.why
    yield ""
    yield from _example("Bad", rule.bad)
    yield from _example("Good", rule.good)
    yield f"How to fix it: {rule.fix}"
    yield ""
    yield f"Reference: {rule.reference}."


def _example(heading: str, text: str) -> Iterator[str]:
    yield f"{heading}:"
    yield ""
    yield "```yaml"
    yield from (_shortened(line) for line in text.splitlines())
    yield "```"
    yield ""


def _shortened(line: str) -> str:
    """Cut out the middle of a line that no reader wants whole: a text of four thousand characters."""
    if len(line) <= _LONGEST:
        return line
    return f"{line[:60]}…({len(line) - 100} characters more)…{line[-40:]}"
