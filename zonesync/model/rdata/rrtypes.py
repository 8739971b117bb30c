"""Names of RR types: the IANA mnemonics that dnspython knows, ``TYPEnnn`` for the rest, and our ALIAS."""

import difflib
import re
from functools import lru_cache

import dns.rdatatype

from zonesync.model.names import shorten
from zonesync.model.rdata.tokens import RdataError

ALIAS = "ALIAS"
_generic = re.compile(r"TYPE0*([0-9]{1,5})", re.ASCII).fullmatch


@lru_cache(maxsize=1024)
def type_name(text: str) -> str:
    """Return the mnemonic in upper case: ``aaaa`` and ``TYPE28`` are ``AAAA``, an unassigned ``TYPEnnn`` stays.

    Raises :class:`RdataError` for an unknown mnemonic, for a number over 65535, and for types that only queries and
    messages have (RFC 6895 section 3.1).
    """
    if text.upper() == ALIAS:
        return ALIAS
    number = _number(text)
    if not number or dns.rdatatype.is_metatype(dns.rdatatype.RdataType(number)):
        raise RdataError(
            f"`{text}` is reserved, or a type of queries and messages; no zone holds it (RFC 6895 section 3.1)"
        )
    return str(dns.rdatatype.to_text(dns.rdatatype.RdataType(number)))


def _number(text: str) -> int:
    upper = text.upper() if text.isascii() else ""
    generic = _generic(upper)
    if generic:
        if int(generic[1]) > 0xFFFF:
            raise RdataError(f"`{text}` is over TYPE65535")
        return int(generic[1])
    known = dns.rdatatype.RdataType.__members__.get(upper.replace("-", "_"))
    if known is not None and "_" not in upper:
        return int(known)
    near = difflib.get_close_matches(upper, [*dns.rdatatype.RdataType.__members__, ALIAS], n=1)
    hint = f"did you mean `{near[0].replace('_', '-')}`?" if near else "write a number as `TYPE65280`"
    raise RdataError(f"`{shorten(text)}` is no record type; {hint}")
