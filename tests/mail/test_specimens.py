"""Whoever wants to read the mails before they leave finds each of them."""

from __future__ import annotations

from pathlib import Path

import docgen.mail
from docgen.mail import compose
from docgen.mail.compose import Message
from docgen.mail.specimens import specimens
from docgen.mail.texts import Text
from tests.samples import NOW

LETTERS = Path(docgen.mail.__file__).parent / "letters"


def test_every_letter_has_its_specimen() -> None:
    made = list(specimens("Le Fournil Solidaire", "https://signature.exemple.fr", NOW))
    names = [one.name for one in made]
    letters = {path.stem for path in LETTERS.glob("*.txt")} - {"base"}
    mails = {one.name for one in made if not isinstance(one.message, Text)}
    # A reminder is the invitation's letter, said again.
    assert mails - {"relance"} == letters
    assert len(set(names)) == len(names)
    for one in made:
        said = one.message.body if isinstance(one.message, Text) else one.message.text
        assert "Le Fournil Solidaire" in said, one.name
        assert one.occasion.endswith("."), one.name


def test_what_an_officer_reads_leads_to_a_page_and_to_no_command() -> None:
    for one in specimens("Le Fournil", "https://signer.example.org", NOW):
        if one.name in {"refus", "delegation", "pages_recues"} and isinstance(one.message, Message):
            page = "https://signer.example.org/bureau/accords/"
            assert any(line.startswith(page) for line in one.message.text.splitlines()), one.name
            assert f'href="{page}' in one.message.html
            assert "docgen " not in one.message.text


def test_a_signer_is_shown_no_page_of_the_office_when_another_refuses() -> None:
    told = compose.declined(
        to="a@example.org", organisation="O", reference="R-1", titre="T", par="X", motif=None
    )
    assert "bureau" not in told.text + told.html
