"""Signed addresses for derived media, and the routes that answer them.

Custom routes stand beside Streamlit's pages and bypass its login, so every address carries an HMAC
over (take sha256, file name, expiry). Streamlit's own video element would load whole files into
memory at every rerun; a route answers byte ranges from disk.

| address | answer |
|---|---|
| `/derived/<token>/<name>` | the file, in ranges; 403 bad or expired token, 404 no such file |
| `/look/<name>` | a font of the dashboard itself, unsigned |
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from tracker.errors import MisuseError
from tracker.settings import Settings

__all__ = ["ASSETS", "media_routes", "media_url"]

ASSETS = Path(__file__).resolve().parent / "assets"
"""Scripts, styles and fonts of the dashboard."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"proxy\.mp4|thumb\.jpg|still_\d{6,9}\.jpg")
_FONT = re.compile(r"[a-z0-9-]+\.woff2")
_SALT = "roundtable.derived-media"
_DAY_S = 86_400
_KEY_BYTES = 32
_KEPT = {"cache-control": f"private, max-age={_DAY_S}", "x-content-type-options": "nosniff"}


def media_url(settings: Settings, sha256: str, name: str, *, now_s: float | None = None) -> str:
    """Return the signed address of a take's derived file, e.g. `proxy.mp4`.

    The address holds until the end of the next UTC day and is the same text all day long, so that a
    rerun of the page leaves a playing video alone. `now_s` is Unix time, for tests.

    Raises MisuseError when the digest or the name is not one of derived media.
    """
    if _SHA256.fullmatch(sha256) is None or _NAME.fullmatch(name) is None:
        raise MisuseError(
            f"'{sha256}/{name}' is not derived media; ask for proxy.mp4, thumb.jpg or still_000012.jpg."
        )
    today = int((time.time() if now_s is None else now_s) // _DAY_S)
    token = _serializer(_key(settings.media_secret)).dumps([sha256, name, (today + 2) * _DAY_S])
    return f"/derived/{token}/{name}"


def media_routes(
    settings: Settings, *, clock: Callable[[], float] = time.time
) -> tuple[BaseRoute, ...]:
    """Return the routes that `st.App` mounts beside the pages; `clock` gives Unix time in seconds."""
    answer = partial(_derived, settings, clock)
    return (
        Route("/derived/{token}/{name}", answer, methods=["GET", "HEAD"]),
        Route("/look/{name}", _font, methods=["GET", "HEAD"]),
    )


def _derived(settings: Settings, clock: Callable[[], float], request: Request) -> Response:
    name = request.path_params["name"]
    sha256 = _signed_for(settings, request.path_params["token"], name, clock())
    if sha256 is None:
        return Response("This address is not signed, or it has expired.", status_code=403)
    path = settings.media / sha256 / name
    if not path.is_file():
        return Response(f"'{name}' has not been made for this take.", status_code=404)
    return FileResponse(path, headers=_KEPT)


def _signed_for(settings: Settings, token: str, name: str, now_s: float) -> str | None:
    """Return the sha256 that a token was signed for, or None when it does not open this name."""
    if not settings.media_secret.is_file():
        return None
    try:
        claim: Any = _serializer(_key(settings.media_secret)).loads(token)
    except BadSignature:
        return None
    match claim:
        case [str(sha256), str(signed), int(expires_s)] if signed == name and now_s < expires_s:
            good = _SHA256.fullmatch(sha256) and _NAME.fullmatch(name)
            return sha256 if good else None
    return None


def _font(request: Request) -> Response:
    name = request.path_params["name"]
    path = ASSETS / name
    if _FONT.fullmatch(name) is None or not path.is_file():
        return Response("There is no such font.", status_code=404)
    return FileResponse(path, media_type="font/woff2", headers=_KEPT)


def _serializer(key: bytes) -> URLSafeSerializer:
    return URLSafeSerializer(
        key, salt=_SALT, signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256}
    )


def _key(path: Path) -> bytes:
    """Read the signing key, making it once: a link either appears whole or exists already."""
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(_KEY_BYTES))
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink()
    return path.read_bytes()
