"""Sending many agreements, reading workbooks: asked here, done without the page, followed live."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import AsyncIterator
from typing import Annotated

import anyio
from fastapi import APIRouter, Depends, File, Form, UploadFile
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from docgen.access import Act
from docgen.actions.batches import drafting, keeping, working
from docgen.actions.batches.keeping import Sort
from docgen.actions.drafts import keeping as drafts
from docgen.actions.drafts.answering import answer
from docgen.actions.drafts.sending import Plan, plan
from docgen.actions.takeover.model import model_file
from docgen.errors import InvalidData, Refused
from docgen.french import pluriel
from docgen.web.office.files import XLSX, attached
from docgen.web.office.forms import Fault, faults_of
from docgen.web.office.guarding import Inside, form_to, see, to_do

log = logging.getLogger("docgen.web")
router = APIRouter()
Writer = Annotated[Inside, Depends(to_do(Act.PREPARE))]
WriterForm = Annotated[Inside, Depends(form_to(Act.PREPARE))]
Sender = Annotated[Inside, Depends(to_do(Act.SEND))]
SenderForm = Annotated[Inside, Depends(form_to(Act.SEND))]
InCharge = Annotated[Inside, Depends(to_do(Act.IMPORT))]
InChargeForm = Annotated[Inside, Depends(form_to(Act.IMPORT))]
Workbook = Annotated[UploadFile | None, File()]
READ = ["GET", "HEAD"]
# Drafts judged on one page; the filter of the group shows the others.
MOST_SHOWN = 60
# How often a page that stays open is told, and for how long before it asks again.
EVERY, FOR = 0.5, 120.0


@router.api_route("/importer", methods=READ)
def ask_for_workbook(me: Writer) -> Response:
    """The models to fill, where to send them back, what was sent lately."""
    return _importer(me)


def _importer(me: Inside, faults: tuple[Fault, ...] = (), status: int = 200) -> Response:
    facts = {"lots": keeping.listed(me.ports), "faults": faults}
    return me.answer("importer.html", facts, status)


@router.get("/importer/reprise.xlsx")
def past_model(me: InCharge) -> Response:
    """The workbook of the past, to fill."""
    return attached(model_file(me.now), "reprise.xlsx", XLSX)


@router.get("/importer/brouillons.xlsx")
def drafts_model(me: Writer) -> Response:
    """The workbook of drafts, to fill."""
    return attached(drafting.model_file(me.now), "brouillons.xlsx", XLSX)


@router.post("/importer/reprise")
def read_past(me: InChargeForm, classeur: Workbook = None) -> Response:
    """Try a workbook of the past."""
    return _received(me, "reprise", classeur)


@router.post("/importer/brouillons")
def read_drafts(me: WriterForm, classeur: Workbook = None) -> Response:
    """Try a workbook of drafts."""
    return _received(me, "brouillons", classeur)


def _received(me: Inside, sort: Sort, file: UploadFile | None) -> Response:
    content = file.file.read() if file is not None else b""
    if not content:
        return _importer(me, (Fault(f"classeur-{sort}", "Choisissez un classeur .xlsx."),), 422)
    if not content.startswith(b"PK"):
        message = "Ce fichier n’est pas un classeur .xlsx : enregistrez-le dans ce format."
        return _importer(me, (Fault(f"classeur-{sort}", message),), 422)
    name = (file.filename if file is not None else "") or "classeur.xlsx"
    shown = "".join(one for one in name if one.isprintable())[-80:]
    return begun(me, keeping.ask_to_read(me.ports, sort, shown, content, me.who.account, me.now))


@router.api_route("/envois", methods=READ)
def choose(me: Sender, groupe: str = "") -> Response:
    """The drafts, those that can leave and why the others can't."""
    return _choose(me, groupe)


