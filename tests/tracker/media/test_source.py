from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import MediaError
from tracker.media.source import digest, locate


def write_numbers(folder: Path, numbers: list[int], *, width: int = 4) -> None:
    for number in numbers:
        (folder / f"shot.{number:0{width}d}.png").write_bytes(f"frame {number}".encode())


@pytest.mark.parametrize("written", ["shot.####.png", "shot.%04d.png"])
def test_a_sequence_is_listed_in_the_order_of_its_numbers(tmp_path: Path, written: str) -> None:
    write_numbers(tmp_path, [1003, 1001, 1002])
    source = locate(tmp_path / written)
    assert [f.name for f in source.files] == ["shot.1001.png", "shot.1002.png", "shot.1003.png"]
    assert source.is_sequence
    assert source.gap == ""
    assert source.declared_frames == 3


def test_numbers_may_outgrow_their_placeholder(tmp_path: Path) -> None:
    write_numbers(tmp_path, [9999, 10000])
    (tmp_path / "shot.00042.png").write_bytes(b"another padding")
    assert locate(tmp_path / "shot.####.png").numbers == (9999, 10000)


def test_other_files_beside_a_sequence_do_not_belong_to_it(tmp_path: Path) -> None:
    write_numbers(tmp_path, [1, 2])
    for name in ("shot.0003.jpg", "shot2.0003.png", "shot.abcd.png", "shot.003.png"):
        (tmp_path / name).write_bytes(b"x")
    assert locate(tmp_path / "shot.####.png").numbers == (1, 2)


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ([1006, 1008], "frame 1007 is missing between 1006 and 1008"),
        ([1001, 1005], "frames 1002-1004 are missing between 1001 and 1005"),
        (
            [1, 3, 6],
            "frame 2 is missing between 1 and 3 (3 frames are missing in 2 places)",
        ),
    ],
)
def test_gaps_are_named(tmp_path: Path, numbers: list[int], sentence: str) -> None:
    write_numbers(tmp_path, numbers)
    source = locate(tmp_path / "shot.####.png")
    assert source.gap == sentence
    assert source.declared_frames == numbers[-1] - numbers[0] + 1


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path: Path) -> None:
    odd = tmp_path / "take #3 100%d.mp4"
    odd.write_bytes(b"x")
    assert locate(odd).files == (odd,)
    assert not locate(odd).is_sequence


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nothing.mp4", "does not exist"),
        ("nothing.####.png", "No file fits"),
        ("a.##.b.####.png", "more than one frame placeholder"),
        ("", "is a folder"),
    ],
)
def test_what_is_not_there_is_refused_in_one_sentence(
    tmp_path: Path, name: str, words: str
) -> None:
    with pytest.raises(MediaError, match=words):
        locate(tmp_path / name)


def test_digest_of_a_file_is_its_sha256(tmp_path: Path) -> None:
    data = bytes(range(256)) * 9000  # more than two pieces
    (tmp_path / "a.mp4").write_bytes(data)
    assert digest(tmp_path / "a.mp4") == hashlib.sha256(data).hexdigest()
    assert locate(tmp_path / "a.mp4").size_bytes == len(data)


def test_digest_of_a_sequence_covers_every_file_in_order(tmp_path: Path) -> None:
    write_numbers(tmp_path, [1, 2])
    parts = [hashlib.sha256(f"frame {n}".encode()).digest() for n in (1, 2)]
    assert digest(tmp_path / "shot.####.png") == hashlib.sha256(b"".join(parts)).hexdigest()
    before = digest(tmp_path / "shot.####.png")
    (tmp_path / "shot.0002.png").write_bytes(b"frame 2, repainted")
    assert digest(tmp_path / "shot.####.png") != before


@given(numbers=st.sets(st.integers(1, 60), min_size=1))
def test_gap_is_empty_exactly_when_no_number_is_missing(
    tmp_path_factory: pytest.TempPathFactory, numbers: set[int]
) -> None:
    folder = tmp_path_factory.mktemp("sequence")
    write_numbers(folder, list(numbers))
    source = locate(folder / "shot.####.png")
    missing = set(range(min(numbers), max(numbers) + 1)) - numbers
    assert bool(source.gap) == bool(missing)
    assert source.declared_frames == len(numbers) + len(missing)
    if missing:
        assert str(min(missing)) in source.gap
