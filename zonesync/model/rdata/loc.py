"""Where on Earth: LOC (RFC 1876), read and written here in whole centimetres, since floats lose some."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, WithJsonSchema

from zonesync.model.rdata.base import Rdata, RdataError, Spelling, validated
from zonesync.model.rdata.fields import text_of
from zonesync.model.rdata.tokens import Token

_angle = re.compile(
    r"([0-9]{1,3})(?:\s+([0-9]{1,2})(?:\s+([0-9]{1,2})(?:\.([0-9]{1,3}))?)?)?\s+([NSEW])", re.ASCII | re.IGNORECASE
)
_metres = re.compile(r"(-?[0-9]{1,8}(?:\.[0-9]{1,2})?)m?", re.ASCII | re.IGNORECASE).fullmatch
_LOWEST, _HIGHEST = Decimal("-100000.00"), Decimal("42849672.95")
_LARGEST = Decimal("90000000.00")
_DEFAULTS = (Decimal("1.00"), Decimal("10000.00"), Decimal("10.00"))


def _coordinate(hemispheres: str, limit: int) -> Any:
    def read(value: Any) -> str:
        text = text_of(value).strip()
        found = _angle.fullmatch(text)
        if not found or found[5].upper() not in hemispheres:
            raise ValueError(f"`{text[:40]}` is no coordinate: degrees minutes seconds {' or '.join(hemispheres)}")
        degrees, minutes, seconds = (int(part or 0) for part in found.group(1, 2, 3))
        thousandths = int((found[4] or "").ljust(3, "0"))
        total = ((degrees * 60 + minutes) * 60 + seconds) * 1000 + thousandths
        if minutes > 59 or seconds > 59 or total > limit * 3600000:
            raise ValueError(f"`{text[:40]}` is outside of {limit} degrees, or has over 59 minutes or seconds")
        return f"{degrees} {minutes} {seconds}.{thousandths:03d} {found[5].upper() if total else hemispheres[0]}"

    return BeforeValidator(read)


def _length(lowest: Decimal, highest: Decimal, *, rounded: bool) -> Any:
    def read(value: Any) -> Decimal:
        found = _metres(str(value) if isinstance(value, int | float | Decimal) else text_of(value))
        if not found:
            raise ValueError(f"`{str(value)[:40]}` is no length: metres with at most two decimals, as `12.50m`")
        metres = Decimal(found[1])
        if not lowest <= metres <= highest:
            raise ValueError(f"`{metres}` metres is outside of {lowest} to {highest}")
        return _one_digit(metres) if rounded else metres.quantize(Decimal("0.01")) + Decimal(0)

    return BeforeValidator(read)


def _one_digit(metres: Decimal) -> Decimal:
    """Keep the first digit alone: that is all the wire holds of a size or precision (RFC 1876 section 2)."""
    centimetres = str(int(metres * 100))
    return Decimal(centimetres[0] + "0" * (len(centimetres) - 1)) / 100


_metre_text = Spelling(lambda metres: f"{metres:.2f}m")
_ANGLE_SCHEMA = WithJsonSchema({"type": "string"})
_METRE_SCHEMA = WithJsonSchema({"type": ["string", "number"]})
_Precision = Annotated[Decimal, _length(Decimal(0), _LARGEST, rounded=True), _metre_text, _METRE_SCHEMA]


class LOC(Rdata):
    """A location (RFC 1876 section 2): coordinates as text, lengths in metres."""

    type_names: ClassVar = ("LOC",)
    latitude: Annotated[str, _coordinate("NS", 90), Spelling(), _ANGLE_SCHEMA]
    longitude: Annotated[str, _coordinate("EW", 180), Spelling(), _ANGLE_SCHEMA]
    altitude: Annotated[Decimal, _length(_LOWEST, _HIGHEST, rounded=False), _metre_text, _METRE_SCHEMA]
    size: _Precision = _DEFAULTS[0]
    horizontal_precision: _Precision = _DEFAULTS[1]
    vertical_precision: _Precision = _DEFAULTS[2]

    def to_text(self) -> str:
        """Return the canonical text, without size and precision when all three have their defaults."""
        lengths = (self.size, self.horizontal_precision, self.vertical_precision)
        shown = (self.altitude, *(lengths if lengths != _DEFAULTS else ()))
        return " ".join((self.latitude, self.longitude, *(f"{metres:.2f}m" for metres in shown)))

    @classmethod
    def from_tokens(cls, tokens: Sequence[Token]) -> Self:
        """Read both coordinates up to their hemisphere, then one to four lengths."""
        words = [token.text for token in tokens]
        values = dict.fromkeys(("latitude", "longitude"), "")
        for name in values:
            end = next((at for at, word in enumerate(words) if word.upper() in {"N", "S", "E", "W"}), None)
            if end is None or end > 3:
                raise RdataError(f"`{name}`: degrees, minutes, seconds and a hemisphere are to come first")
            values[name] = " ".join(words[: end + 1])
            words = words[end + 1 :]
        lengths = ("altitude", "size", "horizontal_precision", "vertical_precision")
        if len(words) > len(lengths):
            raise RdataError(f"`{words[len(lengths)][:40]}` is one value too many")
        return validated(cls, {**values, **dict(zip(lengths, words, strict=False))})

    def to_wire(self) -> bytes:
        """Return the 16 octets of RFC 1876 section 2."""
        sizes = bytes(map(_size_octet, (self.size, self.horizontal_precision, self.vertical_precision)))
        altitude = int(self.altitude * 100) + 10_000_000
        numbers = (_position(self.latitude), _position(self.longitude), altitude)
        return b"\0" + sizes + b"".join(number.to_bytes(4, "big") for number in numbers)


def _size_octet(metres: Decimal) -> int:
    centimetres = str(int(metres * 100))
    return int(centimetres[0]) << 4 | (len(centimetres) - 1)


def _position(angle: str) -> int:
    degrees, minutes, seconds, hemisphere = angle.split(" ")
    total = (int(degrees) * 60 + int(minutes)) * 60_000 + int(seconds.replace(".", ""))
    return 2**31 + (total if hemisphere in "NE" else -total)
