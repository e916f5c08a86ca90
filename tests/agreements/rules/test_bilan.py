"""The bilan: each rule broken, and held on each side of its boundary."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from docgen.agreements import Checked, check
from docgen.agreements.bilan import Bilan, complete
from docgen.agreements.reading import Source
from docgen.agreements.rules.context import Context, Contract, Parent, PastPmsmp
from tests.samples import ABSENCE, BILAN, COMPANY, PMSMP, REMOVE, agreement, changed

NUMBER = "PMSMP-2026-0001"
HOST = str(COMPANY["siret"])
SIGNED = Parent(NUMBER, "pmsmp", "archive", agreement(PMSMP).model_dump(mode="json"))
OWN = PastPmsmp(
    NUMBER,
    dt.date(2027, 1, 11),
    dt.date(2027, 1, 29),
    HOST,
    "confirmer",
    tuple(PMSMP["objectifs"]),
)
LAST = dt.date(2027, 1, 29)
AFTER = Context(issued_on=dt.date(2027, 2, 1), known=True, parent=SIGNED, past=(OWN,))


def judged(data: dict[str, Any], context: Context = AFTER) -> Checked:
    """What the check says of an officer's file, completed as it is when it is issued."""
    parent = context.parent
    completed = complete(data, parent) if parent else data
    return check(Source(completed), context.issued_on, context)


def said(data: dict[str, Any], context: Context = AFTER) -> list[tuple[str, str, str, object]]:
    return [(f.rule, f.level, f.field, f.allowed) for f in judged(data, context).findings]


def bilan(data: dict[str, Any], context: Context = AFTER) -> Bilan:
    found = judged(data, context).agreement
    assert isinstance(found, Bilan)
    return found


def partial(**fields: Any) -> dict[str, Any]:
    return changed(BILAN, deroulement="partiel", **fields)


@pytest.mark.parametrize("data", [BILAN, ABSENCE], ids=["complete", "absence"])
def test_a_file_that_cites_its_pmsmp_by_number_is_enough(data: dict[str, Any]) -> None:
    assert said(data) == []
    found = bilan(data)
    assert (found.debut, found.fin) == (OWN.first, OWN.last)
    assert found.convention.reference == NUMBER
    assert found.tuteur.nom == "Petit"
    assert [signer.role for signer in found.signataires()] == (
        ["tuteur", "beneficiaire", "referent"] if data is BILAN else ["tuteur", "referent"]
    )


def test_the_objectives_of_the_agreement_come_in_order_and_what_the_file_gives_wins() -> None:
    parent = replace(SIGNED, data={**SIGNED.data, "objectifs": ["Un", "Deux", "Trois"]})
    given = [{"resultat": "atteint"}, {"texte": "Trois", "resultat": "partiel"}]
    completed = complete(changed(BILAN, objectifs=given, debut="2027-01-12"), parent)
    assert [one["texte"] for one in completed["objectifs"]] == ["Un", "Trois"]
    assert completed["debut"] == "2027-01-12"
    assert [one["texte"] for one in complete({}, parent)["objectifs"]] == ["Un", "Deux", "Trois"]
    assert complete(changed(BILAN, objectifs="x"), parent)["objectifs"] == "x"


def test_neither_contract_nor_insurance_goes_into_a_bilan() -> None:
    found = bilan(BILAN).model_dump(mode="json")
    assert set(found["beneficiaire"]) == {
        "civilite",
        "nom",
        "prenom",
        "date_naissance",
        "courriel",
        "telephone",
    }
    assert set(found["entreprise"]) == {"raison_sociale", "siret", "adresse"}


@pytest.mark.parametrize(
    ("fields", "minutes", "last"),
    [
        # Twelve days of 6 h 30: Mondays, Tuesdays, Thursdays and Fridays of three weeks.
        ({"deroulement": "complet"}, 4680, LAST),
        ({"minutes_absence": 1}, 4679, LAST),
        ({"dernier_jour": "2027-01-28"}, 4290, dt.date(2027, 1, 28)),
        ({"dernier_jour": "2027-01-12", "minutes_absence": 210}, 570, dt.date(2027, 1, 12)),
        ({"dernier_jour": "2027-01-11"}, 390, dt.date(2027, 1, 11)),
    ],
    ids=str,
)
def test_minutes_done_are_those_planned_to_the_last_day_less_those_missed(
    fields: dict[str, Any], minutes: int, last: dt.date
) -> None:
    found = bilan(partial() | fields)
    assert found.minutes_prevues() == 4680
    assert found.minutes_realisees() == minutes
    assert found.jours_presents()[-1].date == last


def test_nobody_came_no_minute_was_done() -> None:
    assert bilan(ABSENCE).minutes_realisees() == 0
    assert bilan(ABSENCE).jours_presents() == ()


