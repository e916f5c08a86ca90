"""One cell of a takeover read: what it means, or why not, with its address."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from pydantic import TypeAdapter, ValidationError

from docgen.actions.takeover.columns import Asked
from docgen.agreements.identity import plain
from docgen.agreements.parties import Courriel, Siret
from docgen.agreements.parts import YEARS, Text
from docgen.spreadsheets import Value

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_FRENCH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_SIRET: TypeAdapter[str] = TypeAdapter(Siret)
_EMAIL: TypeAdapter[str] = TypeAdapter(Courriel)
_TEXT: TypeAdapter[str] = TypeAdapter(Text)
MOST_HOURS = 1000
MOST_NUMBER = 500


class Wrong(Exception):
    """Why a cell can't be taken, and what would be."""

    def __init__(self, sentence: str, allowed: str | int | None = None) -> None:
        self.sentence = sentence
        self.allowed = allowed
        super().__init__(sentence)


def read_cell(asked: Asked, value: Value) -> Any:
    """What the cell means: a text, a day, a number, minutes, a choice's own word. Raises Wrong."""
    return _READERS[asked.sort](asked, value)


def _text(_asked: Asked, value: Value) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.date):
        raise Wrong("attend un texte, pas une date ; mettre la cellule au format texte.")
    return _told(_TEXT, str(value))


def _day(_asked: Asked, value: Value) -> dt.date:
    if isinstance(value, dt.date):
        return _of_our_time(value)
    if isinstance(value, str):
        parts = None
        if found := _ISO.fullmatch(value):
            parts = found.group(1, 2, 3)
        elif found := _FRENCH.fullmatch(value):
            parts = found.group(3, 2, 1)
        if parts is None:
            raise Wrong(
                f"« {value[:30]} » est un texte, pas une date ; attend une date, ou le texte "
                "JJ/MM/AAAA.",
                "31/12/2023",
            )
        try:
            return _of_our_time(dt.date(*map(int, parts)))
        except ValueError as error:
            raise Wrong(f"« {value} » n’existe pas au calendrier.", "31/12/2023") from error
    raise Wrong(
        "ce nombre n’est pas une date ; mettre la cellule au format date (31/12/2023).",
        "31/12/2023",
    )


def _of_our_time(day: dt.date) -> dt.date:
    if day.year not in YEARS:
        raise Wrong(f"l’année {day.year} est une faute de frappe.")
    return day


def _exact(value: Value, what: str) -> Decimal:
    if isinstance(value, bool) or value is None or isinstance(value, dt.date):
        raise Wrong(f"attend {what}.")
    try:
        number = Decimal(str(value).replace(",", ".").replace("\u202f", "").replace(" ", ""))
    except InvalidOperation as error:
        raise Wrong(f"« {str(value)[:30]} » n’est pas un nombre ; attend {what}.") from error
    if not number.is_finite():
        raise Wrong(f"attend {what}.")
    return number


def _number(_asked: Asked, value: Value) -> int:
    number = _exact(value, "un nombre entier")
    if number != number.to_integral_value():
        raise Wrong("attend un nombre entier.")
    if not 1 <= number <= MOST_NUMBER:
        raise Wrong(f"attend un nombre de 1 à {MOST_NUMBER}.")
    return int(number)


def _minutes(_asked: Asked, value: Value) -> int:
    hours = _exact(value, "un nombre d’heures, 70 ou 70,5")
    if not 0 <= hours <= MOST_HOURS:
        raise Wrong(f"attend de 0 à {MOST_HOURS} heures.", MOST_HOURS)
    return int((hours * 60).quantize(Decimal(1), ROUND_HALF_UP))


def _choice(asked: Asked, value: Value) -> str:
    wanted = plain(str(value))
    for word, meaning in asked.choices.items():
        if wanted in {plain(word), plain(meaning)}:
            return meaning
    raise Wrong(f"« {str(value)[:30]} » ; valeurs admises : {', '.join(asked.choices)}.")


def _siret(_asked: Asked, value: Value) -> str:
    if isinstance(value, float) and value.is_integer():
        # A number has lost its leading zeros; the key tells whether these are the right digits.
        value = f"{int(value):014d}"
    return _told(_SIRET, str(value))


def _email(_asked: Asked, value: Value) -> str:
    return _told(_EMAIL, str(value), "n’est pas un courriel valable.")


def _file(_asked: Asked, value: Value) -> str:
    name = str(value)
    if name in {".", ".."} or "/" in name or "\\" in name or not name.lower().endswith(".pdf"):
        raise Wrong("attend le nom d’un fichier .pdf, sans dossier.")
    return name


def _told(adapter: TypeAdapter[str], value: str, sentence: str = "") -> str:
    try:
        return adapter.validate_python(value.strip())
    except ValidationError as error:
        first = error.errors()[0]
        long = first["type"] == "string_too_long"
        said = "texte trop long (3 000 caractères au plus)." if long else first["msg"]
        raise Wrong(sentence or said) from error


_READERS: dict[str, Callable[[Asked, Value], Any]] = {
    "texte": _text,
    "date": _day,
    "nombre": _number,
    "heures": _minutes,
    "choix": _choice,
    "siret": _siret,
    "courriel": _email,
    "fichier": _file,
}
