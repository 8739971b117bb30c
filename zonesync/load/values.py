"""A value as YAML has it, to canonical rdata text: presentation format, a mapping of fields, or TXT's own forms."""

import base64
import binascii
from collections.abc import Callable
from functools import lru_cache

from zonesync.load.nodes import Mapping, Node, Scalar, Sequence, data, kind
from zonesync.load.suggest import did_you_mean
from zonesync.model import rdata
from zonesync.model.alias import AliasTarget
from zonesync.model.names import NameSyntaxError, absolute, is_within, shorten

MAX_RDATA = 65535
TEXT_TYPES = frozenset({"TXT", "SPF"})
_HOST_IS_LAST = frozenset({"ALIAS", "CNAME", "DNAME", "MX", "NS", "PTR", "SRV"})
_UNDOTTED = "has a dot inside and none at the end"

Quick = Callable[[str], str | None]
"""Returns the canonical text of a value that is plainly right; None is "look closer"."""


class ValueProblem(ValueError):  # noqa: N818 -- it becomes a finding, and is never shown as an error
    """What is wrong with a value: a finding but for its place, which is given where it is not the value's own."""

    def __init__(self, rule: str, message: str, help: str = "", place: int = 0) -> None:  # noqa: A002 -- as in Finding
        super().__init__(message)
        self.rule = rule
        self.help = help
        self.place = place


def quick_reader(rtype: str, zone: str) -> Quick:
    """Return the quick reading of *rtype*'s values in *zone*, where one label is relative."""
    if rtype in TEXT_TYPES:
        return _quick_text
    fast = rdata.FAST.get(rtype)
    if fast is None:
        return never
    if rtype not in _HOST_IS_LAST:
        return fast
    suffix = "." if zone == "." else f".{zone}"

    def quick(text: str) -> str | None:
        """Complete the host name that the value ends in."""
        if text[-1:] == ".":
            return fast(text)
        host = text.rpartition(" ")[2]
        if "." in host or "@" in host or "\\" in host:
            return None
        return fast(text + suffix)

    return quick


def _quick_text(text: str) -> str | None:
    if len(text) < 256 and text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return None


def never(_text: str) -> str | None:
    """Read nothing quickly."""
    return None


def type_of(spelled: str) -> str:
    """Return the mnemonic of *spelled*. Raises :class:`ValueProblem`."""
    found = _type_or_problem(spelled)
    if isinstance(found, rdata.RdataError):
        raise ValueProblem("unknown-type", str(found), "any type can be written by its number (RFC 3597)")
    return found


@lru_cache(maxsize=1024)
def _type_or_problem(spelled: str) -> str | rdata.RdataError:
    try:
        return rdata.type_name(spelled)
    except rdata.RdataError as problem:
        return problem


def canonical_value(rtype: str, value: str | Node, zone: str) -> str:
    """Return the canonical text of *value* in *zone*. Raises :class:`ValueProblem`."""
    try:
        if isinstance(value, Mapping):
            return _from_mapping(rtype, value, zone)
        if isinstance(value, Sequence):
            return _from_list(rtype, value)
        if isinstance(value, Scalar):
            if value.is_null:
                raise ValueProblem(
                    "empty-value", "there is no value", f'write one, remove the key, or quote it (`"{value.text}"`)'
                )
            value = value.text
        return _from_text(rtype, value, zone)
    except rdata.RdataError as problem:
        raise explained(problem) from None


def explained(problem: rdata.RdataError, place: int = 0) -> ValueProblem:
    """Turn what the model says of a value into a finding's parts; a name with two readings has its own rule."""
    message, colon, advice = str(problem).partition(": write ")
    if _UNDOTTED in message:
        return ValueProblem("undotted-name", message, f"write {advice}" if colon else "", place)
    return ValueProblem("bad-value", str(problem), place=place)


def host_name(text: str, zone: str, place: int) -> str:
    """Return the canonical name that *text*, standing alone, means. Raises :class:`ValueProblem`."""
    try:
        return rdata.host_in_file(text, zone)
    except rdata.RdataError as problem:
        found = explained(problem, place)
        raise found if found.rule == "undotted-name" else ValueProblem("bad-name", str(problem), place=place) from None


def _from_text(rtype: str, text: str, zone: str) -> str:
    if rtype in TEXT_TYPES:
        return rdata.txt_text(_octets(text))
    if len(text) > 4 * MAX_RDATA:
        raise ValueProblem("bad-value", f"a value of {len(text)} characters; rdata has at most {MAX_RDATA} octets")
    return rdata.canonical(rtype, text, zone, strict_hosts=True)


def _octets(text: str) -> bytes:
    try:
        octets = text.encode()
    except UnicodeEncodeError:
        raise ValueProblem(
            "bad-value", "the text holds half of a surrogate pair, which no encoding can write"
        ) from None
    return _fitting(octets)


def _fitting(octets: bytes) -> bytes:
    # each 255 octets cost one more for their length
    if len(octets) + len(octets) // 255 + 1 > MAX_RDATA:
        raise ValueProblem("bad-value", f"a text of {len(octets)} octets; rdata has at most {MAX_RDATA} (RFC 1035)")
    return octets


