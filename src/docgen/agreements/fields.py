"""The fields of a model by their dotted path: what each is called, takes, and reads like."""

from __future__ import annotations

import datetime as dt
import difflib
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, Union, cast

from pydantic import BaseModel, TypeAdapter, ValidationError, create_model
from pydantic.fields import FieldInfo

from docgen.agreements.parts import Part
from docgen.agreements.reading import Source
from docgen.agreements.wording import findings_of
from docgen.errors import Finding

# Deeper than any field of ours: a model that held itself would otherwise be walked without end.
DEEPEST = 6

# What people read for a choice in a list; the others read as they are written.
CHOICES = {
    "annee_civile": "année civile",
    "annee_contrat": "année de convention",
    "etude_des_candidatures": "étude des candidatures",
    "entretien_garanti": "entretien garanti",
    "objectif_chiffre": "objectif chiffré",
    "visite_entreprise": "visite de l’entreprise",
    "presentation_metiers": "présentation des métiers",
    "simulation_entretien": "simulation d’entretiens",
    "job_dating": "rencontre de recrutement",
    "lettre_recommandee": "lettre recommandée avec avis de réception",
    "courriel_avec_accuse": "courriel avec accusé de réception",
    "sur_site": "sur site",
    "distance": "à distance",
    "decouvrir": "découvrir un métier ou un secteur",
    "confirmer": "confirmer un projet professionnel",
    "pret_main_oeuvre": "prêt de main-d’œuvre",
    "prestation": "prestation de services",
    "recruter": "initier une démarche de recrutement",
    "parallele": "tous à la fois",
    "sequentiel": "l’un après l’autre",
    "sur_place": "sur place",
}


@dataclass(frozen=True)
class Place:
    """Where a path leads: the titles on the way, the annotation of what stands there."""

    titles: tuple[str, ...]
    annotation: Any

    @property
    def intitule(self) -> str:
        """What a person calls the field: « Horaires de présence, semaine type, lundi »."""
        first, *rest = self.titles
        return ", ".join([first, *(_lowered(title) for title in rest)])

    @property
    def libelle(self) -> str:
        """The last title alone: « Téléphone »."""
        return self.titles[-1]

    def faults(self, value: object) -> list[Finding]:
        """What is wrong with a value for this field; `field` is the path inside the value."""
        model = self._model()
        try:
            model.model_validate({"valeur": value})
        except ValidationError as error:
            found = findings_of(error, model, {}, Source({}))
            return [replace(f, field=f.field.removeprefix("valeur").lstrip(".")) for f in found]
        return []

    def written(self, value: object) -> object:
        """The value as data is kept, however it was typed; unchanged when it is not a right one."""
        try:
            return self._model().model_validate({"valeur": value}).model_dump(mode="json")["valeur"]
        except ValidationError:
            return value

    def readable(self, value: object) -> object:
        """The value for a person: mappings of label to value, lists, dates, numbers, words."""
        try:
            read = self._model().model_validate({"valeur": value})
        except ValidationError:
            return value
        return _readable(self.annotation, getattr(read, "valeur"))  # noqa: B009 # made at run time

    def _model(self) -> type[Part]:
        # A model of one field: a value alone would not know our ways with spaces and unknown keys.
        return cast(
            "type[Part]", create_model("Valeur", __base__=Part, valeur=(self.annotation, ...))
        )


@dataclass(frozen=True)
class Astray:
    """A path that leads nowhere, and the nearest one that does, if any."""

    near: str | None


def place_of(model: type[BaseModel], path: str) -> Place | Astray:
    """Where a dotted path leads in a model (`horaires.semaine.lundi`, `objectifs.0`)."""
    annotation: Any = model
    titles: list[str] = []
    for key in path.split("."):
        step = _step(annotation, key)
        if step is None:
            return Astray(_nearest(model, path))
        title, annotation = step
        titles.append(title)
    return Place(tuple(titles), annotation)


def paths(model: type[BaseModel]) -> Iterator[str]:
    """Every path of a model that can be named without its data: no list index, no date."""
    return _paths(model, (), DEEPEST)


def _paths(annotation: Any, above: tuple[str, ...], left: int) -> Iterator[str]:
    inner = _bare(annotation)
    keys: list[str] = []
    if isinstance(inner, type) and issubclass(inner, BaseModel):
        keys = list(inner.model_fields)
    elif _is_mapping(inner):
        # A mapping's keys are known beforehand when they are choices: the days of the week.
        choices = _bare(typing.get_args(inner)[0])
        keys = list(typing.get_args(choices)) if typing.get_origin(choices) is Literal else []
    for key in keys if left else ():
        here = (*above, key)
        yield ".".join(here)
        step = _step(annotation, key)
        assert step is not None
        yield from _paths(step[1], here, left - 1)


def _nearest(model: type[BaseModel], path: str) -> str | None:
    known = list(paths(model))
    last = path.rpartition(".")[2]
    same_word = [one for one in known if one.rpartition(".")[2] == last]
    if len(same_word) == 1:
        return same_word[0]
    close = difflib.get_close_matches(path, same_word or known, 1, 0.6)
    return close[0] if close else None


def _step(annotation: Any, key: str) -> tuple[str, Any] | None:
    """The title and the annotation of what `key` names inside; None when it names nothing."""
    inner = _bare(annotation)
    if isinstance(inner, type) and issubclass(inner, BaseModel):
        info = inner.model_fields.get(key)
        return (_title(key, info), info.rebuild_annotation()) if info else None
    arguments = typing.get_args(inner)
    if typing.get_origin(inner) is tuple:
        return (f"n°\u00a0{int(key) + 1}", arguments[0]) if key.isdecimal() else None
    if _is_mapping(inner):
        try:
            read = TypeAdapter(arguments[0]).validate_python(key)
        except ValidationError:
            return None
        return f"{read:%d/%m/%Y}" if isinstance(read, dt.date) else str(read), arguments[1]
    return None


def _title(name: str, info: FieldInfo) -> str:
    """The field's title, or that of its type: `Telephone | None` hides the one of `Telephone`."""
    inside = [
        detail.title
        for one in typing.get_args(info.annotation)
        for detail in typing.get_args(one)
        if isinstance(detail, FieldInfo) and detail.title
    ]
    return info.title or next(iter(inside), name)


def _is_mapping(annotation: Any) -> bool:
    origin = typing.get_origin(annotation)
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _bare(annotation: Any) -> Any:
    """What an annotation holds, without its constraints and without « or nothing »."""
    origin = typing.get_origin(annotation)
    if origin is Annotated:
        return _bare(typing.get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return _bare(next(a for a in typing.get_args(annotation) if a is not type(None)))
    return annotation


def _readable(annotation: Any, value: object) -> object:
    inner = _bare(annotation)
    if isinstance(value, BaseModel):
        shown = {}
        for name, info in type(value).model_fields.items():
            item = getattr(value, name)
            if item is not None and item != ():
                shown[_title(name, info)] = _readable(info.rebuild_annotation(), item)
        return shown
    arguments = typing.get_args(inner)
    if isinstance(value, Mapping):
        return {key: _readable(arguments[1], item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_readable(arguments[0], item) for item in value]
    if typing.get_origin(inner) is Literal:
        return CHOICES.get(str(value), value)
    return value


def _lowered(title: str) -> str:
    """A title inside a sentence: « semaine type », but « PMSMP par an »."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]
