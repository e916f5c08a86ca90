"""What Yousign answers, as far as we read it. Any other shape is Unavailable: nothing was said.

The description's `SignatureRequest`, `Signer` and `Document`, without the fields nobody here needs;
a status that it does not list is not guessed at.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

from docgen.errors import Unavailable
from docgen.signing.providers.yousign.order import Level

# Goes into an address: nothing but a UUID may.
Id = Annotated[str, Field(pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
_Text = Annotated[str, Field(max_length=2000)]


class RequestStatus(StrEnum):
    """Where a signature request stands."""

    DRAFT = "draft"
    APPROVAL = "approval"
    ONGOING = "ongoing"
    PAUSED = "paused"
    DONE = "done"
    DECLINED = "declined"
    REJECTED = "rejected"
    EXPIRED = "expired"
    CANCELED = "canceled"
    DELETED = "deleted"


class SignerStatus(StrEnum):
    """Where a signer stands: `signed` alone is a signature."""

    INITIATED = "initiated"
    NOTIFIED = "notified"
    VERIFIED = "verified"
    CONSENT_GIVEN = "consent_given"
    PROCESSING = "processing"
    SIGNED = "signed"
    DECLINED = "declined"
    ABORTED = "aborted"
    ERROR = "error"


class Nature(StrEnum):
    """What a document of a request is for."""

    SIGNABLE = "signable_document"
    ATTACHMENT = "attachment"


@dataclass(frozen=True)
class Decline:
    """Who refused to sign, when, and the words they gave."""

    signer_id: Id | None = None
    reason: _Text | None = None
    declined_at: AwareDatetime | None = None


@dataclass(frozen=True)
class Request:
    """A signature request."""

    id: Id
    status: RequestStatus
    external_id: _Text | None
    created_at: AwareDatetime
    decline_information: Decline | None = None


@dataclass(frozen=True)
class Person:
    """Who a signer is, as we once sent it."""

    first_name: _Text
    last_name: _Text
    email: _Text


@dataclass(frozen=True)
class Mark:
    """A field on the document; a radio group has no place of its own."""

    type: _Text
    page: int
    x: int | None = None
    y: int | None = None


@dataclass(frozen=True)
class Signer:
    """A signer; `signed_at` is the provider's word for when."""

    id: Id
    info: Person
    status: SignerStatus
    signature_level: Level
    signed_at: AwareDatetime | None = None
    fields: tuple[Mark, ...] | None = None


@dataclass(frozen=True)
class Document:
    """A document of a request; `sha256` is of what the provider made of our upload."""

    id: Id
    nature: Nature
    sha256: _Text


@dataclass(frozen=True)
class _Activated:
    """The answer to an activation."""

    id: Id
    status: RequestStatus


@dataclass(frozen=True)
class _Meta:
    next_cursor: str | None


@dataclass(frozen=True)
class _Page:
    """One page of the list of requests."""

    meta: _Meta
    data: tuple[Request, ...]


Read = TypeVar("Read")

REQUEST = TypeAdapter(Request)
PAGE = TypeAdapter(_Page)
SIGNER = TypeAdapter(Signer)
SIGNERS: TypeAdapter[tuple[Signer, ...]] = TypeAdapter(tuple[Signer, ...])
DOCUMENT = TypeAdapter(Document)
DOCUMENTS: TypeAdapter[tuple[Document, ...]] = TypeAdapter(tuple[Document, ...])
ACTIVATED = TypeAdapter(_Activated)


def read(shape: TypeAdapter[Read], body: bytes) -> Read:
    """The answer in `body`. Raises Unavailable when it is not one."""
    try:
        return shape.validate_json(body, strict=True)
    except ValidationError as error:
        raise Unavailable(
            "Yousign a répondu autre chose que ce que décrit son API.",
            "Réessayer plus tard ; si cela dure, vérifier DOCGEN_YOUSIGN_URL.",
        ) from error


def utc(at: dt.datetime) -> dt.datetime:
    """An instant of the provider, in UTC as ours are."""
    return at.astimezone(dt.UTC)
