"""The bounds within which a zone file is read: beyond them the file is refused, never cut short."""

MAX_RECORD = 1 << 20
"""Octets of one logical record: a line, or the lines between one pair of parentheses."""
MAX_TOTAL = 256 << 20
"""Octets of a zone file and all it includes. A million RRsets take about 80 MiB."""
MAX_GENERATED = 131_072
"""Records that all ``$GENERATE`` lines together may make."""
MAX_INCLUDE_DEPTH = 20
MAX_INCLUDES = 10_000
MAX_ERRORS = 100
"""Errors reported before reading stops."""
MAX_WARNINGS = 100
"""Warnings reported per rule; the rest is only counted."""
MAX_HEADER = 1000
"""Comment lines kept from the start of a file."""
