"""The daily look at deadlines: each thing said once, a missed day caught up, never a burst."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import text

from docgen.actions.agenda import upcoming
from docgen.actions.follow import follow
from docgen.actions.ports import Ports
from docgen.actions.status import status
from docgen.actions.sweep import sweep
from docgen.cli.played_signer import Mail, links, mails
from docgen.settings import Settings
from tests.ceremonies import issued, sign, sign_all
from tests.databases import on_sqlite
from tests.samples import NOW, PARTENARIAT, PMSMP

pytestmark = pytest.mark.slow

OFFICER = "samira@fournil.example.org"


@pytest.fixture
def post(settings: Settings) -> Path:
    return settings.home / "mail"


def day(text: str) -> dt.datetime:
    """Six in the morning in Paris, when the flow runs."""
    return dt.datetime.fromisoformat(f"{text}T05:00:00+00:00")


def about(post: Path, word: str) -> list[Mail]:
    return [mail for mail in mails(post) if word in mail.subject]


def test_signers_are_reminded_on_their_days_and_a_missed_day_brings_one_mail(
    ports: Ports, post: Path
) -> None:
    issued(ports, PARTENARIAT, NOW)
    for days, expected in ((1, 0), (3, 2), (3, 2), (4, 2), (15, 4), (16, 4), (29, 4)):
        follow(ports, NOW + dt.timedelta(days=days))
        assert len(about(post, "Rappel")) == expected, days
    # The link of a reminder works, and who has signed is left alone.
    sign_all(ports, post, NOW + dt.timedelta(days=29))
    assert status(ports)[0].signed == 2


def test_a_draft_and_an_unsigned_agreement_expire_and_a_signed_one_does_not(
    ports: Ports, post: Path
) -> None:
    unsigned = issued(ports, PARTENARIAT, NOW)
    signed = issued(ports, PMSMP, NOW)
    for to, token in _tokens_of(post, signed).items():
        _sign(ports, post, to, token)
    late = NOW + dt.timedelta(days=31)
    done = follow(ports, late)
    assert done.counts["expirés"] == 1
    states = {row.reference: row.status for row in status(ports)}
    assert states == {unsigned: "expire", signed: "signe"}
    assert about(post, "Délai passé")
    assert follow(ports, late).counts.get("expirés", 0) == 0


def _tokens_of(post: Path, reference: str) -> dict[str, str]:
    return {to: link.rsplit("/", 1)[1] for to, ref, link in links(post) if ref == reference}


def _sign(ports: Ports, post: Path, to: str, token: str) -> None:
    sign(ports, post, to, token, NOW + dt.timedelta(hours=1))


@pytest.fixture
def archived(ports: Ports, post: Path) -> str:
    """A convention from December 2026 to November 2027, with three months' notice; its number."""
    reference = issued(ports, PARTENARIAT, NOW)
    sign_all(ports, post, NOW)
    sweep(ports, NOW)
    return reference


@on_sqlite
def test_the_officer_is_warned_before_the_notice_once_each_time(
    ports: Ports, post: Path, archived: str
) -> None:
    follow(ports, day("2027-05-31"))
    assert about(post, "Préavis") == []
    follow(ports, day("2027-06-01"))
    follow(ports, day("2027-06-01"))
    (first,) = about(post, "Préavis")
    assert first.to == OFFICER
    assert archived in first.text
    assert "30\u00a0août 2027 (dans 90\u00a0jours)" in first.text
    # Three warnings missed, and July's look at the promise: one mail more.
    follow(ports, day("2027-08-25"))
    late = mails(post)[-1]
    assert late.text.count("Préavis à décider") == 1
    assert "dans 5\u00a0jours" in late.text
    # After the last day to give notice, nothing is said of it any more.
    told = len(list(mails(post)))
    follow(ports, day("2027-08-31"))
    assert len(list(mails(post))) == told


@on_sqlite
@pytest.mark.usefixtures("archived")
def test_what_is_upcoming_follows_the_tacit_renewals(ports: Ports) -> None:
    rows = {
        on: upcoming(ports, dt.date.fromisoformat(on))[0]
        for on in ("2026-11-20", "2027-01-15", "2027-08-30", "2027-12-01", "2029-12-01")
    }
    assert [row.state for row in rows.values()] == [
        "a_venir",
        "en_cours",
        "preavis_ouvert",
        "reconduit",
        "termine",
    ]
    assert rows["2027-01-15"].end == dt.date(2027, 11, 30)
    assert rows["2027-12-01"].end == dt.date(2028, 11, 30)
    assert rows["2027-12-01"].notice_deadline == dt.date(2028, 8, 30)
    assert rows["2029-12-01"].notice_deadline is None
    assert upcoming(ports, dt.date(2027, 8, 1), within=29)
    assert upcoming(ports, dt.date(2027, 8, 1), within=28) == []


@on_sqlite
def test_sqlite_counts_what_it_holds_at_the_daily_pass(ports: Ports) -> None:
    issued(ports, PMSMP, NOW)
    follow(ports, NOW)
    with ports.database.read() as session:
        counted = {
            name for (name,) in session.execute(text("SELECT DISTINCT tbl FROM sqlite_stat1"))
        }
    assert {"agreements", "search_entries", "search_words", "signers"} <= counted
