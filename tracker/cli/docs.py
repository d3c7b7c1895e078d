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
    blocks = ["# Commands\n\nMade from the help texts by `python -m tracker.cli.docs`."]
    for name, command in _walk(root, "roundtable"):
        context = click.Context(
            command, info_name=name, terminal_width=_WIDTH, max_content_width=_WIDTH
        )
        blocks.append(f"## `{name}`\n\n```text\n{command.get_help(context).rstrip()}\n```")
    return "\n\n".join(blocks) + "\n"


def _walk(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        for child in sorted(command.commands):
            yield from _walk(command.commands[child], f"{name} {child}")


if __name__ == "__main__":
    click.echo(markdown(), nl=False)
