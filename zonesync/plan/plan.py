"""A plan: all changes, with what they were based on. Data that a file, a reader and apply all read the same."""

import enum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from zonesync.findings import Finding
from zonesync.model.change import Action, Change
from zonesync.model.zone import ZoneId

FORMAT = 1
"""The version of the plan's JSON. It changes when a reader of the old one would go wrong."""

ZoneIdText = Annotated[
    ZoneId,
    BeforeValidator(lambda value: ZoneId.parse(value) if isinstance(value, str) else value),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "description": "`example.com`, or `example.com@view`"}),
]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class StepKind(enum.StrEnum):
    """What a step does."""

    CREATE_ZONE = "create_zone"
    CONTENT = "content"
    BARRIER = "barrier"
    APEX_NS = "apex_ns"
    METADATA = "metadata"
    RELOAD = "reload"
    WAIT = "wait"
    MANUAL = "manual"
    DELETE_ZONE = "delete_zone"
    ROTATION = "rotation"
    """From here on the zone's provider is, or is no more, one that queries are sent to."""


class Standing(enum.StrEnum):
    """Whether queries for a zone are sent to one of its providers."""

    IN = "in"
    OUT = "out"
    """Out of rotation for a while: its content is kept in step where it can be reached."""
    LEAVING = "leaving"
    """Out of rotation for good; the zone is there until nobody can be sent to it any more."""
    LEFT = "left"


class Move(_Frozen):
    """What a plan does with a provider as a whole, besides bringing zones in step with their files."""

    kind: Literal["join", "leave", "evacuate", "restore"]
    provider: str
    asks: bool = Field(default=True, description="whether name servers, and the parent's, are asked on the way")

    def __str__(self) -> str:
        return f"{self.kind} {self.provider}"


class Handover(_Frozen):
    """What the parent zone is to delegate to; somebody has to tell the registrar."""

    parent: str = Field(default="", description="name of the parent zone; empty where nobody could be asked")
    before: tuple[str, ...] = Field(default=(), description="name servers that the parent has now")
    after: tuple[str, ...] = Field(description="name servers that it is to have")
    glue: tuple[str, ...] = Field(default=(), description="`NAME ADDRESS` of name servers within the zone")


class Setting(_Frozen):
    """Something of a zone that is no RRset, before and after."""

    name: str = Field(description="`networks`: where a private zone is visible")
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


class Step(_Frozen):
    """One thing to do at one provider for one zone; steps are carried out in order."""

    kind: StepKind
    zone: ZoneIdText
    provider: str
    changes: tuple[Change, ...] = ()
    settings: tuple[Setting, ...] = Field(default=(), description="of a step `metadata`, or of a zone to be created")
    note: str = Field(default="", description="for the reader; never acted upon")
    verify: bool = Field(default=False, description="of a barrier: name servers must answer with the content, too")
    seconds: int = Field(default=0, ge=0, description="of a step `wait`: how long resolvers may still remember")
    standing: Standing | None = Field(default=None, description="of a step `rotation`: what the provider is from then")
    hosts: tuple[str, ...] = Field(default=(), description="of a step `rotation`: the provider's name servers")
    handover: Handover | None = Field(default=None, description="of a step `manual`: what the parent is to have")


class KeptRRset(_Frozen):
    """A live RRset that the model cannot hold: shown in every plan, and never touched."""

    name: str
    type: str
    set_identifier: str = ""
    description: str = Field(description="for the reader")
    digest: str = Field(description="changes when the RRset does")


class Target(_Frozen):
    """What the plan of one zone at one provider was based on."""

    zone: ZoneIdText
    provider: str
    target: str = Field(description="the provider's own id of it: account or project, endpoint, zone id")
    live: str | None = Field(description="digest of the live zone; null where it does not exist")
    desired: str = Field(description="digest of the zone as its file describes it")
    configuration: str = Field(description="digest of the provider's configuration without its secrets")
    rrsets: int = Field(default=0, description="how many live RRsets the plan was in charge of")
    left_alone: int = Field(default=0, description="live RRsets that are ignored, unmanaged or kept")
    kept: tuple[KeptRRset, ...] = Field(default=(), description="what the provider has and zonesync cannot edit")


class Unread(_Frozen):
    """A zone that could not be planned at a provider."""

    zone: ZoneIdText
    provider: str
    words: str


ALLOWABLE = ("max-deletes", "max-changes", "empty-zone", "adopt-file", "empty-provider")
"""What ``--allow`` waives: limits that a person may lift for once. Every other error says that something is wrong."""


POLICY = "policy:"
"""What the rule of a finding starts with that the configuration's ``policy:`` makes; its id follows."""


def is_allowable(rule: str) -> bool:
    """Tell whether ``--allow`` may name *rule*; whether a policy may be waived, the configuration tells."""
    return rule in ALLOWABLE or rule.startswith(POLICY)


class Allowance(_Frozen):
    """A refusal that somebody waived, for this plan."""

    rule: str
    zone: str = ""

    @classmethod
    def parse(cls, text: str) -> "Allowance":
        """Read ``RULE@ZONE`` (a zone with a view has a second ``@``). Raises ValueError."""
        rule, at, zone = text.partition("@")
        if not rule or not at or not zone:
            raise ValueError(f"`{text}` is no allowance: write RULE@ZONE, as in `max-deletes@example.com`")
        if not is_allowable(rule):
            known = f"{', '.join(ALLOWABLE)}, and `{POLICY}ID`"
            raise ValueError(f"`{rule}` cannot be allowed on the command line; these can: {known}")
        return cls(rule=rule, zone=str(ZoneId.parse(zone)))

    def __str__(self) -> str:
        return f"{self.rule}@{self.zone}"

    def covers(self, finding: Finding) -> bool:
        """Tell whether this waives *finding*."""
        return finding.rule == self.rule and finding.zone == self.zone and is_allowable(finding.rule)


class Plan(_Frozen):
    """All steps, and what they were based on."""

    format: int = FORMAT
    created: str = Field(default="", description="UTC, ISO 8601")
    version: str = Field(default="", description="of zonesync")
    commit: str = Field(default="", description="of the checked-out files; empty outside git")
    targets: tuple[Target, ...] = ()
    steps: tuple[Step, ...] = ()
    findings: tuple[Finding, ...] = ()
    unread: tuple[Unread, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    rollback: str = Field(default="", description="the run that this takes back, held against the audit log")
    move: Move | None = Field(default=None, description="the provider that joins, leaves, goes out or comes back")
    digest: str = Field(default="", description="over everything else here; it finds accidents, not forgers")

    def is_refused(self, finding: Finding) -> bool:
        """Tell whether *finding* keeps this plan from being applied."""
        return finding.is_error and not any(allowance.covers(finding) for allowance in self.allowances)

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """The errors that nobody has waived."""
        return tuple(finding for finding in self.findings if self.is_refused(finding))

    @property
    def is_complete(self) -> bool:
        """Whether everything asked for was read and can be applied."""
        return not self.unread and not self.refusals

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.steps

    def count(self, action: Action) -> int:
        """Count the changes of one kind."""
        return sum(change.action is action for step in self.steps for change in step.changes)

    def to_data(self) -> dict[str, Any]:
        """Return the plan as JSON data."""
        return self.model_dump(mode="json", exclude_defaults=False)
