"""A signer's acts, one by one and all at once."""

from __future__ import annotations

import dataclasses
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from docgen.actions.desk import SigningDesk
from docgen.actions.follow import follow
from docgen.actions.officer import cancel, remind
from docgen.actions.ports import Ports
from docgen.actions.status import status
from docgen.actions.sweep import sweep
from docgen.cli.played_signer import links, mails, newest_code
from docgen.errors import DocgenError, InvalidData, NotFound, Refused, Unavailable
from docgen.journal import EventType
from docgen.records import queries
from docgen.settings import Settings
from tests.ceremonies import VISITOR, issued, sign, sign_all, sit, tokens
from tests.samples import NOW, PARTENARIAT, PMSMP, changed

pytestmark = pytest.mark.slow

COMPANY = "gerant@dupont.example.org"
DIRECTOR = "direction@fournil.example.org"
SOON = NOW + timedelta(minutes=5)


@pytest.fixture
def post(settings: Settings) -> Path:
    return settings.home / "mail"


@pytest.fixture
def reference(ports: Ports) -> str:
    return issued(ports, PARTENARIAT, NOW)


def events_of(ports: Ports, reference: str) -> list[EventType]:
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
        return [event.type for event in queries.events(session, row.id)]


def field_refused(error: InvalidData) -> set[str]:
    return {finding.field for finding in error.findings}


def test_a_link_read_by_a_scanner_opens_nothing(ports: Ports, reference: str, post: Path) -> None:
    token = tokens(post)[COMPANY]
    for _ in range(3):
        assert SigningDesk(ports).invitation(token, SOON).reference == reference
    assert EventType.OPENED not in events_of(ports, reference)


@pytest.mark.usefixtures("reference")
def test_a_wrong_code_costs_a_try_and_five_end_it(ports: Ports, post: Path) -> None:
    desk = SigningDesk(ports)
    secret = sit(ports, tokens(post)[COMPANY], SOON)
    desk.send_code(secret, SOON)
    right = newest_code(post, COMPANY)
    wrong = "000000" if right != "000000" else "000001"
    for left in (4, 3, 2, 1):
        with pytest.raises(InvalidData, match=f"il reste {left} essai"):
            desk.sign(secret, wrong, "Jean Dupont", True, SOON, *VISITOR)
    with pytest.raises(InvalidData):
        desk.sign(secret, wrong, "Jean Dupont", True, SOON, *VISITOR)
    with pytest.raises(InvalidData, match="trop d’essais"):
        desk.sign(secret, right, "Jean Dupont", True, SOON, *VISITOR)


def test_a_form_with_a_fault_spends_no_try_and_signs_nothing(
    ports: Ports, reference: str, post: Path
) -> None:
    desk = SigningDesk(ports)
    secret = sit(ports, tokens(post)[COMPANY], SOON)
    desk.send_code(secret, SOON)
    code = newest_code(post, COMPANY)
    with pytest.raises(InvalidData) as caught:
        desk.sign(secret, code, "Quelqu’un d’autre", False, SOON, *VISITOR)
    assert field_refused(caught.value) == {"consentement", "nom"}
    with pytest.raises(InvalidData) as caught:
        desk.sign(secret, "12", "Jean Dupont", True, SOON, *VISITOR)
    assert field_refused(caught.value) == {"code"}
    assert EventType.CODE_FAILED not in events_of(ports, reference)
    desk.sign(secret, f"{code[:3]} {code[3:]}", "dupont", True, SOON, *VISITOR)
    assert desk.ceremony(secret, SOON).etat == "signe"


@pytest.mark.usefixtures("reference")
def test_a_code_lives_ten_minutes_and_serves_once(ports: Ports, post: Path) -> None:
    desk = SigningDesk(ports)
    secret = sit(ports, tokens(post)[COMPANY], SOON)
    desk.send_code(secret, SOON)
    late = SOON + timedelta(minutes=10)
    with pytest.raises(InvalidData, match="expiré"):
        desk.sign(secret, newest_code(post, COMPANY), "Jean Dupont", True, late, *VISITOR)
    elsewhere = sit(ports, tokens(post)[COMPANY], SOON)
    # What the page of another visit shows is what `sign` will hold.
    assert desk.ceremony(secret, SOON).code_envoye_le == SOON
    assert desk.ceremony(elsewhere, SOON).code_envoye_le is None
    with pytest.raises(InvalidData, match="aucun code"):
        desk.sign(elsewhere, newest_code(post, COMPANY), "Jean Dupont", True, SOON, *VISITOR)


