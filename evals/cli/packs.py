"""`roundtable packs …`: which models score, and how to get their weights."""

from __future__ import annotations

import click

from evals.cli.extra import HarnessGroup
from evals.packs.manifest import PackManifest, find_pack, list_packs
from tracker.cli.output import json_option, remark, show_rows
from tracker.settings import Settings

__all__ = ["packs"]

_DEMO_NOTE = "Demo packs score the demo; what they say of real films is marked and decides nothing."


@click.group("packs", cls=HarnessGroup)
def packs() -> None:
    """Model packs: which models score, under which licence, and whether their weights are here."""


@packs.command("list")
@json_option
def list_all(*, as_json: bool) -> None:
    """List packs with their models and licences."""
    found = [_row(manifest) for manifest in list_packs(Settings.from_env().packs)]
    columns = ("name", "version", "is_demo", "text_image", "perceptual", "missing")
    show_rows(
        found, as_json=as_json, columns=columns, empty="No packs were found.", demo_note=_DEMO_NOTE
    )


def _row(manifest: PackManifest) -> dict[str, object]:
    from evals.packs.presence import missing_weights

    text_image, perceptual = manifest.text_image, manifest.perceptual
    return {
        "name": manifest.name,
        "version": manifest.version,
        "is_demo": manifest.is_demo,
        "description": manifest.description,
        "text_image": text_image and (text_image.architecture or "custom"),
        "text_image_licence": text_image and text_image.licence,
        "perceptual": perceptual and f"lpips {perceptual.backbone}",
        "perceptual_licence": perceptual and perceptual.licence,
        "missing": " ".join(missing_weights(manifest)),
    }


@packs.command("pull")
@click.argument("name")
def pull(name: str) -> None:
    """Download a pack's weights from their usual source. Nothing else ever downloads."""
    from evals.packs.download import pull as download

    manifest = find_pack(name, Settings.from_env().packs)
    for file in download(manifest, remark):
        click.echo(str(file))
