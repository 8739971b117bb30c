"""The ground of every rdata type: its error, its base class, and how a field stands in presentation text.

A class lists its fields in the order of the RFC's presentation format. Each field carries a :class:`Spelling`, so
that reading and writing are one table and not a pair of methods in every class.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from zonesync.model.rdata.tokens import RdataError, Token

__all__ = ["Rdata", "RdataError", "Spelling", "layout", "validated"]


@dataclass(frozen=True, slots=True)
class Spelling:
    """How one field is written in presentation text and read back from it."""

    write: Callable[[Any], str] = str
    read: Callable[[Sequence[Token]], Any] = lambda tokens: tokens[0].text
    rest: bool = False
    """It takes every token that is left: long data cut by spaces, or a list."""
    optional: bool = False
    """It may be absent from the text."""
    host: bool = False
    """It is a domain name, relative to the origin unless it ends in a dot."""


class Rdata(BaseModel):
    """The typed value of one record, immutable and valid by construction."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type_names: ClassVar[tuple[str, ...]] = ()
    """The RR types that this class is the value of."""

    def to_text(self) -> str:
        """Return the canonical presentation text."""
        spelled = (spelling.write(getattr(self, name)) for name, spelling in layout(type(self)))
        return " ".join(text for text in spelled if text)

    @classmethod
    def from_tokens(cls, tokens: Sequence[Token]) -> Self:
        """Read the fields in order. Raises :class:`RdataError` for a wrong number of them or a wrong value."""
        fields = layout(cls)
        wanted = " ".join(name for name, _ in fields)
        least = sum(not spelling.optional for _, spelling in fields)
        if len(tokens) < least:
            raise RdataError(f"{len(tokens)} of {least} values given: {wanted}")
        if len(tokens) > len(fields) and not fields[-1][1].rest:
            raise RdataError(f"`{tokens[len(fields)].brief}` is one value too many: {wanted}")
        values = {
            name: spelling.read(tokens[index:] if spelling.rest else tokens[index : index + 1])
            for index, (name, spelling) in enumerate(fields)
            if index < len(tokens)
        }
        return validated(cls, values)

    @classmethod
    def host_indexes(cls, tokens: Sequence[Token]) -> Sequence[int]:
        """Tell which of *tokens* are domain names."""
        return [index for index, (_, spelling) in enumerate(layout(cls)) if spelling.host and index < len(tokens)]

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """Return the JSON Schema of the mapping form."""
        schema = cls.model_json_schema()
        for part in (schema, *schema["properties"].values()):
            part.pop("title", None)
            part.pop("default", None)
        return schema

    @classmethod
    def prepare(cls, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Turn the shorter spellings of the mapping form into the fields themselves; most types have none."""
        return fields


@functools.cache
def layout(cls: type[Rdata]) -> tuple[tuple[str, Spelling], ...]:
    """Return the fields of *cls* in presentation order, each with its spelling."""
    return tuple(
        (name, next((mark for mark in field.metadata if isinstance(mark, Spelling)), Spelling()))
        for name, field in cls.model_fields.items()
    )


R = TypeVar("R", bound=Rdata)


def validated(cls: type[R], values: Mapping[str, Any]) -> R:
    """Build *cls* from *values*. Raises :class:`RdataError` that names every faulty field."""
    try:
        return cls.model_validate(dict(values))
    except ValidationError as problem:
        raise RdataError("; ".join(_explain(cls, error) for error in problem.errors(include_url=False))) from None


def _explain(cls: type[Rdata], error: Any) -> str:
    field = str(error["loc"][0]) if error["loc"] else ""
    match error["type"]:
        case "missing":
            return f"`{field}` is missing; the fields are {', '.join(cls.model_fields)}"
        case "value_error":
            reason = str(error["ctx"]["error"])
        case _:
            reason = str(error["msg"]).lower()
    return f"`{field}`: {reason}" if field else reason
