"""docs/verification.md can't lie: each of its commands is run on a real dossier, its words read."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from docgen.actions.verdict import plain
from docgen.documents.convert import Converter
from tests.sealed import Sealed, sealed_agreement

PAGE = Path(__file__).parent.parent / "docs" / "verification.md"
_BLOCK = re.compile(r"```sh\n(.*?)```\n```text\n(.*?)```", re.DOTALL)


def blocks() -> list[tuple[str, list[str]]]:
    """Each command of the page, and the words that its answer must hold."""
    found = _BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    return [(command, answer.splitlines()) for command, answer in found]


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory, office: Converter) -> Iterator[Sealed]:
    with sealed_agreement(tmp_path_factory.mktemp("sealed"), office) as made:
        yield made


def test_every_command_of_the_page_has_its_answer() -> None:
    assert len(blocks()) == PAGE.read_text(encoding="utf-8").count("```sh") == 8


@pytest.mark.slow
@pytest.mark.parametrize(("command", "answer"), blocks(), ids=[one for one, _ in blocks()])
def test_the_page_says_what_the_command_says(
    sealed: Sealed, tmp_path: Path, command: str, answer: list[str]
) -> None:
    folder = tmp_path / sealed.reference
    shutil.copytree(sealed.folder, folder)
    home = sealed.folder.parent / "var"
    # Given apart: one file more would not be of the dossier.
    authority = (home / "keys" / "autorite" / "ca.pem").read_bytes()
    if "autorite.pem" in command:
        (folder / "autorite.pem").write_bytes(authority)
    run = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder,
        env={
            **os.environ,
            "LC_ALL": "C.UTF-8",
            "DOCGEN_HOME": str(home),
            "DOCGEN_ORGANISATION": "Le Fournil Solidaire",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    for line in answer:
        assert line in run.stdout


@pytest.mark.slow
def test_every_key_of_the_answer_is_on_the_page(sealed: Sealed) -> None:
    (document,) = plain([sealed.verifier().pdf("convention.pdf", sealed.closed)])["documents"]
    keys = {*document, *document["signatures"][0], *document["timestamps"][0]}
    keys |= set(document["signatures"][0]["ades"])
    text = PAGE.read_text(encoding="utf-8")
    missing = {key for key in keys if not re.search(rf"[`.]{key}(?:\[\])?`", text)}
    assert missing == set()
