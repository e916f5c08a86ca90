"""What is said on a day: once, the latest for those missed, nothing of what is settled."""

from __future__ import annotations

import datetime as dt

from docgen.deadlines import HORIZON, Due, Outlook, Put, outlook
from docgen.deadlines.due import before
from tests.deadlines.lives import D

TARGET = D("2027-08-30")
NOTICE = before("preavis", TARGET, (90, 60, 30, 7))
MATTER = NOTICE[0].matter


def on(day: str, said: list[Due] | None = None, put: Put | None = None) -> Outlook:
    keys = [(due.kind, due.due, due.target) for due in said or []]
    return outlook(NOTICE, keys, {MATTER: put} if put else {}, D(day))


def test_before_the_first_day_nothing_is_said_and_the_next_look_is_known() -> None:
    seen = on("2027-05-31")
    assert seen.now == ()
    assert seen.next_on == D("2027-06-01")


def test_days_missed_are_said_by_the_latest_which_stands_for_the_others() -> None:
    (saying,) = on("2027-08-25").now
    assert saying.due.due == D("2027-08-23")
    assert [due.due for due in saying.covers] == [due.due for due in NOTICE]
    (saying,) = on("2027-08-25", said=NOTICE[:2]).now
    assert len(saying.covers) == 2


def test_what_was_said_is_not_said_again() -> None:
    seen = on("2027-07-15", said=NOTICE[:2])
    assert seen.now == ()
    assert seen.next_on == NOTICE[2].due


def test_past_its_day_a_reminder_is_of_no_use() -> None:
    assert on("2027-08-30").now
    seen = on("2027-08-31")
    assert seen.now == ()
    assert seen.next_on == D("2027-08-31") + HORIZON


def test_a_matter_settled_is_silent() -> None:
    assert on("2027-08-25", put=Put(settled=True)).now == ()


def test_a_matter_put_off_comes_back_on_its_day_once() -> None:
    put = Put(snoozed_until=D("2027-07-20"))
    seen = on("2027-07-05", said=NOTICE[:1], put=put)
    assert seen.now == ()
    assert seen.next_on == D("2027-07-20")
    (back,) = on("2027-07-20", said=NOTICE[:1], put=put).now
    assert back.due == Due(D("2027-07-20"), "preavis", TARGET, TARGET)
    # Two days late, the same; once said, the series goes on.
    assert on("2027-07-22", said=NOTICE[:1], put=put).now == (back,)
    seen = on("2027-07-23", said=[*NOTICE[:1], back.due], put=put)
    assert seen.now == ()
    assert seen.next_on == NOTICE[2].due


def test_matters_do_not_mix() -> None:
    other = before("fin", D("2027-09-01"), (30,))
    seen = outlook([*NOTICE, *other], [], {MATTER: Put(settled=True)}, D("2027-08-25"))
    assert [saying.due.kind for saying in seen.now] == ["fin"]


def test_nothing_to_come_is_looked_at_again_all_the_same() -> None:
    assert outlook([], [], {}, dt.date(2027, 1, 1)).next_on == dt.date(2027, 1, 1) + HORIZON
