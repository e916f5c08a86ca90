"""Files that nobody honest would send: each gets a verdict, in bounded memory and time."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import os
import time
import zipfile
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pikepdf
import psutil
import pytest
from pikepdf import Array, Dictionary, Name

from docgen.actions.confined import examined
from docgen.actions.examination import Facts
from docgen.actions.ports import Ports
from docgen.actions.verdict import plain
from docgen.actions.verify import verifier, verify
from docgen.confinement import MEGABYTE, Limits
from docgen.documents.finish import Field, finish
from docgen.errors import NotFound
from docgen.signing.keys import load_or_create
from docgen.signing.roots import Roots, roots_of
from docgen.signing.seal import Sealer
from tests.samples import NOW

pytestmark = pytest.mark.slow

LATER = NOW + timedelta(hours=1)
UNREADABLE = "n’est pas un PDF lisible"
GIGABYTE = 1024**3


@pytest.fixture(params=["sqlite"])
def database_url(tmp_path: Path, migrated_sqlite: Path) -> str:
    """An empty database; one is enough, since nothing is found in it."""
    (tmp_path / "docgen.sqlite3").write_bytes(migrated_sqlite.read_bytes())
    return f"sqlite:///{tmp_path / 'docgen.sqlite3'}"


def made(pages: int = 1, **how: object) -> bytes:
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(300, 300))
        return saved(pdf, **how)


def saved(pdf: pikepdf.Pdf, **how: object) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **how)  # type: ignore[arg-type]
    return out.getvalue()


def _with_javascript() -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert('300 heures')")
        return saved(pdf)


def _launching() -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.pages[0].AA = Dictionary(O=Dictionary(S=Name.Launch, F="/bin/sh"))
        return saved(pdf)


def _loop_of_tables() -> bytes:
    """A cross-reference table that says the one before it is itself."""
    head = (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    )
    start = str(len(head)).encode()
    return (
        head
        + b"xref\n0 1\n0000000000 65535 f \ntrailer<</Size 3/Root 1 0 R/Prev "
        + start
        + b">>\n"
        b"startxref\n" + start + b"\n%%EOF"
    )


def _loop_of_fields() -> bytes:
    """A form field that is its own child."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        field = pdf.make_indirect(Dictionary(T="A", FT=Name.Sig))
        field.Kids = Array([field])
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]))
        return saved(pdf)


def _loop_of_pages() -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.Root.Pages.Kids.append(pdf.Root.Pages)
        return saved(pdf)


def _many_fields() -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        fields = [pdf.make_indirect(Dictionary(T=f"S{n}", FT=Name.Sig)) for n in range(5000)]
        pdf.Root.AcroForm = Dictionary(Fields=Array(fields))
        return saved(pdf)


def _bomb() -> bytes:
    """Objects packed in a stream of 2 MB that unfolds into two gigabytes."""
    packer = zlib.compressobj(9)
    block = b" " * (1 << 20)
    body = b"".join(packer.compress(block) for _ in range(2048)) + packer.flush()
    head = b"%PDF-1.7\n"
    objects = (
        b"1 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length "
        + str(len(body)).encode()
        + b">>stream\n"
        + body
        + b"\nendstream endobj\n"
    )
    at = len(head)
    rows = b"\x00\x00\x00\x00\x00\x00" + b"\x01" + at.to_bytes(4, "big") + b"\x00"
    rows += b"\x02" + (1).to_bytes(4, "big") + b"\x00"
    table = (
        b"3 0 obj<</Type/XRef/Size 3/W[1 4 1]/Root 2 0 R/Length 18>>stream\n"
        + rows
        + b"\nendstream endobj\n"
    )
    start = str(at + len(objects)).encode()
    return head + objects + table + b"startxref\n" + start + b"\n%%EOF"


def _deep() -> bytes:
    return b"%PDF-1.7\n1 0 obj" + b"[" * 200_000 + b"endobj trailer<</Root 1 0 R>>\n%%EOF"


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", UNREADABLE),
    "noise": (lambda: bytes(range(256)) * 40, UNREADABLE),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100, UNREADABLE),
    "header alone": (lambda: b"%PDF-1.7\n", UNREADABLE),
    "unsigned": (made, "aucune signature"),
    "300 pages": (lambda: made(300), "aucune signature"),
    "password": (
        lambda: made(encryption=pikepdf.Encryption(owner="a", user="b")),
        "protégé par un mot de passe",
    ),
    "encrypted, without a password": (
        lambda: made(encryption=pikepdf.Encryption(owner="a", user="")),
        "protégé par un mot de passe",
    ),
    "JavaScript": (_with_javascript, "contient du JavaScript"),
    "launches a program": (_launching, "une commande à lancer"),
    "loop of cross-reference tables": (_loop_of_tables, ""),
    "loop of form fields": (_loop_of_fields, ""),
    "loop of pages": (_loop_of_pages, ""),
    "5,000 signature fields": (_many_fields, "plus de 60 champs"),
    "bomb": (_bomb, ""),
    "200,000 brackets": (_deep, ""),
}


