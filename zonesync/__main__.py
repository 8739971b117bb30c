"""``python -m zonesync``."""

from zonesync.cli import main

main()
