"""How the fake of NS1 says no: a status and ``{"message": ...}``."""

from dataclasses import dataclass
from typing import Any

SHAPES = {"integer": int, "string": str, "array": list, "object": dict, "boolean": bool}


@dataclass
class RefusedError(Exception):
    """The call is refused with *status*; nothing takes effect."""

    status: int
    message: str


def bad(message: str) -> RefusedError:
    """Return the refusal of a request that can never succeed as it is."""
    return RefusedError(400, message)


def invalid(detail: str) -> RefusedError:
    """Return the refusal that the schema check makes."""
    return bad(f"Input validation failed ({detail})")


def mistyped(value: Any, field: str, shape: str) -> RefusedError:
    """Return the refusal of a *value* that is not of the JSON type *shape*."""
    return invalid(f"Value {value!r} for field '<obj>.{field}' is not of type {shape}")


def check(value: Any, field: str, shape: str) -> None:
    """Refuse *value* unless it is of the JSON type *shape*; a boolean is no integer."""
    if not isinstance(value, SHAPES[shape]) or (shape == "integer" and isinstance(value, bool)):
        raise mistyped(value, field, shape)


def check_fields(body: dict[str, Any], shapes: dict[str, str], nullable: frozenset[str]) -> None:
    """Refuse the fields of *body* that *shapes* knows and that have another type; integers are unsigned 31 bits."""
    for field, shape in shapes.items():
        if field not in body or (body[field] is None and field in nullable):
            continue
        check(body[field], field, shape)
        if shape == "integer" and not 0 <= body[field] < 2**31:
            raise invalid(f"Value {body[field]!r} for field '<obj>.{field}' is out of range: [0, 2147483647]")
