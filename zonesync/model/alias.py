"""Route 53's alias: a provider's own pointer that stands in an RRset where its values would be, without a TTL.

The model keeps it as the one text of an RRset whose ``ttl`` is None, so that everything that compares, sorts and
prints RRsets need not know of it: ``alias TARGET ZONE_ID EVALUATE``, with ``-`` where no zone id is known.
"""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from zonesync.model.names import absolute

PREFIX = "alias "
_ZONE_ID = r"[A-Za-z0-9]{1,64}"
_text = re.compile(rf"alias (\S+) (-|{_ZONE_ID}) (true|false)").fullmatch


class AliasTarget(BaseModel):
    """What Route 53's ``AliasTarget`` holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    target: Annotated[str, AfterValidator(absolute)] = Field(description="Name that the alias answers for")
    zone_id: str = Field(default="", pattern=rf"^(?:{_ZONE_ID})?$", description="Hosted zone of the target, if known")
    evaluate_target_health: bool = Field(default=False, description="Withdraw the answer while the target is unhealthy")

    def to_text(self) -> str:
        """Spell the alias as the one pseudo-rdata text of its RRset."""
        return f"{PREFIX}{self.target} {self.zone_id or '-'} {'true' if self.evaluate_target_health else 'false'}"

    @classmethod
    def from_text(cls, text: str) -> "AliasTarget":
        """Read back what :meth:`to_text` wrote. Raises ValueError for any other text."""
        found = _text(text)
        if not found:
            raise ValueError(f"`{text[:60]}` is no alias: `alias TARGET ZONE_ID true|false`")
        target, zone_id, healthy = found.groups()
        return cls(target=target, zone_id="" if zone_id == "-" else zone_id, evaluate_target_health=healthy == "true")
