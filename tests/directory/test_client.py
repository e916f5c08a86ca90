"""Asking the register: what is sent, waited for, tried again, kept, and refused."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import socket
import threading
import time
from pathlib import Path

import pytest

from docgen.directory import (
    Company,
    Directory,
    Kept,
    Pace,
    State,
    no_directory,
    standing,
)
from docgen.directory.asking import LARGEST_ANSWER, LONGEST_WAIT, PAUSES
from docgen.directory.kept import MOST_KEPT
from docgen.directory.pace import PER_SECOND
from docgen.errors import InvalidData, Unavailable
from tests.directory.conftest import Day
from tests.directory.register import (
    BRANCH,
    HEAD_OFFICE,
    NOBODY,
    OPEN,
    Clock,
    Register,
    Reply,
    answer,
    site,
    unit,
)

CLOSED = answer(unit(site(BRANCH, etat_administratif="F", date_fermeture="2026-03-01")))


def test_the_question_and_its_answer(directory: Directory, register: Register) -> None:
    found = directory.lookup("732 829 320 00074")
    assert found.raison_sociale == "LE FOURNIL D’ESSAI"
    assert found.enseigne == "L’ŒUF À LA COQUE"
    (question,) = register.asked
    assert question.pop("agent").startswith("docgen/")
    assert question == {
        "path": "/search",
        "q": HEAD_OFFICE,
        "minimal": "true",
        # Neither directors nor accounts are asked for.
        "include": "siege,matching_etablissements",
    }


@pytest.mark.parametrize("number", ["", "732829320", "73282932000079", "0" * 14, "../" * 5])
def test_what_is_no_siret_is_never_asked(
    directory: Directory, register: Register, number: str
) -> None:
    for lookup in (directory.lookup, no_directory):
        with pytest.raises(InvalidData) as caught:
            lookup(number)
        assert caught.value.findings[0].field == "siret"
    assert register.asked == []


def test_an_installation_without_a_directory_asks_nobody() -> None:
    with pytest.raises(Unavailable, match="DOCGEN_DIRECTORY_URL"):
        no_directory(HEAD_OFFICE)


# --- tried again, or not -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "slept"),
    [
        (Reply(b"{}", 429), [PAUSES[0]]),
        (Reply(b"{}", 429, {"Retry-After": "3"}), [3.0]),
        (Reply(b"{}", 429, {"Retry-After": "0"}), [PAUSES[0]]),
        (Reply(b"{}", 429, {"Retry-After": "Mon, 02 Nov 2026 09:00:04 GMT"}), [4.0]),
        (Reply(b"{}", 429, {"Retry-After": "Mon, 02 Nov 2026 08:00:00 GMT"}), [PAUSES[0]]),
        # Neither a number nor a date, or a date without its zone: as if it were not there.
        (Reply(b"{}", 429, {"Retry-After": "bientôt".encode().decode("latin-1")}), [PAUSES[0]]),
        (Reply(b"{}", 429, {"Retry-After": "Mon, 02 Nov 2026 09:00:04"}), [PAUSES[0]]),
        (Reply(b"{}", 429, {"Retry-After": "-1"}), [PAUSES[0]]),
        (Reply(b"{}", 503, {"Retry-After": "2"}), [2.0]),
        (Reply(b"oups", 500), [PAUSES[0]]),
        (Reply(OPEN, cut=True), [PAUSES[0]]),
    ],
)
def test_a_passing_fault_is_waited_out(
    directory: Directory, register: Register, clock: Clock, reply: Reply, slept: list[float]
) -> None:
    register.says(reply, OPEN)
    assert directory.lookup(HEAD_OFFICE).open is True
    assert clock.slept == slept
    assert len(register.asked) == 2


def test_a_fault_that_lasts_is_told_after_three_tries(
    directory: Directory, register: Register, clock: Clock
) -> None:
    for status in (500, 502, 503, 429):
        register.says(Reply(b"", status))
        with pytest.raises(Unavailable, match=f"HTTP {status}"):
            directory.lookup(HEAD_OFFICE)
    assert len(register.asked) == 4 * (1 + len(PAUSES))
    assert clock.slept[:2] == list(PAUSES)


@pytest.mark.parametrize("wait", [str(int(LONGEST_WAIT) + 1), "9" * 400])
def test_a_wait_too_long_is_not_begun(
    directory: Directory, register: Register, clock: Clock, wait: str
) -> None:
    register.says(Reply(b"", 429, {"Retry-After": wait}))
    with pytest.raises(Unavailable, match="429"):
        directory.lookup(HEAD_OFFICE)
    assert (len(register.asked), clock.slept) == (1, [])


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(b'{"erreur": "x"}', 400), "HTTP 400"),
        (Reply(b"", 403), "HTTP 403"),
        (Reply(b"", 404), "HTTP 404"),
        (Reply(b"", 204), "HTTP 204"),
        (Reply(b"", 301, {"Location": "http://127.0.0.1:9/ailleurs"}), "ailleurs"),
        (Reply(b"", 302, {"Location": "https://example.org/"}), "example.org"),
        (Reply(b"", 307, {"Location": "/search?q=2"}), "n’est pas suivi"),
        (Reply(OPEN, headers={"Content-Encoding": "gzip"}), "compressée"),
        (Reply(b" " * (LARGEST_ANSWER + 1)), "démesurée"),
        (Reply(b"<html>Maintenance</html>", headers={"Content-Type": "text/html"}), "autre chose"),
        (Reply(OPEN[:-9]), "autre chose"),
        (Reply(b""), "autre chose"),
    ],
)
def test_an_answer_that_asking_again_would_not_change(
    directory: Directory, register: Register, clock: Clock, reply: Reply, reason: str
) -> None:
    register.says(reply, OPEN)
    with pytest.raises(Unavailable, match=reason):
        directory.lookup(HEAD_OFFICE)
    assert (len(register.asked), clock.slept) == (1, [])
    # Nothing of it was kept.
    assert directory.lookup(HEAD_OFFICE).open is True


def test_the_largest_answer_is_read(directory: Directory, register: Register) -> None:
    register.says(OPEN + b" " * (LARGEST_ANSWER - len(OPEN)))
    assert directory.lookup(HEAD_OFFICE).open is True


@pytest.mark.parametrize(
    "reply",
    [
        Reply(silence=0.6),
        # Each piece comes in time, the whole does not.
        Reply(pieces=40, between=0.03),
    ],
    ids=["silent", "drop by drop"],
)
def test_an_answer_has_its_time_and_no_more(
    directory: Directory, register: Register, reply: Reply
) -> None:
    hurried = dataclasses.replace(directory, timeout=0.2, pace=Pace(time.monotonic, time.sleep))
    register.says(reply)
    with pytest.raises(Unavailable, match=r"pas de réponse en 0\.2 s"):
        hurried.lookup(HEAD_OFFICE)
    assert len(register.asked) == 1


def test_nobody_listens(directory: Directory, clock: Clock) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        deaf = dataclasses.replace(directory, url=f"http://127.0.0.1:{closed.getsockname()[1]}")
        with pytest.raises(Unavailable, match="ne répond pas"):
            deaf.lookup(HEAD_OFFICE)
    assert clock.slept == list(PAUSES)


@pytest.mark.parametrize(
    "url", ["http://[", "ftp://127.0.0.1", "http://127.0.0.1:99999", "http://x\x00y", "http://é..x"]
)
def test_an_address_that_is_none(directory: Directory, url: str) -> None:
    with pytest.raises(Unavailable):
        dataclasses.replace(directory, url=url).lookup(HEAD_OFFICE)


# --- pace and turns ------------------------------------------------------------------------------


def test_no_more_requests_a_second_than_published(clock: Clock) -> None:
    pace = Pace(clock.monotonic, clock.sleep)
    left = []
    for _ in range(30):
        pace.wait()
        left.append(clock.monotonic())
    for first, later in zip(left, left[PER_SECOND:], strict=False):
        assert later - first >= 0.999
    clock.sleep(10)
    before = len(clock.slept)
    pace.wait()
    assert len(clock.slept) == before


def test_ten_threads_ask_once_about_one_siret(directory: Directory, register: Register) -> None:
    register.says(Reply(silence=0.05))
    found: list[Company] = []
    threads = [
        threading.Thread(target=lambda: found.append(directory.lookup(HEAD_OFFICE)))
        for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(register.asked) == register.most_at_once == 1
    assert len(found) == 10
    assert len(set(found)) == 1


# --- what is kept --------------------------------------------------------------------------------


def test_an_answer_is_kept_for_a_day_and_outlives_the_command(
    directory: Directory, register: Register, day: Day
) -> None:
    first = directory.lookup(HEAD_OFFICE)
    register.says(CLOSED)
    day.now += dt.timedelta(hours=24)
    again = dataclasses.replace(directory)
    assert again.lookup(HEAD_OFFICE) == first
    day.now += dt.timedelta(seconds=1)
    register.says(Reply(b"", 500))
    with pytest.raises(Unavailable):
        again.lookup(HEAD_OFFICE)
    assert len(register.asked) == 1 + 3


def test_a_siret_nobody_knows_is_asked_again_within_the_day(
    directory: Directory, register: Register, day: Day
) -> None:
    register.says(NOBODY)
    assert directory.lookup(HEAD_OFFICE).state is State.NOT_FOUND
    day.now += dt.timedelta(hours=1)
    assert directory.lookup(HEAD_OFFICE).state is State.NOT_FOUND
    assert len(register.asked) == 1
    register.says(OPEN)
    day.now += dt.timedelta(seconds=1)
    assert directory.lookup(HEAD_OFFICE).state is State.OPEN


def test_an_answer_from_a_time_to_come_is_not_believed(
    directory: Directory, register: Register, day: Day
) -> None:
    directory.lookup(HEAD_OFFICE)
    day.now -= dt.timedelta(seconds=1)
    directory.lookup(HEAD_OFFICE)
    assert len(register.asked) == 2


def test_the_answers_of_another_register_are_not_ours(
    directory: Directory, register: Register
) -> None:
    directory.lookup(HEAD_OFFICE)
    kept = dataclasses.replace(directory.kept, url="https://example.org")
    dataclasses.replace(directory, kept=kept).lookup(HEAD_OFFICE)
    assert len(register.asked) == 2


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b"null",
        b'{"asked_at": 1, "url": "x", "answer": "{}"}',
        b'{"asked_at": "2026-11-02T09:00:00", "url": "x", "answer": "{}"}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_file_is_forgotten_and_written_anew(
    directory: Directory, register: Register, damage: bytes
) -> None:
    directory.lookup(HEAD_OFFICE)
    path = directory.kept.folder / f"{HEAD_OFFICE}.json"
    whole = path.read_bytes()
    path.write_bytes(damage)
    assert directory.lookup(HEAD_OFFICE).open is True
    assert path.read_bytes() == whole
    assert len(register.asked) == 2


def test_a_file_that_holds_another_answer_is_forgotten(
    directory: Directory, register: Register
) -> None:
    directory.lookup(HEAD_OFFICE)
    path = directory.kept.folder / f"{HEAD_OFFICE}.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"answer": "<html>"}))
    assert directory.lookup(HEAD_OFFICE).open is True
    assert len(register.asked) == 2


def test_a_folder_that_cannot_be_written_only_costs_another_question(
    directory: Directory, register: Register, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    kept = Kept(tmp_path / "file" / "annuaire", register.url)
    homeless = dataclasses.replace(directory, kept=kept)
    assert homeless.lookup(HEAD_OFFICE).open is True
    assert homeless.lookup(HEAD_OFFICE).open is True
    assert len(register.asked) == 2


def test_the_oldest_answers_are_forgotten(directory: Directory) -> None:
    folder = directory.kept.folder
    folder.mkdir()
    for number in range(MOST_KEPT + 5):
        path = folder / f"{number:014d}.json"
        path.write_bytes(b"{}")
        os.utime(path, (number, number))
    directory.lookup(HEAD_OFFICE)
    left = sorted(path.stem for path in folder.iterdir())
    assert len(left) == MOST_KEPT
    assert left[0] == f"{6:014d}"
    assert HEAD_OFFICE in left


# --- what a rule asks -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply(answer(unit(site(BRANCH)))), "open"),
        (Reply(CLOSED), "closed"),
        (Reply(answer(unit(site(BRANCH), etat_administratif="C"))), "closed"),
        (Reply(NOBODY), "unknown"),
        (Reply(b"", 500), "unknown"),
        (Reply(b"<html>"), "unknown"),
    ],
)
def test_only_a_closed_establishment_stops_anything(
    directory: Directory, register: Register, reply: Reply, expected: str
) -> None:
    register.says(reply)
    assert standing(directory.lookup, BRANCH) == expected


def test_without_a_directory_everything_is_unknown() -> None:
    assert standing(no_directory, HEAD_OFFICE) == "unknown"
    with pytest.raises(InvalidData):
        standing(no_directory, "1")
