"""Reading the register's answers: what is taken from them, and that nothing else ever escapes."""

from __future__ import annotations

import copy
import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.directory.answer import MASK, parse
from docgen.directory.company import Company, Place, State
from docgen.errors import Unavailable
from tests.directory.register import (
    BRANCH,
    HEAD_OFFICE,
    NOBODY,
    OPEN,
    OTHER,
    answer,
    head_office,
    site,
    unit,
)


def test_an_open_head_office() -> None:
    assert parse(HEAD_OFFICE, OPEN) == Company(
        HEAD_OFFICE,
        State.OPEN,
        raison_sociale="LE FOURNIL D’ESSAI",
        enseigne="L’ŒUF À LA COQUE",
        adresse=Place("12 B RUE DES ESSAIS", "BATIMENT B", "75013", "PARIS"),
        naf="10.71C",
        idcc=("0843", "1979"),
        head_office=True,
        company_open=True,
        opened_on=dt.date(2014, 4, 29),
    )


def test_a_branch_has_its_address_in_one_line() -> None:
    found = parse(BRANCH, answer(unit(site(BRANCH))))
    assert found.adresse == Place("BATIMENT B 12 B RUE DES ESSAIS", None, "75013", "PARIS")
    assert not found.head_office
    assert str(found.adresse) == "BATIMENT B 12 B RUE DES ESSAIS, 75013 PARIS"


@pytest.mark.parametrize(
    ("line", "town", "way"),
    [
        ("2 AVENUE DE L’ÉTÉ 06000 NICE", "NICE", "2 AVENUE DE L’ÉTÉ"),
        # A cedex replaces the code and the town in the line, not in the fields.
        ("2 AVENUE DE L’ÉTÉ 06203 NICE CEDEX 3", "NICE", "2 AVENUE DE L’ÉTÉ"),
        ("BP 12345 2 QUAI SUD 06203 NICE CEDEX 3", "NICE", "BP 12345 2 QUAI SUD"),
        ("1 RUE DE LA GARE BRUXELLES BELGIQUE", None, "1 RUE DE LA GARE BRUXELLES BELGIQUE"),
        ("06000 NICE", "NICE", None),
    ],
)
def test_the_way_is_what_stands_before_the_code(
    line: str, town: str | None, way: str | None
) -> None:
    found = parse(
        BRANCH, answer(unit(site(BRANCH, adresse=line, code_postal="06000", libelle_commune=town)))
    )
    assert found.adresse is not None
    assert found.adresse.voie == way
    assert found.adresse.ville == town


def test_a_range_of_numbers_and_a_post_box() -> None:
    siege = head_office(dernier_numero_voie="14", indice_repetition=None)
    siege |= {"complement_adresse": None, "distribution_speciale": "CS 20001"}
    found = parse(HEAD_OFFICE, answer(unit(siege=siege)))
    assert found.adresse == Place("12-14 RUE DES ESSAIS", "CS 20001", "75013", "PARIS")


def test_an_establishment_without_any_address() -> None:
    nowhere = dict.fromkeys(("adresse", "code_postal", "libelle_commune"))
    assert parse(BRANCH, answer(unit(site(BRANCH, **nowhere)))).adresse is None


def test_a_closed_establishment_of_an_open_company() -> None:
    closed = site(BRANCH, etat_administratif="F", date_fermeture="2026-03-01")
    found = parse(BRANCH, answer(unit(closed)))
    assert (found.state, found.open) == (State.CLOSED, False)
    assert found.closed_on == dt.date(2026, 3, 1)
    assert found.company_open is True
    # Its head office is another matter.
    assert parse(HEAD_OFFICE, answer(unit(closed))).open is True


def test_a_ceased_company_has_no_open_establishment() -> None:
    ceased = unit(site(BRANCH), etat_administratif="C", date_fermeture="2026-05-31")
    found = parse(BRANCH, answer(ceased))
    assert (found.open, found.company_open) == (False, False)
    assert found.closed_on == dt.date(2026, 5, 31)


@pytest.mark.parametrize("day", [None, "", "hier", "0000-00-00", "2026-13-01"])
def test_a_closing_without_a_readable_day_is_a_closing(day: str | None) -> None:
    found = parse(BRANCH, answer(unit(site(BRANCH, etat_administratif="F", date_fermeture=day))))
    assert (found.open, found.closed_on) == (False, None)


def test_a_date_time_gives_its_day() -> None:
    found = parse(
        BRANCH,
        answer(unit(site(BRANCH, etat_administratif="F", date_fermeture="2026-03-01T00:00:00"))),
    )
    assert found.closed_on == dt.date(2026, 3, 1)


def test_nobody() -> None:
    found = parse(HEAD_OFFICE, NOBODY)
    assert (found.state, found.open) == (State.NOT_FOUND, None)
    assert found == Company(HEAD_OFFICE, State.NOT_FOUND)


def test_among_several_results_only_the_one_with_that_number_counts() -> None:
    other = unit(
        site(OTHER, etat_administratif="F"),
        siege=head_office(OTHER),
        nom_raison_sociale="AUTRE",
        siren="356000000",
    )
    ours = unit(site(BRANCH), site("73282932000090", etat_administratif="F"))
    found = parse(BRANCH, answer(other, ours, other))
    assert found.raison_sociale == "LE FOURNIL D’ESSAI"
    assert found.open is True
    assert parse(BRANCH, answer(other)).state is State.NOT_FOUND


