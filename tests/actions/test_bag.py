"""A dossier taken away: standard tools accept it alone, and see one byte changed anywhere.

Facts/archive, test 24. The tools run with an empty environment and a home of their own.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import random
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from docgen.actions.export import bag, write
from docgen.actions.public_check import check_upload
from docgen.actions.selection import select
from docgen.actions.tree_head import tree_head
from docgen.actions.verify_bag import check_bag
from docgen.archive.bag import SIGNATURE, TAGS, Bag
from docgen.documents.convert import Converter
from docgen.errors import Broken, InvalidData, NotFound, Refused
from docgen.records import queries
from docgen.signing.roots import roots_of
from tests.sealed import LATER, Sealed, sealed_agreement

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("bag")]

MUTATIONS = 1000
Tally = Callable[..., None]
COMMANDS = (
    "sha256sum --strict -c manifest-sha256.txt tagmanifest-sha256.txt",
    (
        "openssl dgst -sha256 -verify proof/keys/bag.pem -signature proof/bag.sig"
        " tagmanifest-sha256.txt"
    ),
    "openssl dgst -sha256 -verify proof/keys/log.pem -signature proof/sth.sig proof/sth.json",
    "openssl ts -verify -data proof/sth.json -in proof/sth.tsr -CAfile proof/tsa-chain.pem",
)


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory, office: Converter) -> Iterator[Sealed]:
    with sealed_agreement(tmp_path_factory.mktemp("bag"), office) as made:
        yield made


@pytest.fixture(scope="module")
def made(sealed: Sealed) -> Bag:
    return bag(sealed.ports, sealed.reference, LATER)


@pytest.fixture
def folder(made: Bag, tmp_path: Path) -> Path:
    """The bag, unfolded by a tool that is not ours."""
    path = write([made.to_zip()], f"{made.name}.zip", tmp_path)
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path)
    return tmp_path / made.name


def run(command: str, folder: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """A command as a stranger's machine runs it."""
    home.mkdir(exist_ok=True)
    return subprocess.run(
        ["env", "-i", f"HOME={home}", "PATH=/usr/bin:/bin", "LC_ALL=C", *command.split()],
        cwd=folder,
        capture_output=True,
        text=True,
        errors="replace",  # a changed byte may be in a name that a tool repeats
        check=False,
    )


def test_24_four_standard_tools_accept_a_bag_in_an_empty_environment(
    folder: Path, tmp_path: Path, tally: Tally
) -> None:
    home = tmp_path / "home"
    guide = (folder / "VERIFIER.txt").read_text()
    for command in COMMANDS:
        assert command in guide
        done = run(command, folder, home)
        assert done.returncode == 0, done
    assert "WARNING" not in run(COMMANDS[0], folder, home).stderr
    told = run("pdfsig -nocert data/convention-signee.pdf", folder, home).stdout
    assert told.count("Signature is Valid.") == 4
    assert "« Signature is Valid. » 4 fois" in guide
    python = run(f"{sys.executable} -I -S verify.py", folder, home)
    assert (python.returncode, python.stderr) == (0, "")
    assert python.stdout.startswith("OUI")
    tally(injected=len(COMMANDS) + 2, detected=len(COMMANDS) + 2)


def test_24_the_authority_given_another_way_vouches_for_both_keys(
    sealed: Sealed, folder: Path, tmp_path: Path, tally: Tally
) -> None:
    shutil.copy(sealed.ports.sealer.keys.public_certificate, folder / "autorite.pem")
    command = (
        "openssl verify -CAfile autorite.pem -no_check_time proof/keys/bag.cert.pem"
        " proof/keys/log.cert.pem"
    )
    assert command in (folder / "VERIFIER.txt").read_text()
    assert run(command, folder, tmp_path / "home").returncode == 0
    tally(injected=1, detected=1)


def _accepted(folder: Path, home: Path) -> bool:
    return all(run(command, folder, home).returncode == 0 for command in COMMANDS)


def test_24_one_byte_changed_anywhere_makes_a_tool_fail(
    folder: Path, tmp_path: Path, tally: Tally
) -> None:
    """1,000 bytes, spread over every file of the bag, each one back in its place afterwards."""
    home = tmp_path / "home"
    assert _accepted(folder, home)
    rng = random.Random(6)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    seen = 0
    for number in range(MUTATIONS):
        path = files[number % len(files)]
        content = path.read_bytes()
        place = rng.randrange(len(content))
        changed = content[place] ^ rng.randrange(1, 256)
        path.write_bytes(content[:place] + bytes([changed]) + content[place + 1 :])
        assert not _accepted(folder, home), (path.name, place, changed)
        path.write_bytes(content)
        seen += 1
    assert _accepted(folder, home)
    tally(injected=MUTATIONS, detected=seen)


