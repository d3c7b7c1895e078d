"""How good and how fast the harness is, measured by commands that anyone can run."""
