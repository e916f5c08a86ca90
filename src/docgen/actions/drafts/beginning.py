"""How a draft begins: from nothing, from the agreement that it follows, or as another one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from docgen import agreements
from docgen.actions.accounts.present import Present
from docgen.actions.around import amended_data, look_around
from docgen.actions.drafts import keeping, reusing
from docgen.actions.ports import Ports
from docgen.actions.renewing import Nature, renew
from docgen.agreements.form import form_of
from docgen.agreements.form.merging import flat, nested
from docgen.agreements.form.typed import asked
from docgen.agreements.reading import Source, read
from docgen.errors import Finding, InvalidData, Refused
from docgen.french import PARIS
from docgen.lifecycle import Status
from docgen.office_journal import OfficeAct
from docgen.records import queries

# What another agreement of the same words says anew.
_ITS_OWN = ("renouvellement", "derogations", "signatures")
MOST_AT_ONCE = 30


def begin_new(ports: Ports, kind: str, who: Present, now: datetime) -> str:
    """A draft of that kind, with what is known of the organisation and of who prepares it."""
    found = agreements.get(kind)
    if found.complete is not None:
        raise Refused(f"{found.title} : à préparer depuis la page de l’accord dont il dépend.")
    data: dict[str, Any] = {"type": kind}
    if organisation := reusing.organisation(ports):
        data["organisation"] = organisation
    referent = reusing.referent(ports, who.email, who.name)
    if kind == "partenariat":
        data["referents"] = {"organisation": referent}
    else:
        data["referent"] = referent
    return keeping.begin(ports, data, who.account, now)


# What `actions.renewing` prefills, by the word of the page's button.
NATURES: Mapping[str, Nature] = {
    "renouvellement": "renouvellement", "avenant": "avenant", "convention": "convention",
}  # fmt: skip


def begin_after(ports: Ports, kind: str, reference: str, who: Present, now: datetime) -> str:
    """A draft that follows an agreement: bilan, renewal, notice… Raises NotFound or Refused."""
    if nature := NATURES.get(kind):
        return _renewed(ports, nature, reference, who, now)
    found = agreements.get(kind)
    today = now.astimezone(PARIS).date()
    with ports.database.read() as session:
        parent = queries.agreement_by_reference(session, reference)
        if found.complete is None or parent.kind not in found.parents:
            raise Refused(f"{reference} n’admet pas de « {found.title.lower()} ».")
        data = {"type": kind, "convention": reference, **_first_words(kind, today)}
        source, _ = look_around(session, Source(data), today, ports.law)
    told = asked(form_of(kind), source.data)
    return keeping.begin(ports, _deep(data, told), who.account, now)


def _renewed(ports: Ports, nature: Nature, reference: str, who: Present, now: datetime) -> str:
    """A draft over the days that the law allows, prefilled from the agreement as it stands."""
    today = now.astimezone(PARIS).date()
    told = renew(ports.database, reference, today, ports.law, nature=nature)
    data = _without_none(json.loads(json.dumps(told.data, default=str)))
    if nature == "renouvellement":
        # What the agreement that is renewed says is taken from it again, not kept twice.
        link = {"renouvellement": data["renouvellement"]}
        data = {"type": told.kind, **asked(form_of(told.kind), data), **link}
    return keeping.begin(ports, data, who.account, now)


def _first_words(kind: str, today: date) -> dict[str, str]:
    return {"debut": today.isoformat(), "auteur": "organisation"} if kind == "denonciation" else {}


def begin_as(ports: Ports, reference: str, who: Present, now: datetime) -> str:
    """A draft that says what an agreement says today, but for its dates. Raises NotFound."""
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
        if row.state is Status.DETRUIT:
            raise Refused(f"{reference} est détruit : il n’en reste que le numéro.")
        if agreements.get(row.kind).complete is not None and row.kind != "renouvellement":
            raise Refused(f"{reference} dépend d’un autre accord : il ne se duplique pas.")
        data = amended_data(row, queries.children_of(session, [row.id]))
    return keeping.begin(ports, words_for_another(data, row.kind), who.account, now)


def words_for_another(data: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """What an agreement says that another one may say too: not its dates, nor what was its own."""
    kept = {name: value for name, value in data.items() if name not in (*_ITS_OWN, "debut", "fin")}
    # A renewal copied is a first agreement again.
    kept["type"] = "pmsmp" if kind == "renouvellement" else kind
    if isinstance(kept.get("horaires"), Mapping):
        kept["horaires"] = {"semaine": kept["horaires"]["semaine"]}
    return dict(_without_none(kept))


def begin_for_others(
    ports: Ports,
    draft_id: str,
    people: Sequence[Mapping[str, str]],
    who: Present,
    now: datetime,
) -> list[str]:
    """The same draft for other people: a draft each, in one group. Raises InvalidData, NotFound."""
    view = keeping.opened(ports, draft_id)
    if "beneficiaire" not in view.data and view.kind != "pmsmp":
        raise Refused("Ce type d’accord n’a pas de bénéficiaire.")
    wanted = [dict(one) for one in people if any(one.values())]
    if not wanted or len(wanted) > MOST_AT_ONCE:
        message = f"écrivez d’une à {MOST_AT_ONCE} personnes."
        raise InvalidData([Finding("groupe", "error", "personnes", message)])
    group = view.group or ports.new_id()
    with ports.database.write() as session:
        queries.locked_draft(session, draft_id).group_id = group
    made = []
    for one in wanted:
        person = reusing.person_named(ports, one) or {k: v for k, v in one.items() if v}
        data = {**view.data, "beneficiaire": person}
        made.append(keeping.begin(ports, data, who.account, now, group))
    return made


def examples(ports: Ports, who: Present, now: datetime) -> list[str]:
    """Two drafts to look around with, from the templates' own examples, begun next month."""
    today = now.astimezone(PARIS).date()
    made = []
    for kind in ("partenariat", "pmsmp"):
        data = read((ports.templates / kind / "minimal.yaml").read_bytes(), kind).data
        first = today + timedelta(days=28 - today.weekday())
        length = date.fromisoformat(data["fin"]) - date.fromisoformat(data["debut"])
        data |= {"debut": first.isoformat(), "fin": (first + length).isoformat()}
        made.append(keeping.begin(ports, data, who.account, now))
    with ports.database.write() as session:
        queries.note(session, OfficeAct.EXAMPLES, now, who.account, "")
    return made


def _deep(data: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    return nested(flat(told) | flat(data))


def _without_none(value: Any) -> Any:
    match value:
        case Mapping():
            return {k: _without_none(v) for k, v in value.items() if v is not None}
        case list():
            return [_without_none(one) for one in value]
        case _:
            return value
