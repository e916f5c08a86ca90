"""What the records say around an agreement, and the rules that hear it, on both databases."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from docgen.actions import law
from docgen.actions.issue import issue_all, prepare
from docgen.actions.officer import cancel
from docgen.actions.ports import Ports
from docgen.actions.register import register
from docgen.actions.registry import known_sheets, register_sheet
from docgen.agreements.reading import Source
from docgen.agreements.renouvellement import RenouvellementPmsmp
from docgen.errors import InvalidData, NotFound
from docgen.journal import EventType
from docgen.records import queries
from tests import samples
from tests.contexts import ELSEWHERE, D
from tests.samples import NOW, ORGANISATION, PARTENARIAT, PMSMP, TODAY, as_bytes, changed

OTHER = {"objectifs": ["Servir en salle"]}


def registered(ports: Ports, data: dict[str, Any]) -> str:
    """Give an agreement its number, without making its document."""
    agreement_id, _, _ = register(ports, samples.agreement(data), NOW)
    with ports.database.read() as session:
        return queries.agreement(session, agreement_id).reference


def refused(ports: Ports, data: dict[str, Any]) -> set[str]:
    """The rules that refuse it here."""
    checked, _ = law.check(ports.database, Source(data), TODAY, ports.law)
    return {finding.rule for finding in checked.findings if finding.level == "error"}


def sheet(ports: Ports, **data: Any) -> int:
    return register_sheet(ports.database, as_bytes(data), NOW, "fiche").edition


ORGANISATION_SHEET: dict[str, Any] = {
    "type": "organisation",
    "raison_sociale": "Le Fournil Solidaire",
    "siret": ORGANISATION["siret"],
    "nature": "ACI",
    "convention_etat": {
        "numero": "ACI-75-1",
        "debut": "2026-01-01",
        "fin": "2027-12-31",
        "objets": ["decouvrir"],
    },
}
PERSON_SHEET: dict[str, Any] = {
    "type": "beneficiaire",
    "nom": "DIALLO",
    "prenom": "fatou",
    "date_naissance": "1990-05-17",
    "contrat": {
        "nature": "CDDI",
        "debut": "2026-09-01",
        "fin": "2027-01-15",
        "heures_hebdomadaires": 26,
    },
}


def test_the_days_already_agreed_count_whatever_the_spelling_of_the_name(ports: Ports) -> None:
    first = registered(ports, changed(PMSMP, debut="2026-11-09", fin="2026-12-08"))
    person = {**PMSMP["beneficiaire"], "nom": "DIALLO", "prenom": "Fatou "}
    second = changed(PMSMP, beneficiaire=person, debut="2027-01-04", fin="2027-02-03", **OTHER)
    assert refused(ports, second) == {"P4"}
    assert refused(ports, changed(second, beneficiaire__date_naissance="1990-05-18")) == set()
    with ports.database.write() as session:
        queries.locked(session, queries.agreement_by_reference(session, first).id).status = "annule"
    assert refused(ports, second) == set()


def test_the_same_data_again_does_not_count_against_itself(ports: Ports) -> None:
    registered(ports, PMSMP)
    assert refused(ports, PMSMP) == set()
    assert refused(ports, changed(PMSMP, **OTHER)) == {"P13"}
    assert prepare(ports, as_bytes(PMSMP), NOW) == samples.agreement(PMSMP)


def test_two_overlapping_ones_at_once_and_one_is_refused(ports: Ports) -> None:
    outcomes: list[str] = []
    gate = threading.Barrier(4)

    def one(number: int) -> None:
        agreement = samples.agreement(changed(PMSMP, objectifs=[f"Objectif {number}"]))
        gate.wait()
        try:
            register(ports, agreement, NOW)
            outcomes.append("registered")
        except InvalidData as error:
            outcomes.append(" ".join(sorted({finding.rule for finding in error.findings})))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["P13", "P13", "P13", "registered"]


def test_a_contract_on_record_and_its_extension_move_the_end(ports: Ports) -> None:
    data = changed(PMSMP, debut="2027-01-11", fin="2027-01-20")
    assert sheet(ports, **PERSON_SHEET) == 1
    assert refused(ports, data) == {"P6"}
    extended = {**PERSON_SHEET["contrat"], "prolongations": [{"fin": "2027-03-31"}]}
    assert sheet(ports, **{**PERSON_SHEET, "contrat": extended}) == 2
    assert sheet(ports, **{**PERSON_SHEET, "contrat": extended}) == 2
    assert refused(ports, data) == set()
    assert [one["edition"] for one in known_sheets(ports.database)] == [2]


def test_the_state_convention_and_a_delegation_are_heard(ports: Ports) -> None:
    sheet(ports, **ORGANISATION_SHEET)
    assert refused(ports, PMSMP) == {"P7"}
    delegate = {
        **{key: ORGANISATION["representant"][key] for key in ("nom", "prenom", "fonction")},  # type: ignore[index]
        "courriel": "direction@fournil.example.org",
        "pouvoir": {"nature": "delegation", "reference": "DEL-3", "fin": "2026-11-01"},
    }
    sheet(ports, **{**ORGANISATION_SHEET, "convention_etat": None, "contacts": [delegate]})
    assert refused(ports, PMSMP) == {"D2"}


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"type": "inconnu"}, "type"),
        ({**PERSON_SHEET, "nom": ""}, "nom"),
        ({**ORGANISATION_SHEET, "siret": "1"}, "siret"),
        (
            {
                "type": "entreprise",
                "raison_sociale": "Dupont",
                "siren": "356000000",
                "etablissements": [
                    {
                        "siret": ELSEWHERE,
                        "adresse": {"voie": "1 rue A", "code_postal": "75001", "ville": "Paris"},
                    }
                ],
            },
            "",
        ),
        (
            {
                **PERSON_SHEET,
                "contrat": {**PERSON_SHEET["contrat"], "prolongations": [{"fin": "2027-01-15"}]},
            },
            "contrat",
        ),
    ],
)
def test_a_sheet_with_a_fault_is_refused_and_nothing_of_it_is_kept(
    ports: Ports, data: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidData) as caught:
        register_sheet(ports.database, as_bytes(data), NOW, "fiche.yaml")
    assert [finding.field for finding in caught.value.findings] == [field]
    assert known_sheets(ports.database) == []


def test_four_lines_renew_an_agreement_and_are_numbered_under_it(ports: Ports) -> None:
    first = registered(ports, changed(PMSMP, debut="2026-12-07", fin="2026-12-18"))
    with ports.database.write() as session:
        queries.locked(
            session, queries.agreement_by_reference(session, first).id
        ).status = "archive"
    content = as_bytes(
        {
            "type": "renouvellement",
            "debut": "2027-01-04",
            "fin": "2027-01-15",
            "renouvellement": {"reference": first, "motif": "Objectif non atteint."},
        }
    )
    renewal = prepare(ports, content, NOW)
    assert isinstance(renewal, RenouvellementPmsmp)
    assert renewal.objectifs == ("Tenir un poste en cuisine",)
    assert renewal.renouvellement.debut_initial == D("2026-12-07")
    agreement_id, _, _ = register(ports, renewal, NOW)
    with ports.database.read() as session:
        row = queries.agreement(session, agreement_id)
        assert row.reference == f"{first}-R1"
        registered_event = queries.events(session, row.id)[0]
    assert registered_event.type is EventType.REGISTERED
    assert registered_event.data["cites"] == first
    again = json.loads(content)
    again |= {"debut": "2027-02-01", "fin": "2027-02-05"}
    with pytest.raises(InvalidData) as caught:
        prepare(ports, as_bytes(again), NOW)
    assert {finding.rule for finding in caught.value.findings} == {"P2"}


def test_a_renewal_of_an_unknown_number_says_so_before_what_is_missing(ports: Ports) -> None:
    data = {
        "type": "renouvellement",
        "debut": "2027-01-04",
        "fin": "2027-01-15",
        "renouvellement": {"reference": "PMSMP-2026-0404", "motif": "Objectif non atteint."},
    }
    checked, _ = law.check(ports.database, Source(data), TODAY, ports.law)
    first = checked.findings[0]
    assert (first.rule, first.field) == ("D6", "renouvellement.reference")
    assert "PMSMP-2026-0404" in first.message


def test_a_written_reason_goes_to_the_journal_and_not_into_the_document(ports: Ports) -> None:
    sheet(ports, **PERSON_SHEET)
    data = changed(
        PMSMP,
        debut="2026-11-09",
        fin="2026-12-08",
        horaires={"semaine": {"lundi": ["09:00-12:00"]}},
    )
    reason = [{"regle": "P5", "motif": "Chantier prolongé."}]
    short = {**PERSON_SHEET["contrat"], "fin": "2026-12-20"}
    sheet(ports, **{**PERSON_SHEET, "contrat": short})
    assert refused(ports, data) == {"P5"}
    agreement_id, _, findings = register(
        ports, samples.agreement(changed(data, derogations=reason)), NOW
    )
    assert [(f.rule, f.level) for f in findings] == [("P5", "warning")]
    with ports.database.read() as session:
        event = queries.events(session, agreement_id)[0]
    assert event.data["derogations"] == [{"rule": "P5", "reason": "Chantier prolongé."}]


def test_a_second_convention_with_a_company_is_told_by_its_siren(ports: Ports) -> None:
    registered(ports, PARTENARIAT)
    checked, _ = law.check(
        ports.database,
        Source(changed(PARTENARIAT, entreprise__siret="35600000009075")),
        TODAY,
        ports.law,
    )
    assert "C6" in [finding.rule for finding in checked.findings]
    assert checked.valid


def test_what_is_possible_is_asked_by_name_and_refuses_to_guess(ports: Ports) -> None:
    registered(ports, changed(PMSMP, debut="2026-11-09", fin="2026-12-08"))
    found = law.find_person(ports.database, "fatou diallo", None)
    answer = law.still_possible(
        ports.database, found, PMSMP["entreprise"]["siret"], D("2027-01-04"), TODAY, ports.law
    )
    assert (answer.binding, answer.latest_end) == ("P4", D("2027-02-02"))
    twin = {**PERSON_SHEET, "date_naissance": "1991-01-01"}
    sheet(ports, **twin)
    with pytest.raises(InvalidData, match="1991-01-01"):
        law.find_person(ports.database, "Diallo", None)
    assert law.find_person(ports.database, "Diallo", D("1991-01-01")).key != found.key
    assert law.find_person(ports.database, "Nemo", None).key is None


def test_a_twin_whose_name_holds_the_other_s_does_not_hide_them(ports: Ports) -> None:
    for given in ("Marie", "Marie-Claire"):
        sheet(ports, **{**PERSON_SHEET, "nom": "Kané", "prenom": given})
    assert law.find_person(ports.database, "kane marie", None).name == "Marie Kané"
    assert law.find_person(ports.database, "Marie-Claire KANÉ", None).name == "Marie-Claire Kané"
    with pytest.raises(InvalidData, match="plusieurs"):
        law.find_person(ports.database, "Kané", None)


def test_one_bad_document_of_several_does_not_stop_the_others_and_none_of_it_stays(
    ports: Ports,
) -> None:
    twice = [("a", as_bytes(PMSMP)), ("b", as_bytes(changed(PMSMP, **OTHER)))]
    for name, content in twice:
        if name == "a":
            register(ports, prepare(ports, content, NOW), NOW)
    outcomes = issue_all(ports, twice[1:], NOW)
    assert isinstance(outcomes[0].error, InvalidData)
    with ports.database.read() as session:
        assert [row.reference for row in queries.agreements(session)] == ["PMSMP-2026-0001"]


def test_cancelling_an_unknown_number_is_said(ports: Ports) -> None:
    with pytest.raises(NotFound):
        cancel(ports, "PMSMP-2026-0404", "essai", NOW)
