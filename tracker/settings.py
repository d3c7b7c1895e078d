"""Where the workspace lies, and the few choices that a studio makes once.

Every setting can come from an environment variable with the prefix `ROUNDTABLE_`.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tracker.errors import MisuseError

__all__ = ["REPOSITORY_ROOT", "SHARE_ROOT", "Settings"]

REPOSITORY_ROOT = Path(__file__).resolve().parent.parent
"""Folder that holds the packages; the checkout, unless the distribution is installed."""

_IS_CHECKOUT = (REPOSITORY_ROOT / "pyproject.toml").is_file()

SHARE_ROOT = REPOSITORY_ROOT if _IS_CHECKOUT else Path(sys.prefix) / "share" / "roundtable"
"""Folder of what is shipped beside the packages: model packs, the dashboard's entry script."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One workspace: a database, its derived media, its evaluation runs."""

    home: Path
    """Folder of the workspace."""
    busy_deadline_s: float = 30.0
    """How long a transaction waits for the database before it gives up, in seconds."""
    actor: str = field(default="")
    """Who is recorded in the event history."""
    packs: tuple[Path, ...] = ()
    """Folders searched for model packs, first hit wins."""

    @classmethod
    def from_env(cls) -> Settings:
        """Read the environment; an unusable value is refused by name."""
        env = os.environ
        base = REPOSITORY_ROOT if _IS_CHECKOUT else Path.cwd()
        home = Path(env.get("ROUNDTABLE_HOME") or base / "data" / "local").expanduser()
        raw_deadline = env.get("ROUNDTABLE_BUSY_DEADLINE_S", "30")
        try:
            deadline = float(raw_deadline)
        except ValueError:
            message = f"ROUNDTABLE_BUSY_DEADLINE_S is '{raw_deadline}'; give a number of seconds."
            raise MisuseError(message) from None
        extra = [Path(p) for p in env.get("ROUNDTABLE_PACKS", "").split(os.pathsep) if p]
        return cls(
            home=home.resolve(),
            busy_deadline_s=deadline,
            actor=env.get("ROUNDTABLE_ACTOR") or env.get("USER") or "unknown",
            packs=(*extra, home.resolve() / "packs", SHARE_ROOT / "data" / "packs"),
        )

    @property
    def database(self) -> Path:
        """The DuckDB file."""
        return self.home / "roundtable.duckdb"

    @property
    def media(self) -> Path:
        """Derived media: one folder per take, named by the take's sha256."""
        return self.home / "media"

    @property
    def runs(self) -> Path:
        """Evaluation runs: one folder each, holding Parquet parts."""
        return self.home / "runs"

    @property
    def reports(self) -> Path:
        """Pages that `roundtable evals explain` writes."""
        return self.home / "reports"

    @property
    def cache(self) -> Path:
        """Embeddings and other things that can be made again."""
        return self.home / "cache"

    @property
    def pulled(self) -> Path:
        """Model weights that `packs pull` fetched, beside the workspace's own packs, and their digests."""
        return self.home / "packs"

    @property
    def backups(self) -> Path:
        """Copies of the database made before migrations and on request."""
        return self.home / "backups"

    @property
    def media_secret(self) -> Path:
        """Key that signs the dashboard's media addresses; made on first use, mode 0600."""
        return self.home / "media.key"
