"""Any type without a class of its own, so that nothing a zone holds is unreadable."""

from zonesync.model.rdata.base import Rdata


class Opaque(Rdata):
    r"""A record of a type that the model has no fields for.

    The text is the type's own presentation format where dnspython knows it (AFSDB, APL, NSEC …), else the generic
    form of RFC 3597 section 5, ``\# length hex``.
    """

    type: str
    text: str

    def to_text(self) -> str:
        """Return the canonical text."""
        return self.text
