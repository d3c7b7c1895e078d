import pytest

from tracker.actions.report import Effect
from tracker.actions.shots import import_shots
from tracker.domain.addresses import Address
from tracker.domain.production import Production, ProductionKind
from tracker.errors import ExitCode, NotFoundError
from tracker.settings import Settings
from tracker.store import Store, productions, shots

TABLE = (
    "Film,Sequence,Shot,Method,Prompt,FPS,Frames\n"
    "F01,SQ010,SQ010_SH0010,ai,A lamp,24,48\n"
    "F01,SQ010,SQ010_SH0020,live_action,,25,100\n"
    "F02,SQ010,SQ010_SH0010,hybrid,A door,24,12\n"
)


@pytest.fixture
def store(tmp_path):
    store = Store.create(Settings(home=tmp_path / "ws"))
    with store.write() as tx:
        productions.add_production(tx, Production(code="ANTH01", kind=ProductionKind.ANTHOLOGY))
    return store


@pytest.fixture
def bring(store, tmp_path):
    def run(text=TABLE, **options):
        path = tmp_path / "shots.csv"
        path.write_text(text, encoding="utf-8")
        return import_shots(store, path, "ANTH01", **options)

    return run


def snapshot(store):
    with store.read() as tx:
        tables = [n for (n,) in tx.rows("SELECT table_name FROM duckdb_tables() ORDER BY 1")]
        return {name: tx.rows(f"SELECT * FROM {name} ORDER BY ALL") for name in tables}


def test_films_and_sequences_are_made_on_the_way(store, bring):
    assert bring().counts[Effect.NEW] == 3
    with store.read() as tx:
        found = [(s.film, s.sequence, s.code) for _, s in shots.list_shots(tx, Address("ANTH01"))]
    assert found == [
        ("F01", "SQ010", "SQ010_SH0010"),
        ("F01", "SQ010", "SQ010_SH0020"),
        ("F02", "SQ010", "SQ010_SH0010"),
    ]


def test_a_preview_says_what_would_happen_and_changes_nothing(store, bring):
    before = snapshot(store)
    assert bring(preview=True).counts[Effect.NEW] == 3
    assert snapshot(store) == before


def test_importing_twice_changes_nothing(store, bring):
    bring()
    before = snapshot(store)
    assert bring().counts[Effect.UNCHANGED] == 3
    assert snapshot(store) == before


def test_a_row_that_differs_changes_only_with_update(store, bring):
    bring()
    changed = TABLE.replace("A lamp", "A torch")
    report = bring(changed)
    assert report.counts[Effect.DIFFERENT] == 1
    assert "--update" in report.remarks[0]
    assert bring(changed, update=True).counts[Effect.CHANGED] == 1
    with store.read() as tx:
        assert shots.find_shot(tx, "ANTH01", "F01", code="SQ010_SH0010").brief.prompt == "A torch"


def test_columns_that_the_table_lacks_are_left_alone(store, bring):
    bring()
    report = bring("Film,Shot,FPS\nF01,SQ010_SH0010,25\n", update=True)
    assert report.counts[Effect.CHANGED] == 1
    with store.read() as tx:
        shot = shots.find_shot(tx, "ANTH01", "F01", code="SQ010_SH0010")
    assert (shot.fps, shot.brief.prompt, shot.duration_frames) == (25, "A lamp", 48)


def test_bad_rows_are_reported_and_good_ones_kept(bring):
    report = bring(TABLE + "F03,SQ010,SH1,ai,,24,12\nF01,SQ010,SQ010_SH0010,ai,again,24,48\n")
    assert report.counts[Effect.NEW] == 3
    assert report.exit_code is ExitCode.PARTIAL
    assert [(p.line, p.column) for p in report.problems] == [(5, "Shot"), (6, "Shot")]
    assert "line 2 already" in report.problems[1].message


def test_a_shot_keeps_its_sequence(store, bring):
    bring()
    report = bring("Film,Sequence,Shot\nF01,SQ020,SQ010_SH0010\n", update=True)
    assert report.exit_code is ExitCode.PARTIAL
    assert "keeps its sequence" in report.problems[0].message


def test_embraced_traces_are_kept_and_added_with_update(store, bring):
    bring()
    text = (
        "Film,Shot,Artifact policy,Embraced,Embraced by\n"
        "F01,SQ010_SH0010,embrace,flicker,Ada Quill\n"
    )
    assert bring(text).counts[Effect.DIFFERENT] == 1
    assert bring(text, update=True).counts[Effect.CHANGED] == 1
    assert bring(text, update=True).counts[Effect.UNCHANGED] == 1
    with store.read() as tx:
        shot = shots.find_shot(tx, "ANTH01", "F01", code="SQ010_SH0010")
    assert [e.kind for e in shot.embraced] == ["flicker"]


def test_an_unknown_production_is_refused(store, tmp_path):
    path = tmp_path / "shots.csv"
    path.write_text(TABLE, encoding="utf-8")
    with pytest.raises(NotFoundError, match="did you mean 'ANTH01'"):
        import_shots(store, path, "ANTH02")
