"""The audit commands, after real applies of the example project."""

import json
import os
import re

import pytest

from zonesync import workflow
from zonesync.cli.output import FORMAT
from zonesync.run import chain
from zonesync.run.audit import AuditLog
from zonesync.run.context import Context
from zonesync.run.store import LocalStore

PLACE = re.compile("sha256:")


@pytest.fixture
def twice(applied, run):
    """The project applied, then changed and applied again, an RRset deleted in it."""
    file = applied / "zones/example.org.yaml"
    text = file.read_text()
    assert "192.0.2.80" in text
    file.write_text(text.replace("192.0.2.80", "192.0.2.81").replace("    AAAA: 2001:db8::80\n", ""))
    assert run("apply", "--yes").code == 0
    return applied


@pytest.fixture
def log(project):
    return AuditLog(LocalStore(project / ".zonesync"))


def runs(folder):
    entries = workflow.audit_entries(workflow.open_project(folder / "zonesync.yaml"))
    return list(dict.fromkeys(entry["run"] for entry in entries))


def fits(shown):
    return all(len(line) <= 80 or PLACE.search(line) for line in (shown.out + shown.err).splitlines())


def entries(shown, kind="change"):
    return [entry for entry in json.loads(shown.out)["entries"] if entry["kind"] == kind]


# audit log
FILTERED = [
    (["--zone", "example.org", "--name", "@"], {"example.org."}),
    (["--name", "example.org."], {"example.org."}),
    (["--zone", "example.org", "--name", "_dmarc"], {"_dmarc.example.org."}),
    (["--name", "_dmarc.*.org."], {"_dmarc.example.org."}),
    (["--name", "_dmarc*", "--zone", "example.com"], {"_dmarc.example.com."}),
    (["--zone", "example.org", "--type", "caa"], {"example.org."}),
    (["--zone", "example.org", "--name", "nothing.*"], set()),
    (["--type", "LOC"], set()),
]


def test_the_log_is_filtered_by_zone_name_and_type(twice, run):
    for arguments, names in FILTERED:
        shown = run("audit", "log", *arguments, "--format", "json")
        assert {entry["name"] for entry in entries(shown)} == names, arguments
        text = run("audit", "log", *arguments)
        assert text.code == 0
        assert fits(text)
        begun = re.findall(r"  run (\S+) by\b", text.out)
        assert begun == list(dict.fromkeys(entry["run"] for entry in entries(shown)))
        assert (text.err == "The audit log has no such entry.\n") == (not names)


def test_the_log_is_filtered_by_provider_and_the_runs_of_it_are_named(twice, run):
    shown = run("audit", "log", "--provider", "primary", "--format", "json")
    assert {entry["provider"] for entry in entries(shown)} == {"primary"}
    assert [entry["run"] for entry in entries(shown, "run_start")] == runs(twice)
    assert run("audit", "log", "--provider", "nobody").out == ""


def test_the_log_is_filtered_by_time(project, run, log):
    log.append([{"kind": "run_start", "run": "old", "time": "2020-01-02T00:00:00Z", "zones": []}])
    log.append([{"kind": "run_start", "run": "now", "time": Context().time(), "zones": []}])
    log.append([{"kind": "run_start", "run": "new", "time": "2999-01-02T00:00:00Z", "zones": []}])
    all_runs = {"old", "new", "now"}

    def since(text):
        shown = run("audit", "log", "--since", text, "--format", "json")
        return {entry["run"] for entry in entries(shown, "run_start")}

    assert since("2020-01-01") == all_runs
    assert since("2020-01-02T00:00:00Z") == all_runs
    assert since("2020-01-02T00:00:00-01:00") == all_runs - {"old"}
    assert since("7d") == all_runs - {"old"}
    assert since("2999-01-01T12:00") == {"new"}
    assert since("2999-01-03") == set()


@pytest.mark.parametrize(
    "text", ["x", "7", "d", "7x", "2026-13-01", "2026-11-22T25:00", "7d3w", "0001-01-01T00:00:00+14:00", "-7d"]
)
def test_what_is_no_time_is_64(text, project, run):
    shown = run("audit", "log", "--since", text)
    assert shown.code == 64
    assert "is no time: write `7d`" in shown.err


