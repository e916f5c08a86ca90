"""What mails say: to the letter, safe in HTML, nothing in a header that a person typed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest

from docgen.actions.digest_words import Line
from docgen.errors import InvalidData
from docgen.mail import compose, follow_up
from docgen.mail.compose import Contact, Message, mask

DAY = date(2027, 8, 30)
CONTACT = Contact("Mme Samira BENALI", "samira@example.org", "0123456789")
STRANGE = "O’Neill & <b>Fils</b> {{ 7*7 }} 🙂"
LINK = "https://signature.example.org/s/abc_DEF-123"


def every_kind(word: str) -> list[Message]:
    common = {"to": "a@example.org", "organisation": word, "reference": "CP-2026-0001"}
    titled = {**common, "titre": word}
    asked = {
        **titled,
        "nom": word,
        "lien": LINK,
        "expire_le": datetime(2026, 12, 1, 9, tzinfo=UTC),
        "contact": CONTACT,
    }
    return [
        compose.code(**common, nom=word, code="012345", minutes=10),
        compose.invitation(**asked),  # type: ignore[arg-type]
        compose.reminder(**asked),  # type: ignore[arg-type]
        compose.copy(
            **titled,
            nom=word,
            pdf=b"%PDF",
            nom_fichier="a.pdf",
            attestation=("b.pdf", b"%PDF"),
            contact=CONTACT,
        ),
        compose.declined(**titled, par=word, motif=word),
        compose.expired(**titled, contact=CONTACT),
        compose.cancelled(**titled, motif=word, contact=CONTACT),
        follow_up.reconduction(
            **titled, nom=word, depuis=word, note=("n.pdf", b"%PDF"), contact=CONTACT
        ),
        follow_up.digest(
            to="a@example.org",
            organisation=word,
            jour=word,
            lignes=[Line("CP-2026-0001", "fin", DAY, DAY, word, word, word, word)],
            lien="https://signature.example.org/rappels/jeton",
        ),
    ]


class Reader(HTMLParser):
    """The text of a page, and its tags."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_what_was_typed_is_kept_to_the_letter_and_never_becomes_markup() -> None:
    for message in every_kind(STRANGE):
        assert STRANGE in message.text
        page = Reader()
        page.feed(message.html)
        assert STRANGE in "".join(page.words)
        assert "b" not in page.tags
        assert 'lang="fr"' in message.html


def test_a_call_to_sign_holds_its_link_alone_on_a_line_and_the_contact() -> None:
    for message in every_kind("Le Fournil")[1:3]:
        assert LINK in message.text.splitlines()
        assert f'href="{LINK}"' in message.html
        assert "01\u00a023\u00a045\u00a067\u00a089" in message.text
        assert "jusqu’au 1er\u00a0décembre 2026 à 10\u00a0h (heure de Paris)" in message.text


def test_a_call_to_sign_says_in_english_what_it_is_and_that_the_page_exists_in_english() -> None:
    for message in every_kind("Le Fournil")[1:3]:
        *_, what, where = message.text.partition("Une question")[0].strip().splitlines()
        assert what.startswith("In English: Le Fournil asks you to read and sign a document")
        assert where.startswith("The page exists in English")
        assert '<p lang="en"' in message.html
    assert "English" not in every_kind("Le Fournil")[0].text


def test_the_code_is_in_the_mail_and_not_in_its_subject() -> None:
    message = every_kind("Le Fournil")[0]
    assert "012 345" in message.text
    assert "012" not in message.subject


def test_french_typography_keeps_its_signs_with_their_words() -> None:
    for message in every_kind("Le Fournil"):
        for text in (message.text, message.html):
            for sign in (" :", " ?", " !", " ;"):
                assert sign not in text.replace("{", ""), (message.subject, sign)


def test_the_reason_of_a_refusal_is_told_only_when_given() -> None:
    told = {"to": "a@example.org", "organisation": "O", "reference": "R-1", "titre": "T"}
    assert "raison" not in compose.declined(**told, par="X", motif=None).text
    assert "raison" in compose.declined(**told, par="X", motif="Non.").text


@pytest.mark.parametrize("to", ["a@example.org\nBcc: b@example.org", "a@example.org\x00"])
def test_a_header_takes_one_line(to: str) -> None:
    with pytest.raises(InvalidData):
        compose.declined(to=to, organisation="O", reference="R", titre="T", par="X", motif=None)
    with pytest.raises(InvalidData):
        compose.expired(
            to="a@example.org", organisation="O", reference="R", titre=to, contact=CONTACT
        )


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("martin@example.org", "m…n@example.org"),
        ("ab@example.org", "a…@example.org"),
        ("a@example.org", "a…@example.org"),
        ("rien", "…"),
    ],
)
def test_a_masked_address_shows_its_ends(address: str, masked: str) -> None:
    assert mask(address) == masked
