"""bounce: what the mail server gives back."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from docgen.actions.bounce import record_bounce
from docgen.cli.answers import as_json, warn
from docgen.cli.files import Json
from docgen.mail.bounces import MOST_BYTES
from docgen.wiring import open_ports


def bounce(
    notice: Annotated[
        Path | None,
        typer.Argument(help="Le message revenu (.eml) ; l’entrée standard si rien n’est écrit."),
    ] = None,
    json: Json = False,
) -> None:
    """Noter qu’un courriel n’a pas pu être remis : « status » et le journal le disent.

    À mettre derrière l’adresse d’envoi (DOCGEN_MAIL_SENDER) : un alias du serveur de courriel qui
    donne chaque message revenu à cette commande. Champs de --json : reference, to (masqué), status
    (RFC 3463), sentence.
    """
    if notice:
        with notice.open("rb") as file:
            raw = file.read(MOST_BYTES)
    else:
        raw = sys.stdin.buffer.read(MOST_BYTES)
    with open_ports() as ports:
        found = record_bounce(ports, raw, datetime.now(UTC))
    if json:
        as_json(found)
    else:
        warn(f"{found.reference} : {found.sentence}")
