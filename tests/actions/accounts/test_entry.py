"""Entering: password and code, throttles, sessions, mailed links, and the journal of it all."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from docgen import credentials
from docgen.access import Act, Role
from docgen.actions.accounts import entry, manage, own
from docgen.actions.accounts.mail import deliver_to_accounts
from docgen.actions.accounts.present import IDLE, LIFE, present
from docgen.actions.accounts.throttle import WINDOW, Throttled, at_the_door, attempt, network_of
from docgen.actions.audit.accesses import journal_faults
from docgen.actions.ports import Ports
from docgen.errors import InvalidData, NotFound, Refused
from docgen.records import queries
from docgen.settings import Settings
from tests.databases import on_sqlite
from tests.samples import NOW

pytestmark = pytest.mark.slow

EMAIL = "samira@fournil.example.org"
PASSWORD = "les pommes du verger"
HERE = ("192.0.2.7", "Navigateur d’essai")


def acts(ports: Ports) -> list[str]:
    with ports.database.read() as session:
        return [one.act.value for one in queries.office_entries(session)]


def opened(ports: Ports, role: Role = Role.OFFICER, email: str = EMAIL) -> str:
    """An account that chose its password; its id."""
    account = manage.invite(ports, email, "Samira Benali", role, NOW, None)
    link = manage.link_in_hand(ports, email, NOW)
    own.choose_password(ports, link.rsplit("/", 1)[1], PASSWORD, NOW)
    return account


def enter(ports: Ports, password: str = PASSWORD, at: timedelta = timedelta(0)) -> str:
    return entry.enter(ports, EMAIL, password, NOW + at, *HERE)


def enrolled(ports: Ports, secret: str) -> str:
    """Set the second factor up; the TOTP secret."""
    who = present(ports, secret, NOW)
    totp = entry.propose_factor(ports, who)
    entry.confirm_factor(ports, who, credentials.code_at(totp, NOW), NOW, HERE[0])
    return totp


def test_an_invitation_comes_by_mail_opens_once_and_lets_a_password_in(
    ports: Ports, settings: Settings
) -> None:
    manage.invite(ports, f" {EMAIL.upper()} ", "Samira  Benali", Role.OFFICER, NOW, None)
    assert deliver_to_accounts(ports, NOW).sent == 1
    link = mailed(settings.home / "mail")
    assert link.startswith(f"{settings.site_url}/bureau/lien/")
    token = link.rsplit("/", 1)[1]
    found = own.linked(ports, token, NOW)
    assert (found.name, found.email, found.kind) == ("Samira Benali", EMAIL, "invitation")
    with pytest.raises(InvalidData):
        own.choose_password(ports, token, "court", NOW)
    own.choose_password(ports, token, PASSWORD, NOW)
    for again in (own.linked, lambda p, t, n: own.choose_password(p, t, PASSWORD, n)):
        with pytest.raises(Refused, match="déjà servi"):
            again(ports, token, NOW)
    who = present(ports, enter(ports), NOW)
    assert (who.role, who.step, who.email) == (Role.OFFICER, "", EMAIL)
    assert acts(ports) == ["account.invited", "account.opened", "entry.entered"]
    with ports.database.read() as session:
        kept = queries.account_by_email(session, EMAIL)
        assert kept is not None
        assert kept.password is not None
        assert kept.password.startswith("$argon2id$")


def mailed(folder: Path) -> str:
    """The link of the newest mail."""
    newest = max(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    mail = message_from_bytes(newest.read_bytes(), policy=policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    found = re.search(r"http\S+/bureau/lien/\S+", body.get_content())
    assert found
    return found[0]


@on_sqlite
def test_wrong_address_and_wrong_password_read_the_same(ports: Ports) -> None:
    opened(ports)
    said = []
    for email, password in ((EMAIL, "une autre phrase"), ("personne@example.org", PASSWORD)):
        with pytest.raises(InvalidData) as caught:
            entry.enter(ports, email, password, NOW, *HERE)
        said.append(caught.value.explain())
    assert said[0] == said[1]
    assert acts(ports)[-2:] == ["entry.refused", "entry.refused"]
    with ports.database.read() as session:
        last = queries.office_entries(session)[-1]
    # Neither an address typed in error, nor a whole IP address, in a journal that never forgets.
    assert "personne" not in str(last)
    assert last.data == {"from": "192.0.2.0/24"}


@on_sqlite
def test_guessing_is_slowed_per_account_and_the_right_password_waits_too(ports: Ports) -> None:
    opened(ports)
    for _ in range(9):
        attempt(ports, at_the_door(EMAIL, HERE[0]), NOW)
    with pytest.raises(InvalidData):
        enter(ports, "une autre phrase")
    with pytest.raises(Throttled):
        enter(ports)
    # Another account is not slowed, and after the window this one is no more.
    opened(ports, email="lucie@fournil.example.org")
    entry.enter(ports, "lucie@fournil.example.org", PASSWORD, NOW, *HERE)
    enter(ports, at=WINDOW + timedelta(seconds=1))
    assert acts(ports).count("entry.throttled") == 1


@on_sqlite
def test_guessing_is_slowed_per_address_whatever_the_account(ports: Ports) -> None:
    for number in range(39):
        attempt(ports, at_the_door(f"a{number}@example.org", f"192.0.2.{number}"), NOW)
    with pytest.raises(InvalidData):
        entry.enter(ports, "autre@example.org", "x", NOW, "192.0.2.199", "")
    with pytest.raises(Throttled):
        entry.enter(ports, "autre@example.org", "x", NOW, "192.0.2.200", "")
    with pytest.raises(InvalidData):
        entry.enter(ports, "autre@example.org", "x", NOW, "198.51.100.1", "")


def test_a_crowd_at_once_gets_no_more_tries_than_one_by_one(ports: Ports) -> None:
    opened(ports)
    answers: list[type[Exception]] = []

    def guess() -> None:
        try:
            enter(ports, "une autre phrase")
        except (InvalidData, Throttled) as error:
            answers.append(type(error))

    crowd = [threading.Thread(target=guess) for _ in range(16)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert len(answers) == 16
    assert answers.count(InvalidData) <= 10
    assert journal_faults(ports) == ()


@on_sqlite
def test_a_good_entry_is_not_counted_against_anybody(ports: Ports) -> None:
    opened(ports)
    for _ in range(12):
        enter(ports)


@pytest.mark.parametrize("role", list(Role))
def test_the_second_factor_is_forced_where_the_table_says(ports: Ports, role: Role) -> None:
    opened(ports, role)
    who = present(ports, enter(ports), NOW)
    assert who.step == ("enrol" if role.needs_second_factor else "")


def test_a_code_completes_the_visit_once(ports: Ports) -> None:
    opened(ports, Role.ADMINISTRATOR)
    totp = enrolled(ports, enter(ports))
    later = NOW + timedelta(minutes=2)
    secret = enter(ports, at=timedelta(minutes=2))
    who = present(ports, secret, later)
    assert who.step == "code"
    with pytest.raises(Refused):
        who.require(Act.OWN_ACCOUNT)
    with pytest.raises(InvalidData):
        entry.give_code(ports, who, "000000", later, HERE[0])
    code = credentials.code_at(totp, later)
    entry.give_code(ports, who, code, later, HERE[0])
    assert present(ports, secret, later).step == ""
    # The same code, seen over a shoulder, opens no other browser.
    other = present(ports, enter(ports, at=timedelta(minutes=2)), later)
    with pytest.raises(InvalidData):
        entry.give_code(ports, other, code, later, HERE[0])


@on_sqlite
def test_codes_are_throttled(ports: Ports) -> None:
    opened(ports, Role.ADMINISTRATOR)
    totp = enrolled(ports, enter(ports))
    later = NOW + timedelta(minutes=2)
    who = present(ports, enter(ports, at=timedelta(minutes=2)), later)
    for _ in range(6):
        with pytest.raises(InvalidData):
            entry.give_code(ports, who, "000000", later, HERE[0])
    with pytest.raises(Throttled):
        entry.give_code(ports, who, credentials.code_at(totp, later), later, HERE[0])


@on_sqlite
def test_a_visit_ends_by_itself_and_when_it_is_told(ports: Ports) -> None:
    opened(ports)
    secret = enter(ports)
    with pytest.raises(NotFound):
        present(ports, secret, NOW + IDLE)
    busy = NOW
    while busy + timedelta(minutes=90) < NOW + LIFE:
        busy += timedelta(minutes=90)
        present(ports, secret, busy)
    with pytest.raises(NotFound):
        present(ports, secret, NOW + LIFE)
    secret = enter(ports)
    entry.leave(ports, present(ports, secret, NOW), NOW)
    with pytest.raises(NotFound):
        present(ports, secret, NOW)
    for wrong in ("", "x" * 43):
        with pytest.raises(NotFound):
            present(ports, wrong, NOW)


def test_one_sees_one_s_browsers_and_ends_them_but_nobody_else_s(ports: Ports) -> None:
    opened(ports)
    opened(ports, email="lucie@fournil.example.org")
    first, second = enter(ports), enter(ports)
    other = entry.enter(ports, "lucie@fournil.example.org", PASSWORD, NOW, *HERE)
    who = present(ports, first, NOW)
    mine = own.browsers(ports, who, NOW)
    assert len(mine) == 2
    assert [one.here for one in mine if one.id == who.session] == [True]
    assert {one.address for one in mine} == {"192.0.2.0/24"}
    with pytest.raises(NotFound):
        own.end_browser(ports, who, present(ports, other, NOW).session, NOW)
    own.end_browser(ports, who, present(ports, second, NOW).session, NOW)
    with pytest.raises(NotFound):
        present(ports, second, NOW)
    present(ports, first, NOW)
    present(ports, other, NOW)


@on_sqlite
def test_a_new_password_shuts_the_other_browsers_out(ports: Ports) -> None:
    opened(ports)
    first, second = enter(ports), enter(ports)
    who = present(ports, first, NOW)
    with pytest.raises(InvalidData):
        own.change_password(ports, who, "une autre phrase", "la nouvelle phrase", NOW, HERE[0])
    own.change_password(ports, who, PASSWORD, "la nouvelle phrase", NOW, HERE[0])
    present(ports, first, NOW)
    with pytest.raises(NotFound):
        present(ports, second, NOW)
    with pytest.raises(InvalidData):
        enter(ports)
    enter(ports, "la nouvelle phrase")


def test_a_forgotten_password_is_mailed_and_says_nothing_to_strangers(
    ports: Ports, settings: Settings
) -> None:
    opened(ports)
    inside = enter(ports)
    own.ask_reset(ports, "personne@example.org", NOW, HERE[0])
    assert deliver_to_accounts(ports, NOW).sent == 0
    own.ask_reset(ports, EMAIL, NOW, HERE[0])
    own.ask_reset(ports, EMAIL, NOW, HERE[0])
    assert deliver_to_accounts(ports, NOW).sent == 2
    token = mailed(settings.home / "mail").rsplit("/", 1)[1]
    with pytest.raises(Refused, match="expiré"):
        own.choose_password(ports, token, "la nouvelle phrase", NOW + timedelta(hours=1))
    own.choose_password(ports, token, "la nouvelle phrase", NOW + timedelta(minutes=5))
    with pytest.raises(NotFound):
        present(ports, inside, NOW)
    enter(ports, "la nouvelle phrase")
    own.ask_reset(ports, EMAIL, NOW, HERE[0])
    with pytest.raises(Throttled):
        own.ask_reset(ports, EMAIL, NOW, HERE[0])


def test_a_mailbox_alone_does_not_open_an_account_with_a_second_factor(ports: Ports) -> None:
    opened(ports, Role.ADMINISTRATOR)
    enrolled(ports, enter(ports))
    manage.reset(ports, EMAIL, NOW, None)
    token = manage.link_in_hand(ports, EMAIL, NOW).rsplit("/", 1)[1]
    own.choose_password(ports, token, "la nouvelle phrase", NOW)
    who = present(ports, enter(ports, "la nouvelle phrase"), NOW)
    assert who.step == "code"
    with pytest.raises(InvalidData):
        entry.propose_factor(ports, who)


def test_a_closed_account_is_shut_at_once(ports: Ports) -> None:
    opened(ports)
    secret = enter(ports)
    token = manage.link_in_hand(ports, EMAIL, NOW).rsplit("/", 1)[1]
    manage.disable(ports, EMAIL, NOW, None)
    with pytest.raises(NotFound):
        present(ports, secret, NOW)
    with pytest.raises(InvalidData):
        enter(ports)
    with pytest.raises(Refused):
        own.choose_password(ports, token, "la nouvelle phrase", NOW)
    manage.enable(ports, EMAIL, NOW, None)
    enter(ports)


@on_sqlite
def test_the_last_administrator_stays(ports: Ports) -> None:
    opened(ports, Role.ADMINISTRATOR)
    with pytest.raises(Refused, match="dernier"):
        manage.disable(ports, EMAIL, NOW, None)
    with pytest.raises(Refused, match="dernier"):
        manage.change_role(ports, EMAIL, Role.READER, NOW, None)
    opened(ports, Role.ADMINISTRATOR, "lucie@fournil.example.org")
    manage.change_role(ports, EMAIL, Role.READER, NOW, None)
    with pytest.raises(Refused, match="dernier"):
        manage.disable(ports, "lucie@fournil.example.org", NOW, None)


def test_an_account_in_use_is_not_invited_again_one_in_wait_is(ports: Ports) -> None:
    manage.invite(ports, EMAIL, "Samira Benali", Role.READER, NOW, None)
    manage.invite(ports, EMAIL, "Samira Benali", Role.OFFICER, NOW, None)
    assert [one.role for one in manage.accounts(ports)] == ["officer"]
    opened(ports)
    with pytest.raises(Refused):
        manage.invite(ports, EMAIL, "Samira Benali", Role.READER, NOW, None)
    for email, name in (
        ("pas une adresse", "Samira"),
        (EMAIL, " "),
        ("a@b.example.org", "x" * 201),
    ):
        with pytest.raises(InvalidData):
            manage.invite(ports, email, name, Role.READER, NOW, None)


def test_the_journal_holds_and_no_line_of_it_is_changed(ports: Ports) -> None:
    opened(ports)
    enter(ports)
    assert journal_faults(ports) == ()
    for change in ("UPDATE office_events SET subject = 'x'", "DELETE FROM office_events"):
        with pytest.raises(DBAPIError, match="append-only"), ports.database.write() as session:
            session.execute(text(change))
    assert acts(ports)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1234:5678::1", "2001:db8:1234:5600::/56"),
        ("", ""),
        ("unix", ""),
    ],
)
def test_an_address_is_cut_before_it_is_kept(address: str, network: str) -> None:
    assert network_of(address) == network
