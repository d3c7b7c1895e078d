"""Whether a pack may score a production: models whose licence forbids commercial use may not."""

from __future__ import annotations

from collections.abc import Iterable

from evals.packs.licences import Commercial, licences, non_commercial
from evals.packs.manifest import PackManifest
from tracker.errors import BlockedError
from tracker.store import Tx
from tracker.store.productions import get_production

__all__ = ["require_permission"]


def require_permission(tx: Tx, pack: PackManifest, codes: Iterable[str]) -> list[str]:
    """Return a remark for each model whose licence nobody knows.

    Raises BlockedError when a model's code or weights forbid commercial use and one of the productions is
    no demo: every other production is a studio's work.
    """
    refused = non_commercial(pack)
    real = [code for code in sorted(set(codes)) if not get_production(tx, code).is_demo]
    if refused and real:
        model = refused[0]
        raise BlockedError(
            f"Pack '{pack.name}' may not score {real[0]}: its {model.model} is under"
            f" {model.weights.name if model.weights.commercial is Commercial.FORBIDDEN else model.code.name},"
            " which forbids commercial use; choose another pack (`roundtable packs licences`)."
        )
    return [
        f"Nobody knows whether the licence {row.weights.name} of {row.model} in pack '{pack.name}'"
        " allows commercial use; read it."
        for row in licences(pack)
        if row.commercial is Commercial.UNKNOWN and real
    ]
