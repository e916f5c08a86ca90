"""What the page of a draft shows: its form, what the law answers, what others changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from docgen import agreements
from docgen.actions.drafts import reusing
from docgen.actions.drafts.answering import Answer, answer
from docgen.actions.drafts.keeping import DraftView, Saved
from docgen.agreements.amending import value_at
from docgen.agreements.form import Many, Section, form_of
from docgen.agreements.form.typed import MOST_ITEMS, at
from docgen.agreements.rules.possible import Possible
from docgen.errors import Finding
from docgen.web.office.guarding import Inside
from docgen.web.office.prepare.acts import Done
from docgen.web.office.prepare.shown import (
    Placed,
    ShownSection,
    anchor,
    label_of,
    placed,
    places,
    shown,
)


def facts_of(
    me: Inside,
    view: DraftView,
    saved: Saved,
    done: Done,
    *,
    whole: bool = False,
    page: str = "",
) -> dict[str, Any]:
    """The whole page; with a conflict, over what was typed and not over what is kept."""
    sections = form_of(view.kind)
    found = answer(me.ports, saved.data, me.now)
    faults = placed(sections, saved.data, [*found.wrong, *(found.missing if whole else ())])
    form = shown(sections, saved.data, faults, done.more)
    return {
        **_told(sections, view, saved, found, form),
        "formulaire": form,
        "fautes": places(form, faults) if whole else [],
        "tout": whole,
        "page": page or me.ports.new_id(),
        "dit": done.said,
        "derogeable": bool(_written_off(view, found)),
        "cherche": done.at if done.sought else "",
        "mots": done.sought,
        "connus": _sought(me, done),
        "contacts": _contacts(me, saved.data),
        "cite": view.cites,
    }


def _written_off(view: DraftView, found: Answer) -> list[str]:
    """The rules that speak now and yield to a written reason."""
    admitted = {one.id for one in agreements.get(view.kind).rules if one.overridable}
    spoken = [one.rule for one in found.all if one.rule in admitted]
    return [*spoken, *(["écrite"] if found.data.get("derogations") else [])]


def live_facts(me: Inside, view: DraftView, saved: Saved, page: str) -> dict[str, Any]:
    """What a page that was saved as it was typed puts in place: the answer, each field's fault."""
    sections = form_of(view.kind)
    found = answer(me.ports, saved.data, me.now)
    faults = placed(sections, saved.data, found.wrong)
    before = shown(sections, view.data, Placed())
    form = shown(sections, saved.data, faults)
    asked = {one.id: one.asked for section in before for one in section.walk()}
    return {
        **_told(sections, view, saved, found, form),
        "champs_vifs": [
            one
            for section in form
            for one in section.walk()
            # Blank items of a list may not be on the page: each page has its own.
            if one.sort != "many" and (one.full or not any(c.isdigit() for c in one.path))
        ],
        "change": [
            one
            for section in form
            for one in section.walk()
            if one.node.only is not None and asked.get(one.id) != one.asked
        ],
        "horaires_changes": _relaid(before, form),
        "page": page,
        "dit": "",
    }


def _relaid(before: tuple[ShownSection, ...], form: tuple[ShownSection, ...]) -> list[str]:
    """The timetables whose weeks are others than before."""

    def laid(sections: tuple[ShownSection, ...]) -> dict[str, list[object]]:
        return {
            one.id: [(week.monday, week.apart, len(week.days)) for week in one.weeks]
            for section in sections
            for one in section.walk()
            if one.sort == "hours"
        }

    was = laid(before)
    return [name for name, weeks in laid(form).items() if weeks != was.get(name)]


def _told(
    sections: tuple[Section, ...],
    view: DraftView,
    saved: Saved,
    found: Answer,
    form: tuple[ShownSection, ...],
) -> dict[str, Any]:
    wrong = placed(sections, saved.data, found.wrong)
    missing = placed(sections, saved.data, found.missing)
    return {
        "brouillon": view,
        "titre": view.title,
        "version": saved.version,
        "enregistre": not saved.conflicts,
        "reponse": found,
        "a_corriger": places(form, wrong),
        "dits": [(_said_label(sections, one.field), anchor(one.field), one) for one in found.said],
        "manques": _missing(form, missing),
        "combien": len(found.missing),
        "possible": found.possible,
        "jours_restants": _days_left(found.possible),
        "par": saved.by,
        "changes": [(label_of(sections, one.path), one.before, one.after) for one in saved.theirs],
        "conflits": [
            (label_of(sections, one.path), anchor(one.path), one.theirs, one.mine)
            for one in saved.conflicts
        ],
        "semaines": [one for section in form for one in section.walk() if one.sort == "hours"],
    }


def _said_label(sections: tuple[Section, ...], path: str) -> str:
    return label_of(sections, path) if path else ""


def _missing(form: tuple[ShownSection, ...], faults: Placed) -> list[tuple[str, str, int]]:
    """(section, its first field to fill, how many) of each section that is not full."""
    found = []
    for section in form:
        holes = [one for one in section.walk() if one.path in faults.by_path]
        if holes:
            count = sum(len(faults.by_path[one.path]) for one in holes)
            found.append((section.section.title, holes[0].id, count))
    if faults.elsewhere:
        found.append(("Ailleurs", "contenu", len(faults.elsewhere)))
    return found


def _days_left(possible: Possible | None) -> int | None:
    """The days left at this company over twelve months (P4)."""
    limits = possible.limits if possible else ()
    return next((one.left for one in limits if one.rule == "P4"), None)


def _sought(me: Inside, done: Done) -> list[reusing.Known]:
    if not done.sought:
        return []
    if done.at == "beneficiaire":
        return reusing.people(me.ports, done.sought)
    return reusing.companies(me.ports, done.sought) if done.at == "entreprise" else []


def _contacts(me: Inside, data: Mapping[str, Any]) -> dict[str, list[str]]:
    """People of the company whom past agreements name, by the group they may fill."""
    siret = "".join(c for c in str(value_at(data, "entreprise.siret") or "") if c.isdigit())
    if len(siret) != 14:
        return {}
    return {
        path: [label for label, _ in reusing.contacts(me.ports, siret, name)]
        for path, name in (("tuteur", "tuteur"), ("entreprise.representant", "representant"))
    }


def item_facts(view: DraftView, path: str, rank: int) -> dict[str, Any] | None:
    """A blank item of a list, and the button that asks for the next; None for what is no list."""
    for section in form_of(view.kind):
        for one in shown((section,), view.data, Placed())[0].walk():
            if one.path == path and isinstance(one.node, Many) and rank < MOST_ITEMS:
                node = at(one.node.item, rank)
                blank = shown((Section("", "", "", (node,)),), {}, Placed())[0].parts[0]
                return {"liste": one, "element": blank, "rang": rank, "brouillon": view}
    return None


def places_of(view: DraftView, findings: Iterable[Finding]) -> list[tuple[str, Finding]]:
    """Findings with what a person calls the field they are about."""
    sections = form_of(view.kind)
    return [(label_of(sections, one.field) if one.field else "", one) for one in findings]
