"""A1 to A13: what an avenant may change, what it says of before, and who signs it."""

from __future__ import annotations

import datetime as dt
import typing
from dataclasses import replace
from typing import Any

import pytest

from docgen.agreements import KINDS, Checked, avenant, check
from docgen.agreements.avenant import AMENDABLE, Avenant, TypeConvention
from docgen.agreements.reading import Source
from docgen.agreements.rules.context import Context, Parent
from docgen.public_holidays import public_holidays
from tests import samples
from tests.contexts import D, past
from tests.samples import MECENAT, PARTENARIAT, PMSMP, TODAY, changed

Change = tuple[str, Any]
PARENTS = {
    "pmsmp": ("PMSMP-2026-0001", PMSMP),
    "partenariat": ("CP-2026-0001", PARTENARIAT),
    "mecenat": ("MEC-2026-0001", MECENAT),
}


def parent_of(kind: str, **changes: Any) -> Parent:
    reference, data = PARENTS[kind]
    agreement = samples.agreement(changed(data, **changes))
    return Parent(reference, kind, "archive", agreement.model_dump(mode="json"))


def context(parent: Parent | None, on: dt.date = TODAY, **facts: Any) -> Context:
    holidays = public_holidays((2027,), "75011")
    return Context(on, known=True, parent=parent, holidays=holidays, **facts)


def officers_file(*changes: Change, **more: Any) -> dict[str, Any]:
    """What an officer writes: a number, an effect, what changes and why."""
    return {
        "type": "avenant",
        "convention": "PMSMP-2026-0001",
        "debut": "2027-01-18",
        "modifications": [{"champ": champ, "apres": apres} for champ, apres in changes],
        "motif": "Les parties en sont convenues.",
        **more,
    }


def judged(around: Context, *changes: Change, **more: Any) -> Checked:
    """The officer's file, completed from its parent and checked."""
    data = officers_file(*changes, **more)
    if around.parent is not None and around.parent.kind in AMENDABLE:
        data = avenant.complete(data, around.parent)
    return check(Source(data), around.issued_on, around)


def said(checked: Checked) -> list[tuple[str, str, str, Any]]:
    return [(f.rule, f.level, f.field, f.allowed) for f in checked.findings]


AT_WORK = context(parent_of("pmsmp"))
BOUND = context(parent_of("partenariat"))
HOURS: Change = ("horaires.semaine.lundi", ["08:00-12:00"])
VOLUME: Change = ("engagements_entreprise.pmsmp.volume_annuel", 8)


def test_a_short_file_becomes_a_whole_avenant() -> None:
    checked = judged(AT_WORK, HOURS)
    assert said(checked) == []
    made = checked.agreement
    assert isinstance(made, Avenant)
    assert [signer.role for signer in made.signataires()] == [
        "beneficiaire",
        "entreprise",
        "organisation",
    ]
    assert made.signataires()[0].champ == "Signature_1_beneficiaire"
    (change,) = made.changements()
    assert change.intitule == "Horaires de présence, semaine type, lundi"
    assert made.modifications[0].avant == ["09:00–12:30", "13:30–16:30"]
    assert made.modifications[0].apres == ["08:00–12:00"]
    assert made.fin == D("2027-01-29")
    assert made.titre() == "Avenant à la convention de PMSMP"
    assert (made.cite(), made.contact().nom) == ("PMSMP-2026-0001", "Benali")
    # Who the person is, and neither their address nor their contract.
    assert set(made.model_dump()["beneficiaire"]) == {"civilite", "nom", "prenom", "date_naissance"}


def test_completing_twice_changes_nothing() -> None:
    parent = parent_of("pmsmp")
    once = avenant.complete(officers_file(HOURS), parent)
    assert avenant.complete(once, parent) == once


def test_the_last_day_is_that_of_the_agreement_as_amended() -> None:
    assert judged(AT_WORK, ("fin", "2027-02-05")).agreement.fin == D("2027-02-05")  # type: ignore[union-attr]
    wrong = judged(AT_WORK, ("fin", "2027-02-05"), fin="2027-01-29")
    assert said(wrong) == [("A8", "error", "fin", "2027-02-05")]
    renewed = judged(BOUND, VOLUME, debut="2028-02-01")
    assert renewed.agreement.fin == D("2028-11-30")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("champ", "near"),
    [
        ("horaires.semaine.lundy", "horaires.semaine.lundi"),
        ("lundi", "horaires.semaine.lundi"),
        ("tuteurs", "tuteur"),
        ("modalites_evaluation.texte", "modalites_evaluation"),
        ("bonjour", None),
        ("objectifs.premier", "objectifs"),
    ],
)
def test_a_path_that_leads_nowhere_is_refused_and_the_close_one_named(
    champ: str, near: str | None
) -> None:
    assert said(judged(AT_WORK, (champ, "x"))) == [("A2", "error", "modifications.0.champ", near)]


