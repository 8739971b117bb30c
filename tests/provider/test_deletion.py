"""A zone is deleted once, when it is empty, and what is not known is found out by reading."""

import ast
from pathlib import Path
from typing import Any

import pytest

import zonesync
from zonesync.model.rrset import RRset
from zonesync.model.zone import Kept, ZoneId
from zonesync.provider.contract import LiveZone, Outcome, Receipt
from zonesync.provider.deletion import GONE, delete_zone, left_in
from zonesync.provider.errors import Conflict, Denied, NotFound, Rejected, Unavailable
from zonesync.provider.memory import MemoryProvider
from zonesync.provider.outcomes import FOUND_OUT
from zonesync.provider.permit import NoLeaveError

ZONE = ZoneId("example.com.")
APEX = (
    RRset.of("example.com.", "NS", 300, ["ns1.example.com.", "ns.example.net."]),
    RRset.of("example.com.", "SOA", 300, ["ns1.example.com. h.example.com. 1 2 3 4 5"]),
)
GLUE = (
    RRset.of("ns1.example.com.", "A", 300, ["192.0.2.1"]),
    RRset.of("ns1.example.com.", "AAAA", 300, ["2001:db8::"]),
)
WWW = RRset.of("www.example.com.", "A", 300, ["192.0.2.1"])


def live(*rrsets: RRset, provider_id: str = "Z1", kept: tuple[Kept, ...] = ()) -> LiveZone:
    return LiveZone(ZONE, provider_id, {rrset.key: rrset for rrset in (*APEX, *rrsets)}, kept=kept)


EMPTY, FULL, ANOTHER = live(), live(WWW), live(provider_id="Z2")
HOLDS = "the zone holds 1 RRset besides its apex NS and SOA: `www.example.com. A`"


def lost(*, sent: bool = True) -> Unavailable:
    problem = Unavailable("no answer")
    problem.sent = sent
    return problem


Script = list[Any]


def played(script: Script) -> Any:
    """Return the next part of *script*, or raise it."""
    part = script.pop(0)
    if isinstance(part, Exception):
        raise part
    return part


def carried_out(reads: Script, sends: Script) -> Receipt:
    """Delete, with exactly these answers: one call more, or one fewer, fails."""
    left_reads, left_sends = list(reads), list(sends)
    receipt = delete_zone(EMPTY, lambda: played(left_reads), lambda _: played(left_sends))
    assert (left_reads, left_sends) == ([], [])
    return receipt


@pytest.mark.parametrize(
    ("reads", "sends", "outcome", "words"),
    [
        ([EMPTY], ["C1"], Outcome.APPLIED, ""),
        ([None], [], Outcome.APPLIED, GONE),
        ([NotFound("no such zone")], [], Outcome.APPLIED, GONE),
        ([EMPTY, NotFound("no such zone")], [lost()], Outcome.APPLIED, FOUND_OUT),
        ([FULL], [], Outcome.CONFLICT, HOLDS),
        ([ANOTHER], [], Outcome.CONFLICT, "it is another zone by now: `Z2`"),
        ([EMPTY], [NotFound("no such zone")], Outcome.APPLIED, GONE),
        ([EMPTY], [Rejected("it is protected")], Outcome.REJECTED, "it is protected"),
        ([EMPTY], [Conflict("it has changed")], Outcome.CONFLICT, "it has changed"),
        ([EMPTY, None], [lost()], Outcome.APPLIED, FOUND_OUT),
        ([EMPTY, ANOTHER], [lost()], Outcome.APPLIED, FOUND_OUT),
        ([EMPTY, FULL], [lost()], Outcome.UNKNOWN, f"no answer; and {HOLDS}"),
        ([EMPTY, EMPTY], [lost(), "C1"], Outcome.APPLIED, ""),
        ([EMPTY, EMPTY], [lost(), NotFound("no such zone")], Outcome.APPLIED, FOUND_OUT),
        ([EMPTY, EMPTY], [lost(), Rejected("it is protected")], Outcome.REJECTED, "it is protected"),
        ([EMPTY, EMPTY], [lost(), NoLeaveError("stopped")], Outcome.UNKNOWN, "no answer"),
        ([EMPTY, EMPTY, None], [lost(), lost()], Outcome.APPLIED, FOUND_OUT),
        ([EMPTY, EMPTY, EMPTY], [lost(), lost()], Outcome.UNKNOWN, "no answer; then no answer"),
        ([EMPTY, EMPTY, EMPTY], [lost(), Denied("no key")], Outcome.UNKNOWN, "no answer; then no key"),
        (
            [EMPTY, lost()],
            [lost()],
            Outcome.UNKNOWN,
            "no answer; and what became of it is unread: no answer",
        ),
    ],
)
def test_what_became_of_a_deletion_is_told_by_what_was_read(
    reads: Script, sends: Script, outcome: Outcome, words: str
) -> None:
    receipt = carried_out(reads, sends)
    assert (receipt.changes, receipt.outcome, receipt.words) == ((), outcome, words)
    assert receipt.change_id == ("C1" if "C1" in sends else "")


