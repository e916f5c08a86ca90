"""Notices: one signature, and a convention that ends on the day they give."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from docgen.actions import law
from docgen.actions.agenda import upcoming
from docgen.actions.follow import follow
from docgen.actions.issue import issue, prepare
from docgen.actions.ports import Ports
from docgen.actions.status import status
from docgen.actions.sweep import sweep
from docgen.actions.verify import verify
from docgen.agreements.denonciation import Denonciation
from docgen.agreements.reading import Source
from docgen.cli.played_signer import mails
from docgen.documents.pages import page_count, page_text
from docgen.records import queries
from docgen.settings import Settings
from tests.actions.test_amend import VOLUME, archived, avenant, errors, stands
from tests.ceremonies import issued, sign_all
from tests.contexts import D
from tests.databases import on_sqlite
from tests.samples import NOW, PARTENARIAT, TODAY, as_bytes, changed


def notice(reference: str, **more: Any) -> dict[str, Any]:
    """An officer's file, as short as it may be."""
    return {
        "type": "denonciation",
        "convention": reference,
        "debut": "2027-06-15",
        "auteur": "entreprise",
        "nature": "non_reconduction",
        "forme": "lettre_recommandee",
        **more,
    }


def morning(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{text}T05:00:00+00:00")


def test_a_convention_denounced_says_so_and_ends_when_the_notice_says(ports: Ports) -> None:
    convention = archived(ports, PARTENARIAT)
    assert archived(ports, notice(convention)) == f"{convention}-D1"
    rows = {on: upcoming(ports, D(on))[0] for on in ("2027-07-01", "2027-11-30", "2027-12-01")}
    assert [row.state for row in rows.values()] == ["denonce", "denonce", "termine"]
    assert rows["2027-07-01"].end == D("2027-11-30")
    assert rows["2027-07-01"].notice_deadline is None
    assert [row.reference for row in upcoming(ports, D("2027-07-01"))] == [convention]


def test_a_notice_not_signed_ends_nothing(ports: Ports) -> None:
    convention = archived(ports, PARTENARIAT)
    stands(ports, archived(ports, notice(convention)), "envoye")
    (row,) = upcoming(ports, D("2027-07-01"))
    assert (row.state, row.notice_deadline) == ("preavis_ouvert", D("2027-08-30"))
    assert errors(ports, notice(convention, debut="2027-06-16")) == [("N2", "convention")]
    stands(ports, f"{convention}-D1", "signe")
    assert errors(ports, notice(convention, debut="2027-06-16")) == [("N1", "convention")]
    assert errors(ports, avenant(convention, (VOLUME, 8))) == [("A1", "convention")]


def test_a_missed_deadline_ends_the_next_period(ports: Ports) -> None:
    convention = archived(ports, PARTENARIAT)
    made = prepare(ports, as_bytes(notice(convention, debut="2027-09-10")), NOW)
    assert isinstance(made, Denonciation)
    assert (made.fin, made.dans_le_delai()) == (D("2028-11-30"), False)
    archived(ports, notice(convention, debut="2027-09-10"))
    (row,) = upcoming(ports, D("2028-06-01"))
    assert (row.state, row.end, row.notice_deadline) == ("denonce", D("2028-11-30"), None)


def test_reminders_of_notice_stop_and_the_end_is_still_announced(
    ports: Ports, settings: Settings
) -> None:
    convention = archived(ports, PARTENARIAT)
    told = []
    for day in ("2027-06-01", "2027-07-01", "2027-08-01", "2027-10-31"):
        if day == "2027-07-01":
            archived(ports, notice(convention))
        follow(ports, morning(day))
        texts = [mail.text for mail in mails(settings.home / "mail")]
        told.append(sum("Préavis à décider" in one or "Fin de convention" in one for one in texts))
    assert told == [1, 1, 1, 2]


def test_an_avenant_moves_what_the_notice_is_reckoned_from(ports: Ports) -> None:
    convention = archived(ports, PARTENARIAT)
    archived(ports, avenant(convention, ("preavis", {"valeur": 1, "unite": "mois"})))
    made = prepare(ports, as_bytes(notice(convention, debut="2027-10-30")), NOW)
    assert isinstance(made, Denonciation)
    assert (made.fin, made.periode.limite) == (D("2027-11-30"), D("2027-10-30"))


def test_a_new_convention_may_follow_the_one_denounced(ports: Ports) -> None:
    convention = archived(ports, PARTENARIAT)
    following = changed(PARTENARIAT, debut="2027-12-01", fin="2028-11-30")

    def overlap() -> list[str]:
        checked, _ = law.check(ports.database, Source(following), TODAY, ports.law)
        return [one.rule for one in checked.findings if one.rule == "C6"]

    assert overlap() == ["C6"]
    archived(ports, notice(convention))
    assert overlap() == []
    following["debut"] = "2027-11-30"
    assert overlap() == ["C6"]


@on_sqlite
@pytest.mark.slow
def test_the_whole_thread(ports: Ports, settings: Settings) -> None:
    post, later = settings.home / "mail", NOW + dt.timedelta(hours=1)
    convention = issued(ports, PARTENARIAT, NOW)
    sign_all(ports, post, later)
    assert sweep(ports, later).failures == []
    content = as_bytes(notice(convention, debut="2027-09-10", auteur="organisation"))
    outcome = issue(ports, prepare(ports, content, later), later)
    assert outcome.reference == f"{convention}-D1"
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, f"{convention}-D1")
        pdf = queries.content(session, row.frozen_sha256 or "")
    told = " ".join(" ".join(page_text(pdf, n) for n in range(page_count(pdf))).split())
    assert "au plus tard le 30 août 2027. Donné le 10 septembre 2027, il est hors délai" in told
    assert "elle prend fin le 30 novembre 2028" in told
    signed_on = later + dt.timedelta(hours=1)
    sign_all(ports, post, signed_on)
    assert sweep(ports, signed_on).failures == []
    (last,) = status(ports, f"{convention}-D1")
    assert (last.status, last.signed, last.signers) == ("archive", 1, 1)
    assert verify(ports, f"{convention}-D1", signed_on).problems == ()
    (watched,) = upcoming(ports, D("2027-10-01"))
    assert (watched.reference, watched.state) == (convention, "denonce")
