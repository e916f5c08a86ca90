"""Signatures of another authority: intact or not, whoever made them."""

from __future__ import annotations

import pytest

from docgen.errors import Broken
from docgen.signing.elsewhere import signatures_elsewhere
from docgen.signing.keys import load_or_create
from docgen.signing.seal import Sealer
from tests.signing.conftest import FIELDS, LINES, NOW


@pytest.fixture(scope="session")
def twice(blank: bytes, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Signed in two fields by keys that this installation does not admit."""
    keys = load_or_create(tmp_path_factory.mktemp("ailleurs"), b"x", "Prestataire", NOW)
    sealer = Sealer(keys)
    once = sealer.seal(blank, FIELDS[0], LINES, "Signed", NOW).pdf
    return sealer.seal(once, FIELDS[1], LINES, "Signed", NOW).pdf


def test_signatures_nobody_here_admits_are_intact_all_the_same(twice: bytes) -> None:
    first, second = signatures_elsewhere(twice)
    assert (first.field, second.field) == FIELDS[:2]
    assert "Prestataire" in first.signer
    assert first.issuer != ""
    assert not first.changed_after


def test_none_is_told(blank: bytes) -> None:
    with pytest.raises(Broken, match="aucune signature"):
        signatures_elsewhere(blank)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n%%EOF", b"rien"])
def test_what_is_no_pdf(content: bytes) -> None:
    with pytest.raises(Broken, match="PDF lisible"):
        signatures_elsewhere(content)


@pytest.mark.parametrize("damage", ["page", "signature", "after", "cut"])
def test_every_kind_of_damage_shows(twice: bytes, damage: str) -> None:
    hole = twice.rindex(b"/Contents <") + len(b"/Contents <")
    damaged = {
        "page": twice.replace(b"/MediaBox", b"/MediaB0x", 1),
        "signature": twice[:hole] + b"00" + twice[hole + 2 :],
        "after": twice + b"\n% more",
        "cut": twice[:-400],
    }[damage]
    assert damaged != twice
    with pytest.raises(Broken):
        signatures_elsewhere(damaged)
