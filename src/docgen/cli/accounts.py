"""docgen account: invite, list, disable, enable, role, reset."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from docgen.access import Role
from docgen.actions.accounts import manage
from docgen.actions.accounts.mail import deliver_to_accounts
from docgen.actions.ports import Ports
from docgen.cli.answers import as_json, as_table, good, out, warn
from docgen.cli.files import Json
from docgen.french import horodatage_court
from docgen.wiring import open_ports

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Les comptes du bureau : inviter, fermer, changer de rôle, remettre à zéro.",
)
Email = Annotated[str, typer.Argument(help="Adresse de courriel du compte.", metavar="COURRIEL")]
_STATES = {"invite": "invité", "ouvert": "ouvert", "ferme": "fermé"}


@app.command("invite")
def invite(
    email: Email,
    name: Annotated[str, typer.Option("--nom", help="Prénom et nom.")],
    role: Annotated[Role, typer.Option("--role", help="Ce que le compte peut faire.")],
    link: Annotated[
        bool,
        typer.Option("--lien", help="Afficher le lien ici, une fois, sans envoyer de courriel."),
    ] = False,
    json: Json = False,
) -> None:
    """Ouvrir un compte : la personne choisit son mot de passe par un lien qui sert une fois.

    En JSON : {"email", "role", "link"} ; link est null quand il est parti par courriel.
    """
    with open_ports() as ports:
        now = datetime.now(UTC)
        manage.invite(ports, email, name, role, now, None)
        shown = manage.link_in_hand(ports, email, now) if link else None
        if not link:
            _deliver(ports, now)
    if json:
        as_json({"email": email, "role": role, "link": shown})
        return
    good(f"{email} est invité comme {role.label}.")
    if shown:
        out.print(shown)


@app.command("list")
def list_accounts(json: Json = False) -> None:
    """Voir les comptes.

    En JSON, une liste de : id, email, name, role, state, second_factor, tied, created_at,
    last_entry_at, problem.
    """
    with open_ports() as ports:
        rows = manage.accounts(ports)
    if json:
        as_json(rows)
        return
    as_table(
        ("Courriel", "Nom", "Rôle", "État", "Second facteur", "Dernière entrée", "À régler"),
        [
            (
                row.email,
                row.name,
                Role(row.role).label,
                _STATES[row.state],
                "oui" if row.second_factor else "non",
                horodatage_court(row.last_entry_at) if row.last_entry_at else "",
                row.problem,
            )
            for row in rows
        ],
        "Aucun compte. Pour commencer : docgen account invite COURRIEL --nom NOM "
        "--role administrator",
    )


@app.command("disable")
def disable(email: Email) -> None:
    """Fermer un compte : ses visites et ses liens cessent à l’instant."""
    with open_ports() as ports:
        manage.disable(ports, email, datetime.now(UTC), None)
    good(f"Le compte {email} est fermé.")


@app.command("enable")
def enable(email: Email) -> None:
    """Rouvrir un compte fermé."""
    with open_ports() as ports:
        manage.enable(ports, email, datetime.now(UTC), None)
    good(f"Le compte {email} est rouvert.")


@app.command("role")
def role(
    email: Email, role: Annotated[Role, typer.Argument(help="Le nouveau rôle.", metavar="ROLE")]
) -> None:
    """Changer le rôle d’un compte ; ses visites en cours cessent."""
    with open_ports() as ports:
        manage.change_role(ports, email, role, datetime.now(UTC), None)
    good(f"{email} est maintenant {role.label}.")


@app.command("reset")
def reset(
    email: Email,
    second_factor: Annotated[
        bool, typer.Option("--second-facteur", help="Le remettre à zéro aussi (téléphone perdu).")
    ] = False,
    link: Annotated[
        bool,
        typer.Option("--lien", help="Afficher le lien ici, une fois, sans envoyer de courriel."),
    ] = False,
) -> None:
    """Envoyer un lien pour choisir un nouveau mot de passe."""
    with open_ports() as ports:
        now = datetime.now(UTC)
        manage.reset(ports, email, now, None, second_factor=second_factor)
        shown = manage.link_in_hand(ports, email, now) if link else None
        if not link:
            _deliver(ports, now)
    good(f"{email} peut choisir un nouveau mot de passe.")
    if shown:
        out.print(shown)


@app.command("untie")
def untie(email: Email) -> None:
    """Délier un compte du fournisseur d’identité ; sa prochaine entrée l’y lie de nouveau."""
    with open_ports() as ports:
        manage.untie(ports, email, datetime.now(UTC), None)
    good(f"{email} n’est plus lié au fournisseur d’identité.")


def _deliver(ports: Ports, now: datetime) -> None:
    for who, sentence in deliver_to_accounts(ports, now).failures:
        warn(f"{who} : courriel en attente. {sentence}")