def test_a_list_is_changed_at_a_place_it_has() -> None:
    assert said(judged(AT_WORK, ("objectifs.0", "Tenir deux postes"))) == []
    found = said(judged(AT_WORK, ("objectifs.1", "Tenir deux postes")))
    assert ("A2", "error", "modifications.0.champ", None) in found


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (("fin", "2027-02-30"), "modifications.0.apres"),
        (("horaires.semaine.lundi", ["9:00-8:00"]), "modifications.0.apres.0"),
        (("tuteur", {"nom": "Nguyen", "prenom": "Mai"}), "modifications.0.apres.fonction"),
        (("tuteur", None), "modifications.0.apres"),
        (("taches", []), "modifications.0.apres"),
        (("avantages", "a\x00b"), "modifications.0.apres"),
    ],
    ids=str,
)
def test_a_value_that_the_field_does_not_take_is_refused(change: Change, field: str) -> None:
    assert {(rule, where) for rule, _, where, _ in said(judged(AT_WORK, change))} == {("A2", field)}
    # The same without a database: the type of the agreement is enough to know its fields.
    alone = avenant.complete(officers_file(change), parent_of("pmsmp"))
    found = check(Source(alone), TODAY).findings
    assert {(f.rule, f.field) for f in found} == {("A2", field)}


def test_null_takes_an_optional_field_away() -> None:
    around = context(parent_of("pmsmp", avantages="Repas offert."))
    checked = judged(around, ("avantages", None))
    assert said(checked) == []
    assert checked.agreement.changements()[0].apres is None  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "change", [("fin", "2027-01-29"), ("horaires.semaine.lundi", ["9:00 - 12:30", "13h30-16:30"])]
)
def test_what_changes_nothing_is_refused(change: Change) -> None:
    assert said(judged(AT_WORK, change)) == [("A3", "error", "modifications.0.apres", None)]


@pytest.mark.parametrize("other", ["tuteur", "tuteur.nom"])
def test_a_field_is_changed_once(other: str) -> None:
    tutor = {"nom": "Nguyen", "prenom": "Mai", "fonction": "cheffe"}
    after = tutor if other == "tuteur" else "Nguyen"
    found = judged(AT_WORK, ("tuteur", tutor | {"prenom": "Li"}), (other, after))
    assert ("A3", "error", "modifications.1.champ", None) in said(found)


def test_before_is_what_the_agreement_says_today_and_may_be_left_out() -> None:
    around = context(parent_of("partenariat"))
    data = officers_file(VOLUME, debut="2027-01-18")
    for before, expected in ((6, []), (5, [("A4", "error", "modifications.0.avant", 6)])):
        data["modifications"] = [{"champ": VOLUME[0], "avant": before, "apres": 8}]
        checked = check(Source(avenant.complete(data, around.parent)), TODAY, around)  # type: ignore[arg-type]
        assert [one for one in said(checked) if one[0] != "C7"] == expected


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (("objet", "recruter"), "modifications.0.champ"),
        (("beneficiaire.nom", "Traoré"), "modifications.0.champ"),
        (("beneficiaire.date_naissance", "1991-05-17"), "modifications.0.champ"),
        (("beneficiaire", {**PMSMP["beneficiaire"], "prenom": "Awa"}), "modifications.0.champ"),
        (("entreprise.siret", "55210055400013"), "modifications.0.champ"),
        (("organisation.siret", "55210055400013"), "modifications.0.champ"),
        (("derogations", [{"regle": "P5", "motif": "Contrat prolongé."}]), "modifications.0.champ"),
        (
            ("employeur", {**samples.ORGANISATION, "siret": "55210055400013"}),
            "modifications.0.champ",
        ),
    ],
    ids=lambda change: change[0] if isinstance(change, tuple) else "",
)
def test_what_makes_the_agreement_what_it_is_stays(change: Change, field: str) -> None:
    checked = judged(AT_WORK, change)
    assert ("A5", "error", field, None) in said(checked)


def test_the_same_host_written_otherwise_is_the_same_host() -> None:
    body = {**samples.COMPANY, "siret": "356 000 000 00048", "telephone": "01 98 76 54 32"}
    checked = judged(AT_WORK, ("entreprise", body))
    assert said(checked) == []
    after = checked.agreement.modifications[0].apres  # type: ignore[union-attr]
    assert isinstance(after, dict)
    assert after["siret"] == "35600000000048"


