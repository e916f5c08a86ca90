"""`docgen demo`, as a newcomer runs it: then other tools look at what it left."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from docgen.agreements import KINDS
from tests.verapdf import validate

ROOT = Path(__file__).parents[2]


def texts(value: object) -> list[str]:
    """Every person's and body's name in an agreement's data."""
    found: list[str] = []
    if isinstance(value, dict):
        found += [str(value[key]) for key in ("nom", "prenom", "raison_sociale") if key in value]
        for inner in value.values():
            found += texts(inner)
    if isinstance(value, list):
        for inner in value:
            found += texts(inner)
    return found


@pytest.mark.slow
@pytest.mark.xdist_group("prefect")
def test_the_demonstration_leaves_two_signed_archived_agreements(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    told = _demo(home)
    for word in ("a signé", "Prochain préavis", "pdfsig"):
        assert word in told.stdout
    # Its last lines are made to be copied, in a shell that knows nothing of docgen.
    line = next(line for line in told.stdout.splitlines() if " verify " in line)
    shell = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    subprocess.run(["/bin/bash", "-c", line], env=shell, cwd=tmp_path, check=True)
    dossiers = sorted(path for path in (home / "dossiers").iterdir())
    assert [path.name.split("-")[0] for path in dossiers] == ["CP", "PMSMP"]
    for folder, example, signatures in (
        (dossiers[0], "partenariat-exemple.yaml", 3),
        (dossiers[1], "pmsmp-exemple.yaml", 4),
    ):
        pdf = folder / "convention-signee.pdf"
        said = _output("pdfsig", "-nocert", str(pdf))
        assert said.count("Signature is Valid.") == signatures
        assert "donnees.json" in _output("pdfdetach", "-list", str(pdf))
        words = " ".join(_output("pdftotext", str(pdf), "-").split())
        data = yaml.safe_load((ROOT / "examples" / example).read_text(encoding="utf-8"))
        missing = [name for name in texts(data) if name not in words]
        assert missing == []
    assert validate([folder / "convention-signee.pdf" for folder in dossiers]) == []


@pytest.mark.slow
@pytest.mark.xdist_group("prefect")
def test_with_all_kinds_it_lives_one_of_each_to_the_archive(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    told = _demo(home, "--all-kinds")
    files = {path.stem for path in (home / "fichiers").iterdir()}
    assert files == set(KINDS)
    dossiers = sorted(path.name for path in (home / "dossiers").iterdir())
    # Numbers hang on what they cite; each signer is told with the very number they signed.
    assert [re.sub(r"\d{4}", "…", name) for name in dossiers] == [
        "CP-…-…",
        "CP-…-…-A1",
        "CP-…-…-D1",
        "MEC-…-…",
        "PMSMP-…-…",
        "PMSMP-…-…-B1",
        "PMSMP-…-…-B1-ATT1",
        "PMSMP-…-…-R1",
        "RF-…-…",
    ]
    for name in dossiers:
        assert f"a signé {name}\n" in told.stdout
        assert f"{name} — Boulangeries Lutèce & Fils — archivé" in told.stdout
    signed = [home / "dossiers" / name / "convention-signee.pdf" for name in dossiers]
    assert validate(signed) == []


def _demo(home: Path, *options: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "docgen"
    told = subprocess.run(
        [str(program), "demo", "--vers", str(home), *options],
        cwd=ROOT,
        # As `make demo` runs it: docgen is in the PATH for that long.
        env={**os.environ, "CI": "", "PATH": f"{program.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=480,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert "Traceback" not in told.stderr
    return told


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout
