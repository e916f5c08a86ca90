"""A real PDF/A with empty fields, and it sealed three times and closed: made once per worker."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from pathlib import Path

import docx
import pytest

from docgen.documents.convert import Converter
from docgen.documents.finish import Field, finish
from docgen.signing.keys import Keys, load_or_create
from docgen.signing.seal import Sealer

NOW = dt.datetime(2026, 11, 24, 10, 30, tzinfo=dt.UTC)
FIELDS = ("Signature_1_beneficiaire", "Signature_2_entreprise", "Signature_3_organisation")
CLOSING = "Cachet_cloture"
LINES = (
    "Signé électroniquement par",
    "Mme Fatou DIALLO",
    "le 24 novembre 2026",
    "réf. CP-2026-0001",
)


@dataclass(frozen=True)
class Signed:
    """A document's states: the frozen one, then one for each seal, the last being closed."""

    keys: Keys
    sealer: Sealer
    states: tuple[bytes, ...]

    @property
    def closed(self) -> bytes:
        return self.states[-1]


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return load_or_create(tmp_path_factory.mktemp("keys"), b"secret", "Le Fournil", NOW)


@pytest.fixture(scope="session")
def blank(office: Converter) -> bytes:
    """A PDF/A-3b page with four empty fields."""
    word = docx.Document()
    word.add_paragraph("Convention d’essai")
    kept = io.BytesIO()
    word.save(kept)
    pdf = office.to_pdf(kept.getvalue())
    names = (*FIELDS, CLOSING)
    return finish(
        pdf,
        NOW,
        fields=[
            Field(name, 0, (72, 600 - 80 * n, 272, 658 - 80 * n), f"Signature de {name}")
            for n, name in enumerate(names)
        ],
    )


@pytest.fixture(scope="session")
def signed(keys: Keys, blank: bytes) -> Signed:
    sealer = Sealer(keys, ())
    states = [blank]
    for number, field in enumerate(FIELDS):
        at = NOW + dt.timedelta(minutes=number)
        states.append(sealer.seal(states[-1], field, LINES, "Essai", at).pdf)
    at = NOW + dt.timedelta(minutes=5)
    closing = ("Clôture par", "Le Fournil")
    states.append(sealer.close(states[-1], CLOSING, closing, "Clôture", at).pdf)
    return Signed(keys, sealer, tuple(states))


@pytest.fixture
def files(signed: Signed, tmp_path: Path) -> list[Path]:
    """Each state as a file."""
    paths = []
    for number, content in enumerate(signed.states):
        path = tmp_path / f"etat-{number}.pdf"
        path.write_bytes(content)
        paths.append(path)
    return paths
