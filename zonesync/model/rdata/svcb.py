"""Service bindings: SVCB and HTTPS (RFC 9460)."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, NamedTuple

from pydantic import BeforeValidator, WithJsonSchema

from zonesync.model.rdata.base import Rdata, Spelling
from zonesync.model.rdata.fields import U16, HostName, text_of
from zonesync.model.rdata.tokens import RdataError, Token, tokenise


class SvcParam(NamedTuple):
    """One service parameter: its key, and its value in presentation format without quotes; None where it has none."""

    key: str
    value: str | None = None

    def __str__(self) -> str:
        return self.key if self.value is None else f'{self.key}="{self.value}"'


def _params(value: Any) -> tuple[SvcParam, ...]:
    if isinstance(value, str):
        try:
            tokens = tokenise(value, attributes=True)
        except RdataError as problem:
            raise ValueError(str(problem)) from None
        return tuple(map(_from_token, tokens))
    if isinstance(value, Mapping):
        return tuple(SvcParam(text_of(key), _value(given)) for key, given in value.items())
    if isinstance(value, list | tuple) and all(isinstance(part, SvcParam) for part in value):
        return tuple(value)
    if isinstance(value, list | tuple):
        return tuple(param for part in value for param in _params(text_of(part)))
    raise ValueError("service parameters are a mapping, as `{alpn: [h2, h3], port: 443}`, or text")


def _value(given: Any) -> str | None:
    """Read one value of the mapping form; a backslash escapes there as it does in presentation format."""
    if given is None or given is True or given == "":
        return None
    if isinstance(given, list | tuple):
        return ",".join(text_of(part) for part in given)
    return text_of(given).replace('"', '\\"')


def _from_token(token: Token) -> SvcParam:
    key, equals, value = token.text.partition("=")
    quoted = value.startswith('"') and value.endswith('"') and len(value) > 1
    return SvcParam(key, (value[1:-1] if quoted else value) if equals else None)


class SVCB(Rdata):
    """Where and how a service is reached (RFC 9460 section 2); priority 0 is AliasMode."""

    type_names: ClassVar = ("SVCB",)
    priority: U16
    target: HostName
    params: Annotated[
        tuple[SvcParam, ...],
        BeforeValidator(_params),
        Spelling(
            lambda params: " ".join(map(str, params)),
            lambda tokens: tuple(map(_from_token, tokens)),
            rest=True,
            optional=True,
        ),
        WithJsonSchema({"oneOf": [{"type": "object"}, {"type": "string"}]}),
    ] = ()

    def param(self, key: str) -> SvcParam | None:
        """Return the parameter *key*, if present."""
        return next((param for param in self.params if param.key == key), None)

    @classmethod
    def host_indexes(cls, tokens: Sequence[Token]) -> Sequence[int]:
        """Return the target's place; parameters hold no names."""
        return [1] if len(tokens) > 1 else []


class HTTPS(SVCB):
    """SVCB for HTTP origins (RFC 9460 section 9)."""

    type_names: ClassVar = ("HTTPS",)
