"""What stands before every page: the host, the body's size and type, the answer's headers."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from email.message import Message as Parsed

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from docgen.web.site import Site

BODY_LIMIT = 64 * 1024
PATIENCE = 1024 * 1024
_FORM = "application/x-www-form-urlencoded"
_LINK = re.compile(r"/s/[^\s\"?#]+")


class Shield:
    """ASGI middleware; `refuse` makes the page of a status."""

    def __init__(self, app: ASGIApp, site: Site, refuse: Callable[[int], Response]) -> None:
        self.app = app
        self.site = site
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def covered(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.site.headers().items():
                    headers.setdefault(name, value)
            await send(message)

        headers = Headers(scope=scope)
        if not self.site.knows(headers.get("host", "")):
            await self.refuse(400)(scope, receive, covered)
            return
        if scope["method"] in {"GET", "HEAD"}:
            await self.app(scope, receive, covered)
            return
        body, status = await _body(headers, receive)
        if status:
            answer = self.refuse(status)
            # What was not read must not be taken for the next request.
            answer.headers["connection"] = "close"
            await answer(scope, receive, covered)
        elif body is not None:
            await self.app(scope, _replayed(body, receive), covered)


async def _body(headers: Headers, receive: Receive) -> tuple[bytes | None, int]:
    """(the whole body, 0), or (None, the status that refuses it); (None, 0) when nobody is left.

    A refused body is read all the same, and thrown away: a connection closed on unread bytes is
    reset, and the visitor never sees why. Beyond `PATIENCE` it is closed anyway.
    """
    body, size, more = b"", 0, True
    while more and size <= PATIENCE:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None, 0
        piece = message.get("body", b"")
        size += len(piece)
        body = body + piece if size <= BODY_LIMIT else b""
        more = message.get("more_body", False)
    if size > BODY_LIMIT:
        return None, 413
    kind = Parsed()
    kind["content-type"] = headers.get("content-type", _FORM)
    return (body, 0) if kind.get_content_type() == _FORM else (None, 415)


def _replayed(body: bytes, receive: Receive) -> Receive:
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


class NoLinks(logging.Filter):
    """Takes the links' tokens out of an access log, should somebody switch one on."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                _LINK.sub("/s/…", part) if isinstance(part, str) else part for part in record.args
            )
        return True


NO_LINKS = NoLinks()
