"""What a run says of a pass, and what is read back from it at the command line."""

from __future__ import annotations

from typing import Any

import pytest

from docgen.actions.sweep import Swept
from flows import reporting


@pytest.mark.parametrize(
    "done",
    [
        Swept(),
        Swept(busy=True),
        Swept(counts={"archivés": 2, "courriels": 6}),
        Swept(put_off=3),
        Swept(notices=["Le certificat du cachet expire le 02/01/2027."]),
        Swept(
            {"scellés": 1}, [("CP-2026-0001", "archivés", "Le stockage ne répond pas.")], False, 2
        ),
    ],
)
def test_a_pass_is_told_whole(monkeypatch: pytest.MonkeyPatch, done: Swept) -> None:
    tables: list[Any] = []
    # Only where the table goes is replaced: a Prefect server keeps it in tests/flows/test_flows.py.
    monkeypatch.setattr(
        reporting, "create_table_artifact", lambda *, table, **_: tables.append(table)
    )
    state = reporting.report("balayage", done)
    assert reporting.read_back(state.message or "", tables) == done
    assert state.is_failed() == bool(done.failures)
