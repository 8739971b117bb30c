"""A zone as desired or as a provider has it, in other forms."""

import json

from zonesync.exporters import zone_yaml
from zonesync.exporters.desired import whole
from zonesync.findings import Finding, Severity
from zonesync.load.zonefile import write_zonefile
from zonesync.model.rrset import RRset
from zonesync.model.zone import Zone, ZoneId
from zonesync.plan import apex_set
from zonesync.plan.facts import Facts
from zonesync.run.context import Context
from zonesync.workflow.loading import load
from zonesync.workflow.project import Project, RefusedError, check_providers, connect
from zonesync.workflow.secrets import concealing


def export(project: Project, zone: str, source: str, form: str, context: Context, *, with_soa: bool = True) -> str:
    """Return *zone* as ``desired`` or a provider has it, as a zone file, YAML or JSON.

    Raises :class:`UnknownNameError`, :class:`RefusedError` for what cannot be written, and
    :class:`~zonesync.provider.errors.ProviderError`.
    """
    found = _wanted_zone(project, zone, source, context)
    rrsets = {key: rrset for key, rrset in found.rrsets.items() if with_soa or key.type != "SOA"}
    if form == "json":
        return json.dumps({"format": 1, "zone": str(found.id), "rrsets": zone_yaml.rrsets_data(rrsets)}, indent=1)
    if form == "yaml":
        return zone_yaml.dumps(Zone(found.id, rrsets), with_soa=with_soa)
    try:
        return write_zonefile(rrsets, found.apex)
    except ValueError as problem:
        raise RefusedError(
            [
                Finding(
                    "not-in-a-zone-file",
                    Severity.ERROR,
                    str(problem),
                    help="export it as yaml or json",
                    zone=str(found.id),
                )
            ]
        ) from None


def _wanted_zone(project: Project, name: str, source: str, context: Context) -> Zone:
    if source != "desired":
        check_providers(project, [source])
        identity = ZoneId.parse(name)
        provider = connect(project, [source])[source]
        with concealing(project.config, source):
            live = provider.read(identity)
        if live is None:
            raise RefusedError([Finding("zone-not-hosted", Severity.ERROR, f"`{source}` does not host `{identity}`")])
        return Zone(identity, live.rrsets)
    loaded = load(project, [name], context)
    if loaded.has_errors or not loaded.zones:
        raise RefusedError([finding for finding in loaded.findings if finding.is_error])
    zone = loaded.zones[0]
    providers = connect(project, zone.providers)
    facts = [Facts(name, one.capabilities, one.nameservers, "", "") for name, one in providers.items()]
    nameservers = apex_set.wanted(zone, facts)
    return whole(zone, nameservers if isinstance(nameservers, RRset) else None)
