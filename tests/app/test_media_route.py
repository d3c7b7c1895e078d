"""The route that serves derived media: what it answers, and what it never does."""

import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from itsdangerous import URLSafeSerializer
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tracker.errors import MisuseError
from tracker.settings import Settings
from tracker.ui.media import media_routes, media_url

SHA = "ab" * 32
MOVIE = bytes(range(256)) * 40
DAY_S = 86_400


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(home=tmp_path / "home")
    (made.media / SHA).mkdir(parents=True)
    (made.media / SHA / "proxy.mp4").write_bytes(MOVIE)
    (made.home / "secret.txt").write_text("not for the browser")
    return made


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=list(media_routes(settings)))) as made:
        yield made


def test_a_signed_address_gives_the_whole_file(settings: Settings, client: TestClient) -> None:
    answer = client.get(media_url(settings, SHA, "proxy.mp4"))
    assert answer.status_code == 200
    assert answer.content == MOVIE
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["cache-control"].startswith("private")


def test_a_range_gives_those_bytes_only(settings: Settings, client: TestClient) -> None:
    answer = client.get(media_url(settings, SHA, "proxy.mp4"), headers={"range": "bytes=1000-1999"})
    assert answer.status_code == 206
    assert answer.content == MOVIE[1000:2000]
    assert answer.headers["content-range"] == f"bytes 1000-1999/{len(MOVIE)}"


def test_a_changed_character_anywhere_in_the_token_is_refused(
    settings: Settings, client: TestClient
) -> None:
    _, folder, token, name = media_url(settings, SHA, "proxy.mp4").split("/")
    for at in range(0, len(token) - 1, 7):  # the last character has spare bits
        other = "A" if token[at] != "A" else "B"
        forged = f"/{folder}/{token[:at]}{other}{token[at + 1 :]}/{name}"
        assert client.get(forged).status_code == 403


def test_a_token_opens_only_the_name_it_was_signed_for(
    settings: Settings, client: TestClient
) -> None:
    (settings.media / SHA / "thumb.jpg").write_bytes(b"picture")
    token = media_url(settings, SHA, "proxy.mp4").split("/")[2]
    assert client.get(f"/derived/{token}/thumb.jpg").status_code == 403


def test_an_address_holds_through_the_next_day_and_no_longer(settings: Settings) -> None:
    signed_at = 20_000 * DAY_S + 123.0
    url = media_url(settings, SHA, "proxy.mp4", now_s=signed_at)

    def status(now_s: float) -> int:
        routes = list(media_routes(settings, clock=lambda: now_s))
        with TestClient(Starlette(routes=routes)) as client:
            return client.get(url).status_code

    assert status(signed_at) == 200
    assert status(20_002 * DAY_S - 1) == 200
    assert status(20_002 * DAY_S) == 403


def test_the_address_stays_the_same_within_a_day(settings: Settings) -> None:
    start = 20_000 * DAY_S
    urls = {media_url(settings, SHA, "proxy.mp4", now_s=start + s) for s in (0, 3_600, DAY_S - 1)}
    assert len(urls) == 1
    assert media_url(settings, SHA, "proxy.mp4", now_s=start + DAY_S) not in urls


def test_a_file_that_was_not_made_is_a_404(settings: Settings, client: TestClient) -> None:
    assert client.get(media_url(settings, SHA, "still_000012.jpg")).status_code == 404


@pytest.mark.parametrize("name", ["../secret.txt", "..%2Fsecret.txt", "media.key", "thumb.jpg/.."])
def test_no_address_is_signed_for_anything_else(settings: Settings, name: str) -> None:
    with pytest.raises(MisuseError, match="not derived media"):
        media_url(settings, SHA, name)
    with pytest.raises(MisuseError, match="not derived media"):
        media_url(settings, "../" + "a" * 61, "thumb.jpg")


@pytest.mark.parametrize(
    "path",
    [
        "/derived/x/..%2F..%2Fsecret.txt",
        "/derived/..%2F..%2F/secret.txt",
        "/derived/%2e%2e/%2e%2e/secret.txt",
        "/look/..%2Fmedia.py",
        "/look/%2e%2e%2f%2e%2e%2fsettings.py",
    ],
)
def test_paths_never_climb(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in {403, 404}
    assert b"not for the browser" not in answer.content
    assert b"import" not in answer.content


def test_even_a_validly_signed_climb_is_refused(settings: Settings, client: TestClient) -> None:
    media_url(settings, SHA, "proxy.mp4")
    import hashlib

    signer = URLSafeSerializer(
        settings.media_secret.read_bytes(),
        salt="roundtable.derived-media",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )
    token = signer.dumps(["..", "secret.txt", 99_999 * DAY_S])
    assert client.get(f"/derived/{token}/secret.txt").status_code == 403
    good = signer.dumps([SHA, "proxy.mp4", 99_999 * DAY_S])
    assert client.get(f"/derived/{good}/proxy.mp4").status_code == 200


def test_the_key_is_private_and_made_once_even_by_many_at_a_time(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "fresh")
    urls: list[str] = []

    def sign() -> None:
        urls.append(media_url(settings, SHA, "thumb.jpg", now_s=0.0))

    threads = [threading.Thread(target=sign) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(urls)) == 1
    assert stat.S_IMODE(settings.media_secret.stat().st_mode) == 0o600
    assert [p.name for p in settings.home.iterdir()] == ["media.key"]


def test_without_a_key_nothing_is_served_and_none_is_made(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    with TestClient(Starlette(routes=list(media_routes(settings)))) as client:
        assert client.get("/derived/abc/thumb.jpg").status_code == 403
    assert not settings.media_secret.exists()


def test_the_fonts_of_the_look_are_served_unsigned(client: TestClient) -> None:
    answer = client.get("/look/inter-latin-400-normal.woff2")
    assert answer.status_code == 200
    assert answer.content[:4] == b"wOF2"
    assert client.get("/look/player.js").status_code == 404