@pytest.mark.parametrize(("last", "refused"), [("2027-02-10", False), ("2027-02-11", True)])
def test_a_month_from_date_to_date_is_not_passed(last: str, refused: bool) -> None:
    found = said(judged(AT_WORK, ("fin", last)))
    expected = [("P1", "error", "modifications.0.apres", "2027-02-10")] if refused else []
    assert found == expected


@pytest.mark.parametrize(("days", "refused"), [(60 - 31, False), (60 - 30, True)])
def test_sixty_days_are_not_passed_by_prolonging(days: int, refused: bool) -> None:
    before = D("2027-01-10")
    first = before - dt.timedelta(days=days - 1)
    others = (past(7, first.isoformat(), before.isoformat()),)
    around = context(parent_of("pmsmp"), past=others)
    rules = {rule for rule, level, _, _ in said(judged(around, ("fin", "2027-02-10")))}
    assert ("P4" in rules) is refused


@pytest.mark.parametrize(("end", "refused"), [("18:00", False), ("18:30", True)])
def test_working_time_is_judged_on_the_day_that_changes(end: str, refused: bool) -> None:
    spans = ["07:00-12:00", f"13:00-{end}"]
    found = judged(AT_WORK, ("horaires.semaine.lundi", spans)).findings
    at = {(f.rule, f.field) for f in found}
    assert (("P11", "modifications.0.apres") in at) is refused
    # A finding on another day than the one named says where it is.
    assert all(f.field == "modifications.0.apres" for f in found)


def test_what_was_already_so_is_not_the_doing_of_the_avenant() -> None:
    started = context(parent_of("pmsmp", entreprise__assurance=None), on=D("2027-01-18"))
    assert said(judged(started, HOURS)) == []


def test_a_quarter_of_the_contract_yields_to_a_reason_written_in_the_avenant() -> None:
    short = {"debut": "2026-12-01", "fin": "2027-03-07"}
    contract = {**PMSMP["beneficiaire"]["contrat"], **short}
    around = context(parent_of("pmsmp", beneficiaire__contrat=contract))
    change: Change = ("fin", "2027-02-05")
    assert [(f[0], f[1]) for f in said(judged(around, change))] == [("P5", "error")]
    reason = [{"regle": "P5", "motif": "Embauche prévue au terme de la période."}]
    excused = judged(around, change, derogations=reason)
    assert excused.valid
    assert [(f[0], f[1]) for f in said(excused)] == [("P5", "warning")]
    assert "Embauche prévue" in excused.findings[0].message
    vain = judged(around, HOURS, derogations=reason)
    assert [(f[0], f[1]) for f in said(vain)] == [("D4", "info")]


@pytest.mark.parametrize(("day", "refused"), [("2029-11-30", False), ("2029-12-01", True)])
def test_a_term_is_moved_before_it_expires(day: str, refused: bool) -> None:
    around = context(parent_of("partenariat"), on=D(day))
    change: Change = ("reconduction", {"periode_mois": 12, "maximum": 3})
    found = {
        rule for rule, level, _, _ in said(judged(around, change, debut=day)) if level == "error"
    }
    assert ("A7" in found) is refused


@pytest.mark.parametrize(
    ("effect", "found"),
    [
        ("2027-01-10", [("A8", "error", "debut", "2027-01-11")]),
        ("2027-01-11", []),
        ("2027-01-29", []),
        ("2027-01-30", [("A8", "error", "debut", "2027-01-29")]),
    ],
)
def test_it_takes_effect_while_the_agreement_runs(effect: str, found: list[Any]) -> None:
    assert said(judged(AT_WORK, HOURS, debut=effect)) == found


def test_a_longer_agreement_admits_a_later_effect_and_a_past_one_warns() -> None:
    assert said(judged(AT_WORK, ("fin", "2027-02-05"), debut="2027-01-30")) == []
    late = context(parent_of("pmsmp"), on=D("2027-01-19"))
    assert said(judged(late, HOURS, debut="2027-01-19")) == []
    assert said(judged(late, HOURS)) == [("A8", "warning", "debut", "2027-01-19")]


