"""SVCB and HTTPS (RFC 9460): parameters as octoDNS keeps them, a mapping with lists for those that are lists."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from zonesync.model.rdata import RdataError
from zonesync.model.rdata.tokens import Token

_LISTS = frozenset({"alpn", "ipv4hint", "ipv6hint", "mandatory"})
_KNOWN = _LISTS | {"port", "ech", "no-default-alpn"}
_numbered = re.compile(r"key[0-9]{1,5}").fullmatch
_plain = re.compile(r'[^\s"\\=;]*').fullmatch
"""What octoDNS cuts apart right, which splits at blanks and `=` whatever is quoted."""


def fields(tokens: Sequence[Token]) -> Mapping[str, Any]:
    """Return the fields of octoDNS for the words of canonical rdata. Raises :class:`RdataError` for others."""
    params: dict[str, Any] = {}
    for token in tokens[2:]:
        key, has_value, value = token.text.partition("=")
        value = value.removeprefix('"').removesuffix('"')
        if key not in _KNOWN and not _numbered(key):
            raise RdataError(f"octoDNS has no parameter `{key}`")
        if not _plain(value):
            raise RdataError(f"octoDNS has no sure spelling for the value of `{key}`")
        params[key] = (value.split(",") if key in _LISTS else value) if has_value else None
    return {"svcpriority": int(tokens[0].text), "targetname": tokens[1].text, "svcparams": params}


def text(value: Any) -> str:
    """Return rdata in presentation format of a value of octoDNS. Raises :class:`RdataError`."""
    words = [str(value.svcpriority), str(value.targetname)]
    for key, held in value.svcparams.items():
        joined = ",".join(held) if isinstance(held, list) else held
        if joined is None:
            words.append(key)
        elif _plain(str(joined)):
            words.append(f'{key}="{joined}"')
        else:
            raise RdataError(f"the value of `{key}` has no sure spelling at octoDNS")
    return " ".join(words)
