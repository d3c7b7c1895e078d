"""The page of the figures, with them, without them, and with a file that is none."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from evals.validation import figures
from evals.validation.figures import Figure, Report, Table, write_report
from tracker.settings import REPOSITORY_ROOT

SCORES = "evals/ui/pages/scores.py"
HIT = Figure(row="flicker, visible", measure="AUROC", value=0.99, goal=0.95, beside=0.6)
MISS = Figure(row="<banding>, visible", measure="AUROC", value=0.5, goal=0.95, beside=0.57)
REPORT = Report(
    scale="full",
    seed=1,
    pack="demo 1",
    is_demo=True,
    program="ab12",
    workers=2,
    tables=(
        Table(name="flaws", title="Planted flaws", says="As files.", figures=(HIT, MISS)),
        Table(name="prompts", title="Prompt", says="Asked.", figures=(HIT,)),
        Table(name="coverage", title="Intervals", says="Simulated.", error="OSError: no room."),
    ),
)


@pytest.fixture
def published(tmp_path, monkeypatch):
    path = tmp_path / "validation.json"
    monkeypatch.setattr(figures, "PUBLISHED", path)
    return path


def page() -> AppTest:
    app = AppTest.from_file(str(REPOSITORY_ROOT / "streamlit_app.py"), default_timeout=30).run()
    return app.switch_page(SCORES).run()


def printed(app: AppTest) -> str:
    assert not app.exception
    assert not app.markdown, "Streamlit prints bare strings"
    return "\n".join(h.value for h in app.html if not h.value.startswith("<style>"))


def test_without_figures_the_page_teaches_the_command(empty, published):
    text = printed(page())
    assert "No figures yet" in text
    assert "roundtable evals validate" in text


def test_a_file_that_is_none_is_one_sentence(empty, published):
    published.write_text("{")
    assert "holds no figures of a validation" in printed(page())


def test_hits_misses_and_failures_are_shown(empty, published):
    write_report(REPORT, published)
    app = page()
    text = printed(app)
    for word, number in (("Goals reached", 2), ("Goals missed", 1), ("Without a number", 0)):
        assert f"<span>{word}</span><b>{number}</b>" in text
    assert "&lt;banding&gt;, visible" in text
    assert text.count('class="fails"') == 1
    assert "OSError: no room." in text
    assert not app.warning


def test_misses_can_be_seen_alone(empty, published):
    write_report(REPORT, published)
    app = page()
    app.button_group(key="shown").set_value("Missed goals only").run()
    text = printed(app)
    assert "&lt;banding&gt;, visible" in text
    assert "flicker, visible" not in text
    assert "<h3>Prompt</h3>" not in text


def test_a_quick_run_says_that_it_is_quick(empty, published):
    write_report(Report(**{**vars(REPORT), "scale": "quick"}), published)
    (warning,) = page().warning
    assert "not to be quoted" in warning.value
