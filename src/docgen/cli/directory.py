"""company: what the public register says of a SIRET."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from docgen.cli.answers import as_json, bad, day, good, out, warn
from docgen.cli.files import Json
from docgen.directory import Company, State
from docgen.errors import NotFound
from docgen.french import siret as spaced
from docgen.lookups import open_directory
from docgen.settings import read_settings


def company(
    siret: Annotated[str, typer.Argument(help="SIRET : 14 chiffres, espaces admis.")],
    json: Json = False,
) -> None:
    """Chercher un établissement dans le répertoire Sirene : nom, adresse, ouvert ou fermé.

    En JSON : {"siret", "state", "open", "raison_sociale", "enseigne", "adresse": {"voie",
    "complement", "code_postal", "ville"}, "naf", "idcc", "head_office", "company_open",
    "opened_on", "closed_on", "masked"}. Fermé est une réponse comme une autre (sortie 0,
    "open": false) ; inconnu sort avec 3, SIRET mal formé avec 2, annuaire muet avec 6.
    """
    found = open_directory(read_settings())(siret)
    if json:
        as_json(_object(found))
        if found.state is State.NOT_FOUND:
            raise typer.Exit(3)
    elif found.state is State.NOT_FOUND:
        raise NotFound("Dans le répertoire Sirene, l’établissement", spaced(found.siret))
    else:
        _tell(found)


def _object(found: Company) -> dict[str, Any]:
    return {"siret": found.siret, "state": found.state, "open": found.open} | {
        name: getattr(found, name)
        for name in (
            *("raison_sociale", "enseigne", "adresse", "naf", "idcc", "head_office"),
            *("company_open", "opened_on", "closed_on", "masked"),
        )
    }


def _tell(found: Company) -> None:
    name = found.raison_sociale or "Nom non diffusé"
    kind = "siège" if found.head_office else "établissement"
    out.print(f"{name}{f' (enseigne : {found.enseigne})' if found.enseigne else ''}")
    out.print(f"  {spaced(found.siret)}, {kind}")
    if found.adresse:
        out.print(f"  {found.adresse}")
    if found.naf:
        out.print(f"  activité (NAF) {found.naf}")
    if found.idcc:
        out.print(f"  convention collective (IDCC) {', '.join(found.idcc)}")
    if found.open:
        good("Ouvert" + (f" depuis le {day(found.opened_on)}" if found.opened_on else "") + ".")
    else:
        what = "Fermé" if found.company_open else "Fermé, l’entreprise a cessé"
        bad(what + (f" depuis le {day(found.closed_on)}" if found.closed_on else "") + ".")
    if found.masked:
        warn("Diffusion partielle : le titulaire a demandé que ses données soient masquées.")
