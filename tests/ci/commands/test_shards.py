"""ZONESYNC_SHARD: the jobs of a matrix share the zones, and together do what one job does; none sees another's."""

import json

import pytest

from tests.ci.commands.conftest import CONFIG, ZONE
from tests.ci.commands.merging import merged, served
from zonesync.model.zone import ZoneId
from zonesync.workflow import Shard

COUNT = 4
SHARDS = [Shard(index, COUNT) for index in range(1, COUNT + 1)]
NAMES = [f"zone-{letter}.example" for letter in "abcdefgh"]
OWN = {name: next(shard for shard in SHARDS if shard.has_zone(ZoneId(f"{name}."))) for name in NAMES}
"""Which job each zone is dealt to."""
NEW = {f"zones/{name}.yaml": ZONE for name in NAMES}
AT_ALL = [*NAMES, "example.com", "example.org"]


def in_shard(stage, shard, *words):
    stage.env["ZONESYNC_SHARD"] = str(shard)
    return stage.run("ci", *words)


def steps(stage):
    return json.loads(stage.text("plan.json"))["steps"]


def planned(stage, files):
    """Plan *files* in every shard, and keep each plan as its job does; return the steps of each."""
    head = stage.open(1, files)
    run = stage.github.add_run(head)
    found = {}
    for shard in SHARDS:
        done = in_shard(stage, shard, "plan")
        assert done.code == 0, done.err
        found[shard] = steps(stage)
        stage.github.add_artifact(run, stage.outputs["artifact"], {"plan.json": stage.text("plan.json")})
    return found


@pytest.mark.parametrize(
    ("files", "touched"),
    [
        (NEW, NAMES),
        (dict([*NEW.items()][:2]), NAMES[:2]),
        ({"zonesync.yaml": CONFIG.replace("1h", "2h")}, ["example.com", "example.org"]),
        ({"zonesync.yaml": CONFIG.replace("1h", "2h"), **NEW}, AT_ALL),
        ({"README.md": "words"}, []),
    ],
    ids=["new zones", "two", "the configuration", "all of it", "no zone"],
)
def test_the_shards_of_a_change_together_plan_exactly_what_one_job_plans(stage, files, touched):
    found = planned(stage, files)
    stage.env["ZONESYNC_SHARD"] = ""
    assert stage.run("ci", "plan").code == 0
    assert stage.outputs["artifact"] == "zonesync-plan-dns"
    whole = steps(stage)
    assert {step["zone"] for step in whole} == set(touched)
    together = [step for each in found.values() for step in each]
    assert sorted(map(json.dumps, together)) == sorted(map(json.dumps, whole))
    zones = [{step["zone"] for step in each} for each in found.values()]
    assert sum(map(len, zones)) == len(set.union(*zones)), "no zone is planned by two"


def test_each_shard_has_a_comment_of_its_own_and_keeps_it(stage):
    assert len(set(OWN.values())) == COUNT
    planned(stage, NEW)
    for _ in range(2):
        for shard in SHARDS:
            assert in_shard(stage, shard, "plan").code == 0
            assert in_shard(stage, shard, "comment").code == 0
    for shard, body in zip(SHARDS, stage.github.bodies(1), strict=True):
        assert body.startswith(f"<!-- zonesync:plan:dns-{shard.index}of4 -->\n## DNS plan, shard `{shard}`\n")
        assert [name for name in NAMES if name in body] == [name for name in NAMES if OWN[name] == shard]


def test_a_shard_applies_its_own_plan_and_touches_no_other_s_zones(stage):
    planned(stage, NEW)
    merged(stage, 1)
    there = set()
    for shard in SHARDS:
        done = in_shard(stage, shard, "apply")
        assert done.code == 0, done.err
        there |= {name for name in NAMES if OWN[name] == shard}
        assert {name for name in NAMES if served(stage, name)} == there
        assert stage.outputs["artifact"] == f"zonesync-now-dns-{shard.index}of4"
    assert there == set(NAMES)
    heads = [body.splitlines()[:2] for body in stage.github.bodies(1)]
    assert heads == [[f"<!-- zonesync:apply:dns-{one.index}of4 -->", f"## DNS apply, shard `{one}`"] for one in SHARDS]


