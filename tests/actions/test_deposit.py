"""Pages signed by hand, sent from a telephone: kept page by page, recorded by an officer."""

from __future__ import annotations

import dataclasses
import hashlib
import io
from datetime import timedelta
from email import message_from_bytes, policy

import pikepdf
import pytest
from PIL import Image

from docgen.actions.deposit import deposited, open_deposit, printable, put
from docgen.actions.handwritten import look, record
from docgen.actions.officer import cancel
from docgen.actions.ports import Ports
from docgen.actions.readdress import readdress
from docgen.actions.sweep import sweep
from docgen.documents.pages import page_count
from docgen.errors import NotFound, Refused
from docgen.journal import EventType
from docgen.lifecycle import WrongStatus
from docgen.records import queries, tables
from docgen.settings import Settings
from docgen.ways import Way
from tests.actions.test_handwritten import SEEN, printed
from tests.actions.test_ways import agreement, events
from tests.databases import on_sqlite
from tests.photographs import LOST, USUAL, photograph, scanned
from tests.samples import NOW, PARTENARIAT

pytestmark = pytest.mark.slow

LATER = NOW + timedelta(hours=1)


def token_of(address: str) -> str:
    return address.rpartition("/p/")[2]


def shot(page: Image.Image, number: int, how: object = USUAL) -> tuple[str, bytes]:
    turned = dataclasses.replace(how, turn=90 * number)  # type: ignore[type-var]
    return (f"IMG_{number}.jpg", photograph(page, turned, number))  # type: ignore[arg-type]


def test_page_by_page_from_a_telephone_then_an_officer_records_them(
    ports: Ports, settings: Settings
) -> None:
    paper = printed(ports)
    pages = paper.signed_by(1)
    token = token_of(open_deposit(ports, paper.reference, NOW))
    name, pdf = printable(ports, token, NOW)
    assert (name, page_count(pdf)) == (f"{paper.reference}-a-imprimer.pdf", 4)
    first = put(ports, token, [shot(pages[2], 2), shot(pages[0], 0)], LATER)
    assert [(one.holds, one.sentence) for one in first] == [
        ("oui", "Page 3 reçue."),
        ("oui", "Page 1 reçue."),
    ]
    so_far = deposited(ports, token, LATER)
    assert (so_far.found, so_far.missing, so_far.vides) == ((1, 3), (2, 4), ())
    blurred = put(ports, token, [("floue.jpg", photograph(pages[1], LOST, 1))], LATER)
    assert [(one.place, one.holds) for one in blurred] == [("« floue.jpg »", "non")]
    assert "floue ou trop sombre" in blurred[0].sentence
    assert {
        one.holds for one in put(ports, token, [shot(pages[1], 1), shot(pages[3], 3)], LATER)
    } == {"oui"}
    whole = deposited(ports, token, LATER)
    assert (whole.found, whole.missing, whole.vides) == ((1, 2, 3, 4), (), (2, 3))
    # Nothing is signed: the officer is told, looks, and records.
    assert agreement(ports, paper.reference).signers[0].signed_at is None
    assert sweep(ports, LATER).failures == []
    told = [
        str(mail["To"])
        for path in (settings.home / "mail").glob("*.eml")
        if "reçues"
        in str((mail := message_from_bytes(path.read_bytes(), policy=policy.default))["Subject"])
    ]
    assert told == ["samira@fournil.example.org"]
    looked = look(ports, paper.reference, None)
    assert (looked.found, looked.problems, looked.unsigned) == ((1, 2, 3, 4), (), (2, 3))
    kept = record(ports, paper.reference, None, [1], SEEN, LATER)
    assert (kept.ranks, kept.again) == ((1,), False)
    row = agreement(ports, paper.reference)
    assert (row.signers[0].signed_at, row.signers[0].route) == (LATER, Way.PAPIER)
    with ports.database.read() as session:
        assert queries.deposited_sheets(session, row.id) == []
        assert page_count(queries.content(session, kept.scan.sha256)) == 4
    sent = events(ports, paper.reference, EventType.DEPOSITED)
    assert [sorted(event.data["sheets"]) for event in sent] == [["1", "3"], ["2", "4"]]
    # The link still serves the other signers, and starts afresh.
    assert deposited(ports, token, LATER).found == ()


