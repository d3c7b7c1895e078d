"""Writes docs/cli.md from the help texts: `python -m tracker.cli.docs > docs/cli.md`."""

from __future__ import annotations

from collections.abc import Iterator

import click

from tracker.cli.main import command_line

__all__ = ["markdown"]

_WIDTH = 96


def markdown() -> str:
    """Return the command reference as Markdown."""
    root = command_line()
    context = click.Context(
        root,
        info_name="roundtable",
        terminal_width=_WIDTH,
        max_content_width=_WIDTH,
        **root.context_settings,
    )
    blocks = ["# Commands\n\nMade from the help texts by `python -m tracker.cli.docs`."]
    for one in _walk(context):
        help_text = one.command.get_help(one).rstrip()
        blocks.append(f"## `{one.command_path}`\n\n```text\n{help_text}\n```")
    return "\n\n".join(blocks) + "\n"


def _walk(context: click.Context) -> Iterator[click.Context]:
    """Yield a command's context and those below it; what is set above holds below."""
    yield context
    if isinstance(context.command, click.Group):
        for name, command in sorted(context.command.commands.items()):
            yield from _walk(click.Context(command, parent=context, info_name=name))


if __name__ == "__main__":
    click.echo(markdown(), nl=False)
