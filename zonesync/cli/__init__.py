"""The command line: parse, call one function, render, choose an exit code."""

from zonesync.cli.main import main, run

__all__ = ["main", "run"]
