"""Files as they come: every way of being unreadable is refused with its line and its reason."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.agreements.reading import MAX_BYTES, MAX_DEPTH, read
from docgen.errors import InvalidData

BOMB = b"a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n"


@pytest.mark.parametrize(
    ("content", "line", "word"),
    [
        (b"", None, "vide"),
        (b"- a\n- b\n", None, "liste de champs"),
        (b"bonjour", None, "liste de champs"),
        (b"a: 1\nb: [\n", 3, "mal form"),
        (b"a: 1\n\tb: 2\n", 2, "mal form"),
        (b"a: 1\na: 2\n", 2, "deux fois"),
        (BOMB, 1, "ancres"),
        (b"a: !!python/object:os.system x\n", 1, "tiquettes"),
        (b"a: 1\n---\nb: 2\n", 2, "plusieurs documents"),
        (b"? [a, b]\n: 1\n", 1, "simple mot"),
        (b"a: 1\nb: caf\xe9\n", 2, "UTF-8"),
        (b"a: \x01\n", 1, "U+0001"),
        (b"a: " + b"[" * 50 + b"]" * 50, 1, f"{MAX_DEPTH} niveaux"),
        (b'{"a": 1, "a": 2}', None, "deux fois"),
        (b'{"a": \n oups}', 2, "JSON est mal form"),
        (b'{"a": ' + b"[" * 100_000, None, "imbriqu"),
        (b"x" * (MAX_BYTES + 1), None, "au plus"),
    ],
    ids=range(17),
)
def test_what_cannot_be_read_says_where_and_why(
    content: bytes, line: int | None, word: str
) -> None:
    with pytest.raises(InvalidData) as caught:
        read(content)
    finding = caught.value.findings[0]
    assert finding.line == line
    assert word in finding.message


def test_only_plain_values_are_converted() -> None:
    data = read(
        b'a: 12\nb: "12"\nc: 012\nd: non\ne: 2026-01-31\nf: 12:30\ng: true\nh: ~\ni:\nj: 1.5\n'
    ).data
    assert data == {
        "a": 12,
        "b": "12",
        "c": "012",
        "d": "non",
        "e": "2026-01-31",
        "f": "12:30",
        "g": True,
        "h": None,
        "i": None,
        "j": "1.5",
    }


def test_the_line_of_a_field_or_of_what_holds_it_is_known() -> None:
    source = read("﻿a: 1\nb:\n  - c: 2\n    d: 3\n".encode())
    assert source.line_of("b.0.d") == 4
    assert source.line_of("b.0.missing.deeper") == 3
    assert source.line_of("z") is None


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_and_nothing_else(content: bytes) -> None:
    # Any other exception fails the test.
    with suppress(InvalidData):
        read(content)
