"""The rules as a table: whole, sourced, explained, and the page that shows it up to date."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest

from docgen import agreements
from docgen.agreements.rules import MARKS, Rule
from scripts.rules import PAGE, page
from tests.contexts import around
from tests.samples import PMSMP, changed

RULES = [
    pytest.param(rule, id=f"{slug} {rule.id} {rule.title}")
    for slug, kind in agreements.KINDS.items()
    for rule in kind.rules
]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_says_where_it_comes_from_how_sure_that_is_and_gives_an_example(rule: Rule) -> None:
    assert re.fullmatch(r"[A-Z]{1,2}\d{1,2}", rule.id)
    assert rule.source
    assert rule.mark in MARKS
    assert rule.example.endswith((".", ")"))
    assert rule.title[0].isupper() or rule.title[0].isdigit()


@pytest.mark.parametrize("rule", RULES)
def test_what_is_not_established_is_not_sourced_as_an_article(rule: Rule) -> None:
    if rule.mark == "unsure":
        assert not re.match(r"[LRD]\d", rule.source)


@pytest.mark.parametrize("kind", agreements.KINDS.values(), ids=lambda kind: kind.slug)
def test_a_rule_needs_only_fields_that_its_kind_has(kind: agreements.Kind) -> None:
    for rule in kind.rules:
        assert set(rule.needs) <= set(kind.model.model_fields), rule.id


def test_p1_to_p18_are_all_there() -> None:
    ids = {rule.id for rule in agreements.KINDS["pmsmp"].rules}
    assert {f"P{number}" for number in range(1, 19)} <= ids


def test_the_page_of_rules_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make rules`"


def test_a_rule_applies_from_its_first_day_to_its_last() -> None:
    rule = replace(
        agreements.KINDS["pmsmp"].rules[0],
        since=dt.date(2026, 1, 1),
        until=dt.date(2026, 12, 31),
    )
    days = ("2025-12-31", "2026-01-01", "2026-12-31", "2027-01-01")
    assert [rule.applies(dt.date.fromisoformat(day)) for day in days] == [False, True, True, False]


def test_five_rules_broken_are_five_findings_at_once() -> None:
    from docgen.agreements.reading import Source

    data = changed(
        PMSMP,
        fin="2027-03-01",
        entreprise__siret="73282932000074",
        beneficiaire__date_naissance="2012-05-17",
        tuteur__courriel="fatou@example.org",
        horaires={"semaine": {"lundi": ["08:00-23:00"]}, "exceptions": {"2028-01-01": []}},
    )
    context = around()
    found = agreements.check(Source(data), context.issued_on, context).findings
    refused = {finding.rule for finding in found if finding.level == "error"}
    assert refused >= {"P1", "P8", "P10", "P11", "P17", "P18"}
