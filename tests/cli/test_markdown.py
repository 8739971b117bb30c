"""plan and drift as Markdown from the command line."""

import json

from zonesync.plan import planfile


def test_a_plan_is_shown_as_markdown_and_saved_as_json(project, run):
    shown = run("plan", "--format", "markdown", "--out", "plan.json")
    assert shown.code == 0
    assert shown.out.startswith("## DNS plan\n\nPlan: 94 to create, 0 to update, 0 to delete, 6 other steps; ")
    assert "\n| `example.com` | `primary` | 27 |  |  | 1 |\n" in shown.out
    assert shown.out.count("\n<details>\n") == 3
    assert "\n+ 80 PTR  86400  www.example.org.  # zones/2.0.192.in-addr.arpa.yaml:10\n" in shown.out
    assert len(planfile.loads((project / "plan.json").read_bytes()).steps) == 12


def test_what_loading_found_is_on_the_page(project, run):
    file = project / "zones/example.org.yaml"
    file.write_text(file.read_text() + "\n  short: {A: {ttl: 5, values: [192.0.2.7]}}\n")
    shown = run("plan", "--format", "markdown")
    assert "\n### Warnings\n\n- **warning** `low-ttl`" in shown.out
    assert "\n  `zones/example.org.yaml:" in shown.out


def test_drift_is_shown_as_markdown_with_the_exit_code_of_drift(edited, run):
    shown = run("drift", "--format", "markdown")
    assert shown.code == 2
    assert shown.out.startswith(
        "## DNS drift\n\n**drift: 1 record set changed outside zonesync; 3 zones at 2 providers**"
    )
    assert "\n-     192.0.2.66\n+     192.0.2.80\n" in shown.out
    assert json.loads(run("drift", "--format", "json").out)["items"]


def test_a_page_without_drift_says_so(applied, run):
    shown = run("drift", "--format", "markdown")
    assert shown.code == 0
    assert shown.out == "## DNS drift\n\n**drift: none; 3 zones at 2 providers**\n"


def test_commands_that_make_no_page_refuse_the_format(project, run):
    for command in (["validate"], ["audit", "log"], ["rollback", "r1"]):
        assert run(*command, "--format", "markdown").code == 64
