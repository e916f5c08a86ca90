"""A signer's visit, page after page, as the browser gets it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from docgen.actions.ceremony import State
from docgen.errors import Broken, Refused, Unavailable
from tests.web.conftest import Running, jeton_of, words
from tests.web.memory_desk import BY_SMS, CODE, NAME, NOW, ON_SITE, PDF, TO_SIGN, TOKEN, closed

GOOD = {"code": CODE, "nom_saisi": NAME, "consentement": "oui"}


def test_reading_the_link_says_what_it_is_for_and_opens_nothing(
    site: Running, browser: httpx.Client
) -> None:
    answer = browser.get(f"/s/{TOKEN}")
    said = words(answer.text)
    assert answer.status_code == 200
    assert "Période de mise en situation en milieu professionnel" in said
    assert "24\u00a0décembre\u00a02026" in answer.text
    assert NAME in said
    assert "set-cookie" not in answer.headers
    assert TOKEN not in answer.text
    assert browser.head(f"/s/{TOKEN}").status_code == 200
    assert site.desk.acts == []


@pytest.mark.parametrize(
    ("etat", "heading"),
    [
        ("signe", "Vous avez signé ce document"),
        ("refuse", "Vous avez refusé de signer"),
        ("clos", "Ce document est fermé"),
    ],
)
def test_a_link_opened_again_does_not_ask_to_sign_what_is_settled(
    site: Running, browser: httpx.Client, etat: State, heading: str
) -> None:
    site.desk.state = replace(TO_SIGN, etat=etat)
    said = words(browser.get(f"/s/{TOKEN}").text)
    assert heading in said
    assert "Vous n’avez rien à signer." in said
    for asks in ("vous demande", "Vous pouvez signer", "Il vous faut"):
        assert asks not in said
    assert browser.post(f"/s/{TOKEN}").status_code == 303


def test_a_telephone_number_is_written_as_it_is_dialled_aloud(
    site: Running, browser: httpx.Client
) -> None:
    site.enter(browser)
    for path in ("/signature", "/signature/refuser"):
        page = browser.get(path).text
        assert 'href="tel:0123456789"' in page
        assert "01 23 45 67 89" in words(page)


def test_opening_the_link_takes_the_token_out_of_the_address(
    site: Running, browser: httpx.Client
) -> None:
    answer = browser.post(f"/s/{TOKEN}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/signature")
    assert site.desk.acts == [("enter", "127.0.0.1", browser.headers["user-agent"])]
    page = browser.get("/signature").text
    said = words(page)
    for step in ("Lire", "Donner mon accord", "Recevoir un code", "Signer"):
        assert step in said
    assert re.search(r'<strong id="nom-attendu"[^>]*>Awa N’Diaye-Diallo</strong>', page)
    assert "A signé le 23\u00a0novembre\u00a02026" in page
    assert "Pas encore signé" in said
    assert "Boulangerie Martin & Fils" in said


def test_every_page_has_its_picture_and_its_text(site: Running, browser: httpx.Client) -> None:
    site.enter(browser)
    page = browser.get("/signature").text
    pictures = re.findall(r"<img [^>]+>", page)
    assert len(pictures) == TO_SIGN.pages
    for number, picture in enumerate(pictures, 1):
        assert f'src="/signature/page/{number}.png"' in picture
        assert f'alt="Page {number} sur 2' in picture
        assert {'width="794"', 'height="1123"', 'loading="lazy"'} <= set(picture.split())
        assert f"Lire le texte de la page {number}" in page
    assert "&lt;b&gt;du 1er au 12 mars&lt;/b&gt;" in page
    answer = browser.get("/signature/page/1.png")
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")


@pytest.mark.parametrize("number", ["0", "3", "99999999999999999999", "-1", "un"])
def test_a_page_that_does_not_exist_is_not_found(
    site: Running, browser: httpx.Client, number: str
) -> None:
    site.enter(browser)
    answer = browser.get(f"/signature/page/{number}.png")
    assert answer.status_code == 404
    assert "Cette page n’existe pas" in words(answer.text)


def test_the_document_is_downloaded_under_a_name_every_phone_takes(
    site: Running, browser: httpx.Client
) -> None:
    site.enter(browser)
    answer = browser.get("/signature/document")
    assert answer.content == PDF
    assert answer.headers["content-type"] == "application/pdf"
    wanted = 'attachment; filename="PMSMP-2026-0001-sign-.pdf"'
    assert answer.headers["content-disposition"] == wanted


def test_signing_takes_a_code_a_name_and_a_consent(site: Running, browser: httpx.Client) -> None:
    jeton = site.enter(browser)
    asked = browser.post("/signature/code", data={"jeton": jeton})
    assert (asked.status_code, asked.headers["location"]) == (303, "/signature#etape-3")
    page = browser.get("/signature").text
    assert "14\u00a0h\u00a042" in page
    assert "encore 10\u00a0minutes" in page
    assert "Renvoyer le code" in page
    form = {**GOOD, "jeton": jeton_of(page), "nom_saisi": f"  {NAME}\x00\r\n"}
    signed = browser.post("/signature/signer", data=form)
    assert (signed.status_code, signed.headers["location"]) == (303, "/signature#contenu")
    assert site.desk.acts[-1][:2] == ("sign", NAME)
    thanks = words(browser.get("/signature").text)
    assert "Merci, vous avez signé" in thanks
    assert "Vous recevrez une copie du document signé par courriel" in thanks
    assert "Télécharger le document signé" in thanks


def test_on_site_without_a_telephone_the_name_is_enough(
    site: Running, browser: httpx.Client
) -> None:
    site.desk.state = ON_SITE
    jeton = site.enter(browser)
    page = browser.get("/signature").text
    assert "code" not in words(page).lower()
    assert "devant un membre de l’organisation" in page
    assert 'id="etape-3"' not in page
    form = {"jeton": jeton, "nom_saisi": NAME, "consentement": "oui"}
    assert browser.post("/signature/signer", data=form).status_code == 303
    thanks = words(browser.get("/signature").text)
    assert "L’organisation vous remettra une copie du document signé." in thanks


def test_by_sms_the_page_says_sms(site: Running, browser: httpx.Client) -> None:
    site.desk.state = BY_SMS
    jeton = site.enter(browser)
    assert "par SMS au +33 … 78" in words(browser.get("/signature").text)
    browser.post("/signature/code", data={"jeton": jeton})
    page = words(browser.get("/signature").text)
    assert "Un code est parti par SMS au +33 … 78" in page
    assert "Le code reçu par SMS" in page
    assert "Le code reçu par courriel" not in page


def test_a_consent_ticked_before_the_code_stays_ticked_for_this_visit_alone(
    site: Running, browser: httpx.Client
) -> None:
    ticked = re.compile(r'id="consentement"[^>]* checked')
    jeton = site.enter(browser)
    assert not ticked.search(browser.get("/signature").text)
    browser.post("/signature/code", data={"jeton": jeton, "consentement": "oui"})
    assert ticked.search(browser.get("/signature").text)
    # Another document, or a forged mark, and the box is empty again.
    site.desk.state = replace(site.desk.state, sha256="autre")
    assert not ticked.search(browser.get("/signature").text)
    browser.cookies.set("docgen-accord", "oui")
    assert not ticked.search(browser.get("/signature").text)
    # The tick alone signs nothing.
    site.desk.state = replace(site.desk.state, sha256=TO_SIGN.sha256)
    form = {"jeton": jeton, "code": CODE, "nom_saisi": NAME}
    assert browser.post("/signature/signer", data=form).status_code == 422


def test_what_is_wrong_is_said_near_the_field_and_the_code_is_never_given_back(
    site: Running, browser: httpx.Client
) -> None:
    jeton = site.enter(browser)
    browser.post("/signature/code", data={"jeton": jeton})
    form = {"jeton": jeton, "code": "987654", "nom_saisi": '"><script>Awa'}
    answer = browser.post("/signature/signer", data=form)
    page = answer.text
    assert answer.status_code == 422
    assert "3 choses à corriger" in page
    assert page.index("Cochez la case") < page.index("Ce code n’est pas le bon")
    for anchor in ("consentement", "code", "nom_saisi"):
        assert f'<a href="#{anchor}">' in page
        field = re.search(rf'<input [^>]*id="{anchor}"[^>]*>', page)
        assert field
        assert 'aria-invalid="true"' in field[0]
        assert f"{anchor}-faute" in field[0]
        assert f'id="{anchor}-faute"' in page
    assert 'value="&#34;&gt;&lt;script&gt;Awa"' in page
    assert "987654" not in page
    assert "<title>Erreur" in page


def test_a_code_that_died_sends_back_to_the_step_that_gives_another(
    site: Running, browser: httpx.Client
) -> None:
    jeton = site.enter(browser)
    answer = browser.post("/signature/signer", data={**GOOD, "jeton": jeton, "code": "000000"})
    assert answer.status_code == 422
    assert '<a href="#etape-3">Ce code n’est pas le bon' in answer.text
    assert "Recevoir mon code" in answer.text


def test_too_many_codes_are_refused_beside_the_button(site: Running, browser: httpx.Client) -> None:
    jeton = site.enter(browser)
    site.desk.trouble["send_code"] = Refused("3 codes vous ont déjà été envoyés.")
    answer = browser.post("/signature/code", data={"jeton": jeton, "consentement": "oui"})
    assert answer.status_code == 409
    assert '<a href="#etape-3">3 codes vous ont déjà été envoyés.' in answer.text
    assert re.search(r'id="consentement"[^>]* checked', answer.text)


def test_signing_when_it_is_too_late_shows_where_things_stand(
    site: Running, browser: httpx.Client
) -> None:
    jeton = site.enter(browser)
    site.desk.state = closed("Le délai pour signer est passé.")
    site.desk.trouble["sign"] = Refused("Cet accord est expiré.")
    answer = browser.post("/signature/signer", data={**GOOD, "jeton": jeton})
    assert answer.status_code == 409
    assert "Ce document est fermé" in words(answer.text)
    assert "Le délai pour signer est passé." in words(answer.text)


def test_refusing_needs_a_reason_and_keeps_its_lines(site: Running, browser: httpx.Client) -> None:
    jeton = site.enter(browser)
    assert browser.get("/signature/refuser").status_code == 200
    empty = browser.post("/signature/refuser", data={"jeton": jeton, "motif": " \r\n\x07"})
    assert empty.status_code == 422
    assert "Dites en quelques mots pourquoi vous refusez." in words(empty.text)
    assert site.desk.state.etat == "a_signer"
    told = browser.post("/signature/refuser", data={"jeton": jeton, "motif": "Trop loin.\r\nMerci"})
    assert told.status_code == 303
    assert site.desk.acts[-1] == ("decline", "Trop loin.\nMerci")
    assert "Vous avez refusé de signer" in words(browser.get("/signature").text)
    assert browser.get("/signature/refuser").headers["location"] == "/signature"


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (
            replace(TO_SIGN, etat="signe", signe_le=NOW, scelle=False),
            "Nous posons encore le cachet",
        ),
        (replace(TO_SIGN, etat="signe", signe_le=NOW, autres=()), "Tout le monde a signé."),
        (closed("L’organisation a annulé ce document."), "L’organisation a annulé ce document."),
        (replace(closed("Fini."), signe_le=NOW), "Vous aviez signé le 24 novembre 2026."),
    ],
)
def test_each_state_has_its_page(
    site: Running, browser: httpx.Client, state: object, sentence: str
) -> None:
    site.enter(browser)
    site.desk.state = state  # type: ignore[assignment]
    page = browser.get("/signature")
    assert page.status_code == 200
    assert sentence in words(page.text)
    assert "<form" not in page.text
    assert "Sophie Bernard" in page.text
    assert "tel:0123456789" in page.text


@pytest.mark.parametrize(
    ("trouble", "status", "sentence"),
    [
        (Unavailable("La base ne répond pas.", "Redémarrer."), 503, "Attendez une minute"),
        (Broken("L’empreinte ne correspond pas."), 500, "Ce n’est pas votre faute."),
        (ValueError("un secret"), 500, "Ce n’est pas votre faute."),
    ],
)
def test_our_troubles_are_told_without_our_words(
    site: Running, browser: httpx.Client, trouble: Exception, status: int, sentence: str
) -> None:
    jeton = site.enter(browser)
    site.desk.trouble["sign"] = trouble
    answer = browser.post("/signature/signer", data={**GOOD, "jeton": jeton})
    assert answer.status_code == status
    assert ("retry-after" in answer.headers) is (status == 503)
    assert sentence in words(answer.text)
    assert "Ce qui était déjà enregistré est gardé." in words(answer.text)
    assert "24 novembre 2026 à 14 h 32" in words(answer.text)
    assert str(trouble) not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_a_refusal_of_the_visit_is_gone_when_the_delay_is_over(
    site: Running, browser: httpx.Client
) -> None:
    site.enter(browser)
    site.desk.trouble = {"image": Refused("Ce n’est plus possible.")}
    assert browser.get("/signature/page/1.png").status_code == 409
    site.clock.now = TO_SIGN.expire_le + timedelta(seconds=1)
    late = browser.get("/signature/page/1.png")
    assert late.status_code == 410
    assert "Le délai est passé" in words(late.text)


def test_a_dead_link_is_gone_and_says_what_to_do(site: Running, browser: httpx.Client) -> None:
    said = "Ce lien a été remplacé par un autre. Ouvrez le dernier courriel que vous avez reçu."
    site.desk.trouble["invitation"] = Refused(said)
    for answer in (browser.get(f"/s/{TOKEN}"), browser.post(f"/s/{TOKEN}")):
        assert answer.status_code == 410
        assert said in words(answer.text)


@pytest.mark.parametrize("token", ["inconnu-0123456789-0123456789", "court", "é" * 20, "a" * 200])
def test_an_unknown_link_is_not_found(site: Running, browser: httpx.Client, token: str) -> None:
    for answer in (browser.get(f"/s/{token}"), browser.post(f"/s/{token}")):
        assert answer.status_code == 404
        assert "Ce lien n’est pas reconnu" in words(answer.text)


def test_without_a_visit_every_page_says_to_open_the_link_again(
    site: Running, browser: httpx.Client
) -> None:
    for cookie in ("", "docgen=inconnu-0123456789", "docgen=%00"):
        headers = {"Cookie": cookie}
        answers = [
            browser.get("/signature", headers=headers),
            browser.get("/signature/document", headers=headers),
            browser.get("/signature/page/1.png", headers=headers),
            browser.get("/signature/refuser", headers=headers),
        ]
        for answer in answers:
            assert answer.status_code == 404
            assert "Ouvrez de nouveau le lien de votre courriel." in words(answer.text)


def test_the_machines_that_watch_are_told(site: Running, browser: httpx.Client) -> None:
    assert browser.get("/sante").text == "prêt\n"
    site.desk.trouble["ready"] = Unavailable("La base ne répond pas.")
    answer = browser.get("/sante")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
