"""`roundtable app`: serves the dashboard."""

from __future__ import annotations

import click

from tracker.cli.workspace import workspace_settings

__all__ = ["register"]


@click.command("app")
@click.option("--port", default=8501, show_default=True, type=click.IntRange(1, 65535))
@click.option("--open/--no-open", "open_browser", default=True, help="Open a browser window.")
def app(port: int, *, open_browser: bool) -> int:
    """Serve the dashboard on this machine until it is stopped."""
    from tracker.ui.serve import serve

    return serve(workspace_settings(), port=port, open_browser=open_browser)


def register(root: click.Group) -> None:
    """Add the command to the command line."""
    root.add_command(app)