@pytest.mark.parametrize("actor", ["kim@example.com", "kim", "KIM*", "Kim Doe", "doe@example.net", "kimberly"])
def test_the_log_is_filtered_by_who_did_it(actor, project, run, log):
    who = {"actor": "kim@example.com", "author": "Kim Doe <doe@example.net>", "user": "kimberly"}
    log.append([{"kind": "run_start", "run": "hers", "time": "2026-11-22T00:00:00Z", "zones": [], **who}])
    shown = run("audit", "log", "--actor", actor, "--format", "json")
    assert {entry["run"] for entry in json.loads(shown.out)["entries"]} == {"hers"}


def test_runs_at_the_same_time_are_shown_under_their_names(project, run, log):
    change = {"kind": "step", "zone": "example.com", "provider": "aws", "step": "reload", "outcome": "done"}
    at = {"time": "2026-11-22T00:00:00Z"}
    log.append([{"kind": "run_start", "run": "one", "zones": [], **at}, {**change, "run": "one", **at}])
    log.append([{"kind": "run_start", "run": "two", "zones": [], **at}, {**change, "run": "one", **at}])
    lines = run("audit", "log").out.splitlines()[-5:]
    assert [line.split("  ", 1)[1].strip() for line in lines] == [
        "run one by unknown",
        "example.com at aws: reload done",
        "run two by unknown",
        "run one:",
        "example.com at aws: reload done",
    ]


# audit show
def test_a_run_is_shown_whole(twice, run):
    first, second = runs(twice)
    shown = run("audit", "show", second)
    assert shown.code == 0
    assert fits(shown)
    lines = shown.out.splitlines()
    assert lines[0] == f"run {second} complete"
    assert "example.org at primary" in lines
    assert "example.org at secondary" in lines
    assert lines.count("  ~ example.org. A  3600 192.0.2.80 -> 3600 192.0.2.81") == 2
    assert lines.count("  - example.org. AAAA  3600 2001:db8::80") == 2
    assert "  4 changes planned: 4 applied" in lines
    assert "sha256:" in shown.out
    assert "example.com at" not in shown.out
    assert "example.com at primary" in run("audit", "show", first).out


def test_a_run_is_found_by_the_beginning_of_its_name(applied, run):
    (name,) = runs(applied)
    assert run("audit", "show", name[:-3]).out == run("audit", "show", name).out


def test_a_run_that_is_none_or_several_is_64(project, run, log):
    log.append([{"kind": "run_start", "run": f"twin-{n}", "zones": []} for n in range(2)])
    log.append([{"kind": "run_start", "run": "twin", "zones": []}])
    assert run("audit", "show", "twin").out.startswith("run twin has not ended")
    shown = run("audit", "show", "twi")
    assert shown.code == 64
    assert "`twi` is the beginning of 3 runs: twin-0, twin-1, twin" in shown.err
    for name in ("nonsense", ""):
        shown = run("audit", "show", name)
        assert shown.code == 64
        assert "the audit log has no run" in shown.err


def test_a_run_that_has_not_ended_says_so_and_what_happens_next(project, run, log):
    start = {"kind": "run_start", "run": "r1", "time": "2026-11-22T02:03:04Z", "zones": ["example.com"], "changes": 3}
    log.append(
        [
            {
                **start,
                "actor": "kim",
                "took_over": {"example.com": "r0"},
                "rollback_of": "r9",
                "allowances": ["max-deletes@example.com"],
            }
        ]
    )
    text = " ".join(run("audit", "show", "r1").out.split())
    assert text.startswith("run r1 has not ended by kim from 2026-11-22T02:03:04Z")
    for words in (
        "took over the lock of example.com from run r0",
        "takes back run r9",
        "allowed max-deletes@example.com",
        "3 changes planned",
        "the next apply of its zones settles what its journal knows",
    ):
        assert words in text
    log.append([{"kind": "run_end", "run": "r1", "outcome": "killed", "recovered_by": "r2"}])
    text = run("audit", "show", "r1").out
    assert text.startswith("run r1 killed")
    assert "recorded by run r2" in text
    assert "journal" not in text


def test_a_run_as_json_has_its_sums_and_its_entries(twice, run):
    second = runs(twice)[-1]
    data = json.loads(run("audit", "show", second, "--format", "json").out)
    assert list(data) == ["format", "run", "entries"]
    assert data["format"] == FORMAT
    assert (data["run"]["id"], data["run"]["outcome"], data["run"]["counts"]) == (second, "complete", {"applied": 4})
    assert {entry["run"] for entry in data["entries"]} == {second}


