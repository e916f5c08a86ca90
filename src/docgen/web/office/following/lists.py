"""The lists: companies, people, advisers; and what the next twelve months bring."""

from __future__ import annotations

import base64
import binascii
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from docgen.access import Act
from docgen.actions.following import horizon, lists
from docgen.documents.charts import Bars
from docgen.french import PARIS
from docgen.web.office.following.pictures import standing
from docgen.web.office.guarding import Inside, to_do

router = APIRouter()
Follower = Annotated[Inside, Depends(to_do(Act.FOLLOW))]
READ = ["GET", "HEAD"]
_LONGEST = 200
_MOST_ROWS = 200


@router.api_route("/entreprises", methods=READ)
def companies(me: Follower, q: str = "", suite: str = "") -> Response:
    """Companies by name."""
    words = _words(q)
    return _listed(me, "entreprises", words, suite, lists.companies(me.ports, words, _after(suite)))


@router.api_route("/personnes", methods=READ)
def people(me: Follower, q: str = "", suite: str = "") -> Response:
    """Beneficiaries by name."""
    words = _words(q)
    return _listed(me, "personnes", words, suite, lists.people(me.ports, words, _after(suite)))


def _listed(me: Inside, sort: str, words: str, after: str, page: lists.Page) -> Response:
    facts = {
        "sorte": sort,
        "liste": page,
        "q": words,
        "debut": not after,
        "suite": _mark(page.after) if page.after else "",
    }
    return me.answer("liste.html", facts)


@router.api_route("/referents", methods=READ)
def advisers(me: Follower) -> Response:
    """Everyone of ours whom an agreement names."""
    return me.answer("referents.html", {"referents": lists.advisers(me.ports)})


@router.api_route("/referents/{adviser_key}", methods=READ)
def adviser(me: Follower, adviser_key: str) -> Response:
    """An adviser's agreements, and the way to their figures."""
    who, rows = lists.of_adviser(me.ports, adviser_key)
    return me.answer("referent.html", {"referent": who, "accords": rows})


@router.api_route("/echeances", methods=READ)
def coming(me: Follower, mois: str = "", sorte: str = "") -> Response:
    """The twelve months to come, as a picture and as lines; of one month or one sort if asked."""
    found = horizon.horizon(me.ports, me.now.astimezone(PARIS).date())
    month = _month(mois)
    month = month if month in found.months else None
    sort = sorte if sorte in horizon.SORTS else ""
    rows = [
        one
        for one in found.rows
        if (month is None or one.day.replace(day=1) == month) and sort in {"", one.sort}
    ]
    counts = found.counts
    series = [(name, counts[slug]) for slug, name in horizon.SORTS.items()]
    facts = {
        "horizon": found,
        "dessin": standing(Bars([label[0].upper() for label in found.labels], series)),
        "series": series,
        "resume": "\u00a0; ".join(f"{name} : {sum(values)}" for name, values in series) + ".",
        "sortes": horizon.SORTS,
        "mois": month,
        "sorte": sort,
        "lignes": rows[:_MOST_ROWS],
        "nombre": len(rows),
    }
    return me.answer("echeances.html", facts)


def _words(text: str) -> str:
    return text[:_LONGEST].replace("\0", "")


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def _mark(place: tuple[str, str]) -> str:
    """Where a page ends, as a word of an address."""
    return base64.urlsafe_b64encode("\n".join(place).encode()).decode().rstrip("=")


def _after(mark: str) -> tuple[str, str]:
    """The place that a mark means; the beginning for what is no mark."""
    try:
        padded = mark[:600] + "=" * (-len(mark[:600]) % 4)
        name, _, key = base64.urlsafe_b64decode(padded).decode().partition("\n")
    except (binascii.Error, ValueError):
        return ("", "")
    return (name.replace("\0", ""), key.replace("\0", "")) if key else ("", "")
