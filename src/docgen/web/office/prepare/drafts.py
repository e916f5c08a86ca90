"""Drafts: the list, a new one, the form itself, saved as it is typed and by its buttons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import Response

from docgen import agreements
from docgen.access import Act
from docgen.actions.drafts import beginning, keeping, reusing
from docgen.actions.drafts.keeping import DraftView, Saved
from docgen.agreements.form import form_of
from docgen.agreements.form.typed import data_of, said_again
from docgen.errors import NotFound
from docgen.web.office.guarding import Inside, form_to, kept_form_to, see, sent_form, to_do
from docgen.web.office.prepare import acts
from docgen.web.office.prepare.acts import Done
from docgen.web.office.prepare.page import facts_of, item_facts, live_facts

router = APIRouter()
Field = Annotated[str, Form()]
Sent = Annotated[dict[str, str], Depends(sent_form)]
Writer = Annotated[Inside, Depends(to_do(Act.PREPARE))]
WriterForm = Annotated[Inside, Depends(form_to(Act.PREPARE))]
KeptForm = Annotated[Inside, Depends(kept_form_to(Act.PREPARE))]
READ = ["GET", "HEAD"]
_STARTERS = {
    "pmsmp": "Une personne découvre un métier, confirme un projet ou rencontre un employeur.",
    "partenariat": "Une entreprise s’engage pour l’année : PMSMP, visites, recrutements.",
    "mecenat": "Une entreprise donne du temps et du savoir-faire.",
}


@router.api_route("/preparer", methods=READ)
def prepare(me: Writer) -> Response:
    """What can be prepared, and what is being prepared."""
    facts = {
        "types": [(slug, agreements.get(slug).title, words) for slug, words in _STARTERS.items()],
        "brouillons": keeping.listed(me.ports),
    }
    return me.answer("preparer.html", facts)


@router.post("/brouillons")
def begin(me: WriterForm, type: Field = "") -> Response:  # noqa: A002 (the word of the data)
    """A new draft."""
    return see(f"/brouillons/{beginning.begin_new(me.ports, type, me.who, me.now)}")


@router.post("/exemples")
def begin_examples(me: WriterForm) -> Response:
    """Two drafts to look around with."""
    beginning.examples(me.ports, me.who, me.now)
    return see("/preparer")


@router.post("/accords/{reference}/suite")
def begin_after(me: WriterForm, reference: str, type: Field = "") -> Response:  # noqa: A002
    """A draft of what follows an agreement."""
    draft_id = beginning.begin_after(me.ports, type, reference, me.who, me.now)
    return see(f"/brouillons/{draft_id}")


@router.post("/accords/{reference}/copie")
def begin_as(me: WriterForm, reference: str) -> Response:
    """A draft that says the same, but for the dates."""
    return see(f"/brouillons/{beginning.begin_as(me.ports, reference, me.who, me.now)}")


@router.api_route("/brouillons/{draft_id}", methods=READ)
def show(
    me: Writer,
    draft_id: str,
    tout: str = "",
    ajoute: str = "",
    cherche: str = "",
    mots: str = "",
    dit: str = "",
    avec: str = "",
) -> Response:
    """The form. `tout`: what is missing is said at its field too."""
    view = keeping.opened(me.ports, draft_id)
    done = Done(dict(view.data), more={ajoute: 3} if ajoute else {}, said=_SAID.get(dit, ""))
    done.at, done.sought = cherche, mots[:100]
    saved = Saved(view.version, view.data, by=avec[:200])
    return me.answer("brouillon.html", facts_of(me, view, saved, done, whole=tout == "oui"))


# What a button did, by a word that may stand in an address.
_SAID = {
    "rempli": "Rempli d’après le SIRET. Relisez.",
    "repris": "Repris de ce qui est connu. Relisez.",
    "garde": "Votre brouillon est enregistré.",
}


@router.post("/brouillons/{draft_id}")
def save(
    request: Request, me: KeptForm, draft_id: str, sent: Sent, version: Field = "0",
    page: Field = "", faire: Field = "",
) -> Response:  # fmt: skip
    """Save what the page says, and do what its button says."""
    view = keeping.opened(me.ports, draft_id)
    # Saved as it is typed: htmx then names the form, and adds whatever button had the focus last.
    alive = request.headers.get("hx-trigger") == "brouillon"
    faire = "" if alive else faire
    said = said_again(view.data, form_of(view.kind), data_of(form_of(view.kind), sent))
    done = acts.act(me.ports, faire, said, sent)
    saved = keeping.save(
        me.ports, draft_id, _number(version), page[:32], done.data, me.who.account, me.now
    )
    if alive:
        piece = me.answer("brouillon_vif.html", live_facts(me, view, saved, page))
        piece.headers["hx-trigger"] = "docgen-garde"
        return piece
    if saved.conflicts or saved.theirs or (done.said and not _at_rest(done)):
        status = 409 if saved.conflicts else 200
        return me.answer("brouillon.html", facts_of(me, view, saved, done, page=page), status)
    return see(_next(view, faire, done))


def _at_rest(done: Done) -> bool:
    return done.said in _SAID.values()


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _next(view: DraftView, what: str, done: Done) -> str:
    """Where to go on, after a plain submit."""
    here = f"/brouillons/{view.id}"
    if what == "verifier":
        return f"{here}/envoi"
    words = next((word for word, said in _SAID.items() if said == done.said), "")
    place = f"#c-{done.at.replace('.', '-')}" if done.at else ""
    if what.startswith("ajouter:"):
        return f"{here}?ajoute={_safe(done.at)}{place}"
    if what.startswith("chercher:"):
        return f"{here}?cherche={_safe(done.at)}&mots={quote(done.sought, safe='')}{place}"
    if words:
        return f"{here}?dit={words}{place}"
    return f"{here}?dit=garde" if what in {"", "enregistrer"} else f"{here}{place}"


def _safe(path: str) -> str:
    return "".join(c for c in path if c.isalnum() or c in "._-")


@router.get("/brouillons/{draft_id}/ligne")
def new_item(me: Writer, draft_id: str, chemin: str = "", rang: str = "") -> Response:
    """One more blank item of a list, for a page that does not reload."""
    view = keeping.opened(me.ports, draft_id)
    facts = item_facts(view, chemin, _number(rang))
    if facts is None:
        raise NotFound("La liste", chemin[:60])
    return me.answer("brouillon_ligne.html", facts)


@router.get("/brouillons/{draft_id}/connus")
def known(me: Writer, draft_id: str, request: Request, quoi: str = "") -> Response:
    """What is known under a few words, to choose from, as they are typed."""
    view = keeping.opened(me.ports, draft_id)
    words = request.query_params.get(f"chercher.{quoi}", "")[:100].replace("\0", "")
    facts: Mapping[str, Any] = {
        "quoi": quoi if quoi in {"entreprise", "beneficiaire"} else "entreprise",
        "connus": _known(me, quoi, words),
        "mots": words,
        "brouillon": view,
    }
    return me.answer("brouillon_connus.html", facts)


def _known(me: Inside, what: str, words: str) -> list[reusing.Known]:
    if what == "beneficiaire":
        return reusing.people(me.ports, words)
    return reusing.companies(me.ports, words)


@router.post("/brouillons/{draft_id}/suppression")
def drop(me: WriterForm, draft_id: str) -> Response:
    """Throw the draft away."""
    keeping.drop(me.ports, draft_id, me.who.account, me.now)
    return see("/preparer")
