"""Rules on DKIM keys (RFC 6376, RFC 8301, RFC 8463)."""

import base64
import binascii
import re
from collections.abc import Iterator

from zonesync.findings import Severity
from zonesync.lint.registry import Problem, rule
from zonesync.lint.rsa import modulus_bits
from zonesync.lint.tags import TagList, parse_tags
from zonesync.lint.texts import text_of, underscored
from zonesync.lint.view import ZoneView

_white = re.compile(r"[ \t\r\n]+")
_RSA_512 = (
    "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAN4mXLIzCMNQWxEF0Fl/lqhGuaIIlPbM502c1xqJM3oWGOsnmL9llrI5js5/Gwm+mnjHv3kYmdzpvZcR"
    "eKKKUkcCAwEAAQ=="
)
_RSA_1024 = (  # the key of RFC 6376 appendix C
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq"
    "631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB"
)
_ED25519 = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="  # the key of RFC 8463 appendix A


def _keys(view: ZoneView) -> list[tuple[str, int, TagList]]:
    found = []
    for rrset in view.once(underscored):
        if "._domainkey." in rrset.name and not rrset.name.startswith(("_adsp.", "_policy.")):
            for index, rdata in enumerate(rrset.rdatas):
                if "\\\\;" not in rdata:  # that has a rule of its own
                    found.append((rrset.name, index, parse_tags(text_of(rdata))))
    return found


@rule(
    "dkim-syntax",
    Severity.ERROR,
    why="Receivers cannot use the key, so every signature made with it fails. Mostly a part of the key was lost on "
    "the way "
    "from one form to another.",
    fix="Copy the whole record again. An empty `p=` says that the key is revoked.",
    example_bad="""
        s1._domainkey:
          TXT: v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4G  # reported here
    """,
    example_good=f"""
        s1._domainkey:
          TXT: v=DKIM1; k=ed25519; p={_ED25519}
    """,
    reference="RFC 6376 section 3.6.1, RFC 8463 section 4",
    types=["TXT"],
    allowable=True,
)
def dkim_syntax(view: ZoneView) -> Iterator[Problem]:
    """A DKIM key that does not parse."""
    for name, index, tags in view.once(_keys):
        if fault := _fault(tags):
            yield Problem(name, "TXT", f"DKIM key `{name}`: {fault}", index)


def _fault(tags: TagList) -> str:
    if tags.faults:
        return tags.faults[0]
    version, kind, key = tags.get("v"), tags.get("k") or "rsa", tags.get("p")
    if version is not None and (version != "DKIM1" or tags.tags[0][0] != "v"):
        return f"`v={version[:20]}` has to be `v=DKIM1`, in first place"
    if key is None:
        return "it has no `p=`, the key itself"
    if kind not in ("rsa", "ed25519"):
        return f"key type `{kind[:20]}` is neither `rsa` nor `ed25519`"
    if not key:
        return ""
    octets = _octets(key)
    if octets is None:
        return "`p=` is no base64, or only a part of it"
    if kind == "ed25519":
        return "" if len(octets) == 32 else f"`p=` holds {len(octets)} octets, an Ed25519 key has 32"
    return "" if modulus_bits(octets) else "`p=` is no RSA public key, or only a part of one"


def _octets(key: str) -> bytes | None:
    try:
        return base64.b64decode(_white.sub("", key), validate=True)
    except binascii.Error:
        return None


def _rsa_bits(tags: TagList) -> int | None:
    if _fault(tags) or (tags.get("k") or "rsa") != "rsa" or not (key := tags.get("p")):
        return None
    octets = _octets(key)
    return modulus_bits(octets) if octets else None


@rule(
    "weak-dkim-key",
    Severity.WARNING,
    why="Receivers must not accept such a signature; it can be forged at little cost.",
    fix="Make a key of 2048 bits under a new selector.",
    example_bad=f"""
        s1._domainkey:
          # reported here
          TXT: v=DKIM1; p={_RSA_512}
    """,
    example_good=f"""
        s1._domainkey:
          TXT: v=DKIM1; k=ed25519; p={_ED25519}
    """,
    reference="RFC 8301 section 3.2",
    types=["TXT"],
)
def weak_dkim_key(view: ZoneView) -> Iterator[Problem]:
    """An RSA key of DKIM under 1024 bits."""
    for name, index, tags in view.once(_keys):
        if (bits := _rsa_bits(tags)) and bits < 1024:
            yield Problem(name, "TXT", f"DKIM key `{name}` has {bits} bits, under 1024", index)


@rule(
    "short-dkim-key",
    Severity.INFO,
    why="Keys of 1024 bits still work everywhere; signers are told to use 2048.",
    fix="Make a key of 2048 bits under a new selector at the next rotation.",
    example_bad=f"""
        s1._domainkey:
          # reported here
          TXT: v=DKIM1; p={_RSA_1024}
    """,
    example_good=f"""
        s1._domainkey:
          TXT: v=DKIM1; k=ed25519; p={_ED25519}
    """,
    reference="RFC 8301 section 3.2",
    types=["TXT"],
)
def short_dkim_key(view: ZoneView) -> Iterator[Problem]:
    """An RSA key of DKIM under 2048 bits."""
    for name, index, tags in view.once(_keys):
        if (bits := _rsa_bits(tags)) and 1024 <= bits < 2048:
            yield Problem(name, "TXT", f"DKIM key `{name}` has {bits} bits, under 2048", index)


@rule(
    "several-dkim",
    Severity.WARNING,
    why="What a receiver does with two is not defined; it may take either.",
    fix="Give every key a selector of its own.",
    example_bad=f"""
        s1._domainkey:
          TXT:
            - v=DKIM1; k=ed25519; p={_ED25519}
            - v=DKIM1; p=  # reported here
    """,
    example_good=f"""
        s1._domainkey:
          TXT: v=DKIM1; p=
        s2._domainkey:
          TXT: v=DKIM1; k=ed25519; p={_ED25519}
    """,
    reference="RFC 6376 section 3.6.2.2",
    types=["TXT"],
)
def several_dkim(view: ZoneView) -> Iterator[Problem]:
    """More than one DKIM key under a selector."""
    seen: set[str] = set()
    for name, index, tags in view.once(_keys):
        if tags.get("p") is None:
            continue
        if name in seen:
            yield Problem(name, "TXT", f"selector `{name}` has more than one DKIM key", index)
        seen.add(name)
