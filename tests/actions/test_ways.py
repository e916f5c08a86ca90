"""Every way to sign, and what can be changed of a signer until they have signed."""

from __future__ import annotations

import datetime as dt
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from docgen.actions.delegation import Delegate, delegate
from docgen.actions.desk import SigningDesk
from docgen.actions.evidence_facts import signature_facts
from docgen.actions.follow import follow
from docgen.actions.officer import cancel, remind
from docgen.actions.on_site import LINK_LIFE, open_on_site
from docgen.actions.ports import Ports
from docgen.actions.readdress import readdress
from docgen.actions.sweep import sweep
from docgen.actions.verify import verify
from docgen.actions.way_words import WORDS, stamp_lines
from docgen.errors import InvalidData, NotFound, Refused
from docgen.journal import Event, EventType
from docgen.records import queries, tables
from docgen.settings import Settings
from docgen.ways import Way
from tests.ceremonies import VISITOR, issued, sign, sign_all, sit, tokens
from tests.samples import NOW, PARTENARIAT, PMSMP, REMOVE, changed

pytestmark = pytest.mark.slow

LATER = NOW + timedelta(hours=1)
MOBILE = "06 12 34 56 78"


def agreement(ports: Ports, reference: str) -> tables.Agreement:
    with ports.database.read() as session:
        return queries.agreement_by_reference(session, reference)


def events(ports: Ports, reference: str, *kinds: EventType) -> list[Event]:
    with ports.database.read() as session:
        found = queries.events(session, agreement(ports, reference).id)
    return [event for event in found if event.type in kinds]


def without_email(**beneficiary: object) -> dict[str, Any]:
    given = {f"beneficiaire__{name}": value for name, value in beneficiary.items()}
    return changed(PMSMP, beneficiaire__courriel=REMOVE, **given)


def texts(settings: Settings) -> list[tuple[str, str]]:
    """(number, text) of the SMS, oldest first."""
    found = sorted((settings.home / "sms").glob("*.txt"))
    return [tuple(path.read_text().split("\n", 1)) for path in found]  # type: ignore[misc]


def token_in(text: str) -> str:
    return text.split("/s/", 1)[1].split(maxsplit=1)[0]


# --- in turn


def test_one_after_the_other_each_is_asked_when_the_one_before_has_signed(
    ports: Ports, settings: Settings
) -> None:
    data = changed(PARTENARIAT, signatures={"ordre": "sequentiel"})
    reference = issued(ports, data, NOW)
    mail = settings.home / "mail"
    first, second = agreement(ports, reference).signers
    assert set(tokens(mail)) == {first.email}
    sweep(ports, NOW)
    assert set(tokens(mail)) == {first.email}
    sign(ports, mail, first.email, tokens(mail)[first.email], LATER)
    sweep(ports, LATER)
    sweep(ports, LATER)
    assert set(tokens(mail)) == {first.email, second.email}
    invited = events(ports, reference, EventType.INVITED)
    assert [event.data["signer"] for event in invited] == [first.id, second.id]
    sign(ports, mail, second.email, tokens(mail)[second.email], LATER)
    assert sweep(ports, LATER).failures == []
    assert agreement(ports, reference).status == "archive"


def test_who_opens_a_link_before_their_turn_can_t_sign_yet(
    ports: Ports, settings: Settings
) -> None:
    data = changed(PARTENARIAT, signatures={"ordre": "sequentiel"})
    reference = issued(ports, data, NOW)
    with pytest.raises(Refused, match="pas encore le tour"):
        open_on_site(ports, reference, 2, "Awa Ndiaye", "connu", NOW)


# --- SMS


def test_a_person_with_a_telephone_alone_signs_by_sms(ports: Ports, settings: Settings) -> None:
    data = changed(without_email(telephone=MOBILE), signatures={"moyens": {"beneficiaire": "sms"}})
    reference = issued(ports, data, NOW)
    ((number, text),) = texts(settings)
    assert number == "+33612345678"
    assert f"signer {reference} : http" in text
    desk, secret = SigningDesk(ports), sit(ports, token_in(text), LATER)
    shown = desk.ceremony(secret, LATER)
    assert "code reçu par SMS" in shown.consentement
    assert shown.adresse_masquee == "+33 … 78"
    desk.send_code(secret, LATER)
    number, text = texts(settings)[-1]
    assert number == "+33612345678"
    desk.sign(secret, text[:6], shown.nom_complet, True, LATER, *VISITOR)
    sent = events(ports, reference, EventType.CODE_SENT)[0]
    assert (sent.data["channel"], sent.data["to"]) == ("sms", "+33 … 78")
    assert events(ports, reference, EventType.SIGNED)[0].data["way"] == "sms"
    row, signed = agreement(ports, reference), events(ports, reference, EventType.SIGNED)[0]
    assert stamp_lines(row, row.signers[0], signed)[3].startswith("code confirmé par SMS")


