"""A signer hands over to somebody else of their party, from their own pages."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest

from docgen.actions.delegation import Delegate, delegate
from docgen.actions.desk import SigningDesk
from docgen.actions.enter import HandedOver
from docgen.actions.on_site import open_on_site
from docgen.actions.ports import Ports
from docgen.actions.sweep import sweep
from docgen.errors import InvalidData, NotFound, Refused
from docgen.journal import EventType
from docgen.settings import Settings
from tests.actions.test_ways import agreement, events, texts, token_in, without_email
from tests.ceremonies import VISITOR, issued, sign, sit, tokens
from tests.databases import on_sqlite
from tests.samples import NOW, PARTENARIAT, PMSMP, changed

pytestmark = pytest.mark.slow

LATER = NOW + timedelta(hours=1)
INES = Delegate("Inès Roche", "directrice adjointe", "ines.roche@exemple.fr")
COMPANY = "gerant@dupont.example.org"


def visit(ports: Ports, settings: Settings, to: str = COMPANY) -> str:
    return sit(ports, tokens(settings.home / "mail")[to], NOW)


def test_a_signer_hands_over_and_their_own_link_and_visit_are_dead_at_once(
    ports: Ports, settings: Settings
) -> None:
    reference = issued(ports, PARTENARIAT, NOW)
    mail, desk = settings.home / "mail", SigningDesk(ports)
    old = tokens(mail)[COMPANY]
    secret, other_tab = sit(ports, old, NOW), sit(ports, old, NOW)
    desk.send_code(secret, NOW)
    desk.delegate(secret, INES, LATER)
    for dead in (
        lambda: desk.ceremony(secret, LATER),
        lambda: desk.ceremony(other_tab, LATER),
        lambda: desk.invitation(old, LATER),
        lambda: sit(ports, old, LATER),
        lambda: desk.send_code(secret, LATER),
        lambda: desk.sign(secret, "123456", "Jean Dupont", True, LATER, *VISITOR),
        lambda: desk.decline(other_tab, "non", LATER, *VISITOR),
        # A second click, another tab: the first one counted.
        lambda: desk.delegate(other_tab, INES, LATER),
    ):
        with pytest.raises(HandedOver, match="confiée à une autre personne"):
            dead()
    assert len(events(ports, reference, EventType.DELEGATED)) == 1
    assert sweep(ports, LATER).failures == []
    sign(ports, mail, INES.courriel, tokens(mail)[INES.courriel], LATER)
    signer = agreement(ports, reference).signers[0]
    assert (signer.name, signer.capacity) == ("Inès Roche", "directrice adjointe")
    assert (signer.principal, signer.signed_at) == ("Jean Dupont", LATER)
    handed = events(ports, reference, EventType.DELEGATED)[0]
    assert handed.actor == "signer"
    assert handed.data["to"] == "i…e@exemple.fr"


@on_sqlite
def test_the_organisation_is_told_who_signs_instead(ports: Ports, settings: Settings) -> None:
    issued(ports, PARTENARIAT, NOW)
    SigningDesk(ports).delegate(visit(ports, settings), INES, LATER)
    assert sweep(ports, LATER).failures == []
    told = [
        mail
        for path in (settings.home / "mail").glob("*.eml")
        if "confiée"
        in str((mail := message_from_bytes(path.read_bytes(), policy=policy.default))["Subject"])
    ]
    assert [str(mail["To"]) for mail in told] == ["samira@fournil.example.org"]
    body = told[0].get_body(("plain",))
    assert body is not None
    text = str(body.get_content())
    assert "Jean Dupont a confié sa signature à Inès Roche, directrice adjointe" in text
    # The organisation never sees the new link.
    assert "/s/" not in text


@on_sqlite
def test_looking_at_who_would_sign_changes_nothing(ports: Ports, settings: Settings) -> None:
    reference = issued(ports, PARTENARIAT, NOW)
    desk, secret = SigningDesk(ports), visit(ports, settings)
    seen = desk.look_at_delegate(
        secret, Delegate(" Inès  Roche ", "adjointe", "INES@exemple.fr"), NOW
    )
    assert seen == Delegate("Inès Roche", "adjointe", "ines@exemple.fr")
    assert desk.ceremony(secret, NOW).etat == "a_signer"
    signer = agreement(ports, reference).signers[0]
    assert (signer.name, signer.principal) == ("Jean Dupont", None)
    assert events(ports, reference, EventType.DELEGATED) == []


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"nom_complet": " "}, "nom"),
        ({"qualite": ""}, "qualite"),
        ({"courriel": ""}, "courriel"),
        ({"courriel": "pas une adresse"}, "courriel"),
        ({"courriel": COMPANY}, "courriel"),
        ({"courriel": "direction@fournil.example.org"}, "courriel"),
    ],
)
def test_what_lacks_or_is_wrong_is_said_on_its_field(
    ports: Ports, settings: Settings, changes: dict[str, Any], field: str
) -> None:
    reference = issued(ports, PARTENARIAT, NOW)
    desk, secret = SigningDesk(ports), visit(ports, settings)
    to = Delegate(**{**INES.__dict__, **changes})
    for ask in (desk.look_at_delegate, desk.delegate):
        with pytest.raises(InvalidData) as refused:
            ask(secret, to, NOW)
        assert refused.value.findings[0].field == field
    assert agreement(ports, reference).signers[0].name == "Jean Dupont"
    assert desk.ceremony(secret, NOW).etat == "a_signer"


@on_sqlite
def test_a_person_who_signs_for_themselves_is_told_why_nobody_can(
    ports: Ports, settings: Settings
) -> None:
    issued(ports, PMSMP, NOW)
    desk, secret = SigningDesk(ports), visit(ports, settings, "fatou@example.org")
    reason = desk.ceremony(secret, NOW).non_confiable
    assert "en votre propre nom" in reason
    with pytest.raises(Refused, match=reason[:30]):
        desk.delegate(secret, INES, NOW)


@on_sqlite
def test_who_signs_on_site_says_it_to_the_person_there(ports: Ports) -> None:
    reference = issued(ports, PARTENARIAT, NOW)
    link = open_on_site(ports, reference, 1, "Awa Ndiaye", "connu", NOW)
    desk, secret = SigningDesk(ports), sit(ports, token_in(link), NOW)
    assert "sur place" in desk.ceremony(secret, NOW).non_confiable
    with pytest.raises(Refused, match="sur place"):
        desk.delegate(secret, INES, NOW)


@on_sqlite
def test_who_was_handed_a_signature_does_not_hand_it_on(ports: Ports, settings: Settings) -> None:
    reference = issued(ports, PARTENARIAT, NOW)
    desk = SigningDesk(ports)
    desk.delegate(visit(ports, settings), INES, LATER)
    sweep(ports, LATER)
    secret = sit(ports, tokens(settings.home / "mail")[INES.courriel], LATER)
    assert "On vous a confié" in desk.ceremony(secret, LATER).non_confiable
    with pytest.raises(Refused, match="On vous a confié"):
        desk.delegate(secret, Delegate("Un Tiers", "stagiaire", "tiers@exemple.fr"), LATER)
    # The organisation may, and the document still names the first.
    delegate(ports, reference, 1, Delegate("Un Tiers", "gérant", "tiers@exemple.fr"), LATER)
    assert agreement(ports, reference).signers[0].principal == "Jean Dupont"


@on_sqlite
def test_who_has_signed_or_whose_agreement_is_over_hands_nothing_over(
    ports: Ports, settings: Settings
) -> None:
    issued(ports, PARTENARIAT, NOW)
    mail, desk = settings.home / "mail", SigningDesk(ports)
    sign(ports, mail, COMPANY, tokens(mail)[COMPANY], NOW)
    secret = sit(ports, tokens(mail)[COMPANY], NOW)
    with pytest.raises(Refused, match="déjà signé"):
        desk.delegate(secret, INES, NOW)
    other = sit(ports, tokens(mail)["direction@fournil.example.org"], NOW)
    desk.decline(other, "Plus d’accord.", NOW, *VISITOR)
    with pytest.raises(Refused):
        desk.delegate(other, INES, NOW)
    with pytest.raises(NotFound):
        desk.delegate("inconnu" * 5, INES, NOW)


@on_sqlite
def test_a_signer_by_sms_hands_over_to_somebody_with_an_address(
    ports: Ports, settings: Settings
) -> None:
    data = changed(
        PARTENARIAT,
        entreprise__representant__telephone="06 12 34 56 78",
        signatures={"moyens": {"entreprise": "sms"}},
    )
    reference = issued(ports, data, NOW)
    secret = sit(ports, token_in(texts(settings)[-1][1]), NOW)
    SigningDesk(ports).delegate(secret, INES, LATER)
    signer = agreement(ports, reference).signers[0]
    assert (signer.way, signer.email, signer.phone) == ("courriel", INES.courriel, None)


@on_sqlite
def test_whoever_was_vouched_for_on_site_is_not_who_signs_instead(ports: Ports) -> None:
    data = without_email()
    reference = issued(ports, data, NOW)
    rank = next(s.rank for s in agreement(ports, reference).signers if s.role == "entreprise")
    open_on_site(ports, reference, rank, "Awa Ndiaye", "connu", NOW)
    delegate(ports, reference, rank, Delegate("Inès Roche", "adjointe"), LATER)
    signer = next(s for s in agreement(ports, reference).signers if s.rank == rank)
    assert (signer.way, signer.witness, signer.identity_check) == ("sur_place", None, None)
