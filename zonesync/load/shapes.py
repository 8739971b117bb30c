"""The shape of our YAML files as pydantic models: what the loaders check and the JSON Schemas are generated from."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag

from zonesync.load.fields import (
    Age,
    Day,
    Flag,
    Interval,
    Lease,
    Limit,
    Seconds,
    Shape,
    StateUrl,
    Texts,
    title_of,
)
from zonesync.load.notify import NotifyShape
from zonesync.load.policy import PolicyShape
from zonesync.load.state import read_endpoint, read_region


class ListedNameservers(Shape):
    """The apex NS set, written out with its TTL."""

    ttl: Seconds | None = Field(default=None, description="TTL of the NS RRset; default: the live one, else 1d")
    hosts: tuple[str, ...] = Field(min_length=1, description="Host names; one label is relative to the zone")


class AutomaticNameservers(Shape):
    """The apex NS set, taken from what the providers assigned, with a count for each."""

    ttl: Seconds | None = Field(default=None, description="TTL of the NS RRset; default: the live one, else 1d")
    auto: dict[str, Annotated[int, Field(ge=0, le=100)]] = Field(
        description="Name servers to take, by provider", min_length=1
    )


class StateShape(Shape):
    """Where audit log, locks and journals are kept, and how."""

    url: StateUrl = Field(
        default=".zonesync", description="Folder, or s3://bucket/prefix, gs://…, az://container/prefix"
    )
    endpoint: Annotated[str, BeforeValidator(read_endpoint)] = Field(
        default="", description="URL of the bucket's service; default: the service's own"
    )
    region: Annotated[str, BeforeValidator(read_region)] = Field(
        default="", description="Region of an S3 bucket; default: the environment's"
    )
    durable: Flag = Field(default=False, description="Whether a folder outlives the CI job that writes it")
    lease: Lease = Field(default=60, description="After so long the lock of a run that has died may be taken over")


StateUrlOrSettings = Annotated[
    Annotated[StateUrl, Tag("(url)")] | Annotated[StateShape, Tag("(settings)")],
    Discriminator(lambda value: "(settings)" if isinstance(value, dict | StateShape) else "(url)"),
]


def _form(value: Any) -> str:
    if isinstance(value, dict):
        return "(auto)" if "auto" in value else "(listed)"
    return "(hosts)" if isinstance(value, list) else "(word)"


TAGS: Mapping[str, type[BaseModel] | None] = {
    "(word)": None,
    "(hosts)": None,
    "(listed)": ListedNameservers,
    "(auto)": AutomaticNameservers,
    "(url)": None,
    "(settings)": StateShape,
}
"""Steps in pydantic's error paths that are no keys of the file, with the shape that each stands for."""


NameserversShape = Annotated[
    Annotated[Literal["auto", "unmanaged"], Tag("(word)")]
    | Annotated[Annotated[tuple[str, ...], Field(min_length=1)], Tag("(hosts)")]
    | Annotated[ListedNameservers, Tag("(listed)")]
    | Annotated[AutomaticNameservers, Tag("(auto)")],
    Discriminator(_form),
]


class SoaShape(Shape):
    """The SOA fields to manage, any subset; the serial is never one of them."""

    ttl: Seconds | None = Field(default=None, description="TTL of the SOA itself")
    mname: str | None = Field(default=None, description="Primary name server")
    rname: str | None = Field(
        default=None, description="Mailbox of the person in charge, as a name: hostmaster.example.com."
    )
    refresh: Interval | None = Field(default=None, description="Seconds between a secondary's checks")
    retry: Interval | None = Field(default=None, description="Seconds before a failed check is tried again")
    expire: Interval | None = Field(default=None, description="Seconds after which a secondary gives up the zone")
    minimum: Interval | None = Field(default=None, description="TTL of negative answers (RFC 2308)")


class IgnoreShape(Shape):
    """RRsets that are neither changed nor reported."""

    name: str = Field(default="", description="Glob over the name relative to the zone: _acme-challenge.*")
    type: Texts = Field(default=(), description="Types; default: all")
    owner: Literal["external-dns"] | None = Field(
        default=None, description="Names that this tool's registry marks as its own"
    )


class AllowShape(Shape):
    """A finding that is accepted."""

    rule: str = Field(min_length=1, description="Rule id of the finding")
    until: Day = Field(default="", validate_default=False, description="Last day on which it is accepted")
    reason: str = Field(default="", description="Why")


