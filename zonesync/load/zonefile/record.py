"""Read one logical record the careful way: a directive, or a resource record with every liberty RFC 1035 gives."""

from zonesync.load.zonefile.directives import DIRECTIVES, Directive
from zonesync.load.zonefile.fields import owner_name
from zonesync.load.zonefile.rr import add_rr
from zonesync.load.zonefile.session import Frame, Include
from zonesync.load.zonefile.tokens import ProblemError, Record, Token


def read(record: Record, frame: Frame) -> Include | None:
    """Carry out what *record* says, and note what is wrong with it. Returns an include for the caller to carry out."""
    build = frame.session.build
    build.comments += record.comments if not _is_soa(record) else 0
    try:
        if record.problem is not None:
            raise record.problem
        tokens = record.tokens
        if not tokens:
            return None
        first = tokens[0]
        if not record.blank_owner and first.text.startswith("$") and not first.quoted:
            return _directive(first, frame)(tokens, frame)
        _read_rr(record, frame)
    except ProblemError as problem:
        build.say(problem, frame.file)
    return None


def _is_soa(record: Record) -> bool:
    # The comments that label its fields are no loss: the writer writes them too.
    return any(token.text.upper() == "SOA" for token in record.tokens[:4])


def _directive(word: Token, frame: Frame) -> Directive:
    name = word.text.upper()
    directive = DIRECTIVES.get(name)
    if directive is None:
        hint = f"if it is a name, write `\\{word.shown}`"
        raise ProblemError("unknown-directive", f"`{word.shown}` is no directive", word.line, word.column, hint)
    frame.session.build.directives[name] = None
    return directive


def _read_rr(record: Record, frame: Frame) -> None:
    tokens = record.tokens
    if record.blank_owner:
        if frame.owner is None:
            if frame.owner_bad:
                return
            raise ProblemError(
                "no-owner", "the first record has no owner name", record.line, 1, "start the line with a name"
            )
        rest = 0
    else:
        try:
            owner = owner_name(tokens[0], frame.origin)
        except ProblemError:
            frame.owner, frame.owner_bad = None, True
            raise
        if owner != frame.owner:
            frame.owner, frame.run = owner, frame.file << 32 | record.line
        rest = 1
    add_rr(tokens, rest, frame)