# audit blame
def test_blame_names_who_last_set_an_rrset_once_where_all_providers_are_alike(twice, run):
    first, second = runs(twice)
    for name in ("@", "example.org."):
        shown = run("audit", "blame", "example.org", name, "A")
        assert shown.code == 0
        assert fits(shown)
        lines = shown.out.splitlines()
        assert lines[:2] == ["example.org. A at primary, secondary", "    3600 192.0.2.81"]
        assert lines[2].startswith("    set by ")
        assert lines[-1] == f"    run {second}"
    assert f"run {first}" in run("audit", "blame", "example.org", "@", "CAA").out


def test_blame_tells_a_delete(twice, run):
    lines = run("audit", "blame", "example.org", "@", "aaaa").out.splitlines()
    assert lines[:2] == ["example.org. AAAA at primary, secondary", "    nothing"]
    assert lines[2].startswith("    deleted by ")


def test_blame_of_a_zone_names_each_rrset(twice, run):
    shown = run("audit", "blame", "example.org")
    named = [line for line in shown.out.splitlines() if not line.startswith(" ")]
    assert len(named) == len(set(named)) > 5
    data = json.loads(run("audit", "blame", "example.org", "--format", "json").out)
    assert len(data["changes"]) == 2 * len(named)


def test_blame_of_what_nobody_changed_says_so(twice, run):
    shown = run("audit", "blame", "example.org", "new")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out == "zonesync has never changed new.example.org., as far as this audit log goes.\n"
    assert "never changed anything in example.test" in run("audit", "blame", "example.test").out
    assert json.loads(run("audit", "blame", "example.org", "new", "--format", "json").out)["changes"] == []


def change(run, after, outcome="applied", **more):
    """A change of one RRset, as it stands in the log."""
    side = after and {"ttl": 300, "rdatas": [after]}
    where = {"zone": "example.org", "provider": "primary", "name": "x.example.org.", "type": "A"}
    said = {"outcome": outcome, "time": "2026-11-22T02:03:04Z", "actor": "kim", "commit": "c0ffee" * 7}
    return {"kind": "change", "run": run, "before": None, "after": side, **where, **said, **more}


def test_blame_tells_providers_apart_that_differ_and_what_is_not_certain(project, run, log):
    log.append([change("r1", "192.0.2.1"), change("r2", "192.0.2.1", provider="secondary")])
    text = run("audit", "blame", "example.org", "x").out
    assert "x.example.org. A at primary\n" in text
    assert "x.example.org. A at secondary\n" in text
    assert "commit c0ffeec0ffee" in text
    log.append([change("r3", "192.0.2.3", "unknown", run_url="https://ci.example/3", author="Lee <lee@example.com>")])
    text = " ".join(run("audit", "blame", "example.org", "x").out.split())
    assert "nothing or 300 192.0.2.3 set by kim at 2026-11-22T02:03:04Z" in text
    assert "of Lee <lee@example.com>, but nobody knows whether that took effect run r3 https://ci.example/3" in text


def test_blame_counts_attempts_that_changed_nothing(project, run, log):
    log.append([change("r1", "192.0.2.1", "conflict")])
    text = run("audit", "blame", "example.org", "x").out
    assert "never changed x.example.org." in text
    assert "1 attempt did not take effect" in text


def test_blame_warns_of_what_it_cannot_read(project, run, log):
    log.append([change("r1", "nonsense"), change("r2", "192.0.2.2", name="y.example.org.")])
    shown = run("audit", "blame", "example.org")
    assert shown.code == 0
    assert "warning[audit-unreadable]" in shown.err
    assert "1 entry" in shown.err
    assert run("--strict", "audit", "blame", "example.org").code == 1


def test_blame_as_json_has_every_side(twice, run):
    data = json.loads(run("audit", "blame", "example.org", "@", "A", "--format", "json").out)
    assert list(data) == ["format", "zone", "changes", "unreadable"]
    one = data["changes"][0]
    assert (one["before"], one["after"]) == (
        {"ttl": 3600, "rdatas": ["192.0.2.80"]},
        {"ttl": 3600, "rdatas": ["192.0.2.81"]},
    )
    assert {"run", "time", "actor", "author", "commit", "run_url", "outcome", "recovered_by", "sequence"} <= set(one)


# audit verify
def last(folder):
    return max((folder / ".zonesync/audit").iterdir())


def test_a_whole_log_is_0_and_prints_its_head(applied, run, log):
    shown = run("audit", "verify")
    assert shown.code == 0
    assert fits(shown)
    assert shown.out.startswith("The audit log is whole: ")
    assert "What cannot be known without --head: whether objects after object" in shown.out
    assert "the whole log was rewritten" in " ".join(shown.out.split())
    assert shown.out.splitlines()[-1] == str(log.head())


