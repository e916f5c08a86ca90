"""A skills sponsorship and its tax receipt, from the file to the archive, on the real parts."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from docgen.actions.issue import Issued, issue, prepare
from docgen.actions.officer import cancel
from docgen.actions.ports import Ports
from docgen.actions.registry import register_sheet
from docgen.actions.status import status
from docgen.actions.sweep import sweep
from docgen.actions.verify import export, verify
from docgen.cli.played_signer import links, mails
from docgen.documents.finish import attachments
from docgen.documents.pages import page_count, page_text
from docgen.errors import InvalidData, Refused
from docgen.settings import Settings
from tests import samples
from tests.ceremonies import sign, sign_all
from tests.databases import on_sqlite
from tests.samples import MECENAT, NOW, PARTENARIAT, RECU, REMOVE, changed

pytestmark = pytest.mark.slow

# The period of the sample receipt is over.
NEXT_YEAR = datetime(2027, 1, 8, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SHEET = {
    "type": "organisation",
    "raison_sociale": "Le Fournil Solidaire",
    "siret": "732 829 320 00074",
    "nature": "ACI",
    "eligible_mecenat": True,
}
# What an officer writes: the convention by its number alone, the parties left out.
SHORT = changed(
    RECU, convention="MEC-2026-0001", organisation=REMOVE, entreprise=REMOVE, referent=REMOVE
)


def issued(ports: Ports, data: dict[str, object], now: datetime) -> Issued:
    return issue(ports, prepare(ports, samples.as_bytes(data), now), now)


def concluded(ports: Ports, settings: Settings, data: dict[str, object], now: datetime) -> str:
    """Issued, signed by all and archived; its number."""
    reference = issued(ports, data, now).reference
    assert reference is not None
    folder = settings.home / "mail"
    for to, of, link in links(folder):
        if of == reference:
            sign(ports, folder, to, link.rsplit("/", 1)[1], now + HOUR)
    assert sweep(ports, now + HOUR).failures == []
    assert status(ports, reference)[0].status == "archive"
    return reference


def refused(ports: Ports, data: dict[str, object], now: datetime) -> dict[str, str]:
    with pytest.raises(InvalidData) as caught:
        issued(ports, data, now)
    return {finding.rule: finding.message for finding in caught.value.findings}


@on_sqlite
def test_a_loan_of_staff_then_its_receipt_go_through_the_whole_thread(
    ports: Ports, settings: Settings, tmp_path: Path
) -> None:
    register_sheet(ports.database, samples.as_bytes(SHEET), NOW, "fiche")
    assert concluded(ports, settings, MECENAT, NOW) == "MEC-2026-0001"
    assert verify(ports, "MEC-2026-0001", NOW + HOUR).problems == ()

    # Numbered by its own year, not under the convention.
    assert concluded(ports, settings, SHORT, NEXT_YEAR) == "RF-2027-0001"
    verdict = verify(ports, "RF-2027-0001", NEXT_YEAR + HOUR)
    assert verdict.problems == ()
    assert verdict.signatures is not None
    assert [seal.field for seal in verdict.signatures.signatures] == [
        "Signature_1_organisation",
        "Cachet_cloture",
    ]
    pdf = (export(ports, "RF-2027-0001", tmp_path) / "convention-signee.pdf").read_bytes()
    assert page_count(pdf) == 1
    text = " ".join(page_text(pdf, 0).split())
    assert "mille trois cents euros" in text
    assert "Lambert" not in text
    data = json.loads(attachments(pdf)["donnees.json"])
    assert data["reference"] == "RF-2027-0001"
    assert data["convention"] == RECU["convention"]
    assert data["entreprise"]["siret"] == MECENAT["entreprise"]["siret"]

    # The company does not sign, and has it all the same, in its own name.
    copies = [m for m in mails(settings.home / "mail") if "RF-2027-0001" in m.subject]
    to_company = [m for m in copies if m.to == "gerant@dupont.example.org"]
    assert len(to_company) == 1
    assert "Jean Dupont" in to_company[0].text

    # Once given, it stands: neither a second one nor its end.
    again = refused(ports, changed(SHORT, debut="2026-12-31"), NEXT_YEAR)
    assert set(again) == {"F5"}
    assert "RF-2027-0001" in again["F5"]
    with pytest.raises(Refused, match="ne s’annule plus"):
        cancel(ports, "RF-2027-0001", "erreur de montant", NEXT_YEAR)
    # The rest of the gift has its own.
    after = changed(SHORT, debut="2027-01-01", fin="2027-01-08")
    assert issued(ports, after, NEXT_YEAR).reference == "RF-2027-0002"


def test_there_is_no_receipt_without_a_sheet_a_signature_or_a_sponsorship(
    ports: Ports, settings: Settings
) -> None:
    said = issued(ports, MECENAT, NOW).warnings
    assert [finding.rule for finding in said] == ["M6"]
    assert set(refused(ports, SHORT, NEXT_YEAR)) == {"F1", "F2"}
    register_sheet(ports.database, samples.as_bytes(SHEET), NOW, "fiche")
    assert set(refused(ports, SHORT, NEXT_YEAR)) == {"F1"}
    sign_all(ports, settings.home / "mail", NOW + HOUR)
    assert sweep(ports, NOW + HOUR).failures == []
    assert refused(ports, changed(SHORT, convention="MEC-2026-0002"), NEXT_YEAR)["F1"]
    assert issued(ports, PARTENARIAT, NOW).reference == "CP-2026-0001"
    wrong = refused(ports, changed(RECU, convention="CP-2026-0001"), NEXT_YEAR)
    assert "n’est pas une convention de mécénat" in wrong["F1"]

    ineligible = {**SHEET, "eligible_mecenat": False}
    register_sheet(ports.database, samples.as_bytes(ineligible), NOW, "fiche")
    assert set(refused(ports, SHORT, NEXT_YEAR)) == {"F2"}
    assert set(refused(ports, changed(MECENAT, mission="Autre"), NOW)) == {"M6"}
