"""The certificate of destruction: which dossiers, on whose word, with the hashes of what is gone.

It names nobody of the dossiers; their list is attached as JSON. PDF/A-3b, sealed B-LTA.
"""

from __future__ import annotations

from datetime import datetime

from docgen import agreements
from docgen.actions.paper import CLOSING_FIELD, fields_under
from docgen.actions.ports import Ports
from docgen.actions.retention.listing import Listed
from docgen.actions.template import template_of
from docgen.agreements.base import CADRE_CLOTURE
from docgen.documents.finish import File, finish
from docgen.documents.render import render
from docgen.errors import Broken
from docgen.french import FILTERS, horodatage
from docgen.journal import canonical, instant

TEMPLATE = "certificat-destruction"


def certificate_pdf(ports: Ports, listed: Listed, now: datetime) -> bytes:
    """The sealed certificate of a list that was carried out. Raises Broken or Unavailable."""
    gone = [one for one in listed.items if one.outcome == "détruit"]
    spared = [one for one in listed.items if one.outcome != "détruit"]
    marks = {
        "titre": "Certificat de destruction",
        "reference": listed.number,
        "organisation": {"raison_sociale": ports.organisation},
        "proposee_le": listed.made_at,
        "emis_le": now,
        "empreinte_liste": listed.list_sha256,
        "accords": listed.approvals,
        "detruits": [
            {
                "reference": one.reference,
                "type": agreements.get(one.kind).title,
                "garde_jusqu_au": one.retain_until,
                "objets": one.objects,
            }
            for one in gone
        ],
        "epargnes": [
            {"reference": one.reference, "motif": one.outcome.removeprefix("gardé : ")}
            for one in spared
        ],
    }
    pdf = ports.to_pdf(render(template_of(ports.templates.parent, TEMPLATE), marks, FILTERS))
    attached = canonical(
        {
            "schema": "docgen.disposal/1",
            "number": listed.number,
            "list_sha256": listed.list_sha256,
            "approved_at": [instant(one.at) for one in listed.approvals],
            "destroyed": [
                {"reference": one.reference, "kind": one.kind, "objects": one.objects}
                for one in gone
            ],
            "spared": [one.reference for one in spared],
        }
    )
    file = File("liste.json", attached, f"Liste {listed.number}")
    boxes = {CADRE_CLOTURE: (CLOSING_FIELD, CADRE_CLOTURE)}
    pdf = finish(pdf, now, [file], fields_under(pdf, boxes))
    sealed = ports.sealer.close(
        pdf,
        CLOSING_FIELD,
        ["Certificat de destruction, par", ports.organisation, horodatage(now)],
        f"Certificat de destruction, réf. {listed.number}",
        now,
    )
    report = ports.sealer.verify(sealed.pdf, [CLOSING_FIELD], now)
    if report.problems:
        raise Broken(f"{listed.number} : certificat refusé. {report.problems[0]}")
    return sealed.pdf