def test_a_cancelled_agreement_is_told_by_sms_too(ports: Ports, settings: Settings) -> None:
    data = changed(without_email(telephone=MOBILE), signatures={"moyens": {"beneficiaire": "sms"}})
    reference = issued(ports, data, NOW)
    cancel(ports, reference, "Changement de dates.", LATER)
    assert sweep(ports, LATER).failures == []
    assert f"{reference} est annulé" in texts(settings)[-1][1]


# --- on site


def test_a_person_without_any_address_signs_on_site_and_the_proof_says_who_was_there(
    ports: Ports, settings: Settings
) -> None:
    reference = issued(ports, without_email(), NOW)
    mail = settings.home / "mail"
    assert len(tokens(mail)) == 2
    link = open_on_site(ports, reference, 1, "Awa Ndiaye", "piece", LATER, "carte de séjour")
    desk, secret = SigningDesk(ports), sit(ports, token_in(link), LATER)
    shown = desk.ceremony(secret, LATER)
    assert "devant un membre de l’organisation" in shown.consentement
    with pytest.raises(Refused):
        desk.send_code(secret, LATER)
    desk.sign(secret, "", shown.nom_complet, True, LATER, *VISITOR)
    sign_all(ports, mail, LATER)
    assert sweep(ports, LATER).failures == []
    row = agreement(ports, reference)
    assert row.status == "archive"
    assert verify(ports, reference, LATER).problems == ()
    kinds = tuple(EventType)
    facts = signature_facts(row.signers[0], events(ports, reference, *kinds), [], "")
    told = {fact.libelle: fact.valeur for fact in facts.faits}
    assert facts.moyen == WORDS[Way.SUR_PLACE].means
    assert told["Identité attestée par"] == "Awa Ndiaye"
    assert told["Identité connue"] == "pièce d’identité présentée, carte de séjour"
    assert "Codes" not in told
    # Nobody's name in the journal.
    assert "Awa" not in str([event.data for event in events(ports, reference, *kinds)])


def test_on_site_a_telephone_gets_a_code_all_the_same(ports: Ports, settings: Settings) -> None:
    reference = issued(ports, without_email(telephone=MOBILE), NOW)
    link = open_on_site(ports, reference, 1, "Awa Ndiaye", "connu", NOW)
    desk, secret = SigningDesk(ports), sit(ports, token_in(link), NOW)
    name = desk.ceremony(secret, NOW).nom_complet
    with pytest.raises(InvalidData):
        desk.sign(secret, "", name, True, NOW, *VISITOR)
    desk.send_code(secret, NOW)
    desk.sign(secret, texts(settings)[-1][1][:6], name, True, NOW, *VISITOR)
    assert agreement(ports, reference).signers[0].signed_at == NOW


def test_the_visit_on_site_lives_half_an_hour_and_ends_the_link_sent_before(
    ports: Ports, settings: Settings
) -> None:
    reference = issued(ports, PMSMP, NOW)
    signer = agreement(ports, reference).signers[0]
    sent = tokens(settings.home / "mail")[signer.email]
    link = open_on_site(ports, reference, 1, "Awa Ndiaye", "connu", LATER)
    with pytest.raises(Refused, match="remplacé"):
        sit(ports, sent, LATER)
    with pytest.raises(Refused, match="plus valable"):
        sit(ports, token_in(link), LATER + LINK_LIFE)
    with pytest.raises(InvalidData):
        open_on_site(ports, reference, 1, " ", "connu", LATER)
    with pytest.raises(NotFound):
        open_on_site(ports, reference, 9, "Awa Ndiaye", "connu", LATER)


# --- changes


def test_a_corrected_address_gets_a_new_link_and_the_old_one_dies(
    ports: Ports, settings: Settings
) -> None:
    reference = issued(ports, PARTENARIAT, NOW)
    mail, signer = settings.home / "mail", agreement(ports, reference).signers[0]
    old = tokens(mail)[signer.email]
    visit = sit(ports, old, NOW)
    SigningDesk(ports).send_code(visit, NOW)
    readdress(ports, reference, 1, LATER, email="Juste@Exemple.fr")
    for dead in (
        lambda: sit(ports, old, LATER),
        lambda: SigningDesk(ports).send_code(visit, LATER),
    ):
        with pytest.raises((Refused, NotFound)):
            dead()
    assert sweep(ports, LATER).failures == []
    found = tokens(mail)
    assert "juste@exemple.fr" in found
    sign(ports, mail, "juste@exemple.fr", found["juste@exemple.fr"], LATER)
    with pytest.raises(Refused, match="déjà signé"):
        readdress(ports, reference, 1, LATER, email="autre@exemple.fr")
    changed_to = events(ports, reference, EventType.READDRESSED)[0].data
    assert changed_to["to"] == "j…e@exemple.fr"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"email": "pas une adresse"}, "courriel"),
        ({"phone": "01 23 45 67 89"}, "telephone"),
        ({"phone": "12"}, "telephone"),
        ({"way": Way.SMS}, "telephone"),
        ({"way": Way.PRESTATAIRE}, "moyen"),
        ({"email": "direction@fournil.example.org"}, "courriel"),
    ],
)
def test_a_wrong_address_changes_nothing_and_names_its_field(
    ports: Ports, given: dict[str, Any], field: str
) -> None:
    reference = issued(ports, PARTENARIAT, NOW)
    before = agreement(ports, reference).signers[0].email
    with pytest.raises(InvalidData) as refused:
        readdress(ports, reference, 1, NOW, **given)
    assert refused.value.findings[0].field == field
    signer = agreement(ports, reference).signers[0]
    assert (signer.email, signer.way) == (before, "courriel")
    assert events(ports, reference, EventType.READDRESSED) == []


