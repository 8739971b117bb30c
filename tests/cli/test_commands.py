"""What each command writes, and where."""

import json

import pytest

from zonesync import __version__, workflow

TEXT = "zone: example.net\nnameservers: auto\nrecords: {www: {A: 192.0.2.7}}\n"


def test_the_version_is_told(run):
    assert run("--version") == (0, f"zonesync {__version__}\n", "")


def test_init_writes_a_project_that_plans_and_applies(tmp_path, run, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = run("init", "--zone", "company.example")
    assert made.code == 0
    assert sorted(path.name for path in tmp_path.rglob("*.yaml")) == ["company.example.yaml", "zonesync.yaml"]
    assert run("validate").code == 0
    assert run("apply", "--yes").code == 0
    assert run("plan", "--exit-code").code == 0


@pytest.mark.parametrize("zone", ["company.example@internal", "0/25.2.0.192.in-addr.arpa", "bücher.example"])
def test_init_takes_views_slashes_and_u_labels(zone, tmp_path, run, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("init", "--zone", zone).code == 0
    checked = run("validate", zone)
    assert "error[" not in checked.out
    assert checked.code == 0


@pytest.mark.parametrize("taken", ["zonesync.yaml", "zones/example.com.yaml"])
def test_init_never_overwrites(taken, tmp_path, run, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "zones").mkdir()
    (tmp_path / taken).write_text("mine")
    shown = run("init", "--quiet")
    assert shown.code == 1
    assert taken in shown.err
    assert [path.read_text() for path in tmp_path.rglob("*.yaml")] == ["mine"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--chdir", "project", "--config", "zonesync.yaml", "plan", "--exit-code"],
        ["plan", "--exit-code", "--chdir", "project"],
        ["plan", "--chdir=project", "--exit-code", "--config=zonesync.yaml", "--quiet", "--no-color", "--strict"],
        ["--config", "project/zonesync.yaml", "plan", "--exit-code"],
        ["plan", "example.com", "--config", "project/zonesync.yaml", "--exit-code", "example.org"],
    ],
    ids=" ".join,
)
def test_the_common_options_stand_anywhere(arguments, project, run, monkeypatch):
    monkeypatch.chdir(project.parent)
    shown = run(*arguments)
    assert shown.code == 2
    assert "example.org  (primary, secondary)" in shown.out


def test_files_named_on_the_command_line_are_seen_from_chdir(project, run, monkeypatch):
    monkeypatch.chdir(project.parent)
    assert run("--chdir", "project", "plan", "--out", "plan.json").code == 0
    assert (project / "plan.json").exists()
    assert run("--chdir", "project", "apply", "plan.json").code == 0


def test_quiet_leaves_results_and_errors(project, run):
    loud = run("plan", "--out", "plan.json")
    assert "Saved to plan.json" in loud.err
    quiet = run("plan", "--out", "plan.json", "--quiet")
    assert quiet == (0, loud.out, "")
    assert run("--quiet", "plan", "nope.example").err
    assert run("--quiet", "import", "zonefile", "nope.zone").err
    assert run("--quiet", "--config", "nope.yaml", "plan").err


def test_validate_shows_findings_as_text_and_as_json(project, run):
    (project / "zones/broken.example.yaml").write_text(
        "zone: broken.example\nnameservers: unmanaged\nrecords: {www: {A: 192.0.2.300}}\n"
    )
    text = run("validate", "broken.example")
    assert "--> zones/broken.example.yaml:3:20" in text.out
    assert "1 zone: 1 error" in text.out
    data = json.loads(run("validate", "--format", "json", "broken.example").out)
    assert data["format"] == 1
    assert list(data["findings"][0]) == [
        "rule",
        "severity",
        "message",
        "file",
        "line",
        "column",
        "help",
        "zone",
        "provider",
        "name",
        "type",
    ]
    assert (data["findings"][0]["line"], data["findings"][0]["column"]) == (3, 20)


@pytest.mark.parametrize(
    ("arguments", "keys"),
    [
        (["validate"], {"format", "zones", "findings"}),
        (
            ["drift"],
            {
                "format",
                "in_step",
                "summary",
                "items",
                "checked",
                "differences",
                "kept",
                "unread",
                "unlisted",
                "calls",
            },
        ),
        (["providers"], {"format", "providers"}),
        (["providers", "check"], {"format", "providers"}),
        (["audit", "log"], {"format", "entries"}),
        (["audit", "show", "2"], {"format", "run", "entries"}),
        (["audit", "blame", "example.org"], {"format", "zone", "changes", "unreadable"}),
        (["audit", "verify"], {"format", "whole", "objects", "entries", "head", "proven", "fault"}),
        (["export", "example.org"], {"format", "zone", "rrsets"}),
        (["export", "example.org", "--from", "primary"], {"format", "zone", "rrsets"}),
        (
            ["plan"],
            {
                "format",
                "created",
                "version",
                "commit",
                "targets",
                "steps",
                "findings",
                "unread",
                "allowances",
                "rollback",
                "move",
                "digest",
            },
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_json_has_these_keys_and_a_version(arguments, keys, edited, run):
    shown = run(*arguments, "--format", "json")
    data = json.loads(shown.out)
    assert set(data) == keys
    assert data["format"] == 1
    assert shown.err == ""


def test_drift_as_json_holds_both_sides(edited, run):
    (difference,) = json.loads(run("drift", "--format", "json").out)["differences"]
    assert (difference["zone"], difference["provider"]) == ("example.org", "secondary")
    assert difference["before"]["rdatas"] == ["192.0.2.66"]
    assert difference["after"]["rdatas"] == ["192.0.2.80"]


def test_one_provider_can_be_asked_alone(edited, run):
    assert run("drift", "--provider", "primary").code == 0
    assert run("drift", "--provider", "secondary").code == 2


def test_a_waived_refusal_is_said_and_goes_into_the_audit_log(applied, run):
    file = applied / "zones/example.org.yaml"
    file.write_text(file.read_text().replace("include: [shared/mail.yaml]\n", "").replace('  www: {CNAME: "@"}\n', ""))
    refused = run("plan")
    assert refused.code == 1
    assert "error[" in refused.err
    assert run("apply", "--yes").code == 1
    rules = sorted({line.split("[")[1].split("]")[0] for line in refused.err.splitlines() if line.startswith("error[")})
    allowed = [word for rule in rules for word in ("--allow", f"{rule}@example.org")]
    shown = run("plan", "--out", "plan.json", *allowed)
    assert shown.code == 0
    assert f"allowed[{rules[0]}]" in shown.err
    assert run("apply", "plan.json").code == 0
    assert f"allowed {rules[0]}@example.org" in " ".join(run("audit", "log").out.split())


@pytest.mark.parametrize("form", ["zonefile", "yaml", "json"])
def test_desired_and_live_export_alike_but_for_the_serial(form, applied, run):
    desired = run("export", "example.com", "--format", form, "--no-soa")
    assert desired.code == 0
    assert desired.out == run("export", "example.com", "--format", form, "--no-soa", "--from", "primary").out
    assert desired.out == run("export", "example.com", "--format", form, "--no-soa", "--from", "secondary").out
    assert " SOA " not in desired.out
    assert "soa:" not in desired.out
    with_soa = run("export", "example.com", "--format", form).out
    assert with_soa != desired.out
    assert "soa" in with_soa.lower()


def test_an_export_goes_to_a_file(project, run):
    shown = run("export", "example.com", "--out", "there/example.zone")
    assert (shown.code, shown.out) == (0, "")
    assert (project / "there/example.zone").read_text() == run("export", "example.com").out


@pytest.mark.parametrize("zone", ["example.com", "example.org", "2.0.192.in-addr.arpa"])
@pytest.mark.parametrize("form", ["zonefile", "yaml"])
def test_what_is_exported_imports_as_the_same_zone(zone, form, project, run):
    if form == "zonefile":
        run("export", zone, "--out", f"{zone}.zone")
        text = run("import", "zonefile", f"{zone}.zone").out
    else:
        text = run("export", zone, "--format", "yaml").out
    before = run("export", zone, "--format", "json").out
    (project / "zones" / f"{zone}.yaml").write_text(text)
    assert json.loads(run("export", zone, "--format", "json").out) == json.loads(before)


def test_an_export_of_a_zone_that_a_provider_does_not_host_is_refused(project, run):
    shown = run("export", "example.com", "--from", "primary")
    assert (shown.code, shown.out) == (1, "")
    assert "zone-not-hosted" in shown.err


def test_a_view_has_its_own_name_everywhere(applied, run):
    (applied / "zones/inside.yaml").write_text(
        TEXT.replace("example.net", "example.com").replace("nameservers", "view: internal\nnameservers")
    )
    planned = run("plan", "example.com@internal", "--out", "plan.json")
    assert planned.code == 0
    assert "example.com@internal" in planned.out
    assert run("apply", "plan.json").code == 0
    assert "192.0.2.7" in run("export", "example.com@internal").out
    assert "192.0.2.7" not in run("export", "example.com").out
    assert "192.0.2.7" in run("export", "example.com@internal", "--from", "primary").out
    log = json.loads(run("audit", "log", "--zone", "example.com@internal", "--format", "json").out)["entries"]
    assert {entry.get("zone", "example.com@internal") for entry in log} == {"example.com@internal"}
    assert run("plan", "--exit-code").code == 0


def test_a_zone_with_a_slash_in_its_name_is_imported_planned_and_exported(project, run):
    zone = "0/25.2.0.192.in-addr.arpa"
    (project / "0%2F25.2.0.192.in-addr.arpa.zone").write_text(
        "$TTL 300\n@ IN SOA ns1.example.net. host.example.net. 1 2 3 4 60\n"
        "@ IN NS ns1.example.net.\n@ IN NS ns1.example.org.\n1 PTR www.example.com.\n"
    )
    assert run("import", "zonefile", "0%2F25.2.0.192.in-addr.arpa.zone", "--out", "zones").code == 0
    assert (project / "zones/0%2F25.2.0.192.in-addr.arpa.yaml").exists()
    assert run("apply", "--yes", zone).code == 0
    assert "www.example.com." in run("export", zone, "--from", "primary").out
    assert run("plan", zone, "--exit-code").code == 0


ZONE = (
    "$TTL 300\n@ IN SOA ns1.example.net. host.example.net. 1 2 3 4 60\n"
    "@ IN NS ns1.example.net.\n@ IN NS ns1.example.org.\nwww A 192.0.2.%d\n"
)


def test_several_files_are_imported_and_a_bad_one_keeps_none_of_the_others_back(project, run):
    (project / "a.example.zone").write_text(ZONE % 1)
    (project / "db.b.example").write_text(ZONE % 300)
    (project / "c.example.db").write_text(ZONE % 3)
    shown = run("import", "zonefile", "a.example.zone", "nowhere.zone", "db.b.example", "c.example.db", "--out", "new")
    assert shown.code == 1
    assert "db.b.example:5:" in shown.err
    assert "nowhere.zone" in shown.err
    assert sorted(path.name for path in (project / "new").iterdir()) == ["a.example.yaml", "c.example.yaml"]
    assert shown.out.splitlines() == ["new/a.example.yaml: 3 RRsets", "new/c.example.yaml: 3 RRsets"]


def test_an_import_never_overwrites(project, run):
    (project / "example.com.zone").write_text(ZONE % 1)
    before = (project / "zones/example.com.yaml").read_text()
    shown = run("import", "zonefile", "example.com.zone", "--out", "zones", "--quiet")
    assert shown.code == 1
    assert "file-exists" in shown.err
    assert (project / "zones/example.com.yaml").read_text() == before


def test_an_import_takes_the_name_that_is_given(project, run):
    (project / "whatever").write_text(ZONE % 1)
    shown = run("import", "zonefile", "whatever", "--zone", "other.example@internal")
    assert shown.code == 0
    assert shown.out.startswith("zone: other.example\nview: internal\n")


def test_a_text_of_several_strings_that_are_no_utf_8_is_imported_as_it_is(project, run):
    (project / "a.example.zone").write_bytes((ZONE % 1).encode() + b'txt TXT "a" "\\255"\n')
    assert run("import", "zonefile", "a.example.zone", "--out", "zones").code == 0
    assert run("validate", "a.example").code == 0


@pytest.mark.parametrize("kind", ["zone", "config", "plan"])
def test_a_schema_is_printed(kind, run):
    schema = json.loads(run("schema", kind).out)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert schema == workflow.schema(kind)


def test_the_providers_are_listed(applied, run):
    assert run("providers").out.splitlines() == [
        "PROVIDER   TYPE  APEX NS    ALIAS    TYPES  TTL  ZONES  QUOTA",
        "primary    bind  non_empty  nowhere  any    any  3      -",
        "secondary  bind  non_empty  nowhere  any    any  3      -",
    ]


def test_the_audit_log_shows_who_changed_what(edited, run):
    assert run("apply", "--yes").code == 0
    shown = run("audit", "log", "--zone", "example.org").out
    assert "~ example.org. A at secondary  3600 192.0.2.66 -> 3600 192.0.2.80" in shown
    assert "example.com" not in shown.replace("mail.example.com", "").replace("dmarc@example.com", "").replace(
        "reports@example.com", ""
    )


def test_an_empty_audit_log_is_said_on_stderr(project, run):
    shown = run("audit", "log")
    assert (shown.code, shown.out) == (0, "")
    assert "empty" in shown.err
