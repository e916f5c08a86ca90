"""What follows a PMSMP, on the real parts: its bilan, then its attestations, to the archive."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from docgen.actions.around import look_around
from docgen.actions.issue import issue, prepare
from docgen.actions.officer import cancel
from docgen.actions.ports import Ports
from docgen.actions.status import status
from docgen.actions.sweep import sweep
from docgen.actions.verify import export, verify
from docgen.agreements.reading import Source
from docgen.cli.played_signer import links
from docgen.documents.finish import attachments
from docgen.documents.pages import page_count, page_text
from docgen.errors import InvalidData, Refused
from docgen.settings import Settings
from tests.ceremonies import issued, sign, sign_all, tokens
from tests.databases import on_sqlite
from tests.samples import ABSENCE, ATTESTATION, BILAN, NOW, PMSMP, as_bytes, changed

pytestmark = [pytest.mark.slow, on_sqlite]

# The PMSMP of the samples goes from 11 to 29 January 2027.
CLOSED = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TUTOR, PERSON, ADVISER, DIRECTOR = (
    "luc@dupont.example.org",
    "fatou@example.org",
    "samira@fournil.example.org",
    "direction@fournil.example.org",
)


@pytest.fixture
def pmsmp(ports: Ports, settings: Settings) -> str:
    """A PMSMP signed by all and archived; its number."""
    reference = issued(ports, PMSMP, NOW)
    sign_all(ports, settings.home / "mail", NOW + HOUR)
    assert sweep(ports, NOW + HOUR).failures == []
    return reference


def give(ports: Ports, data: dict[str, Any], now: datetime) -> str:
    """Issue an officer's file as the doors do; its number."""
    reference = issue(ports, prepare(ports, as_bytes(data), now), now).reference
    assert reference is not None
    return reference


def signed_by(ports: Ports, settings: Settings, people: list[str], now: datetime) -> None:
    """These sign, and the sweep archives."""
    folder = settings.home / "mail"
    for to in people:
        sign(ports, folder, to, tokens(folder)[to], now)
    assert sweep(ports, now).failures == []


def test_a_bilan_then_its_attestations_each_numbered_under_what_it_cites(
    ports: Ports, settings: Settings, pmsmp: str, tmp_path: Any
) -> None:
    partial = changed(BILAN, deroulement="partiel", dernier_jour="2027-01-28", minutes_absence=150)
    bilan = give(ports, partial, CLOSED)
    assert bilan == f"{pmsmp}-B1"
    with pytest.raises(InvalidData, match="pas encore signée"):
        prepare(ports, as_bytes(ATTESTATION), CLOSED)
    signed_by(ports, settings, [TUTOR, PERSON, ADVISER], CLOSED + HOUR)
    assert status(ports, bilan)[0].status == "archive"
    assert verify(ports, bilan, CLOSED + HOUR).problems == ()

    names = {}
    for nature in ("presence", "accueil"):
        when = CLOSED + 24 * HOUR
        names[nature] = give(ports, changed(ATTESTATION, nature=nature), when)
        signed_by(ports, settings, [DIRECTOR], when + HOUR)
    assert list(names.values()) == [f"{bilan}-ATT1", f"{bilan}-ATT2"]
    for name in names.values():
        assert verify(ports, name, CLOSED + 48 * HOUR).problems == ()
    pdf = (export(ports, names["accueil"], tmp_path) / "convention-signee.pdf").read_bytes()
    text = " ".join(page_text(pdf, 0).split())
    data = json.loads(attachments(pdf)["donnees.json"])
    assert page_count(pdf) == 1
    # Eleven days of 6 h 30 to the 28th, less 2 h 30.
    assert data["minutes_realisees"] == 11 * 390 - 150
    for words in (pmsmp, bilan, "69 h", "Fatou Diallo", "Dupont & Fils <Traiteur>", "28 janvier"):
        assert words in text
    again = issue(
        ports, prepare(ports, as_bytes(ATTESTATION), CLOSED + 72 * HOUR), CLOSED + 72 * HOUR
    )
    assert (again.reference, again.again) == (names["presence"], True)
    with pytest.raises(InvalidData, match="déjà un bilan"):
        prepare(ports, as_bytes(BILAN), CLOSED + 72 * HOUR)


def test_a_bilan_keeps_its_pmsmp_and_an_attestation_its_bilan_from_being_cancelled(
    ports: Ports, settings: Settings, pmsmp: str
) -> None:
    bilan = give(ports, BILAN, CLOSED)
    with pytest.raises(Refused, match=f"un bilan \\({bilan}\\)"):
        cancel(ports, pmsmp, "Reportée.", CLOSED)
    signed_by(ports, settings, [TUTOR, PERSON, ADVISER], CLOSED + HOUR)
    with pytest.raises(Refused, match=f"un bilan \\({bilan}\\)"):
        cancel(ports, pmsmp, "Reportée.", CLOSED + HOUR)
    attestation = give(ports, ATTESTATION, CLOSED + HOUR)
    with pytest.raises(Refused, match=f"une attestation \\({attestation}\\)"):
        cancel(ports, bilan, "Des heures sont fausses.", CLOSED + HOUR)
    # From the last to the first, each with its reason: that is how a wrong bilan is made anew.
    cancel(ports, attestation, "Le bilan est à refaire.", CLOSED + HOUR)
    cancel(ports, bilan, "Des heures sont fausses.", CLOSED + HOUR)
    right = changed(BILAN, deroulement="partiel", minutes_absence=60)
    assert give(ports, right, CLOSED + 2 * HOUR) == f"{pmsmp}-B2"


@pytest.mark.parametrize(
    ("data", "signers", "reached"),
    [
        (ABSENCE, [TUTOR, ADVISER], False),
        (changed(BILAN, objectifs=[{"resultat": "atteint"}]), [TUTOR, PERSON, ADVISER], True),
    ],
    ids=["absence", "reached"],
)
def test_what_a_signed_bilan_says_of_the_objectives_decides_about_a_renewal(
    ports: Ports,
    settings: Settings,
    pmsmp: str,
    data: dict[str, Any],
    signers: list[str],
    reached: bool,
) -> None:
    before = len(links(settings.home / "mail"))
    bilan = give(ports, data, CLOSED)
    invited = [to for to, _, _ in links(settings.home / "mail")][before:]
    assert sorted(invited) == sorted(signers)
    signed_by(ports, settings, signers, CLOSED + HOUR)
    assert status(ports, bilan)[0].status == "archive"
    with ports.database.read() as session:
        later = Source(changed(PMSMP, debut="2027-02-08", fin="2027-02-12"))
        _, context = look_around(session, later, CLOSED.date(), ports.law)
    assert [(one.reference, one.objectives_reached) for one in context.past] == [(pmsmp, reached)]
