"""The configured providers, as table, as check and as JSON."""

import json
from dataclasses import replace

from zonesync.provider.abilities import Counts, Credentials, Permissions, Quota
from zonesync.provider.contract import AliasSupport, ApexNs, Capabilities
from zonesync.run.providers import ProviderReport
from zonesync.run.results import Run
from zonesync.views import providers, run_text

ANY = Capabilities(types=None, apex_ns=ApexNs.FULL)
CLOUD = Capabilities(
    types=frozenset({"A", "AAAA"}), apex_ns=ApexNs.NON_EMPTY, alias=AliasSupport.TRANSLATED, min_ttl=60
)
FULL = Quota("rrsets", 10000, 5002, "example.com")
AWS = ProviderReport(
    "aws",
    "route53",
    CLOUD,
    Credentials(found=True, source="environment"),
    Permissions(("r53:List", "r53:Get"), ("r53:Change",)),
    12,
    (Quota("zones", 500, 12), FULL, Quota("sets", 100), Quota("none", 0, 0)),
)
FILES = ProviderReport("files", "bind", ANY, zones=3)
BROKEN = ProviderReport("broken", "ns1", problem="needs the module `ns1`: pip install 'zonesync[ns1]'", hint="do it")


def test_a_row_says_what_a_provider_can_hold_and_what_is_used():
    assert list(providers.table([AWS, FILES, BROKEN])) == [
        "PROVIDER  TYPE     APEX NS    ALIAS       TYPES  TTL  ZONES  QUOTA",
        "aws       route53  non_empty  translated  2      60+  12     50%",
        "    credentials: environment",
        "    quota: rrsets 5002/10000 (example.com)",
        "files     bind     full       nowhere     any    any  3      -",
        "broken    ns1      ?          ?           ?      ?    ?      -",
    ]


def test_a_range_of_ttls_is_written_out():
    narrow = Capabilities(types=None, apex_ns=ApexNs.FULL, min_ttl=0, max_ttl=604800)
    assert "  0-604800  " in list(providers.table([ProviderReport("a", "x", narrow, zones=1)]))[1]


def test_missing_credentials_are_said():
    missing = ProviderReport("a", "x", ANY, Credentials(found=False, source="neither `key` nor $KEY"), problem="no")
    assert "    credentials: none: neither `key` nor $KEY" in list(providers.table([missing]))
    assert "    credentials: none: neither `key` nor $KEY" in list(providers.check_lines([missing]))


def test_long_names_and_words_stay_within_80_columns_and_steer_nothing():
    evil = ProviderReport(
        "n" * 70,
        "t" * 30,
        CLOUD,
        Credentials(found=True, source="\x1b[2J" + "profile " * 20),
        Permissions(tuple(f"service:Permission{n}" for n in range(20)), ()),
        7,
        (Quota("rrsets", 10, 9, "\x07" + "x" * 90),),
        "words \u202e " * 20,
        "hint " * 40,
    )
    for lines in (list(providers.table([evil])), list(providers.check_lines([evil]))):
        assert max(map(len, lines)) <= 80
        assert all(line.isprintable() for line in lines)


def test_a_check_says_who_can_be_read_and_which_permissions_that_needs():
    assert list(providers.check_lines([AWS, FILES, BROKEN])) == [
        "aws: ok, 12 zones listed",
        "    credentials: environment",
        "    a plan needs: r53:List, r53:Get",
        "    an apply adds: r53:Change",
        "files: ok, 3 zones listed",
        "broken: FAILED: needs the module `ns1`: pip install 'zonesync[ns1]'",
        "    do it",
    ]


def test_a_check_says_what_deleting_a_zone_needs_besides():
    deleter = replace(AWS, permissions=Permissions(("r53:List",), ("r53:Change",), ("r53:Delete",)))
    assert list(providers.check_lines([deleter]))[-1] == "    leaving the provider adds: r53:Delete"


def test_json_has_all_of_it():
    data = providers.data(AWS)
    assert data == json.loads(json.dumps(data))
    assert (data["apex_ns"], data["alias"], data["types"]) == ("non_empty", "translated", ["A", "AAAA"])
    assert data["ttl"] == {"min": 60, "max": 2147483647}
    assert data["credentials"] == {"found": True, "source": "environment"}
    assert data["quotas"][1] == {"name": "rrsets", "limit": 10000, "used": 5002, "zone": "example.com"}
    broken = providers.data(BROKEN)
    assert broken.keys() == data.keys()
    assert (broken["types"], broken["ttl"], broken["zones"], broken["hint"]) == (None, None, "", "do it")


def test_a_check_as_json_holds_the_permissions():
    data = providers.check_data(AWS)
    assert (data["ok"], data["zones"]) == (True, 12)
    assert data["permissions"] == {"plan": ("r53:List", "r53:Get"), "apply": ("r53:Change",), "delete": ()}
    assert providers.check_data(BROKEN)["ok"] is False


def test_the_fullest_quota_is_the_one_of_the_greatest_share():
    assert AWS.fullest == FULL
    assert FILES.fullest is None
    assert ProviderReport("a", "x", quotas=(Quota("unknown", 5),)).fullest is None


def test_only_services_that_were_asked_again_are_news():
    calls = {"aws": Counts(31, 4, 3, 2.14), "ns1": Counts(9), "g": Counts(1, 0, 1)}
    assert list(run_text.calls_lines(calls)) == [
        "aws: 31 calls, 4 tried again (3 throttled), 2.1 s waited",
        "g: 1 call, 0 tried again (1 throttled), 0.0 s waited",
    ]


def test_why_the_audit_log_could_not_be_finished_fits_the_terminal():
    problem = f"cannot write {'.zonesync/audit/' * 4}000000000007.json: No space left on device"
    lines = run_text.text(Run("20261122T020304Z-dead00", (), None, problem), width=60).splitlines()
    assert max(map(len, lines)) <= 60
    assert "".join(line.strip() for line in lines).replace(" ", "").count(problem.replace(" ", "")) == 1
