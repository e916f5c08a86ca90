"""What the buttons of an agreement's page do. A refusal comes back on the page, form still open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from docgen.access import Act
from docgen.actions import handwritten
from docgen.actions.delegation import Delegate
from docgen.actions.following import acting
from docgen.actions.handwritten import Attestation
from docgen.actions.on_site import CHECKS, LINK_LIFE, Check
from docgen.actions.put_off import settle, snooze
from docgen.documents.scans.symbols import squares
from docgen.errors import DocgenError, Finding, InvalidData, Refused, Unavailable
from docgen.french import PARIS
from docgen.ways import Way
from docgen.web.office.following.agreements import agreement_page
from docgen.web.office.forms import Fault, a_day, faults_of
from docgen.web.office.guarding import Inside, form_to, see
from docgen.web.phone import drawn

router = APIRouter()
Field = Annotated[str, Form()]
Officer = Annotated[Inside, Depends(form_to(Act.ACT))]
InCharge = Annotated[Inside, Depends(form_to(Act.CANCEL))]


@router.post("/accords/{reference}/relance")
def remind(me: Officer, reference: str) -> Response:
    """A new link to those who have not signed."""
    return _tried(
        me, reference, "relance", "",
        lambda: acting.remind(me.ports, reference, me.who.account, me.now),
    )  # fmt: skip


@router.post("/accords/{reference}/annulation")
def cancel(me: InCharge, reference: str, motif: Field = "") -> Response:
    """End the agreement."""
    return _tried(
        me, reference, "annule", "annulation",
        lambda: acting.cancel(me.ports, reference, motif, me.who.account, me.now),
        {"motif": motif},
    )  # fmt: skip


@router.post("/accords/{reference}/reprise")
def retry(me: Officer, reference: str) -> Response:
    """Try again what failed or was put off."""
    done = acting.retry(me.ports, reference, me.who.account, me.now)
    if done.busy:
        said = "Un autre passage est en cours : revenez dans une minute."
        return agreement_page(me, reference, (Fault("contenu", said),), 409)
    if done.failures:
        faults = tuple(dict.fromkeys(Fault("contenu", said) for _, _, said in done.failures))
        return agreement_page(me, reference, faults, 503)
    return see(f"/accords/{reference}?fait=reprise")


@router.post("/accords/{reference}/signataires/{rank:int}/adresse")
def readdress(
    me: Officer,
    reference: str,
    rank: int,
    courriel: Field = "",
    telephone: Field = "",
    moyen: Field = "",
) -> Response:
    """Correct an address, or change the way."""
    return _tried(
        me, reference, "adresse", f"adresse-{rank}",
        lambda: acting.readdress(
            me.ports, reference, rank, me.who.account, me.now,
            email=courriel.strip(), phone=telephone.strip(), way=_way(moyen),
        ),
        {"courriel": courriel, "telephone": telephone, "moyen": moyen},
        rank,
    )  # fmt: skip


@router.post("/accords/{reference}/signataires/{rank:int}/delegation")
def delegate(
    me: Officer,
    reference: str,
    rank: int,
    nom: Field = "",
    qualite: Field = "",
    courriel: Field = "",
    telephone: Field = "",
) -> Response:
    """Somebody else of the same party signs."""
    to = Delegate(nom, qualite, courriel.strip(), telephone.strip())
    return _tried(
        me, reference, "delegation", f"delegation-{rank}",
        lambda: acting.delegate(me.ports, reference, rank, to, me.who.account, me.now),
        {"nom": nom, "qualite": qualite, "courriel": courriel, "telephone": telephone},
        rank,
    )  # fmt: skip


@router.post("/accords/{reference}/signataires/{rank:int}/sur-place")
def on_site(
    me: Officer, reference: str, rank: int, identite: Field = "", precision: Field = ""
) -> Response:
    """Open a visit for a person who is here; its address is shown once, and kept nowhere."""
    typed = {"identite": identite, "precision": precision}
    try:
        link = acting.open_on_site(
            me.ports, reference, rank, me.who.name, _check(identite), precision[:200],
            me.who.account, me.now,
        )  # fmt: skip
    except (InvalidData, Refused) as error:
        return _refused(me, reference, f"sur-place-{rank}", error, typed, rank)
    facts = {
        "reference": reference,
        "lien": link,
        "qr": drawn(squares(link)),
        "minutes": int(LINK_LIFE.total_seconds() // 60),
    }
    return me.answer("sur_place.html", facts)


@router.post("/accords/{reference}/papier/lien")
def open_deposit(me: Officer, reference: str) -> Response:
    """An address where the pages signed by hand are photographed; shown once."""
    try:
        link = acting.open_deposit(me.ports, reference, me.who.account, me.now)
    except Refused as error:
        return _refused(me, reference, "papier", error, None, None)
    facts = {"reference": reference, "lien": link, "qr": drawn(squares(link))}
    return me.answer("depot.html", facts)


@router.post("/accords/{reference}/papier")
def record_paper(
    me: Officer,
    reference: str,
    signataires: Annotated[list[str] | None, Form()] = None,
    le: Field = "",
    identite: Field = "",
    precision: Field = "",
    cadre_vu: Field = "",
) -> Response:
    """Record as signed by hand those whose pages were received and looked at."""
    ranks = [int(one) for one in signataires or () if one.isdecimal() and len(one) < 3]

    def act() -> None:
        attested = Attestation(
            a_day(le, "le"), me.who.name, _paper_check(identite), precision[:200],
            boxes_seen=cadre_vu == "oui",
        )  # fmt: skip
        acting.record_paper(me.ports, reference, ranks, attested, me.who.account, me.now)

    typed = {"le": le, "identite": identite, "precision": precision}
    return _tried(me, reference, "papier", "papier", act, typed)


@router.post("/rappels")
def handle_reminder(
    me: Officer,
    sujet: Field = "",
    sorte: Field = "",
    jour: Field = "",
    motif: Field = "",
    choix: Field = "",
) -> Response:
    """Settle a reminder, or hear it again in a week."""
    target = a_day(jour, "jour")
    why = " ".join(motif.split())
    if choix == "regler":
        settle(me.ports, sujet, sorte, why, me.now, target, me.who.account)
    else:
        until = me.now.astimezone(PARIS).date() + timedelta(days=7)
        snooze(me.ports, sujet, sorte, until, why, me.now, target, me.who.account)
    return see("/tableau")


def _tried(
    me: Inside,
    reference: str,
    done: str,
    opened: str,
    act: Callable[[], object],
    typed: Mapping[str, str] | None = None,
    rank: int | None = None,
) -> Response:
    try:
        act()
    except (InvalidData, Refused, Unavailable) as error:
        return _refused(me, reference, opened, error, typed, rank)
    return see(f"/accords/{reference}?fait={done}")


def _refused(
    me: Inside,
    reference: str,
    opened: str,
    error: DocgenError,
    typed: Mapping[str, str] | None,
    rank: int | None,
) -> Response:
    """The page again, with the reason; at the field when the error names one."""
    faults: tuple[Fault, ...] = (Fault("contenu", error.explain()),)
    status = 409
    if isinstance(error, InvalidData):
        status = 422
        mark = "" if rank is None else f"-{rank}"
        place = opened.partition("-")[0] if rank is None else opened.removesuffix(mark)
        faults = tuple(
            Fault(f"{place}-{one.anchor}{mark}", one.message) for one in faults_of(error)
        )
    elif isinstance(error, Unavailable):
        status = 503
    return agreement_page(me, reference, faults, status, opened=opened, typed=dict(typed or {}))


def _way(text: str) -> Way | None:
    if not text:
        return None
    try:
        return Way(text)
    except ValueError as error:
        raise _wrong("moyen", "choisissez une façon de signer de la liste.") from error


def _check(text: str) -> Check:
    for name in CHECKS:
        if name == text:
            return name
    raise _wrong("identite", "dites comment vous connaissez la personne.")


def _paper_check(text: str) -> handwritten.Check:
    for name in handwritten.CHECKS:
        if name == text:
            return name
    raise _wrong("identite", "dites comment l’identité est connue.")


def _wrong(field: str, message: str) -> InvalidData:
    return InvalidData([Finding("signataire", "error", field, message)])
