"""Reminders: once each, a missed day caught up, one mail a day and a person, nothing stopped."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from docgen.actions.agenda import upcoming
from docgen.actions.follow import follow
from docgen.actions.ports import Ports
from docgen.actions.put_off import settle, snooze
from docgen.actions.registry import register_sheet
from docgen.actions.sweep import Swept, sweep
from docgen.cli.played_signer import Mail, mails
from docgen.errors import InvalidData, NotFound, Refused, Unavailable
from docgen.journal import EventType
from docgen.mail.compose import Message
from docgen.records import queries, tables
from docgen.settings import Settings
from tests.rows import avenant, denonciation, keep, row_of
from tests.samples import COMPANY, ORGANISATION, PARTENARIAT, PMSMP, REFERENT, REMOVE, changed

pytestmark = pytest.mark.slow

OFFICER = "samira@fournil.example.org"
OTHER = {**REFERENT, "nom": "Ferreira", "prenom": "Paulo", "courriel": "paulo@fournil.example.org"}
# One year from December 2026, three months' notice: by 30 August 2027.
CP = "CP-2026-0001"
# From Tuesday 12 to Friday 29 January 2027.
STAY = changed(PMSMP, debut="2027-01-12")
MANAGER: dict[str, Any] = PARTENARIAT["entreprise"]["representant"]
SIRET: str = PARTENARIAT["entreprise"]["siret"]
NO_PROMISE = {"pmsmp": {"volume_annuel": 1, "base": "annee_contrat"}}
QUIET = changed(PARTENARIAT, mois_bilan=8, engagements_entreprise=NO_PROMISE)


def morning(day: str) -> dt.datetime:
    """Six in the morning in Paris, when the flow runs."""
    return dt.datetime.fromisoformat(f"{day}T05:00:00+00:00")


@pytest.fixture
def post(settings: Settings) -> Path:
    return settings.home / "mail"


@pytest.fixture
def convention(ports: Ports) -> tables.Agreement:
    row = row_of(QUIET, CP)
    keep(ports.database, row)
    return row


def run(ports: Ports, day: str) -> Swept:
    """The pass of a day on which the convention's small promise is kept."""
    return follow(ports, morning(day), lambda *_: 1)


def said(ports: Ports) -> list[tuple[str, str, str]]:
    """(subject, kind, day) of every reminder given, those dropped left out."""
    with ports.database.read() as session:
        rows = session.query(tables.Reminder).order_by(tables.Reminder.due, tables.Reminder.subject)
        return [(one.subject, one.kind, one.due.isoformat()) for one in rows if one.recipient]


def digests(post: Path) -> list[Mail]:
    return list(mails(post))


@pytest.mark.usefixtures("convention")
def test_each_reminder_once_whatever_the_runs(ports: Ports, post: Path) -> None:
    run(ports, "2027-05-31")
    assert said(ports) == []
    assert run(ports, "2027-06-01").counts == {"échéances annoncées": 1, "résumés": 1}
    assert run(ports, "2027-06-01").counts == {}
    run(ports, "2027-06-02")
    (mail,) = digests(post)
    assert mail.to == OFFICER
    assert mail.subject == "Préavis à décider\u00a0: Dupont & Fils <Traiteur>"
    assert "lundi 30\u00a0août 2027 (dans 90\u00a0jours)" in mail.text
    assert CP in mail.text


@pytest.mark.usefixtures("convention")
def test_missed_days_bring_one_line_which_stands_for_them_all(ports: Ports, post: Path) -> None:
    run(ports, "2027-08-25")
    assert [day for _, _, day in said(ports)] == [
        "2027-06-01",
        "2027-07-01",
        "2027-07-31",
        "2027-08-01",  # the review of August
        "2027-08-23",
    ]
    (mail,) = digests(post)
    assert mail.text.count("Préavis à décider") == 1
    assert "dans 5\u00a0jours" in mail.text


@pytest.mark.usefixtures("convention")
def test_no_run_for_months_and_the_renewal_is_told_all_the_same(ports: Ports, post: Path) -> None:
    run(ports, "2027-05-01")
    run(ports, "2027-12-05")
    (mail,) = digests(post)
    assert "Convention reconduite" in mail.text
    assert "Préavis à décider" not in mail.text


