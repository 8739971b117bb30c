"""The register of lint rules: what a rule is, and the decorator that enters one."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from inspect import cleandoc
from typing import TYPE_CHECKING, NamedTuple

from zonesync.findings import Severity

if TYPE_CHECKING:
    from zonesync.lint.view import ZoneView


class Problem(NamedTuple):
    """What a rule saw, and where; :func:`zonesync.lint.engine.lint` makes a finding of it."""

    name: str
    """Canonical owner name."""
    type: str
    """RR type; empty when it is about the zone and no record."""
    message: str
    value: int = 0
    """Which value of the RRset, in ``rdatas`` order."""
    help: str = ""
    """The next step; empty for the one that the rule gives."""


Check = Callable[["ZoneView"], Iterator[Problem]]


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One rule: a check, and all that its page says."""

    id: str
    """Named for the bad thing, so that ``ignore: [low-ttl]`` reads."""
    severity: Severity
    title: str
    """What is wrong, as a sentence."""
    why: str
    fix: str
    bad: str
    """A fragment of a zone file that has the problem; the value it is reported at is marked."""
    good: str
    """The nearest fragment that has not."""
    reference: str
    types: tuple[str, ...]
    """The check runs only on a zone with one of these types; empty: on every zone."""
    allowable: bool
    """Whether the zone file may accept it with ``allow:``; true of everything that is not an error."""
    check: Check


RULES: dict[str, Rule] = {}
"""Every rule by id, in the order of registration."""


def rule(
    identifier: str,
    severity: Severity,
    *,
    why: str,
    fix: str,
    example_bad: str,
    example_good: str,
    reference: str,
    types: Iterable[str] = (),
    allowable: bool = False,
) -> Callable[[Check], Check]:
    """Enter the decorated check under *identifier*; its docstring is the rule's title.

    Raises ValueError when the id is taken.
    """

    def enter(check: Check) -> Check:
        if identifier in RULES:
            raise ValueError(f"rule `{identifier}` is registered twice")
        RULES[identifier] = Rule(
            id=identifier,
            severity=severity,
            title=(check.__doc__ or identifier).partition("\n")[0].removesuffix("."),
            why=cleandoc(why),
            fix=cleandoc(fix),
            bad=cleandoc(example_bad),
            good=cleandoc(example_good),
            reference=reference,
            types=tuple(types),
            allowable=allowable or severity is not Severity.ERROR,
            check=check,
        )
        return check

    return enter
