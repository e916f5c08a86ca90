"""One call to Yousign over HTTP: bounded in time and size, tried again only when that is harmless.

Tried again until `patience` is spent: what the provider surely did not do (429, no connection), and
questions (GET) after a 5xx, a broken connection or a silence. A POST whose answer was lost is never
sent twice from here: it may have been done. `placing` looks at what is there and goes on from it.
A redirection is not followed: the address is a setting, and the key would go along.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cache
from ssl import SSLContext
from typing import Literal

import httpx
from pydantic import TypeAdapter, ValidationError

from docgen import __version__
from docgen.errors import DocgenError, NotFound, Refused, Unavailable

# Seconds before each new try, when the provider asks for nothing; the last one repeats.
PAUSES = (0.5, 2.0, 5.0)
# A request of ours with its signers has some kilobytes; a page of the list, a hundred times that.
LARGEST_JSON = 4 * 1024 * 1024
# The largest upload that Yousign takes, and what signatures add.
LARGEST_FILE = 64 * 1024 * 1024

_REMEDY = "L’accord attend ; la prochaine passe réessaie."
# An address or a telephone number, which a refusal may quote.
_PERSONAL = re.compile(r"\S+@\S+|\+?\d[\d .-]{6,}\d")


@dataclass(frozen=True)
class Call:
    """One call: `doing` says it for a person (« créer la demande »), `most` bounds its answer."""

    doing: str
    method: Literal["GET", "POST"]
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, object] | None = None
    data: Mapping[str, str] = field(default_factory=dict)
    file: tuple[str, bytes, str] | None = field(default=None, repr=False)
    most: int = LARGEST_JSON
    accept: str = "application/json"


@dataclass(frozen=True)
class Wire:
    """The way to the API at `url`; `timeout` is for one try, `patience` for all, in seconds.

    `monotonic` gives seconds that never go back, `sleep` waits that many, `now` is the hour in UTC
    (a Retry-After may be a date).
    """

    url: str
    key: str = field(repr=False)
    timeout: float
    patience: float
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    now: Callable[[], datetime]

    def ask(self, call: Call) -> bytes:
        """The body of the answer. Raises Unavailable, Refused (a 4xx) or NotFound."""
        end = self.monotonic() + self.patience
        tries = 0
        while True:
            try:
                return self._try(call, end)
            except _NotNow as fault:
                pause = max(fault.wait, PAUSES[min(tries, len(PAUSES) - 1)])
                again = fault.undone or call.method == "GET"
                if not again or self.monotonic() + pause >= end:
                    raise _unavailable(call, fault.reason) from fault
                self.sleep(pause)
                tries += 1
            except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
                raise _unavailable(call, type(error).__name__) from error

    def _try(self, call: Call, end: float) -> bytes:
        timeout = min(self.timeout, max(0.1, end - self.monotonic()))
        stop = self.monotonic() + timeout
        headers = {
            "Accept": call.accept,
            # Counted as it comes: no small answer can unfold into a huge one.
            "Accept-Encoding": "identity",
            "Authorization": f"Bearer {self.key}",
            "User-Agent": f"docgen/{__version__}",
        }
        try:
            with (
                httpx.Client(
                    timeout=timeout, headers=headers, verify=_tls(), follow_redirects=False
                ) as web,
                web.stream(
                    call.method,
                    self.url.rstrip("/") + call.path,
                    params=dict(call.params) or None,
                    json=call.json,
                    data=dict(call.data) or None,
                    files={"file": call.file} if call.file else None,
                ) as reply,
            ):
                body = self._body(call, reply, stop)
                self._judge(call, reply, body)
                return body
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise _NotNow("pas de connexion", undone=True) from error
        except httpx.TimeoutException as error:
            raise _NotNow(f"pas de réponse en {timeout:g} s") from error
        except (httpx.NetworkError, httpx.RemoteProtocolError) as error:
            raise _NotNow("connexion coupée") from error

    def _body(self, call: Call, reply: httpx.Response, stop: float) -> bytes:
        body = bytearray()
        for piece in reply.iter_raw(chunk_size=None):
            body += piece
            if len(body) > call.most:
                raise _unavailable(call, "réponse démesurée")
            # httpx bounds the wait for each piece, not for all of them.
            if self.monotonic() > stop:
                raise httpx.ReadTimeout("too slow")
        return bytes(body)

    def _judge(self, call: Call, reply: httpx.Response, body: bytes) -> None:
        """Raise unless this answer is one to be read."""
        code = reply.status_code
        if code == httpx.codes.TOO_MANY_REQUESTS:
            raise _NotNow("trop de demandes, HTTP 429", self._asked_to_wait(reply), undone=True)
        if reply.is_server_error:
            raise _NotNow(f"HTTP {code}", self._asked_to_wait(reply))
        if not reply.is_success:
            raise _refusal(call, code, body)
        if "Content-Encoding" in reply.headers:
            raise _unavailable(call, "réponse compressée sans qu’on l’ait demandé")

    def _asked_to_wait(self, reply: httpx.Response) -> float:
        """Seconds: Retry-After (RFC 9110, 10.2.3), or what is left of the minute's quota.

        Guide « Rate limits »: Ratelimit-Reset is in seconds.
        """
        header = reply.headers.get("Retry-After", "") or reply.headers.get("RateLimit-Reset", "")
        if header.isascii() and header.isdigit():
            return float(header)
        try:
            return max(0.0, (parsedate_to_datetime(header) - self.now()).total_seconds())
        except (ValueError, TypeError):
            return 0.0


class _NotNow(Exception):
    """An answer that a later try may mend, `wait` seconds from now at the soonest.

    `undone`: the provider surely did nothing of what it was asked.
    """

    def __init__(self, reason: str, wait: float = 0.0, *, undone: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait
        self.undone = undone


@cache
def _tls() -> SSLContext:
    """Reading the machine's authorities takes tens of milliseconds: once."""
    return httpx.create_ssl_context()


@dataclass(frozen=True)
class _Problem:
    """The description's error bodies: `type` and `detail`, or `message`."""

    detail: str = ""
    message: str = ""


_PROBLEM = TypeAdapter(_Problem)


def _refusal(call: Call, code: int, body: bytes) -> DocgenError:
    if code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        return Unavailable(
            f"Yousign refuse la clé d’API pour {call.doing} (HTTP {code}).",
            "Vérifier DOCGEN_YOUSIGN_API_KEY, DOCGEN_YOUSIGN_URL et les droits de la clé.",
        )
    if code == httpx.codes.NOT_FOUND:
        return NotFound("La ressource Yousign", call.path)
    if 400 <= code < 500:
        said = _said(body)
        return Refused(f"Yousign refuse de {call.doing} (HTTP {code}{said and f' : {said}'}).")
    return _unavailable(call, f"HTTP {code}")


def _said(body: bytes) -> str:
    """The provider's reason on one line, without what may be somebody's data."""
    try:
        problem = _PROBLEM.validate_json(body)
    except ValidationError:
        return ""
    words = _PERSONAL.sub("…", problem.detail or problem.message)
    return "".join(c for c in " ".join(words.split()) if c.isprintable())[:200]


def _unavailable(call: Call, reason: str) -> Unavailable:
    return Unavailable(f"Yousign ne répond pas pour {call.doing} ({reason}).", _REMEDY)