def test_the_same_address_again_changes_nothing(ports: Ports, settings: Settings) -> None:
    reference = issued(ports, PARTENARIAT, NOW)
    signer = agreement(ports, reference).signers[0]
    readdress(ports, reference, 1, LATER, email=signer.email.upper())
    sit(ports, tokens(settings.home / "mail")[signer.email], LATER)


def test_a_body_s_signer_hands_over_to_a_colleague_and_every_proof_says_so(
    ports: Ports, settings: Settings, tmp_path: Path
) -> None:
    reference = issued(ports, PARTENARIAT, NOW)
    mail, named = settings.home / "mail", agreement(ports, reference).signers[0]
    old = tokens(mail)[named.email]
    to = Delegate("Inès Roche", "directrice adjointe", "ines.roche@exemple.fr")
    delegate(ports, reference, 1, to, LATER)
    with pytest.raises(Refused):
        sit(ports, old, LATER)
    assert sweep(ports, LATER).failures == []
    for one in agreement(ports, reference).signers:
        sign(ports, mail, one.email, tokens(mail)[one.email], LATER)
    assert sweep(ports, LATER).failures == []
    row = agreement(ports, reference)
    signer = row.signers[0]
    assert (signer.name, signer.principal) == ("Inès Roche", named.name)
    signed = next(
        event
        for event in events(ports, reference, EventType.SIGNED)
        if event.data["signer"] == signer.id
    )
    assert stamp_lines(row, signer, signed)[1] == f"Inès Roche, par délégation de {named.name}"
    assert verify(ports, reference, LATER).problems == ()
    facts = signature_facts(signer, events(ports, reference, *EventType), [], "")
    assert named.name in {fact.valeur for fact in facts.faits}
    assert "Inès" not in str([event.data for event in events(ports, reference, *EventType)])


def test_nobody_signs_in_a_person_s_own_place(ports: Ports) -> None:
    reference = issued(ports, PMSMP, NOW)
    with pytest.raises(Refused, match="nom propre"):
        delegate(ports, reference, 1, Delegate("Un Autre", "ami", "ami@exemple.fr"), NOW)


@pytest.mark.parametrize(
    ("to", "field"),
    [
        (Delegate(" ", "adjointe", "a@exemple.fr"), "nom"),
        (Delegate("Inès Roche", "", "a@exemple.fr"), "qualite"),
        (Delegate("Inès Roche", "adjointe"), "courriel"),
        (Delegate("Inès Roche", "adjointe", "direction@fournil.example.org"), "courriel"),
    ],
)
def test_a_delegation_that_lacks_something_changes_nothing(
    ports: Ports, to: Delegate, field: str
) -> None:
    reference = issued(ports, PARTENARIAT, NOW)
    with pytest.raises(InvalidData) as refused:
        delegate(ports, reference, 1, to, NOW)
    assert refused.value.findings[0].field == field
    assert agreement(ports, reference).signers[0].principal is None


# --- reminders


def test_two_working_days_before_a_pmsmp_starts_each_who_has_a_link_is_called_once(
    ports: Ports, settings: Settings
) -> None:
    """Monday 30 November 2026: the call leaves on Thursday 26, and no other beside it."""
    data = changed(PMSMP, debut="2026-11-30", fin="2026-12-11")
    reference = issued(ports, data, dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC))

    def reminded_on(day: int) -> int:
        follow(ports, dt.datetime(2026, 11, day, 9, tzinfo=dt.UTC))
        return len(events(ports, reference, EventType.REMINDED))

    assert reminded_on(25) == 0
    assert reminded_on(26) == 3
    assert reminded_on(27) == 3
    assert reminded_on(29) == 3


def test_nobody_is_reminded_who_has_no_link(ports: Ports) -> None:
    ways = {"beneficiaire": "papier", "entreprise": "papier", "organisation": "sur_place"}
    reference = issued(ports, changed(PMSMP, signatures={"moyens": ways}), NOW)
    follow(ports, NOW + timedelta(days=8))
    assert events(ports, reference, EventType.INVITED, EventType.REMINDED) == []
    with pytest.raises(Refused, match="d’une autre façon"):
        remind(ports, reference, NOW)
