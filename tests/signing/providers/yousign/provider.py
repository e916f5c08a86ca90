"""Yousign on loopback: every request held against the description, every answer as well.

It keeps state as the real one would (a draft, its document, its signers; then who signed), can be
told to fail in all the ways a network fails, and sends notices, well signed or not. Nobody in it
exists. Only what the description or a guide says is played: what the real one does besides is
unknown here.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.signing.providers.yousign.description import OPERATIONS, all_null

KEY = "cle-d-essai"
# Signs a PDF for someone, at their spot: the document before, the signer, the document after.
Sign = Callable[[bytes, Mapping[str, Any]], bytes]


@dataclass
class Trouble:
    """How one coming answer goes wrong.

    `acts`: the request is carried out all the same; `silence`: seconds before the answer; `cut`:
    the answer stops half-way; `lost`: there is none; `pad`: bytes added to it.
    """

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    acts: bool = False
    silence: float = 0.0
    between: float = 0.0
    cut: bool = False
    lost: bool = False
    pad: int = 0


@dataclass
class Provider:
    """The server's state; what it was asked is in `asked`, as "METHOD /template"."""

    now: dt.datetime
    sign_pdf: Sign = lambda pdf, _signer: pdf + b"% signed\n"
    url: str = ""
    requests: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    reminded: list[str] = field(default_factory=list)
    troubles: dict[str, list[Trouble]] = field(default_factory=dict)
    hears_filters: bool = True
    keeps_proofs: bool = True
    lock: threading.RLock = field(default_factory=threading.RLock)

    def fails(self, operation: str, *troubles: Trouble) -> None:
        """The next answers to this operation go wrong in these ways, in turn."""
        assert operation in OPERATIONS
        self.troubles[operation] = list(troubles)

    def only(self) -> dict[str, Any]:
        """The one request there is."""
        (request,) = self.requests.values()
        return request

    def count(self, operation: str) -> int:
        assert operation in OPERATIONS
        return self.asked.count(operation)

    # --- what people do at the provider's -------------------------------------------------------

    def signs(self, request: dict[str, Any], rank: int, at: dt.datetime | None = None) -> None:
        """The signer of that rank (from 0) signs; the last one completes the request."""
        with self.lock:
            assert request["status"] == "ongoing"
            signer = request["signers"][rank]
            request["pdf"] = self.sign_pdf(request["pdf"], signer)
            signer["status"] = "signed"
            signer["signed_at"] = _instant(at or self.now)
            if all(one["status"] == "signed" for one in request["signers"]):
                request["status"] = "done"

    def declines(self, request: dict[str, Any], rank: int, reason: str) -> None:
        with self.lock:
            signer = request["signers"][rank]
            signer["status"] = request["status"] = "declined"
            request["decline_information"] = {
                "signer_id": signer["id"],
                "reason": reason,
                "declined_at": _instant(self.now),
            }

    # --- the operations -------------------------------------------------------------------------

    def answer(
        self, operation: str, names: Mapping[str, str], query: Mapping[str, str], body: Any
    ) -> tuple[int, Any]:
        with self.lock:
            if operation == "POST /signature_requests":
                return 201, _public(self._create(body))
            if operation == "GET /signature_requests":
                return 200, self._list(query)
            request = self.requests.get(names["id"])
            if request is None:
                return 404, problem("Not found")
            signer: dict[str, Any] = next(
                (s for s in request["signers"] if s["id"] == names.get("signer")), {}
            )
            # What may be asked of a request in each status.
            possible: dict[str, Callable[[], tuple[int, Any]]] = {
                "GET /signature_requests/{id}": lambda: (200, _public(request)),
                f"{_of_one('GET')}/documents": lambda: (200, request["documents"]),
                f"{_of_one('GET')}/signers": lambda: (200, request["signers"]),
                f"{_of_one('GET')}/documents/{{document}}/download": lambda: (200, request["pdf"]),
            }
            if request["status"] == "draft":
                possible |= {
                    f"{_of_one('POST')}/documents": lambda: (201, _upload(request, body, self.now)),
                    f"{_of_one('POST')}/signers": lambda: _add_signer(request, body),
                    f"{_of_one('POST')}/activate": lambda: self._activate(request),
                }
            if request["status"] == "ongoing":
                possible[f"{_of_one('POST')}/cancel"] = lambda: _cancel(request)
                if signer.get("status") == "notified":
                    path = f"{_of_one('POST')}/signers/{{signer}}/send_reminder"
                    possible[path] = lambda: self._remind(signer)
            if signer.get("status") == "signed" and self.keeps_proofs:
                path = f"{_of_one('GET')}/signers/{{signer}}/audit_trails/download"
                possible[path] = lambda: (200, _proof(signer))
            return possible.get(operation, lambda: _not_now(request))()

    def _create(self, body: dict[str, Any]) -> dict[str, Any]:
        request = {
            "id": str(uuid.uuid4()),
            "status": "draft",
            "created_at": _instant(self.now + dt.timedelta(seconds=len(self.requests))),
            "source": "public_api",
            "signers": [],
            "documents": [],
            "pdf": b"",
            **{name: None for name in all_null("request") if name in _NULL},
            **body,
            "expiration_date": f"{body['expiration_date']}T22:59:59+00:00",
            "ordered_approvers": False,
            "custom_recipient_order": False,
        }
        self.requests[request["id"]] = request
        return request

    def _list(self, query: Mapping[str, str]) -> dict[str, Any]:
        wanted = query.get("external_id[eq]") if self.hears_filters else None
        found = [
            {k: v for k, v in _public(one).items() if k != "decline_information"}
            for one in self.requests.values()
            if wanted is None or one["external_id"] == wanted
        ]
        limit = int(query.get("limit", "100"))
        return {
            "meta": {"next_cursor": "suite" if len(found) > limit else None},
            "data": found[:limit],
        }

    def _remind(self, signer: dict[str, Any]) -> tuple[int, Any]:
        self.reminded.append(signer["id"])
        return 201, None

    def _activate(self, request: dict[str, Any]) -> tuple[int, Any]:
        if not request["documents"] or not request["signers"]:
            return 400, problem("nothing to sign, or nobody")
        request["status"] = "ongoing"
        request["activated_at"] = _instant(self.now)
        for signer in request["signers"]:
            signer["status"] = "notified"
        links = {"signature_link": None, "signature_link_expiration_date": None}
        shown = _public(request)
        shown["signers"] = [{**one, **links} for one in shown["signers"]]
        return 201, shown


