"""Domain names in the one form the model uses: absolute, lower case, A-labels, RFC 1035 escapes.

A name is a plain ``str`` ending in a dot. Equal names are equal strings, so a dictionary of RRsets needs no
special key. U-labels (IDNA 2008, RFC 5891) are accepted on the way in and shown by :func:`display` on the way out.
"""

import re
from functools import lru_cache

MAX_NAME = 255
MAX_LABEL = 63

# What is already canonical and needs no work: letters, digits, and the few signs that zones really use.
_PLAIN_LABEL = r"[a-z0-9_*/-]{1,63}"
PLAIN_NAME_PATTERN = rf"(?:{_PLAIN_LABEL}\.)+"
_plain_absolute = re.compile(PLAIN_NAME_PATTERN).fullmatch
_plain_relative = re.compile(rf"{_PLAIN_LABEL}(?:\.{_PLAIN_LABEL})*").fullmatch
_SPECIAL = frozenset(b'"().;\\@$')


class NameSyntaxError(ValueError):
    """The text is not a domain name."""


def absolute(text: str, origin: str = ".") -> str:
    """Return *text* as a canonical name; a relative one is completed with *origin* and ``@`` is the origin itself.

    *origin* must be canonical. Raises :class:`NameSyntaxError`: an empty label, a label over 63 or a name over
    255 octets (RFC 1035 section 2.3.4), a bad escape, a label that IDNA 2008 refuses.
    """
    if _plain_absolute(text):
        name = text
    elif text == "@":
        return origin
    elif text == ".":
        return text
    elif _plain_relative(text):
        name = f"{text}." if origin == "." else f"{text}.{origin}"
    else:
        labels, is_absolute = split(text)
        name = join(labels)
        if not is_absolute and origin != ".":
            name += origin
    if len(name) > MAX_NAME - 1 and octets(name) > MAX_NAME:
        raise NameSyntaxError(f"`{shorten(name)}` is {octets(name)} octets long, a name has at most {MAX_NAME}")
    return name


def split(text: str) -> tuple[list[bytes], bool]:
    """Cut presentation *text* into lower-case wire labels, and tell whether it ended in the root's dot."""
    if text == ".":
        return [], True
    if not text:
        raise NameSyntaxError("a name is empty; the zone itself is written `@`")
    labels: list[bytes] = []
    current: list[str | int] = []
    position, end = 0, len(text)
    while position < end:
        char = text[position]
        position += 1
        if char == ".":
            labels.append(_label(current, text))
            current = []
        elif char == "\\":
            octet, position = unescape(text, position)
            current.append(octet)
        else:
            current.append(char)
    if current:
        labels.append(_label(current, text))
        return labels, False
    return labels, True


def unescape(text: str, position: int) -> tuple[int, int]:
    r"""Read what follows a backslash at *position*: ``\DDD`` or ``\X`` (RFC 1035 section 5.1)."""
    digits = text[position : position + 3]
    if digits[:1].isdecimal() and digits[:1].isascii():
        if len(digits) != 3 or not (digits.isdecimal() and digits.isascii()) or int(digits) > 255:
            raise NameSyntaxError(f"`\\{digits}` is no escape: three decimal digits, at most 255")
        return int(digits), position + 3
    if not digits:
        raise NameSyntaxError("the text ends in a lone backslash")
    if ord(digits[0]) > 0x7F:
        raise NameSyntaxError(f"`\\{digits[0]}` escapes a character outside ASCII")
    return ord(digits[0]), position + 1


def _label(parts: list[str | int], whole: str) -> bytes:
    if not parts:
        raise NameSyntaxError(f"`{shorten(whole)}` has an empty label")
    octets_: bytes
    if all(isinstance(part, int) or part < "\x80" for part in parts):
        octets_ = bytes(part if isinstance(part, int) else ord(part) for part in parts)
    else:
        if any(isinstance(part, int) for part in parts):
            raise NameSyntaxError(f"`{shorten(whole)}` mixes escapes and characters outside ASCII in one label")
        octets_ = to_a_label("".join(str(part) for part in parts))
    if len(octets_) > MAX_LABEL:
        raise NameSyntaxError(
            f"label `{shorten(escape(octets_))}` is {len(octets_)} octets long, a label has at most {MAX_LABEL}"
        )
    return octets_.lower()


@lru_cache(maxsize=4096)
def to_a_label(label: str) -> bytes:
    """Encode one U-label by IDNA 2008 (RFC 5891), with the lower-casing and width mapping of RFC 5895."""
    import idna  # noqa: PLC0415 -- its tables are large, and few zones have a U-label

    try:
        encoded = idna.encode(label, uts46=True, std3_rules=False)
    except (idna.IDNAError, UnicodeError) as problem:
        raise NameSyntaxError(f"`{shorten(label)}` is no IDNA 2008 label: {problem}") from None
    if b"." in encoded:
        raise NameSyntaxError(f"`{shorten(label)}` holds a full stop of another script; part labels with `.`")
    return encoded


def escape(label: bytes) -> str:
    """Spell wire octets of one label in presentation format (RFC 1035 section 5.1, RFC 4343 section 2.1)."""
    return "".join(
        f"\\{octet:c}" if octet in _SPECIAL else chr(octet) if 0x20 < octet < 0x7F else f"\\{octet:03d}"
        for octet in label
    )


def join(labels: list[bytes]) -> str:
    """Spell wire labels as an absolute canonical name."""
    return "".join(f"{escape(label)}." for label in labels) or "."


def octets(name: str) -> int:
    """Count the octets of a canonical *name* in wire form, root label included."""
    if "\\" not in name:
        return len(name) + (name != ".")
    return sum(len(label) + 1 for label in split(name)[0]) + 1


def is_within(name: str, zone: str) -> bool:
    """Tell whether canonical *name* is *zone* or below it."""
    return zone in {".", name} or (name.endswith(f".{zone}") and not _escaped_dot(name, zone))


def _escaped_dot(name: str, zone: str) -> bool:
    before = name[: -len(zone) - 1]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def relative(name: str, zone: str) -> str:
    """Spell canonical *name* as seen from *zone*: ``@``, a relative name, or the name itself when outside."""
    if name == zone:
        return "@"
    if zone == "." or not is_within(name, zone):
        return name
    return name[: -len(zone) - 1]


def parent(name: str) -> str:
    """Return the name one label up; the root's parent is the root."""
    if "\\" not in name:
        return name.partition(".")[2] or "."
    return join(split(name)[0][1:])


@lru_cache(maxsize=65536)
def sort_key(name: str) -> tuple[bytes, ...]:
    """Return the key of canonical DNS name order (RFC 4034 section 6.1)."""
    if "\\" not in name:
        return tuple(name[:-1].encode("ascii").split(b".")[::-1]) if name != "." else ()
    return tuple(reversed(split(name)[0]))


def display(name: str) -> str:
    """Show *name* to a reader: U-labels where every A-label decodes and encodes back, else as it is."""
    if "xn--" not in name:
        return name
    import idna  # noqa: PLC0415 -- as above

    shown = []
    for label in name.split("."):
        if label.startswith("xn--"):
            try:
                unicode = idna.decode(label)
                shown.append(unicode if to_a_label(unicode) == label.encode() else label)
            except (idna.IDNAError, UnicodeError, NameSyntaxError):
                shown.append(label)
        else:
            shown.append(label)
    return ".".join(shown)


def shorten(text: str, limit: int = 60) -> str:
    """Cut *text* for a message, so that one long line does not hide the rest."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
