"""From an agreement to its PDF: revision 0, which is frozen once and never made again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from docgen import agreements
from docgen.actions.ports import Ports
from docgen.agreements.base import Agreement
from docgen.documents.finish import Field, File, finish
from docgen.documents.pages import locate
from docgen.documents.render import render
from docgen.errors import NotFound
from docgen.french import FILTERS
from docgen.journal import canonical
from docgen.records import tables

PARIS = ZoneInfo("Europe/Paris")
CLOSING_FIELD = "Cachet_cloture"
CLOSING_CAPTION = "Cachet de clôture de l’organisation"
DATA_NAME = "donnees.json"
# Points, under the caption; the template leaves 62 points free there.
FIELD_WIDTH, FIELD_HEIGHT, FIELD_GAP = 200, 58, 3


def load(row: tables.Agreement) -> Agreement:
    """The agreement as it was given: the model reads what it once wrote."""
    return agreements.get(row.kind).model.model_validate(json.loads(row.data))


def template_of(templates: Path, slug: str) -> bytes:
    """The Word template of a kind. Raises NotFound."""
    path = templates / slug / "template.docx"
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotFound("Le modèle Word", str(path)) from error


def word(agreement: Agreement, template: bytes, reference: str, issued_on: date) -> bytes:
    """The template, filled."""
    marks = {
        **agreement.marques(),
        "reference": reference,
        "titre": agreement.titre(),
        "emis_le": issued_on,
        "signataires": agreement.signataires(),
    }
    return render(template, marks, FILTERS)


def rehearse(ports: Ports, agreement: Agreement, on: date) -> None:
    """Fill the template for nothing. Raises what filling it for good would raise."""
    slug = agreements.kind_of(agreement).slug
    word(agreement, template_of(ports.templates, slug), "REF", on)


def document(
    ports: Ports, agreement: Agreement, template: bytes, reference: str, made_at: datetime
) -> bytes:
    """Revision 0: PDF/A-3b and PDF/UA-1, its data attached, an empty field in each signature box.

    The same arguments give the same bytes, with the same LibreOffice and fonts.
    """
    signers = agreement.signataires()
    pdf = ports.to_pdf(word(agreement, template, reference, made_at.astimezone(PARIS).date()))
    data = {"reference": reference, **agreement.model_dump(mode="json")}
    boxes = {
        signer.cadre: (signer.champ, f"Signature de {signer.nom_complet}") for signer in signers
    }
    boxes[CLOSING_CAPTION] = (CLOSING_FIELD, CLOSING_CAPTION)
    file = File(DATA_NAME, canonical(data), f"Données de l’accord {reference}")
    return finish(pdf, made_at, [file], fields_under(pdf, boxes))


def fields_under(pdf: bytes, boxes: Mapping[str, tuple[str, str]]) -> list[Field]:
    """An empty signature field (name, tooltip) under each caption."""
    places = locate(pdf, list(boxes))
    return [
        Field(
            name,
            place.page,
            (
                place.left,
                place.bottom - FIELD_GAP - FIELD_HEIGHT,
                place.left + FIELD_WIDTH,
                place.bottom - FIELD_GAP,
            ),
            tooltip,
        )
        for caption, (name, tooltip) in boxes.items()
        for place in (places[caption],)
    ]
