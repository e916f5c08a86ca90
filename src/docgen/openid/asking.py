"""One question to the provider over HTTP: bounded in time and size, no redirection followed.

Nothing is tried again: a person waits, and enters again with one click.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping

import httpx

from docgen import __version__
from docgen.errors import Unavailable

# A provider's keys or its description have 1 to 20 kB.
LARGEST_ANSWER = 500_000

_HEADERS = {
    "Accept": "application/json",
    # Counted as it comes: no small answer can unfold into a huge one.
    "Accept-Encoding": "identity",
    "User-Agent": f"docgen/{__version__}",
}
_REMEDY = "Entrer avec son mot de passe, ou réessayer plus tard."


def ask(
    url: str,
    timeout: float,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, dict[str, object]]:
    """(status, JSON object) of a GET, or of the POST of a form. Raises Unavailable.

    An answer of 5xx, or one that is no JSON object, is no answer. `timeout`: seconds for all of it.
    """
    end = time.monotonic() + timeout
    body = bytearray()
    try:
        with (
            httpx.Client(timeout=timeout, headers=_HEADERS, follow_redirects=False) as client,
            client.stream(
                "GET" if form is None else "POST", url, data=form, headers=headers
            ) as reply,
        ):
            status = reply.status_code
            for piece in reply.iter_raw():
                body += piece
                if len(body) > LARGEST_ANSWER:
                    raise unavailable("réponse démesurée")
                # httpx bounds the wait for each piece, not for all of them.
                if time.monotonic() > end:
                    raise unavailable(f"pas de réponse entière en {timeout:g} s")
    except httpx.TimeoutException as error:
        raise unavailable(f"pas de réponse en {timeout:g} s") from error
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
        raise unavailable(str(error) or type(error).__name__) from error
    if status >= httpx.codes.INTERNAL_SERVER_ERROR or 300 <= status < 400:
        raise unavailable(f"HTTP {status}")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise unavailable(f"HTTP {status}, réponse illisible") from error
    if not isinstance(found, dict):
        raise unavailable(f"HTTP {status}, réponse inattendue")
    return status, found


def unavailable(reason: str, remedy: str = _REMEDY) -> Unavailable:
    """What a provider that can't be used is, for a person."""
    return Unavailable(f"Le fournisseur d’identité ne répond pas comme prévu ({reason}).", remedy)