@on_sqlite
def test_the_same_page_again_changes_nothing_and_a_sharper_one_replaces_it(ports: Ports) -> None:
    paper = printed(ports)
    token = token_of(open_deposit(ports, paper.reference, NOW))
    poor = photograph(paper.pages[0], dataclasses.replace(USUAL, blur=1.2, quality=40), 1)
    put(ports, token, [("a.jpg", poor)], NOW)
    (again,) = put(ports, token, [("a.jpg", poor)], NOW)
    assert (again.holds, again.sentence) == ("info", "Page 1 : elle était déjà là, aussi nette.")
    assert len(events(ports, paper.reference, EventType.DEPOSITED)) == 1
    clear = scanned([paper.pages[0]])
    (better,) = put(ports, token, [("b.pdf", clear)], NOW)
    assert better.holds == "oui"
    with ports.database.read() as session:
        (sheet,) = queries.deposited_sheets(session, agreement(ports, paper.reference).id)
    # A file's name may be somebody's: it is not kept.
    assert "a.jpg" not in sheet.facts
    assert "b.pdf" not in sheet.facts
    held = events(ports, paper.reference, EventType.DEPOSITED)[-1].data["sheets"]
    assert held == {"1": hashlib.sha256(sheet.jpeg).hexdigest()}


@on_sqlite
def test_what_is_not_this_agreement_s_is_named_and_not_kept(ports: Ports) -> None:
    paper, other = printed(ports), printed(ports, PARTENARIAT)
    token = token_of(open_deposit(ports, paper.reference, NOW))
    page = other.pages[0]
    (foreign,) = put(ports, token, [shot(page, 0)], NOW)
    assert foreign.holds == "non"
    assert foreign.sentence.startswith(f"C’est la page 1 de {other.reference}")
    with_script = pikepdf.open(io.BytesIO(scanned([paper.pages[0]])))
    with_script.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    kept = io.BytesIO()
    with_script.save(kept)
    hostile = [
        ("script.pdf", kept.getvalue()),
        ("rien.jpg", b""),
        ("texte.txt", b"bonjour"),
        ("long.pdf", scanned([Image.new("RGB", (120, 170), "white")] * 300)),
    ]
    answers = {one.place: one.sentence for one in put(ports, token, hostile, NOW)}
    assert "JavaScript" in answers["« script.pdf »"]
    assert answers["« rien.jpg »"] == "Le fichier est vide."
    assert "ni un PDF, ni une image" in answers["« texte.txt »"]
    assert answers["« long.pdf »"].startswith("300 pages. Plus de 60 pages")
    assert deposited(ports, token, NOW).found == ()
    assert events(ports, paper.reference, EventType.DEPOSITED) == []


@on_sqlite
def test_a_link_for_one_signer_dies_with_their_signature(ports: Ports) -> None:
    paper = printed(ports)
    with pytest.raises(Refused, match="ne signe pas sur papier"):
        open_deposit(ports, paper.reference, NOW, 1)
    readdress(ports, paper.reference, 1, NOW, way=Way.PAPIER)
    token = token_of(open_deposit(ports, paper.reference, NOW, 1))
    everybody = token_of(open_deposit(ports, paper.reference, NOW))
    assert deposited(ports, token, NOW).nom_complet == "Fatou Diallo"
    assert deposited(ports, everybody, NOW).nom_complet == ""
    pages = [("scan.pdf", scanned(paper.signed_by(1)))]
    assert all(one.holds == "oui" for one in put(ports, token, pages, LATER))
    record(ports, paper.reference, None, [1], SEEN, LATER)
    with pytest.raises(Refused, match="est enregistrée"):
        put(ports, token, pages, LATER)
    assert deposited(ports, everybody, LATER).found == ()
    with pytest.raises(Refused, match="déjà signé"):
        open_deposit(ports, paper.reference, LATER, 1)


@on_sqlite
def test_a_dead_foreign_or_replaced_link_lets_nothing_in(ports: Ports) -> None:
    paper = printed(ports)
    first = token_of(open_deposit(ports, paper.reference, NOW))
    second = token_of(open_deposit(ports, paper.reference, NOW))
    with pytest.raises(Refused, match="remplacé"):
        put(ports, first, [shot(paper.pages[0], 0)], NOW)
    with pytest.raises(NotFound):
        put(ports, "x" * 43, [shot(paper.pages[0], 0)], NOW)
    with pytest.raises(Refused, match="plus valable"):
        put(ports, second, [shot(paper.pages[0], 0)], NOW + timedelta(days=15))
    with ports.database.read() as session:
        (row,) = [one for one in session.query(tables.Deposit) if one.revoked_at is None]
    # Only the token's hash is kept.
    assert row.token_hash == hashlib.sha256(second.encode()).hexdigest()
    cancel(ports, paper.reference, "Changement de dates.", LATER)
    with pytest.raises(WrongStatus):
        put(ports, second, [shot(paper.pages[0], 0)], LATER)
