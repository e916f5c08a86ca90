"""N1 to N8, and what a notice makes of a convention: met, missed, termination."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.agreements import Checked, check, denonciation
from docgen.agreements.denonciation import Denonciation
from docgen.agreements.notice import notice
from docgen.agreements.partenariat import Partenariat
from docgen.agreements.periods import current_period, periods
from docgen.agreements.reading import Source
from docgen.agreements.rules.context import Context, Parent
from tests import samples
from tests.contexts import D
from tests.samples import PARTENARIAT, PMSMP, REMOVE, TODAY, changed

NO_TERM: dict[str, Any] = {"reconduction": {}}
NOT_RENEWED = {"reconduction": REMOVE}


def parent_of(**changes: Any) -> Parent:
    agreement = samples.agreement(changed(PARTENARIAT, **changes))
    return Parent("CP-2026-0001", "partenariat", "archive", agreement.model_dump(mode="json"))


def officers_file(**more: Any) -> dict[str, Any]:
    return {
        "type": "denonciation",
        "convention": "CP-2026-0001",
        "debut": "2027-06-15",
        "auteur": "entreprise",
        "nature": "non_reconduction",
        "forme": "lettre_recommandee",
        **more,
    }


def judged(parent: Parent | None, on: str = "2026-11-02", **more: Any) -> Checked:
    data = officers_file(**more)
    if parent is not None and parent.kind == "partenariat":
        data = denonciation.complete(data, parent)
    return check(Source(data), D(on), Context(D(on), known=True, parent=parent))


def said(checked: Checked) -> list[tuple[str, str, str, Any]]:
    return [(f.rule, f.level, f.field, f.allowed) for f in checked.findings]


def test_a_short_file_becomes_a_whole_notice_signed_by_its_author_alone() -> None:
    checked = judged(parent_of())
    assert said(checked) == []
    made = checked.agreement
    assert isinstance(made, Denonciation)
    assert (made.fin, made.periode.limite) == (D("2027-11-30"), D("2027-08-30"))
    (signer,) = made.signataires()
    assert (signer.role, signer.nom_complet) == ("entreprise", "Jean Dupont")
    assert (made.cite(), made.contact().nom, made.partenaire()) == (
        "CP-2026-0001",
        "Benali",
        "Dupont & Fils <Traiteur>",
    )
    ours = judged(parent_of(), auteur="organisation").agreement
    assert ours is not None
    assert [one.role for one in ours.signataires()] == ["organisation"]


@pytest.mark.parametrize(
    ("nature", "given", "end", "suite", "in_time"),
    [
        ("non_reconduction", "2027-08-30", "2027-11-30", "fin_de_periode", True),
        ("non_reconduction", "2027-08-31", "2028-11-30", "periode_suivante", False),
        ("non_reconduction", "2027-11-30", "2028-11-30", "periode_suivante", False),
        ("non_reconduction", "2027-12-01", "2028-11-30", "fin_de_periode", True),
        ("resiliation", "2027-04-12", "2027-07-12", "apres_preavis", True),
        ("resiliation", "2027-08-30", "2027-11-30", "fin_de_periode", True),
        # Late in a period that is renewed: the notice runs whole, into the next one.
        ("resiliation", "2027-10-15", "2028-01-15", "apres_preavis", False),
        # Late in the last period: never beyond the day it ends anyway.
        ("resiliation", "2029-10-15", "2029-11-30", "fin_de_periode", True),
    ],
)
def test_the_end_that_a_notice_gives(
    nature: str, given: str, end: str, suite: str, in_time: bool
) -> None:
    checked = judged(parent_of(), nature=nature, debut=given)
    made = checked.agreement
    assert isinstance(made, Denonciation)
    assert (made.fin, made.suite(), made.dans_le_delai()) == (D(end), suite, in_time)
    assert [rule for rule, *_ in said(checked)] == ([] if in_time else ["N6"])


def test_a_renewal_without_a_term_ends_with_the_notice() -> None:
    parent = parent_of(**NO_TERM)
    late = judged(parent, debut="2027-09-15").agreement
    assert isinstance(late, Denonciation)
    assert (late.fin, late.suite()) == (D("2027-12-15"), "apres_preavis")
    after = judged(parent, debut="2028-02-10", nature="resiliation").agreement
    assert isinstance(after, Denonciation)
    assert (after.fin, after.periode.fin, after.suite()) == (D("2028-05-10"), None, "apres_preavis")
    assert ("N4", "error", "nature", "resiliation") in said(judged(parent, debut="2028-02-10"))


@pytest.mark.parametrize(
    ("wrong", "finding"),
    [
        ({"fin": "2028-11-30"}, ("N5", "error", "fin", "2027-11-30")),
        (
            {"periode": {"debut": "2026-12-01", "fin": "2027-11-30", "limite": "2027-09-30"}},
            ("N8", "error", "periode.limite", "2027-08-30"),
        ),
        ({"preavis": {"valeur": 2, "unite": "mois"}}, ("N8", "error", "preavis.valeur", 3)),
        ({"forme": "courriel_avec_accuse"}, ("N7", "warning", "forme", "lettre_recommandee")),
    ],
)
def test_what_the_file_gives_wins_and_is_refused_when_it_is_wrong(
    wrong: dict[str, Any], finding: tuple[Any, ...]
) -> None:
    assert said(judged(parent_of(), **wrong)) == [finding]


def test_the_bodies_are_those_of_the_convention() -> None:
    whole = denonciation.complete(officers_file(), parent_of())
    whole["organisation"] = {**whole["organisation"], "siret": "55210055400013"}
    found = check(Source(whole), TODAY, Context(TODAY, known=True, parent=parent_of()))
    assert said(found) == [("N8", "error", "organisation.siret", "73282932000074")]


@pytest.mark.parametrize(
    ("changes", "given", "found"),
    [
        ({}, "2029-11-30", ["N4"]),
        ({}, "2029-12-01", ["N3", "N4"]),
        (NOT_RENEWED, "2027-06-15", ["N4"]),
    ],
)
def test_what_ends_by_itself_is_not_denounced(
    changes: dict[str, Any], given: str, found: list[str]
) -> None:
    errors = {r for r, level, *_ in said(judged(parent_of(**changes), debut=given))
              if level == "error"}  # fmt: skip
    assert errors - {"D1"} == set(found)


def test_a_convention_that_is_not_renewed_is_terminated() -> None:
    assert said(judged(parent_of(**NOT_RENEWED), nature="resiliation")) == []


@pytest.mark.parametrize(("on", "warned"), [("2027-06-15", False), ("2027-06-16", True)])
def test_a_notice_already_received_is_to_be_proved(on: str, warned: bool) -> None:
    expected = [("N3", "warning", "debut", on)] if warned else []
    assert said(judged(parent_of(), on)) == expected


def test_one_notice_is_enough() -> None:
    parent = replace(parent_of(), children={"denonciation": ("CP-2026-0001-D1",)})
    waiting = replace(parent, pending=("CP-2026-0001-D1",))
    assert said(judged(waiting)) == [("N2", "error", "convention", None)]
    signed = replace(parent, denounced=D("2027-11-30"))
    assert said(judged(signed)) == [("N1", "error", "convention", None)]


@pytest.mark.parametrize("position", ["brouillon", "envoye", "refuse", "expire", "annule"])
def test_an_agreement_that_is_not_signed_is_not_denounced(position: str) -> None:
    found = judged(replace(parent_of(), position=position)).findings
    assert [(f.rule, f.field) for f in found] == [("N1", "convention")]


def test_a_pmsmp_is_not_denounced_and_an_unknown_number_is_said() -> None:
    pmsmp = samples.agreement(PMSMP).model_dump(mode="json")
    found = judged(Parent("PMSMP-2026-0001", "pmsmp", "archive", pmsmp)).findings
    assert any(f.rule == "N1" and "PMSMP-2026-0001" in f.message for f in found)
    whole = denonciation.complete(officers_file(), parent_of())
    unknown = check(Source(whole), TODAY, Context(TODAY, known=True))
    assert said(unknown) == [("N1", "error", "convention", None)]
    assert check(Source(whole), TODAY).findings == ()


CONVENTION = Partenariat.model_validate(changed(PARTENARIAT))
LIFE = st.dates(D("2026-12-01"), D("2029-11-30"))


@given(given_on=LIFE)
def test_a_non_renewal_ends_a_period_that_has_not_ended(given_on: Any) -> None:
    found = notice(CONVENTION, given_on, "non_reconduction")
    assert found.end in {period.last for period in periods(CONVENTION)}
    assert found.end >= given_on
    assert found.period == current_period(CONVENTION, given_on)
    if found.period.notice and given_on <= found.period.notice:
        assert found.end == found.period.last


@given(pair=st.tuples(LIFE, LIFE), nature=st.sampled_from(["non_reconduction", "resiliation"]))
def test_a_later_notice_never_ends_sooner(pair: Any, nature: Any) -> None:
    ends = [notice(CONVENTION, day, nature).end for day in sorted(pair)]
    assert all(before <= after for before, after in itertools.pairwise(ends))
