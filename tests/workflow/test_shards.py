"""Zones dealt to jobs: each to one of them, by its identity alone, and all together are what one job does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.planning import NOW, Folder
from tests.support.examples import examples
from zonesync import workflow
from zonesync.load.zones import LoadedZone
from zonesync.model.zone import DesiredZone, ZoneId
from zonesync.workflow import Shard

CONFIG = """\
zones: [zones/*.yaml]
defaults: {providers: [here]}
providers: {here: {type: bind, directory: served}}
policy:
  - {id: idle, message: nobody is there, protect: {zones: [nowhere.example]}}
"""
ZONE = "records: {www: {A: 198.51.100.1}}\n"
COUNT = 4
LETTERS = "abcdefgh"
WWW = {"www": {"A": "192.0.2.1"}}


def zone(name, view=""):
    identity = ZoneId(f"{name}.", view)
    return LoadedZone(f"zones/{name}.yaml", identity, DesiredZone(identity, {}))


def shards(count):
    return [Shard(index, count) for index in range(1, count + 1)]


@given(
    name=st.from_regex(r"[a-z]{1,9}\.example", fullmatch=True), view=st.sampled_from(["", "in"]), n=st.integers(1, 99)
)
@examples(100)
def test_every_zone_is_dealt_to_one_shard(name, view, n):
    assert [shard.has(zone(name, view)) for shard in shards(n)].count(True) == 1


@pytest.mark.parametrize(
    ("name", "view", "expected"),
    [("example.com", "", "6/8"), ("example.com", "internal", "1/8"), ("2.0.192.in-addr.arpa", "", "4/8")],
)
def test_where_a_zone_is_dealt_to_is_the_same_in_every_version(name, view, expected):
    assert [str(shard) for shard in shards(8) if shard.has(zone(name, view))] == [expected]


def test_many_zones_are_dealt_evenly():
    zones = [zone(f"customer-{number}.example") for number in range(2000)]
    sizes = [sum(map(shard.has, zones)) for shard in shards(8)]
    assert sum(sizes) == 2000
    assert min(sizes) > 200
    assert max(sizes) < 300


def test_a_zone_that_is_refused_stays_in_its_shard():
    for letter in LETTERS:
        good = zone(f"{letter}.example")
        bad = LoadedZone(good.file, good.id, None)
        assert [shard.has(bad) for shard in shards(COUNT)] == [shard.has(good) for shard in shards(COUNT)]


@pytest.mark.parametrize(
    "text", ["", "1", "0/2", "3/2", "-1/2", "1/0", "01/2", "1/2 ", "1/10000", "1/2/3", "٣/٤", "a/b"]
)
def test_what_is_no_shard_is_said_to_be_none(text):
    with pytest.raises(workflow.UnknownNameError, match="--shard"):
        Shard.parse(text)


@pytest.fixture
def project(tmp_path):
    """Eight good zones, one of them with two views, and files that are refused, unreadable or there twice."""
    files = {
        "zonesync.yaml": CONFIG,
        **{f"zones/{letter}.example.yaml": ZONE for letter in LETTERS},
        "zones/inside.yaml": f"zone: a.example\nview: inside\n{ZONE}",
        "zones/twice.yaml": f"zone: b.example\n{ZONE}",
        "zones/bad.example.yaml": "records: {www: {A: none}}\n",
        **{f"zones/shares-{letter}.example.yaml": "include: [../shared/bad.yaml]\n" for letter in LETTERS},
        **{f"zones/broken {letter}.yaml": "zone: '..'\n" for letter in LETTERS},
        "shared/bad.yaml": "records: {www: {A: wrong}}\n",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    return workflow.open_project(tmp_path / "zonesync.yaml")


def said(loaded):
    """What is found, without the zones that a fragment's own text is said for: it is said once for each run."""
    return {(one.rule, one.place, one.message) for one in loaded.findings}


def test_all_shards_together_look_at_what_one_run_looks_at(project):
    whole = workflow.load(project)
    parts = [workflow.load(project, shard=shard) for shard in shards(COUNT)]
    assert sorted(str(one.id) for part in parts for one in part.zones) == [str(one.id) for one in whole.zones]
    assert sum(part.asked for part in parts) == whole.asked
    assert set.union(*map(said, parts)) == said(whole)
    assert all(part.all_zones == whole.all_zones for part in parts)
    assert all(part.zones for part in parts), "the test deals something to each"
    assert all({one.id for one in part.zones}.isdisjoint(part.elsewhere) for part in parts)


def test_files_whose_zone_cannot_be_read_are_spread_by_their_own_name(project):
    parts = [workflow.load(project, shard=shard) for shard in shards(COUNT)]
    files = [{one.place.file for one in part.findings if one.place and "broken" in one.place.file} for part in parts]
    assert sorted(file for part in files for file in part) == [f"zones/broken {letter}.yaml" for letter in LETTERS]
    assert sum(map(bool, files)) > 1


def test_a_broken_fragment_refuses_each_shard_that_has_a_zone_of_it(project):
    for shard in shards(COUNT):
        loaded = workflow.load(project, [f"shares-{letter}.example" for letter in LETTERS], shard=shard)
        assert loaded.asked, "the test deals one to each"
        assert [one.place.file for one in loaded.findings if one.is_error] == ["shared/bad.yaml"]


def test_a_broken_fragment_refuses_the_zone_that_is_asked_for_by_name(project):
    for letter in LETTERS:
        assert workflow.load(project, [f"shares-{letter}.example"]).has_errors


def test_what_is_of_no_zone_is_said_by_the_first_shard_alone(project):
    found = [workflow.load(project, shard=shard).findings for shard in shards(COUNT)]
    assert ["policy-without-effect" in {one.rule for one in part} for part in found] == [True, False, False, False]


def test_names_are_dealt_as_all_zones_are(project):
    whole = [str(one.id) for one in workflow.load(project, shard=Shard(2, COUNT)).zones]
    named = workflow.load(project, [*whole[:1], *(f"{letter}.example" for letter in "cde")], shard=Shard(2, COUNT))
    assert {str(one.id) for one in named.zones} <= set(whole)
    assert whole[0] in {str(one.id) for one in named.zones}
    assert not named.is_whole


def planned(folder, shard=None):
    project = folder.open()
    return workflow.make_plan(project, workflow.load(project, shard=shard), NOW)


def test_zones_that_no_file_puts_at_a_provider_are_told_by_the_first_shard_alone(tmp_path):
    folder = Folder(tmp_path)
    names = [f"{letter}.example" for letter in LETTERS]
    for name in names:
        folder.zone(WWW, name)
    folder.apply_now()
    folder.remove("h.example")
    for name in "bcdefg":
        folder.zone(WWW, f"{name}.example", providers=["one"], nameservers=["ns1.one.example."])
    whole = {(one.zone, one.provider) for one in planned(folder).warnings}
    assert whole >= {("h.example", "one"), ("h.example", "two"), ("b.example", "two")}
    told = [{(one.zone, one.provider) for one in planned(folder, shard).warnings} for shard in shards(3)]
    assert told == [whole, set(), set()]


def test_the_plans_of_all_shards_are_the_plan_of_one_run(tmp_path):
    folder = Folder(tmp_path)
    for letter in LETTERS:
        folder.zone(WWW, f"{letter}.example")
    parts = [step for shard in shards(3) for step in planned(folder, shard).plan.steps]
    assert sorted(parts, key=place) == sorted(planned(folder).plan.steps, key=place)


def place(step):
    return str(step.zone), step.provider, step.kind
