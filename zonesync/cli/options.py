"""The options that several commands share, and the values they take."""

import enum
from pathlib import Path
from typing import Annotated

import typer


class Format(enum.StrEnum):
    """How a result is rendered."""

    TEXT = "text"
    JSON = "json"


class PlanFormat(enum.StrEnum):
    """How a plan or drift is rendered."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"


class FindingsFormat(enum.StrEnum):
    """How findings are rendered, and for whom."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    GITLAB = "gitlab"


class LogFormat(enum.StrEnum):
    """How stderr speaks."""

    TEXT = "text"
    JSON = "json"


class ExportFormat(enum.StrEnum):
    """What a zone is exported as."""

    ZONEFILE = "zonefile"
    YAML = "yaml"
    JSON = "json"


class SchemaKind(enum.StrEnum):
    """Which file a JSON Schema describes."""

    ZONE = "zone"
    CONFIG = "config"
    PLAN = "plan"
    METRICS = "metrics"


Zones = Annotated[
    list[str] | None,
    typer.Argument(metavar="ZONE", help="Zones, `example.com` or `example.com@view`; all for none."),
]
Providers = Annotated[
    list[str] | None, typer.Option("--provider", metavar="P", help="Only this provider; may be repeated.")
]
ChangedSince = Annotated[
    str,
    typer.Option(
        "--changed-since", metavar="REF", help="Only zones that `git diff REF...HEAD` touches, by file or fragment."
    ),
]
InShard = Annotated[
    str,
    typer.Option(
        "--shard", metavar="I/N", help="Only the zones dealt to job I of N, by name and view: new files move none."
    ),
]
NoCache = Annotated[
    bool, typer.Option("--no-cache", metavar="", help="Read every zone file anew, also those that have not changed.")
]
Concurrency = Annotated[
    int | None,
    typer.Option(metavar="N", min=1, max=64, help="How many zones at a time; default: 8 to read, 4 to write."),
]
LockTimeout = Annotated[
    float | None,
    typer.Option(
        metavar="SECONDS", min=0, help="How long to wait for another run that holds a zone's lock; default: 120."
    ),
]
Metrics = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write what was done and what it took: JSON, or for Prometheus to a FILE.prom."),
]
AsFormat = Annotated[Format, typer.Option("--format", help="How to render the result.")]
AsFindingsFormat = Annotated[
    FindingsFormat,
    typer.Option("--format", help="How to render the result; `github`: annotations, `gitlab`: code quality."),
]
AsPlanFormat = Annotated[PlanFormat, typer.Option("--format", help="How to render the result.")]
PlanOut = Annotated[Path | None, typer.Option("--out", metavar="PLAN.json", help="Save the plan for `apply`.")]
Waivers = Annotated[
    list[str] | None,
    typer.Option("--allow", metavar="RULE@ZONE", help="Waive a refusal; written into plan and audit log."),
]
Yes = Annotated[bool, typer.Option("--yes", metavar="", help="Do not ask before applying.")]
RootHints = Annotated[
    str, typer.Option("--root-hints", metavar="FILE", help="Ask name servers from these root servers on.")
]
VerifyTimeout = Annotated[
    str, typer.Option("--verify-timeout", metavar="TIME", help="How long name servers may take to answer: `10m`.")
]
SitOut = Annotated[
    bool,
    typer.Option("--wait", metavar="", help="Sit out the time for which resolvers may remember a name server."),
]
DelegationDone = Annotated[
    bool,
    typer.Option(
        "--delegation-done", metavar="", help="The parent does not answer, and its delegation is as it should be."
    ),
]
