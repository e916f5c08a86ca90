"""What marks name, against the PMSMP's form: unknown, unguarded, misused; and what is fine."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from docx import Document

from docgen.agreements import KINDS
from docgen.agreements.base import Agreement
from docgen.agreements.marks import computed
from docgen.agreements.pmsmp import Pmsmp
from docgen.documents.lint import check
from docgen.documents.lint.allowed import FUNCTIONS, JINJA_FILTERS, METHODS, TESTS
from docgen.documents.render import render
from docgen.documents.sandbox import environment
from docgen.errors import DocgenError
from docgen.french import FILTERS
from tests.documents.lint.drafts import SIGNATURES, draft, flaws, named, only, rules
from tests.test_templates import agreement_of, data_of

UNKNOWN = [
    ("{{ entreprise.raison_social }}", "raison_sociale"),
    ("{{ raison_sociale }}", "entreprise.raison_sociale"),
    ("{{ benficiaire.nom }}", "beneficiaire"),
    ("{{ lieu['vile'] }}", "ville"),
    ("{{ objectifs.texte }}", "{% for"),
    ("{{ debut.annee }}", "valeur simple"),
    ("{% for s in semaines %}{{ s.lundis | date }}{% endfor %}", "lundi"),
    ("{% for s in semaines %}{% for j in s.jours %}{{ j.dat }}{% endfor %}{% endfor %}", "date"),
    ("{% for t in taches %}{{ loop.indx }}{% endfor %}", "index"),
    ("{% for t in taches %}{% endfor %}{{ t }}", "inconnu"),
    ("{% set a = lieu %}{{ a.vile }}", "ville"),
    ("{% macro ou(x) %}{{ x.vile }}{% endmacro %}{{ ou(lieu) }}", "ville"),
    ("{% with a = lieu %}{{ a.vile }}{% endwith %}", "ville"),
    ("{{ semaines | map(attribute='minute') | join(', ') }}", "minutes"),
    ("{{ semaines | selectattr('minute') | list | length }}", "minutes"),
    ("{{ (taches | firs) }}", "first"),
]


@pytest.mark.parametrize(("mark", "said"), UNKNOWN, ids=named(UNKNOWN))
def test_an_unknown_path_is_told_with_what_was_meant(mark: str, said: str) -> None:
    (one,) = flaws(draft(mark))
    assert one.rule in {"marque-inconnue", "filtre-inconnu"}
    assert said in one.message + one.suggestion


CASES: list[tuple[str, str, str]] = [
    # Optional fields and what guards them
    ("facultatif-non-garde", "{{ avantages }}", "{% if avantages %}{{ avantages }}{% endif %}"),
    ("facultatif-non-garde", "{{ avantages | default('aucun') }}",
     "{{ avantages | default('aucun', true) }}"),
    ("facultatif-non-garde", "{{ avantages | upper }}", "{{ avantages or 'aucun' }}"),
    ("facultatif-non-garde", "{% if avantages is defined %}{{ avantages }}{% endif %}",
     "{% if avantages is not none %}{{ avantages }}{% endif %}"),
    ("facultatif-non-garde", "{% if not avantages %}{{ avantages }}{% endif %}",
     "{% if not avantages %}x{% else %}{{ avantages }}{% endif %}"),
    ("facultatif-non-garde", "{% if avantages or renouvellement %}{{ avantages }}{% endif %}",
     "{% if avantages and renouvellement %}{{ avantages }}{{ renouvellement.motif }}{% endif %}"),
    ("facultatif-non-garde", "{% if renouvellement.motif %}x{% endif %}",
     "{% if renouvellement and renouvellement.motif %}x{% endif %}"),
    ("facultatif-non-garde",
     "{% if not renouvellement or renouvellement.motif %}{{ renouvellement.motif }}{% endif %}",
     "{% if not renouvellement or renouvellement.motif == 'x' %}x{% endif %}"),
    ("facultatif-non-garde", "{{ beneficiaire.contrat.nature }}",
     "{{ beneficiaire.contrat.nature if beneficiaire.contrat else 'aucun' }}"),
    ("facultatif-non-garde",
     "{% set c = beneficiaire.contrat %}{{ c.fin | date if c else '' }}",
     "{% set c = beneficiaire.contrat %}{{ c.fin | date if c and c.fin else '' }}"),
    ("facultatif-non-garde", "{% set t = entreprise.telephone %}{{ t }}",
     "{% set t = entreprise.telephone %}{% if t %}{{ t }}{{ entreprise.telephone }}{% endif %}"),
    ("facultatif-non-garde", "{% macro f(p) %}{{ p.telephone }}{% endmacro %}{{ f(referent) }}",
     "{% macro f(p) %}{{ p.telephone or 'x' }}{% endmacro %}{{ f(referent) }}"),
    ("facultatif-non-garde", "{% for x in renouvellement.motif %}{{ x }}{% endfor %}",
     "{% if renouvellement %}{{ renouvellement.motif }}{% endif %}"),
    ("facultatif-non-garde", "{% if avantages == 'x' %}x{% else %}{{ avantages }}{% endif %}",
     "{% if avantages == 'x' %}{{ avantages }}{% endif %}"),
    ("facultatif-non-garde", "{% if avantages is none %}{{ avantages }}{% endif %}",
     "{% if avantages is none %}x{% elif avantages %}{{ avantages }}{% endif %}"),
    ("facultatif-non-garde", "{{ avantages if renouvellement }}", "{{ avantages if avantages }}"),
    ("facultatif-non-garde", "{{ 'a' ~ avantages }}", "{{ 'a' ~ (avantages or 'b') }}"),
    ("liste-vide", "Savoir-faire : {{ competences | et }}.",
     "{% if competences %}Savoir-faire : {{ competences | et }}.{% endif %}"),
    ("liste-vide", "{{ competences | join(', ') }}",
     "{% if competences | length > 0 %}{{ competences | join(', ') }}{% endif %}"),
    ("peut-etre-absente", "{% if avantages %}{% set x = 'a' %}{% endif %}{{ x }}",
     "{% if avantages %}{% set x = 'a' %}{% else %}{% set x = 'b' %}{% endif %}{{ x }}"),
    ("peut-etre-absente", "{{ (debut if avantages) | date }}", "{{ 'x' if avantages }}"),
    # What can be printed
    ("marque-sans-texte", "{{ entreprise }}", "{{ entreprise.siret | siret }}"),
    ("marque-sans-texte", "{{ objectifs }}", "{{ objectifs | et }}"),
    ("marque-sans-texte", "{{ horaires.semaine }}",
     "{% for jour, plages in horaires.semaine.items() %}{{ jour }} {{ plages | et }}{% endfor %}"),
    ("marque-sans-texte", "{{ objet == 'recruter' }}", "{{ 'a' if objet == 'recruter' else 'b' }}"),
    ("marque-sans-texte", "{% for x in entreprise %}x{% endfor %}",
     "{% for x in taches %}{{ loop.index }} {{ x }}{% endfor %}"),
    ("date-brute", "Le {{ debut }}", "Le {{ debut | jour_date }}"),
    ("valeur-inconnue", "{% if objet == 'recrute' %}x{% endif %}",
     "{% if objet == 'recruter' %}x{% endif %}"),
    ("valeur-inconnue", "{% if objet in ['recruter', 'voir'] %}x{% endif %}",
     "{% if objet in ['recruter', 'decouvrir'] %}x{% endif %}"),
    # Filters, tests and calls
    ("filtre-inconnu", "{{ debut | dat }}", "{{ debut | date }}"),
    ("filtre-inconnu", "{{ titre | safe }}", "{{ titre | upper }}"),
    ("filtre-inconnu", "{{ titre | attr('nom') }}", "{{ titre | replace('a', 'b') }}"),
    ("filtre-mal-applique", "{{ referent.courriel | date }}", "{{ referent.courriel }}"),
    ("filtre-mal-applique", "{{ objet | date }}", "{{ emis_le | date }}"),
    ("filtre-mal-applique", "{{ debut | duree }}", "{{ total_minutes | duree }}"),
    ("test-inconnu", "{% if objet is rempli %}x{% endif %}",
     "{% if objet is string %}x{% endif %}"),
    ("appel-interdit", "{{ entreprise.model_dump() }}", "{{ entreprise.raison_sociale.upper() }}"),
    ("appel-interdit", "{{ titre.__class__() }}", "{{ debut.isoformat() }}"),
    ("appel-interdit", "{{ lipsum() }}", "{% for n in range(3) %}{{ n }}{% endfor %}"),
    ("appel-interdit", "{% macro f(a, b) %}{{ a }}{{ b }}{% endmacro %}{{ f(titre) }}",
     "{% macro f(a, b='') %}{{ a }}{{ b }}{% endmacro %}{{ f(titre) }}"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "broken", "clean"), CASES, ids=named(CASES))
def test_a_misused_field_is_told_and_its_right_use_is_not(
    rule: str, broken: str, clean: str
) -> None:
    assert rules(draft(broken)) == {rule}
    assert [flaw.sentence() for flaw in flaws(draft(clean))] == []


# Printed without a word: the check alone sees these.
SILENT = {"liste-vide", "date-brute", "valeur-inconnue"}
LOOPS_OVER_FIELDS = "{% for x in entreprise %}x{% endfor %}"


@pytest.mark.parametrize(("rule", "broken", "clean"), CASES, ids=named(CASES))
def test_the_check_and_the_filling_agree(rule: str, broken: str, clean: str) -> None:
    """What the check lets through is filled from both examples; what it refuses fails, or lies."""
    examples = [agreement_of("pmsmp", "full"), agreement_of("pmsmp", "minimal"), half_filled()]

    def filled(mark: str, one: Agreement) -> str:
        marks = {**one.marques(), **one.communes("REF", dt.date(2026, 11, 24))}
        document = Document(io.BytesIO(render(draft(mark), marks, FILTERS)))
        return str(document.paragraphs[0].text).lower()

    def fails(mark: str, one: Agreement) -> bool:
        try:
            return "none" in filled(mark, one)
        except DocgenError:
            return True

    assert [filled(clean, one) for one in examples if "none" in filled(clean, one)] == []
    if rule not in SILENT and broken != LOOPS_OVER_FIELDS:
        assert any(fails(broken, one) for one in examples)


def half_filled() -> Agreement:
    """Groups that are there without their optional fields."""
    data = data_of("pmsmp", "full")
    del data["avantages"], data["beneficiaire"]["contrat"]["fin"]
    return Pmsmp.model_validate(data)


def test_a_macro_that_calls_itself_twice_is_read_all_the_same() -> None:
    twice = "{% macro f(x) %}{{ x.vile }}{{ f(x) }}{{ f(x) }}{{ f(x) }}{{ f(x) }}{% endmacro %}"
    assert only(draft(twice + "{{ f(lieu) }}{{ f(lieu) }}"), "marque-inconnue").excerpt


def test_what_the_check_allows_exists() -> None:
    sandbox = environment(FILTERS)
    assert set(JINJA_FILTERS) <= set(sandbox.filters)
    assert set(TESTS) <= set(sandbox.tests)
    for name in set(FUNCTIONS) - {"caller"}:
        assert sandbox.is_safe_callable(sandbox.globals[name]), name
    values = {"texte": "a", "table": {}, "date": dt.date(2026, 4, 6), "liste": [1]}
    values["instant"] = dt.datetime(2026, 4, 6, tzinfo=dt.UTC)
    for sort, names in METHODS.items():
        for name in names:
            assert sandbox.is_safe_callable(getattr(values[sort], name)), f"{sort}.{name}"


def test_a_guard_around_paragraphs_and_rows_holds_inside() -> None:
    assert flaws(draft(
        "{%p if renouvellement %}", "{{ renouvellement.reference }}",
        "{%p for tache in taches if beneficiaire.contrat %}",
        "{{ beneficiaire.contrat.nature }}", "{%p endfor %}", "{%p endif %}",
    )) == ()  # fmt: skip
    after = draft("{%p if renouvellement %}", "x", "{%p endif %}", "{{ renouvellement.motif }}")
    assert only(after, "facultatif-non-garde").place == "paragraphe 4"


def test_properties_and_computed_marks_are_known() -> None:
    assert flaws(draft(
        "{{ beneficiaire.nom_complet }} {{ total_minutes | duree }} {{ reference }} {{ titre }}",
        "{% for j in jours %}{{ j.date | jour_date }} {{ j.minutes | duree }}"
        "{% for p in j.spans %}{{ p.start | heure }}{% endfor %}{% endfor %}",
        "{% for s in signataires %}{{ s.rang }} {{ s.qualite }}{% endfor %}",
    )) == ()  # fmt: skip


@pytest.mark.parametrize("slug", KINDS)
def test_a_kind_declares_exactly_what_it_computes(slug: str) -> None:
    agreement = agreement_of(slug, "full")
    declared = computed(type(agreement))
    assert set(agreement.calculs()) == set(declared)
    assert set(agreement.marques()) == set(type(agreement).model_fields) | set(declared)
    common = agreement.communes("REF", dt.date(2026, 11, 24))
    assert set(common) == set(type(common)(**common))


def test_a_required_field_that_nothing_prints_is_told() -> None:
    def missing(*paragraphs: str) -> set[str]:
        found = check(draft(*paragraphs), Pmsmp, FILTERS)
        return {flaw.message for flaw in found if flaw.rule == "champ-absent"}

    nothing = missing()
    assert "«\u00a0lieu\u00a0» n’est écrit nulle part" in nothing
    some = missing("{{ lieu.voie }} {{ beneficiaire.nom_complet }} {{ total_minutes | duree }}")
    assert "«\u00a0lieu.ville\u00a0» n’est écrit nulle part" in some
    assert "«\u00a0beneficiaire.date_naissance\u00a0» n’est écrit nulle part" in some
    # The full name is made of them, and the total of the timetable.
    for path in ("lieu.voie", "beneficiaire.nom", "beneficiaire.prenom", "horaires", "debut"):
        assert f"«\u00a0{path}\u00a0» n’est écrit nulle part" not in some


def test_without_a_kind_the_marks_are_read_and_not_compared() -> None:
    assert rules(draft("{{ inconnue }}"), None) == {"type-inconnu"}
    assert rules(draft("{{ inconnue"), None) == {"type-inconnu", "marque-non-fermee"}


@pytest.mark.parametrize(
    ("signatures", "told"),
    [
        (SIGNATURES, False),
        (SIGNATURES[3:], True),
        (("{{ signataires[0].cadre }}", *SIGNATURES[3:]), True),
        (("Cadre de signature n° 1", "Cadre de signature n°\u00a02", *SIGNATURES[3:]), False),
        (("Cadre de signature n° 1", "Cadre de signature n° 3", *SIGNATURES[3:]), True),
        (SIGNATURES[:3] + SIGNATURES, True),
    ],
)
def test_each_signer_has_a_box(signatures: tuple[str, ...], told: bool) -> None:
    assert rules(draft(signatures=signatures)) == ({"cadre-signataires"} if told else set())


@pytest.mark.parametrize(
    "last", [(), ("Cachet de clôture de l'organisation",), (SIGNATURES[3], SIGNATURES[3])]
)
def test_the_closing_seal_has_one_box(last: tuple[str, ...]) -> None:
    only(draft(signatures=(*SIGNATURES[:3], *last)), "cadre-cloture")
