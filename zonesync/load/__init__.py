"""Text into the model: YAML zones, zone files and the configuration, each with findings that know their place."""

from zonesync.load.config import Config, Defaults, Limit, ProviderConfig, Safety, load_config
from zonesync.load.places import place_of, with_excerpts
from zonesync.load.schema import schema
from zonesync.load.state import State
from zonesync.load.zones import LoadedZone, load_zone, load_zones, zone_files

__all__ = [
    "Config",
    "Defaults",
    "Limit",
    "LoadedZone",
    "ProviderConfig",
    "Safety",
    "State",
    "load_config",
    "load_zone",
    "load_zones",
    "place_of",
    "schema",
    "with_excerpts",
    "zone_files",
]
