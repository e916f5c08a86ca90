"""The yearly report: figures beside the year before, charts with their words, definitions."""

from __future__ import annotations

import io

from docx.document import Document as Sheet
from docx.shared import Cm, Pt
from docx.table import Table
from PIL import Image

from docgen.documents.charts import HEIGHT, WIDTH
from scripts.templates.pieces import Pieces, rows_of
from scripts.templates.sheet import french, new_sheet

FIGURES = ((8.6, "Indicateur"), (3.7, "{{ colonne }}"), (3.7, "{{ colonne_avant }}"))
ROW = ("{{ ligne.libelle }} ({{ ligne.note }})", "{{ ligne.valeur }}", "{{ ligne.avant }}")


def build() -> Sheet:
    """The sheet, ready to save."""
    sheet = new_sheet("Rapport annuel", numbered=False)
    sheet.sections[0].footer.paragraphs[0].runs[0].text = "{{ titre }}\t"
    at = Pieces(sheet, air=40)
    at.title(
        "{{ titre }}",
        "{{ organisation.raison_sociale }}, {{ periode }}. Chiffres arrêtés au {{ arrete_le }}, "
        "établis le {{ etabli_le }}.",
    )
    with at.when("perimetre"):
        at.text("{{ perimetre }}")
    with at.when("masque"):
        at.text(
            "Document destiné à l’extérieur : les nombres de moins de cinq personnes sont remplacés "
            "par « < 5 », avec ceux qui permettraient de les retrouver ; les graphiques ne les "
            "dessinent pas."
        )
    at.text(
        "Le numéro entre parenthèses renvoie à la définition de l’indicateur, en fin de document.",
        "Note",
    )
    at.article("Périodes de mise en situation en milieu professionnel")
    figures(at, "chiffres")
    at.heading("PMSMP commencées, par mois ({{ note_mois }})")
    picture(at, "graphique-mois")
    with at.each("repartition in repartitions"):
        at.heading("{{ repartition.titre }} ({{ repartition.note }})")
        table = at.table(((12.6, "{{ repartition.colonne }}"), (3.4, "Nombre")))
        rows_of(table, "ligne in repartition.lignes", ("{{ ligne[0] }}", "{{ ligne[1] }}"))
        together(table)
        at.gap(2)
        with at.when("repartition.reste"):
            at.text("{{ repartition.reste }}", "Note")
    at.article("Vers l’emploi")
    figures(at, "emploi")
    with at.when("contrats.lignes"):
        at.heading("{{ contrats.titre }} ({{ contrats.note }})")
        table = at.table(((12.6, "Contrat"), (3.4, "Nombre")))
        rows_of(table, "ligne in contrats.lignes", ("{{ ligne[0] }}", "{{ ligne[1] }}"))
        at.gap()
    at.article("Conventions et engagements des entreprises")
    figures(at, "partenaires")
    with at.when("engagements"):
        at.heading("PMSMP promises et réalisées, par entreprise ({{ note_engagements }})")
        picture(at, "graphique-engagements")
        table = at.table(
            ((7.2, "Entreprise"), (2.2, "Promis"), (2.2, "Réalisé"), (2.2, "Écart"), (2.2, "Taux"))
        )
        rows_of(
            table,
            "ligne in engagements",
            (
                "{{ ligne.nom }}",
                "{{ ligne.promis }}",
                "{{ ligne.realise }}",
                "{{ ligne.ecart }}",
                "{{ ligne.taux }}",
            ),
        )
        at.gap()
        with at.when("engagements_reste"):
            at.text(
                "Et {{ engagements_reste }} autres entreprises, dans le classeur des indicateurs.",
                "Note",
            )
    at.article("Suivi et signatures")
    figures(at, "qualite")
    at.article("Événements et mécénat")
    figures(at, "autres")
    at.article("Définitions")
    with at.each("note in notes"):
        note = at.text("**({{ note.numero }}) {{ note.libelle }}.** {{ note.texte }}", "Note")
        note.paragraph_format.space_after = Pt(3)
    return sheet


def figures(at: Pieces, name: str) -> None:
    """A table of figures, now and before."""
    table = at.table(FIGURES)
    rows_of(table, f"ligne in {name}", ROW)
    together(table)
    at.gap()


def together(table: Table) -> None:
    """Small enough to stand on one page, with the line under it."""
    for row in table.rows:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def picture(at: Pieces, name: str) -> None:
    """The place of a chart: a white picture that bears its name."""
    paragraph = at.sheet.add_paragraph()
    paragraph.paragraph_format.keep_together = True
    run = paragraph.add_run()
    image = io.BytesIO()
    Image.new("RGB", (WIDTH // 10, HEIGHT // 10), "white").save(image, "PNG")
    image.seek(0)
    inline = run.add_picture(image, width=Cm(16))._inline
    inline.docPr.set("name", name)
    inline.docPr.set("descr", french(f"Graphique : {name}"))