def test_minutes_done_are_never_entered() -> None:
    found = judged(changed(BILAN, minutes_realisees=9999))
    assert [(f.field, f.rule) for f in found.findings] == [("minutes_realisees", "modele")]


@pytest.mark.parametrize(
    ("parent", "words"),
    [
        (None, "registre"),
        (replace(SIGNED, position="envoye"), "pas encore signée"),
        (replace(SIGNED, position="annule"), "annulée"),
        (replace(SIGNED, position="refuse"), "refusée"),
        (replace(SIGNED, position="expire"), "expiré"),
        (replace(SIGNED, kind="partenariat"), "bon type"),
    ],
    ids=["unknown", "waiting", "cancelled", "declined", "expired", "other kind"],
)
def test_b1_closes_a_signed_pmsmp_alone(parent: Parent | None, words: str) -> None:
    data = bilan(BILAN).model_dump(mode="json")
    context = replace(AFTER, parent=parent)
    found = check(Source(data), context.issued_on, context)
    assert not found.valid
    assert [(f.rule, f.field) for f in found.findings] == [("B1", "convention")]
    assert words in found.findings[0].message


@pytest.mark.parametrize("kind", ["pmsmp", "renouvellement"])
@pytest.mark.parametrize("position", ["signe", "archive"])
def test_b1_a_signed_one_is_closed_archived_or_not(kind: str, position: str) -> None:
    parent = replace(SIGNED, kind=kind, position=position)
    assert said(BILAN, replace(AFTER, parent=parent)) == []


def test_b1_says_nothing_where_nothing_is_known() -> None:
    data = bilan(BILAN).model_dump(mode="json")
    assert check(Source(data), LAST).findings == ()


def test_b2_one_bilan_at_a_time() -> None:
    closed = replace(SIGNED, children={"bilan": (f"{NUMBER}-B1",)})
    assert said(BILAN, replace(AFTER, parent=closed)) == [("B2", "error", "convention", None)]
    renewed = replace(SIGNED, children={"renouvellement": (f"{NUMBER}-R1",)})
    assert said(BILAN, replace(AFTER, parent=renewed)) == []


@pytest.mark.parametrize(
    ("changes", "field", "allowed"),
    [
        ({"debut": "2027-01-12"}, "debut", "2027-01-11"),
        ({"fin": "2027-01-28"}, "fin", "2027-01-29"),
        ({"objet": "decouvrir"}, "objet", "confirmer"),
        ({"metier": {"appellation": "Plombier"}}, "metier", None),
        ({"horaires": {"semaine": {"lundi": ["08:00-18:00"]}}}, "horaires", None),
    ],
    ids=str,
)
def test_b3_says_what_the_agreement_says(
    changes: dict[str, Any], field: str, allowed: object
) -> None:
    assert said(changed(BILAN, **changes)) == [("B3", "error", field, allowed)]


def test_b3_is_about_the_same_people_however_their_name_is_typed() -> None:
    person = {**PMSMP["beneficiaire"], "nom": "Diarra"}
    del person["contrat"]
    assert said(changed(BILAN, beneficiaire=person)) == [("B3", "error", "beneficiaire", None)]
    assert said(changed(BILAN, beneficiaire={**person, "nom": "DIALLO"})) == []
    host = {key: COMPANY[key] for key in ("raison_sociale", "adresse")}
    other = {**host, "siret": "55210055400013"}
    assert said(changed(BILAN, entreprise=other)) == [("B3", "error", "entreprise.siret", HOST)]


@pytest.mark.parametrize(
    ("data", "earliest", "field"),
    [
        (BILAN, LAST, "deroulement"),
        (partial(minutes_absence=30), LAST, "deroulement"),
        (partial(dernier_jour="2027-01-21"), dt.date(2027, 1, 21), "dernier_jour"),
        (ABSENCE, dt.date(2027, 1, 11), "deroulement"),
    ],
    ids=["complete", "hours missed", "stopped", "absence"],
)
def test_b4_not_before_the_last_day_of_presence(
    data: dict[str, Any], earliest: dt.date, field: str
) -> None:
    assert said(data, replace(AFTER, issued_on=earliest)) == []
    eve = earliest - dt.timedelta(days=1)
    found = said(data, replace(AFTER, issued_on=eve))
    assert [(rule, place) for rule, _, place, _ in found] == [("B4", field)]


