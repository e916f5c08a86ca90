"""A notice that Yousign sends (« webhook »): is it Yousign's, and which request is it about?

A notice is only a nudge: whoever acts on it asks the API first how the request stands. So one that
comes twice, late or before an older one does no harm, and what it says besides is not read.

Guides « Handling webhooks » and « Webhook messages »: header `X-Yousign-Signature-256` is
`sha256=` and the hexadecimal HMAC-SHA-256 of the raw body under the subscription's secret; the body
is {"event_id", "event_name", "event_time", "subscription_id", "subscription_description",
"sandbox", "data": {"signature_request": {"id", "external_id", ...}, ...}}. `X-Yousign-Issued-At` is
not covered by the HMAC, so it proves nothing and is not read.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from docgen.errors import Finding, InvalidData, Refused
from docgen.signing.providers.yousign.answer import Id

# A notice of ours, with five signers and their fields, has some 10 kB.
LARGEST_NOTICE = 256 * 1024
_SCHEME = "sha256="
_Word = Annotated[str, Field(min_length=1, max_length=100)]


class Forged(Refused):
    """A notice that does not carry the signature of our subscription."""


@dataclass(frozen=True)
class Notice:
    """A notice that is Yousign's; `request_id` is None when it is not about a request."""

    event_id: str
    event_name: str
    sandbox: bool
    request_id: str | None
    external_id: str | None


@dataclass(frozen=True)
class _Request:
    id: Id
    external_id: Annotated[str, Field(max_length=255)] | None = None


@dataclass(frozen=True)
class _Data:
    signature_request: _Request | None = None


@dataclass(frozen=True)
class _Body:
    event_id: _Word
    event_name: _Word
    sandbox: bool
    data: _Data = field(default_factory=_Data)


_BODY = TypeAdapter(_Body)


def signature_of(body: bytes, secret: str) -> str:
    """What the header of a genuine notice says."""
    return _SCHEME + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def open_notice(body: bytes, signature: str, secret: str) -> Notice:
    """The notice in the raw `body`, under the header `signature`.

    Nothing of the body is read before its signature holds. Raises Forged, or InvalidData when
    Yousign itself sent something that is no notice.
    """
    expected = signature_of(body, secret).encode()
    if len(body) > LARGEST_NOTICE or not hmac.compare_digest(expected, _ascii(signature)):
        raise Forged("Cet avis ne porte pas la signature de Yousign.")
    try:
        read = _BODY.validate_json(body, strict=True)
    except ValidationError as error:
        finding = Finding("yousign", "error", "avis", "n’a pas la forme d’un avis de Yousign.")
        raise InvalidData([finding]) from error
    about = read.data.signature_request
    return Notice(
        read.event_id,
        read.event_name,
        read.sandbox,
        about.id if about else None,
        about.external_id if about else None,
    )


def _ascii(signature: str) -> bytes:
    """The header's bytes, compared whole: a header of any other alphabet is simply another."""
    return signature.strip().encode("utf-8", "replace")