@pytest.mark.usefixtures("reference")
def test_the_fourth_code_in_a_quarter_of_an_hour_is_refused(ports: Ports, post: Path) -> None:
    desk = SigningDesk(ports)
    secret = sit(ports, tokens(post)[COMPANY], SOON)
    for _ in range(3):
        desk.send_code(secret, SOON)
    with pytest.raises(Refused, match="15 minutes"):
        desk.send_code(secret, SOON)
    desk.send_code(secret, SOON + timedelta(minutes=16))


def test_a_director_signs_a_pile_of_agreements_in_one_sitting(ports: Ports, post: Path) -> None:
    references = {
        issued(ports, changed(PARTENARIAT, referents__organisation__nom=f"Benali-{letter}"), NOW)
        for letter in "ABCDE"
    }
    assert len(references) == 5
    for to, _, link in links(post):
        if to == DIRECTOR:
            sign(ports, post, to, link.rsplit("/", 1)[1], SOON)
    assert [row.signed for row in status(ports)] == [1, 1, 1, 1, 1]


def test_a_code_that_could_not_be_mailed_does_not_count(
    ports: Ports, reference: str, post: Path
) -> None:
    def refuses(*_: object) -> None:
        raise Unavailable("Le serveur de courriel ne répond pas.")

    cut = SigningDesk(dataclasses.replace(ports, post=refuses))
    secret = sit(ports, tokens(post)[COMPANY], SOON)
    for _ in range(5):
        with pytest.raises(Unavailable):
            cut.send_code(secret, SOON)
    assert EventType.CODE_SENT not in events_of(ports, reference)
    SigningDesk(ports).send_code(secret, SOON)


def test_a_refusal_ends_it_and_tells_everyone_but_keeps_the_reason_among_us(
    ports: Ports, reference: str, post: Path
) -> None:
    desk = SigningDesk(ports)
    secret = sit(ports, tokens(post)[COMPANY], SOON)
    with pytest.raises(InvalidData):
        desk.decline(secret, "   ", SOON, *VISITOR)
    desk.decline(secret, "Le nombre de stages est faux.", SOON, *VISITOR)
    desk.decline(secret, "Encore.", SOON, *VISITOR)
    sweep(ports, SOON)
    assert status(ports, reference)[0].status == "refuse"
    told = {mail.to: mail.text for mail in mails(post) if "refus" in mail.text}
    assert "Le nombre de stages est faux." in told["samira@fournil.example.org"]
    assert "Le nombre de stages est faux." not in told[DIRECTOR]
    assert desk.ceremony(secret, SOON).etat == "refuse"
    other = sit(ports, tokens(post)[DIRECTOR], SOON)
    assert desk.ceremony(other, SOON).etat == "clos"
    with pytest.raises(Refused):
        desk.send_code(other, SOON)


def test_a_reminder_replaces_the_link(ports: Ports, reference: str, post: Path) -> None:
    old = tokens(post)[COMPANY]
    assert remind(ports, reference, SOON) == 2
    sweep(ports, SOON)
    new = tokens(post)[COMPANY]
    assert new != old
    with pytest.raises(Refused, match="remplacé"):
        sit(ports, old, SOON)
    with pytest.raises(Refused, match="déjà partie"):
        remind(ports, reference, SOON)
    with pytest.raises(NotFound):
        sit(ports, new[:-1] + ("A" if new[-1] != "A" else "B"), SOON)
    sign(ports, post, COMPANY, new, SOON)


def test_the_old_link_serves_until_the_new_one_has_left(
    ports: Ports, reference: str, post: Path
) -> None:
    old = tokens(post)[COMPANY]

    def refuse(*_: object) -> None:
        raise Unavailable("Le serveur de courriel ne répond pas.")

    assert remind(ports, reference, SOON) == 2
    sweep(dataclasses.replace(ports, post=refuse), SOON)
    assert sit(ports, old, SOON)
    later = SOON + timedelta(minutes=5)
    sweep(ports, later)
    with pytest.raises(Refused, match="remplacé"):
        sit(ports, old, later)
    assert sit(ports, tokens(post)[COMPANY], later)