@pytest.mark.parametrize("old", [b"a", b"  "])
def test_24_what_sha256sum_forgives_the_signature_does_not(
    folder: Path, tmp_path: Path, tally: Tally, old: bytes
) -> None:
    """sha256sum takes capitals and the star of binary files: the list itself is signed."""
    content = (folder / TAGS).read_bytes()
    new = old.upper() if old.strip() else b" *"
    (folder / TAGS).write_bytes(content.replace(old, new, 1))
    home = tmp_path / "home"
    assert run(COMMANDS[0], folder, home).returncode == 0
    assert run(COMMANDS[1], folder, home).returncode != 0
    tally(injected=1, detected=1)


def test_a_bag_is_the_same_bytes_each_time(sealed: Sealed, made: Bag) -> None:
    again = bag(sealed.ports, sealed.reference, LATER + timedelta(days=400))
    assert again.to_zip() == made.to_zip()


def test_docgen_accepts_a_bag_and_its_folder_here_and_elsewhere(
    sealed: Sealed, made: Bag, folder: Path
) -> None:
    for ports, standing in ((sealed.ports, "current"), (sealed.stranger, "unknown")):
        verifier = sealed.verifier(ports)
        whole = verifier.content("bag", made.to_zip())
        assert (whole.problems, whole.kind, whole.reference) == ((), "bag", sealed.reference)
        assert any("Au journal d’archive : ligne" in line for line in whole.checked)
        (unfolded,) = verifier.each([str(folder)])
        assert unfolded.problems == ()
        assert (whole.standing, unfolded.standing) == (standing, standing)


def test_the_public_page_takes_a_bag(sealed: Sealed, made: Bag) -> None:
    assert check_upload(sealed.ports, made.to_zip(), LATER).state == "intact"


def test_docgen_refuses_each_file_changed_added_or_missing(sealed: Sealed, made: Bag) -> None:
    roots = roots_of(sealed.ports.sealer)
    refused = 0
    for name, content in made.files.items():
        middle = len(content) // 2
        flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        for files in (
            {**made.files, name: flipped},
            {one: held for one, held in made.files.items() if one != name},
        ):
            assert check_bag(files, roots)[1], name
            refused += 1
    assert refused == 2 * len(made.files)
    for stranger in ("data/en-plus.txt", "proof/en-plus.txt"):
        assert check_bag({**made.files, stranger: b"x"}, roots)[1]
    assert check_bag(made.files, roots)[1] == []


def test_a_bag_made_again_by_a_forger_is_not_the_organisations(
    sealed: Sealed, made: Bag, tmp_path: Path
) -> None:
    """The same form, the same proofs, a key of one's own."""
    from docgen.signing.keys import load_or_create
    from docgen.signing.seal import Sealer

    keys = load_or_create(tmp_path / "keys", b"x", "Le Fournil Solidaire", LATER)
    other = dataclasses.replace(sealed.ports, sealer=Sealer(keys))
    forged = bag(other, sealed.reference, LATER)
    problems = sealed.verifier(sealed.stranger).content("bag", forged.to_zip()).problems
    assert any("n’admet pas" in problem for problem in problems)


def test_a_zip_that_climbs_out_or_repeats_itself_is_refused(sealed: Sealed, made: Bag) -> None:
    for name in ("../dehors.txt", "a/b/c/d.txt", "data/.cache", "data/convention-signee.pdf"):
        outlet = io.BytesIO(made.to_zip())
        with zipfile.ZipFile(outlet, "a") as archive:
            if name.startswith("data/c"):
                with pytest.warns(UserWarning, match="Duplicate"):
                    archive.writestr(f"{made.name}/{name}", b"x")
            else:
                archive.writestr(f"{made.name}/{name}", b"x")
        assert sealed.verifier().content("bag", outlet.getvalue()).problems, name


def test_bagit_py_itself_finds_the_bag_valid(folder: Path) -> None:
    import bagit

    assert bagit.Bag(str(folder)).validate()


