"""What the harness adds to `roundtable doctor`; torch is looked at in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version

from evals.packs.manifest import find_pack, list_packs
from tracker.errors import RoundtableError
from tracker.settings import Settings

__all__ = ["findings"]

_PACKAGES = (
    "torch",
    "torchvision",
    "open-clip-torch",
    "lpips",
    "diffusers",
    "opencv-python-headless",
)
_ACCELERATOR = (
    "import torch; print(torch.cuda.get_device_name(0) if torch.cuda.is_available() else 'none')"
)


def findings(settings: Settings) -> list[dict[str, object]]:
    """Return what is there and what is missing, each with its remedy."""
    found = [_package(name) for name in _PACKAGES]
    if found[0].get("ok", True):
        found.append(_accelerator())
    return found + _packs(settings)


def _package(name: str) -> dict[str, object]:
    try:
        return {"what": name, "found": version(name)}
    except PackageNotFoundError:
        remedy = "Needed to score takes: pip install 'roundtable[evals]'."
        return {
            "what": name,
            "found": "not installed",
            "ok": False,
            "optional": True,
            "remedy": remedy,
        }


def _accelerator() -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", _ACCELERATOR], capture_output=True, text=True, check=False
    )
    name = done.stdout.strip() or "unknown"
    if name not in {"none", "unknown"}:
        return {"what": "accelerator", "found": name}
    remedy = "Models run on the CPU; scores are the same, only slower."
    return {"what": "accelerator", "found": "none", "ok": False, "optional": True, "remedy": remedy}


def _packs(settings: Settings) -> list[dict[str, object]]:
    try:
        names = [manifest.name for manifest in list_packs(settings.packs, store=settings.pulled)]
    except RoundtableError as error:
        return [
            {"what": "packs", "found": str(error), "ok": False, "remedy": "Mend that manifest."}
        ]
    return [_pack(name, settings) for name in names]


def _pack(name: str, settings: Settings) -> dict[str, object]:
    from evals.packs.presence import missing_weights

    manifest = find_pack(name, settings.packs, store=settings.pulled)
    missing = missing_weights(manifest)
    if not missing:
        return {"what": f"pack {name}", "found": f"{manifest.version}, weights are here"}
    return {
        "what": f"pack {name}",
        "found": f"{manifest.version}, {len(missing)} model(s) without weights",
        "ok": False,
        "optional": True,
        "remedy": " ".join(missing),
    }
