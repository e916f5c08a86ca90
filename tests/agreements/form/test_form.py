"""The forms: every field asked once, read back as it was written, merged without a loss."""

from __future__ import annotations

from typing import Any

import pytest

from docgen.agreements import KINDS
from docgen.agreements.amending import value_at
from docgen.agreements.form import (
    OUTLINES,
    Field,
    Group,
    Many,
    Node,
    Section,
    Timetable,
    form_of,
    leaves,
)
from docgen.agreements.form.hours import cents_of, minutes_of, spans_of
from docgen.agreements.form.merging import Conflict, merge
from docgen.agreements.form.outlines import EVERYWHERE
from docgen.agreements.form.typed import asked, at, data_of, said_again, text_of
from docgen.agreements.form.weeks import act, calendar, plain
from docgen.agreements.reading import read
from tests.samples import PMSMP
from tests.test_templates import TEMPLATES


@pytest.mark.parametrize("slug", KINDS)
def test_each_field_is_asked_once_or_taken(slug: str) -> None:
    outline = OUTLINES[slug]
    named = [name.partition(".")[0] for part in outline.parts for name in part.fields]
    assert sorted([*named, *outline.taken, *EVERYWHERE]) == sorted(KINDS[slug].model.model_fields)
    assert all(one.label and one.label != "*" for one in leaves(form_of(slug)[0].parts))
    paths = {one.path for section in form_of(slug) for one in leaves(section.parts)}
    assert {one.path for one in outline.only.values()} <= paths


def sent(sections: tuple[Section, ...], data: Any) -> dict[str, str]:
    """What a browser sends for that data."""
    found: dict[str, str] = {}
    for section in sections:
        for node in section.parts:
            found |= _sent(
                (node,), value_at(data, node.path.rpartition(".")[0]) if "." in node.path else data
            )
    return found


def _sent(nodes: tuple[Node, ...], data: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in nodes:
        value = data.get(node.path.rpartition(".")[2]) if data else None
        match node:
            case Field():
                found[node.path] = text_of(node, value)
            case Group():
                found |= _sent(node.parts, value)
            case Many():
                for rank, item in enumerate(value or []):
                    one = at(node.item, rank)
                    key = one.path.rpartition(".")[2]
                    found |= _sent((one,), {key: item})
            case Timetable():
                for part in ("semaine", "exceptions"):
                    for day, spans in (value or {}).get(part, {}).items():
                        found[f"{node.path}.{part}.{day}"] = ", ".join(spans)
    return found


@pytest.mark.parametrize("slug", KINDS)
@pytest.mark.parametrize("example", ["full.yaml", "minimal.yaml"])
def test_what_is_shown_and_sent_back_is_the_same_data(slug: str, example: str) -> None:
    text = (TEMPLATES / slug / example).read_text()
    model = KINDS[slug].model
    data = model.model_validate(read(text.encode()).data).model_dump(
        mode="json", exclude_defaults=True
    )
    told = asked(form_of(slug), data)
    assert told
    again = data_of(form_of(slug), sent(form_of(slug), told))
    whole = model.model_validate(said_again(data, form_of(slug), again))
    assert whole == model.model_validate(data)


def test_names_that_are_no_field_are_nothing() -> None:
    got = data_of(
        form_of("pmsmp"),
        {"beneficiaire.nom": " Diallo ", "signatures.ordre": "x", "objectifs.99999.x": "y",
         "horaires.exceptions.demain": "9-12", "type": "partenariat", "__proto__": "1"},
    )  # fmt: skip
    assert got["beneficiaire"] == {"nom": "Diallo"}
    assert set(got) <= {"beneficiaire", "referent", "entreprise", "tuteur", "lieu", "horaires",
                        "metier", "protection", "organisation"}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("9-12 13-17", ["09:00–12:00", "13:00–17:00"]),
        ("9h-12h30, 13h30 - 17h", ["09:00–12:30", "13:30–17:00"]),
        ("09:00-12:30 et 14:00–16:45", ["09:00–12:30", "14:00–16:45"]),
        ("8h30 à 12h", ["08:30–12:00"]),
        ("", []),
        ("le matin", ["le matin"]),
        ("9-12 puis quoi", ["9-12 puis quoi"]),
        ("12-9", ["12:00-09:00"]),
    ],
)
def test_hours_are_read_as_they_are_typed(text: str, spans: list[str]) -> None:
    assert spans_of(text) == spans


def test_amounts_and_lengths() -> None:
    assert [cents_of(one) for one in ("12", "1 234,5", "0,07 €", "x", "-3")] == [
        1200, 123450, 7, None, None
    ]  # fmt: skip
    assert minutes_of(["09:00–12:30", "13:30–17:00"]) == 420
    assert minutes_of(["12:00-09:00"]) is None


def test_two_people_on_one_draft() -> None:
    base = {"debut": "2027-01-11", "tuteur": {"nom": "Petit"}, "taches": ["a"]}
    theirs = {"debut": "2027-01-12", "tuteur": {"nom": "Petit", "prenom": "Luc"}, "taches": ["a"]}
    mine = {"debut": "2027-01-13", "tuteur": {"nom": "Grand"}, "taches": ["a", "b"]}
    found = merge(base, theirs, mine)
    assert found.conflicts == (Conflict("debut", "2027-01-12", "2027-01-13"),)
    assert [one.path for one in found.theirs] == ["tuteur.prenom"]
    assert found.data == {
        "debut": "2027-01-13", "tuteur": {"nom": "Grand", "prenom": "Luc"}, "taches": ["a", "b"]
    }  # fmt: skip
    assert merge(base, base, mine).data == mine
    assert merge(base, mine, mine).conflicts == ()
    gone = merge(base, {"debut": "2027-01-11"}, base)
    assert gone.data == {"debut": "2027-01-11"}


def test_the_buttons_of_the_timetable() -> None:
    data: dict[str, Any] = {
        "debut": "2027-01-13", "fin": "2027-01-26",
        "horaires": {"semaine": {"lundi": ["09:00–12:00"]}},
    }  # fmt: skip
    act("jour", "lundi", data)
    week = data["horaires"]["semaine"]
    assert set(week) == {"lundi", "mardi", "mercredi", "jeudi", "vendredi"}
    weeks = calendar(data["horaires"], data)
    assert [one.minutes for one in weeks] == [540, 900, 360]
    act("ouvrir", "2027-01-18", data)
    data["horaires"]["exceptions"]["2027-01-19"] = []
    act("suivante", "2027-01-18", data)
    weeks = calendar(data["horaires"], data)
    assert [(one.minutes, one.apart) for one in weeks] == [(540, False), (720, True), (180, True)]
    assert set(plain(data)["horaires"]["exceptions"]) == {"2027-01-19", "2027-01-26"}
    act("fermer", "2027-01-18", data)
    act("fermer", "2027-01-25", data)
    assert "exceptions" not in data["horaires"]
    for what, arg in (("jour", "<script>"), ("ouvrir", "hier"), ("suivante", "2030-01-07")):
        before = str(data)
        act(what, arg, data)
        assert str(data) == before
    assert calendar(PMSMP["horaires"], {**PMSMP, "fin": "2099-01-01"}) == ()
