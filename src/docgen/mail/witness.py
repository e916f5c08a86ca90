"""The mail that carries a tree head to somebody who keeps it elsewhere."""

from __future__ import annotations

import hashlib

from docgen.french import horodatage, pluriel
from docgen.journal.log import parse_head
from docgen.mail.compose import Attachment, Message, message


def tree_head(to: str, organisation: str, files: tuple[bytes, bytes, bytes]) -> Message:
    """`files`: the head's JSON, its signature, its timestamp, as they are to be kept."""
    content, signature, token = files
    head = parse_head(content)
    name = f"tete-{head.size:012d}"
    return message(
        "tete",
        to,
        f"À conserver : tête du journal d’archive, {pluriel(head.size, 'ligne')}",
        (
            Attachment(f"{name}.json", "application/json", content),
            Attachment(f"{name}.sig", "application/octet-stream", signature),
            Attachment(f"{name}.tsr", "application/timestamp-reply", token),
        ),
        organisation=organisation,
        reference=f"tête d’arbre {head.size}",
        lignes=pluriel(head.size, "ligne"),
        racine=head.root,
        signee=horodatage(head.at),
        empreinte=hashlib.sha256(content).hexdigest(),
        piece=name,
    )
