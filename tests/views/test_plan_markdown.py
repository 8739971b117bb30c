"""Plans, drift and outcomes as Markdown, to the letter, and within their limit."""

import pytest

from tests.planning import LIMITS, desired, fact, hosts, live, planned, rr
from zonesync.findings import Finding, Place, Severity
from zonesync.model.change import Change, Computed
from zonesync.model.rrset import RRset
from zonesync.model.zone import ZoneId
from zonesync.plan.plan import Allowance, Handover, KeptRRset, Move, Plan, Setting, Step, StepKind, Target, Unread
from zonesync.views import change_diff
from zonesync.views.page import LIMIT
from zonesync.views.plan_markdown import markdown

ZONE = ZoneId("example.com.")
SOA = "ns1.example.net. host.example.com. {} 3600 900 1209600 {}"
MARKER = "<!-- zonesync:plan:x -->"
WWW, API = rr("www", "A", "192.0.2.1", ttl=300), rr("api", "A", "192.0.2.2", ttl=300)


def step(*changes, provider="aws", kind=StepKind.CONTENT, zone=ZONE, **more):
    return Step(kind=kind, zone=zone, provider=provider, changes=tuple(changes), **more)


def plan(*steps, kept=(), **more):
    zones = dict.fromkeys([ZONE, *(one.zone for one in steps)])
    targets = tuple(
        Target(zone=zone, provider=name, target="t", live=None, desired="", configuration="", kept=kept)
        for zone in zones
        for name in ("aws", "ns1")
    )
    return Plan(targets=targets, steps=steps, **more)


def creates(count, zone=ZONE, why=""):
    return [Change(None, RRset(f"h{number:05}.{zone.name}", "A", 300, ("192.0.2.1",)), why) for number in range(count)]


def test_a_plan_is_a_table_then_errors_then_diffs():
    refused = Finding(
        "max-deletes",
        Severity.ERROR,
        "12 of 30 record sets would go (40%), limit 30%",
        zone="example.com",
        provider="aws",
        help="give `--allow max-deletes@example.com`",
    )
    warned = Finding("low-ttl", Severity.WARNING, "`www` has TTL 5", Place("zones/example.com.yaml", 3, 7))
    update = Change(WWW, rr("www", "A", "192.0.2.7", ttl=60), "zones/example.com.yaml:7")
    made = plan(
        step(Change(API, None), update),
        step(Change(API, None), update, provider="ns1"),
        step(Change(None, rr("@", "MX", "10 a.", "20 b."))),
        step(kind=StepKind.RELOAD, note="serial 7"),
        findings=(refused, warned),
        version="1.2",
        commit="c0ffee",
        created="2026-11-22T10:00:00Z",
    )
    assert markdown(made, marker=MARKER, title="DNS of ACME", more="[all](https://ci.example/1)") == (
        """\
<!-- zonesync:plan:x -->
## DNS of ACME

Plan: 1 to create, 2 to update, 2 to delete, 1 other step; 1 zone at 2 providers looked at.

**This plan cannot be applied:** 1 error.

| zone | provider | create | update | delete | other steps |
|---|---|--:|--:|--:|--:|
| `example.com` | `aws` | 1 | 1 | 1 | 1 |
| `example.com` | `ns1` |  | 1 | 1 |  |

### Errors

- **error** `max-deletes` `example.com` at `aws`: 12 of 30 record sets would go (40%), limit 30%
  help: give `--allow max-deletes@example.com`

<details open>
<summary><code>example.com</code> at <code>aws</code>, <code>ns1</code>: 2 deletes, 2 updates, 1 create, \
1 step</summary>

```diff
@@ aws, ns1 @@
- api A  300  192.0.2.2
! www A  ttl 300 -> 60  # zones/example.com.yaml:7
-     192.0.2.1
+     192.0.2.7
@@ aws @@
+ @ MX  3600  10 a., 20 b.
# reload: serial 7
```

</details>

### Warnings

- **warning** `low-ttl`: `www` has TTL 5
  `zones/example.com.yaml:3:7`

Made by zonesync `1.2`, commit `c0ffee`, `2026-11-22T10:00:00Z`.

[all](https://ci.example/1)
"""
    )


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        (Change(None, WWW, "z.yaml:1"), ["+ www A  300  192.0.2.1  # z.yaml:1"]),
        (
            Change(WWW, None, "not in z.yaml; also drops a note"),
            ["- www A  300  192.0.2.1  # not in z.yaml", "!     (also drops a note)"],
        ),
        (Change(WWW, None, "also drops a note"), ["- www A  300  192.0.2.1", "!     (also drops a note)"]),
        (
            Change(WWW, RRset("www.example.com.", "A", None, ("alias x.example.com. - false",))),
            ["! www A  ttl 300 -> none (an alias)", "-     192.0.2.1", "+     alias x.example.com. - false"],
        ),
        (Change(WWW, rr("www", "A", "192.0.2.1", ttl=60)), ["! www A  ttl 300 -> 60"]),
        (
            Change(rr("@", "MX", "10 a.", "20 b.", "5 c."), rr("@", "MX", "10 a.", "20 d.", "5 c.")),
            ["! @ MX", "-     20 b.", "+     20 d.", "      2 values unchanged"],
        ),
        (
            Change(rr("@", "SOA", SOA.format(7, 300)), rr("@", "SOA", SOA.format(7, 600), ttl=60)),
            ["! @ SOA  ttl 3600 -> 60", "-     minimum 300", "+     minimum 600"],
        ),
        (Change(None, rr("@", "TXT", '"a,b"', '"c"')), ["+ @ TXT  3600", '+     "a,b"', '+     "c"']),
        (
            Change(None, Computed("example.com.", "NS", 86400, {"aws": 2, "ns1": 0})),
            ["+ @ NS  known after creation: 2 of aws, all of ns1"],
        ),
        (Change(None, rr("xn--bcher-kva", "A", "192.0.2.1")), ["+ bücher A  3600  192.0.2.1"]),
    ],
)
def test_a_change_is_a_diff(change, lines):
    assert change_diff.change_lines(change, ZONE.name, has_place=True) == lines


