"""The company's tax receipt: the entries of formulaire 2041-MEC-SD, on one page."""

from __future__ import annotations

from docx.document import Document as Sheet
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt
from docx.table import Table

from scripts.templates.pieces import Pieces, address, line, reach, tag
from scripts.templates.sheet import new_sheet

LABELS = 3.0


def build() -> Sheet:
    """The sheet, ready to save."""
    sheet = new_sheet("Reçu des dons et versements effectués par les entreprises", numbered=False)
    _one_page(sheet)
    at = Pieces(sheet, air=30)
    at.title(
        "{{ titre }}",
        "n° {{ reference }}, émis le {{ emis_le | date }} ; CGI, article 238\u00a0bis ; mentions du "
        "formulaire 2041-MEC-SD (Cerfa 16216)",
    )
    _bodies(at)
    _gifts(at)
    _statements(at)
    _signatures(at)
    return sheet


def _one_page(sheet: Sheet) -> None:
    """The measures of a form rather than of a deed."""
    section = sheet.sections[0]
    section.top_margin, section.bottom_margin = Cm(2.8), Cm(1.8)
    heading, normal = sheet.styles["Heading 1"], sheet.styles["Normal"]
    heading.paragraph_format.space_before = Pt(6)
    normal.paragraph_format.space_after = Pt(3)
    normal.font.size = Pt(9.5)
    sheet.styles["Title"].font.size = Pt(17)


def _body(path: str, more: str = "") -> list[tuple[str, str]]:
    return [
        (
            "Dénomination",
            f"**{{{{ {path}.raison_sociale }}}}**{{% if {path}.forme_juridique %}}, "
            f"{{{{ {path}.forme_juridique }}}}{{% endif %}}{more}",
        ),
        ("SIREN", f"{{{{ {path}.siret | siren }}}} (SIRET {{{{ {path}.siret | siret }}}})"),
        ("Adresse", address(f"{path}.adresse")),
    ]


def _bodies(at: Pieces) -> None:
    at.article("Organisme bénéficiaire")
    at.facts(
        [
            *_body("organisation"),
            ("Objet", "{{ objet_social }}"),
            ("Qualité", "{{ qualite }}"),
            (
                "Contact",
                "{{ referent.nom_complet }}, {{ referent.fonction }} ; " + reach("referent"),
            ),
        ],
        LABELS,
    )
    at.article("Entreprise donatrice")
    at.facts(
        [
            *_body("entreprise", ", {{ entreprise.activite_principale }}"),
            (
                "Représentant",
                "{{ entreprise.representant.nom_complet }}, {{ entreprise.representant.fonction }} ; "
                + reach("entreprise.representant"),
            ),
        ],
        LABELS,
    )


def _gifts(at: Pieces) -> None:
    at.article("Dons et versements")
    at.text(
        "L’organisme reconnaît avoir reçu et accepté, {{ debut | periode(fin) }}, au titre de la "
        "convention de mécénat n° {{ convention.reference }} "
        "({{ convention.debut | periode(convention.fin) }}) :"
    ).paragraph_format.keep_with_next = True
    table = at.table(((8.6, "Nature"), (4.2, "Quantité"), (3.2, "Valeur")))
    for loop, cells in (
        (
            "don in nature",
            ("{{ don.description }}", "{{ don.quantite }}", "{{ don.montant_centimes | euros }}"),
        ),
        (
            "mise in salaries",
            (
                'Mise à disposition de {{ mise.personnes | pluriel("salarié") }} : '
                "{{ mise.qualification }}",
                "{{ mise.duree }}",
                "{{ mise.montant_centimes | euros }}",
            ),
        ),
    ):
        tag(table, f"for {loop}")
        _amounts(table, cells)
        tag(table, "endfor")
    for condition, cells in (
        (
            "versement",
            (
                'Versement {% if versement.forme == "especes" %}en espèces'
                '{% elif versement.forme == "cheque" %}par chèque'
                '{% elif versement.forme == "virement" %}par virement, prélèvement ou carte'
                "{% else %}en argent, sous une autre forme{% endif %}",
                "",
                "{{ versement.montant_centimes | euros }}",
            ),
        ),
        (
            "facture_centimes",
            (
                "À retirer : part facturée à l’organisme",
                "",
                "{{ (0 - facture_centimes) | euros }}",
            ),
        ),
    ):
        tag(table, f"if {condition}")
        _amounts(table, cells)
        tag(table, "endif")
    _amounts(table, ("**Total**", "", "**{{ total_centimes | euros }}**"), shaded=True)
    at.gap()
    at.text(
        "{% if versement %}Dons en nature : {{ don_nature_centimes | euros }} "
        "({{ don_nature_centimes | euros_en_lettres }}). Versements : "
        "{{ versement.montant_centimes | euros }} ({{ versement.montant_centimes | euros_en_lettres }}"
        "). {% endif %}**Total des dons et versements : {{ total_centimes | euros }}, soit "
        "{{ total_centimes | euros_en_lettres }}.**"
    )


def _amounts(table: Table, cells: tuple[str, str, str], *, shaded: bool = False) -> None:
    """A row whose last cell is a sum of money, set to the right."""
    line(table, cells, shaded=shaded)
    table.rows[-1].cells[-1].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _statements(at: Pieces) -> None:
    at.text(
        "La valeur des dons en nature est celle que l’entreprise a déterminée, sous sa seule "
        "responsabilité{% if piece_valeur %} ({{ piece_valeur }}){% endif %} ; l’organisme la reporte "
        "sans en juger. Il déclare relever, en la qualité indiquée plus haut, de l’article 238\u00a0bis du "
        "code général des impôts. Ce reçu, signé par voie électronique ou à la main (Code civil, articles "
        "1366 et 1367), ne se modifie pas."
    ).paragraph_format.keep_with_next = True


def _signatures(at: Pieces) -> None:
    at.signatures(alone=True)