def test_the_payload_and_proof_are_where_an_auditor_is_told_they_are(made: Bag) -> None:
    assert {
        "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "manifest-sha512.txt", TAGS,
        SIGNATURE, "VERIFIER.txt", "verify.py", "proof/manifest.json", "proof/sth.json",
        "proof/sth.sig", "proof/sth.tsr", "proof/inclusion.json", "proof/tsa-chain.pem",
        "proof/keys/log.pem", "proof/keys/bag.pem", "data/convention-signee.pdf",
        "data/dossier-de-preuve.pdf", "data/journal.json", "data/donnees.json",
    } <= made.files.keys()  # fmt: skip
    # Nobody's name in a name, in the list of files, or in what describes the bag.
    around = b"".join(made.files[name] for name in (TAGS, "bag-info.txt", "VERIFIER.txt"))
    assert b"Diallo" not in around


def test_the_bags_own_program_sees_each_file_changed(folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    refused = 0
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        if path.name == "verify.py":
            continue  # whoever changes the program makes it say yes: sha256sum sees it
        content = path.read_bytes()
        path.write_bytes(content[:-2] + bytes([content[-2] ^ 1]) + content[-1:])
        done = run(f"{sys.executable} -I -S verify.py", folder, home)
        assert done.returncode == 1, path.name
        assert "NON" in done.stdout
        assert "Traceback" not in done.stderr
        path.write_bytes(content)
        refused += 1
    assert refused > 20


def test_many_dossiers_leave_in_one_zip_with_their_index(sealed: Sealed, tmp_path: Path) -> None:
    chosen = select(sealed.ports, [sealed.reference, sealed.reference], LATER)
    path = write(chosen.stream(), "dossiers.zip", tmp_path)
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path)
        names = archive.namelist()
    assert names[0] == f"dossiers/{sealed.reference}.zip"
    assert {"index.csv", "index.xlsx", "index.json", "journal/sth.json", "LISEZMOI.txt"} < set(
        names
    )
    subprocess.run(
        ["sha256sum", "--strict", "-c", "--quiet", "SHA256SUMS"], cwd=tmp_path, check=True
    )
    (line,) = json.loads((tmp_path / "index.json").read_bytes())
    kept = (tmp_path / line["file"]).read_bytes()
    assert hashlib.sha256(kept).hexdigest() == line["file_sha256"]
    assert (line["reference"], line["signatures"]) == (sealed.reference, 4)
    assert sealed.verifier().content(line["file"], kept).problems == ()
    assert "Diallo" not in (tmp_path / "index.csv").read_text("utf-8-sig")


def test_a_selection_refuses_before_its_first_byte(sealed: Sealed) -> None:
    with pytest.raises(InvalidData):
        select(sealed.ports, [], LATER)
    with pytest.raises(NotFound):
        select(sealed.ports, [sealed.reference, "PMSMP-2026-0999"], LATER)
    with pytest.raises(Refused, match="Mo"):
        select(sealed.ports, [sealed.reference], LATER, most=1000)


def test_what_is_not_archived_does_not_leave(sealed: Sealed) -> None:
    with sealed.ports.database.read() as session:
        row = queries.agreement_by_reference(session, sealed.reference)
    assert row.manifest_key is not None
    with pytest.raises(NotFound):
        bag(sealed.ports, "PMSMP-2026-0999", LATER)


def test_the_first_head_that_covers_a_dossier_stays_its_proof(sealed: Sealed, made: Bag) -> None:
    from tests.kept import archived

    archived(sealed.ports, 900, LATER)
    tree_head(sealed.ports, LATER + timedelta(days=1))
    assert bag(sealed.ports, sealed.reference, LATER + timedelta(days=2)).files == made.files


def test_an_object_altered_in_the_archive_never_leaves(sealed: Sealed) -> None:
    with sealed.ports.database.read() as session:
        key = queries.agreement_by_reference(session, sealed.reference).manifest_key or ""
    root = sealed.ports.archive.root  # type: ignore[attr-defined]
    victim = next((root / key).parent.parent.glob("o/convention-signee.*"))
    content = victim.read_bytes()
    try:
        victim.chmod(0o600)
        victim.write_bytes(content[:-1] + b"x")
        with pytest.raises(Broken, match="altéré"):
            bag(sealed.ports, sealed.reference, LATER)
    finally:
        victim.write_bytes(content)
