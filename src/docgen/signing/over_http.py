"""One bounded question to an authority outside. The home of httpx in this room."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import cache
from ssl import SSLContext
from urllib.parse import urlsplit

import httpx


class NoAnswer(ValueError):
    """Nothing usable came back, for the reason that the text says."""


async def ask(
    url: str,
    seconds: float,
    most: int,
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """The answer to a GET, or to a POST of `content`: whole within `seconds`, `most` bytes at most.

    No redirect is followed. Raises NoAnswer.
    """
    method = "GET" if content is None else "POST"
    try:
        async with (
            asyncio.timeout(seconds),
            httpx.AsyncClient(verify=_tls(), timeout=seconds) as web,
            web.stream(method, url, content=content, headers=headers) as reply,
        ):
            reply.raise_for_status()
            answer = b""
            async for part in reply.aiter_bytes():
                answer += part
                if len(answer) > most:
                    raise NoAnswer("réponse trop longue")
    except (TimeoutError, httpx.TimeoutException) as error:
        raise NoAnswer("pas de réponse dans le délai") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NoAnswer(" ".join(str(error).split())[:150] or type(error).__name__) from error
    return answer


def host(url: str) -> str:
    """The machine of a URL, for a person."""
    return urlsplit(url).hostname or url


@cache
def _tls() -> SSLContext:
    """Reading the machine's authorities takes tens of milliseconds: once."""
    return httpx.create_ssl_context()