def test_one_digest_a_day_and_a_person(ports: Ports, post: Path) -> None:
    other = changed(QUIET, referents__organisation=OTHER)
    keep(
        ports.database,
        row_of(QUIET, CP),
        row_of(QUIET, "CP-2026-0002"),
        row_of(other, "CP-2026-0003"),
    )
    run(ports, "2027-06-01")
    found = {mail.to: mail for mail in digests(post)}
    assert len(digests(post)) == 2
    assert found[OFFICER].subject.endswith(", et 1 autre rappel")
    assert "CP-2026-0003" not in found[OFFICER].text
    assert "CP-2026-0003" in found["paulo@fournil.example.org"].text


def test_the_mail_is_in_the_journal_of_each_agreement_without_any_address(
    ports: Ports, convention: tables.Agreement
) -> None:
    run(ports, "2027-06-01")
    with ports.database.read() as session:
        (event,) = queries.events(session, convention.id)
    assert event.type is EventType.DEADLINE
    assert event.data == {
        "to": "s…a@fournil.example.org",
        "kind": "preavis",
        "target": "2027-08-30",
    }


def test_one_agreement_that_cannot_be_read_does_not_stop_the_others(
    ports: Ports, post: Path
) -> None:
    broken = row_of(QUIET, "CP-2026-0002")
    broken.data = json.dumps({"type": "partenariat"})
    backwards = row_of(QUIET, "CP-2026-0003")
    backwards.data = backwards.data.replace('"fin":"2027-11-30"', '"fin":"2026-11-30"')
    keep(ports.database, broken, backwards, row_of(QUIET, "CP-2026-0004"))
    for _ in range(2):
        done = run(ports, "2027-06-01")
        told = {reference: sentence for reference, _, sentence in done.failures}
        assert set(told) == {"CP-2026-0002", "CP-2026-0003"}
        assert "ne peuvent plus être lues" in told["CP-2026-0002"]
        assert "Valeur admise : 2026-12-01" in told["CP-2026-0003"]
    (mail,) = digests(post)
    assert "CP-2026-0004" in mail.text


def test_an_avenant_signed_meanwhile_is_seen_although_nothing_was_due(
    ports: Ports, convention: tables.Agreement
) -> None:
    run(ports, "2027-01-15")
    with ports.database.read() as session:
        assert queries.to_look_at(session, ["partenariat"], dt.date(2027, 1, 16), _reading()) == []
    moved = avenant(convention, QUIET, "A1", fin="2027-05-31", reconduction=None)
    child = row_of(moved, f"{CP}-A1", status="envoye", parent=convention)
    keep(ports.database, child)
    run(ports, "2027-05-02")
    assert said(ports) == []
    with ports.database.write() as session:
        session.get_one(tables.Agreement, child.id).status = "archive"
    run(ports, "2027-05-03")
    assert said(ports) == [(CP, "fin", "2027-05-01")]
    (row,) = upcoming(ports, dt.date(2027, 5, 3))
    assert (row.state, row.end) == ("a_renouveler", dt.date(2027, 5, 31))


def _reading() -> str:
    from docgen.deadlines import Clause

    return repr(Clause())


def test_a_notice_given_silences_the_renewal_and_tells_the_end(
    ports: Ports, convention: tables.Agreement
) -> None:
    run(ports, "2027-06-01")
    given = denonciation(convention, QUIET, "2027-06-10", "2027-11-30")
    keep(ports.database, row_of(given, f"{CP}-D1", parent=convention))
    for day in ("2027-07-01", "2027-08-23", "2027-10-31", "2027-12-01"):
        run(ports, day)
    kinds = [(kind, day) for _, kind, day in said(ports) if kind != "bilan_annuel"]
    assert kinds == [
        ("preavis", "2027-06-01"),
        ("fin", "2027-10-31"),
        ("expiration", "2027-12-01"),
    ]


def test_a_convention_that_another_follows_is_not_said_to_end(ports: Ports) -> None:
    ends = changed(QUIET, reconduction=REMOVE)
    follows = changed(ends, debut="2027-12-01", fin="2028-11-30")
    keep(ports.database, row_of(ends, CP), row_of(follows, "CP-2027-0001"))
    run(ports, "2027-11-05")
    run(ports, "2027-12-01")
    assert [kind for subject, kind, _ in said(ports) if subject == CP] == []
    states = {row.reference: row.state for row in upcoming(ports, dt.date(2027, 11, 15))}
    assert states == {CP: "relaye", "CP-2027-0001": "a_venir"}


