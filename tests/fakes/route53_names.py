r"""Domain names as Route 53 spells them: lower case, octal escapes, a final dot.

Spelled so, a name is one string that compares, splits at dots and sorts: a dot inside a label is `\056`.
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
"""

import re
from functools import lru_cache

_TOKEN = re.compile(r"\\([0-3][0-7]{2})|(.)", re.DOTALL)
_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789-_")


class BadNameError(ValueError):
    """A text is no domain name; the message is the service's own."""

    def __init__(self, code: str, words: str, text: str) -> None:
        super().__init__(f"FATAL problem: {code} ({words}) encountered with '{text}'")


@lru_cache(maxsize=65536)
def spelled(text: str) -> str:
    r"""Return the name in *text* as the service lists it; the final dot is optional.

    Bytes 0 to 040 and 0177 to 0377 (octal) must come escaped; everything but `a-z 0-9 - _` goes out escaped.
    """
    if not text:
        raise BadNameError("DomainNameEmpty", "Domain name is empty", text)
    if text == ".":
        return text
    labels = _labels(text)
    if not all(labels):
        raise BadNameError("DomainLabelEmpty", "Domain label is empty", text)
    if max(map(len, labels)) > 63:
        raise BadNameError("DomainLabelTooLong", "Domain label is too long", text)
    if sum(len(label) + 1 for label in labels) + 1 > 255:
        raise BadNameError("DomainNameTooLong", "Domain name is too long", text)
    return "".join(f"{_label(bytes(label).lower())}." for label in labels)


def _labels(text: str) -> list[bytearray]:
    labels = [bytearray()]
    for escape, char in _TOKEN.findall(text):
        if escape:
            labels[-1].append(int(escape, 8))
        elif char == ".":
            labels.append(bytearray())
        elif not "!" <= char <= "~":
            raise BadNameError("UnsupportedCharacter", "Value contains unsupported characters", text)
        else:
            labels[-1].append(ord(char))
    return labels if labels[-1] else labels[:-1]


def _label(label: bytes) -> str:
    return "".join(chr(byte) if byte in _PLAIN else f"\\{byte:03o}" for byte in label)


@lru_cache(maxsize=65536)
def position(name: str, *, escaped: bool = True) -> str:
    r"""Return what a listing sorts *name* by: the labels reversed, each with its dot.

    The documentation says of hosted zones that escapes count as they are written; of record sets it says
    nothing, so a fake can be told to sort them by the characters that they stand for (*escaped* false).
    """
    if not escaped:
        name = re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)) if match[1] != "056" else match[0], name)
    return ".".join(reversed(name.rstrip(".").split("."))) + "."


def inside(name: str, zone: str) -> bool:
    """Tell whether *name* is *zone* or below it, label by label."""
    return name == zone or name.endswith(f".{zone}")