def test_b4_a_period_that_ends_on_a_day_off_is_over_on_its_last_day_of_presence() -> None:
    ends_on_sunday = agreement(changed(PMSMP, fin="2027-01-31")).model_dump(mode="json")
    context = replace(AFTER, parent=replace(SIGNED, data=ends_on_sunday), issued_on=LAST)
    assert said(BILAN, context) == []


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (partial(), [("error", "deroulement", None)]),
        (changed(BILAN, dernier_jour="2027-01-21"), [("error", "dernier_jour", None)]),
        (changed(BILAN, minutes_absence=30), [("error", "minutes_absence", None)]),
        (changed(ABSENCE, minutes_absence=30), [("error", "minutes_absence", None)]),
        (partial(dernier_jour="2027-01-10"), [("error", "dernier_jour", "2027-01-11")]),
        (partial(dernier_jour="2027-01-11"), []),
        (partial(dernier_jour="2027-01-29"), []),
        (partial(dernier_jour="2027-01-30"), [("error", "dernier_jour", "2027-01-29")]),
        # A Wednesday without hours.
        (partial(dernier_jour="2027-01-13"), [("warning", "dernier_jour", "2027-01-12")]),
        (partial(minutes_absence=4679), []),
        (partial(minutes_absence=4680), [("warning", "minutes_absence", None)]),
        (partial(minutes_absence=4681), [("error", "minutes_absence", 4680)]),
        (
            partial(dernier_jour="2027-01-11", minutes_absence=391),
            [("error", "minutes_absence", 390)],
        ),
    ],
    ids=str,
)
def test_b5_presence_stays_inside_the_period_and_its_hours(
    data: dict[str, Any], expected: list[tuple[str, str, object]]
) -> None:
    assert said(data) == [("B5", *one) for one in expected]


def test_b5_a_last_day_before_any_planned_hour_is_an_absence() -> None:
    begins_on_wednesday = agreement(changed(PMSMP, debut="2027-01-13")).model_dump(mode="json")
    context = replace(AFTER, parent=replace(SIGNED, data=begins_on_wednesday))
    assert said(partial(dernier_jour="2027-01-13"), context) == [
        ("B5", "error", "dernier_jour", "2027-01-14")
    ]


@pytest.mark.parametrize(
    ("texts", "fields"),
    [
        (["Un", "Deux"], []),
        (["deux.", "UN"], []),
        (["Un"], ["objectifs"]),
        (["Un", "Un", "Deux"], ["objectifs"]),
        (["Un", "Deux", "Trois"], ["objectifs.2.texte"]),
        (["Un", "Autre"], ["objectifs", "objectifs.1.texte"]),
    ],
    ids=str,
)
def test_b6_every_objective_and_no_other(texts: list[str], fields: list[str]) -> None:
    context = replace(
        AFTER, parent=replace(SIGNED, data={**SIGNED.data, "objectifs": ["Un", "Deux"]})
    )
    given = [{"texte": text, "resultat": "partiel"} for text in texts]
    found = said(changed(BILAN, objectifs=given), context)
    assert [(rule, field) for rule, _, field, _ in found] == [("B6", field) for field in fields]


@pytest.mark.parametrize(
    ("opinion", "right"),
    [
        ({"accord": True}, True),
        ({"accord": True, "commentaire": "Merci."}, True),
        ({"accord": False, "commentaire": "J’ai moins appris."}, True),
        ({"accord": False}, False),
    ],
    ids=str,
)
def test_b7_a_disagreement_is_explained(opinion: dict[str, Any], right: bool) -> None:
    found = said(changed(BILAN, avis_beneficiaire=opinion))
    assert found == ([] if right else [("B7", "error", "avis_beneficiaire.commentaire", None)])


def test_a_yes_is_a_yes_and_not_a_word() -> None:
    found = judged(changed(BILAN, avis_beneficiaire={"accord": "oui"}))
    assert [f.field for f in found.findings] == ["avis_beneficiaire.accord"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("objectifs", [{"texte": "Tenir un poste en cuisine", "resultat": "non_atteint"}]),
        ("competences", [{"intitule": "Éplucher", "niveau": "acquise"}]),
        ("avis_tuteur", "Absent."),
        ("conseils", "Venir."),
        ("avis_beneficiaire", {"accord": True}),
    ],
)
def test_b8_nothing_is_filled_when_nobody_came(field: str, value: object) -> None:
    assert said(ABSENCE | {field: value}) == [("B8", "error", field, None)]


@pytest.mark.parametrize("field", ["avis_tuteur", "avis_beneficiaire", "projet"])
def test_b8_the_rest_is_filled_when_someone_came(field: str) -> None:
    assert said(changed(BILAN, **{field: REMOVE})) == [("B8", "error", field, None)]
    assert said(ABSENCE | {"projet": {"position": "abandonne"}}) == []


def test_b9_the_tutor_signs_and_needs_an_email_of_their_own() -> None:
    found = judged(changed(BILAN, tuteur=REMOVE)).findings
    assert [(f.rule, f.field) for f in found] == [("B9", "tuteur.courriel")]
    assert "tuteur.courriel" in found[0].message
    same = changed(BILAN, tuteur__courriel="samira@fournil.example.org")
    assert said(same) == [("B9", "error", "referent.courriel", None)]
    # After an absence the person does not sign: the same mailbox is then no fault.
    person = "fatou@example.org"
    assert said(changed(BILAN, tuteur__courriel=person)) == [
        ("B9", "error", "beneficiaire.courriel", None)
    ]
    assert said(changed(ABSENCE, tuteur__courriel=person)) == []


