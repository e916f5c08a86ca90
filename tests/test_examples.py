"""The examples an officer starts from: one a kind, each right once what it cites is known."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from docgen.agreements import KINDS, Checked, check
from docgen.agreements.reading import Source, read
from docgen.agreements.rules.context import Context, Parent, PastPmsmp
from docgen.agreements.sheets import read_sheet

FOLDER = Path(__file__).parents[1] / "examples"
# On which day each may be written: a receipt after its period, a bilan after its PMSMP.
WRITTEN = {
    "bilan": dt.date(2027, 2, 1),
    "attestation": dt.date(2027, 2, 8),
    "renouvellement": dt.date(2027, 1, 25),
    "avenant": dt.date(2027, 2, 1),
    "denonciation": dt.date(2027, 6, 1),
    "recu": dt.date(2027, 7, 1),
}
CITED = {
    "renouvellement": ("pmsmp", "PMSMP-2026-0001"),
    "bilan": ("pmsmp", "PMSMP-2026-0001"),
    "attestation": ("bilan", "PMSMP-2026-0001-B1"),
    "avenant": ("partenariat", "CP-2026-0001"),
    "denonciation": ("partenariat", "CP-2026-0001"),
    "recu": ("mecenat", "MEC-2026-0001"),
}


def judged(kind: str) -> Checked:
    """The example of that kind, completed by the example that it cites."""
    source = read((FOLDER / f"{kind}-exemple.yaml").read_bytes())
    on = WRITTEN.get(kind, dt.date(2026, 11, 25))
    context = Context(on, known=True, eligible_for_gifts=True)
    if kind in CITED:
        parent = cited(*CITED[kind])
        complete = KINDS[kind].complete
        assert complete is not None
        source = Source(complete(source.data, parent))
        past = (renewed(parent),) if kind == "renouvellement" else ()
        context = Context(on, known=True, eligible_for_gifts=True, parent=parent, past=past)
    return check(source, on, context)


def renewed(parent: Parent) -> PastPmsmp:
    """The PMSMP cited, among those that the person did."""
    data = parent.data
    first, last = (dt.date.fromisoformat(data[name]) for name in ("debut", "fin"))
    return PastPmsmp(
        parent.reference,
        first,
        last,
        data["entreprise"]["siret"],
        data["objet"],
        tuple(data["objectifs"]),
    )


def cited(kind: str, reference: str) -> Parent:
    found = judged(kind).agreement
    assert found is not None
    return Parent(reference, kind, "archive", found.model_dump(mode="json"))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_has_an_example_that_could_be_issued(kind: str) -> None:
    checked = judged(kind)
    said: list[Any] = [finding for finding in checked.findings if finding.level == "error"]
    assert said == []
    assert checked.kind == kind


def test_the_sheet_of_the_organisation_can_be_registered() -> None:
    path = FOLDER / "organisation-exemple.yaml"
    assert read_sheet(read(path.read_bytes()), path.name).libelle()


def test_every_example_is_one_of_these_and_says_what_it_is_in_its_first_line() -> None:
    # Beside them, the workbook of a takeover (tests/actions/takeover).
    names = {path.name for path in FOLDER.iterdir()} - {"reprise-exemple.xlsx"}
    assert names == {f"{kind}-exemple.yaml" for kind in (*KINDS, "organisation")}
    for name in names:
        assert (FOLDER / name).read_text(encoding="utf-8").startswith("# ")
