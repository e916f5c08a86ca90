"""What the mails to the office's accounts say."""

from __future__ import annotations

from datetime import datetime

from docgen.french import de, horodatage
from docgen.mail.compose import Message, message

_SUBJECTS = {
    "invitation": "Votre accès au bureau",
    "reset": "Choisir un nouveau mot de passe",
}


def link_letter(
    kind: str,
    *,
    to: str,
    nom: str,
    organisation: str,
    lien: str,
    role: str,
    expire_le: datetime,
) -> Message:
    """The mail whose link lets a password be chosen; `kind` is `invitation` or `reset`."""
    return message(
        f"compte-{kind}",
        to,
        f"{_SUBJECTS[kind]} {de(organisation)}" if kind == "invitation" else _SUBJECTS[kind],
        nom=nom,
        organisation=organisation,
        reference="accès au bureau",
        lien=lien,
        role=role,
        jusque="a" + horodatage(expire_le).replace("le ", "u ", 1),
    )