def test_a_company_without_a_known_head_office() -> None:
    assert parse(BRANCH, answer(unit(site(BRANCH), siege={}))).open is True


def test_a_sole_trader_is_named_by_the_full_name() -> None:
    alone = unit(site(BRANCH), nom_raison_sociale=None, nom_complet="ÉLOÏSE D’ESSAI")
    assert parse(BRANCH, answer(alone)).raison_sociale == "ÉLOÏSE D’ESSAI"


def test_the_trade_name_comes_after_the_signs() -> None:
    named = site(BRANCH, liste_enseignes=None, nom_commercial="AU BON PAIN D’ESSAI")
    assert parse(BRANCH, answer(unit(named))).enseigne == "AU BON PAIN D’ESSAI"


def test_what_the_holder_hides_is_absent_and_the_rest_is_kept() -> None:
    parts = ("adresse", "code_postal", "complement_adresse", "numero_voie", "type_voie")
    hidden: dict[str, Any] = dict.fromkeys(
        (*parts, "libelle_voie", "indice_repetition", "nom_commercial"), MASK
    )
    hidden |= {"liste_enseignes": [MASK, MASK], "statut_diffusion_etablissement": "P"}
    masked = unit(
        siege=head_office(**hidden),
        nom_complet=MASK,
        nom_raison_sociale=MASK,
        statut_diffusion="P",
    )
    found = parse(HEAD_OFFICE, answer(masked))
    assert found.masked
    assert found.open is True
    assert (found.raison_sociale, found.enseigne) == (None, None)
    assert found.adresse == Place(None, None, None, "PARIS")
    assert MASK not in repr(found)


def test_what_no_terminal_should_print_is_taken_out() -> None:
    wild = unit(site(BRANCH), nom_raison_sociale="A\x1b[31m\u202eB\nC\u0000  e\u0301")
    assert parse(BRANCH, answer(wild)).raison_sociale == "A [31m B C é"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"results": null}',
        b'{"results": {}}',
        b'{"results": [null]}',
        b'{"results": ["x"]}',
        b'{"erreur": "indisponible"}',
        OPEN[:-20],
        OPEN + b"x",
        OPEN.replace("À".encode(), b"\xff"),
        b"<html><body>Maintenance</body></html>",
        b'{"results": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        answer(unit(site(HEAD_OFFICE), siege=head_office(etat_administratif=None))),
        answer(unit(siege=head_office(etat_administratif="X"))),
        answer(unit(siege=head_office(est_siege="oui"))),
        answer(unit(siege=head_office(est_siege="true"))),
        answer(unit(siege=head_office(liste_idcc="0843"))),
        answer(unit(siege=head_office(liste_idcc=[843]))),
        answer(unit(siege=head_office(date_fermeture=20260301, etat_administratif="F"))),
        answer(unit(siege=head_office(adresse="X" * 601))),
        answer(unit(nom_complet=["x"])),
        answer(unit(etat_administratif=True)),
        answer(unit(siege="x")),
        answer(unit(matching_etablissements={})),
        answer(unit(matching_etablissements=["x"])),
    ],
)
def test_another_shape_says_nothing(body: bytes) -> None:
    with pytest.raises(Unavailable, match="autre chose"):
        parse(HEAD_OFFICE, body)


def test_a_fault_in_an_establishment_that_is_not_ours_changes_nothing() -> None:
    strange = {"siret": OTHER, "etat_administratif": 3}
    assert parse(BRANCH, answer(unit(strange, site(BRANCH)))).open is True


_LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from([MASK, HEAD_OFFICE, "A", "F", "C", "P", "", "2026-02-30", "x" * 700]),
    st.lists(st.integers() | st.text(max_size=3), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=3),
)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a tree."""
    if isinstance(value, dict):
        children = list(value.items())
    elif isinstance(value, list):
        children = list(enumerate(value))
    else:
        return []
    return [place for key, child in children for place in [(value, key), *_places(child)]]


@given(st.data())
def test_a_mutated_answer_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    tree = copy.deepcopy(json.loads(OPEN))
    for _ in range(data.draw(st.integers(1, 4))):
        container, key = data.draw(st.sampled_from(_places(tree)))
        if data.draw(st.booleans()) and isinstance(container, dict):
            container.pop(key, None)
        elif isinstance(container, dict) or key < len(container):
            container[key] = data.draw(_LEAVES)
    body = json.dumps(tree).encode()
    try:
        company = parse(HEAD_OFFICE, body)
    except Unavailable:
        return
    assert company.siret == HEAD_OFFICE
    assert company.state in State


@given(st.integers(0, len(OPEN) - 1), st.binary(max_size=6))
def test_torn_bytes_are_read_or_refused_and_nothing_else(place: int, torn: bytes) -> None:
    body = OPEN[:place] + torn + OPEN[place + len(torn) :]
    try:
        company = parse(HEAD_OFFICE, body)
    except Unavailable:
        return
    assert company.siret == HEAD_OFFICE
