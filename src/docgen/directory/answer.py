"""Reading an answer of the API « Recherche d’entreprises ».

Source: the API's own OpenAPI description and formatters, repository
annuaire-entreprises-data-gouv-fr/search-api (app/doc/open-api.yml, app/service/formatters), read at
commit 7cc364f8 of 22 July 2026; published at https://recherche-entreprises.api.gouv.fr/docs/.

    GET /search?q=<14 digits>&minimal=true&include=siege,matching_etablissements

    {"results": [{
        "siren", "nom_complet", "nom_raison_sociale" (null for a sole trader),
        "etat_administratif": "A" or "C" (ceased), "date_fermeture", "statut_diffusion",
        "siege":                    {every field below; {} when unknown},
        "matching_etablissements": [{the fields below without those marked *}]
     }], "total_results", "page", "per_page", "total_pages"}

    an establishment: "siret", "etat_administratif": "A" or "F" (closed), "date_creation",
        "date_fermeture", "est_siege", "activite_principale", "liste_idcc", "liste_enseignes",
        "nom_commercial", "statut_diffusion_etablissement": "O" or "P" (partly hidden),
        "adresse" (complement, way, post box, code and town in one line), "code_postal",
        "libelle_commune", *"complement_adresse", *"numero_voie", *"dernier_numero_voie",
        *"indice_repetition", *"type_voie", *"libelle_voie", *"distribution_speciale"

`q` of 14 digits is a direct search; without `minimal` the answer would carry the names and birth
years of directors, which nobody here needs. No result is `"results": []`, an error is
`{"erreur": "…"}` with status 400 or 500. What is hidden reads « [NON-DIFFUSIBLE] ». Any other shape
is Unavailable: a register that is not understood has said nothing.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from docgen.directory.company import Company, Place, State
from docgen.errors import Unavailable

MASK = "[NON-DIFFUSIBLE]"


def _clean(text: str) -> str | None:
    """`text` on one line, without what no terminal or page can print; None when hidden or empty."""
    if text == MASK:
        return None
    printable = "".join(" " if unicodedata.category(c)[0] == "C" else c for c in text)
    return unicodedata.normalize("NFC", " ".join(printable.split())) or None


def _day(value: object) -> object:
    """The day of an ISO date or date-time; a text that is neither is no reason to refuse."""
    if not isinstance(value, str):
        return value
    try:
        return dt.date.fromisoformat(value[:10])
    except ValueError:
        return None


_Text = Annotated[str, Field(max_length=600), AfterValidator(_clean)] | None
_Day = Annotated[dt.date | None, BeforeValidator(_day)]


class _Shape(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class _Site(_Shape):
    """An establishment."""

    etat_administratif: Literal["A", "F"]
    date_creation: _Day = None
    date_fermeture: _Day = None
    est_siege: bool = False
    activite_principale: _Text = None
    liste_idcc: list[_Text] | None = None
    liste_enseignes: list[_Text] | None = None
    nom_commercial: _Text = None
    statut_diffusion_etablissement: _Text = None
    adresse: _Text = None
    complement_adresse: _Text = None
    numero_voie: _Text = None
    dernier_numero_voie: _Text = None
    indice_repetition: _Text = None
    type_voie: _Text = None
    libelle_voie: _Text = None
    distribution_speciale: _Text = None
    code_postal: _Text = None
    libelle_commune: _Text = None


class _Unit(_Shape):
    """A company, its establishments still unread: only one of them is ours."""

    nom_complet: _Text = None
    nom_raison_sociale: _Text = None
    etat_administratif: Literal["A", "C"] | None = None
    date_fermeture: _Day = None
    statut_diffusion: _Text = None
    siege: dict[str, Any] | None = None
    matching_etablissements: list[dict[str, Any]] | None = None

    def establishment(self, siret: str) -> dict[str, Any] | None:
        """The establishment of that number; as head office if it is: its address is fuller."""
        sites = (self.siege or {}, *(self.matching_etablissements or ()))
        return next((site for site in sites if site.get("siret") == siret), None)


class _Answer(_Shape):
    results: list[_Unit]


def parse(siret: str, answer: bytes) -> Company:
    """The company of `siret` in an answer of the API.

    Raises Unavailable when it has not the shape above, whatever it is.
    """
    try:
        units = _Answer.model_validate_json(answer).results
        for unit in units:
            site = unit.establishment(siret)
            if site is not None:
                return _company(siret, unit, _Site.model_validate(site))
    except ValidationError as error:
        raise Unavailable(
            "L’annuaire des entreprises a répondu autre chose qu’une fiche d’entreprise.",
            "Réessayer plus tard ; si cela dure, vérifier DOCGEN_DIRECTORY_URL.",
        ) from error
    return Company(siret, State.NOT_FOUND)


def _company(siret: str, unit: _Unit, site: _Site) -> Company:
    ceased = unit.etat_administratif == "C"
    closed = site.etat_administratif == "F" or ceased
    signs = (*(site.liste_enseignes or ()), site.nom_commercial)
    return Company(
        siret,
        State.CLOSED if closed else State.OPEN,
        raison_sociale=unit.nom_raison_sociale or unit.nom_complet,
        enseigne=next(filter(None, signs), None),
        adresse=_place(site),
        naf=site.activite_principale,
        idcc=tuple(filter(None, site.liste_idcc or ())),
        head_office=site.est_siege,
        company_open=None if unit.etat_administratif is None else not ceased,
        opened_on=site.date_creation,
        closed_on=(site.date_fermeture or unit.date_fermeture) if closed else None,
        masked="P" in {unit.statut_diffusion, site.statut_diffusion_etablissement},
    )


def _place(site: _Site) -> Place | None:
    numbers = "-".join(filter(None, (site.numero_voie, site.dernier_numero_voie)))  # 1-3
    if site.libelle_voie:
        way = _joined(numbers, site.indice_repetition, site.type_voie, site.libelle_voie)
    else:
        way = _way(site.adresse or "", f"{site.code_postal} {site.libelle_commune}")
    more = _joined(site.complement_adresse, site.distribution_speciale)
    place = Place(way or None, more or None, site.code_postal, site.libelle_commune)
    return place if str(place) else None


def _joined(*texts: str | None) -> str:
    return " ".join(filter(None, texts))


def _way(line: str, town: str) -> str:
    """An address in one line without its code and town, or without its cedex."""
    if line.endswith(town):
        return line.removesuffix(town).rstrip()
    before_code = re.match(r"(.*)\s\d{5}\s\S", line)
    return before_code[1].rstrip() if before_code else line
