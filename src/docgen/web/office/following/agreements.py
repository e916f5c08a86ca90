"""The list of agreements, and the page of each: where it stands, its documents."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from docgen import agreements
from docgen.access import Act
from docgen.actions import handwritten
from docgen.actions.following import agreement, finding
from docgen.actions.on_site import CHECKS
from docgen.errors import InvalidData
from docgen.french import PARIS
from docgen.indicators.compute import CONTRACTS
from docgen.ledger import ON_A_STAY, WITH_A_COMPANY
from docgen.lifecycle import Status
from docgen.records.queries.search import Wanted
from docgen.ways import Way
from docgen.web.office.files import pdf
from docgen.web.office.forms import Fault, day_of, faults_of
from docgen.web.office.guarding import Inside, to_do

router = APIRouter()
Follower = Annotated[Inside, Depends(to_do(Act.FOLLOW))]
Holder = Annotated[Inside, Depends(to_do(Act.DOCUMENT))]
Prover = Annotated[Inside, Depends(to_do(Act.EVIDENCE))]
READ = ["GET", "HEAD"]
_LONGEST = 200
# What an act did, by the word that stands in the address after it.
DONE = {
    "envoye": "C’est envoyé : le document est figé, chacun est invité à son tour.",
    "relance": "La relance est partie, avec un nouveau lien.",
    "adresse": "C’est changé. Les liens d’avant ne s’ouvrent plus.",
    "delegation": "C’est changé : cette personne signera à sa place.",
    "papier": "La signature sur papier est enregistrée. Gardez le papier : c’est lui l’original.",
    "annule": "L’accord est annulé ; les signataires invités sont prévenus.",
    "reprise": "C’est repris : plus rien n’est en attente ici.",
    "note": "C’est noté.",
    "retire": "C’est retiré : cela ne compte plus.",
}
_WAYS = (Way.COURRIEL, Way.SMS, Way.SUR_PLACE, Way.PAPIER)


@router.api_route("/accords", methods=READ)
def list_agreements(
    me: Follower,
    q: str = "",
    type: str = "",  # noqa: A002 (the word of the data)
    statut: str = "",
    du: str = "",
    au: str = "",
    suite: str = "",
) -> Response:
    """The latest agreements, or those that hold what is asked; the criteria stay in the address."""
    typed = {"q": q, "type": type, "statut": statut, "du": du, "au": au}
    typed = {name: value[:_LONGEST].replace("\0", "") for name, value in typed.items()}
    faults: tuple[Fault, ...] = ()
    found = finding.Listed([], None)
    try:
        found = finding.find(me.ports, _wanted(typed), after_of(suite))
    except InvalidData as error:
        faults = faults_of(error)
    facts = {
        "saisi": typed,
        "trouves": found.rows,
        "suite": f"{found.after[0].isoformat()}.{found.after[1]}" if found.after else "",
        "debut": not suite,
        "types": [(one.slug, one.title) for one in agreements.KINDS.values()],
        "statuts": [(one.value, one.label) for one in Status if one is not Status.DETRUIT],
        "faults": faults,
        "cherche": any(typed.values()),
    }
    return me.answer("accords.html", facts, 422 if faults else 200)


def _wanted(typed: dict[str, str]) -> Wanted:
    return Wanted(
        words=typed["q"],
        kind=typed["type"],
        statuses=(typed["statut"],) if typed["statut"] else (),
        first_day=day_of(typed["du"], "du"),
        last_day=day_of(typed["au"], "au"),
    )


def after_of(text: str) -> tuple[date, str] | None:
    """Where a list goes on, from its address; None for its beginning or for what is no place."""
    day, _, last = text.partition(".")
    try:
        return (date.fromisoformat(day), last[:32]) if day and last.isalnum() else None
    except ValueError:
        return None


@router.api_route("/accords/{reference}", methods=READ)
def show(me: Follower, reference: str, fait: str = "") -> Response:
    """An agreement's page."""
    return agreement_page(me, reference, done=DONE.get(fait, ""))


def agreement_page(
    me: Inside,
    reference: str,
    faults: tuple[Fault, ...] = (),
    status: int = 200,
    *,
    done: str = "",
    opened: str = "",
    typed: dict[str, str] | None = None,
) -> Response:
    """The page; `opened` names the form that was sent, `typed` what it said."""
    view = agreement.view(me.ports, reference, me.now)
    facts = {
        "accord": view,
        "faults": faults,
        "avis": done,
        "ouvert": opened,
        "saisi": typed or {},
        "moyens": _WAYS,
        "identites": CHECKS,
        "identites_papier": handwritten.CHECKS,
        "actes": ON_A_STAY if view.is_stay else WITH_A_COMPANY,
        "contrats": CONTRACTS,
        "aujourdhui": me.now.astimezone(PARIS).date(),
        "maintenant": me.now,
    }
    return me.answer("accord.html", facts, status)


@router.get("/accords/{reference}/document.pdf")
def document(me: Holder, reference: str) -> Response:
    """The document as it stands now, signed by those who have."""
    return pdf(agreement.document(me.ports, reference), reference)


@router.get("/accords/{reference}/a-imprimer.pdf")
def to_print(me: Holder, reference: str) -> Response:
    """The pages to sign by hand."""
    return pdf(handwritten.pages_to_print(me.ports, reference), f"{reference}-a-imprimer")


@router.get("/accords/{reference}/preuves.pdf")
def evidence(me: Prover, reference: str) -> Response:
    """Who agreed to what, when and how."""
    return pdf(agreement.document(me.ports, reference, evidence=True), f"{reference}-preuves")
