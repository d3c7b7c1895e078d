"""The page as HTML: whole, self-contained, escaped; and the same content as JSON."""

from __future__ import annotations

import base64
import json
from html.parser import HTMLParser

import pytest

from evals.reports.as_json import as_json
from evals.reports.build import build_page
from evals.reports.html import as_html
from tracker.domain.scores import Region, ScoreState

VOID = {"meta", "link", "img", "br", "hr", "input"}
NASTY = "<script>alert('x')</script> & \"Söhne\" </title>"

TAKE = {
    "address", "production", "production_title", "film", "film_title", "shot", "take", "takes",
    "is_latest", "is_demo", "director", "method", "generator", "prompt", "packs", "first_frame",
    "last_frame", "fps", "fps_rational", "error", "verdict", "axes", "remark",
}  # fmt: skip
VERDICT = {
    "outcome", "is_proposed", "is_error", "axis", "metric", "reason", "certificate", "severity",
    "frames", "stills",
}  # fmt: skip
AXIS = {"axis", "title", "standing", "sentence", "measures", "missing"}
MEASURE = {
    "metric", "title", "standing", "value", "low", "high", "unit", "range", "direction", "fails_at",
    "decides", "sentence", "remark", "note", "version", "pack", "is_demo_pack", "frames", "kinds",
    "regions", "stills", "course",
}  # fmt: skip


