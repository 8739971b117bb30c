"""A folder that held zones and is empty now is not mounted, rather than a provider without zones."""

from collections.abc import Mapping, Sequence

from zonesync.findings import Finding, Severity
from zonesync.plan.plan import Allowance
from zonesync.plan.rotation import NOBODY, Absences
from zonesync.provider.contract import LiveZone, Provider
from zonesync.provider.errors import ProviderError
from zonesync.run.audit import AuditLog
from zonesync.run.history import Known, Place, last_known
from zonesync.run.store import StoreError, open_store
from zonesync.workflow.project import Project
from zonesync.workflow.secrets import concealing

RULE = "empty-provider"


def emptied(
    project: Project,
    providers: Mapping[str, Provider],
    live: Mapping[Place, LiveZone | None],
    allowances: Sequence[Allowance] = (),
    absences: Absences = NOBODY,
) -> tuple[dict[Place, str], list[Finding]]:
    """Return the zones at emptied folders, with the words that say so, and a warning where nobody can tell.

    A zone counts where the audit log knows that zonesync has applied it there, and the folder has no zone at all;
    ``empty-provider`` among *allowances* lets it be made anew, and so do *absences*: who has left has no zone there.
    """
    allowed = {allowance.zone for allowance in allowances if allowance.rule == RULE}
    known_to_be_gone = {where for where in live if str(where[0]) in allowed or where in absences}
    absent = [where for where, found in live.items() if found is None and where not in known_to_be_gone]
    empty = {name: _is_empty(project, providers[name]) for name in dict.fromkeys(name for _, name in absent)}
    suspects = [where for where in absent if empty[where[1]]]
    if not suspects:
        return {}, []
    try:
        store = open_store(project.config.state, project.root)
        known = last_known(AuditLog(store), store, suspects)
    except StoreError as problem:
        return {}, [_unreadable(problem)]
    return {
        where: _words(project, providers[where[1]], where, known[where]) for where in suspects if where in known
    }, []


def _is_empty(project: Project, provider: Provider) -> bool:
    """Tell whether *provider* is a folder without any zone; one that cannot be listed is none."""
    if not provider.capabilities.local:
        return False
    try:
        with concealing(project.config, provider.name):
            return next(iter(provider.zones()), None) is None
    except ProviderError:
        return False


def _words(project: Project, provider: Provider, where: Place, known: Known) -> str:
    zone, name = where
    folder = project.config.providers[name].options.get("directory") or provider.target(zone)
    return (
        f"the audit log has it applied here on {known.time[:10]}, and `{folder}` is empty or gone: is it mounted? "
        f"(restore it; to make the zone there anew, `zonesync plan --allow {RULE}@{zone}`)"
    )


def _unreadable(problem: StoreError) -> Finding:
    return Finding(
        "audit-log-unreadable",
        Severity.WARNING,
        f"a provider's folder is empty, and whether it ever held a zone is not known: {problem}",
        help="make the state readable, and look whether the folder is mounted",
    )