@pytest.mark.parametrize(("make", "says"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_gets_a_verdict(
    ports: Ports, tmp_path: Path, make: Callable[[], bytes], says: str
) -> None:
    path = tmp_path / "recu.pdf"
    path.write_bytes(make())
    verdict = verify(ports, str(path), LATER)
    assert not verdict.sound
    assert says in " ".join(verdict.problems), verdict.problems
    assert plain([verdict])["sound"] is False


def most_memory(of: Callable[[], object]) -> int:
    """The most bytes that any process started by this one held while `of` ran."""
    held = 0
    with ThreadPoolExecutor(1) as apart:
        working = apart.submit(of)
        while not working.done():
            for process in psutil.Process().children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    if "docgen.confinement" in process.cmdline():
                        held = max(held, process.memory_info().rss)
            time.sleep(0.02)
        working.result()
    return held


def test_a_bomb_is_stopped_by_its_memory() -> None:
    facts: list[Facts] = []
    held = most_memory(lambda: facts.append(examined(_bomb(), None, Roots(()), LATER)))
    assert facts[0].problems
    assert 10 * MEGABYTE < held < GIGABYTE


def test_the_process_that_forks_is_started_again_when_it_dies() -> None:
    pdf = made()
    before = examined(pdf, None, Roots(()), LATER)
    for process in psutil.Process().children(recursive=True):
        # Those of other tests may end while they are looked at.
        with contextlib.suppress(psutil.NoSuchProcess):
            if "docgen.confinement" in process.cmdline():
                process.kill()
                process.wait()
    assert examined(pdf, None, Roots(()), LATER) == before


def test_an_examination_without_end_is_stopped_by_the_clock() -> None:
    facts = examined(made(300), None, Roots(()), LATER, Limits(seconds=0))
    assert facts.problems == (
        "Ce PDF demande trop de temps ou de mémoire pour être lu : il n’est pas contrôlé.",
    )
    assert not facts.marks.readable


def test_the_confined_process_says_the_same_and_has_no_secret(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    from docgen.actions.examination import examine

    monkeypatch.setenv("DOCGEN_PASSPHRASE", "secret")
    sealed = signed_by(ports.sealer)
    roots = roots_of(ports.sealer)
    apart = examined(sealed, None, roots, LATER)
    assert apart == examine(sealed, None, roots, LATER)
    assert apart.report.signatures[0].ades is not None
    assert apart.report.signatures[0].ades.indication == "PASSED"


def signed_by(sealer: Sealer) -> bytes:
    pdf = finish(made(), NOW, [], [Field("Signature_1", 0, (20, 20, 220, 78), "Essai")])
    return sealer.seal(pdf, "Signature_1", ("Signé",), "Réf. \x1b[2J essai", NOW).pdf


def test_a_foreign_signature_is_read_and_not_believed(ports: Ports, tmp_path: Path) -> None:
    keys = load_or_create(tmp_path / "autres", b"autre", "Le Fournil Solidaire", NOW)
    path = tmp_path / "ailleurs.pdf"
    path.write_bytes(signed_by(Sealer(keys, ())))
    verdict = verify(ports, str(path), LATER)
    assert "qu’aucune autorité admise ne reconnaît" in " ".join(verdict.problems)
    assert verdict.level.startswith("Niveau inconnu")
    document = plain([verdict])["documents"][0]
    (signature,) = document["signatures"]
    assert (signature["intact"], signature["trusted"], signature["coverage"]) == (
        True,
        False,
        "file",
    )
    assert signature["ades"]["indication"] == "INDETERMINATE"
    # What a stranger wrote in the signature does not act on the reader's screen.
    assert "\x1b" not in str(document)


def test_a_garbage_signature_is_named(ports: Ports, tmp_path: Path) -> None:
    pdf = signed_by(ports.sealer)
    start = pdf.index(b"/Contents <") + len(b"/Contents <")
    path = tmp_path / "abime.pdf"
    for garbage in (b"00", b"ff", b"30"):
        path.write_bytes(pdf[:start] + garbage * 500 + pdf[start + 1000 :])
        verdict = verify(ports, str(path), LATER)
        assert any("« Signature_1 »" in problem for problem in verdict.problems)


# --- folders and zips


def test_links_pipes_and_huge_files_are_named_and_not_read(ports: Ports, tmp_path: Path) -> None:
    folder = tmp_path / "dossiers"
    folder.mkdir()
    (folder / "lien.pdf").symlink_to("/etc/hostname")
    os.mkfifo(folder / "tuyau.pdf")
    with (folder / "enorme.pdf").open("wb") as file:
        file.truncate(60 * 1024**2)
    (folder / "note.txt").write_text("rien")
    verdicts = list(verifier(ports, LATER).each([str(folder)]))
    said = " ".join(problem for verdict in verdicts for problem in verdict.problems)
    assert "« lien.pdf » est un lien" in said
    assert "« tuyau.pdf » n’est pas un fichier ordinaire" in said
    assert "« enorme.pdf » dépasse 50 Mo" in said
    assert "note.txt" in " ".join(verdicts[-1].checked)
    assert plain(verdicts)["sound"] is False


def test_a_link_inside_a_dossier_is_a_problem(ports: Ports, tmp_path: Path) -> None:
    (tmp_path / "manifeste.json").write_text("{}")
    (tmp_path / "convention-signee.pdf").symlink_to("/etc/hostname")
    verdict = verify(ports, str(tmp_path), LATER)
    assert any("convention-signee.pdf : c’est un lien" in one for one in verdict.problems)


def test_a_folder_of_thousands_is_refused(ports: Ports, tmp_path: Path) -> None:
    folder = tmp_path / "beaucoup"
    folder.mkdir()
    for number in range(2001):
        (folder / f"{number}.txt").touch()
    verdicts = list(verifier(ports, LATER).each([str(folder)]))
    assert [verdict.problems for verdict in verdicts] == [
        ("« beaucoup » contient plus de 2000 fichiers.",)
    ]


def test_a_name_that_is_nothing_is_not_found_alone_and_named_among_several(
    ports: Ports, tmp_path: Path
) -> None:
    with pytest.raises(NotFound):
        verify(ports, "PMSMP-2099-0001", LATER)
    with pytest.raises(NotFound):
        verify(ports, "x" * 5000, LATER)
    (tmp_path / "a.zip").write_bytes(zipped({"x": b""}))
    both = list(verifier(ports, LATER).each(["PMSMP-2099-0001", str(tmp_path / "a.zip")]))
    assert len(both) == 2
    assert "introuvable" in both[0].problems[0]


def zipped(files: dict[str, bytes], **how: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = how.get("compress", zipfile.ZIP_DEFLATED)
            entry.external_attr = how.get("attributes", 0o644) << 16
            archive.writestr(entry, content)
    return out.getvalue()


def _zip_bomb() -> bytes:
    return zipped({f"{n}.json": b"\0" * (30 * 1024**2) for n in range(2)})


def _with_password() -> bytes:
    content = bytearray(zipped({"manifeste.json": b"{}"}))
    for mark, shift in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + shift] |= 1
    return bytes(content)


ZIPS: dict[str, tuple[Callable[[], bytes], str]] = {
    "cut": (lambda: zipped({"manifeste.json": b"{}" * 99})[:60], "abîmé, coupé"),
    "no dossier": (lambda: zipped({"a.txt": b"a"}), "manifeste.json"),
    "bomb": (_zip_bomb, "dépasse 50 Mo"),
    "password": (_with_password, "mot de passe"),
    "climbs out": (lambda: zipped({"../manifeste.json": b"", "a": b""}), "sous-dossier"),
    "a link": (lambda: zipped({"manifeste.json": b"/etc"}, attributes=0o120777), "c’est un lien"),
    "other packing": (lambda: zipped({"manifeste.json": b"{}"}, compress=zipfile.ZIP_LZMA),
                      "comprimé d’une façon"),
    "too many": (lambda: zipped({f"{n}": b"" for n in range(61)}), "plus de 60 fichiers"),
}  # fmt: skip


@pytest.mark.parametrize(("make", "says"), ZIPS.values(), ids=ZIPS.keys())
def test_a_hostile_zip_gets_a_verdict(
    ports: Ports, tmp_path: Path, make: Callable[[], bytes], says: str
) -> None:
    path = tmp_path / "dossier.zip"
    path.write_bytes(make())
    verdict = verify(ports, str(path), LATER)
    assert says in " ".join(verdict.problems), verdict.problems


def test_every_byte_of_a_zip_may_be_noise(ports: Ports) -> None:
    content = zipped({"manifeste.json": b'{"a": 1}' * 20, "SHA256SUMS": b"0" * 64})
    reader = verifier(ports, LATER)
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 0xA5
        if changed[:2] == b"PK" and changed[:4] == content[:4]:
            assert reader.content("dossier.zip", bytes(changed)).problems


def test_a_folder_of_several_and_the_zip_of_a_dossier(ports: Ports, tmp_path: Path) -> None:
    folder = tmp_path / "plusieurs"
    (folder / "un").mkdir(parents=True)
    (folder / "un" / "manifeste.json").write_text("{}")
    (folder / "deux.zip").write_bytes(zipped({"deux/manifeste.json": b"{}"}))
    verdicts = list(verifier(ports, LATER).each([str(folder)]))
    assert [Path(verdict.path).name for verdict in verdicts] == ["deux.zip", "un", "plusieurs"]
    told = plain(verdicts)
    assert len(told["problems"]) == sum(len(one["problems"]) for one in told["documents"])
    assert dataclasses.is_dataclass(verdicts[0])