def test_a_change_of_many_values_says_how_many_are_not_shown():
    old = rr("@", "TXT", *(f'"{number:03} {"x" * 200}"' for number in range(100)))
    new = rr("@", "TXT", *(f'"{number:03} {"y" * 200}"' for number in range(200)))
    lines = change_diff.change_lines(Change(old, new), ZONE.name, has_place=False)
    gone, come = ([line for line in lines[1:] if line[0] == sign] for sign in "-+")
    assert gone[-1] == f"-     … and {100 - len(gone) + 1} more values"
    assert come[-1] == f"+     … and {200 - len(come) + 1} more values"
    assert sum(map(len, lines)) < 7_000


def test_two_long_values_are_shown_where_they_differ():
    old, new = (RRset(ZONE.name, "TXT", 60, (f'"{"a" * 4000}{end}"',)) for end in "bc")
    _, gone, come = change_diff.change_lines(Change(old, new), ZONE.name, has_place=False)
    assert gone.startswith("-     (38")
    assert gone != come
    assert max(len(gone), len(come)) < 600


def test_a_setting_shows_what_goes_and_comes():
    change = Setting(name="networks", before=("a", "b"), after=("b", "c"))
    made = markdown(plan(step(kind=StepKind.METADATA, settings=(change,))))
    assert "! networks\n-     a\n+     c\n" in made
    assert "| `example.com` | `aws` |  |  |  | 1 |" in made


def test_other_steps_have_their_sign():
    handover = Handover(parent="com.", before=("a.example.",), after=("b.example.",))
    made = markdown(
        plan(
            step(kind=StepKind.CREATE_ZONE),
            step(kind=StepKind.BARRIER, provider=""),
            step(kind=StepKind.MANUAL, provider="", handover=handover),
            step(kind=StepKind.DELETE_ZONE),
            move=Move(kind="leave", provider="aws"),
        )
    )
    assert "\nThis is to `leave aws`.\n" in made
    assert "\n+ create the zone\n" in made
    assert "\n# wait until every provider has acknowledged its content\n" in made
    assert "\n! by hand, at the registrar of example.com: delegate it to" in made
    assert "\n- delete the zone, once it is empty\n" in made
    assert "| `example.com` |  |  |  |  | 1 |" in made


def test_what_was_not_read_and_what_was_allowed_is_said():
    waived = Finding("max-deletes", Severity.ERROR, "9 of 9 would go", zone="example.com", provider="aws")
    made = markdown(
        plan(
            step(Change(WWW, None)),
            findings=(waived,),
            allowances=(Allowance(rule="max-deletes", zone="example.com"),),
            unread=(Unread(zone=ZONE, provider="ns1", words="401 Unauthorized"),),
            rollback="r1",
        )
    )
    assert "\n### Allowed by name\n\n- **allowed** `max-deletes` `example.com` at `aws`: 9 of 9 would go\n" in made
    assert "\n- **error** `unread` `example.com` at `ns1`: 401 Unauthorized\n" in made
    assert "\n| `example.com` | `ns1` **not read** |  |  |  |  |\n" in made
    assert "cannot be applied" not in made
    assert "\nThis takes back run `r1`.\n" in made


def test_findings_of_loading_are_shown_once():
    warned = Finding("orphan-zone", Severity.WARNING, "no file describes it")
    made = markdown(plan(findings=(warned,)), findings=[warned])
    assert made.count("orphan-zone") == 1
    assert made.startswith("## DNS plan\n\nNo changes: 1 zone at 2 providers in step.\n")


@pytest.mark.parametrize("severity", [Severity.ERROR, Severity.WARNING])
def test_a_flood_of_findings_hides_no_delete_and_no_update(severity):
    found = [
        Finding("r", severity, f"thing {number} is {'very ' * 20}bad", zone="example.com") for number in range(900)
    ]
    allowances = [(), (Allowance(rule="max-deletes", zone="example.com"),)]
    for allowed in allowances:
        made = plan(step(Change(API, None), Change(WWW, rr("www", "A", "192.0.2.7"))), allowances=allowed)
        waived = [Finding("max-deletes", severity, f"{one.message}", zone="example.com") for one in found]
        shown = markdown(made.model_copy(update={"findings": (*found, *waived)}))
        assert len(shown) <= LIMIT
        assert "\n- api A  300  192.0.2.2" in shown
        assert "\n! www A" in shown
        assert "thing 0 is" in shown
        assert "Not shown here: " in shown


