"""Which databases a test runs on: both, unless it says otherwise."""

from __future__ import annotations

import pytest

# For what the database can't change and is long to make: PDFs, proofs, words.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
