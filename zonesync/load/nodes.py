"""What YAML says, as a tree of texts with places: no type is guessed, so ``no``, ``010`` and ``1:30`` stay text."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from zonesync.findings import Place

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
"""What YAML reads as no value, when it is not quoted."""

_COLUMNS = 20
_LAST_COLUMN = (1 << _COLUMNS) - 1


def pack(line: int, column: int) -> int:
    """Put *line* and *column*, both from 1, into one integer; a column past 2**20 - 1 is held at that."""
    return line << _COLUMNS | min(column, _LAST_COLUMN)


def unpack(packed: int, file: str) -> Place:
    """Return the place in *file* that :func:`pack` made *packed* from."""
    return Place(file, packed >> _COLUMNS, packed & _LAST_COLUMN)


@dataclass(slots=True)
class Scalar:
    """A piece of text."""

    text: str
    plain: bool
    """Without quotes, where ``~`` and nothing at all mean no value."""
    place: int
    size: int = 1
    broken: bool = False
    """What was written here could not be read; the finding is recorded already."""

    @property
    def is_null(self) -> bool:
        """Whether this is YAML's way of giving no value."""
        return self.plain and self.text in NULLS


@dataclass(slots=True)
class Sequence:
    """A list."""

    items: "list[Node]"
    place: int
    size: int = 1
    """Nodes in it, every alias counted with all that it stands for."""


@dataclass(slots=True)
class Mapping:
    """A mapping: per key the key's place and the value; merge keys are resolved."""

    entries: "dict[str, tuple[int, Node]]"
    place: int
    size: int = 1

    def get(self, key: str) -> "Node | None":
        """Return the value of *key*, None where it is absent."""
        found = self.entries.get(key)
        return found[1] if found else None


Node: TypeAlias = Scalar | Sequence | Mapping


def data(node: Node) -> Any:
    """Return *node* as plain texts, lists and dictionaries; keys without a value, or a readable one, are left out."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [data(item) for item in node.items]
    return {
        key: data(value)
        for key, (_, value) in node.entries.items()
        if not (isinstance(value, Scalar) and (value.is_null or value.broken))
    }


def kind(node: Node) -> str:
    """Name the kind of *node* for a message."""
    return {Scalar: "text", Sequence: "a list", Mapping: "a mapping"}[type(node)]
