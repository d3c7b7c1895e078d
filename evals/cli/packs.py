"""`roundtable packs …`: which models score, what they allow, how to get their weights, and to trust them."""

from __future__ import annotations

from pathlib import Path

import click

from evals.cli.extra import HarnessGroup
from evals.packs.licences import licences, worst
from evals.packs.manifest import IdentitySpec, PackManifest, StateSource, find_pack, list_packs
from tracker.cli.output import TerminalProgress, json_option, remark, show_json, show_rows
from tracker.errors import ExitCode
from tracker.settings import Settings

__all__ = ["packs"]

_DEMO_NOTE = "Demo packs score the demo; what they say of real films is marked and decides nothing."
_NOT_ADVICE = "Facts to act on, not legal advice; the texts of the licences decide."


@click.group("packs", cls=HarnessGroup)
def packs() -> None:
    """Model packs: which models score, under which licence, and whether their weights are here."""


@packs.command("list")
@json_option
def list_all(*, as_json: bool) -> None:
    """List packs with their models and licences, and what is missing on this machine."""
    found = [_row(manifest) for manifest in _all()]
    columns = ("name", "version", "is_demo", "text_image", "perceptual", "identity", "weights")
    show_rows(
        found, as_json=as_json, columns=columns, empty="No packs were found.", demo_note=_DEMO_NOTE
    )


def _all() -> tuple[PackManifest, ...]:
    settings = Settings.from_env()
    return list_packs(settings.packs, store=settings.pulled)


def _named(name: str) -> PackManifest:
    settings = Settings.from_env()
    return find_pack(name, settings.packs, store=settings.pulled)


def _row(manifest: PackManifest) -> dict[str, object]:
    from evals.packs.presence import missing_weights

    text_image, perceptual, faces = manifest.text_image, manifest.perceptual, manifest.identity
    missing = missing_weights(manifest)
    remedy = f": roundtable packs pull {manifest.name}" if manifest.sources else ""
    return {
        "name": manifest.name,
        "version": manifest.version,
        "is_demo": manifest.is_demo,
        "description": manifest.description,
        "text_image": text_image and (text_image.architecture or "custom"),
        "text_image_licence": text_image and text_image.licence,
        "perceptual": perceptual and f"lpips {perceptual.backbone}",
        "perceptual_licence": perceptual and perceptual.licence,
        "identity": faces and _faces(faces),
        "identity_licence": faces and _joined(faces.finder.licence, faces.embedder.licence),
        "face_state": faces and faces.state.value,
        "commercial": worst(row.commercial for row in licences(manifest)).value,
        "weights": f"{len(missing)} missing{remedy}" if missing else "here",
        "missing": " ".join(missing),
    }


def _faces(spec: IdentitySpec) -> str:
    blind = ", every face unsure" if spec.state is StateSource.NONE else ""
    return f"{spec.finder.library} + {spec.embedder.library}{blind}"


def _joined(first: str, second: str) -> str:
    return first if first == second else f"{first} AND {second}"


@packs.command("pull")
@click.argument("name")
@click.option(
    "--mirror",
    type=click.Path(path_type=Path),
    default=None,
    help="Folder with the pack's files by their names; no connection is opened.",
)
@json_option
def pull(name: str, *, mirror: Path | None, as_json: bool) -> None:
    """Download a pack's weights from their usual source. Nothing else ever downloads.

    Broken off, it goes on where it stopped. Every file must have the digest that the manifest gives; where
    it gives none, the digest found now is written beside the workspace's packs and holds from then on.

    A mirror holds the same files by their names (alexnet-owt-7be5be79.pth, glintr100.onnx, ...); for an
    open_clip model a copy of its hub repository, in a folder named like it (ViT-B-16-SigLIP2-256).
    """
    from evals.packs.download import pull as download

    progress = TerminalProgress()
    try:
        pulled = download(_named(name), remark, mirror=mirror, progress=progress)
    finally:
        progress.stop()
    rows = [{"model": p.model, "path": str(p.path), "sha256": p.sha256} for p in pulled]
    columns = ("model", "path", "sha256")
    empty = "Nothing to pull: all weights are files of the pack."
    show_rows(rows, as_json=as_json, columns=columns, empty=empty)


@packs.command("verify")
@click.argument("name")
@click.option(
    "--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True
)
@json_option
def verify(name: str, *, device: str, as_json: bool) -> int:
    """Check a pack's digests, load its models and try each; exits with 10 when one fails.

    `evals run` refuses the same models for the same reasons. `digest` says who vouches for the weights:
    the manifest, the lock that a pull wrote, the publisher's file name, or nobody yet.
    """
    from evals.packs.devices import choose_device
    from evals.packs.verify import verify_pack

    manifest = _named(name)
    checks = verify_pack(manifest, choose_device(device), say=remark)
    rows = [
        {"model": c.model, "passed": c.is_passed, "digest": c.digest, "reason": c.reason}
        for c in checks
    ]
    is_sound = all(check.is_passed for check in checks)
    if as_json:
        show_json({"pack": manifest.name, "passed": is_sound, "models": rows})
    else:
        shown = [{**row, "result": "pass" if row["passed"] else "FAIL"} for row in rows]
        columns = ("model", "result", "digest", "reason")
        show_rows(shown, as_json=False, columns=columns, empty="This pack has no models.")
    return int(ExitCode.OK if is_sound else ExitCode.BLOCKED)


@packs.command("licences")
@click.argument("name", required=False)
@json_option
def show_licences(name: str | None, *, as_json: bool) -> None:
    """Say for each model what the licences of its code and its weights allow, and ask for.

    A pack with a model that forbids commercial use scores demo productions only; an unknown licence is
    for a person to read.
    """
    chosen = _all() if name is None else (_named(name),)
    rows = [
        {
            "pack": manifest.name,
            "model": row.model,
            "what": row.what,
            "code": row.code.name,
            "weights": row.weights.name,
            "commercial": row.commercial.value,
            "conditions": row.weights.conditions,
            "code_conditions": row.code.conditions,
            "note": row.note,
        }
        for manifest in chosen
        for row in licences(manifest)
    ]
    columns = ("pack", "model", "code", "weights", "commercial", "note")
    show_rows(rows, as_json=as_json, columns=columns, empty="There are no models.")
    if not as_json:
        asked = {str(r["weights"]): r["conditions"] for r in rows}
        asked |= {str(r["code"]): r["code_conditions"] for r in rows}
        for licence, conditions in sorted(asked.items()):
            click.echo(f"{licence}: {conditions}")
        remark(_NOT_ADVICE)
