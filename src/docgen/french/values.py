"""Any value of a field as a person reads it: a date, a list, a group of labelled values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from docgen.french.dates import date
from docgen.french.identifiers import siret, telephone
from docgen.french.numbers import nombre
from docgen.french.punctuation import NBSP, NNBSP

NOTHING = "néant"
_BY_LABEL = {"Téléphone": telephone, "SIRET": siret}


def en_clair(valeur: object, libelle: str = "") -> str:
    """`valeur` in words, one line for each of its parts; None and an empty list: « néant ».

    A mapping's keys are labels, and `libelle` is the label of a value alone: by it a telephone and
    a SIRET are spaced. Raises ValueError for what no field holds (bytes, a float).
    """
    return "\n".join(_lines(valeur, libelle))


def _lines(value: object, label: str) -> list[str]:
    match value:
        case Mapping() if value:
            return [line for key, item in value.items() for line in _labelled(_word(key), item)]
        case list() | tuple() if value:
            items = [_on_one_line(item) for item in value]
            return items if len(items) == 1 else [f"–{NBSP}{item}" for item in items]
        case _:
            return [_scalar(value, label)]


def _labelled(label: str, value: object) -> list[str]:
    if isinstance(value, Mapping) and value:
        return [f"{label}, {_inside_a_sentence(line)}" for line in _lines(value, label)]
    if isinstance(value, (list, tuple)) and any(isinstance(item, Mapping) for item in value):
        return [f"{label}{NBSP}: {_on_one_line(item)}" for item in value]
    return [f"{label}{NBSP}: {_on_one_line(value, label)}"]


def _on_one_line(value: object, label: str = "") -> str:
    match value:
        case Mapping() if value:
            first, *rest = _lines(value, label)
            return f"{NNBSP}; ".join([first, *(_inside_a_sentence(line) for line in rest)])
        case list() | tuple() if value:
            return ", ".join(_on_one_line(item) for item in value)
        case _:
            return _scalar(value, label)


def _inside_a_sentence(line: str) -> str:
    """« Nom » becomes « nom »; « PMSMP » stays."""
    return line if line[1:2].isupper() else line[:1].lower() + line[1:]


def _word(key: object) -> str:
    return date(key) if isinstance(key, dt.date) else str(key)


def _scalar(value: object, label: str) -> str:
    match value:
        case None | () | [] | {}:
            return NOTHING
        case bool():
            return "oui" if value else "non"
        case int():
            return nombre(value)
        case dt.date():
            return date(value)
        case str():
            return _BY_LABEL.get(label, str)(value)
        case _:
            raise ValueError(f"no way to say a {type(value).__name__}")