def test_another_tutor_replaces_the_first_whole() -> None:
    first = {**SIGNED.data["tuteur"], "civilite": "M.", "telephone": "0612345678"}
    context = replace(AFTER, parent=replace(SIGNED, data={**SIGNED.data, "tuteur": first}))
    assert bilan(BILAN, context).tuteur.telephone == "0612345678"
    other = {"nom": "Roux", "prenom": "Ada", "fonction": "cheffe", "courriel": "ada@example.org"}
    tutor = bilan(changed(BILAN, tuteur=other), context).tuteur
    assert (tutor.nom_complet, tutor.telephone) == ("Ada Roux", None)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ({"nature": "embauche"}, [("suite.contrat", None)]),
        (
            {"nature": "formation", "contrat": {"nature": "cdi", "debut": "2027-02-01"}},
            [("suite.contrat", "embauche")],
        ),
        (
            {"nature": "embauche", "contrat": {"nature": "cdi", "debut": "2027-01-10"}},
            [("suite.contrat.debut", "2027-01-11")],
        ),
        ({"nature": "embauche", "contrat": {"nature": "cdi", "debut": "2027-01-11"}}, []),
        ({"nature": "embauche", "contrat": {"nature": "autre", "debut": "2027-06-01"}}, []),
    ],
    ids=str,
)
def test_b10_a_hiring_has_its_contract(
    outcome: dict[str, Any], expected: list[tuple[str, object]]
) -> None:
    assert said(changed(BILAN, suite=outcome)) == [("B10", "error", *one) for one in expected]


RENEW = changed(BILAN, suite={"nature": "renouvellement"})


def earlier(first: dt.date, days: int, **fields: Any) -> PastPmsmp:
    last = first + dt.timedelta(days=days - 1)
    return PastPmsmp("PMSMP-2026-0009", first, last, HOST, "decouvrir", (), **fields)


def test_b11_a_renewal_that_can_be_is_not_remarked_upon() -> None:
    assert said(RENEW) == []
    assert said(changed(ABSENCE, suite={"nature": "renouvellement"})) == []
    # Nineteen days already, and 40 more: one of the 60 is left.
    context = replace(AFTER, past=(OWN, earlier(dt.date(2026, 10, 1), 40)))
    assert said(RENEW, context) == []


@pytest.mark.parametrize(
    ("data", "context", "words", "allowed"),
    [
        (changed(RENEW, objectifs=[{"resultat": "atteint"}]), AFTER, "atteints", "autre_pmsmp"),
        (
            RENEW,
            replace(AFTER, parent=replace(SIGNED, kind="renouvellement")),
            "déjà un renouvellement",
            "autre_pmsmp",
        ),
        (
            RENEW,
            replace(AFTER, past=(replace(OWN, renews="PMSMP-2026-0003"),)),
            "déjà un renouvellement",
            "autre_pmsmp",
        ),
        (
            RENEW,
            replace(AFTER, past=(OWN, earlier(dt.date(2027, 3, 8), 5, renews=NUMBER))),
            "PMSMP-2026-0009",
            "autre_pmsmp",
        ),
        (
            RENEW,
            replace(AFTER, past=(OWN, earlier(dt.date(2026, 10, 1), 41))),
            "P4 : 60 jours déjà",
            None,
        ),
        (
            RENEW,
            replace(AFTER, contract=Contract("CDDI", dt.date(2026, 9, 1), dt.date(2027, 2, 1))),
            "P6",
            None,
        ),
    ],
    ids=["reached", "of a renewal", "renews", "renewed", "sixty days", "contract"],
)
def test_b11_a_renewal_that_cannot_be_is_said_with_what_can(
    data: dict[str, Any], context: Context, words: str, allowed: object
) -> None:
    found = judged(data, context)
    assert found.valid
    assert [(f.rule, f.level, f.field, f.allowed) for f in found.findings] == [
        ("B11", "warning", "suite.nature", allowed)
    ]
    assert words in found.findings[0].message


def test_b11_tells_the_first_day_on_which_a_renewal_could_begin() -> None:
    context = replace(AFTER, past=(OWN, earlier(dt.date(2026, 10, 1), 41)))
    assert "Premier début possible" in judged(RENEW, context).findings[0].message


def test_b11_without_a_register_only_the_bilan_itself_speaks() -> None:
    data = bilan(changed(RENEW, objectifs=[{"resultat": "atteint"}])).model_dump(mode="json")
    found = check(Source(data), LAST).findings
    assert [(f.rule, f.allowed) for f in found] == [("B11", None)]
