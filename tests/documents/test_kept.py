"""Kept: made once while there is room, never more than the room."""

from __future__ import annotations

import pytest

from docgen.documents.kept import Kept


def test_what_is_asked_again_is_not_made_again() -> None:
    kept, made = Kept(100), []

    def make() -> bytes:
        made.append(1)
        return b"x" * 10

    assert kept.get("a", make) == kept.get("a", make) == b"x" * 10
    assert len(made) == 1


def test_the_least_asked_leaves_when_there_is_no_room() -> None:
    kept = Kept(25)
    for key in ("a", "b"):
        kept.get(key, lambda: b"x" * 10)
    kept.get("a", lambda: pytest.fail("it is kept"))
    kept.get("c", lambda: b"x" * 10)
    kept.get("a", lambda: pytest.fail("it is kept"))
    assert kept.get("b", lambda: b"y") == b"y"


def test_what_is_larger_than_the_room_is_given_and_not_kept() -> None:
    kept = Kept(5)
    assert kept.get("a", lambda: b"x" * 10) == b"x" * 10
    assert kept.get("a", lambda: b"y") == b"y"