def test_the_same_parties_sign() -> None:
    whole = avenant.complete(officers_file(HOURS), parent_of("pmsmp"))
    parties = whole["parties"]

    def found(parties: list[dict[str, Any]]) -> list[tuple[str, str, str, Any]]:
        return said(check(Source({**whole, "parties": parties}), TODAY, AT_WORK))

    assert found(parties) == []
    assert found(parties[:2]) == [("A9", "error", "parties", None)]
    tutor = {**parties[1], "role": "tuteur", "courriel": "luc@dupont.example.org"}
    assert found([*parties, tutor]) == [("A9", "error", "parties.3.role", None)]
    other = {**parties[1], "nom": "Lefort"}
    assert found([parties[0], other, parties[2]]) == [("A9", "warning", "parties.1.nom", None)]
    someone = {**parties[0], "nom": "Traoré"}
    assert found([someone, *parties[1:]]) == [("A9", "error", "parties.0.nom", None)]
    same_mail = {**parties[1], "courriel": parties[0]["courriel"]}
    assert found([parties[0], same_mail, parties[2]]) == [
        ("A12", "error", "parties.1.courriel", None)
    ]
    elsewhere = {**whole["entreprise"], "siret": "55210055400013"}
    moved = check(Source({**whole, "entreprise": elsewhere}), TODAY, AT_WORK)
    assert said(moved) == [("A9", "error", "entreprise.siret", "35600000000048")]


def test_a_new_representative_signs_for_the_company() -> None:
    company: dict[str, Any] = PMSMP["entreprise"]
    mail = "lefort@dupont.example.org"
    new = {**company["representant"], "nom": "Lefort", "courriel": mail}
    checked = judged(AT_WORK, ("entreprise.representant", new))
    assert said(checked) == []
    assert checked.agreement is not None
    assert checked.agreement.signataires()[1].courriel == "lefort@dupont.example.org"


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        (("tuteur.courriel", "luc@dupont.example.org"), ["A10"]),
        (("referent.telephone", "0123456780"), ["A10"]),
        (("tuteur.fonction", "chef"), []),
        (("entreprise.telephone", "0123456780"), []),
    ],
)
def test_a_contact_alone_needs_no_avenant(change: Change, rules: list[str]) -> None:
    checked = judged(AT_WORK, change)
    assert checked.valid
    assert [rule for rule, *_ in said(checked)] == rules


def test_one_avenant_waits_for_the_other() -> None:
    parent = replace(
        parent_of("pmsmp"), children={"avenant": ("PMSMP-2026-0001-A1", "PMSMP-2026-0001-A2")}
    )
    assert said(judged(context(parent), HOURS)) == []
    waiting = replace(parent, pending=("PMSMP-2026-0001-A2",))
    assert said(judged(context(waiting), HOURS)) == [("A11", "error", "convention", None)]
    assessed = replace(parent, children={"bilan": ("PMSMP-2026-0001-B1",)})
    assert said(judged(context(assessed), HOURS)) == [("A11", "error", "convention", None)]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"position": "signe"}, ""),
        ({"position": "envoye"}, "pas encore signée"),
        ({"position": "annule"}, "est annulée"),
        ({"denounced": D("2027-11-30")}, "dénoncée"),
    ],
    ids=str,
)
def test_only_a_signed_agreement_in_force_is_amended(facts: dict[str, Any], words: str) -> None:
    parent = replace(parent_of("pmsmp"), **facts)
    found = judged(context(parent), HOURS).findings
    assert [(f.rule, f.field) for f in found] == ([("A1", "convention")] if words else [])
    assert all(words in f.message for f in found)


def test_an_unknown_number_is_refused_where_one_could_know() -> None:
    whole = avenant.complete(officers_file(HOURS), parent_of("pmsmp"))
    unknown = check(Source(whole), TODAY, context(None))
    assert said(unknown) == [("A1", "error", "convention", None)]
    assert check(Source(whole), TODAY).findings == ()


def test_a_kind_that_no_avenant_changes_is_named() -> None:
    other = Parent("PMSMP-2026-0001-B1", "bilan", "archive", {})
    found = judged(context(other), HOURS).findings
    assert any(f.rule == "A1" and "PMSMP-2026-0001-B1" in f.message for f in found)


def test_what_may_be_amended_is_said_once() -> None:
    assert typing.get_args(TypeConvention) == tuple(AMENDABLE)
    assert KINDS["avenant"].parents == tuple(AMENDABLE)
    for slug, amendable in AMENDABLE.items():
        assert KINDS[slug].model is amendable.model


def test_a_value_that_a_receipt_states_changes_no_more() -> None:
    parent = parent_of("mecenat")
    effect = {"convention": parent.reference, "debut": parent.data["fin"]}
    value: Change = ("valorisation.montant_centimes", 450_000)
    known: dict[str, Any] = {"eligible_for_gifts": True}
    free = judged(context(parent, **known), value, **effect)
    assert [one for one in said(free) if one[1] == "error"] == []
    receipted = replace(parent, children={"recu": ("RF-2026-0001",)})
    found = said(judged(context(receipted, **known), value, **effect))
    assert ("A13", "error", "modifications.0.champ", None) in found
    other: Change = ("encadrement", "La responsable de l’atelier.")
    after = said(judged(context(receipted, **known), other, **effect))
    assert "A13" not in [rule for rule, *_ in after]
