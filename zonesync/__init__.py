"""zonesync: one YAML file describes a zone, and every provider that hosts it serves exactly that."""

__version__ = "0.1.0"
