"""What a provider gives back when all have signed: fetched, held against what we froze, kept.

A provider may write its file anew, so the frozen bytes need not be in it. What is demanded: as many
pages; on each, the same letters in the same order outside the signature boxes, where it shows what
it wants; each signature intact, the last one over the whole file. Pictures are not compared. The
file comes from outside: it is read in a confined process (`returned_confined`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from docgen.actions.returned_confined import examined
from docgen.archive.dossier import Item
from docgen.documents.finish import Field
from docgen.records import queries, tables
from docgen.records.database import Database
from docgen.signing.elsewhere import Elsewhere
from docgen.signing.providers.yousign import Level, Yousign

DOCUMENT_ROLE = "document-du-prestataire"
PROOF_ROLE = "piste-audit"


@dataclass(frozen=True)
class Returned:
    """A signed document that is ours, and the provider's proof about each signer, by its own id."""

    pdf: bytes = field(repr=False)
    pages: int
    begins_with_ours: bool
    signatures: tuple[Elsewhere, ...]
    proofs: Mapping[str, bytes] = field(repr=False)

    def facts(self, ours: Mapping[str, str]) -> dict[str, object]:
        """For the journal; `ours`: our signer's id by the provider's."""
        return {
            "sha256": hashlib.sha256(self.pdf).hexdigest(),
            "size": len(self.pdf),
            "pages": self.pages,
            "begins_with_frozen": self.begins_with_ours,
            "signatures": len(self.signatures),
            "changed_between": sum(one.changed_after for one in self.signatures),
            "proofs": {
                ours[one]: hashlib.sha256(proof).hexdigest() for one, proof in self.proofs.items()
            },
        }


def fetch_returned(
    client: Yousign,
    request: tables.ProviderRequest,
    levels: Mapping[str, Level],
    frozen: bytes,
    boxes: Sequence[Field],
) -> Returned:
    """Download what a finished request holds, and check it. Raises Unavailable or Broken.

    `levels`: the level of each signer, by the provider's id; at the qualified one Yousign keeps no
    audit trail (its help page « Audit trail »).
    """
    pdf = client.signed_document(request.request_id, request.document_id)
    found = examined(frozen, pdf, boxes)
    proofs = {
        one: client.audit_trail(request.request_id, one)
        for one, level in levels.items()
        if level is not Level.QUALIFIED
    }
    return Returned(pdf, found.pages, pdf.startswith(frozen), found.signatures, proofs)


def provider_items(database: Database, row: tables.Agreement) -> tuple[Item, ...]:
    """What the archive keeps of the provider: its document, and its proof about each signer."""
    with database.read() as session:
        request = queries.provider_request(session, row.id)
        if request is None or request.document_sha256 is None:
            return ()
        held = queries.provider_signers(session, row.id)
        found = [(DOCUMENT_ROLE, request.document_sha256)]
        for signer in row.signers:
            known = held.get(signer.id)
            if known is not None and known.proof_sha256 is not None:
                found.append((f"{PROOF_ROLE}-{signer.rank}", known.proof_sha256))
        return tuple(
            Item(role, "pdf", "application/pdf", queries.content(session, digest))
            for role, digest in found
        )
