"""docgen retention, docgen rgpd: what is kept until when, and what a person may ask."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from docgen.actions.retention import disposal, funds, listing, person
from docgen.actions.retention.hold import hold as put_hold
from docgen.actions.retention.hold import release as end_hold
from docgen.actions.retention.keep import keep_all, policy_in_force
from docgen.cli.answers import as_json, as_table, day, good, out, warn
from docgen.cli.files import Json
from docgen.cli.following import day_of, tell, through_prefect
from docgen.errors import Unavailable
from docgen.french import horodatage_court
from docgen.settings import read_settings
from docgen.wiring import open_ports

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Durées de conservation, verrous, gels, éliminations à deux personnes.",
)
rgpd = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Droits des personnes : donner ce qui les concerne, oublier ce qui n’est plus utile.",
)
Reference = Annotated[str, typer.Argument(help="Numéro de l’accord.", metavar="REFERENCE")]
Number = Annotated[str, typer.Argument(help="Numéro de la liste.", metavar="LISTE")]
Code = Annotated[str, typer.Argument(help="Code du financement.", metavar="FINANCEMENT")]
_CERTAINTY = {True: "établi", False: "à vérifier"}
Reason = Annotated[str, typer.Option("--motif", help="Pourquoi, sans nom de personne.")]


@app.command("policy")
def policy(json: Json = False) -> None:
    """Voir la politique de conservation en vigueur.

    En JSON : {"version", "sha256", "policy"}.
    """
    with open_ports() as ports:
        rule = policy_in_force(ports)
    if json:
        shown = rule.policy.model_dump(mode="json")
        as_json({"version": rule.policy.version, "sha256": rule.sha256, "policy": shown})
        return
    as_table(
        ("Classe", "Années", "À partir de", "Fondement", "Certitude"),
        [
            (name, one.annees, one.depart, one.ground, _CERTAINTY[one.established])
            for name, one in rule.policy.classes.items()
        ],
        "",
    )


@app.command("apply")
def apply(json: Json = False) -> None:
    """Calculer les durées, prolonger les verrous, détruire les moyens d’identification échus.

    En JSON : counts, failures, busy, put_off, notices. Sort avec 6 quand un dossier a échoué.
    """
    if read_settings().prefect_api_url:
        through_prefect("retention/retention", json)
        return
    with open_ports() as ports:
        tell(keep_all(ports, datetime.now(UTC)), json)


@app.command("fund")
def fund(
    code: Code,
    label: Annotated[str, typer.Option("--intitule", help="Qui finance quoi.")],
    retention_class: Annotated[str, typer.Option("--classe", help="Classe de conservation.")],
) -> None:
    """Faire connaître un financement."""
    with open_ports() as ports:
        funds.add_fund(ports, code, label, retention_class, datetime.now(UTC), None)
    good(f"Financement {code}.")


@app.command("funds")
def list_funds(json: Json = False) -> None:
    """Voir les financements.

    En JSON, une liste de : code, label, retention_class, last_payment, agreements.
    """
    with open_ports() as ports:
        rows = funds.funds(ports)
    if json:
        as_json(rows)
        return
    as_table(
        ("Code", "Intitulé", "Classe", "Dernier paiement", "Accords"),
        [(r.code, r.label, r.retention_class, day(r.last_payment), r.agreements) for r in rows],
        "Aucun financement.",
    )


@app.command("assign")
def assign(reference: Reference, code: Code) -> None:
    """Dire qu’un financement paie pour un accord."""
    with open_ports() as ports:
        funds.assign(ports, reference, code, datetime.now(UTC), None)
    good(f"{reference} : financé par {code}.")


@app.command("paid")
def paid(
    code: Code,
    on: Annotated[str, typer.Option("--le", metavar="AAAA-MM-JJ", help="Jour du paiement.")],
) -> None:
    """Dire que le financement a fait son dernier paiement : les durées partent de là."""
    with open_ports() as ports:
        count = funds.last_payment(ports, code, day_of(on), datetime.now(UTC), None)
    good(f"{code} : dernier paiement le {on}, {count} dossiers recalculés.")


@app.command("hold")
def hold(reference: Reference, reason: Reason) -> None:
    """Geler un dossier : rien n’en est détruit tant que le gel n’est pas levé."""
    with open_ports() as ports:
        put_hold(ports, reference, reason, datetime.now(UTC), None)
    good(f"{reference} est gelé.")


@app.command("release")
def release(reference: Reference, reason: Reason) -> None:
    """Lever le gel d’un dossier."""
    with open_ports() as ports:
        end_hold(ports, reference, reason, datetime.now(UTC), None)
    good(f"{reference} n’est plus gelé.")


@app.command("propose")
def propose(json: Json = False) -> None:
    """Faire la liste des dossiers arrivés au terme. Deux personnes l’approuvent dans le bureau.

    En JSON : {"number"}, null quand il n’y a rien à détruire.
    """
    with open_ports() as ports:
        number = disposal.propose(ports, datetime.now(UTC), None)
    if json:
        as_json({"number": number})
    elif number is None:
        out.print("Aucun dossier n’est arrivé au terme.")
    else:
        good(f"Liste {number}, à approuver par deux personnes dans le bureau.")


@app.command("disposals")
def disposals(json: Json = False) -> None:
    """Voir les listes d’élimination.

    En JSON, une liste de : number, made_at, state, list_sha256, certificate_sha256, approvals,
    items.
    """
    with open_ports() as ports:
        rows = listing.disposals(ports)
    if json:
        as_json(rows)
        return
    as_table(
        ("Liste", "Faite", "Dossiers", "Approbations", "État"),
        [
            (
                row.number,
                horodatage_court(row.made_at),
                len(row.items),
                f"{len(row.approvals)}/{listing.NEEDED}",
                row.state,
            )
            for row in rows
        ],
        "Aucune liste.",
    )


@app.command("dispose")
def dispose(number: Number, json: Json = False) -> None:
    """Détruire ce que nomme une liste approuvée par deux personnes, et en faire le certificat.

    En JSON, la liste comme dans disposals.
    """
    with open_ports() as ports:
        done = disposal.carry_out(ports, number, datetime.now(UTC), None)
    if json:
        as_json(done)
        return
    for item in done.items:
        (good if item.outcome == "détruit" else warn)(f"{item.reference} : {item.outcome}")
    good(f"Certificat SHA-256 {done.certificate_sha256}")


@rgpd.command("export")
def export(
    who: Annotated[
        str, typer.Argument(help="Nom et prénom, ou adresse de courriel.", metavar="PERSONNE")
    ],
    born_on: Annotated[
        str, typer.Option("--ne-le", metavar="AAAA-MM-JJ", help="Date de naissance, si besoin.")
    ] = "",
    to: Annotated[
        Path | None, typer.Option("--vers", "-o", help="Fichier à écrire ; à l’écran sinon.")
    ] = None,
) -> None:
    """Donner en JSON tout ce qui est gardé sur une personne.

    À remettre à cette personne seule, une fois sûr de qui demande.
    """
    with open_ports() as ports:
        answer = person.person_export(ports, who, datetime.now(UTC), None, born_on)
    if to is None:
        as_json(answer)
        return
    try:
        person.write_answer(to, answer)
    except OSError as error:
        raise Unavailable(f"On ne peut pas écrire {to} ({error.strerror}).") from error
    good(f"{to} : {len(answer['agreements'])} accords.")


@rgpd.command("purge")
def purge(
    do_it: Annotated[
        bool, typer.Option("--faire", help="Oublier pour de bon ; sans cela, rien n’est fait.")
    ] = False,
    json: Json = False,
) -> None:
    """Oublier les brouillons et les accords sans suite, plus vieux que ne le dit la politique.

    En JSON : {"done", "references", "people"}.
    """
    with open_ports() as ports:
        found = person.purge(ports, datetime.now(UTC), None, do_it=do_it)
    if json:
        as_json(found)
        return
    verb = "oublié" if do_it else "à oublier"
    for reference in found.references:
        out.print(f"{reference} : {verb}")
    if not found.references:
        out.print("Rien à oublier.")
    elif not do_it:
        out.print("Rien n’est encore fait : ajouter --faire.")
