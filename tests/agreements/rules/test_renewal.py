"""P2: one renewal, the same object, the same objectives, after a signed convention."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from docgen.agreements.rules.context import Parent, PastPmsmp
from tests.contexts import D, around, past, said_by
from tests.samples import TODAY

OBJECTIVES = ("Tenir un poste en cuisine",)
INITIAL = past(1, "2026-12-14", "2026-12-31", objectifs=OBJECTIVES)
RENEWAL = {
    "reference": INITIAL.reference,
    "debut_initial": "2026-12-14",
    "fin_initiale": "2026-12-31",
    "motif": "L’entreprise a fermé une semaine.",
}


def said(*before: PastPmsmp, **changes: Any) -> list[tuple[str, str, Any]]:
    return said_by("P2", around(*before), renouvellement={**RENEWAL, **changes})


def test_a_renewal_that_keeps_everything_is_admitted_on_the_next_day_and_later() -> None:
    assert said(INITIAL) == []
    context = around(INITIAL)
    for first in ("2027-01-01", "2027-02-15"):
        assert not said_by("P2", context, renouvellement=RENEWAL, debut=first, fin="2027-02-19")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"renews": "PMSMP-2026-0009"}, ("error", "renouvellement.reference", None)),
        ({"signed": False}, ("error", "renouvellement.reference", None)),
        ({"objet": "recruter"}, ("error", "objet", "recruter")),
        ({"objectifs": ("Autre chose",)}, ("error", "objectifs", None)),
        ({"siret": "55210055400013"}, ("error", "entreprise.siret", "55210055400013")),
        ({"first": D("2026-12-13")}, ("error", "renouvellement.debut_initial", "2026-12-13")),
        ({"objectives_reached": True}, ("error", "renouvellement.motif", None)),
        ({"objectives_reached": False}, None),
    ],
)
def test_what_the_convention_renewed_forbids(facts: dict[str, Any], expected: object) -> None:
    assert said(replace(INITIAL, **facts)) == ([expected] if expected else [])


def test_a_convention_is_renewed_once() -> None:
    other = past(2, "2027-02-01", "2027-02-12", renews=INITIAL.reference, objectifs=OBJECTIVES)
    assert said(INITIAL, other) == [("error", "renouvellement.reference", None)]


def test_it_begins_after_the_one_it_renews() -> None:
    found = said_by(
        "P2", around(INITIAL), renouvellement=RENEWAL, debut="2026-12-31", fin="2027-01-10"
    )
    assert found == [("error", "debut", "2027-01-01")]


def test_one_made_elsewhere_is_told_to_be_unknown_and_no_more() -> None:
    assert said() == [("warning", "renouvellement.reference", None)]
    assert said_by("P2", replace(around(), known=False), renouvellement=RENEWAL) == []


def test_dates_the_wrong_way_round_are_refused() -> None:
    found = said(fin_initiale="2026-12-13")
    assert ("error", "renouvellement.fin_initiale", "2026-12-14") in found


def test_an_agreement_that_renews_nothing_is_not_concerned() -> None:
    assert D("2027-01-11") > TODAY
    assert said_by("P2", around(INITIAL)) == []


@pytest.mark.parametrize("position", ["annule", "expire", "archive"])
def test_one_on_record_that_is_not_this_person_s_live_pmsmp_is_not_renewed(position: str) -> None:
    # Cancelled, expired, or signed by someone else: not among the person's own.
    parent = Parent(INITIAL.reference, "pmsmp", position, {})
    found = said_by("P2", around(parent=parent), renouvellement=RENEWAL)
    assert found == [("error", "renouvellement.reference", None)]
    assert said_by("P2", around(), renouvellement=RENEWAL)[0][0] == "warning"
