from dataclasses import replace

import pytest

from tests.planning import desired, rr
from tests.support.policies import DELETE, MX, UPDATE, WWW, objections, plan, rule, words
from zonesync.load.policy import OwnersShape
from zonesync.model.change import Change
from zonesync.model.zone import ZoneId
from zonesync.plan.plan import StepKind
from zonesync.plan.policy.scope import is_path

NEW_MX = Change(MX, rr("@", "MX", "20 mail.example.net."))
ALIAS = Change(None, rr("cdn", "A", "192.0.2.9"))
ZONE = desired(
    WWW,
    MX,
    file="zones/example.com.yaml",
    places={
        WWW.key: ("zones/example.com.yaml", (1 << 20 | 1,)),
        MX.key: ("zones/shared/mail.yaml", (2 << 20 | 1,)),
        ALIAS.key._replace(type="ALIAS"): ("zones/shared/web.yaml", (3 << 20 | 1,)),
    },
)
TEAMS = "teams: {dns: [alice, bob], Mail: ['@Carol', dave@example.com]}"


@pytest.mark.parametrize(
    ("entries", "actor", "changes", "belong_to"),
    [
        # the last match counts
        ("[{by: dns}]", "alice", [UPDATE, NEW_MX], []),
        ("[{by: dns}]", "carol", [UPDATE], ["`dns`"]),
        ("[{by: dns}, {types: MX, by: mail}]", "alice", [UPDATE], []),
        ("[{by: dns}, {types: MX, by: mail}]", "alice", [NEW_MX], ["`mail`"]),
        ("[{by: dns}, {types: MX, by: mail}]", "carol", [NEW_MX], []),
        ("[{by: dns}, {types: MX, by: mail}]", "carol", [UPDATE, NEW_MX], ["`dns`"]),
        ("[{types: MX, by: mail}, {by: dns}]", "carol", [NEW_MX], ["`dns`"]),
        ("[{by: dns}, {types: MX, by: [mail, dns]}]", "alice", [NEW_MX], []),
        ("[{by: dns}, {types: MX, by: [mail, dns]}]", "eve", [NEW_MX], ["`mail`, `dns`"]),
        # whom nobody owns is anybody's
        ("[{types: MX, by: mail}]", "eve", [UPDATE, DELETE], []),
        ("[{by: dns}, {names: [www], by: []}]", "eve", [UPDATE], []),
        ("[{by: dns}, {names: [www], by: []}]", "eve", [NEW_MX], ["`dns`"]),
        # who asks
        ("[{by: eve}]", "eve", [UPDATE], []),
        ("[{by: '@Eve'}]", "eVE", [UPDATE], []),
        ("[{by: eve}]", "@eve", [UPDATE], []),
        ("[{by: eve}]", "evelyn", [UPDATE], ["`eve`"]),
        ("[{by: mail}]", "CAROL", [UPDATE], []),
        ("[{by: mail}]", "Dave@example.com", [UPDATE], []),
        ("[{by: mail}]", "dave", [UPDATE], ["`mail`"]),
        ("[{by: Dns}]", "bob", [UPDATE], []),
        ("[{by: '@dns'}]", "bob", [UPDATE], []),
        ("[{by: dns}]", "dns", [UPDATE], ["`dns`"]),
        ("[{by: 'renovate[bot]'}]", "renovate[bot]", [UPDATE], []),
        # by file
        ("[{paths: zones/example.com.yaml, by: dns}]", "eve", [UPDATE], ["`dns`"]),
        ("[{paths: zones/example.com.yaml, by: dns}]", "eve", [NEW_MX], []),
        ("[{paths: 'zones/shared/*', by: mail}]", "eve", [NEW_MX], ["`mail`"]),
        ("[{paths: 'zones/shared/*', by: mail}]", "eve", [UPDATE], []),
        ("[{paths: web.yaml, by: dns}]", "eve", [ALIAS], ["`dns`"]),
        ("[{paths: mail.yaml, types: TXT, by: mail}]", "eve", [NEW_MX], []),
        # what no file asks for any more is the zone file's
        ("[{paths: zones/example.com.yaml, by: dns}]", "eve", [Change(rr("old", "A", "192.0.2.1"), None)], ["`dns`"]),
        # by name and zone
        ("[{names: www, by: dns}]", "eve", [UPDATE, NEW_MX], ["`dns`"]),
        ("[{zones: example.org, by: dns}]", "eve", [UPDATE], []),
        ("[{zones: example.com, names: ['@'], types: MX, by: mail}]", "eve", [UPDATE, NEW_MX], ["`mail`"]),
    ],
)
def test_only_owners_change_what_is_theirs(entries, actor, changes, belong_to):
    found = objections(f"{{owners: {{{TEAMS}, entries: {entries}}}}}", plan(*changes), actor=actor, zones=[ZONE])

    assert [said.partition(" belongs to ")[2] for said in words(found)] == [
        f"{owners}, and not to `{actor}`" for owners in belong_to
    ]