def test_two_conventions_for_the_same_days_are_told_of_each_other(ports: Ports) -> None:
    keep(
        ports.database,
        row_of(QUIET, CP),
        row_of(changed(QUIET, debut="2027-03-01"), "CP-2027-0001"),
    )
    rows = upcoming(ports, dt.date(2027, 4, 1))
    assert {row.reference: row.overlaps for row in rows} == {CP: "CP-2027-0001", "CP-2027-0001": CP}


def test_a_pmsmp_from_its_eve_to_its_bilan(ports: Ports, post: Path) -> None:
    keep(ports.database, row_of(STAY, "PMSMP-2027-0001"))
    for day in range(60):
        follow(ports, morning("2027-01-04") + dt.timedelta(days=day))
    assert [(kind, day) for _, kind, day in said(ports)] == [
        ("briefing", "2027-01-11"),
        ("asp", "2027-01-12"),
        ("renouveler", "2027-01-22"),
        ("bilan", "2027-01-29"),
        ("bilan", "2027-02-01"),
        ("bilan", "2027-02-08"),
    ]
    first = digests(post)[0]
    # Who it is about, and not more than a glance at a telephone may show.
    assert "Fatou D. chez Dupont" in first.subject
    assert "Diallo" not in first.text


def test_a_renewal_that_the_law_forbids_is_not_offered(ports: Ports) -> None:
    renewal = {
        "reference": "PMSMP-2026-0009",
        "debut_initial": "2026-12-01",
        "fin_initiale": "2026-12-31",
        "motif": "À poursuivre",
    }
    again = changed(STAY, type="renouvellement", renouvellement=renewal)
    keep(ports.database, row_of(again, "PMSMP-2026-0009-R1"))
    run(ports, "2027-01-22")
    run(ports, "2027-01-23")
    assert "renouveler" not in {kind for _, kind, _ in said(ports)}
    with ports.database.read() as session:
        (dropped,) = session.query(tables.Reminder).filter_by(kind="renouveler").all()
    assert dropped.dropped == "la loi ne permet plus de renouveler"


def test_the_copy_for_the_asp_is_settled_before_it_is_asked_for(ports: Ports) -> None:
    keep(ports.database, row_of(STAY, "PMSMP-2027-0001"))
    settle(ports, "PMSMP-2027-0001", "asp", "envoyée le 8 janvier", morning("2027-01-08"))
    run(ports, "2027-01-13")
    assert "asp" not in {kind for _, kind, _ in said(ports)}


@pytest.mark.parametrize(("done", "told"), [(0, True), (2, True), (3, False)])
def test_half_of_the_promise_is_looked_at_in_the_middle_of_the_year(
    ports: Ports, done: int, told: bool
) -> None:
    keep(ports.database, row_of(PARTENARIAT, CP))
    stays = [
        row_of(changed(PMSMP, debut=f"2027-0{n}-01", fin=f"2027-0{n}-12"), f"PMSMP-2027-000{n}")
        for n in range(1, done + 1)
    ]
    keep(ports.database, *stays)
    follow(ports, morning("2027-07-01"))
    assert (("mi_annee", "2027-07-01") in {(kind, day) for _, kind, day in said(ports)}) is told
    # Whoever keeps better accounts gives the number.
    follow(ports, morning("2028-07-01"), lambda *_: 6)
    assert ("mi_annee", "2028-07-01") not in {(kind, day) for _, kind, day in said(ports)}


