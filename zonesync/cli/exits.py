"""Exit codes, the same for every command."""

import enum


class Exit(enum.IntEnum):
    """What a run says to the shell; where several hold, 3 comes before 70 before 1 before 2."""

    OK = 0
    """Done, or nothing to do."""
    REFUSED = 1
    """Refused, failed or incomplete, and no provider was changed."""
    DIFFERS = 2
    """Differs, and everything was read."""
    PARTIAL = 3
    """At least one provider was changed, and not all of the plan was carried out."""
    USAGE = 64
    """The command line itself is wrong."""
    DEFECT = 70
    """A defect in zonesync; nothing known changed."""
