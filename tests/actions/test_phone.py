"""On site, from the organisation's screen to the signer's own telephone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from docgen.actions.desk import SigningDesk
from docgen.actions.enter import OnPhone
from docgen.actions.evidence_facts import signature_facts
from docgen.actions.on_site import LINK_LIFE, open_on_site
from docgen.actions.ports import Ports
from docgen.actions.sweep import sweep
from docgen.errors import NotFound, Refused
from docgen.journal import EventType
from docgen.records import tables
from docgen.settings import Settings
from docgen.signing.links import token_from, token_hash
from tests.actions.test_ways import agreement, events, token_in, without_email
from tests.ceremonies import VISITOR, issued, sign_all, sit, tokens
from tests.databases import on_sqlite
from tests.samples import NOW, PMSMP

pytestmark = pytest.mark.slow

LATER = NOW + timedelta(minutes=5)


def on_screen(ports: Ports) -> tuple[str, str]:
    """(reference, the secret of the screen's visit)."""
    reference = issued(ports, without_email(), NOW)
    link = open_on_site(ports, reference, 1, "Awa Ndiaye", "connu", NOW)
    return reference, sit(ports, token_in(link), NOW)


def test_the_telephone_signs_and_the_screen_can_t_any_more(
    ports: Ports, settings: Settings
) -> None:
    reference, screen = on_screen(ports)
    desk = SigningDesk(ports)
    name = desk.ceremony(screen, NOW).nom_complet
    desk.move_to_phone(screen, LATER)
    for dead in (
        lambda: desk.ceremony(screen, LATER),
        lambda: desk.sign(screen, "", name, True, LATER, *VISITOR),
        lambda: desk.decline(screen, "non", LATER, *VISITOR),
        lambda: desk.move_to_phone(screen, LATER),
    ):
        with pytest.raises(OnPhone):
            dead()
    token = token_from(screen, "telephone")
    phone = sit(ports, token, LATER)
    assert desk.ceremony(phone, LATER).sur_place
    desk.sign(phone, "", name, True, LATER, *VISITOR)
    assert agreement(ports, reference).signers[0].signed_at == LATER
    (moved,) = events(ports, reference, EventType.MOVED)
    assert moved.actor == "signer"
    (signed,) = events(ports, reference, EventType.SIGNED)
    assert signed.data["screen"] == "telephone"
    sign_all(ports, settings.home / "mail", LATER)
    assert sweep(ports, LATER).failures == []
    row = agreement(ports, reference)
    told = signature_facts(row.signers[0], events(ports, reference, *EventType), [], "")
    facts = {fact.libelle: fact.valeur for fact in told.faits}
    assert "un téléphone, par un code QR" in facts["Écran"]
    assert facts["Identité attestée par"] == "Awa Ndiaye"


@on_sqlite
def test_the_screen_alone_is_told_as_the_organisation_s(ports: Ports) -> None:
    reference, screen = on_screen(ports)
    desk = SigningDesk(ports)
    desk.sign(screen, "", desk.ceremony(screen, NOW).nom_complet, True, NOW, *VISITOR)
    (signed,) = events(ports, reference, EventType.SIGNED)
    assert signed.data["screen"] == "organisation"


@on_sqlite
def test_the_link_of_the_code_is_kept_as_a_hash_and_lives_half_an_hour(ports: Ports) -> None:
    _, screen = on_screen(ports)
    SigningDesk(ports).move_to_phone(screen, LATER)
    token = token_from(screen, "telephone")
    with ports.database.read() as session:
        link = session.get(tables.Link, token_hash(token))
        assert link is not None
        assert link.expires_at == LATER + LINK_LIFE
    with pytest.raises(Refused, match="plus valable"):
        sit(ports, token, LATER + LINK_LIFE)
    # Opened again by the organisation, the code leads nowhere.
    other = token_from(screen, "autre chose")
    with pytest.raises(NotFound):
        sit(ports, other, LATER)


@on_sqlite
def test_the_organisation_opens_the_screen_again_and_the_code_dies(ports: Ports) -> None:
    reference, screen = on_screen(ports)
    SigningDesk(ports).move_to_phone(screen, LATER)
    link = open_on_site(ports, reference, 1, "Awa Ndiaye", "connu", LATER)
    with pytest.raises(Refused, match="remplacé"):
        sit(ports, token_from(screen, "telephone"), LATER)
    again = sit(ports, token_in(link), LATER)
    desk = SigningDesk(ports)
    desk.sign(again, "", desk.ceremony(again, LATER).nom_complet, True, LATER, *VISITOR)
    (signed,) = events(ports, reference, EventType.SIGNED)
    assert signed.data["screen"] == "organisation"


@on_sqlite
def test_a_signer_by_mail_has_a_telephone_for_that(ports: Ports, settings: Settings) -> None:
    reference = issued(ports, PMSMP, NOW)
    email = agreement(ports, reference).signers[0].email
    visit = sit(ports, tokens(settings.home / "mail")[email], NOW)
    with pytest.raises(Refused, match="votre propre lien"):
        SigningDesk(ports).move_to_phone(visit, NOW)
    assert SigningDesk(ports).ceremony(visit, NOW).etat == "a_signer"
