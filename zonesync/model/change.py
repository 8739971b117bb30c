"""A change: one RRset at one provider, before and after, in full."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from zonesync.model.rrset import Key, RRset


class Action(enum.StrEnum):
    """What happens to the RRset; the value is its sign in every view."""

    CREATE = "+"
    UPDATE = "~"
    DELETE = "-"


@dataclass(frozen=True, slots=True)
class Computed:
    """An RRset that is known only once the provider has created the zone.

    For the apex NS set :attr:`computed` counts the name servers to take from each provider; for the SOA it holds
    the fields that the file manages.
    """

    name: str
    type: str
    ttl: int | None
    computed: Mapping[str, int | str]

    @property
    def key(self) -> Key:
        """The name and type of the RRset to be."""
        return Key(self.name, self.type)


@dataclass(frozen=True, slots=True)
class Change:
    """Turn *before* into *after*; None stands for absence.

    *why* explains to the reader (``zones/example.com.yaml:14``) and is never acted upon.
    """

    before: RRset | None
    after: RRset | Computed | None
    why: str = ""

    @property
    def action(self) -> Action:
        """Create, update or delete, by what is absent."""
        if self.before is None:
            return Action.CREATE
        return Action.DELETE if self.after is None else Action.UPDATE

    @property
    def key(self) -> Key:
        """The name and type that change."""
        rrset = self.after if self.before is None else self.before
        assert rrset is not None
        return rrset.key
