"""Who may ask the studio anything: the browser on this machine that opened the address it printed.

A page of elsewhere can make a browser send requests here, and a name of elsewhere can be made to mean this machine. So
each request must name this host and port, carry a cookie that only the printed address gives, and, where it changes or
computes anything, come from the studio's own page as JSON.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST = 1_000_000  # bytes of a request's body: a calendar of 10,000 events, all taken out
KEPT = "/kept/"  # where kept runs lie, below a key of their own
_OWN_POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# A kept page may hold anything, so it runs as a page of nowhere: it can ask the studio nothing.
_KEPT_POLICY = (
    "sandbox allow-scripts allow-popups; default-src 'none'; script-src 'self' 'unsafe-inline'; "
    "style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_ASK = "Open the address that `eventfolio studio` printed in the terminal; it carries the key of this studio."


def _key() -> str:
    return secrets.token_urlsafe(24)


@dataclass(frozen=True)
class Keys:
    """The secrets of one studio. token: in the address printed; cookie: what it is swapped for; kept: of kept runs"""

    token: str = field(default_factory=_key)
    cookie: str = field(default_factory=_key)
    kept: str = field(default_factory=_key)


@dataclass(frozen=True)
class Refusal(Exception):
    """A request that is not answered."""

    status: int
    words: str


class Guard:
    """ASGI middleware that lets a request through, or refuses it in words."""

    def __init__(self, app: ASGIApp, port: int, keys: Keys) -> None:
        self._app, self._port, self._keys = app, port, keys
        self._hosts = {f"{host}:{port}" for host in ("127.0.0.1", "[::1]", "localhost")}
        self._name = f"eventfolio_studio_{port}"  # cookies know no ports: two studios keep apart by name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; nothing but HTTP is spoken."""
        if scope["type"] != "http":
            return
        is_kept = scope["path"].startswith(KEPT)

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_headers(is_kept)]
            await send(message)

        try:
            headers = _read(scope["headers"])
            self._check_address(headers, scope["method"])
            if given := self._token(scope):
                self._check_secret(given, self._keys.token)
                await _answer(sent, 303, "", [("location", "/"), ("set-cookie", self._cookie())])
                return
            if is_kept:
                self._check_secret(scope["path"].removeprefix(KEPT).partition("/")[0], self._keys.kept)
            else:
                self._check_secret(self._cookie_of(headers), self._keys.cookie)
            body = await _body(headers, receive) if scope["method"] == "POST" else b""
        except Refusal as refused:
            await _answer(sent, refused.status, refused.words)
            return

        told = False

        async def received() -> Message:
            nonlocal told
            if told or scope["method"] != "POST":
                return await receive()
            told = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, received, sent)

    def _check_address(self, headers: dict[str, str], method: str) -> None:
        host = headers.get("host", "").lower()
        if host not in self._hosts:
            raise Refusal(421, f"This is a studio at 127.0.0.1:{self._port}, and answers to that name only.")
        if method not in ("GET", "HEAD", "POST"):
            raise Refusal(405, "A studio is asked by GET and POST only.")
        origin = headers.get("origin")
        if origin is None and method == "POST":
            raise Refusal(403, "A POST must say what page it comes from.")
        if origin is not None and origin.lower() != f"http://{host}":
            raise Refusal(403, "A studio answers its own page only.")

    def _token(self, scope: Scope) -> str:
        query = scope["query_string"].decode("latin-1")
        is_first = scope["path"] == "/" and scope["method"] in ("GET", "HEAD")
        return parse_qs(query).get("token", [""])[0] if is_first else ""

    def _cookie(self) -> str:
        return f"{self._name}={self._keys.cookie}; Path=/; HttpOnly; SameSite=Strict"

    def _cookie_of(self, headers: dict[str, str]) -> str:
        try:
            found = SimpleCookie(headers.get("cookie", "")).get(self._name)
        except CookieError:
            return ""
        return found.value if found else ""

    @staticmethod
    def _check_secret(given: str, right: str) -> None:
        if not hmac.compare_digest(given.encode(), right.encode()):
            raise Refusal(403, _ASK)


def _read(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """By name; one that decides anything stands there once."""
    found: dict[str, str] = {}
    for raw, value in headers:
        name = raw.decode("latin-1").lower()
        if name in ("host", "origin", "content-type", "content-length") and name in found:
            raise Refusal(400, f"The header {name} stands there twice.")
        found[name] = f"{found[name]}; {value.decode('latin-1')}" if name in found else value.decode("latin-1")
    return found


async def _body(headers: dict[str, str], receive: Receive) -> bytes:
    """The body of a POST: JSON, and no longer than it may be."""
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refusal(415, "A studio is asked in JSON.")
    if headers.get("content-length", "0").isdigit() and int(headers.get("content-length", "0")) > LARGEST:
        raise Refusal(413, f"A request is at most {LARGEST:,} bytes.")
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refusal(400, "The request broke off.")
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LARGEST:
            raise Refusal(413, f"A request is at most {LARGEST:,} bytes.")
    return body


def _headers(is_kept: bool) -> list[tuple[bytes, bytes]]:
    policy = _KEPT_POLICY if is_kept else _OWN_POLICY
    found = {
        "content-security-policy": policy,
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "cache-control": "no-store",
    }
    if not is_kept:
        found |= {"cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin"}
    return [(name.encode(), value.encode()) for name, value in found.items()]


async def _answer(send: Send, status: int, words: str, headers: Iterable[tuple[str, str]] = ()) -> None:
    body = json.dumps({"error": words}).encode() if words else b""
    more = [(name.encode(), value.encode()) for name, value in headers]
    kind = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*kind, *more]})
    await send({"type": "http.response.body", "body": body})