# What the description requires of a request and lets be null, or any object.
_NULL = {
    "activated_at", "approved_at", "branding_id", "bulk_send_batch_id", "completed_at",
    "custom_experience_id", "email_custom_note", "email_notification", "previous_attempt_id",
    "rejection_information", "reminder_settings", "sender", "workflow_session_id",
}  # fmt: skip


def _public(request: dict[str, Any]) -> dict[str, Any]:
    shown = {k: v for k, v in request.items() if k != "pdf"}
    shown["signers"] = [{"id": s["id"], "status": s["status"]} for s in request["signers"]]
    shown["documents"] = [{"id": d["id"], "nature": d["nature"]} for d in request["documents"]]
    return shown


def _add_signer(request: dict[str, Any], body: dict[str, Any]) -> tuple[int, Any]:
    held = {one["id"] for one in request["documents"]}
    if not all(one["document_id"] in held for one in body.get("fields", [])):
        return 400, problem("unknown document")
    ids = [one["id"] for one in request["signers"]]
    after = body.get("insert_after_id")
    if after is not None and not (request["ordered_signers"] and after in ids):
        return 400, problem("insert_after_id")
    level = body["signature_level"]
    if level == "qualified_electronic_signature" and not request["ordered_signers"]:
        return 400, problem("QES needs ordered signers")
    own = str(uuid.uuid4())
    signer = {
        **all_null("signer"),
        "id": own,
        "info": {"phone_number": None, **body["info"]},
        "status": "initiated",
        "signature_level": level,
        "signature_authentication_mode": body.get("signature_authentication_mode"),
        "fields": [
            {"id": str(uuid.uuid4()), "signer_id": own, "display": {}, "reason": None, **one}
            for one in body.get("fields", [])
        ],
    }
    place = ids.index(after) + 1 if after else len(ids)
    request["signers"].insert(place, signer)
    return 201, signer


def _cancel(request: dict[str, Any]) -> tuple[int, Any]:
    request["status"] = "canceled"
    return 201, _public(request)


def _proof(signer: dict[str, Any]) -> bytes:
    return f"%PDF-1.7\n% proof of {signer['id']}\n%%EOF\n".encode()


def _not_now(request: dict[str, Any]) -> tuple[int, Any]:
    return 400, problem(f"not possible in status {request['status']}")


def _of_one(method: str) -> str:
    return f"{method} /signature_requests/{{id}}"


def _upload(request: dict[str, Any], form: dict[str, Any], now: dt.datetime) -> dict[str, Any]:
    request["pdf"] = form["file"]
    document = {
        **all_null("document"),
        "id": str(uuid.uuid4()),
        "nature": form["nature"],
        "filename": form["file_name"],
        "content_type": "application/pdf",
        "created_at": _instant(now),
        "sha256": hashlib.sha256(form["file"]).hexdigest(),
        "excluded_approvers": [],
        "excluded_signers": [],
    }
    request["documents"].append(document)
    return document


def problem(detail: str) -> dict[str, str]:
    return {"type": "https://yousign.example.org/probleme", "detail": detail}


def _instant(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="seconds")