def test_a_plan_with_a_zone_of_another_shard_is_refused(stage):
    planned(stage, NEW)
    mine, other = SHARDS[:2]
    by_name = {each.name: each for each in stage.github.artifacts.values()}
    by_name["zonesync-plan-dns-1of4"].content = by_name["zonesync-plan-dns-2of4"].content
    merged(stage, 1)
    done = in_shard(stage, mine, "apply")
    assert done.code == 1
    assert "plan-of-other-shard" in done.err
    assert [name for name in NAMES if served(stage, name)] == []
    assert in_shard(stage, other, "apply").code == 0


def test_a_job_of_another_number_of_shards_finds_no_plan(stage):
    planned(stage, NEW)
    merged(stage, 1)
    done = in_shard(stage, Shard(1, 5), "apply")
    assert done.code == 1
    assert "zonesync-plan-dns-1of5" in " ".join(done.err.split())


def test_a_direct_push_is_refused_by_the_shards_whose_zones_it_changes(stage):
    before = stage.repository.head
    stage.repository.commit(NEW | {"zones/zone-b.example.yaml": ZONE})
    stage.job("push", stage.github.push_event(before, stage.repository.head))
    assert [in_shard(stage, shard, "apply").code for shard in SHARDS] == [1] * COUNT
    before = stage.repository.head
    stage.repository.commit({f"zones/{NAMES[0]}.yaml": f"{ZONE}  api: {{A: 192.0.2.7}}\n"})
    stage.job("push", stage.github.push_event(before, stage.repository.head))
    assert [in_shard(stage, shard, "apply").code for shard in SHARDS] == [shard == OWN[NAMES[0]] for shard in SHARDS]


def test_a_fork_s_zones_are_checked_by_the_shards_that_they_are_dealt_to(stage):
    broken = f"zones/{NAMES[0]}.yaml"
    stage.open(1, {broken: "records: {www: {A: nonsense}}\n"}, head_repository="stranger/dns")
    assert [in_shard(stage, shard, "plan").code for shard in SHARDS] == [shard == OWN[NAMES[0]] for shard in SHARDS]


def test_drift_is_an_issue_of_the_shard_that_has_the_zone(stage):
    zone = "example.com"
    stage.repository.git("status")
    stage.env = {"CI": "true"}
    assert stage.run("apply", "--yes").code == 0
    stage.job("schedule", {"schedule": "0 3 * * *"})
    assert [in_shard(stage, shard, "drift").code for shard in SHARDS] == [0] * COUNT
    file = stage.folder / "served" / f"{zone}.zone"
    file.write_text(file.read_text().replace("192.0.2.1", "192.0.2.66"))
    own = next(shard for shard in SHARDS if shard.has_zone(ZoneId(f"{zone}.")))
    assert [in_shard(stage, shard, "drift").code for shard in SHARDS] == [2 * (shard == own) for shard in SHARDS]
    [issue] = stage.github.issues.values()
    assert issue.title == f"DNS drift, shard {own}"
    assert issue.body.startswith(f"<!-- zonesync:drift:dns-{own.index}of4 -->")
    file.write_text(file.read_text().replace("192.0.2.66", "192.0.2.1"))
    assert [in_shard(stage, shard, "drift").code for shard in SHARDS] == [0] * COUNT
    assert issue.state == "closed"


@pytest.mark.parametrize(
    ("command", "env"),
    [
        ("plan", {"ZONESYNC_SHARD": "5/4"}),
        ("apply", {"ZONESYNC_SHARD": "2"}),
        ("drift", {"ZONESYNC_SHARD": "0/4"}),
        ("plan", {"ZONESYNC_NAME": "dns-2of4"}),
        ("drift", {"ZONESYNC_NAME": "dns-2of4"}),
    ],
)
def test_a_shard_that_there_is_not_and_a_name_like_a_shard_s_are_wrong(stage, command, env):
    stage.repository.git("status")
    stage.env |= env
    done = stage.run("ci", command)
    assert done.code == 64
    assert next(iter(env)) in done.err
