"""The house holds: floors by static contract, late imports by a fresh interpreter."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEAVY = {"torch", "torchvision", "open_clip", "lpips", "diffusers", "transformers"}


def modules_after(statement: str) -> set[str]:
    """Top-level modules that a fresh interpreter holds after a statement."""
    listing = "print(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))"
    code = f"import sys, json\n{statement}\n{listing}"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def every_module(package: str) -> list[str]:
    files = sorted((ROOT / package).rglob("*.py"))
    dotted = [".".join(f.relative_to(ROOT).with_suffix("").parts) for f in files]
    return [d.removesuffix(".__init__") for d in dotted if not d.endswith(("._worker", "__main__"))]


def test_import_contracts_are_kept():
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_whole_tracker_loads_no_torch():
    wanted = [m for m in every_module("tracker") if not m.startswith("tracker.ui.pages")]
    loaded = modules_after("\n".join(f"import {m}" for m in wanted))
    assert "duckdb" in loaded
    assert not loaded & HEAVY


@pytest.mark.parametrize(
    "package", ["evals.cli", "evals.ui", "evals.decisions", "evals.metrics", "evals.reports"]
)
def test_importing_these_rooms_of_the_harness_loads_no_torch(package):
    wanted = [m for m in every_module("evals") if m.startswith(package)]
    assert not modules_after("\n".join(f"import {m}" for m in wanted)) & HEAVY


@pytest.mark.parametrize("command", ["list", "licences"])
def test_asking_about_packs_loads_no_torch(command):
    statement = (
        "from tracker.cli.main import command_line\n"
        "from click.testing import CliRunner\n"
        f"done = CliRunner().invoke(command_line(), ['packs', '{command}'])\n"
        "assert done.exit_code == 0 and 'standard' in done.output, done.output"
    )
    assert not modules_after(statement) & (HEAVY | {"cv2"})


def test_the_check_for_torch_can_fail():
    assert "torch" in modules_after("import torch")


def test_the_tracker_works_where_the_extra_evals_is_not_installed():
    blocked = ", ".join(repr(name) for name in [*sorted(HEAVY), "cv2", "scipy", "safetensors"])
    statement = (
        "import importlib.abc\n"
        "class Block(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name.split('.')[0] in {{{blocked}}}:\n"
        "            raise ModuleNotFoundError(name, name=name)\n"
        "sys.meta_path.insert(0, Block())\n"
        "from tracker.cli.main import command_line\n"
        "from click.testing import CliRunner\n"
        "assert CliRunner().invoke(command_line(), ['--help']).exit_code == 0\n"
        "assert CliRunner().invoke(command_line(), ['packs', 'list']).exit_code == 0\n"
        "refused = CliRunner().invoke(command_line(), ['packs', 'verify', 'demo']).exception\n"
        "assert \"pip install 'roundtable[evals]'\" in str(refused), refused\n"
        "import tracker.actions.takes, tracker.media.probe"
    )
    assert not modules_after(statement) & HEAVY


def test_files_stay_under_five_hundred_lines():
    long = {
        str(f.relative_to(ROOT)): n
        for package in ("tracker", "evals", "tests")
        for f in (ROOT / package).rglob("*.py")
        if (n := len(f.read_text().splitlines())) > 500
    }
    assert not long


def test_every_direct_dependency_is_locked_with_a_hash():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["evals"], *extras["dev"]]
    lock = (ROOT / "requirements.lock").read_text()
    for requirement in wanted:
        name = re.split(r"[<>=!~; ]", requirement)[0]
        assert re.search(rf"^{re.escape(name)}==\S+.*\\\n\s+--hash=sha256:", lock, re.MULTILINE), (
            name
        )


def test_the_lock_holds_no_addresses():
    assert "://" not in (ROOT / "requirements.lock").read_text()


def test_the_entry_script_names_pages_and_little_else():
    assert len((ROOT / "streamlit_app.py").read_text().splitlines()) < 60
