"""Pages of the harness; importing this loads no torch."""
