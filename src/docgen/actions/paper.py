"""From an agreement to its PDF: revision 0, which is frozen once and never made again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from docgen import agreements
from docgen.actions.around import amended_data
from docgen.actions.ports import Ports
from docgen.actions.template import current
from docgen.agreements.base import CADRE_CLOTURE, Agreement
from docgen.documents.finish import DATA_NAME, Field, File, finish
from docgen.documents.pages import locate
from docgen.documents.render import render
from docgen.french import FILTERS, PARIS
from docgen.journal import canonical
from docgen.lifecycle import Status
from docgen.records import tables

CLOSING_FIELD = "Cachet_cloture"
# Points, under the caption; the template leaves 62 points free there.
FIELD_WIDTH, FIELD_HEIGHT, FIELD_GAP = 200, 58, 3


def load(row: tables.Agreement) -> Agreement:
    """The agreement as it was given: the model reads what it once wrote.

    Of one taken over, only the fields that its past tells.
    """
    return words_of(row, json.loads(row.data))


def load_amended(row: tables.Agreement, children: Sequence[tables.Agreement]) -> Agreement:
    """The agreement as it stands, with every signed amendment among `children`."""
    return words_of(row, amended_data(row, children))


def words_of(row: tables.Agreement, data: Mapping[str, Any]) -> Agreement:
    """What an agreement says by that data; of one taken over, the fields that its past tells."""
    model = agreements.get(row.kind).model
    if row.state is Status.REPRIS:
        return agreements.sound_part(model, data)[0]
    return model.model_validate(data)


def word(agreement: Agreement, template: bytes, reference: str, issued_on: date) -> bytes:
    """The template, filled."""
    marks = {**agreement.marques(), **agreement.communes(reference, issued_on)}
    return render(template, marks, FILTERS)


def rehearse(ports: Ports, agreement: Agreement, on: date) -> None:
    """Fill the template for nothing. Raises what filling it for good would raise."""
    slug = agreements.kind_of(agreement).slug
    word(agreement, current(ports, slug).content, "REF", on)


def document(
    ports: Ports, agreement: Agreement, template: bytes, reference: str, made_at: datetime
) -> bytes:
    """Revision 0: PDF/A-3b and PDF/UA-1, its data attached, an empty field in each signature box.

    The same arguments give the same bytes, with the same LibreOffice and fonts.
    """
    pdf = ports.to_pdf(word(agreement, template, reference, made_at.astimezone(PARIS).date()))
    # Why a rule was set aside is the organisation's own business, kept in its journal.
    data = {
        "reference": reference,
        **agreement.model_dump(mode="json", exclude={"derogations", "signatures"}),
    }
    file = File(DATA_NAME, canonical(data), f"Données de l’accord {reference}")
    return finish(pdf, made_at, [file], fields_under(pdf, boxes_of(agreement)))


def boxes_of(agreement: Agreement) -> dict[str, tuple[str, str]]:
    """The caption of each signature box, and the field (name, tooltip) that goes under it."""
    boxes = {
        signer.cadre: (signer.champ, f"Signature de {signer.nom_complet}")
        for signer in agreement.signataires()
    }
    return {**boxes, CADRE_CLOTURE: (CLOSING_FIELD, CADRE_CLOTURE)}


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
