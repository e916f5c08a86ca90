"""A company's sheet: one page, for the annual review."""

from __future__ import annotations

from docx.document import Document as Sheet
from docx.shared import Cm, Pt

from scripts.templates.pieces import Pieces, rows_of
from scripts.templates.sheet import new_sheet

LINES = ((7.0, "Engagement"), (3.0, "Promis"), (3.0, "Fait"), (3.0, "Écart"))
ROW = ("{{ ligne.libelle }}", "{{ ligne.promis }}", "{{ ligne.fait }}", "{{ ligne.ecart }}")


def build() -> Sheet:
    """The sheet, ready to save."""
    sheet = new_sheet("Fiche entreprise", numbered=False)
    section = sheet.sections[0]
    section.top_margin, section.bottom_margin = Cm(2.6), Cm(1.8)
    sheet.styles["Heading 1"].paragraph_format.space_before = Pt(8)
    section.footer.paragraphs[0].runs[0].text = "{{ titre }}, SIREN {{ siren | siren }}\t"
    at = Pieces(sheet, air=25)
    at.title(
        "{{ entreprise }}",
        "SIREN {{ siren | siren }}, {{ periode }}. Fiche établie le {{ etabli_le }}.",
    )
    with at.each("convention in conventions"):
        at.text("{{ convention }}", "List Bullet")
    with at.when("not conventions"):
        at.text("Aucune convention de partenariat signée.")
    at.article("Ce que l’entreprise a promis")
    with at.when("leurs_engagements"):
        lines(at, "leurs_engagements")
    with at.when("not leurs_engagements"):
        at.text("Aucun engagement chiffré.")
    at.text("**PMSMP de la période.** {{ pmsmp }}")
    with at.when("nos_engagements"):
        at.article("Ce que nous lui devons")
        lines(at, "nos_engagements")
    with at.when("faits"):
        at.article("Ce qui s’est passé")
        table = at.table(((2.6, "Quand"), (13.4, "Quoi")))
        rows_of(table, "fait in faits", ("{{ fait.quand }}", "{{ fait.quoi }}"))
        at.gap(2)
    with at.when("personnes"):
        at.article("Qui appeler")
        table = at.table(((4.6, "Nom"), (5.2, "Rôle"), (6.2, "Joindre")))
        rows_of(
            table,
            "personne in personnes",
            ("{{ personne.nom }}", "{{ personne.role }}", "{{ personne.joindre }}"),
        )
        at.gap(2)
    with at.when("suites"):
        at.article("Et maintenant")
        table = at.table(((2.6, "Pour le"), (13.4, "À faire")))
        rows_of(table, "suite in suites", ("{{ suite.quand }}", "{{ suite.quoi }}"))
        at.gap(0)
    return sheet


def lines(at: Pieces, name: str) -> None:
    """A table of commitments."""
    table = at.table(LINES)
    rows_of(table, f"ligne in {name}", ROW)
    at.gap(2)
