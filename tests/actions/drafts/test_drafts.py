"""A draft from its first word to the agreement: saved by several, judged, drawn, sent once."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

import pytest

from docgen.access import Role
from docgen.actions.accounts.present import OURS, Present
from docgen.actions.drafts import beginning, keeping, previewing, reusing, sending
from docgen.actions.drafts.answering import answer
from docgen.actions.ports import Ports
from docgen.errors import InvalidData, NotFound, Refused
from docgen.office_journal import OfficeAct
from docgen.records import queries
from docgen.ways import Way
from tests.ceremonies import issued
from tests.databases import on_sqlite
from tests.samples import COMPANY, NOW, PMSMP
from tests.web.office.conftest import add_account

pytestmark = pytest.mark.slow

SIRET = str(COMPANY["siret"])
LATER = NOW + timedelta(minutes=5)


def somebody(ports: Ports, name: str = "samira") -> Present:
    account = add_account(ports, Role.OFFICER, name)
    email = f"{name}@fournil.example.org"
    return Present(account, name.capitalize(), email, Role.OFFICER, "s", "", OURS)


def test_two_people_save_one_draft_and_nobody_loses_a_word(ports: Ports) -> None:
    one, two = somebody(ports), somebody(ports, "paul")
    draft = keeping.begin(ports, {"type": "pmsmp", "debut": "2027-01-11"}, one.account, NOW)
    mine = {"type": "pmsmp", "debut": "2027-01-12"}
    saved = keeping.save(ports, draft, 1, "page-1", mine, one.account, LATER)
    assert (saved.version, saved.theirs, saved.conflicts) == (2, (), ())
    # The same page again, and the very same words: nothing new.
    assert keeping.save(ports, draft, 1, "page-1", mine, one.account, LATER).version == 2
    mine["fin"] = "2027-01-22"
    assert keeping.save(ports, draft, 1, "page-1", mine, one.account, LATER).version == 3
    # Somebody who opened the first edition changed something else.
    other = {"type": "pmsmp", "debut": "2027-01-11", "objet": "confirmer"}
    merged = keeping.save(ports, draft, 1, "page-2", other, two.account, LATER)
    assert {change.path for change in merged.theirs} == {"debut", "fin"}
    assert merged.by == "samira"
    assert merged.data == {**mine, "objet": "confirmer"}
    # And the same field: told, not written.
    clash = keeping.save(
        ports, draft, 3, "page-1", {**mine, "objet": "recruter"}, one.account, LATER
    )
    assert [(c.path, c.theirs, c.mine) for c in clash.conflicts] == [
        ("objet", "confirmer", "recruter")
    ]
    assert keeping.opened(ports, draft).data["objet"] == "confirmer"
    kept = keeping.save(ports, draft, clash.version, "page-1", clash.data, one.account, LATER)
    assert kept.data["objet"] == "recruter"
    # A page left open since an edition that has gone: every difference is told.
    for number in range(70):
        keeping.save(ports, draft, 9999, "p", {**mine, "objet": f"{number}"}, one.account, LATER)
    old = keeping.save(
        ports, draft, 1, "page-3", {"type": "pmsmp", "objet": "x"}, two.account, LATER
    )
    assert [c.path for c in old.conflicts] == ["objet"]
    keeping.drop(ports, draft, one.account, LATER)
    with pytest.raises(NotFound):
        keeping.opened(ports, draft)
    with ports.database.read() as session:
        acts = [entry.act for entry in queries.office_entries(session, subject=draft)]
    assert acts == [OfficeAct.DRAFT_STARTED, OfficeAct.DRAFT_DROPPED]


def test_a_draft_is_answered_step_by_step_drawn_and_sent_once(ports: Ports) -> None:
    who = somebody(ports)
    draft = beginning.begin_new(ports, "pmsmp", who, NOW)
    view = keeping.opened(ports, draft)
    assert view.data["referent"]["courriel"] == who.email
    found = answer(ports, view.data, NOW)
    assert not found.ready
    assert found.missing
    assert found.possible is None
    assert not any("beneficiaire" in one.field for one in found.wrong)
    # A first page of what there is, gaps and all.
    drawn = previewing.preview(ports, {**view.data, "debut": "2027-01-11"}, NOW)
    assert drawn.pages >= 2
    assert "Objet" in drawn.supposed
    assert previewing.page(ports, {**view.data, "debut": "2027-01-11"}, 1, NOW)[:4] == b"\x89PNG"
    with pytest.raises(NotFound):
        previewing.page(ports, view.data, 99, NOW)
    with pytest.raises(InvalidData) as caught:
        sending.send(ports, draft, who.account, NOW)
    assert len(caught.value.findings) > 5
    too_long = {**copy.deepcopy(PMSMP), "fin": "2027-02-28"}
    found = answer(ports, too_long, NOW)
    assert {one.rule for one in found.wrong} >= {"P1"}
    assert found.possible
    assert found.possible.latest_end
    assert found.possible.latest_end.isoformat() == "2027-02-10"
    keeping.save(ports, draft, 1, "p", PMSMP, who.account, NOW)
    ready = answer(ports, keeping.opened(ports, draft).data, NOW)
    assert ready.agreement
    told = sending.plan(ports, ready.agreement)
    assert [one.role for one in told.recipients] == ["beneficiaire", "entreprise", "organisation"]
    assert told.recipients[0].ways == (Way.COURRIEL, Way.SUR_PLACE, Way.PAPIER)
    ways = sending.with_ways(PMSMP, "sequentiel", {"beneficiaire": "sur_place"})
    keeping.save(ports, draft, 2, "p", ways, who.account, NOW)
    sent = sending.send(ports, draft, who.account, NOW)
    assert sent.reference == "PMSMP-2026-0001"
    for act in (keeping.opened, lambda p, d: sending.send(p, d, who.account, NOW)):
        with pytest.raises(keeping.AlreadySent) as again:
            act(ports, draft)
        assert again.value.reference == sent.reference
    assert keeping.listed(ports) == []
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, sent.reference)
        assert row.signers[0].way == Way.SUR_PLACE
        assert [signer.turn for signer in row.signers] == [1, 2, 3]
        assert queries.draft(session, draft).data == '{"type":"pmsmp"}'


@on_sqlite
def test_what_is_known_is_not_typed_again(ports: Ports) -> None:
    who = somebody(ports)
    reference = issued(ports, PMSMP, NOW)
    assert [one.key for one in reusing.companies(ports, "dupont")] == [SIRET]
    assert [one.key for one in reusing.companies(ports, "356 000 000")] == [SIRET]
    assert reusing.companies(ports, " ") == reusing.people(ports, "!") == []
    told = reusing.company(ports, SIRET)
    assert told["entreprise"]["representant"]["nom"] == "Dupont"
    assert told["tuteur"]["prenom"] == "Luc"
    found = reusing.people(ports, "fatou")
    assert reusing.person(ports, found[0].key)["contrat"]["nature"] == "CDDI"
    assert reusing.person(ports, "0" * 64) == {}
    filled, problem = reusing.filled(ports, SIRET, {"raison_sociale": "Autre nom"})
    assert (filled["raison_sociale"], problem) == ("Autre nom", "")
    _, problem = reusing.filled(ports, "73282932000074", {})
    assert "annuaire" in problem
    assert reusing.contacts(ports, SIRET, "tuteur")[0][0].startswith("Luc Petit")

    copy_ = keeping.opened(ports, beginning.begin_as(ports, reference, who, NOW))
    assert copy_.data["beneficiaire"]["nom"] == "Diallo"
    assert "debut" not in copy_.data
    others = [
        {"prenom": "Ali", "nom": "Baba", "date_naissance": "1991-02-03", "courriel": ""},
        {"prenom": "fatou", "nom": "DIALLO", "date_naissance": "1990-05-17"},
        {"prenom": "", "nom": ""},
    ]
    made = beginning.begin_for_others(ports, copy_.id, others, who, NOW)
    people = [keeping.opened(ports, one).data["beneficiaire"] for one in made]
    assert people[0] == {"prenom": "Ali", "nom": "Baba", "date_naissance": "1991-02-03"}
    assert people[1]["contrat"]["nature"] == "CDDI"
    group = keeping.opened(ports, copy_.id).group
    assert len(keeping.listed(ports, group)) == 3
    for wrong in ([], [{"nom": ""}], [{"nom": "x"}] * 31):
        with pytest.raises(InvalidData):
            beginning.begin_for_others(ports, copy_.id, wrong, who, NOW)

    bilan = keeping.opened(ports, beginning.begin_after(ports, "bilan", reference, who, NOW))
    assert bilan.data["objectifs"] == [{"texte": PMSMP["objectifs"][0]}]
    assert set(bilan.data) == {"type", "convention", "objectifs", "tuteur"}
    whole: dict[str, Any] = {
        **bilan.data,
        "deroulement": "complet",
        "objectifs": [{"texte": PMSMP["objectifs"][0], "resultat": "atteint"}],
        "avis_beneficiaire": {"accord": True},
        "suite": {"nature": "aucune"},
        "tuteur": {**bilan.data["tuteur"], "courriel": "luc@dupont.example.org"},
    }
    later = NOW.replace(year=2027, month=2)
    found_ = answer(ports, whole, later)
    # It is not signed yet; nothing else is wrong, and what a rule finds absent counts as missing.
    assert {one.rule for one in found_.wrong} == {"B1"}
    assert {one.field for one in found_.missing} == {"avis_tuteur", "projet"}
    # What all have not signed yet is not renewed.
    for kind, parent in (
        ("renouvellement", reference), ("denonciation", reference), ("pmsmp", reference),
    ):  # fmt: skip
        with pytest.raises(Refused):
            beginning.begin_after(ports, kind, parent, who, NOW)
    with pytest.raises(Refused):
        beginning.begin_new(ports, "bilan", who, NOW)
    assert len(beginning.examples(ports, who, NOW)) == 2
    for view in keeping.listed(ports)[:2]:
        assert answer(ports, view.data, NOW).wrong == ()
