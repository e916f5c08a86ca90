"""Each rule of the marks on a broken template, and silence on its clean neighbour."""

from __future__ import annotations

import pytest

from docgen.documents.lint import RULES
from tests.documents.lint.drafts import Change, cells, draft, flaws, named, only, paragraph, run

CASES: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = [
    ("marque-non-fermee", ("Le {{ debut | date",), ("Le {{ debut | date }}",)),
    ("marque-non-fermee", ("{{ lieu.voie } {{ lieu.ville }}",), ("{{ lieu.voie }} à",)),
    ("marque-non-ouverte", ("Le debut | date }}",), ("Le {{ debut | date }} }",)),
    ("marque-coupee", ("Le {{ debut |", "date }}"), ("Le {{ debut | date }}", "x")),
    ("marque-typographie", ("{% if objet == « recruter » %}x{% endif %}",),
     ('{% if objet == "recruter" %}x{% endif %}',)),
    ("marque-typographie", ("{{ total_minutes – 1 }}",), ("{{ total_minutes - 1 }}",)),
    ("marque-typographie", ("{{ titre\u200b }}",), ("{{ titre }}",)),
    ("marque-typographie", ("{%p\u00a0if avantages %}", "x", "{%p endif %}"),
     ("{%p if\u00a0avantages %}", "x", "{%p endif %}")),
    ("marque-syntaxe", ("{% si avantages %}x{% endif %}",), ("{% if avantages %}x{% endif %}",)),
    ("marque-syntaxe", ('{% if objet = "recruter" %}x{% endif %}',),
     ('{% if objet == "recruter" %}x{% endif %}',)),
    ("marque-syntaxe", ("{% p if avantages %}", "x", "{%p endif %}"),
     ("{%p if avantages %}", "x", "{%p endif %}")),
    ("marque-syntaxe", ("{%p pour t in taches %}", "{{ t }}", "{%p endfor %}"),
     ("{%p for t in taches %}", "{{ t }}", "{%p endfor %}")),
    ("marque-syntaxe", ("{{ }}",), ("{{ titre }}",)),
    ("marque-syntaxe", ("{{ " + "(" * 3000 + "titre" + ")" * 3000 + " }}",), ("{{ (titre) }}",)),
    ("marque-syntaxe", ("{%p if total_minutes % 2 %}", "x", "{%p endif %}"),
     ("{% if total_minutes % 2 %}x{% endif %}",)),
    ("instruction-interdite", ("{% include 'autre.docx' %}",), ("{# include 'autre.docx' #}",)),
    ("instruction-interdite", ("{% raw %}{{ titre }}{% endraw %}",), ("{{ titre }}",)),
    ("balise-accompagnee", ("Bonjour {%p if avantages %}", "x", "{%p endif %}"),
     ("{%p if avantages %}{# note #}", "x", "{%p endif %}")),
    ("balise-accompagnee", ("{%p if avantages %}", "x", "{%p endif %} suite du texte"),
     ("{%p if avantages %}", "x", "{%p endif %}\u00a0", "suite du texte")),
    ("balise-hors-tableau", ("{%tr if avantages %}", "x", "{%tr endif %}"),
     ("{%p if avantages %}", "x", "{%p endif %}")),
    ("balise-hors-tableau", ("{% cellbg 'FFFF00' %}x",), ("x",)),
    ("balise-tiret", ("{% if avantages %}x{% endif -%}", "y"),
     ("{% if avantages %}x{% endif %}{{- titre -}}", "y")),
    ("bloc-desequilibre", ("{% if avantages %}x",), ("{% if avantages %}x{% endif %}",)),
    ("bloc-desequilibre", ("{%p endfor %}",), ("x",)),
    ("bloc-desequilibre", ("{% if avantages %}x{% endfor %}{% endif %}",),
     ("{% if avantages %}x{% else %}y{% endif %}",)),
    ("bloc-desequilibre", ("{% else %}x",), ("x",)),
    ("bloc-a-cheval", ("{% if avantages %}x", "y{% endif %}"),
     ("{% if avantages %}x{% endif %}", "y")),
    ("bloc-a-cheval", ("{%p if avantages %}", "x{% endif %}"),
     ("{%p if avantages %}", "x", "{%p endif %}")),
    ("cadre-cloture", ("Cachet de clôture de l’organisation",), ("Cachet",)),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "broken", "clean"), CASES, ids=named(CASES))
def test_a_broken_mark_is_told_and_its_clean_neighbour_is_not(
    rule: str, broken: tuple[str, ...], clean: tuple[str, ...]
) -> None:
    found = {flaw.rule for flaw in flaws(draft(*broken))}
    assert found == {rule}
    assert flaws(draft(*clean)) == ()


TABLES: list[tuple[str, Change, Change]] = [
    (
        "balise-accompagnee",
        cells(
            ("{%tr for tache in taches %}", "perdu"), ("{{ tache }}", ""), ("{%tr endfor %}", "")
        ),
        cells(("{%tr for tache in taches %}", ""), ("{{ tache }}", ""), ("{%tr endfor %}", "")),
    ),
    (
        "bloc-a-cheval",
        cells(("{% if avantages %}", "{% endif %}")),
        cells(("{% if avantages %}x{% endif %}", "")),
    ),
    (
        "cellule-sans-paragraphe",
        cells(("{%p if avantages %}\nx\n{%p endif %}",)),
        cells(("{%p if avantages %}\nx\n{%p endif %}\n",)),
    ),
]


