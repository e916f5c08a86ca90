"""Passwords hashed lightly; what a real hash costs is the subject of test_credentials."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from docgen import credentials

LIGHT = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture(autouse=True, scope="module")
def cheap_hashes() -> Iterator[None]:
    """A hundredth of the work, by the same road."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(credentials, "_HASHER", LIGHT)
        patch.setattr(credentials, "_NOBODY", LIGHT.hash("nobody"))
        yield
