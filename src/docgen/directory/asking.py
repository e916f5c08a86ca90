"""One question to the API over HTTP: bounded in time and size, tried again when that can help.

Tried again: a connection that breaks, a status 5xx, a 429 (after its Retry-After, up to a bound).
Not tried again: a time-out, since waiting twice only makes a person wait; any other answer, since
asking again changes nothing. A redirection is not followed: the address is a setting.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime

import httpx

from docgen import __version__
from docgen.directory.pace import Pace
from docgen.errors import Unavailable

# Seconds before the second and the third try.
PAUSES = (0.5, 1.5)
# Asked to wait longer than this, we say so instead.
LONGEST_WAIT = 5.0
# A real answer to this question has 2 to 5 kB.
LARGEST_ANSWER = 500_000

_HEADERS = {
    "Accept": "application/json",
    # Counted as it comes: no small answer can unfold into a huge one.
    "Accept-Encoding": "identity",
    "User-Agent": f"docgen/{__version__}",
}
_REMEDY = "Réessayer plus tard, ou s’en passer : l’annuaire n’est jamais nécessaire pour émettre."


class _NotNow(Exception):
    """An answer that a later try may mend; `wait` is what the server asks for, in seconds."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait


def ask(url: str, siret: str, timeout: float, pace: Pace, now: Callable[[], datetime]) -> bytes:
    """The body of the API's answer about `siret`. Raises Unavailable, and nothing else.

    `timeout` is how many seconds one try may last. The worst case is three tries and `LONGEST_WAIT`
    before each of the last two.
    """
    pauses = iter(PAUSES)
    while True:
        pace.wait()
        try:
            return _try(url, siret, timeout, pace, now)
        except _NotNow as fault:
            pause = next(pauses, None)
            if pause is None or fault.wait > LONGEST_WAIT:
                raise _unavailable(fault.reason) from fault
            pace.sleep(max(pause, fault.wait))
        except httpx.TimeoutException as error:
            raise _unavailable(f"pas de réponse en {timeout:g} s") from error
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
            raise _unavailable(str(error) or type(error).__name__) from error


def _try(url: str, siret: str, timeout: float, pace: Pace, now: Callable[[], datetime]) -> bytes:
    end = pace.monotonic() + timeout
    question = {"q": siret, "minimal": "true", "include": "siege,matching_etablissements"}
    try:
        with (
            httpx.Client(timeout=timeout, headers=_HEADERS, follow_redirects=False) as client,
            client.stream("GET", f"{url.rstrip('/')}/search", params=question) as reply,
        ):
            _check_status(reply, now)
            body = bytearray()
            for piece in reply.iter_raw(chunk_size=None):
                body += piece
                if len(body) > LARGEST_ANSWER:
                    raise _unavailable("réponse démesurée")
                # httpx bounds the wait for each piece, not for all of them.
                if pace.monotonic() > end:
                    raise httpx.ReadTimeout("too slow")
            return bytes(body)
    except httpx.TimeoutException:
        raise
    except (httpx.NetworkError, httpx.RemoteProtocolError) as error:
        raise _NotNow(str(error) or type(error).__name__) from error


def _check_status(reply: httpx.Response, now: Callable[[], datetime]) -> None:
    """Raise unless this answer is one to be read."""
    code = reply.status_code
    if code == httpx.codes.TOO_MANY_REQUESTS or reply.is_server_error:
        raise _NotNow(f"HTTP {code}", _retry_after(reply.headers.get("Retry-After", ""), now()))
    if reply.has_redirect_location:
        raise _unavailable(
            f"il renvoie vers {reply.headers['Location'][:80]!r}, qui n’est pas suivi"
        )
    if code != httpx.codes.OK:
        raise _unavailable(f"HTTP {code}")
    if "Content-Encoding" in reply.headers:
        raise _unavailable("réponse compressée sans qu’on l’ait demandé")


def _retry_after(header: str, now: datetime) -> float:
    """Seconds to wait (RFC 9110, 10.2.3: a number or a date); 0 when it can't be read."""
    if header.isascii() and header.isdigit():
        return float(header)
    try:
        return max(0.0, (parsedate_to_datetime(header) - now).total_seconds())
    except (ValueError, TypeError):
        return 0.0


def _unavailable(reason: str) -> Unavailable:
    return Unavailable(f"L’annuaire des entreprises ne répond pas ({reason}).", _REMEDY)
