"""Write docs/reliability.md from a run of the numbered tests.

`python -m scripts.reliability` runs them all as `make test` does; `--long` at full length (hours);
`12 24` only those numbers, whose lines are replaced and the others kept. A test that fails leaves
the page as it was.
"""

from __future__ import annotations

import ast
import datetime as dt
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reliability.md"
_NAME = re.compile(r"test_(\d\d)_")
_ROW = re.compile(r"\| (\d\d) \|")
# What each number asks for; those that no test bears are said below the table.
ASKED = {
    1: "docgen tué (`kill -9`) à chaque étape de l’archivage et de la garde, puis relancé",
    2: "docgen tué au hasard sous charge ; huit écrivains du journal à la fois",
    3: "OSD, passerelle et moniteur de Ceph tués sous six écrivains",
    4: "réponse perdue après l’écriture, avec et sans `If-None-Match`",
    5: "tempête d’erreurs 503, puis retour",
    6: "envoi abîmé ou tronqué en route",
    7: "lecture abîmée ou tronquée en route",
    8: "serveur qui dit oui et ne garde rien",
    9: "réponse un octet à la fois",
    10: "horloge fausse de 20 minutes ou d’un jour",
    11: "le même dossier archivé 32 fois à la fois",
    12: "la clé d’écriture aux mains d’un attaquant, sur Ceph",
    13: "un bit changé sous docgen, dans chaque copie",
    14: "un objet effacé d’une copie",
    15: "journal de l’archive modifié, réordonné, coupé, dédoublé",
    16: "base perdue : index refait depuis l’archive seule",
    17: "première copie perdue",
    18: "disque plein, panne d’écriture",
    19: "ordre des `fsync` avant la réponse",
    20: "changement de clé, certificats expirés, autre autorité",
    21: "horodatages renouvelés, vus cinq ans plus tard",
    22: "conservation : dates, prolongation, gel, destruction refusée",
    23: "essai des capacités de chaque magasin",
    24: "enveloppe contrôlée par les outils standard, 1 000 octets changés",
    26: "chaque magasin contre un modèle, au hasard (Hypothesis)",
}
HEAD = """# Ce qui a été essayé contre l’archive, et ce qui en est sorti

Cette page est écrite par les tests eux-mêmes (`make reliability`) : chaque ligne additionne ce que les
tests de ce numéro (`test_12_…`) ont **injecté**, ce qui a été **détecté** (refusé, trouvé par une ronde,
ou surmonté sans dommage) et ce qui a été **perdu**. Un test échoue si détecté n’égale pas injecté ou si
quelque chose est perdu. « long » : à pleine longueur (`--long`). Les numéros sont ceux du cahier des
charges ; le 25 (100 000 dossiers) est une mesure et non une panne : [`performance.md`](performance.md).

"""
TABLE = """| N° | Épreuve | Tests | Injecté | Détecté | Perdu | Passage |
|---|---|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Row:
    """The sums of one number."""

    tests: int
    injected: int
    detected: int
    lost: int


def numbered() -> dict[str, list[str]]:
    """The number, as written, of each numbered test: its parameters."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and _NAME.match(node.name):
                arguments = [*node.args.args, *node.args.kwonlyargs]
                found[node.name] = [one.arg for one in arguments]
    return found


def rows_of(report: Path) -> dict[int, Row]:
    """What a run counted (JUnit XML), number by number."""
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 (pytest has just written it)
        match = _NAME.match(case.get("name", ""))
        said = {one.get("name", ""): int(one.get("value", "0")) for one in case.iter("property")}
        if match and said:
            counted = (1, said["injected"], said["detected"], said["lost"])
            sums[int(match[1])] = [a + b for a, b in zip(sums[int(match[1])], counted, strict=True)]
    return {number: Row(*counted) for number, counted in sums.items()}


def page(lines: Mapping[int, str]) -> str:
    """The whole page, from the line of each number."""
    return HEAD + TABLE + "".join(lines[number] + "\n" for number in sorted(lines))


def line(number: int, row: Row, when: str) -> str:
    """One line of the table."""
    cells = (f"{number:02}", ASKED[number], row.tests, *map(_spaced, (row.injected, row.detected,
             row.lost)), when)  # fmt: skip
    return "| " + " | ".join(map(str, cells)) + " |"


def lines_in(text: str) -> dict[int, str]:
    """The lines of the table of that page."""
    found = ((_ROW.match(one), one) for one in text.splitlines())
    return {int(match[1]): one for match, one in found if match}


def _spaced(number: int) -> str:
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")


def _commands(numbers: list[int], *, long: bool, report: Path) -> Iterator[str]:
    yield from (sys.executable, "-m", "pytest", "-q", "-n", "0", "tests", f"--junitxml={report}")
    yield from (
        "-o",
        "junit_family=xunit1",
        "-k",
        " or ".join(f"test_{one:02}_" for one in numbers),
    )
    if long:
        yield "--long"


def main() -> None:
    """Run the tests and write the page."""
    numbers = [int(one) for one in sys.argv[1:] if one.isdigit()] or sorted(ASKED)
    long = "--long" in sys.argv
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.xml"
        subprocess.run([*_commands(numbers, long=long, report=report)], cwd=ROOT, check=True)
        found = rows_of(report)
    kept = lines_in(PAGE.read_text(encoding="utf-8")) if PAGE.exists() else {}
    when = f"{dt.datetime.now(dt.UTC):%d/%m/%Y}{', long' if long else ''}"
    kept |= {number: line(number, row, when) for number, row in found.items()}
    PAGE.write_text(page(kept), encoding="utf-8")


if __name__ == "__main__":
    main()
