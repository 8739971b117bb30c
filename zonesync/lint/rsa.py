"""The size of an RSA public key in DER, enough to tell a whole key from a part of one."""

_SEQUENCE, _BIT_STRING, _INTEGER = 0x30, 0x03, 0x02


def modulus_bits(der: bytes) -> int | None:
    """Return the modulus's length in bits; None when *der* is no whole SubjectPublicKeyInfo or RSAPublicKey."""
    body = _element(der, _SEQUENCE)
    if body is None or len(body[1]):
        return None
    content = body[0]
    if content[:1] == bytes([_SEQUENCE]):  # the algorithm: the key itself is wrapped
        algorithm = _element(content, _SEQUENCE)
        wrapped = _element(algorithm[1], _BIT_STRING) if algorithm else None
        inner = _element(wrapped[0][1:], _SEQUENCE) if wrapped else None
        if inner is None:
            return None
        content = inner[0]
    modulus = _element(content, _INTEGER)
    if modulus is None or _element(modulus[1], _INTEGER) is None:
        return None
    return int.from_bytes(modulus[0], "big").bit_length() or None


def _element(der: bytes, tag: int) -> tuple[bytes, bytes] | None:
    """Return the content of the element *tag* at the start of *der* and what follows it."""
    if len(der) < 2 or der[0] != tag:
        return None
    length, start = der[1], 2
    if length & 0x80:
        size = length & 0x7F
        length, start = int.from_bytes(der[2 : 2 + size], "big"), 2 + size
    if len(der) < start + length:
        return None
    return der[start : start + length], der[start + length :]