def test_a_flood_of_zones_that_were_not_read_hides_no_delete_elsewhere():
    unread = [Unread(zone=ZoneId(f"z{n}.example."), provider="ns1", words="timed out " * 15) for n in range(1000)]
    shown = markdown(plan(step(Change(API, None)), unread=tuple(unread)))
    assert "\n- api A  300  192.0.2.2" in shown
    assert " of 1,000 errors" in shown
    assert "\n| `example.com` | `aws` |  |  | 1 |  |\n" in shown


def test_of_many_zones_as_many_are_shown_as_there_is_room_for():
    zones = [ZoneId(f"z{number:04}.example.") for number in range(1000)]
    old = [Change(RRset(f"old.{zone.name}", "A", 300, ("192.0.2.9",)), None) for zone in zones]
    shown = markdown(plan(*(step(*creates(1, zone), gone, zone=zone) for zone, gone in zip(zones, old, strict=True))))
    assert 60_000 < len(shown) <= LIMIT


def test_few_lines_are_open_and_many_are_not():
    assert "<details open>" in markdown(plan(step(*creates(40))))
    assert "<details open>" not in markdown(plan(step(*creates(41))))


def test_a_plan_of_fifty_thousand_changes_fits():
    small = ZoneId("small.example.")
    kept = (KeptRRset(name=f"geo.{ZONE.name}", type="A", description="a routing policy", digest="d"),)
    refused = Finding("max-changes", Severity.ERROR, "too many", zone="example.com")
    ns = [RRset(ZONE.name, "NS", 300, (f"ns{number}.example.net.",)) for number in (1, 2)]
    updates = [
        Change(RRset(f"u{n}.{ZONE.name}", "A", 300, ("192.0.2.1",)), rr(f"u{n}", "A", "192.0.2.2")) for n in range(30)
    ]
    deletes = [Change(RRset(f"d{n}.{ZONE.name}", "A", 300, ("192.0.2.1",)), None) for n in range(50)]
    made = plan(
        step(*creates(49_900, why="zones/example.com.yaml:1"), *updates, *deletes, Change(ns[0], ns[1])),
        step(*creates(19, small), zone=small),
        findings=(refused,),
        kept=kept,
    )
    shown = markdown(made, marker=MARKER, more="The whole is in `plan.html`.")
    assert len(shown) <= LIMIT
    assert "max-changes" in shown
    assert "\n! @ NS\n-     ns1.example.net.\n+     ns2.example.net.\n" in shown
    assert all(f"\n- d{number} A" in shown for number in range(50))
    assert all(f"\n! u{number} A" in shown for number in range(30))
    assert shown.count("<details>") == 2
    assert "routing policy" not in shown
    lines = shown.splitlines()
    missing = 49_919 - sum(line.startswith("+ h") for line in lines)
    assert next(line for line in lines if "Shortened" in line) == (
        f"**Shortened to fit.** Not shown here: {missing:,} of 49,919 creates; 4 of 4 kept record sets; "
        "the file and line of each change. The whole is in `plan.html`."
    )
    assert f"# not shown here: {missing:,} creates, 2 kept record sets" in lines
    assert shown.count("plan.html") == 1


@pytest.mark.parametrize("limit", [1_000, 2_000, 5_000, 10_000])
def test_what_goes_first_is_what_matters_least(limit):
    zones = [ZoneId(f"z{number}.example.") for number in range(40)]
    made = plan(
        *(
            step(*creates(5, zone, "f:1"), Change(RRset(f"old.{zone.name}", "A", 1, ("192.0.2.9",)), None), zone=zone)
            for zone in zones
        ),
        findings=(Finding("bad-thing", Severity.ERROR, "no"),),
    )
    shown = markdown(made, limit=limit)
    assert len(shown) <= limit
    assert "bad-thing" in shown
    assert "Shortened to fit" in shown
    assert "\n+ h" not in shown or shown.count("\n- old A") == 40
    hidden = 40 - shown.count("<details>")
    assert (f"No diff at all is shown of {hidden} of 40 zones." in shown) == (hidden > 0)


def test_a_limit_that_holds_nothing_is_refused():
    with pytest.raises(ValueError, match=r"^100 characters do not hold even the summary: at least \d+ are needed$"):
        markdown(plan(step(*creates(100))), limit=100)


def test_a_plan_that_the_planner_made_is_shown():
    made = planned(desired(*hosts(3)), fact(zone=live(*hosts(2, 5))), limits=LIMITS)
    shown = markdown(Plan(targets=made.targets, steps=made.steps, findings=made.findings))
    assert "\n+ h0 A  3600  192.0.2.1" in shown
    assert "\n- h5 A  3600  192.0.2.1" in shown
