"""What the rules answer before anything is issued: a check, and what is still possible."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from docgen import agreements
from docgen.actions.around import Law, context_of, look_around
from docgen.agreements.identity import plain
from docgen.agreements.question import Question
from docgen.agreements.reading import Source
from docgen.agreements.rules import Rule
from docgen.agreements.rules.possible import Possible, possible
from docgen.errors import Finding, InvalidData, NotFound
from docgen.records import queries, tables
from docgen.records.database import Database


@dataclass(frozen=True)
class Candidate:
    """Someone the question may be about; `key` None for a person met nowhere yet."""

    key: str | None
    name: str
    born_on: date | None


def check(
    database: Database | None, source: Source, on: date, law: Law
) -> tuple[agreements.Checked, Source]:
    """Judge a document, completed from what it cites, with the facts on record."""
    if database is None:
        completed, context = look_around(None, source, on, law)
    else:
        with database.read() as session:
            completed, context = look_around(session, source, on, law)
    return agreements.check(completed, on, context), completed


def find_person(database: Database | None, words: str, born_on: date | None) -> Candidate:
    """Whom a name means. Raises InvalidData listing the candidates when it means several."""
    people: list[tables.Person] = []
    if database is not None:
        with database.read() as session:
            people = list(queries.people_named(session, words))
    if born_on is not None:
        people = [person for person in people if person.born_on == born_on]
    # « Marie Diallo » is Marie, not her twin Marie-Claire, whose name holds hers.
    exact = [one for one in people if sorted(one.search.split()) == sorted(plain(words).split())]
    people = exact or people
    if len(people) > 1:
        known = " ; ".join(
            f"{one.given_name} {one.family_name}, --ne-le {one.born_on.isoformat()}"
            for one in people
        )
        raise InvalidData(
            [
                Finding(
                    "beneficiaire",
                    "error",
                    "beneficiaire",
                    f"« {words} » désigne plusieurs personnes : {known}.",
                )
            ]
        )
    if not people:
        return Candidate(None, words, born_on)
    one = people[0]
    return Candidate(one.key, f"{one.given_name} {one.family_name}", one.born_on)


def still_possible(
    database: Database | None, person: Candidate, siret: str, first: date, on: date, law: Law
) -> Possible:
    """The latest lawful end of a new PMSMP of that person at that establishment."""
    question = Question(
        kind="pmsmp",
        person=person.key,
        company=siret,
        organisation=None,
        cited=None,
        years=(first.year,),
        postal_code=None,
    )
    if database is None:
        return possible(first, siret, context_of(None, question, on, law))
    with database.read() as session:
        return possible(first, siret, context_of(session, question, on, law))


def explain(rule_id: str) -> tuple[Rule, ...]:
    """Every entry of a rule's id. Raises NotFound, naming the known ids."""
    found: dict[str, Rule] = {}
    for kind in agreements.KINDS.values():
        for rule in kind.rules:
            if rule.id.casefold() == rule_id.strip().casefold():
                found.setdefault(rule.title, rule)
    if not found:
        raise NotFound("La règle", rule_id)
    return tuple(found.values())