def _from_list(rtype: str, value: Sequence) -> str:
    if rtype not in TEXT_TYPES:
        raise ValueProblem(
            "bad-value", f"a value of `{rtype}` is a text or a mapping, not a list", "remove the inner brackets"
        )
    if not value.items:
        raise ValueProblem("bad-value", "a list of no strings", 'write `[[""]]` for one empty string')
    strings = []
    for item in value.items:
        if isinstance(item, Mapping):
            octets = _decoded(item)
        elif not isinstance(item, Scalar) or item.is_null:
            raise ValueProblem(
                "bad-value", f"{kind(item)} stands where one string of the value should", place=item.place
            )
        else:
            octets = _octets(item.text)
        if len(octets) > 255:
            raise ValueProblem(
                "bad-value", f"a string of {len(octets)} octets, at most 255 (RFC 1035 section 3.3)", place=item.place
            )
        strings.append(octets)
    if sum(map(len, strings)) + len(strings) > MAX_RDATA:
        raise ValueProblem("bad-value", f"the strings are longer than the {MAX_RDATA} octets of rdata")
    return rdata.txt_from_strings(strings)


def _from_mapping(rtype: str, value: Mapping, zone: str) -> str:
    for name, (_, node) in value.entries.items():
        if isinstance(node, Scalar) and node.is_null:
            raise ValueProblem("empty-value", f"`{name}` has no value", "write one, or remove the key", node.place)
    if rtype in TEXT_TYPES:
        return _from_base64(value)
    try:
        return rdata.from_fields(rtype, data(value), zone)
    except rdata.RdataError as problem:
        # the place is the field's, where the message begins with one
        start, named, _ = f"{problem}``".split("`", 2)
        entry = None if start else value.entries.get(named)
        raise explained(problem, entry[1].place if entry else 0) from None


def _from_base64(value: Mapping) -> str:
    return rdata.txt_text(_decoded(value))


def _decoded(value: Mapping) -> bytes:
    encoded = value.get("base64")
    if encoded is None or len(value.entries) > 1:
        other = next(((name, place) for name, (place, _) in value.entries.items() if name != "base64"), ("", 0))
        raise ValueProblem(
            "unknown-key",
            f"`{other[0]}` is no key of a text value" if other[0] else "an empty mapping is no text",
            did_you_mean(other[0], ["base64"])
            or "write the text itself, a list of strings in a list, or `{base64: ...}`",
            other[1],
        )
    try:
        return _fitting(base64.b64decode("".join(data(encoded).split()), validate=True))
    except (binascii.Error, ValueError, AttributeError) as problem:
        if isinstance(problem, ValueProblem):
            raise
        raise ValueProblem("bad-value", "`base64` holds no base64 (RFC 4648 section 4)", place=encoded.place) from None


ALIAS_KEYS = ("target", "zone_id", "evaluate_target_health")


def alias_text(node: Node, zone: str) -> str:
    """Return the pseudo-rdata text of Route 53's alias. Raises :class:`ValueProblem`."""
    if not isinstance(node, Mapping):
        raise ValueProblem(
            "bad-value", f"`alias` is a mapping, not {kind(node)}", "write `alias: {target: NAME}`", node.place
        )
    for key, (place, value) in node.entries.items():
        if key not in ALIAS_KEYS:
            raise ValueProblem(
                "unknown-key", f"`{shorten(key)}` is no key of `alias`", did_you_mean(key, ALIAS_KEYS), place
            )
        if not isinstance(value, Scalar) or value.is_null:
            raise ValueProblem("bad-value", f"`{key}` is a text", "write it, or leave the key out", value.place)
    fields = data(node)
    target = node.get("target")
    if target is None:
        raise ValueProblem("bad-value", "`alias` has no `target`", "write `alias: {target: NAME}`", node.place)
    health = node.get("evaluate_target_health")
    if health is not None and fields["evaluate_target_health"].lower() not in {"true", "false"}:
        raise ValueProblem("bad-value", f"`{shorten(data(health))}` is neither `true` nor `false`", place=health.place)
    fields["target"] = host_name(fields["target"], zone, target.place)
    try:
        return AliasTarget.model_validate(fields).to_text()
    except ValueError:
        identity = node.get("zone_id") or node
        raise ValueProblem(
            "bad-value", "`zone_id` is letters and digits", "write as `Z2FDTNDATAQYW2`", identity.place
        ) from None


def owner_name(owner: str, zone: str) -> str:
    """Return the canonical name of *owner* in *zone*. Raises :class:`ValueProblem`."""
    try:
        name = absolute(owner, zone)
    except NameSyntaxError as problem:
        raise ValueProblem("bad-name", str(problem)) from None
    if not is_within(name, zone):
        raise ValueProblem(
            "outside-zone",
            f"`{shorten(name)}` is outside the zone `{zone}`",
            "write names relative to the zone, without the final dot",
        )
    return name
