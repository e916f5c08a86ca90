"""Every store against one small model of what a store promises, act after act (Hypothesis)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from docgen.archive.store import Archive, Stored, sha256_of
from docgen.errors import Broken, NotFound, Refused

pytestmark = pytest.mark.slow
_numbers = count(1)
NAMES = st.sampled_from(["evidence", "journal", "donnees"])
CONTENTS = st.sampled_from([b"", b"a", b"b" * 3000, b"\x00\xff"])
DAYS = st.integers(2, 30)


class Model(RuleBasedStateMachine):
    """`kept` is what must be there: the bytes, the lock, the hold."""

    reopen: Callable[[], Archive]
    acts: list[str]

    @initialize()
    def begin(self) -> None:
        self.store = self.reopen()
        self.folder = f"a/v1/2026/d{next(_numbers)}/o/"
        self.kept: dict[str, tuple[Stored, bytes]] = {}
        self.locks: dict[str, datetime] = {}
        self.now = datetime.now(UTC).replace(microsecond=0)

    def key(self, name: str, content: bytes) -> str:
        return f"{self.folder}{name}.{sha256_of(content)}.pdf"

    @rule(name=NAMES, content=CONTENTS)
    def put(self, name: str, content: bytes) -> None:
        self.acts.append("put")
        key = self.key(name, content)
        stored = self.store.put(key, content, sha256_of(content))
        assert self.kept.setdefault(key, (stored, content))[0] == stored
        self.store.read_back(stored)

    @rule(name=NAMES, content=CONTENTS)
    def put_what_is_not_announced(self, name: str, content: bytes) -> None:
        self.acts.append("wrong")
        with pytest.raises(Broken):
            self.store.put(self.key(name, content), content + b"x", sha256_of(content))

    @rule(name=NAMES, content=CONTENTS)
    def get(self, name: str, content: bytes) -> None:
        self.acts.append("get")
        key = self.key(name, content)
        if key in self.kept:
            assert self.store.get(key) == content
            assert self.store.get(self.kept[key][0]) == content
        else:
            with pytest.raises(NotFound):
                self.store.get(key)

    @rule()
    def list_all(self) -> None:
        self.acts.append("list")
        assert list(self.store.list(self.folder)) == sorted(self.kept)

    @rule()
    def restart(self) -> None:
        self.acts.append("restart")
        self.store = self.reopen()

    @rule(name=NAMES, content=CONTENTS, days=DAYS)
    def lock(self, name: str, content: bytes, days: int) -> None:
        self.acts.append("lock")
        key = self.key(name, content)
        if key not in self.kept or self.store.first_lock is None:
            return
        stored = self.kept[key][0]
        before = self.store.lock_of(stored).until
        until = self.now + timedelta(days=days)
        self.store.extend_lock(stored, until)
        # Never shorter than it was.
        assert self.store.lock_of(stored).until == max(filter(None, (before, until)))

    @rule(name=NAMES, content=CONTENTS)
    def destroy_what_is_locked(self, name: str, content: bytes) -> None:
        self.acts.append("destroy")
        key = self.key(name, content)
        if key not in self.kept or self.store.first_lock is None:
            return
        with pytest.raises(Refused):
            self.store.destroy(self.kept[key][0], self.now)
        assert self.store.get(key) == content

    @rule(name=NAMES, content=CONTENTS)
    def restore(self, name: str, content: bytes) -> None:
        self.acts.append("restore")
        key = self.key(name, content)
        if key in self.kept:
            self.store.read_back(self.store.restore(key, content, sha256_of(content)))
            assert self.store.get(self.kept[key][0]) == content


def test_26_every_store_does_what_the_model_says(
    reopen: Callable[[], Archive], tally: Callable[..., None], *, long: bool
) -> None:
    reopen().check()
    acts: list[str] = []
    made = type("Run", (Model,), {"reopen": staticmethod(reopen), "acts": acts})
    examples = 150 if long else 6
    run_state_machine_as_test(
        made,
        settings=settings(
            max_examples=examples,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert set(acts) == {"put", "wrong", "get", "list", "restart", "lock", "destroy", "restore"}
    tally(injected=len(acts), detected=len(acts))
