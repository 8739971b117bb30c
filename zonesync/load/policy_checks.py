"""What is wrong between the parts of ``policy:``, each at its place."""

from zonesync.findings import Place
from zonesync.load.checking import locate
from zonesync.load.nodes import Mapping, unpack
from zonesync.load.policy import KINDS, OwnersShape, PolicyShape, team_name
from zonesync.load.report import Report
from zonesync.load.suggest import did_you_mean
from zonesync.model.names import shorten


def check_policy(rules: tuple[PolicyShape, ...], tree: Mapping, report: Report) -> dict[str, Place]:
    """Record what is wrong between the parts of ``policy:``, and return the places of its rules by their ids.

    *tree* is the configuration's.
    """
    places: dict[str, Place] = {}
    for index, rule in enumerate(rules):
        path = ("policy", index)
        place = locate(tree, (*path, "id"))[0].place
        if rule.id in places:
            report.error(place, "duplicate-value", f"the policy `{rule.id}` is there twice", "give one another id")
        places.setdefault(rule.id, unpack(place, report.file))
        given = [kind for kind in KINDS if getattr(rule, kind) is not None]
        if len(given) != 1:
            words = f"has {' and '.join(f'`{kind}`' for kind in given)}" if given else "says nothing"
            advice = f"give it one of {', '.join(f'`{kind}`' for kind in KINDS)}"
            report.error(locate(tree, path)[0].place, "bad-value", f"the policy `{rule.id}` {words}", advice)
        if rule.require and rule.require.lint is None and rule.require.providers is None:
            place = locate(tree, (*path, "require"))[0].place
            report.error(place, "bad-value", f"the policy `{rule.id}` requires nothing", "write `lint: clean`")
        if rule.owners:
            _check_people(rule.owners, (*path, "owners"), tree, report)
    return places


def _check_people(owners: OwnersShape, path: tuple[str | int, ...], tree: Mapping, report: Report) -> None:
    """Refuse a team that is there twice, and one as GitHub writes it (`org/team`) that ``teams:`` does not list.

    Nobody here knows who is in that.
    """
    teams = owners.members()
    if len(teams) < len(owners.teams):
        known: set[str] = set()
        for written in owners.teams:
            team = team_name(written)
            if team in known:
                _, place = locate(tree, (*path, "teams", written))
                advice = "put everybody into one: case and an `@` make no other team"
                report.error(place, "duplicate-value", f"the team `{shorten(team)}` is there twice", advice)
            known.add(team)
    for index, entry in enumerate(owners.entries):
        for number, person in enumerate(entry.by):
            if "/" in person and person not in teams:
                place = locate(tree, (*path, "entries", index, "by", number))[0].place
                advice = did_you_mean(person, teams) or "list who is in it under `teams:`"
                report.error(place, "unknown-team", f"`{shorten(person)}` is no team of this rule", advice)
