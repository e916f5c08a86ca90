"""What agreements are made of: frozen parts, texts that can be printed, days.

A part refuses unknown fields, so a misspelt key is an error and never a silent hole. Texts are
trimmed and normalised (NFC); control characters, which no document can print, are refused.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    Strict,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

YEARS = range(1900, 2200)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
# Bidirectional overrides can show a text other than the one stored (CVE-2021-42574).
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")


def _printable(text: str) -> str:
    """`text` in NFC without its line ends' variants; refuses what can't be printed."""
    if bad := _UNPRINTABLE.search(text):
        code = f"U+{ord(bad.group()):04X}"
        raise PydanticCustomError(
            "caractere", "contient un caractère de contrôle ({code}) ; à retirer.", {"code": code}
        )
    if _OVERRIDES.search(text):
        raise PydanticCustomError(
            "caractere", "contient une marque de sens d’écriture forcé ; à retirer."
        )
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def _one_line(text: str) -> str:
    if "\n" in text or "\t" in text:
        raise PydanticCustomError("ligne", "doit tenir sur une seule ligne.")
    return text


def _date_only(value: object) -> object:
    """Refuse what pydantic would turn into a date by goodwill: numbers, date-times, booleans."""
    if isinstance(value, dt.datetime) or not isinstance(value, (dt.date, str)):
        raise PydanticCustomError("date_iso", "attend une date AAAA-MM-JJ, par exemple 2026-01-31.")
    return value


def _of_our_time(day: dt.date) -> dt.date:
    """Refuse a mistyped year, before a rule counts months from it or lists centuries of days."""
    if day.year not in YEARS:
        raise PydanticCustomError(
            "annee",
            "l’année {year} est une faute de frappe : attend une date de {first} à {last}.",
            {"year": f"{day.year:04d}", "first": YEARS[0], "last": YEARS[-1]},
        )
    return day


_Printable = AfterValidator(_printable)
Line = Annotated[str, Field(min_length=1, max_length=300), _Printable, AfterValidator(_one_line)]
Text = Annotated[str, Field(min_length=1, max_length=3000), _Printable]
Day = Annotated[dt.date, BeforeValidator(_date_only), AfterValidator(_of_our_time)]
# Strict: pydantic would otherwise read `true` as 1 and "6" as 6.
Entier = Annotated[int, Strict()]


class Part(BaseModel):
    """A frozen group of fields that refuses what it does not know."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, validate_default=True
    )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Number the fields: Prefect's run form orders nested ones by `position` alone."""
        schema = handler.resolve_ref_schema(handler(core_schema))
        for position, field in enumerate(schema.get("properties", {}).values()):
            field["position"] = position
        return schema
