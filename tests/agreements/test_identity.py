"""The same person, however the name is typed; two people, however near."""

from __future__ import annotations

import pytest

from docgen.agreements.identity import person_key

BORN = "1990-05-17"
KEY = person_key("Dupré-Lœuil d’Aubigné", "Zoé Marie", BORN)


@pytest.mark.parametrize(
    ("family", "given"),
    [
        ("DUPRÉ LŒUIL D'AUBIGNÉ", "ZOÉ-MARIE"),
        ("  dupre   loeuil  d aubigne ", "zoe  marie"),
        ("Dupre\u0301-Lœuil d\u02bcAubigne\u0301", "Zoe\u0301\u00a0Marie"),
    ],
)
def test_one_person_typed_in_other_ways(family: str, given: str) -> None:
    assert person_key(family, given, BORN) == KEY


@pytest.mark.parametrize(
    ("typed", "other"),
    [("Łukasz", "Lukasz"), ("Søren", "Soren"), ("Lætitia", "Laetitia"), ("Đorđe", "Dorde")],
)
def test_letters_that_a_keyboard_lacks_are_written_without(typed: str, other: str) -> None:
    assert person_key("Diallo", typed, BORN) == person_key("Diallo", other, BORN)


@pytest.mark.parametrize(
    ("family", "given", "born"),
    [
        ("Dupré-Lœuil d’Aubigné", "Zoé", BORN),  # a twin
        ("Dupré-Lœuil d’Aubigné", "Zoé Marie", "1990-05-18"),  # a homonym
        ("Zoé Marie", "Dupré-Lœuil d’Aubigné", BORN),
    ],
)
def test_near_is_not_the_same(family: str, given: str, born: str) -> None:
    assert person_key(family, given, born) != KEY
