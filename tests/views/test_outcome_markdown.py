"""Drift and the outcome of an apply as Markdown."""

import re

import pytest

from tests.planning import ZONE, rr
from zonesync.model.change import Change
from zonesync.model.rrset import RRset
from zonesync.model.zone import ZoneId
from zonesync.plan.plan import KeptRRset, Plan, Step, StepKind, Target
from zonesync.provider.contract import Outcome, Receipt
from zonesync.run.audit import Head
from zonesync.run.drift import DriftItem, Event, Kind, Subject
from zonesync.run.results import Run, StepResult
from zonesync.run.traces import Trace
from zonesync.views import drift_html, drift_markdown, drift_text, run_markdown

ADA = Trace("r1", "2026-11-20T02:03:04Z", "ada", "", "c0ffee1234567890", "", is_change=True)
WWW, EDITED = rr("www", "A", "192.0.2.1", ttl=300), rr("www", "A", "192.0.2.66", ttl=300)


def targets(*kept):
    return tuple(
        Target(zone=ZONE, provider=name, target="t", live=None, desired="", configuration="", kept=kept)
        for name in ("aws", "ns1")
    )


def item(provider, kind=Kind.CHANGED_OUTSIDE, before: RRset | None = EDITED, after: RRset | None = WWW):
    change = Change(before, after, "zones/example.com.yaml:9")
    return DriftItem(kind, Subject.RRSET, ZONE, provider, change.key, change=change, event=Event.EDITED, last=ADA)


def test_drift_says_who_set_it_last_and_shows_what_is_alike_once():
    items = [item("aws"), item("ns1"), item("ns1", Kind.NOT_APPLIED, None, rr("new", "A", "192.0.2.3"))]
    assert drift_markdown.markdown(items, Plan(targets=targets()), marker="<!-- m -->") == (
        """\
<!-- m -->
## DNS drift

**drift: 2 record sets changed outside zonesync, 1 not applied; 1 zone at 2 providers**

| zone | provider | changed outside | kept, changed outside | not applied |
|---|---|--:|--:|--:|
| `example.com` | `aws` | 1 |  |  |
| `example.com` | `ns1` | 1 |  | 1 |

<details open>
<summary><code>example.com</code> at <code>aws</code>, <code>ns1</code>: 2 outside changes, \
1 unapplied difference</summary>

```diff
@@ aws, ns1: changed outside zonesync (live -> file) @@
! www A  # zones/example.com.yaml:9
-     192.0.2.66
+     192.0.2.1
#     edited: last set by ada in run r1 (2026-11-20 02:03 UTC) at commit c0ffee123456
@@ ns1: not applied yet (live -> file) @@
+ new A  3600  192.0.2.3  # zones/example.com.yaml:9
#     live is as last set by ada in run r1 (2026-11-20 02:03 UTC) at commit c0ffee123456: the file is ahead
```

</details>
"""
    )


def test_zones_that_no_file_describes_are_listed_with_what_was_not_listed():
    kept = KeptRRset(name="geo.example.com.", type="A", description="a policy", digest="d")
    orphan = DriftItem(Kind.UNMANAGED_ZONE, Subject.ZONE, ZoneId("old.example."), "aws", last=ADA)
    shown = drift_markdown.markdown([orphan], Plan(targets=targets(kept)), unlisted={"ns1": "timed out"})
    assert "\n### Unmanaged at `aws`\n\nNo zone file puts these zones there: import them" in shown
    assert "\n- `old.example`: last applied in run `r1` (`2026-11-20 02:03` UTC): its file has gone" in shown
    assert "\n### Not listed\n\n- `ns1`: its zones could not be listed" in shown
    assert "\n= geo A  kept as is: a policy\n" in shown


