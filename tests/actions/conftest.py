"""The sealed agreement that these tests look at: made once for each of their modules."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from docgen.documents.convert import Converter
from tests.sealed import Sealed, sealed_agreement


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory, office: Converter) -> Iterator[Sealed]:
    with sealed_agreement(tmp_path_factory.mktemp("sealed"), office) as made:
        yield made
