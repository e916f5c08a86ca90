"""Write docs/rules.md from the tables of rules: `python -m scripts.rules`."""

from __future__ import annotations

import re
from pathlib import Path

from docgen import agreements
from docgen.agreements.rules import ALWAYS, EFFECTS, MARKS, Rule

PAGE = Path(__file__).parents[1] / "docs" / "rules.md"
HEAD = """# Les règles

Cette page est faite à partir du code (`make rules`) ; `docgen check --explain P4` dit la même chose
d’une règle. Un **refus** empêche d’émettre ; un **avertissement** ou une **information** se lisent et
n’empêchent rien. La colonne « sûreté » dit d’où l’on tient la règle : ce qui n’est pas « texte lu »
n’est pas présenté comme la loi. Une règle s’applique aux accords émis à partir de sa date d’effet ;
les plus anciens restent lisibles.

Ce que le texte laisse ouvert se règle (`DOCGEN_LAW_…`, voir `.env.example`) ; les valeurs par défaut
sont les lectures prudentes. Une règle « avec dérogation » cède à un motif écrit dans le champ
`derogations` du fichier ; le motif est gardé dans le journal et montré par `docgen status`.
"""


def page() -> str:
    """The whole page."""
    by_kind: dict[str, list[Rule]] = {}
    told: set[tuple[str, str]] = set()
    for kind in agreements.KINDS.values():
        for rule in sorted(kind.rules, key=_order):
            if (rule.id, rule.title) not in told:
                told.add((rule.id, rule.title))
                by_kind.setdefault(kind.title, []).append(rule)
    parts = [HEAD]
    for title, rules in by_kind.items():
        parts.append(f"\n## {title}\n\n{_table(rules)}")
    return "".join(parts)


def _order(rule: Rule) -> tuple[str, int]:
    letters, digits = re.fullmatch(r"([A-Z]+)(\d+)", rule.id).groups()  # type: ignore[union-attr]
    return letters, int(digits)


def _table(rules: list[Rule]) -> str:
    lines = [
        "| Règle | Ce qu’elle demande | Source | Sûreté | Effet | Exemple |",
        "|---|---|---|---|---|---|",
    ]
    for rule in rules:
        effect = EFFECTS[rule.level] + (", avec dérogation" if rule.overridable else "")
        if rule.since > ALWAYS:
            effect += f", dès le {rule.since:%d/%m/%Y}"
        if rule.until:
            effect += f", jusqu’au {rule.until:%d/%m/%Y}"
        cells = (rule.id, rule.title, rule.source, MARKS[rule.mark], effect, rule.example)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE} : écrit.")
