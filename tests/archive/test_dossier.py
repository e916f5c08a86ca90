"""A dossier is deposited once, fetched whole, exported to plain files; its damages are named."""

from __future__ import annotations

import datetime as dt
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from docgen import journal
from docgen.archive.check import check_dossier, check_files, export
from docgen.archive.dossier import Dossier, Item, Signature, deposit, fetch
from docgen.archive.intake import read_folder
from docgen.archive.store import Archive, sha256_of
from docgen.errors import Broken, NotFound, Refused
from docgen.journal import EventType

pytestmark = pytest.mark.slow

NOW = dt.datetime(2026, 11, 24, 10, 30, 0, 123456, tzinfo=dt.UTC)
ID = "0123456789abcdef0123456789abcdef"


def dossier(**changes: object) -> Dossier:
    first = journal.follow(ID, None, EventType.REGISTERED, NOW, "officer", {"n": 1})
    second = journal.follow(ID, first, EventType.EVIDENCE, NOW, "schedule", {"n": 2})
    made = Dossier(
        dossier_id=ID,
        kind="pmsmp",
        reference="PMSMP-2026-0001",
        template_name="pmsmp",
        template_sha256=sha256_of(b"template"),
        start=dt.date(2027, 1, 11),
        end=dt.date(2027, 1, 29),
        signatures=(Signature("entreprise", "Signature_1_entreprise", NOW, "PAdES B-T"),),
        journal_head=second.hash,
        journal_length=2,
        created_at=NOW,
        app_version="0.1.0",
        items=(
            Item("convention-signee", "pdf", "application/pdf", b"%PDF signed"),
            Item("dossier-de-preuve", "pdf", "application/pdf", b"%PDF evidence"),
            Item("journal", "json", "application/json", journal.export(ID, [first, second])),
            Item("donnees", "json", "application/json", b"{}"),
        ),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def test_a_dossier_is_kept_once_however_often_it_is_deposited(
    archive: Archive, reopen: Callable[[], Archive]
) -> None:
    first = deposit(archive, dossier())
    again = deposit(reopen(), dossier(created_at=NOW + dt.timedelta(days=1), app_version="0.2.0"))
    assert again.manifest_sha256 == first.manifest_sha256
    assert len(list(archive.list("a/"))) == 5
    assert [item.content for item in fetch(archive, first.manifest_key).items] == [
        item.content for item in dossier().items
    ]


def test_another_dossier_under_the_same_number_is_refused(archive: Archive) -> None:
    deposit(archive, dossier())
    other = replace(dossier().items[0], content=b"%PDF other")
    with pytest.raises(Broken, match="autre dossier"):
        deposit(archive, dossier(items=(other, *dossier().items[1:])))


def test_stopped_at_any_step_a_deposit_goes_on_to_one_dossier(archive: Archive) -> None:
    steps: list[str] = []
    deposit(archive, dossier(dossier_id="f" * 32), pause=steps.append)
    assert len(steps) == 10
    for wanted in steps:

        def stop(step: str, wanted: str = wanted) -> None:
            if step == wanted:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            deposit(archive, dossier(), pause=stop)
    deposited = deposit(archive, dossier())
    assert len(list(archive.list(f"a/v1/2026/{ID}/"))) == 5
    assert check_dossier(archive.get, archive.get(deposited.manifest_key)) == ()


def test_an_exported_dossier_is_plain_files_that_sha256sum_accepts(
    archive: Archive, tmp_path: Path
) -> None:
    deposited = deposit(archive, dossier())
    folder = tmp_path / "sortie" / "PMSMP-2026-0001"
    names = export(archive, deposited.manifest_key, folder)
    assert sorted(names) == sorted(path.name for path in folder.iterdir())
    assert set(names) == {
        "convention-signee.pdf",
        "dossier-de-preuve.pdf",
        "journal.json",
        "donnees.json",
        "manifeste.json",
        "LISEZMOI.txt",
        "SHA256SUMS",
    }
    subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=folder, check=True)
    assert problems_in(folder) == ()
    with pytest.raises(Refused):
        export(archive, deposited.manifest_key, folder)
    with pytest.raises(NotFound):
        export(archive, deposited.manifest_key.replace("0001.", "0002."), tmp_path / "x")
    assert not (tmp_path / "x").exists()


def problems_in(folder: Path) -> tuple[str, ...]:
    taken = read_folder(folder)
    return (*taken.problems, *check_files(taken.files))


def test_each_damage_is_named_with_its_file(archive: Archive, tmp_path: Path) -> None:
    folder = tmp_path / "dossier"
    export(archive, deposit(archive, dossier()).manifest_key, folder)
    for name in ("convention-signee.pdf", "journal.json", "donnees.json"):
        kept = (folder / name).read_bytes()
        (folder / name).write_bytes(kept + b" ")
        assert any(name in problem for problem in problems_in(folder))
        (folder / name).unlink()
        assert any(f"{name} : le fichier manque" in problem for problem in problems_in(folder))
        (folder / name).write_bytes(kept)
    for content in (b"", b"{}", b"[]", b"\xff", b'{"schema": "docgen.dossier/1"}'):
        kept = (folder / "manifeste.json").read_bytes()
        (folder / "manifeste.json").write_bytes(content)
        assert problems_in(folder) != ()
        (folder / "manifeste.json").write_bytes(kept)
    assert problems_in(folder) == ()


def test_a_journal_cut_short_is_not_the_one_the_manifest_names(archive: Archive) -> None:
    whole = dossier()
    first = journal.follow(ID, None, EventType.REGISTERED, NOW, "officer", {"n": 1})
    short = replace(whole.items[2], content=journal.export(ID, [first]))
    deposited = deposit(archive, dossier(items=(*whole.items[:2], short, whole.items[3])))
    problems = check_dossier(archive.get, archive.get(deposited.manifest_key))
    assert any("ne s’arrête pas" in problem for problem in problems)
