"""The journal's chain: whole, it verifies; changed anywhere, it does not."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.journal import Event, EventType, canonical, export, follow, verify

AT = dt.datetime(2026, 11, 2, 9, 0, 0, 123456, tzinfo=dt.UTC)


def chain(length: int) -> list[Event]:
    events: list[Event] = []
    for number in range(length):
        last = events[-1] if events else None
        moment = AT + dt.timedelta(seconds=number)
        events.append(follow("abc", last, EventType.SIGNED, moment, "signer", {"n": number}))
    return events


def test_a_whole_journal_verifies() -> None:
    assert verify(export("abc", chain(5))) == ()


@given(st.data())
def test_any_changed_byte_is_noticed(data: st.DataObject) -> None:
    content = export("abc", chain(4))
    place = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != content[place]))
    assert verify(content[:place] + bytes([byte]) + content[place + 1 :]) != ()


@pytest.mark.parametrize("missing", range(4))
def test_a_removed_event_is_noticed_unless_it_is_the_last(missing: int) -> None:
    events = chain(5)
    assert verify(export("abc", events[:missing] + events[missing + 1 :])) != ()


def test_reordered_foreign_and_shapeless_journals_are_refused() -> None:
    events = chain(3)
    assert verify(export("abc", [events[1], events[0], events[2]]))
    assert verify(export("another", events))
    assert verify(export("abc", []))
    for content in (b"", b"[]", b"{}", b'{"agreement":1,"events":[1]}', b"\xff"):
        assert verify(content)


def test_a_cut_tail_verifies_alone_which_is_why_the_archive_keeps_the_head() -> None:
    assert verify(export("abc", chain(5)[:3])) == ()


def test_the_canonical_form_is_one_and_refuses_floats() -> None:
    assert canonical({"b": "é", "a": [1, None, True]}) == '{"a":[1,null,true],"b":"é"}'.encode()
    with pytest.raises(TypeError):
        canonical({"a": [{"b": 1.5}]})


def test_instants_are_kept_to_the_millisecond_in_utc() -> None:
    paris = dt.timezone(dt.timedelta(hours=1))
    event = follow("abc", None, EventType.SENT, AT.astimezone(paris), "officer", {})
    line = json.loads(export("abc", [event]))["events"][0]
    assert line["at"] == "2026-11-02T09:00:00.123Z"
