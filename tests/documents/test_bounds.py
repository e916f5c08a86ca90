"""Bounds: whatever a template says, filling it ends soon, in little memory, and runs no code."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from jinja2 import TemplateError

from docgen.documents import bounds
from docgen.documents.render import render
from docgen.documents.sandbox import environment
from docgen.errors import Broken, InvalidData
from tests.documents.test_render import Person
from tests.documents.words import FILTERS, filled, texts, word

ENDLESS = {
    "loops in loops": "{% for a in range(999) %}" * 6 + "x" + "{% endfor %}" * 6,
    "loops over nothing": "{% for a in range(999) %}" * 4
    + "{% for b in range(999) if false %}{% endfor %}"
    + "{% endfor %}" * 4,
    "filters over loops": "{% for a in range(999) %}" * 3
    + "{% set s = range(999)|sum %}"
    + "{% endfor %}" * 3,
    "a macro that calls itself": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "a macro that calls itself twice": (
        "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}"
    ),
    "a text that doubles, by ~": "{% set n = namespace(x='ab') %}{% for i in range(60) %}"
    "{% set n.x = n.x ~ n.x %}{% endfor %}",
    "a text that doubles, by +": "{% set n = namespace(x='ab') %}{% for i in range(60) %}"
    "{% set n.x = n.x + n.x %}{% endfor %}",
    "a text that doubles, by replace": "{% set n = namespace(x='ab') %}{% for i in range(60) %}"
    "{% set n.x = n.x|replace('a', n.x) %}{% endfor %}",
    "a text that doubles, by join": "{% set n = namespace(x='ab') %}{% for i in range(60) %}"
    "{% set n.x = range(9)|join(n.x) %}{% endfor %}",
    "a text that doubles, in a block": "{% set n = namespace(x='ab') %}{% for i in range(60) %}"
    "{% set y %}{{ n.x }}{{ n.x }}{% endset %}{% set n.x = y %}{% endfor %}",
    "a list that doubles": "{% set n = namespace(x=[1]) %}{% for i in range(60) %}"
    "{% set n.x = n.x + n.x %}{% endfor %}",
    "a list in itself": "{% set n = namespace(x=[1]) %}{% for i in range(60) %}"
    "{% set n.x = [n.x, n.x] %}{% endfor %}{{ n.x|string }}",
    "arguments in arguments": "{% macro m(n) %}{{ m(n - 1, varargs, varargs) }}{% endmacro %}"
    "{{ m(60, 1) }}",
    "spaces by center": "{{ 'x'|center(10**9) }}",
    "spaces by ljust": "{{ 'x'.ljust(1000000000) }}",
    "zeros by zfill": "{{ 'x'.zfill(1000000000) }}",
    "spaces by expandtabs": "{{ '\\t'.expandtabs(1000000000) }}",
    "spaces by indent": "{{ 'x\\ny'|indent(1000000000) }}",
    "spaces by format": "{{ '{:>1000000000}'.format(1) }}",
    "spaces by %": "{{ '%1000000000s'|format(1) }}",
    "a fill by batch": "{{ [1]|batch(1000000000, 0)|list }}",
    "a fill by slice": "{{ [1]|slice(1000000000)|list }}",
    "a number that grows": "{% set n = namespace(x=10) %}{% for i in range(60) %}"
    "{% set n.x = n.x * n.x %}{% endfor %}",
    "digits by round": "{{ 1.5|round(1000000000, 'ceil') }}",
    "a long range": "{% for i in range(10**9) %}{% endfor %}",
    "words by lipsum": "{{ lipsum(n=1000000) }}",
}

# What is tried on Jinja in the wild: PayloadsAllTheThings, HackTricks, CTF write-ups, and the
# escapes that Jinja itself has mended (CVE-2014-1402, 2016-10745, 2019-10906, 2024-56201,
# 2024-56326, 2025-27516).
ESCAPES = [
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ joiner.__init__.__globals__.os.popen('id').read() }}",
    "{{ namespace.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ lipsum.__globals__.__builtins__.open('/etc/passwd').read() }}",
    "{{ self.__init__.__globals__.__builtins__.__import__('os').popen('id').read() }}",
    "{{ self._TemplateReference__context.cycler.__init__.__globals__.os }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''.__class__.__base__.__subclasses__()[40]('/etc/passwd').read() }}",
    "{{ ''['__class__']['__mro__'][1]['__subclasses__']() }}",
    "{{ ()|attr('__class__')|attr('__base__')|attr('__subclasses__')() }}",
    "{{ ''|attr('\\x5f\\x5fclass\\x5f\\x5f') }}",
    "{{ ''|attr(['_'*2,'class','_'*2]|join) }}",
    "{{ ''|attr('%c%cclass%c%c'|format(95,95,95,95)) }}",
    "{{ [].__class__.__base__.__subclasses__() }}",
    "{{ {}.__class__.__mro__ }}",
    "{{ dict.__base__.__subclasses__() }}",
    "{{ dict(a=1).__class__ }}",
    "{{ range.__class__.__base__ }}",
    "{{ range(1).__class__.__mro__ }}",
    "{{ (1).__class__.__base__.__subclasses__() }}",
    "{{ personne.__class__.__init__.__globals__ }}",
    "{{ personne.__init__.__globals__['__builtins__'] }}",
    "{{ personne.model_config.__class__ }}",
    "{{ personne.__pydantic_validator__ }}",
    "{{ personne.model_validate_json('{}') }}",
    "{{ personne.model_dump_json() }}",
    "{{ personne.copy() }}",
    "{{ personne.nom.__class__.__mro__[1] }}",
    "{{ '{0.__class__.__init__.__globals__}'.format(personne) }}",
    "{{ '{0.__class__}'.format_map({'0': personne}) }}",
    "{{ 'x'|map('format', personne)|list }}",
    "{{ ['{0.__class__.__mro__}']|map('format', personne)|first }}",
    "{{ ('{0.__class__}'|attr('format'))(personne) }}",
    "{% set f = '{0.__class__.__mro__}'.format %}{{ f(personne) }}",
    "{% set f = ''.format_map %}{{ f({}) }}",
    "{{ [personne]|map(attribute='__class__')|list|first }}",
    "{{ [personne]|map(attribute='__class__.__init__.__globals__')|list|string }}",
    "{{ [personne]|groupby('__class__')|list|string }}",
    "{{ [personne]|sort(attribute='__init__.__globals__')|string }}",
    "{{ [personne]|sum(attribute='__class__') }}",
    "{{ [personne]|selectattr('__class__', 'string')|list|string }}",
    "{% for k in personne.__dict__ %}{{ k }}{% endfor %}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "{% macro m() %}{% endmacro %}{{ m.__init__.__globals__ }}",
    "{% macro m() %}{% endmacro %}{{ m._func.__globals__ }}",
    "{% macro m() %}{{ caller.__globals__ }}{% endmacro %}{% call m() %}{% endcall %}",
    "{% for x in [1] %}{{ loop.__class__.__init__.__globals__ }}{% endfor %}",
    "{% for x in [1] %}{{ loop._iterator.__class__ }}{% endfor %}",
    "{{ inconnu.__class__ }}",
    "{{ inconnu.__init__.__globals__ }}",
    "{{ request.application.__globals__ }}",
    "{{ config.items() }}",
    "{{ url_for.__globals__ }}",
    "{{ get_flashed_messages.__globals__ }}",
    "{% import 'os' as os %}{{ os.popen('id') }}",
    "{% include '/etc/passwd' %}",
    "{% extends 'base' %}",
    "{% from 'os' import system %}",
    "{% set x = namespace(a=1) %}{{ x.__class__.__init__.__globals__ }}",
    "{{ namespace(a=1).__getattribute__('__class__') }}",
    "{{ (personne|attr('__class__')) }}",
    "{{ liste.append(1) }}",
    "{{ liste.__setitem__(0, 1) }}",
    "{{ (liste|attr('clear'))() }}",
    "{{ ''.join(liste) }}",
    "{{ 'a'.encode().__class__ }}",
    "{{ majuscules.__globals__ }}",
    "{{ 'x'|xmlattr }}",
    "{{ '<w:br/>'|safe }}",
    "{% autoescape false %}{{ '<b>'|safe }}{% endautoescape %}",
    "{{ 1.__class__ }}",
    "{% debug %}",
    "{% do liste.append(1) %}",
    "{{ ''.__doc__ }}",
    "{{ personne.nom.translate({}) }}",
    "{% set __class__ = 1 %}{{ self.__dict__ }}",
]

CHILD = """
import resource, sys, zipfile
from docgen.documents.render import render
from docgen.documents.sandbox import environment
from docgen.errors import Broken
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
with zipfile.ZipFile(sys.stdin.buffer) as templates:
    for name in templates.namelist():
        try:
            render(templates.read(name), {}, {})
        except Broken as error:
            print(name, error.explain(), sep=": ")
