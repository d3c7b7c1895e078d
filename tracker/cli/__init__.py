"""The command line: `roundtable NOUN VERB`. Data goes to stdout, everything else to stderr."""

from tracker.cli.main import main

__all__ = ["main"]