def test_what_is_kept_and_was_changed_says_what_the_next_apply_does_with_it():
    changed = DriftItem(
        Kind.KEPT_CHANGED, Subject.KEPT, ZONE, "aws", WWW.key, event=Event.EDITED, last=ADA, words="weighted 5"
    )
    said = "the next apply that changes the zone takes it as it is by then"
    plan = Plan(targets=targets())
    assert f"@@\n# {said}\n! www A  weighted 5\n" in drift_markdown.markdown([changed], plan)
    assert said in drift_html.html([changed], plan)
    assert said in re.sub(r"\s+", " ", drift_text.text([changed], plan))


def test_drift_that_does_not_fit_keeps_what_somebody_did():
    due = [item("aws", Kind.NOT_APPLIED, None, rr(f"n{number}", "A", "192.0.2.3")) for number in range(500)]
    done = [item("aws", before=rr(f"x{number}", "A", "192.0.2.3"), after=None) for number in range(20)]
    shown = drift_markdown.markdown([*done, *due], Plan(targets=targets()), limit=10_000)
    assert len(shown) <= 10_000
    assert all(f"\n- x{number} A" in shown for number in range(20))
    hidden = 500 - shown.count("\n+ n")
    assert 0 < hidden < 500
    assert f"Not shown here: {hidden} of 500 unapplied differences; the file and line of each change." in shown


def step(kind=StepKind.CONTENT, provider="aws"):
    return Step(kind=kind, zone=ZONE, provider=provider, changes=(Change(None, WWW), Change(EDITED, None)))


def test_an_apply_says_what_was_done():
    receipt = Receipt(step().changes, Outcome.APPLIED)
    run = Run("r9", (StepResult(step(), (receipt,), changed=True),), Head(7, "abc"))
    assert run_markdown.markdown(run, marker="<!-- m -->") == (
        f"""\
<!-- m -->
## DNS apply

**Applied:** 2 changes.

| zone | provider | changes applied | changes not applied | steps failed | steps skipped |
|---|---|--:|--:|--:|--:|
| `example.com` | `aws` | 2 |  |  |  |

Run `r9`, audit log `{Head(7, "abc")}`.
"""
    )


def test_an_apply_tells_what_nobody_knows_from_what_was_not_done():
    lost = StepResult(
        step(), (Receipt(step().changes[:1], Outcome.UNKNOWN, words="no answer"),), problem="no answer", changed=True
    )
    refused = StepResult(step(provider="ns1"), (Receipt(step().changes, Outcome.REJECTED),), problem="refused")
    shown = run_markdown.markdown(Run("r9", (lost, refused), None))
    assert "| changes applied | changes not applied | outcome unknown | steps failed | steps skipped |\n" in shown
    assert "\n| `example.com` | `aws` |  | 1 | 1 | 1 |  |\n" in shown
    assert "\n| `example.com` | `ns1` |  | 2 |  | 1 |  |\n" in shown


@pytest.mark.parametrize("changed", [True, False])
def test_an_apply_says_what_was_not_done(changed):
    first = StepResult(
        step(), (Receipt(step().changes[:1], Outcome.APPLIED),), problem="`x` <b>refused</b>", changed=changed
    )
    run = Run("r9", (first, StepResult(step(provider="ns1"), skipped=True)), None, problem="disk full")
    shown = run_markdown.markdown(run)
    lead = "**Incomplete:** 1 change applied, 2 steps not done." if changed else "**Failed:** no provider was changed."
    assert f"\n{lead}\n\nThe audit log could not be finished: disk full\n" in shown
    assert "\nRun `zonesync plan` to see what is left.\n" in shown
    assert "\n| `example.com` | `aws` | 1 | 1 | 1 |  |\n" in shown
    assert "\n| `example.com` | `ns1` |  | 2 |  | 1 |\n" in shown
    assert "\n### Not done\n\n- FAILED `example.com` at aws: content: 1 of 2 changes: `x` `<b>refused</b>`\n" in shown
    assert shown.endswith("\nRun `r9`, audit log not written.\n")
