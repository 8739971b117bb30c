"""Text: TXT, SPF and HINFO."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, WithJsonSchema

from zonesync.model.rdata.base import Rdata, RdataError, Spelling, validated
from zonesync.model.rdata.fields import Base64Data, CharString, octets, text_of
from zonesync.model.rdata.tokens import Token, octets_of, txt_from_strings, txt_strings, txt_text

_TEXT = {"type": "string"}
_SCHEMA = {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}


def _strings(value: Any) -> tuple[bytes, ...]:
    """Keep the boundaries of a list; text alone has none, and is cut at 255 octets."""
    if isinstance(value, list | tuple):
        strings = tuple(octets(part) for part in value)
        txt_from_strings(strings)
        return strings
    return txt_strings(txt_text(octets(value)))


class _Encoded(Rdata):
    base64: Base64Data


class TXT(Rdata):
    """Descriptive text (RFC 1035 section 3.3.14).

    The mapping form takes the text itself, without quoting: ``{text: …}``, ``{strings: [a, b]}`` where boundaries
    matter, or ``{base64: …}`` for any octets.
    """

    type_names: ClassVar = ("TXT",)
    strings: Annotated[
        tuple[bytes, ...],
        BeforeValidator(_strings),
        Spelling(txt_from_strings, lambda tokens: [octets_of(token) for token in tokens], rest=True),
        WithJsonSchema(_SCHEMA),
    ]

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """Return the JSON Schema of the three mapping forms."""
        strings = super().json_schema()
        forms = [
            {**strings, "properties": {name: part}, "required": [name]}
            for name, part in (("text", _TEXT), ("base64", _TEXT), ("strings", _SCHEMA))
        ]
        return {"oneOf": forms}

    @property
    def data(self) -> bytes:
        """The octets of all strings, boundaries forgotten (as RFC 7208 section 3.3 reads them)."""
        return b"".join(self.strings)

    @classmethod
    def from_tokens(cls, tokens: Sequence[Token]) -> Self:
        """Read one string a token."""
        txt_from_strings([octets_of(token) for token in tokens])
        return super().from_tokens(tokens)

    @classmethod
    def prepare(cls, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Accept ``text`` and ``base64`` for ``strings``."""
        match dict(fields):
            case {"text": text, **others} if not others:
                return {"strings": _scalar(text)}
            case {"base64": encoded, **others} if not others:
                return {"strings": validated(_Encoded, {"base64": encoded}).base64}
        return fields


def _scalar(text: Any) -> str:
    try:
        return text_of(text)
    except ValueError as problem:
        raise RdataError(f"`text`: {problem}") from None


class SPF(TXT):
    """TXT under the type number that RFC 7208 section 3.1 gave up."""

    type_names: ClassVar = ("SPF",)


class HINFO(Rdata):
    """Host information (RFC 1035 section 3.3.2); also the answer to ANY (RFC 8482)."""

    type_names: ClassVar = ("HINFO",)
    cpu: CharString
    os: CharString
