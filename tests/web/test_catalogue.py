"""The catalogues: nothing untranslated, nothing stale, and what the actions say is recognised."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

import docgen
from docgen.actions.ceremony import CONSENT
from docgen.french import horodatage
from docgen.web.catalogue import LOCALE, open_catalogue
from docgen.web.language import FRENCH, LANGUAGES, Language
from scripts.catalogue import updated

SOURCES = Path(docgen.__file__).parent
OTHERS = [language for language in LANGUAGES if language != FRENCH]
PLACE = re.compile(r"%\(\w+\)s")
# Where a signer's or a visitor's sentences are written, and the calls that write them.
ACTIONS = ("enter", "sign", "public_check")


def po(language: Language) -> Catalog:
    return read_po(io.BytesIO((LOCALE / f"{language}.po").read_bytes()), locale=language)


@pytest.mark.parametrize("language", OTHERS)
def test_no_catalogue_is_stale(language: Language) -> None:
    kept = (LOCALE / f"{language}.po").read_bytes()
    assert updated(kept, language) == kept, "run python -m scripts.catalogue"


@pytest.mark.parametrize("language", OTHERS)
def test_everything_is_translated_with_the_same_places_and_the_same_elements(
    language: Language,
) -> None:
    wrong: list[object] = []
    for message in po(language):
        if not message.id:
            continue
        pairs = (
            [(message.id, message.string)]
            if isinstance(message.id, str)
            else list(zip(message.id, message.string or (), strict=True))
        )
        for source, target in pairs:
            # A French verb or status inside a sentence has no place in the other language.
            kept = set(PLACE.findall(str(target)))
            places = set(PLACE.findall(str(source))) - {"%(statut)s", "%(verbe)s"}
            tags = [re.findall(r"<[^>]+>", str(text)) for text in (source, target)]
            if not str(target).strip(" ") or kept != places or tags[0] != tags[1]:
                wrong.append(source)
        if message.fuzzy:
            wrong.append(message.id)
    assert wrong == []


def sentences(module: str) -> Iterator[str]:
    """Every finished French sentence of a module of actions, its places filled with « 3 »."""
    tree = ast.parse((SOURCES / "actions" / f"{module}.py").read_text(encoding="utf-8"))
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        and isinstance(node.body[0], ast.Expr)
    }
    inner = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in ast.walk(node)
        if part is not node
    }
    for node in ast.walk(tree):
        if id(node) in documented | inner:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else "3" for part in node.values
            )


@pytest.mark.parametrize("module", ACTIONS)
def test_what_the_actions_say_to_a_person_is_recognised(module: str) -> None:
    english = open_catalogue("en")
    finished = [text for text in sentences(module) if re.search(r"\w.* .*\.$", text)]
    assert len(finished) > 2
    # A form's fault begins a sentence on the page (web/forms.py).
    unknown = [text for text in finished if english.said(text[0].upper() + text[1:]).lang != "en"]
    assert set(unknown) <= {
        # Ends of sentences whose beginnings hold the words: said whole below.
        "demandez un nouveau code.",
        "puis demandez-en un autre ; regardez aussi vos courriels indésirables.",
        "La dernière signature date 3 ; 3.",
        "3 de signature 3.",
        "Ce code n’est pas le bon ; 3.",
        "ce code n’est pas le bon ; 3.",
        (
            "Une signature a été scellée sans horodatage, aucune autorité ne répondant ; un "
            "horodatage prouve qu’elle existait à la date 3."
        ),
    }


@pytest.mark.parametrize(
    ("french", "english"),
    [
        (CONSENT, "I have read this document"),
        (
            "Une autre personne a refusé de signer le 6 avril 2026 à 14 h 02 (heure de Paris).",
            "Another person refused to sign on 6\u00a0April\u00a02026 at 14:02 (Paris\u00a0time).",
        ),
        ("Ce code n’est pas le bon ; il reste 4 essais.", "4 tries left."),
        ("Ce code n’est pas le bon ; il reste 1 essai.", "1 try left."),
        ("Ce code n’est pas le bon ; demandez un nouveau code.", "ask for a new code."),
        ("Aucun code n’attend ici ; demandez un nouveau code.", "No code is waiting here"),
        ("2 emplacements de signature sont vides.", "2 places for a signature are empty."),
        ("Écrivez votre prénom et votre nom : Awa N’Diaye.", "last name: Awa N’Diaye."),
    ],
)
def test_a_sentence_with_a_value_in_it_is_said_with_that_value(french: str, english: str) -> None:
    said = open_catalogue("en").said(french)
    assert said.lang == "en"
    assert english in said.text


def test_an_instant_that_the_actions_write_is_said_in_english() -> None:
    at = horodatage(datetime(2026, 11, 1, 9, 0, tzinfo=UTC)).removeprefix("le ")
    said = open_catalogue("en").said(
        f"La dernière signature date du {at} ; l’heure vient de notre propre horloge."
    )
    assert "dates from 1\u00a0November\u00a02026 at 10:00 (Paris\u00a0time); the time" in said.text


def test_what_nobody_translated_stays_in_french_and_says_so() -> None:
    said = open_catalogue("en").said("Une phrase que personne n’a prévue.")
    assert (said.text, said.lang) == ("Une phrase que personne n’a prévue.", "fr")