@pytest.mark.parametrize(("rule", "broken", "clean"), TABLES, ids=named(TABLES))
def test_a_table_is_read_by_its_rows_and_cells(rule: str, broken: Change, clean: Change) -> None:
    assert {flaw.rule for flaw in flaws(draft(change=broken))} == {rule}
    assert flaws(draft(change=clean)) == ()


def test_a_flaw_says_where_what_and_what_to_write() -> None:
    one = only(
        draft(change=cells(("a", "b"), ("c", "SIRET {{ entreprise.raison_social }}"))),
        "marque-inconnue",
    )
    assert (one.part, one.place) == ("corps", "tableau 1, ligne 2, cellule 2")
    assert one.excerpt == "SIRET {{ entreprise.raison_social }}"
    assert one.mark == "{{ entreprise.raison_social }}"
    assert one.sentence() == (
        "corps, tableau 1, ligne 2, cellule 2 «\u00a0SIRET {{ entreprise.raison_social }}\u00a0» — "
        "`{{ entreprise.raison_social }}`\u00a0: «\u00a0raison_social\u00a0» est inconnu\u202f; "
        "vouliez-vous écrire `raison_sociale`\u202f? [marque-inconnue]"
    )


def test_everything_is_told_at_once_and_in_the_order_of_the_document() -> None:
    found = flaws(
        draft(
            "{{ inconnue }}",
            "{% si x %}{% endif %}",
            "{% if avantages %}",
            "{{ objet | dat }}",
            change=cells(("{{ rien }}",)),
        )
    )
    assert [(flaw.place, flaw.rule) for flaw in found] == [
        ("tableau 1, ligne 1, cellule 1", "marque-inconnue"),
        ("paragraphe 1", "marque-inconnue"),
        ("paragraphe 2", "marque-syntaxe"),
        ("paragraphe 3", "bloc-desequilibre"),
        ("paragraphe 4", "filtre-inconnu"),
    ]


LINK = '<w:hyperlink r:id="rId1">{}</w:hyperlink>'
CONTROL = "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>"
SIMPLE = '<w:fldSimple w:instr="DATE">{}</w:fldSimple>'
TAG = '<w:smartTag w:element="place">{}</w:smartTag>'
FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'


@pytest.mark.parametrize(
    ("broken", "clean"),
    [
        (run("{{ ti") + LINK.format(run("tre }}")), LINK.format(run("{{ ti") + run("tre }}"))),
        (CONTROL.format(run("{{ ti")) + run("tre }}"), CONTROL.format(run("{{ titre }}"))),
        (
            run("{{ ti") + FIELD.format("begin") + run("tre }}") + FIELD.format("end"),
            FIELD.format("begin") + run("{{ titre }}") + FIELD.format("end"),
        ),
        (
            run("{{ ti") + SIMPLE.format(run("tre }}")),
            SIMPLE.format(run("{{ ti") + run("tre }}")),
        ),
        (run("{{ ti") + TAG.format(run("tre }}")), TAG.format(run("{{ titre }}"))),
    ],
    ids=["link", "content control", "field", "simple field", "smart tag"],
)
def test_a_mark_must_not_cross_the_edge_of_a_link_a_control_or_a_field(
    broken: str, clean: str
) -> None:
    assert only(draft(change=paragraph(broken)), "marque-a-cheval").mark == "{{ titre }}"
    assert flaws(draft(change=paragraph(clean))) == ()


def test_a_field_code_in_pieces_is_told_and_a_whole_one_is_read() -> None:
    def code(*texts: str) -> Change:
        inside = "".join(
            f'<w:r><w:instrText xml:space="preserve">{text}</w:instrText></w:r>' for text in texts
        )
        return paragraph(FIELD.format("begin") + inside + FIELD.format("end") + run("lien"))

    whole = code(' HYPERLINK "mailto:{{ referent.courriel }}" ')
    assert flaws(draft(change=whole)) == ()
    misspelt = code(' HYPERLINK "mailto:{{ referent.couriel }}" ')
    assert only(draft(change=misspelt), "marque-inconnue").mark == "{{ referent.couriel }}"
    only(draft(change=code(' HYPERLINK "mailto:{{ referent', '.courriel }}" ')), "marque-a-cheval")


def test_a_flaw_without_words_of_its_own_has_the_remedy_of_its_rule() -> None:
    one = only(draft("Le debut }}"), "marque-non-ouverte")
    assert one.suggestion == "retirer ces accolades, ou rétablir le début de la marque"


def test_every_rule_has_a_title_a_remedy_and_a_level() -> None:
    for rule in RULES.values():
        assert rule.title.endswith(".")
        assert rule.remedy.endswith(".")
        assert rule.level in {"error", "warning"}
