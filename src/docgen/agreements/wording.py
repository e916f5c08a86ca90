"""What pydantic found, said to a person in French: field, line, reason, what would be allowed."""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from docgen.agreements.reading import Source
from docgen.errors import Finding

# What is said of a field that nothing was written in.
MISSING = "ce champ obligatoire manque."

_SENTENCES = {
    "missing": MISSING,
    "extra_forbidden": "ce champ est inconnu.",
    "string_type": "attend un texte.",
    "int_type": "attend un nombre entier.",
    "date_type": "attend une date AAAA-MM-JJ.",
    "date_parsing": "cette date n’existe pas ; elle s’écrit AAAA-MM-JJ.",
    "date_from_datetime_parsing": "cette date n’existe pas ; elle s’écrit AAAA-MM-JJ.",
    "date_from_datetime_inexact": "attend une date seule, AAAA-MM-JJ.",
    "literal_error": "valeurs admises : {expected}.",
    "string_too_short": "ne peut pas être vide.",
    "string_too_long": "{max_length} caractères au plus.",
    "too_short": "au moins {min_length} élément.",
    "too_long": "au plus {max_length} éléments.",
    "greater_than_equal": "au moins {ge}.",
    "less_than_equal": "au plus {le}.",
    "model_type": "attend un groupe de champs.",
    "model_attributes_type": "attend un groupe de champs.",
    "mapping_type": "attend un groupe de champs.",
    "dict_type": "attend un groupe de champs.",
    "tuple_type": "attend une liste.",
    "list_type": "attend une liste.",
    "string_pattern_mismatch": "n’a pas la forme attendue.",
    "value_error": "n’est pas un courriel valable.",
}

# What a regular expression says, for a person.
_SHAPES = {
    r"^\d{5}$": "attend cinq chiffres, par exemple 75013.",
    r"^[A-Z]{1,2}\d{1,2}$": "attend l’identifiant d’une règle, par exemple P5.",
    r"^[A-N]\d{4}$": "attend une lettre de A à N et quatre chiffres, par exemple G1603.",
}


def findings_of(
    error: ValidationError,
    model: type[BaseModel],
    field_rules: Mapping[str, tuple[str, str]],
    source: Source,
) -> list[Finding]:
    """One finding for each error of the model, in the order of the fields."""
    details = error.errors()
    # A list counts its right items: with a wrong one it is told too short as well.
    within = {detail["loc"][:-1] for detail in details}
    return [
        _finding(detail, model, field_rules, source)
        for detail in details
        if not (detail["type"] == "too_short" and detail["loc"] in within)
    ]


def _finding(
    detail: ErrorDetails,
    model: type[BaseModel],
    field_rules: Mapping[str, tuple[str, str]],
    source: Source,
) -> Finding:
    kind, context = detail["type"], detail.get("ctx", {})
    # A mapping's key error ends in pydantic's own marker, which is no field of ours.
    parts = [str(part) for part in detail["loc"] if part != "[key]"]
    path = ".".join(parts)
    message = _SENTENCES.get(kind, detail["msg"])
    allowed: str | int | None = None
    try:
        message = message.format(**context)
    except (KeyError, IndexError, ValueError):
        message = detail["msg"]
    given = detail["input"]
    match kind:
        case "extra_forbidden":
            known = _fields_at(model, parts[:-1])
            if close := difflib.get_close_matches(parts[-1], known, 1, 0.7):
                message = f"ce champ est inconnu ; vouliez-vous écrire « {close[0]} » ?"
            else:
                message = f"ce champ est inconnu ; champs admis ici : {', '.join(known)}."
        case "literal_error":
            message = message.replace("' or '", "', '").replace("'", "").replace(" or ", ", ")
            choices = [part.strip() for part in message.partition(":")[2].strip(" .").split(",")]
            close = difflib.get_close_matches(str(given), choices, 1, 0.6)
            allowed = close[0] if close else None
        case "string_pattern_mismatch":
            message = _SHAPES.get(context["pattern"], message)
        case "greater_than_equal":
            allowed = int(context["ge"])
        case "less_than_equal":
            allowed = int(context["le"])
        case _ if given is None and kind != "missing":
            message = "est vide ; " + message
        case _:
            pass
    rule, law = field_rules.get("" if kind == "missing" else path, ("modele", ""))
    return Finding(rule, "error", path, message, law, allowed, source.line_of(path))


def _fields_at(model: type[BaseModel], path: list[str]) -> list[str]:
    """Names of the fields a mapping at `path` may have."""
    current: Any = model
    for part in path:
        inner = current.model_fields.get(part)
        if inner is None:
            continue
        current = _model_in(inner.annotation) or current
    return list(current.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model inside an annotation such as `Mecenat | None` or `tuple[Evenement, ...]`."""
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return annotation if issubclass(annotation, BaseModel) else None
    for argument in typing.get_args(annotation):
        if found := _model_in(argument):
            return found
    return None
