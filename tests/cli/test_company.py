"""docgen company: what it says of a SIRET, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Docgen
from tests.directory.register import (
    BRANCH,
    HEAD_OFFICE,
    NOBODY,
    Register,
    Reply,
    answer,
    running_register,
    site,
    unit,
)

CLOSED = site(BRANCH, etat_administratif="F", date_fermeture="2026-03-01")


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Iterator[Register]:
    with running_register() as running:
        monkeypatch.setenv("DOCGEN_DIRECTORY_URL", running.url)
        yield running


def test_an_open_establishment(docgen: Docgen, register: Register, home: Path) -> None:
    said = docgen("company", "732 829 320 00074")
    assert said.code == 0
    assert "LE FOURNIL D’ESSAI (enseigne : L’ŒUF À LA COQUE)" in said.out
    assert "BATIMENT B, 12 B RUE DES ESSAIS, 75013 PARIS" in said.out
    assert "10.71C" in said.out
    assert "0843, 1979" in said.out
    assert "Ouvert depuis le 29/04/2014." in said.out
    # The next command finds it at home.
    assert docgen("company", HEAD_OFFICE, "--json").json == {
        "siret": HEAD_OFFICE,
        "state": "open",
        "open": True,
        "raison_sociale": "LE FOURNIL D’ESSAI",
        "enseigne": "L’ŒUF À LA COQUE",
        "adresse": {
            "voie": "12 B RUE DES ESSAIS",
            "complement": "BATIMENT B",
            "code_postal": "75013",
            "ville": "PARIS",
        },
        "naf": "10.71C",
        "idcc": ["0843", "1979"],
        "head_office": True,
        "company_open": True,
        "opened_on": "2014-04-29",
        "closed_on": None,
        "masked": False,
    }
    assert len(register.asked) == 1
    assert [path.name for path in (home / "annuaire").iterdir()] == [f"{HEAD_OFFICE}.json"]


def test_closed_is_an_answer(docgen: Docgen, register: Register) -> None:
    register.says(answer(unit(CLOSED)))
    said = docgen("company", BRANCH)
    assert said.code == 0
    assert "Fermé depuis le 01/03/2026." in said.out
    told = docgen("company", BRANCH, "--json")
    assert told.code == 0
    assert (told.json["open"], told.json["closed_on"]) == (False, "2026-03-01")


def test_a_ceased_company(docgen: Docgen, register: Register) -> None:
    register.says(answer(unit(CLOSED, etat_administratif="C")))
    assert "l’entreprise a cessé" in docgen("company", BRANCH).out


def test_a_masked_company(docgen: Docgen, register: Register) -> None:
    register.says(
        answer(
            unit(
                site(BRANCH, adresse="[NON-DIFFUSIBLE]", code_postal="[NON-DIFFUSIBLE]"),
                nom_complet="[NON-DIFFUSIBLE]",
                nom_raison_sociale="[NON-DIFFUSIBLE]",
                statut_diffusion="P",
            )
        )
    )
    said = docgen("company", BRANCH)
    assert said.code == 0
    assert "Nom non diffusé" in said.out
    assert "Diffusion partielle" in said.out
    assert "NON-DIFFUSIBLE" not in said.out


def test_nobody_has_that_number(docgen: Docgen, register: Register) -> None:
    register.says(NOBODY)
    said = docgen("company", HEAD_OFFICE)
    assert said.code == 3
    assert "introuvable" in said.err
    told = docgen("company", HEAD_OFFICE, "--json")
    assert told.code == 3
    assert (told.json["state"], told.json["open"]) == ("not_found", None)


def test_a_number_that_is_no_siret(docgen: Docgen, register: Register) -> None:
    said = docgen("company", "73282932000079")
    assert said.code == 2
    assert "clé de contrôle" in said.err
    assert register.asked == []


def test_a_directory_that_does_not_answer(docgen: Docgen, register: Register) -> None:
    register.says(Reply(b"", 404))
    said = docgen("company", HEAD_OFFICE)
    assert said.code == 6
    assert "HTTP 404" in said.err


def test_no_directory_at_all(docgen: Docgen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCGEN_DIRECTORY_URL", "")
    said = docgen("company", HEAD_OFFICE)
    assert said.code == 6
    assert "DOCGEN_DIRECTORY_URL" in said.err
    monkeypatch.setenv("DOCGEN_DIRECTORY_URL", "ailleurs")
    assert docgen("company", HEAD_OFFICE).code == 2