def test_the_head_that_apply_prints_is_one_to_verify_with(project, run):
    head = run("apply", "--yes").out.splitlines()[-1].removeprefix("audit log ")
    shown = run("audit", "verify", "--head", head)
    assert shown.code == 0
    assert "--head proves that nothing up to object" in shown.out
    file = project / "zones/example.org.yaml"
    file.write_text(file.read_text().replace("192.0.2.80", "192.0.2.81"))
    assert run("apply", "--yes").code == 0
    shown = run("audit", "verify", "--head", head)
    assert shown.code == 0
    assert "rewritten." in " ".join(shown.out.split())


def test_each_deed_is_1_and_named(twice, run, log):
    head = log.head()
    folder = twice / ".zonesync/audit"
    whole = {path.name: path.read_bytes() for path in folder.iterdir()}
    names = sorted(whole)

    def verify(*arguments):
        shown = run("audit", "verify", *arguments)
        assert shown.code == 1
        assert shown.err == ""
        assert fits(shown)
        for name, data in whole.items():
            (folder / name).write_bytes(data)
        return " ".join(shown.out.split())

    (folder / names[1]).write_bytes(whole[names[1]].replace(b'"applied"', b'"refused"', 1))
    assert re.search(r"BROKEN \(edited\) at object 2, entry \d+: object 2 is not as it was written", verify())
    (folder / names[1]).unlink()
    text = verify()
    assert "BROKEN (removed) at object 2: object 2 is missing" in text
    assert "Object 1 is whole and follow" in text
    (folder / names[1]).write_bytes(whole[names[2]])
    assert "BROKEN (reordered) at object 2: object 2 is whole, but it is object 3" in verify()
    (folder / names[-1]).unlink()
    assert f"BROKEN (cut off) at object {len(names)}:" in verify("--head", str(head))
    last_name = names[-1]
    forged = chain.encode(len(names), chain.digest_of(whole[names[-2]]), [{"kind": "run_end"}])
    (folder / last_name).write_bytes(forged)
    assert f"BROKEN (rewritten) at object {len(names)}:" in verify("--head", str(head))
    (folder / "notes.txt").write_text("")
    assert "BROKEN (foreign) at the log: `audit/notes.txt` does not belong" in verify()


def test_a_verdict_as_json(applied, run, log):
    head = str(log.head())
    data = json.loads(run("audit", "verify", "--format", "json").out)
    assert list(data) == ["format", "whole", "objects", "entries", "head", "proven", "fault"]
    assert (data["whole"], data["head"], data["proven"], data["fault"]) == (True, head, 0, None)
    assert json.loads(run("audit", "verify", "--head", head, "--format", "json").out)["proven"] == data["objects"]
    path = last(applied)
    path.write_bytes(path.read_bytes()[:-1])
    shown = run("audit", "verify", "--format", "json")
    assert shown.code == 1
    fault = json.loads(shown.out)["fault"]
    assert list(fault) == ["deed", "object", "entry", "words"]
    assert (fault["deed"], fault["object"]) == ("edited", data["objects"])


def test_a_head_against_an_empty_log(project, run):
    shown = run("audit", "verify")
    assert (shown.code, shown.out.splitlines()[0]) == (0, "There is no audit log, so nothing of it could be checked.")
    assert shown.out.splitlines()[-1].startswith("0:sha256:000")
    assert run("audit", "verify", "--head", shown.out.splitlines()[-1]).code == 0
    shown = run("audit", "verify", "--head", "5:sha256:" + "1" * 64)
    assert shown.code == 1
    assert "cut off" in shown.out


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("state", [".zonesync", "elsewhere"])
def test_a_state_without_a_log_is_warned_of_and_refused_when_strict(project, run, state, form):
    file = project / "zonesync.yaml"
    file.write_text(file.read_text().replace("state: .zonesync", f"state: {state}"))
    for strict, code in (([], 0), (["--strict"], 1)):
        shown = run("audit", "verify", "--format", form, *strict)
        assert (shown.code, "whole:" in shown.out) == (code, False)
        assert f"warning[audit-missing]: the state `{state}` has no audit log" in " ".join(shown.err.split())
    assert not (project / state).exists()