def test_what_runs_out_beside_agreements(ports: Ports, post: Path) -> None:
    sheets: list[dict[str, Any]] = [
        {
            "type": "organisation",
            "raison_sociale": "Le Fournil Solidaire",
            "siret": ORGANISATION["siret"],
            "nature": "ACI",
            "convention_etat": {
                "numero": "ACI-75-1",
                "debut": "2026-01-01",
                "fin": "2027-12-31",
                "objets": ["decouvrir"],
            },
            "contacts": [OTHER],
        },
        {
            "type": "entreprise",
            "raison_sociale": "Dupont",
            "siren": SIRET[:9],
            "etablissements": [
                {
                    "siret": SIRET,
                    "adresse": COMPANY["adresse"],
                    "assurance": {"assureur": "A", "police": "1", "fin": "2027-10-31"},
                }
            ],
            "contacts": [
                {
                    **MANAGER,
                    "pouvoir": {"nature": "delegation", "reference": "D1", "fin": "2027-11-15"},
                }
            ],
        },
    ]
    for sheet in sheets:
        register_sheet(ports.database, json.dumps(sheet).encode(), morning("2027-01-01"), "")
    keep(ports.database, row_of(changed(QUIET, reconduction=REMOVE), CP))
    for month in range(7, 13):
        for number in (1, 15, 16, 30):
            run(ports, f"2027-{month:02d}-{number:02d}")
    run(ports, "2028-01-02")
    found = [(kind, day) for _, kind, day in said(ports) if kind not in {"bilan_annuel", "fin"}]
    assert found == [
        ("assurance", "2027-07-31"),
        ("pouvoir", "2027-08-15"),
        ("assurance", "2027-09-30"),
        ("convention_etat", "2027-09-30"),
        ("pouvoir", "2027-10-15"),
        ("assurance", "2027-11-01"),
        ("pouvoir", "2027-11-16"),
        ("convention_etat", "2027-11-30"),
        ("expiration", "2027-12-01"),
        ("convention_etat", "2028-01-01"),
    ]
    # What is about a company goes to who follows it; the rest to the organisation's first contact.
    states = [mail.to for mail in digests(post) if "Convention avec l’État" in mail.text]
    assert set(states) == {OTHER["courriel"]}
    # No key holds an address.
    assert not any("@" in subject for subject, _, _ in said(ports))


def test_nobody_to_tell_is_a_failure_that_is_seen_every_day(ports: Ports) -> None:
    sheet = {
        "type": "organisation",
        "raison_sociale": "Le Fournil Solidaire",
        "siret": ORGANISATION["siret"],
        "nature": "ACI",
        "convention_etat": {
            "numero": "1",
            "debut": "2026-01-01",
            "fin": "2027-12-31",
            "objets": ["decouvrir"],
        },
    }
    register_sheet(ports.database, json.dumps(sheet).encode(), morning("2027-01-01"), "")
    for day in ("2027-10-01", "2027-10-02"):
        ((_, _, sentence),) = run(ports, day).failures
        assert "personne à prévenir" in sentence


def test_who_has_left_is_answered_for_by_their_deputy(ports: Ports, post: Path) -> None:
    sheet = {
        **REFERENT,
        "type": "referent",
        "en_poste_jusqu_au": "2027-05-31",
        "suppleant": OTHER["courriel"],
    }
    register_sheet(ports.database, json.dumps(sheet).encode(), morning("2027-01-01"), "")
    keep(ports.database, row_of(QUIET, CP))
    run(ports, "2027-06-01")
    assert [mail.to for mail in digests(post)] == [OTHER["courriel"]]


@pytest.mark.usefixtures("convention")
def test_put_off_it_comes_back_on_its_day_and_settled_it_never_does(
    ports: Ports, post: Path
) -> None:
    run(ports, "2027-06-01")
    now = morning("2027-06-01")
    done = snooze(ports, CP, "preavis", dt.date(2027, 6, 20), "réunion le 19", now)
    assert (done.target, done.until) == (dt.date(2027, 8, 30), dt.date(2027, 6, 20))
    for day in ("2027-06-02", "2027-06-19", "2027-06-20", "2027-06-21"):
        run(ports, day)
    assert [day for _, _, day in said(ports)] == ["2027-06-01", "2027-06-20"]
    settle(ports, CP, "preavis", "on continue", morning("2027-06-22"))
    for day in ("2027-07-01", "2027-07-31", "2027-08-30"):
        run(ports, day)
    assert {kind for _, kind, day in said(ports) if day > "2027-06-20"} == {"bilan_annuel"}
    # The next period is another matter.
    run(ports, "2028-06-01")
    assert said(ports)[-1] == (CP, "preavis", "2028-06-01")


@pytest.mark.usefixtures("convention")
@pytest.mark.parametrize(
    ("act", "error", "allowed"),
    [
        (
            lambda p, n: snooze(p, CP, "preavis", dt.date(2027, 6, 1), "x", n),
            InvalidData,
            "2027-06-02",
        ),
        (
            lambda p, n: snooze(p, CP, "preavis", dt.date(2027, 9, 1), "x", n),
            InvalidData,
            "2027-08-30",
        ),
        (lambda p, n: snooze(p, CP, "preavis", dt.date(2027, 6, 9), "  ", n), InvalidData, None),
        (lambda p, n: settle(p, CP, "courrier", "x", n), InvalidData, None),
        (lambda p, n: settle(p, CP, "bilan", "x", n), NotFound, None),
        (lambda p, n: settle(p, "CP-2026-0099", "preavis", "x", n), NotFound, None),
        (lambda p, n: settle(p, CP, "preavis", "x", n, dt.date(2027, 1, 1)), NotFound, None),
    ],
    ids=[
        "today",
        "too late to be of use",
        "without a reason",
        "no such kind",
        "not of this agreement",
        "nobody's",
        "not about that day",
    ],
)
def test_what_cannot_be_put_off_says_why_and_what_can(
    ports: Ports,
    act: Callable[[Ports, dt.datetime], object],
    error: type[Exception],
    allowed: str | None,
) -> None:
    with pytest.raises(error) as refused:
        act(ports, morning("2027-06-01"))
    if isinstance(refused.value, InvalidData):
        assert refused.value.findings[0].allowed == allowed


