"""Whoever wants to read the mails before they leave finds each of them."""

from __future__ import annotations

from pathlib import Path

import docgen.mail
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
