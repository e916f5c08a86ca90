"""The template desk: each kind’s versions, a new one tried beside the one in use, published."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, UploadFile
from starlette.responses import Response

from docgen import agreements
from docgen.access import Act
from docgen.actions.batches import keeping
from docgen.actions.batches.templates import page_of
from docgen.actions.template import published, versions
from docgen.documents.changes import marked
from docgen.documents.lint.catalogue import catalogue
from docgen.documents.pages import page_image
from docgen.web.office.batches import set_to_work
from docgen.web.office.files import DOCX, attached, picture
from docgen.web.office.forms import Fault
from docgen.web.office.guarding import Inside, form_to, see, to_do

router = APIRouter()
Author = Annotated[Inside, Depends(to_do(Act.TEMPLATES))]
AuthorForm = Annotated[Inside, Depends(form_to(Act.TEMPLATES))]
PublisherForm = Annotated[Inside, Depends(form_to(Act.PUBLISH))]
Field = Annotated[str, Form()]
READ = ["GET", "HEAD"]


@router.api_route("/modeles", methods=READ)
def kinds(me: Author) -> Response:
    """Each kind, and the version of its template in use."""
    in_use = [one for one in versions(me.ports) if one.current]
    rows = [(agreements.get(one.kind).title, one) for one in in_use]
    return me.answer("modeles.html", {"modeles": rows})


@router.api_route("/modeles/{kind}", methods=READ)
def versions_of(me: Author, kind: str) -> Response:
    """The versions of a kind's template, the marks it may write, where to try another."""
    return _kind(me, kind)


def _kind(me: Inside, slug: str, faults: tuple[Fault, ...] = (), status: int = 200) -> Response:
    kind = agreements.get(slug)
    facts = {
        "type": kind,
        "versions": versions(me.ports, slug),
        "marques": catalogue(kind.model),
        "essais": [
            one
            for one in keeping.listed(me.ports)
            if one.sort == "modele" and one.label.startswith(f"{slug}, ")
        ],
        "faults": faults,
    }
    return me.answer("modele.html", facts, status)


@router.get("/modeles/{kind}/{version}.docx")
def word_file(me: Author, kind: str, version: str) -> Response:
    """A version's Word file, to change it; « fichier » is that of the folder."""
    content = published(me.ports, f"{kind}@{version}").content
    return attached(content, f"{agreements.get(kind).slug}-{_safe(version)}.docx", DOCX)


@router.post("/modeles/essais")
def try_one(
    me: AuthorForm,
    type: Field = "",  # noqa: A002 (the word of the data)
    modele: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Try a Word file as the next version."""
    slug = agreements.get(type).slug
    content = modele.file.read() if modele is not None else b""
    if not content:
        return _kind(me, slug, (Fault("modele", "Choisissez un fichier Word (.docx)."),), 422)
    name = (modele.filename if modele is not None else "") or "modele.docx"
    shown = "".join(one for one in name if one.isprintable())[-80:]
    return _begun(me, slug, shown, content)


@router.post("/modeles/{kind}/{version}/reprise")
def try_again(me: AuthorForm, kind: str, version: str) -> Response:
    """Try an earlier version as the next one."""
    content = published(me.ports, f"{kind}@{version}").content
    return _begun(me, kind, f"version {_safe(version)}", content)


def _begun(me: Inside, slug: str, name: str, content: bytes) -> Response:
    batch = keeping.ask_to_try(me.ports, slug, name, content, me.who.account, me.now)
    set_to_work(me, batch)
    return see(f"/modeles/essais/{batch}")


@router.api_route("/modeles/essais/{batch_id}", methods=READ)
def trial(me: Author, batch_id: str) -> Response:
    """What is wrong and on which page, what changes; then the version."""
    view = keeping.opened(me.ports, batch_id)
    if view.sort != "modele":
        return see(f"/lots/{batch_id}")
    if view.running:
        set_to_work(me, batch_id)
    flaws = view.report.get("flaws", [])
    drawn = view.report.get("pages", {}).get("dessin", 0)
    facts = {
        "lot": view,
        "faults": (),
        "pages": [
            (number, [one for one in flaws if one["page"] == number])
            for number in range(1, drawn + 1)
        ],
        "ailleurs": [one for one in flaws if not 1 <= one["page"] <= drawn],
        "changements": [
            (one, *marked(one["before"], one["after"])) for one in view.report.get("changes", [])
        ],
    }
    return me.answer("essai.html", facts)


@router.get("/modeles/essais/{batch_id}/{which}/{page:int}.png")
def page(me: Author, batch_id: str, which: str, page: int) -> Response:
    """A page of the file as it is, of the example before, of the example after."""
    return picture(page_image(page_of(me.ports, batch_id, which), page - 1))


@router.post("/modeles/essais/{batch_id}/publication")
def publish(me: PublisherForm, batch_id: str, note: Field = "") -> Response:
    """Publish what was tried."""
    keeping.say_yes(me.ports, batch_id, me.who.account, me.now, note)
    set_to_work(me, batch_id)
    return see(f"/modeles/essais/{batch_id}")


@router.post("/modeles/essais/{batch_id}/abandon")
def drop(me: AuthorForm, batch_id: str) -> Response:
    """Let the trial go."""
    keeping.stop(me.ports, batch_id, me.who.account, me.now)
    return see(f"/modeles/essais/{batch_id}")


def _safe(text: str) -> str:
    return "".join(one for one in text if one.isalnum())[:20]
