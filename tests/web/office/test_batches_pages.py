"""Importing and sending many, from the office's pages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import pytest

from docgen.access import Role
from docgen.actions.batches import keeping
from docgen.actions.ports import Ports
from docgen.web.office.guarding import HOME
from tests.actions.batches.test_batches import BORN, FIRST, LAST, rows_of
from tests.ceremonies import issued
from tests.samples import NOW, PMSMP
from tests.web.conftest import words
from tests.web.office.conftest import Office, jeton_of, office_over

pytestmark = pytest.mark.slow

PAST = Path(__file__).parents[3] / "examples" / "reprise-exemple.xlsx"


def posted(
    client: httpx.Client, path: str, file: bytes | None = None, **form: str | list[str]
) -> httpx.Response:
    jeton = jeton_of(client.get(f"{HOME}/compte").text)
    files = {"classeur": ("mon classeur.xlsx", file)} if file is not None else None
    return client.post(f"{HOME}{path}", data={"jeton": jeton, **form}, files=files)


def ended(client: httpx.Client, place: str) -> str:
    """The page of a batch once it is over, told by its own stream."""
    with client.stream("GET", f"{place}/progres") as stream:
        told = [json.loads(line[5:]) for line in stream.iter_lines() if line.startswith("data:")]
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert told[-1]["fini"] is True
    return client.get(place).text


def test_a_workbook_is_tried_then_made_into_drafts_then_sent(ports: Ports) -> None:
    reference = issued(ports, PMSMP, NOW)
    book = rows_of(
        ("Nguyen", "Léa", BORN, "lea@example.org", None, FIRST, LAST, reference),
        ("Lopez", "Ana", BORN, "ana@example.org", None, FIRST, LAST, reference),
    )
    with office_over(ports) as up, up.browser(Role.COUNSELLOR) as client:
        assert "Reprendre le passé" not in client.get(f"{HOME}/importer").text
        assert client.get(f"{HOME}/importer/brouillons.xlsx").content[:2] == b"PK"
        assert posted(client, "/importer/reprise", PAST.read_bytes()).status_code == 403
        assert "n’est pas un classeur" in posted(client, "/importer/brouillons", b"%PDF-1.7").text
        assert posted(client, "/importer/brouillons", b"").status_code == 422
        place = posted(client, "/importer/brouillons", book).headers["location"]
        page = ended(client, place)
        assert "2 brouillons seraient faits." in words(page)
        assert posted(client, f"{place.removeprefix(HOME)}/brouillons").status_code == 303
        page = ended(client, place)
        assert "2 brouillons faits." in words(page)
        found = re.search(r'href="/bureau/envois\?groupe=([0-9a-f]{32})"', page)
        assert found
        chosen = client.get(f"{HOME}/envois?groupe={found[1]}").text
        assert "Léa Nguyen (par courriel, lea@example.org )" in words(chosen)
        ids = re.findall(r'name="brouillons" value="([0-9a-f]{32})" checked', chosen)
        assert len(ids) == 2
        assert posted(client, "/envois", groupe=found[1]).status_code == 422
        place = posted(client, "/envois", brouillons=ids).headers["location"]
        page = ended(client, place)
        assert "2 envoyés sur 2" in words(page)
        assert "PMSMP-2026-0003" in page
        # Sent: they are drafts no more, and once more is refused.
        assert ids[0] not in client.get(f"{HOME}/envois").text
        assert posted(client, "/envois", brouillons=ids).status_code == 303


def test_the_past_comes_in_by_the_page(ports: Ports) -> None:
    with office_over(ports) as up, up.browser(Role.OFFICER) as client:
        assert client.get(f"{HOME}/importer/reprise.xlsx").content[:2] == b"PK"
        place = posted(client, "/importer/reprise", PAST.read_bytes()).headers["location"]
        assert "30 accords seraient repris." in words(ended(client, place))
        assert posted(client, f"{place.removeprefix(HOME)}/accord").status_code == 303
        page = words(ended(client, place))
        assert "30 accords repris." in page
        assert "REPRIS-PMSMP-2023-0019" in page
        assert posted(client, f"{place.removeprefix(HOME)}/accord").status_code == 409
        wrong = PAST.read_bytes()[:2000] + b"\0" * 100
        place = posted(client, "/importer/reprise", wrong).headers["location"]
        assert "À corriger" in words(ended(client, place))


def test_a_page_opened_on_work_whose_worker_died_sets_it_going_again(ports: Ports) -> None:
    with office_over(ports) as up, up.browser(Role.OFFICER) as client:
        who = up.accounts[Role.OFFICER]
        batch = keeping.ask_to_read(ports, "reprise", "r.xlsx", PAST.read_bytes(), who, NOW)
        page = client.get(f"{HOME}/lots/{batch}").text
        assert 'http-equiv="refresh"' in page
        ended(client, f"{HOME}/lots/{batch}")
        assert keeping.opened(ports, batch).state == "essaye"
        assert posted(client, f"/lots/{batch}/arret").status_code == 303
        assert "Abandonné" in client.get(f"{HOME}/lots/{batch}").text


def test_what_does_not_exist_is_not_followed(standing: Office) -> None:
    with standing.browser(Role.OFFICER) as client:
        assert client.get(f"{HOME}/lots/{'0' * 32}/progres").status_code == 404
