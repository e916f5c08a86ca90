"""The visit's secret and what is derived from it.

The secret lives in one cookie. From it come, by HMAC, the forms' `jeton` and the mark that
remembers a ticked consent; neither lets anybody find the secret, or make one for another visit.
"""

from __future__ import annotations

import hashlib
import hmac
import re

from starlette.requests import Request
from starlette.responses import Response

from docgen.errors import NotFound
from docgen.web.site import Site

_SECRET = re.compile(r"[\w-]{16,128}", re.ASCII)


def looks_like_secret(text: str) -> bool:
    """True for what could be one of our tokens; the rest need not be looked up."""
    return _SECRET.fullmatch(text) is not None


def secret_of(request: Request, site: Site) -> str:
    """The visit's secret. Raises NotFound when the browser brings none."""
    secret = request.cookies.get(site.cookie, "")
    if not looks_like_secret(secret):
        raise NotFound("La visite", "en cours")
    return secret


def jeton(secret: str) -> str:
    """What every form of this visit must bring back."""
    return _derived(secret, "jeton")


def jeton_holds(secret: str, brought: str) -> bool:
    """True when a form was made by this visit's pages."""
    return hmac.compare_digest(jeton(secret).encode(), brought.encode())


def keep(answer: Response, site: Site, secret: str) -> None:
    """Put the visit's secret in the browser; a consent ticked by an earlier visitor goes."""
    _set(answer, site, site.cookie, secret)
    answer.delete_cookie(site.consent_cookie, secure=site.secure, httponly=True, samesite="lax")


def keep_consent(answer: Response, site: Site, secret: str, text: str) -> None:
    """Remember that this visit ticked the consent to `text` (its version and the document's hash).

    The page shows the box ticked; only the form that signs says yes.
    """
    _set(answer, site, site.consent_cookie, _derived(secret, f"accord {text}"))


def keep_check(answer: Response, site: Site, secret: str) -> None:
    """Put in the browser what its form « Vérifier un document » is derived from."""
    _set(answer, site, site.check_cookie, secret)


def keep_deposit(answer: Response, site: Site, token: str) -> None:
    """Put in the browser the link that lets pages in, in place of its address."""
    _set(answer, site, site.deposit_cookie, token)


def has_consented(request: Request, site: Site, secret: str, text: str) -> bool:
    """True when this visit ticked the consent to that very text."""
    mark = request.cookies.get(site.consent_cookie, "")
    return hmac.compare_digest(_derived(secret, f"accord {text}").encode(), mark.encode())


def _set(answer: Response, site: Site, name: str, value: str) -> None:
    answer.set_cookie(name, value, path="/", secure=site.secure, httponly=True, samesite="lax")


def _derived(secret: str, purpose: str) -> str:
    return hmac.new(secret.encode(), f"docgen {purpose}".encode(), hashlib.sha256).hexdigest()
