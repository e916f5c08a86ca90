"""The house keeps its own rules: names, sizes, settings, templates, targets, levels."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "src").rglob("*.py")) + sorted((ROOT / "flows").rglob("*.py"))
TEMPLATES = ROOT / "templates" / "conventions"

# A name that says nothing gathers everything.
EMPTY_NAMES = re.compile(r"utils?|helpers?|managers?|services?|common|handlers?|processors?|misc")

MOST_LINES = 300
LONGER_FOR_A_REASON: dict[str, str] = {
    "src/docgen/documents/uno_worker.py": "a program of its own, which can import no other module",
    "src/docgen/records/queries/__init__.py": "a list of names, one for each query",
}

# Written in pieces, so that this file does not break its own rule.
FOREIGN = re.compile(
    "|".join(
        [
            r"(?<![\w./])/" + "work/",
            r"(?<![\w./])/" + "root/",
            r"(?<![\w./])/" + r"home/\w",
            r"(?<![\w./])/" + "opt/pypi",
            "pypi" + r"\.org",
            "files.python" + r"hosted\.org",
            "deb." + r"debian\.org",
            "registry." + r"npmjs\.org",
        ]
    )
)
MADE_BY_UV = "uv.lock"


def tracked_files() -> list[Path]:
    """Every file that git holds or would take; without git, all but what is made."""
    listing = subprocess.run(
        # The folder may belong to someone else, as in a container.
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode == 0:
        paths = [ROOT / name for name in listing.stdout.split("\0") if name]
    else:
        made = {".git", ".venv", ".cache", ".hypothesis", "__pycache__", "var", "build", "dist"}
        paths = [
            path
            for path in ROOT.rglob("*")
            if not any(
                part in made or part.endswith("_cache") for part in path.relative_to(ROOT).parts
            )
        ]
    return sorted(path for path in paths if path.is_file())


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_file_has_an_empty_name() -> None:
    empty = [
        _relative(path)
        for path in tracked_files()
        if any(EMPTY_NAMES.fullmatch(word) for word in re.split(r"[_\-.]", path.stem.lower()))
    ]
    assert empty == []


def test_no_module_is_long_without_a_reason() -> None:
    lengths = {_relative(path): len(path.read_text().splitlines()) for path in SOURCES}
    long = {name for name, length in lengths.items() if length > MOST_LINES}
    assert long == set(LONGER_FOR_A_REASON)


def test_no_text_knows_one_machine_or_one_registry() -> None:
    found = []
    for path in tracked_files():
        if path.name == MADE_BY_UV:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a Word file or a picture
        found += [f"{_relative(path)}: {match[0]}" for match in FOREIGN.finditer(text)]
    assert found == []


def test_every_template_folder_is_complete() -> None:
    folders = [path for path in TEMPLATES.iterdir() if path.is_dir()]
    wanted = {"template.docx", "summary.md", "full.yaml", "minimal.yaml"}
    missing = {path.name: wanted - {file.name for file in path.iterdir()} for path in folders}
    assert folders
    assert {name: files for name, files in missing.items() if files} == {}


def test_every_kind_has_its_templates_and_every_template_its_kind() -> None:
    from docgen.agreements import KINDS

    assert {path.name for path in TEMPLATES.iterdir() if path.is_dir()} == set(KINDS)


def _variable(settings: type[BaseSettings], name: str) -> str:
    alias = settings.model_fields[name].validation_alias
    return str(alias or f"{settings.model_config['env_prefix']}{name.upper()}")


def test_the_example_of_settings_names_every_setting_and_no_other() -> None:
    from docgen.settings import Settings

    for_people = {
        _variable(Settings, name)
        for name, field in Settings.model_fields.items()
        if not (field.description or "").startswith("Tests only")
    }
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    named = re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", example, flags=re.MULTILINE)
    assert sorted(named) == sorted(for_people)


def test_copying_the_example_of_settings_changes_nothing() -> None:
    from docgen.settings import Settings

    with_example = Settings(_env_file=ROOT / ".env.example")
    assert with_example == Settings(_env_file=None)


def test_make_help_names_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z][a-z-]*):(?!=)", makefile, flags=re.MULTILINE)
    phony = re.findall(r"^\.PHONY: ([a-z-]+)$", makefile, flags=re.MULTILINE)
    helped = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    said = re.findall(r"^  make ([a-z-]+) +\S", helped.stdout, flags=re.MULTILINE)
    assert targets == phony == said
    assert {"demo", "test", "check", "fix", "serve", "bench", "clean", "setup"} <= set(said)


def test_every_room_has_its_level() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = next(item for item in contracts["contracts"] if item["id"] == "levels")["layers"]
    placed = {name for layer in layers for name in re.split(r"\s*[|:]\s*", layer)} - {"flows"}
    rooms = {
        f"docgen.{path.stem}"
        for path in (ROOT / "src" / "docgen").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    # `python -m docgen` is a door like the command itself.
    assert rooms - {"docgen.__init__", "docgen.__main__"} == placed


def test_outside_the_records_sqlalchemy_lends_its_session_and_nothing_else() -> None:
    borrowed = [
        f"{_relative(path)}: {line}"
        for path in SOURCES
        if "records" not in path.parts
        for line in path.read_text().splitlines()
        if re.match(r"\s*(from|import) sqlalchemy", line)
        and line.strip() != "from sqlalchemy.orm import Session"
    ]
    assert borrowed == []


@pytest.mark.parametrize("path", [ROOT / ".ci" / "run", *sorted((ROOT / "scripts").glob("*.sh"))])
def test_every_script_can_be_run_and_stops_at_its_first_fault(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "\nset -euo pipefail\n" in text
    assert path.stat().st_mode & 0o111
