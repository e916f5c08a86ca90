"""What stands before every page: the host, the body's size and type, the answer's headers."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import Message as Parsed

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from docgen.web import notices
from docgen.web.intake import MARGIN, SECONDS_TO_ARRIVE, Turnstile
from docgen.web.language import Language, chosen
from docgen.web.site import Network, Site, client_address

BODY_LIMIT = 64 * 1024
PATIENCE = 1024 * 1024
_FORM = "application/x-www-form-urlencoded"
_UPLOAD = "multipart/form-data"
_LINK = re.compile(r"/([sp]|rappels|calendrier|bureau/lien)/[^\s\"?#]+")


@dataclass(frozen=True)
class Intake:
    """Who may send files now, how many bytes; the proxies that say whose address it is."""

    turnstile: Turnstile
    proxies: tuple[Network, ...]
    most: int

    def admit(self, scope: Scope, headers: Headers) -> int:
        """0, or the status that refuses the file before it is read."""
        peer = scope["client"][0] if scope.get("client") else ""
        forwarded = ",".join(headers.getlist("x-forwarded-for"))
        return self.turnstile.admit(client_address(peer, forwarded, self.proxies))


class Shield:
    """ASGI middleware; `refuse` makes the page of a status at a path, for a reader."""

    def __init__(
        self,
        app: ASGIApp,
        site: Site,
        refuse: Callable[[Scope, int, str], Response],
        intakes: Mapping[str, Intake],
    ) -> None:
        self.app = app
        self.site = site
        self.refuse = refuse
        self.intakes = intakes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def covered(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.site.headers().items():
                    headers.setdefault(name, value)
                if language := chosen(scope["query_string"].decode("latin-1")):
                    headers.append("set-cookie", self._remembering(language))
            await send(message)

        headers = Headers(scope=scope)
        if not self.site.knows(headers.get("host", "")):
            await self.refuse(scope, 400, "")(scope, receive, covered)
            return
        if scope["method"] in {"GET", "HEAD"}:
            await self.app(scope, receive, covered)
            return
        body, status = await self._taken(scope, headers, receive)
        if status:
            answer = self.refuse(scope, status, scope["path"])
            # What was not read must not be taken for the next request.
            answer.headers["connection"] = "close"
            await answer(scope, receive, covered)
        elif body is not None:
            await self.app(scope, _replayed(body, receive), covered)

    def _remembering(self, language: Language) -> str:
        """The header that keeps a reader's language; it says nothing of who reads."""
        kept = f"{self.site.language_cookie}={language}; Path=/; HttpOnly; SameSite=lax"
        return f"{kept}; Secure" if self.site.secure else kept

    async def _taken(
        self, scope: Scope, headers: Headers, receive: Receive
    ) -> tuple[bytes | None, int]:
        """`_body` under the limits of this path."""
        if scope["path"] == notices.PATH:
            return await _body(headers, receive, notices.MOST_BYTES, notices.KIND)
        intake = self.intakes.get(scope["path"])
        if intake is None or scope["method"] != "POST":
            return await _body(headers, receive, BODY_LIMIT, _FORM)
        refused = intake.admit(scope, headers)
        most = 0 if refused else intake.most + MARGIN
        try:
            async with asyncio.timeout(SECONDS_TO_ARRIVE):
                body, status = await _body(headers, receive, most, _UPLOAD, intake.most)
        except TimeoutError:
            return None, refused or 408
        finally:
            if not refused:
                intake.turnstile.arrived()
        gone = body is None and not status
        return (None, refused) if refused and not gone else (body, status)


async def _body(
    headers: Headers, receive: Receive, limit: int, wanted: str, patience: int = PATIENCE
) -> tuple[bytes | None, int]:
    """(the whole body, 0), or (None, the status that refuses it); (None, 0) when nobody is left.

    A refused body is read all the same, and thrown away: a connection closed on unread bytes is
    reset, and the visitor never sees why. `patience` bytes beyond `limit` it is closed anyway.
    """
    body, size, more = bytearray(), 0, True
    while more and size <= limit + patience:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None, 0
        piece = message.get("body", b"")
        size += len(piece)
        if size <= limit:
            body += piece
        else:
            body.clear()
        more = message.get("more_body", False)
    if size > limit:
        return None, 413
    kind = Parsed()
    kind["content-type"] = headers.get("content-type", _FORM)
    return (bytes(body), 0) if kind.get_content_type() == wanted else (None, 415)


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
                _LINK.sub(r"/\1/…", part) if isinstance(part, str) else part for part in record.args
            )
        return True


NO_LINKS = NoLinks()
