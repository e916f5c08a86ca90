"""What the buttons of a draft do to its data before it is saved: `faire` says which.

All of them are plain submits, so that they work without a script.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from docgen.actions.drafts import reusing
from docgen.actions.ports import Ports
from docgen.agreements.amending import value_at
from docgen.agreements.form import weeks
from docgen.agreements.form.merging import flat, nested


@dataclass
class Done:
    """The data after the act; where on the page to go on, and what there is to say of it."""

    data: dict[str, Any]
    at: str = ""
    said: str = ""
    more: dict[str, int] = field(default_factory=dict)
    sought: str = ""


def act(ports: Ports, what: str, data: dict[str, Any], sent: Mapping[str, str]) -> Done:
    """Do what a button says; what makes no sense does nothing."""
    verb, _, arg = what.partition(":")
    match verb:
        case "ajouter":
            return Done(data, arg, more={arg: 3})
        case "retirer":
            return Done(_without(data, arg), arg.rpartition(".")[0])
        case "horaires":
            name, _, day = arg.partition(":")
            weeks.act(name, day, data)
            return Done(data, "horaires")
        case "siret":
            return _filled(ports, data, arg)
        case "chercher":
            return Done(data, arg, sought=sent.get(f"chercher.{arg}", "")[:100])
        case "reprendre":
            name, _, key = arg.partition(":")
            return _taken(ports, data, name, key)
        case _:
            return Done(data)


def _without(data: dict[str, Any], path: str) -> dict[str, Any]:
    above, _, rank = path.rpartition(".")
    items = value_at(data, above)
    if isinstance(items, list) and rank.isdecimal() and int(rank) < len(items):
        items.pop(int(rank))
    return data


def _filled(ports: Ports, data: dict[str, Any], path: str) -> Done:
    """A body filled from its SIRET, where it says nothing yet."""
    body = value_at(data, path)
    before = body if isinstance(body, Mapping) else {}
    number = str(before.get("siret", ""))
    if not number:
        return Done(data, path, "Écrivez d’abord le SIRET.")
    told, problem = reusing.filled(ports, number, before)
    said = f"Rien n’a été rempli : {problem}" if problem else "Rempli d’après le SIRET. Relisez."
    return Done(_put(data, path, told), path, said)


def _taken(ports: Ports, data: dict[str, Any], name: str, key: str) -> Done:
    match name:
        case "entreprise":
            told = reusing.company(ports, key)
            if not told.get("entreprise"):
                return Done(data, name, "Rien n’est connu de cette entreprise.")
            data = _put(data, "entreprise", told["entreprise"])
            # The tutor and the place of last time, unless something is written there.
            for other in ("tuteur", "lieu"):
                if other in told and data.get("type") == "pmsmp" and not _written(data.get(other)):
                    data = _put(data, other, told[other])
            return Done(data, name, "Repris du dernier accord. Relisez.")
        case "beneficiaire":
            told = reusing.person(ports, key)
            if not told:
                return Done(data, name, "Rien n’est connu de cette personne.")
            return Done(_put(data, name, told), name, "Repris de sa fiche. Relisez.")
        case "tuteur" | "representant":
            siret = str(value_at(data, "entreprise.siret") or "")
            path = "tuteur" if name == "tuteur" else "entreprise.representant"
            known = dict(reusing.contacts(ports, siret, name)) if siret else {}
            if key not in known:
                return Done(data, path)
            return Done(_put(data, path, known[key]), path, "Repris d’un accord passé. Relisez.")
        case _:
            return Done(data)


def _written(value: Any) -> bool:
    return isinstance(value, Mapping) and any(one not in ({}, None, "") for one in value.values())


def _put(data: Mapping[str, Any], path: str, value: Mapping[str, Any]) -> dict[str, Any]:
    kept = {k: v for k, v in flat(data).items() if k != path and not k.startswith(f"{path}.")}
    return nested(kept | flat(value, f"{path}."))