def test_a_head_says_whether_a_log_that_is_not_there_was_removed(project, run):
    nothing, something = "0:sha256:" + "0" * 64, "5:sha256:" + "1" * 64
    for head, code in ((nothing, 0), (something, 1)):
        shown = run("audit", "verify", "--head", head, "--strict")
        assert (shown.code, "audit-missing" in shown.err) == (code, False)


@pytest.mark.parametrize("head", ["", " ", "5", "x", "5:sha256:0", "sha256:" + "0" * 64, "5:" + "0" * 64])
def test_what_is_no_head_is_64(head, project, run):
    shown = run("audit", "verify", "--head", head)
    assert (shown.code, shown.out) == (64, "")
    assert "is no head of an audit log" in shown.err


IN_ITS_PLACE = {
    "a folder": lambda path: path.mkdir(),
    "a pipe": os.mkfifo,
    "a link to nothing": lambda path: path.symlink_to(path.with_name("nothing")),
}


@pytest.mark.parametrize("what", IN_ITS_PLACE)
@pytest.mark.parametrize("is_after", [False, True])
def test_what_is_no_file_in_the_place_of_the_last_object_or_the_next_is_no_whole_log(applied, run, what, is_after):
    path = last(applied)
    if is_after:
        path = path.with_name(f"{int(path.stem) + 1:012d}.json")
    else:
        path.unlink()
    IN_ITS_PLACE[what](path)
    for command in ("verify", "log"):
        shown = run("audit", command)
        assert (shown.code, shown.out) == (1, "")
        assert path.name in shown.err
        assert "move it elsewhere" in " ".join(shown.err.split())


@pytest.mark.parametrize(
    "name", ["notes.txt", "a b.json", "\x1b[31m.json", "\u0663.json", "000000000000.json", "x" * 250]
)
def test_a_file_of_any_other_name_is_foreign_and_named(applied, run, name):
    (applied / ".zonesync/audit" / name).write_text("")
    shown = run("audit", "verify")
    assert shown.code == 1
    assert shown.out.startswith("BROKEN (foreign) at the log:")
    assert "does not belong in the audit log: move it elsewhere" in " ".join(shown.out.split())
    assert "\x1b" not in shown.out


# What somebody else put there
HOSTILE = "\x1b[31m\u202e\x07\x9b\u2028\ufeff\u200f\udc80"


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_control_character_of_an_entry_reaches_the_output_and_no_line_is_too_wide(form, project, run, log):
    text = f'"{HOSTILE} {"x" * 300}"'
    keys = ("actor", "author", "user", "host", "commit", "run_url", "change_id", "recovered_by", "words")
    more = dict.fromkeys(keys, HOSTILE)
    run_id = f"r{HOSTILE}"
    rdatas = {"ttl": 300, "rdatas": ['"\\027[31m \\226\\128\\174"', f'"{"x" * 250}"']}
    log.append([{"kind": "run_start", "run": run_id, "zones": ["example.org", HOSTILE], "allowances": [text], **more}])
    log.append([{**change(run_id, None), **more, "type": "TXT", "after": rdatas, "provider": f"p{HOSTILE}"}])
    log.append(
        [
            {**change(run_id, None), "kind": kind, **more, "step": HOSTILE}
            for kind in ("step", "setting", "zone", "unlock")
        ]
    )
    path = last(project)
    for arguments in (
        ["log"],
        ["log", "--zone", "example.org", "--name", "x"],
        ["show", "r"],
        ["blame", "example.org", "x"],
        ["blame", "example.org"],
        ["verify"],
    ):
        if arguments == ["verify"]:
            path.write_bytes(path.read_bytes().replace(b"x.example", HOSTILE.encode(errors="replace"), 1))
        shown = run("audit", *arguments, "--format", form)
        assert shown.code == (1 if arguments == ["verify"] else 0), arguments
        assert all(char == "\n" or char.isprintable() for char in shown.out + shown.err), arguments
        assert form == "json" or fits(shown), arguments


@pytest.mark.parametrize("arguments", [["log"], ["show", "r"], ["blame", "example.org"], ["verify"]], ids=" ".join)
@pytest.mark.parametrize("data", [b"", b"{}", b"[" * 100_000, b"\xff", b'{"format":1,"sequence":1,"entries":5}'])
def test_a_damaged_log_is_1_and_says_which_object(arguments, data, project, run, log):
    log.append([change("r", "192.0.2.1")])
    last(project).write_bytes(data)
    shown = run("audit", *arguments)
    assert shown.code == 1
    assert re.search(r"object \d|audit/\d{12}\.json", shown.out + shown.err)
    assert "defect" not in shown.err
