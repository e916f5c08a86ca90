"""C5 and C6: renewals without bound, two conventions with one company."""

from __future__ import annotations

from typing import Any

import pytest

from docgen.agreements import check
from docgen.agreements.reading import Source
from docgen.agreements.rules.context import Context, OtherConvention
from tests.contexts import D
from tests.samples import PARTENARIAT, REMOVE, TODAY, changed


def said_by(rule: str, *others: OtherConvention, **changes: Any) -> list[tuple[str, str, Any]]:
    context = Context(TODAY, known=True, conventions=others)
    found = check(Source(changed(PARTENARIAT, **changes)), TODAY, context).findings
    return [(one.level, one.field, one.allowed) for one in found if one.rule == rule]


@pytest.mark.parametrize(
    ("renewal", "fields"),
    [
        ({"periode_mois": 12, "maximum": 2}, []),
        ({"periode_mois": 12}, ["reconduction.maximum"]),
        ({"maximum": 2}, ["reconduction.periode_mois"]),
        ({}, ["reconduction.periode_mois", "reconduction.maximum"]),
        (REMOVE, []),
    ],
)
def test_c5_a_tacit_renewal_says_its_period_and_its_maximum(
    renewal: Any, fields: list[str]
) -> None:
    found = said_by("C5", reconduction=renewal)
    assert [(level, field) for level, field, _ in found] == [("warning", f) for f in fields]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        # The sample may run from 1 December 2026 to 30 November 2029.
        ("2025-01-01", "2026-11-30", []),
        ("2025-01-01", "2026-12-01", [("warning", "debut", "2026-12-02")]),
        ("2025-01-01", None, [("warning", "debut", None)]),
        ("2029-11-30", "2030-11-29", [("warning", "debut", "2030-11-30")]),
        ("2029-12-01", "2030-11-30", []),
    ],
)
def test_c6_one_convention_at_a_time_with_a_company(
    first: str, last: str | None, expected: list[object]
) -> None:
    other = OtherConvention("CP-2025-0001", D(first), D(last) if last else None)
    assert said_by("C6", other) == expected


def test_c6_a_convention_without_bound_meets_every_later_one() -> None:
    later = OtherConvention("CP-2040-0001", D("2040-01-01"), D("2040-12-31"))
    assert said_by("C6", later, reconduction={"periode_mois": 12})
    assert not said_by("C6", later)