def _choose(
    me: Inside, group: str = "", faults: tuple[Fault, ...] = (), status: int = 200
) -> Response:
    views = drafts.listed(me.ports, group[:32] or None)
    rows: list[tuple[drafts.DraftView, Plan | None, list[str]]] = []
    for view in views[:MOST_SHOWN]:
        found = answer(me.ports, view.data, me.now)
        reasons = [f"{one.message[:1].upper()}{one.message[1:]}" for one in found.wrong[:2]]
        if found.missing:
            reasons.append(f"Encore {pluriel(len(found.missing), 'champ')} à remplir.")
        rows.append((view, plan(me.ports, found.agreement) if found.agreement else None, reasons))
    facts = {
        "lignes": rows,
        "reste": len(views) - len(rows),
        "groupe": group[:32],
        "faults": faults,
    }
    return me.answer("envois.html", facts, status)


@router.post("/envois")
def send_all(
    me: SenderForm,
    brouillons: Annotated[list[str] | None, Form()] = None,
    groupe: Annotated[str, Form()] = "",
) -> Response:
    """Send those that are chosen, one after the other."""
    try:
        batch_id = keeping.ask_to_send(me.ports, brouillons or [], me.who.account, me.now)
    except InvalidData as error:
        return _choose(me, groupe, faults_of(error), 422)
    return begun(me, batch_id)


def begun(me: Inside, batch_id: str) -> Response:
    """To the page of a batch that is being worked on."""
    set_to_work(me, batch_id)
    return see(f"/lots/{batch_id}")


def set_to_work(me: Inside, batch_id: str) -> None:
    """Have it worked on beside the pages; what a stop interrupts, the sweep takes up."""

    def work() -> None:
        try:
            working.work(me.ports, batch_id, me.door.now)
        except Exception:
            log.exception("un lot s’est arrêté ; le prochain passage le reprend")

    threading.Thread(target=work, name=f"lot-{batch_id[:8]}", daemon=True).start()


@router.api_route("/lots/{batch_id}", methods=READ)
def show(me: Writer, batch_id: str) -> Response:
    """How far it is, and what came of it."""
    view = keeping.opened(me.ports, batch_id)
    if view.sort == "modele":
        return see(f"/modeles/essais/{batch_id}")
    if view.running:
        # Whoever worked on it may have died: nothing happens while its time is not over.
        set_to_work(me, batch_id)
    return me.answer("lot.html", {"lot": view, "faults": ()})


@router.get("/lots/{batch_id}/progres")
async def progress(me: Writer, batch_id: str) -> Response:
    """How far it is, told as it goes on (server-sent events), to its end or for two minutes."""
    await run_in_threadpool(keeping.opened, me.ports, batch_id)

    async def told() -> AsyncIterator[str]:
        with anyio.move_on_after(FOR):
            last = ""
            while True:
                view = await run_in_threadpool(keeping.opened, me.ports, batch_id)
                now = {"fait": view.done, "sur": view.total, "fini": not view.running}
                if (said := json.dumps(now)) != last:
                    last = said
                    yield f"data: {said}\n\n"
                if not view.running:
                    return
                await anyio.sleep(EVERY)

    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(told(), media_type="text/event-stream", headers=headers)


@router.post("/lots/{batch_id}/accord")
def say_yes(me: InChargeForm, batch_id: str) -> Response:
    """Take the past over, as it was tried."""
    if keeping.opened(me.ports, batch_id).sort != "reprise":
        raise Refused("Ce lot n’est pas une reprise du passé.")
    keeping.say_yes(me.ports, batch_id, me.who.account, me.now)
    return begun(me, batch_id)


@router.post("/lots/{batch_id}/brouillons")
def make_drafts(me: WriterForm, batch_id: str) -> Response:
    """Make the drafts that were tried."""
    if keeping.opened(me.ports, batch_id).sort != "brouillons":
        raise Refused("Ce lot n’est pas un classeur de brouillons.")
    keeping.say_yes(me.ports, batch_id, me.who.account, me.now)
    return begun(me, batch_id)


@router.post("/lots/{batch_id}/arret")
def stop(me: WriterForm, batch_id: str) -> Response:
    """Stop what is not done yet."""
    keeping.stop(me.ports, batch_id, me.who.account, me.now)
    return see(f"/lots/{batch_id}")


@router.post("/lots/{batch_id}/reprise")
def retry(me: SenderForm, batch_id: str) -> Response:
    """Try again what failed."""
    keeping.retry(me.ports, batch_id, me.who.account, me.now)
    return begun(me, batch_id)
