"""What every request passes before any handler: size, origin, headers, one log line. Pure ASGI: it costs microseconds.

Cross-site posts are refused by what the browser says of them (``Sec-Fetch-Site``,
``Origin``); the per-session token in each form is the second lock (``wiring``).
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import Refused
from api.logs import logger

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
        b"media-src 'self' blob:; "
        b"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'",
    ),
    # not "no-referrer": browsers would then send "Origin: null" with our own forms
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"permissions-policy", b"geolocation=(), camera=(), microphone=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"x-robots-tag", b"noindex, nofollow"),
)
ON_REDIRECTS = (b"referrer-policy", b"x-content-type-options", b"strict-transport-security")
"""What a redirect carries: nothing is shown there, and after each answer a phone on little data fetches one."""
NOT_KEPT = (b"cache-control", b"no-store")


def headers_of(*, secure: bool) -> tuple[tuple[bytes, bytes], ...]:
    """What every answer carries besides ``cache-control``."""
    return HEADERS + (((b"strict-transport-security", b"max-age=31536000; includeSubDomains"),) if secure else ())


class Gate:
    """The outermost layer of the application. ``uploads`` says by the beginning of an address how many bytes it takes."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        base_url: str,
        max_body: int,
        secure: bool,
        uploads: Mapping[str, int],
    ):
        self._app = app
        self._own = base_url.encode()
        self._max_body = max_body
        self._headers = headers_of(secure=secure)
        self._on_redirects = tuple(header for header in self._headers if header[0] in ON_REDIRECTS)
        self._uploads = tuple(uploads.items())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, or mark why not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        request_id = secrets.token_hex(6)
        scope.setdefault("state", {})["request_id"] = request_id
        headers = dict(scope["headers"])
        limit = next((most for prefix, most in self._uploads if scope["path"].startswith(prefix)), self._max_body)
        # Found here, told by ``wiring.passed_the_gate`` inside the application, where pages can be rendered.
        scope["state"]["refused"] = self._refusal(scope, headers, limit)
        status = 500
        read = 0

        async def limited_receive() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                raise Refused("body_too_large")
            return message

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                given = message["headers"]
                names = {name for name, _ in given}
                # a page that records a voice says so itself, and only that page may
                wanted = self._on_redirects if 300 <= status < 400 else self._headers
                given.extend(header for header in wanted if header[0] not in names)
                if b"cache-control" not in names:
                    given.append(NOT_KEPT)
            await send(message)

        try:
            await self._app(scope, limited_receive, send_with_headers)
        finally:
            route = scope.get("route")
            logger().info(
                "request",
                request_id=request_id,
                # the pattern, never the address: addresses can hold a token
                route=getattr(route, "path", "(no route)"),
                method=scope["method"],
                status=status,
                ms=round((time.perf_counter() - started) * 1000, 1),
            )

    def _refusal(self, scope: Scope, headers: dict[bytes, bytes], limit: int) -> str | None:
        if scope["method"] in SAFE_METHODS:
            return None
        if not _same_site(headers, self._own):
            return "cross_site"
        length = headers.get(b"content-length", b"0")
        if not length.isdigit():
            return "malformed_request"
        return "body_too_large" if int(length) > limit else None


def _same_site(headers: dict[bytes, bytes], own: bytes) -> bool:
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site in (b"same-origin", b"none")
    origin = headers.get(b"origin")
    if origin is None or origin == own:  # a proxy may have put another Host in place of ours
        return True
    # "null" is what a page without an origin sends (a file, a sandboxed frame): never ours.
    return urlsplit(origin.decode("latin-1")).netloc == headers.get(b"host", b"").decode("latin-1")