def test_a_refusal_names_those_who_may():
    [found] = objections(f"{{owners: {{{TEAMS}, entries: [{{by: [mail, eve]}}]}}}}", plan(UPDATE), actor="bob")

    assert words([found]) == ["`www.example.com. A` belongs to `mail`, `eve`, and not to `bob`"]
    assert found.help == "let one of them do it: `carol`, `dave@example.com`, `eve`"


def test_nobody_owns_anything():
    [found] = objections("{owners: {entries: [{by: alice}]}}", plan(UPDATE), actor="")
    assert words([found]) == ["`www.example.com. A` belongs to `alice`, and nobody knows who asks"]
    assert objections("{owners: {entries: [{by: []}]}}", plan(UPDATE), actor="") == []


@pytest.mark.parametrize(
    ("kind", "entry", "is_refused"),
    [
        (StepKind.CREATE_ZONE, "{by: dns}", True),
        (StepKind.DELETE_ZONE, "{by: dns}", True),
        (StepKind.DELETE_ZONE, "{by: eve}", False),
        (StepKind.METADATA, "{paths: zones/, by: dns}", True),
        (StepKind.METADATA, "{names: '@', by: dns}", True),
        (StepKind.METADATA, "{names: www, by: dns}", False),
        (StepKind.CREATE_ZONE, "{types: A, by: dns}", False),
        (StepKind.RELOAD, "{by: dns}", False),
        (StepKind.BARRIER, "{by: dns}", False),
    ],
)
def test_a_zone_as_a_whole_belongs_to_who_has_its_apex(kind, entry, is_refused):
    found = objections(f"{{owners: {{{TEAMS}, entries: [{entry}]}}}}", plan(kind=kind), actor="eve", zones=[ZONE])
    assert bool(found) is is_refused
    assert all("`example.com` belongs to `dns`" in finding.message for finding in found)


def test_the_same_names_of_two_views_can_have_two_owners():
    inside = replace(ZONE, id=ZoneId("example.com.", "internal"), file="zones/internal.yaml", places={})
    text = "{owners: {entries: [{by: alice}, {zones: '*@internal', by: bob}]}}"

    assert objections(text, plan(UPDATE), actor="alice", zones=[ZONE, inside]) == []
    assert len(objections(text, plan(UPDATE, zone=inside.id), actor="alice", zones=[ZONE, inside])) == 1
    assert objections(text, plan(UPDATE, zone=inside.id), actor="bob", zones=[ZONE, inside]) == []


@pytest.mark.parametrize(
    ("glob", "paths", "others"),
    [
        ("*", ["a.yaml", "zones/a.yaml", "zones/x/a.yaml"], []),
        ("a.yaml", ["a.yaml", "zones/a.yaml"], ["zones/ba.yaml", "a.yamlx"]),
        ("/a.yaml", ["a.yaml"], ["zones/a.yaml"]),
        ("*.yaml", ["a.yaml", "zones/x/a.yaml"], ["zones/a.yml"]),
        ("zones", ["zones", "zones/a.yaml", "old/zones/a.yaml"], ["zonesx/a.yaml"]),
        ("zones/", ["zones/a.yaml", "zones/x/a.yaml", "old/zones/a.yaml"], ["zones"]),
        ("/zones/", ["zones/a.yaml", "zones/x/a.yaml"], ["old/zones/a.yaml"]),
        ("zones/*", ["zones/a.yaml"], ["zones/x/a.yaml", "old/zones/a.yaml"]),
        ("zones/**", ["zones/a.yaml", "zones/x/y/a.yaml"], ["zonesx/a.yaml"]),
        ("zones/**/a.yaml", ["zones/a.yaml", "zones/x/y/a.yaml"], ["zones/x/b.yaml", "zones/xa.yaml"]),
        ("**/shared/*.yaml", ["shared/a.yaml", "zones/shared/a.yaml"], ["zones/shared/x/a.yaml"]),
        ("zones/?.yaml", ["zones/a.yaml"], ["zones/ab.yaml", "zones//.yaml"]),
        ("zones/a.b", ["zones/a.b"], ["zones/aXb"]),
        ("zones/x", ["zones/x", "zones/x/a.yaml"], ["zones/xy"]),
    ],
)
def test_paths_are_globs_as_in_a_codeowners_file(glob, paths, others):
    owners = OwnersShape.model_validate({"entries": [{"paths": [glob], "by": []}]})
    globs = owners.entries[0].paths

    assert [path for path in paths if not is_path(globs, path)] == []
    assert [path for path in others if is_path(globs, path)] == []


def test_waiving_is_offered_beside_who_may():
    [found] = objections(rule("{owners: {entries: [{by: bob}]}}", allow=True), plan(UPDATE), zones=[ZONE])
    assert found.help == ("let one of them do it: `bob`; if that is meant, say `plan --allow policy:p@example.com`")
