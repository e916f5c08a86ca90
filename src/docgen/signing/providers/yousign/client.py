"""The operations of Yousign's API v3 that docgen uses, one method each.

Each raises Unavailable (retried by the next pass), Refused (the provider says no) or NotFound.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from docgen.errors import Unavailable
from docgen.signing.providers.yousign.answer import (
    ACTIVATED,
    DOCUMENT,
    DOCUMENTS,
    PAGE,
    REQUEST,
    SIGNER,
    SIGNERS,
    Document,
    Request,
    RequestStatus,
    Signer,
    read,
)
from docgen.signing.providers.yousign.asking import LARGEST_FILE, Call, Wire
from docgen.signing.providers.yousign.order import AUTHENTICATION, Invitee, Order

_ROOT = "/signature_requests"
Reason = Literal["contractualization_aborted", "errors_in_document", "other"]


@dataclass(frozen=True)
class Yousign:
    """Yousign at the other end of `wire`."""

    wire: Wire

    def check(self) -> None:
        """Ask for the least there is to ask, to know that the address and the key are right."""
        self._get("lire la liste des demandes", _ROOT, {"limit": "1"})

    def find(self, external_id: str) -> tuple[Request, ...]:
        """Every request that carries our id, deleted ones apart.

        Raises Unavailable when the answer is about anything else: a filter that was not heard must
        not let us believe that there is none.
        """
        params = {"external_id[eq]": external_id, "limit": "100"}
        page = read(PAGE, self._get("chercher la demande", _ROOT, params))
        if page.meta.next_cursor or any(one.external_id != external_id for one in page.data):
            raise Unavailable("Yousign n’a pas cherché la demande par notre identifiant.")
        return tuple(one for one in page.data if one.status is not RequestStatus.DELETED)

    def create(self, order: Order) -> Request:
        """A draft request, without document or signer."""
        body = {
            "name": order.name,
            # Yousign writes to the signers: the link is theirs alone, and never ours to see.
            "delivery_mode": "email",
            "ordered_signers": order.ordered,
            "timezone": "Europe/Paris",
            "expiration_date": order.expires_on.isoformat(),
            "external_id": order.external_id,
            "audit_trail_locale": "fr",
            "signers_allowed_to_decline": True,
        }
        return read(REQUEST, self._post("créer la demande", _ROOT, body))

    def get(self, request_id: str) -> Request:
        """The request as it stands."""
        return read(REQUEST, self._get("lire la demande", f"{_ROOT}/{request_id}"))

    def documents(self, request_id: str) -> tuple[Document, ...]:
        """The documents of a request."""
        path = f"{_ROOT}/{request_id}/documents"
        return read(DOCUMENTS, self._get("lire les documents", path))

    def upload(self, request_id: str, file_name: str, pdf: bytes) -> Document:
        """Give a draft request the PDF to sign."""
        call = Call(
            "déposer le document",
            "POST",
            f"{_ROOT}/{request_id}/documents",
            data={"nature": "signable_document"},
            file=(file_name, pdf, "application/pdf"),
        )
        return read(DOCUMENT, self.wire.ask(call))

    def signers(self, request_id: str) -> tuple[Signer, ...]:
        """The signers of a request, in order."""
        path = f"{_ROOT}/{request_id}/signers"
        return read(SIGNERS, self._get("lire les signataires", path))

    def add_signer(
        self, request_id: str, document_id: str, order: Order, invitee: Invitee, after: str | None
    ) -> Signer:
        """Add someone to a draft request, with their place on the document.

        `after` is the id of the signer before, for an order that is one after the other.
        """
        spot = invitee.spot
        body: dict[str, object] = {
            "info": {
                "first_name": invitee.sent_first_name(),
                "last_name": invitee.sent_last_name(),
                "email": invitee.email,
                "locale": "fr",
                **({"phone_number": invitee.phone} if invitee.phone else {}),
            },
            "signature_level": order.level.value,
            "fields": [
                {
                    "document_id": document_id,
                    "type": "signature",
                    "page": spot.page,
                    "x": spot.x,
                    "y": spot.y,
                    "width": spot.width,
                    "height": spot.height,
                }
            ],
        }
        if mode := AUTHENTICATION[order.level]:
            body["signature_authentication_mode"] = mode
        if order.ordered and after:
            body["insert_after_id"] = after
        path = f"{_ROOT}/{request_id}/signers"
        return read(SIGNER, self._post("ajouter un signataire", path, body))

    def activate(self, request_id: str) -> RequestStatus:
        """Let the request leave: Yousign writes to its signers."""
        path = f"{_ROOT}/{request_id}/activate"
        return read(ACTIVATED, self._post("lancer la demande", path)).status

    def remind(self, request_id: str, signer_id: str) -> None:
        """Have Yousign write again to a signer who has been notified."""
        path = f"{_ROOT}/{request_id}/signers/{signer_id}/send_reminder"
        self._post("envoyer un rappel", path)

    def cancel(self, request_id: str, reason: Reason = "contractualization_aborted") -> None:
        """Stop a request that is under way, for good."""
        self._post("annuler la demande", f"{_ROOT}/{request_id}/cancel", {"reason": reason})

    def signed_document(self, request_id: str, document_id: str) -> bytes:
        """The PDF as the provider holds it now: signed by all once the request is done."""
        return self._file(
            "télécharger le document signé",
            f"{_ROOT}/{request_id}/documents/{document_id}/download",
        )

    def audit_trail(self, request_id: str, signer_id: str) -> bytes:
        """The provider's own proof about a signer who has signed, a PDF.

        Yousign makes none at the qualified level (its help page « Audit trail »).
        """
        return self._file(
            "télécharger la preuve d’un signataire",
            f"{_ROOT}/{request_id}/signers/{signer_id}/audit_trails/download",
        )

    def _get(self, doing: str, path: str, params: Mapping[str, str] | None = None) -> bytes:
        return self.wire.ask(Call(doing, "GET", path, params=params or {}))

    def _post(self, doing: str, path: str, body: Mapping[str, object] | None = None) -> bytes:
        return self.wire.ask(Call(doing, "POST", path, json=body))

    def _file(self, doing: str, path: str) -> bytes:
        pdf = self.wire.ask(Call(doing, "GET", path, most=LARGEST_FILE, accept="application/pdf"))
        if not pdf.startswith(b"%PDF-"):
            raise Unavailable(f"Yousign a répondu autre chose qu’un PDF ({doing}).")
        return pdf