@pytest.mark.usefixtures("convention")
def test_a_clock_that_went_back_stops_the_pass_until_somebody_looked(ports: Ports) -> None:
    run(ports, "2027-06-02")
    with pytest.raises(Refused, match=r"01/06/2027.*02/06/2027.*horloge-verifiee"):
        run(ports, "2027-06-01")
    run(ports, "2027-06-02")
    follow(ports, morning("2027-06-01"), clock_checked=True)
    run(ports, "2027-06-01")
    assert len(said(ports)) == 1


class Stopped(BaseException):
    """The process dies here."""


@pytest.mark.usefixtures("convention")
@pytest.mark.parametrize("step", ["deadlines.lot", "digest.mail", "digest.sent"])
def test_killed_anywhere_the_next_pass_finishes_and_repeats_nothing(
    ports: Ports, post: Path, step: str
) -> None:
    def pause(name: str) -> None:
        if name == step:
            raise Stopped

    with pytest.raises(Stopped):
        run(dataclasses.replace(ports, pause=pause), "2027-06-01")
    run(ports, "2027-06-01")
    run(ports, "2027-06-01")
    assert said(ports) == [(CP, "preavis", "2027-06-01")]
    # Dead after the mail left and before that was written: sent once more, under the same name.
    assert len({mail.subject for mail in digests(post)}) == 1


def failing(ports: Ports, error: Exception) -> Ports:
    def post(*_: object) -> None:
        raise error

    return dataclasses.replace(ports, post=post)


@pytest.mark.usefixtures("convention")
def test_a_mail_server_away_for_days_brings_one_mail_when_it_is_back(
    ports: Ports, post: Path
) -> None:
    away = failing(ports, Unavailable("Le serveur de courriel ne répond pas."))
    for day in ("2027-06-01", "2027-07-01", "2027-07-31"):
        done = run(away, day)
        assert [(one, step) for one, step, _ in done.failures] == [
            ("s…a@fournil.example.org", "résumés")
        ]
        assert done.put_off == 1
    done = sweep(ports, morning("2027-08-01"))
    assert done.counts["résumés"] == 1
    (mail,) = digests(post)
    assert mail.text.count("Préavis à décider") >= 1
    assert run(ports, "2027-08-02").put_off == 0


@pytest.mark.usefixtures("convention")
def test_an_address_that_takes_no_mail_is_seen_to_fail_and_its_lines_are_kept(
    ports: Ports, post: Path
) -> None:
    run(failing(ports, Refused("Adresse inconnue.")), "2027-06-01")
    assert digests(post) == []
    run(ports, "2027-06-02")
    (mail,) = digests(post)
    assert "Préavis à décider" in mail.text


@pytest.mark.usefixtures("convention")
def test_what_is_settled_before_the_mail_leaves_is_not_in_it(ports: Ports, post: Path) -> None:
    away = failing(ports, Unavailable("Plus tard."))
    run(away, "2027-06-01")
    settle(ports, CP, "preavis", "on continue", morning("2027-06-01"))
    sweep(ports, morning("2027-06-01") + dt.timedelta(hours=1))
    assert digests(post) == []


def test_a_mail_in_html_holds_its_link_and_escapes_its_data(ports: Ports) -> None:
    kept: list[Message] = []
    keep(ports.database, row_of(QUIET, CP))
    with_post = dataclasses.replace(ports, post=lambda mail, *_: kept.append(mail))
    run(with_post, "2027-06-01")
    (mail,) = kept
    assert "/rappels/" in mail.html
    assert "/rappels/" in mail.text
    assert "Dupont &amp; Fils &lt;Traiteur&gt;" in mail.html