class Read(HTMLParser):
    """Reads a page strictly: every element is closed, in order."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.elements, self.words, self.styles = [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        (self.styles if self.open[-1:] == ["style"] else self.words).append(data)

    def all(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


@pytest.fixture
def page(scored, rows_of, regenerate):
    region = Region(0.25, 0.5, 0.5, 0.25)
    return build_page(
        rows_of(
            scored("flicker", 0.05, (20, 34), series=(0.01,) * 20 + (0.05,) * 28),
            scored("freeze", 0.1),
            scored("identity_same", 0.05, (2, 3), low=0.02, high=0.08, region=region),
            scored("prompt_own", 0.4, low=0.3, high=0.5, reason="Seen once."),
            scored("prompt_beats", None, reason="The brief tells no order of two beats."),
            verdict=regenerate,
        ),
        registered=(),
    )


def indices(page):
    return sorted({picture.index for picture in page.pictures()})


def test_the_page_is_whole_and_asks_nobody_for_anything(page, stills_at):
    read = Read(as_html(page, stills_at(*indices(page))))
    links = [
        value
        for _, attrs in read.elements
        for name, value in attrs.items()
        if name in {"src", "href", "xlink:href", "action", "data", "poster", "srcset"}
    ]
    assert links
    assert all(link.startswith(("#", "data:image/jpeg;base64,")) for link in links)
    assert not read.all("script")
    style = "".join(read.styles)
    assert "@import" not in style
    assert style.count("url(") == style.count("url(data:font/woff2;base64,") == 2
    policy = next(a["content"] for a in read.all("meta") if "http-equiv" in a)
    assert policy.startswith("default-src 'none'")


def test_every_still_is_there_once_and_drawn_where_it_is_needed(page, stills_at):
    stills = stills_at(*indices(page))
    read = Read(as_html(page, stills))
    kept = {a["id"]: a["href"].partition(",")[2] for a in read.all("image")}
    assert {
        f"still-{i}": still.path.read_bytes() for i, still in stills.by_index.items()
    } == {name: base64.b64decode(text) for name, text in kept.items()}  # fmt: skip
    drawn = [a["href"] for a in read.all("use")]
    assert drawn == [f"#still-{picture.index}" for picture in page.pictures()]
    ids = [a["id"] for _, a in read.elements if "id" in a]
    assert len(ids) == len(set(ids))


def test_a_region_is_drawn_on_its_still(page, stills_at):
    read = Read(as_html(page, stills_at(*indices(page))))
    boxes = [a for a in read.all("rect") if a.get("class") == "region"]
    assert [tuple(float(b[k]) for k in ("x", "y", "width", "height")) for b in boxes] == [
        (16.0, 18.0, 32.0, 9.0)
    ]


def test_the_page_says_what_a_director_needs(page, stills_at):
    text = Read(as_html(page, stills_at(*indices(page)))).text
    for words in (
        "SQ010_SH0010 v002",
        "directed by Ines Calloway",
        "Pelagia 2",
        "latest of 2 takes",
        "scored by standard",
        "Regenerate , proposed",
        "Frames 1021\u20131034",
        "Flicker at 1021-1034: 0.05 log ratio, the limit is 0.03.",
        "90 % interval 0.02\u20130.08",
        "The brief tells no order of two beats.",
        "No fault: freeze, 40 % of the limit.",
        "Seen once.",
    ):
        assert words.replace(" ,", ",") in text.replace(" ,", ","), words
    assert "DEMO" not in text.upper()


def test_limits_intervals_and_flagged_frames_are_drawn(page, stills_at):
    read = Read(as_html(page, stills_at(*indices(page))))
    drawn = [a.get("class") for a in [*read.all("rect"), *read.all("line")]]
    assert drawn.count("flag") == 1
    assert drawn.count("interval") == 2
    assert drawn.count("value") == 4
    assert drawn.count("limit") == 3 + 1
    (curve,) = read.all("polyline")
    assert len(curve["points"].split()) == 48


def test_an_interval_below_zero_is_told_without_a_dash(scored, rows_of, stills_at):
    beats = scored("prompt_beats", -1.0, low=-1.0, high=-0.5)
    text = Read(as_html(build_page(rows_of(beats), registered=()), stills_at())).text
    assert "-1 to -0.5" in text


def test_every_head_of_a_table_says_what_it_heads(page, stills_at):
    heads = Read(as_html(page, stills_at(*indices(page)))).all("th")
    assert {head.get("scope") for head in heads} == {"row", "col"}


def test_what_people_typed_stays_words(scored, rows_of, regenerate, stills_at):
    score = scored("flicker", 0.05, (20, 34), kind=NASTY, reason=NASTY)
    rows = rows_of(
        score, verdict=regenerate, director=NASTY, title=NASTY, prompt=NASTY, generator=NASTY
    )
    page = build_page(rows, registered=())
    html = as_html(page, stills_at(*indices(page), remark=NASTY))
    read = Read(html)
    assert "<script" not in html
    assert read.text.count("<script>alert('x')</script>") >= 6
    assert any(NASTY in label for _, a in read.elements if (label := a.get("aria-label")))


def test_commands_in_sentences_are_set_as_commands(scored, rows_of, stills_at):
    why = "Nobody <declared>; say who with `roundtable cast exposures`."
    page = build_page(rows_of(scored("identity_same", None, reason=why)), registered=())
    html = as_html(page, stills_at())
    assert "<code>roundtable cast exposures</code>" in html
    assert "&lt;declared&gt;" in html


def test_a_picture_that_is_missing_leaves_its_place_and_a_sentence(page, stills_at):
    read = Read(as_html(page, stills_at(remark="This take has no review proxy.")))
    assert read.all("image") == []
    assert read.text.count("no picture") == len(list(page.pictures()))
    assert "This take has no review proxy." in read.text


@pytest.mark.parametrize(
    ("is_demo", "words"),
    [(True, "Invented material"), (False, "A DEMO pack took some of these scores")],
)
def test_a_demo_is_marked_above_everything(scored, rows_of, stills_at, is_demo, words):
    score = scored("flicker", 0.001, pack="demo", is_demo_pack=True)
    page = build_page(rows_of(score, is_demo=is_demo), registered=())
    text = Read(as_html(page, stills_at())).text
    assert words in text
    assert text.index(words) < text.index("SQ010_SH0010 v002")
    assert "demo (DEMO)" in text


def test_an_unreadable_take_has_its_page(scored, rows_of, stills_at):
    why = "'bell.mp4' is cut off; export it again."
    failed = scored("flicker", None, state=ScoreState.ERROR, reason=why)
    page = build_page(rows_of(failed, probe=None), registered=())
    text = Read(as_html(page, stills_at())).text
    assert "Unreadable" in text
    assert text.count(why) == 1


def test_the_json_has_these_keys_and_the_same_content(page, stills_at):
    stills = stills_at(*indices(page))
    content = json.loads(json.dumps(as_json(page, stills), allow_nan=False))
    assert set(content) == TAKE
    assert set(content["verdict"]) == VERDICT
    assert content["verdict"]["frames"] == [[1021, 1034]]
    for part in content["axes"]:
        assert set(part) == AXIS
        for measure in part["measures"]:
            assert set(measure) == MEASURE
    flicker = content["axes"][2]["measures"][0]
    assert (flicker["metric"], flicker["standing"], flicker["frames"]) == (
        "flicker", "fails", [[1021, 1034]],
    )  # fmt: skip
    assert [s["frame"] for s in flicker["stills"]] == [1021, 1027, 1034]
    assert flicker["stills"][0]["path"] == str(stills.by_index[20].path)
    assert flicker["course"]["points"][0][0] == 1001
    assert content["axes"][1]["measures"][0]["regions"] == [[0.25, 0.5, 0.5, 0.25]]