def test_an_agreement_nobody_signs_expires_and_one_that_is_cancelled_says_so(
    ports: Ports, reference: str, post: Path
) -> None:
    other = issued(ports, PMSMP, NOW)
    cancel(ports, other, "Le stage est reporté.", SOON)
    late = NOW + timedelta(days=31)
    follow(ports, late)
    assert [row.status for row in status(ports)] == ["expire", "annule"]
    with pytest.raises(Refused, match="plus valable"):
        sit(ports, tokens(post)[COMPANY], late)
    texts = " ".join(mail.subject for mail in mails(post))
    assert reference in texts
    assert other in texts
    with pytest.raises(Refused):
        cancel(ports, reference, "Trop tard.", late)


def test_a_seal_that_cannot_be_made_now_keeps_the_signature_and_is_made_later(
    ports: Ports, reference: str, post: Path
) -> None:
    class NoTimestamp:
        timestamp_label = "aucune"

        def seal(self, *_: object, **__: object) -> bytes:
            raise Unavailable("L’autorité d’horodatage ne répond pas.")

    cut = dataclasses.replace(ports, sealer=NoTimestamp())  # type: ignore[arg-type]
    for to, token in tokens(post).items():
        sign(cut, post, to, token, SOON)
    row = status(ports, reference)[0]
    assert (row.status, row.signed) == ("signe", 2)
    assert "horodatage" in row.problem
    with ports.database.read() as session:
        agreement = queries.agreement_by_reference(session, reference)
        assert agreement.current_sha256 == agreement.frozen_sha256
    sweep(ports, SOON)
    assert status(ports, reference)[0].status == "archive"


def test_thirty_two_last_signers_at_once_make_one_seal_each_and_one_completion(
    ports: Ports, reference: str, post: Path
) -> None:
    desk = SigningDesk(ports)
    seats = []
    for to, token in tokens(post).items():
        secret = sit(ports, token, SOON)
        desk.send_code(secret, SOON)
        name = desk.ceremony(secret, SOON).nom_complet
        seats += [(secret, newest_code(post, to), name)] * 16
    ready = threading.Barrier(len(seats))
    refused: list[DocgenError] = []

    def act(secret: str, code: str, name: str) -> None:
        ready.wait()
        try:
            desk.sign(secret, code, name, True, SOON, *VISITOR)
        except DocgenError as error:
            refused.append(error)

    threads = [threading.Thread(target=act, args=seat) for seat in seats]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sweep(ports, SOON)
    events = events_of(ports, reference)
    assert refused == []
    assert [events.count(EventType.SIGNED), events.count(EventType.SEALED)] == [2, 2]
    assert [events.count(EventType.COMPLETED), events.count(EventType.ARCHIVED)] == [1, 1]


def test_what_a_signer_reads_is_what_was_frozen(ports: Ports, reference: str, post: Path) -> None:
    desk = SigningDesk(ports)
    secret = sit(ports, tokens(post)[COMPANY], SOON)
    pages = desk.ceremony(secret, SOON).pages
    assert reference in desk.page_texts(secret, SOON)[0]
    assert desk.page_image(secret, pages, SOON).startswith(b"\x89PNG")
    for page in (0, pages + 1):
        with pytest.raises(NotFound):
            desk.page_image(secret, page, SOON)
    name, content = desk.document(secret, SOON)
    assert name == f"{reference}.pdf"
    assert content.startswith(b"%PDF-")
    sign_all(ports, post, SOON)
    assert len(desk.document(secret, SOON)[1]) > len(content)


@pytest.mark.usefixtures("reference")
def test_a_visit_ends_after_two_hours(ports: Ports, post: Path) -> None:
    secret = sit(ports, tokens(post)[COMPANY], NOW)
    with pytest.raises(NotFound):
        SigningDesk(ports).ceremony(secret, NOW + timedelta(hours=2))
