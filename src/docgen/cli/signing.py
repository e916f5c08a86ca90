"""signers, readdress, delegate, on-site: who signs, how, and what changes of it before they do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from docgen.actions.delegation import Delegate
from docgen.actions.delegation import delegate as hand_over
from docgen.actions.on_site import LINK_LIFE, Check, open_on_site
from docgen.actions.post import deliver
from docgen.actions.readdress import readdress as put_address
from docgen.actions.signer_states import LABELS, signer_rows
from docgen.cli.answers import as_json, good, out, warn
from docgen.cli.files import Json
from docgen.cli.following import Reference, unsent
from docgen.french import horodatage
from docgen.ways import Way
from docgen.wiring import open_ports

Rank = Annotated[
    int, typer.Argument(metavar="RANG", min=1, help="Numéro du cadre de signature : 1, 2…")
]
Email = Annotated[str | None, typer.Option("--courriel", help="Adresse de courriel.")]
Phone = Annotated[str | None, typer.Option("--telephone", help="Téléphone mobile.")]


def signers(reference: Reference, json: Json = False) -> None:
    """Voir qui signe un accord, par quel moyen, et où chacun en est.

    En JSON, une liste de : rank, role, name, capacity, principal, way, turn, state, since.
    """
    with open_ports() as ports:
        rows = signer_rows(ports, reference)
    if json:
        as_json(rows)
        return
    for row in rows:
        when = f" {horodatage(row.since)}" if row.since else ""
        for_whom = f", par délégation de {row.principal}" if row.principal else ""
        out.print(f"{row.rank}. {row.name} ({row.capacity}{for_whom})")
        out.print(f"   {Way(row.way).label} : {LABELS[row.state]}{when}")


def readdress(
    reference: Reference,
    rank: Rank,
    email: Email = None,
    phone: Phone = None,
    way: Annotated[
        Way | None, typer.Option("--moyen", help="courriel, sms, sur_place ou papier.")
    ] = None,
) -> None:
    """Corriger l’adresse d’un signataire ou changer sa façon de signer.

    Les liens et les codes d’avant cessent ; un nouveau lien part s’il en faut un.
    """
    with open_ports() as ports:
        now = datetime.now(UTC)
        put_address(ports, reference, rank, now, email=email, phone=phone, way=way)
        delivered = deliver(ports, now)
    good(f"{reference}, signataire n° {rank} : c’est changé.")
    unsent(delivered)


def delegate(
    reference: Reference,
    rank: Rank,
    name: Annotated[str, typer.Option("--nom", help="Prénom et nom de qui signera.")],
    capacity: Annotated[str, typer.Option("--qualite", help="Sa fonction, et pour qui.")],
    email: Email = None,
    phone: Phone = None,
) -> None:
    """Faire signer quelqu’un d’autre de la même entreprise ou organisation.

    Le document ne change pas : le cachet et les preuves disent la délégation.
    """
    with open_ports() as ports:
        now = datetime.now(UTC)
        hand_over(ports, reference, rank, Delegate(name, capacity, email or "", phone or ""), now)
        delivered = deliver(ports, now)
    good(f"{reference} : {name} signera à cette place.")
    unsent(delivered)


def on_site(
    reference: Reference,
    rank: Rank,
    witness: Annotated[str, typer.Option("--atteste", help="Qui, de l’organisation, est présent.")],
    check: Annotated[
        Check,
        typer.Option(
            "--identite", help="piece : présentée ; connu : de nous ; presente : par un tiers."
        ),
    ],
    detail: Annotated[
        str, typer.Option("--precision", help="Quelques mots ; jamais un numéro de pièce.")
    ] = "",
) -> None:
    """Faire signer quelqu’un sur place : l’adresse à ouvrir sur l’écran ou le téléphone.

    Un code part par SMS si la personne a un téléphone mobile ; sinon l’attestation en tient lieu.
    """
    with open_ports() as ports:
        link = open_on_site(ports, reference, rank, witness, check, datetime.now(UTC), detail)
    minutes = int(LINK_LIFE.total_seconds() // 60)
    good(f"{reference}, signataire n° {rank} : à ouvrir dans les {minutes} minutes.")
    out.print(link)
    warn("Laissez l’écran à la personne : elle lit, donne son accord et écrit son nom elle-même.")