class LintShape(Shape):
    """What lint leaves out."""

    ignore: Texts = Field(default=(), description="Rule ids")


class ZoneShape(Shape):
    """Everything in a zone file but its records."""

    elsewhere: ClassVar = ("records",)

    zone: str | None = Field(default=None, description="Name of the zone; default: the file's name", min_length=1)
    view: str = Field(
        default="", description="View, where public and private zones share the name", pattern=r"^[A-Za-z0-9_.-]*$"
    )
    ttl: Seconds | None = Field(default=None, description="Default TTL; default: the configuration's")
    providers: Texts | None = Field(
        default=None, description="Providers that host the zone; default: the configuration's"
    )
    nameservers: NameserversShape | None = Field(default=None, description="The apex NS set")
    soa: SoaShape | None = Field(default=None, description="SOA fields to manage")
    networks: dict[str, Texts] = Field(
        default={}, description="Networks that a private zone is visible in, by provider; default: the provider's own"
    )
    include: Texts = Field(default=(), description="Fragments to merge in; paths are relative to this file")
    unmanaged: Literal["delete", "keep"] = Field(
        default="delete", description="What happens to that which a provider has and the file lacks"
    )
    ignore: tuple[IgnoreShape, ...] = Field(default=(), description="RRsets that are neither changed nor reported")
    allow: tuple[AllowShape, ...] = Field(
        default=(), description="Findings that are accepted, with an end and a reason"
    )
    lint: LintShape = Field(default=LintShape(), description="Lint settings of this zone")


class FragmentShape(Shape):
    """Everything in a fragment but its records."""

    elsewhere: ClassVar = ("records",)

    include: Texts = Field(default=(), description="Fragments to merge in; paths are relative to this file")


class DefaultsShape(Shape):
    """What a zone has that does not say otherwise."""

    ttl: Seconds = Field(default=3600, description="Default TTL")
    providers: Texts = Field(default=(), description="Providers of a zone that names none")


class SafetyShape(Shape):
    """What a plan may change without `--allow`."""

    max_deletes: Limit = Field(default="30%", description="Most deletes: a share of the live RRsets, or a number")
    max_changes: Limit = Field(default="60%", description="Most deletes and updates: a share, or a number")
    always_allow: Annotated[int, Field(ge=0)] = Field(default=3, description="So many changes pass whatever the share")
    max_plan_age: Age = Field(default="30d", description="Oldest saved plan to apply: `30d`, `12h`; `never` for any")


class VerifyShape(Shape):
    """How name servers are asked what they serve."""

    rate: Annotated[float, Field(ge=1, le=100_000)] = Field(
        default=200, description="Most queries a second to one server address"
    )
    timeout: Annotated[float, Field(gt=0, le=60)] = Field(
        default=2, description="Seconds until a question is asked again, or given up"
    )
    root_hints: str = Field(
        default="", description="Addresses of the root's servers, a zone file; default: the root of the Internet"
    )


class ProviderShape(BaseModel):
    """A provider: its type, and options that the type knows."""

    model_config = ConfigDict(
        frozen=True, extra="allow", model_title_generator=title_of, field_title_generator=lambda name, _info: name
    )

    type: str = Field(min_length=1, description="bind, route53, gcloud, ns1, or an adapter of your own")


class ConfigShape(Shape):
    """The configuration file."""

    zones: Texts = Field(default=("zones/*.yaml",), description="Zone files: globs relative to this file")
    state: StateUrlOrSettings = Field(
        default=".zonesync", description="Folder or bucket of audit log, locks and journals"
    )
    defaults: DefaultsShape = Field(default=DefaultsShape(), description="What a zone has that does not say otherwise")
    providers: dict[str, ProviderShape] = Field(default={}, description="Providers by the name that zone files use")
    safety: SafetyShape = Field(default=SafetyShape(), description="What a plan may change without --allow")
    lint: LintShape = Field(default=LintShape(), description="Lint settings of every zone")
    verify: VerifyShape = Field(default=VerifyShape(), description="How name servers are asked what they serve")
    notify: NotifyShape | None = Field(default=None, description="The webhook that is told of applies and drift")
    policy: tuple[PolicyShape, ...] = Field(default=(), description="Rules that every plan is held against")