"""


@pytest.mark.slow
def test_a_template_without_end_is_refused_in_little_memory(tmp_path: Path) -> None:
    # A process of its own: MemoryError is no answer, and neither is the tests' own size.
    path = tmp_path / "templates.zip"
    with zipfile.ZipFile(path, "w") as package:
        for name, mark in ENDLESS.items():
            package.writestr(name, word(mark))
    with path.open("rb") as templates:
        child = subprocess.run(
            [sys.executable, "-c", CHILD],
            stdin=templates,
            capture_output=True,
            text=True,
            check=True,
        )
    assert [line.partition(":")[0] for line in child.stdout.splitlines()] == list(ENDLESS)
    assert "MemoryError" not in child.stdout


@pytest.mark.parametrize("mark", ENDLESS.values(), ids=ENDLESS.keys())
def test_a_template_without_end_is_refused(mark: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MOST_STEPS", 50_000)
    with pytest.raises((TemplateError, RecursionError)):
        environment(FILTERS).from_string(mark).render()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("mark", ESCAPES)
def test_no_known_escape_of_the_sandbox_works(mark: str) -> None:
    liste = [1]
    with pytest.raises((TemplateError, TypeError)):
        environment(FILTERS).from_string(mark).render(personne=Person(), liste=liste)
    assert liste == [1]


NESTED = {
    "parentheses": "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
    "sums": "{{ 1" + "+1" * 20000 + " }}",
    "blocks": "{% if 1 %}" * 300 + "x" + "{% endif %}" * 300,
    "a macro": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
}


@pytest.mark.parametrize("mark", NESTED.values(), ids=NESTED)
def test_a_template_too_deep_to_be_read_is_refused(mark: str) -> None:
    with pytest.raises(Broken, match="trop profondément"):
        render(word(mark), {}, FILTERS)


def test_the_methods_of_a_long_text_are_paid_by_its_length() -> None:
    mark = "{% for i in range(900) %}{% if x.upper() %}{% endif %}{% endfor %}"
    assert render(word(mark), {"x": "a" * 1000}, FILTERS)
    with pytest.raises(Broken, match="sans fin"):
        render(word(mark), {"x": "a" * 100_000}, FILTERS)


def test_the_clock_ends_what_the_count_would_let_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MOST_SECONDS", 0.0)
    with pytest.raises(Broken, match="sans fin"):
        filled(word("{% for a in range(999) %}x{% endfor %}"))


def test_each_document_has_an_allowance_of_its_own() -> None:
    template = word("{% for a in range(500) %}{% for b in range(500) %}{% endfor %}{% endfor %}")
    for _ in range(3):
        assert render(template, {}, FILTERS)


def test_a_text_without_end_is_refused_by_its_length() -> None:
    with pytest.raises(InvalidData, match="50000000 caractères"):
        filled(word("{{ x }}"), x="é" * 50_000_000)


@pytest.mark.parametrize(
    ("mark", "text"),
    [
        ("{{ 'a' ~ 1 ~ nom }}", "a1Été"),
        ("{{ nom|upper|lower|title|trim }}", "Été"),
        ("{{ nom|replace('t', 'th') }}", "Éthé"),
        ("{{ ['a', nom, 'b']|join(', ') }}", "a, Été, b"),
        ("{{ [nom, nom]|unique|list|length }}", "1"),
        ("{{ personnes|map(attribute='nom')|join(' et ') }}", "Diallo et Diallo"),
        ("{{ personnes|selectattr('nom', 'equalto', 'x')|list|length }}", "0"),
        ("{{ (1.256)|round(2) }} {{ 1.2|round(0, 'ceil') }}", "1.26 2.0"),
        ("{{ [1, 2]|sum }} {{ 7 % 4 }} {{ 'a' + 'b' }}", "3 3 ab"),
        ("{% for k, v in [('a', 1), ('b', 2)] %}{{ k }}{{ v }}{% endfor %}", "a1b2"),
        ("{% set n = namespace(x=1) %}{% set n.x = n.x + 5 %}{{ n.x }}", "6"),
        ("{% macro m(x) %}<{{ x }}>{% endmacro %}{{ m(nom) }}", "<Été>"),
        ("{{ nom|default('rien') }}{{ vide|default('rien', true) }}", "Étérien"),
        ("{% for x in 'ab' %}{{ loop.cycle('1', '2') }}{{ loop.index }}{% endfor %}", "1122"),
        ("{{ nom.upper() }}{{ jour.isoformat() if jour else '' }}", "ÉTÉ"),
    ],
)  # fmt: skip
def test_what_templates_need_remains(mark: str, text: str) -> None:
    made = filled(word(mark), nom="Été", vide="", jour=None, personnes=[Person(), Person()])
    assert texts(made) == [text]
