"""What follows an agreement, prepared: dates that the law allows, what changes, ready to issue."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from docgen import agreements
from docgen.actions.around import look_around
from docgen.actions.denouncing import denounce
from docgen.actions.ports import Ports
from docgen.actions.renewing import Draft, renew
from docgen.agreements.reading import read
from docgen.cli.drafts import MARK, written
from docgen.errors import NotFound, Refused
from tests.rows import avenant, denonciation, keep, row_of
from tests.samples import PARTENARIAT, PMSMP, REMOVE, changed

D = dt.date.fromisoformat
CP, STAY = "CP-2026-0001", "PMSMP-2027-0001"
ENDS = changed(PARTENARIAT, reconduction=REMOVE)
WHY = "Tenir le poste sans aide demande encore deux semaines"


def drafted(ports: Ports, reference: str, on: str, **asked: Any) -> Draft:
    return renew(ports.database, reference, D(on), ports.law, **asked)


def read_back(ports: Ports, draft: Draft, on: str) -> agreements.Checked:
    """The file as `docgen issue` would read it."""
    with ports.database.read() as session:
        source, context = look_around(session, read(written(draft).encode()), D(on), ports.law)
    return agreements.check(source, D(on), context)


@pytest.mark.parametrize(
    ("debut", "fin", "first", "last"),
    [
        # Three weeks less two days, from the Monday after.
        ("2027-01-11", "2027-01-29", "2027-02-01", "2027-02-19"),
        # A month: from the next working day, and no longer than the month allows.
        ("2027-01-04", "2027-02-03", "2027-02-04", "2027-03-03"),
        # The first is 31 days long: 29 are left of the sixty.
        ("2027-03-01", "2027-03-31", "2027-04-01", "2027-04-29"),
    ],
)
def test_a_pmsmp_is_renewed_as_long_as_the_law_allows(
    ports: Ports, debut: str, fin: str, first: str, last: str
) -> None:
    contract = {**PMSMP["beneficiaire"]["contrat"], "fin": "2028-08-31"}
    stay = changed(PMSMP, debut=debut, fin=fin, beneficiaire__contrat=contract)
    keep(ports.database, row_of(stay, STAY))
    draft = drafted(ports, STAY, "2027-01-20", motif=WHY)
    assert draft.valid, draft.findings
    assert draft.kind == "renouvellement"
    assert (draft.data["debut"], draft.data["fin"]) == (first, last)
    assert [(one.field, one.before, one.after) for one in draft.changes] == [
        ("debut", debut, first),
        ("fin", fin, last),
        ("renouvellement.motif", None, WHY),
    ]
    # Prefilled from the old one, and read back as it is written.
    assert draft.data["tuteur"] == PMSMP["tuteur"] | draft.data["tuteur"]
    checked = read_back(ports, draft, "2027-01-20")
    assert checked.valid, checked.findings


def test_what_changes_is_marked_on_its_line(ports: Ports) -> None:
    keep(ports.database, row_of(PMSMP, STAY))
    lines = written(drafted(ports, STAY, "2027-01-20", motif=WHY)).splitlines()
    marked = [line for line in lines[3:] if MARK in line]
    assert marked[0].startswith("debut: '2027-02-01'  # ← avant : 2027-01-11")
    assert marked[1].startswith("fin: '2027-02-19'  # ← avant : 2027-01-29")
    assert marked[2].strip().startswith("motif:")
    assert len(marked) == 3


def test_without_its_reason_a_renewal_is_written_and_said_to_be_unfinished(ports: Ports) -> None:
    keep(ports.database, row_of(PMSMP, STAY))
    draft = drafted(ports, STAY, "2027-01-20")
    assert not draft.valid
    assert {one.field for one in draft.findings if one.level == "error"} == {"renouvellement.motif"}
    assert "à compléter" in written(draft)


def test_days_that_were_asked_for_are_judged_and_not_moved(ports: Ports) -> None:
    keep(ports.database, row_of(PMSMP, STAY))
    draft = drafted(ports, STAY, "2027-01-20", motif=WHY, last=D("2027-03-31"))
    assert not draft.valid
    assert draft.data["fin"] == "2027-03-31"
    (late,) = [one for one in draft.findings if one.rule == "P1"]
    assert late.allowed == "2027-02-28"


def test_a_convention_that_ends_is_prolonged_by_an_avenant(ports: Ports) -> None:
    keep(ports.database, row_of(ENDS, CP))
    draft = drafted(ports, CP, "2027-10-01")
    assert draft.valid, draft.findings
    assert draft.kind == "avenant"
    assert draft.data["modifications"] == [{"champ": "fin", "apres": "2028-11-30"}]
    assert draft.data["debut"] == "2027-10-01"
    checked = read_back(ports, draft, "2027-10-01")
    assert checked.valid, checked.findings


def test_in_its_last_renewal_the_avenant_takes_the_clause_away(ports: Ports) -> None:
    keep(ports.database, row_of(PARTENARIAT, CP))
    draft = drafted(ports, CP, "2029-10-01")
    assert draft.valid, draft.findings
    assert [one["champ"] for one in draft.data["modifications"]] == ["fin", "reconduction"]
    assert draft.data["modifications"][0]["apres"] == "2030-11-30"


def test_once_it_has_ended_a_new_convention_is_made_of_it(ports: Ports) -> None:
    keep(ports.database, row_of(ENDS, CP))
    draft = drafted(ports, CP, "2027-12-15")
    assert draft.valid, draft.findings
    assert (draft.kind, draft.data["debut"], draft.data["fin"]) == (
        "partenariat",
        "2027-12-16",
        "2028-12-15",
    )
    assert draft.data["entreprise"]["raison_sociale"] == "Dupont & Fils <Traiteur>"
    assert read_back(ports, draft, "2027-12-15").valid


def test_a_draft_holds_what_was_amended_since(ports: Ports) -> None:
    parent = row_of(ENDS, CP)
    keep(
        ports.database,
        parent,
        row_of(avenant(parent, ENDS, "A", mois_bilan=3), f"{CP}-A1", parent=parent),
    )
    assert drafted(ports, CP, "2027-12-15").data["mois_bilan"] == 3


def test_what_renews_itself_and_what_cannot_be_renewed_say_what_to_do(ports: Ports) -> None:
    keep(
        ports.database,
        row_of(PARTENARIAT, CP),
        row_of(ENDS, "CP-2026-0002", status="envoye"),
        row_of(PMSMP, STAY),
    )
    with pytest.raises(Refused, match=r"30/11/2027.*30/08/2027.*docgen denounce"):
        drafted(ports, CP, "2027-02-01")
    with pytest.raises(Refused, match="envoyé"):
        drafted(ports, "CP-2026-0002", "2027-02-01")
    with pytest.raises(Refused, match="n’est pas une PMSMP"):
        drafted(ports, CP, "2027-02-01", nature="renouvellement")
    with pytest.raises(Refused, match="se renouvelle une fois"):
        drafted(ports, STAY, "2027-01-20", nature="avenant")
    with pytest.raises(NotFound):
        drafted(ports, "CP-2026-0099", "2027-02-01")
    # Asked for by name, its terms may still be changed.
    assert drafted(ports, CP, "2027-02-01", nature="avenant").kind == "avenant"


@pytest.mark.parametrize(
    ("on", "received", "in_time", "ends"),
    [
        # Thursday 26 August: three working days for the letter are Tuesday 31, too late.
        ("2027-08-25", "2027-08-30", True, "2027-11-30"),
        ("2027-08-26", "2027-08-31", False, "2028-11-30"),
    ],
)
def test_a_notice_says_which_deadline_it_meets(
    ports: Ports, on: str, received: str, in_time: bool, ends: str
) -> None:
    keep(ports.database, row_of(PARTENARIAT, CP))
    found = denounce(ports.database, CP, D(on), ports.law, motif="Fermeture")
    assert found.draft.valid, found.draft.findings
    assert (found.received, found.deadline) == (D(received), D("2027-08-30"))
    assert (found.in_time, found.ends) == (in_time, D(ends))
    checked = read_back(ports, found.draft, on)
    assert checked.valid, checked.findings


def test_a_convention_that_nothing_renews_is_terminated_and_one_denounced_is_left(
    ports: Ports,
) -> None:
    parent = row_of(PARTENARIAT, "CP-2026-0002")
    given = denonciation(parent, PARTENARIAT, "2027-06-01", "2027-11-30")
    keep(
        ports.database,
        row_of(ENDS, CP),
        parent,
        row_of(given, "CP-2026-0002-D1", parent=parent),
        row_of(PMSMP, STAY),
    )
    assert denounce(ports.database, CP, D("2027-02-01"), ports.law).draft.data["nature"] == (
        "resiliation"
    )
    again = denounce(ports.database, "CP-2026-0002", D("2027-07-01"), ports.law)
    assert not again.draft.valid
    assert any("est dénoncée" in one.message for one in again.draft.findings)
    with pytest.raises(Refused):
        denounce(ports.database, STAY, D("2027-01-20"), ports.law)