@pytest.mark.parametrize(
    ("reads", "sends", "kind"),
    [
        ([lost()], [], Unavailable),
        ([Denied("no key")], [], Denied),
        ([EMPTY], [Denied("no key")], Denied),
        ([EMPTY], [lost(sent=False)], Unavailable),
        ([EMPTY], [NoLeaveError("stopped")], NoLeaveError),
    ],
)
def test_where_nothing_was_deleted_for_certain_the_error_is_let_through(
    reads: Script, sends: Script, kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        carried_out(reads, sends)


@pytest.mark.parametrize(
    ("zone", "addresses", "words"),
    [
        (EMPTY, False, ""),
        (FULL, False, HOLDS),
        (FULL, True, HOLDS),
        (live(*GLUE), True, ""),
        (
            live(*GLUE),
            False,
            "the zone holds 2 RRsets besides its apex NS and SOA: `ns1.example.com. A`, `ns1.example.com. AAAA`",
        ),
        (live(kept=(Kept("example.com.", "SOA", "no rdata", "sha256:1"),)), False, ""),
        (live(kept=(Kept("www.example.com.", "A", "weighted", "sha256:1"),)), True, HOLDS),
        (live(WWW, kept=(Kept("www.example.com.", "A", "weighted", "sha256:1"),)), False, HOLDS),
        (
            live(*GLUE, WWW, RRset.of("example.com.", "MX", 300, ["10 www.example.com."])),
            False,
            (
                "the zone holds 4 RRsets besides its apex NS and SOA: `example.com. MX`, `ns1.example.com. A`, "
                "`ns1.example.com. AAAA` and 1 more"
            ),
        ),
        (LiveZone(ZONE, "Z1", {APEX[1].key: APEX[1]}), True, ""),
        (
            LiveZone(ZONE, "Z1", {rrset.key: rrset for rrset in (APEX[1], GLUE[0])}),
            True,
            "the zone holds 1 RRset besides its apex NS and SOA: `ns1.example.com. A`",
        ),
    ],
)
def test_a_zone_is_empty_when_it_holds_its_apex_alone(zone: LiveZone, addresses: bool, words: str) -> None:
    assert left_in(zone, addresses=addresses) == words


@pytest.mark.parametrize("signed", [True, False, None])
def test_the_memory_provider_says_whether_it_signs(signed: bool | None) -> None:
    provider = MemoryProvider("m", signed=signed)
    assert provider.create(ZONE).signed is signed


PACKAGE = Path(zonesync.__file__).parent
CARRYING = PACKAGE / "run" / "carrying.py"
"""The one place that carries out the steps of a plan."""


def deleters(tree: ast.AST) -> set[str]:
    """Return each call of a method ``delete``, and each import of what adapters delete with."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "delete":
            found.add(ast.unparse(node.func))
        if isinstance(node, ast.ImportFrom) and node.module == delete_zone.__module__:
            found |= {name.name for name in node.names if name.name == delete_zone.__name__}
    return found


def test_nothing_but_a_step_of_a_plan_deletes_a_zone() -> None:
    others = [path for path in PACKAGE.rglob("*.py") if PACKAGE / "provider" not in path.parents and path != CARRYING]
    found = {path.name: deleters(ast.parse(path.read_text())) for path in others}
    assert {name: calls for name, calls in found.items() if calls} == {"objects.py": {"obstore.delete"}}


def test_a_deletion_in_the_wrong_place_would_be_found() -> None:
    code = "from zonesync.provider.deletion import delete_zone, left_in\nprovider.delete(live)"
    assert deleters(ast.parse(code)) == {"provider.delete", "delete_zone"}
