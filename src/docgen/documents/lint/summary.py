"""The check of a plain summary (`summary.md`): its marks like those of Word, and its words.

The sentences are held to « L’information pour tous », the European rules of easy-to-read (FALC):
short ones. What only a reader can judge stays with the readers.
"""

from __future__ import annotations

import re
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence

from docgen.agreements.base import Agreement
from docgen.agreements.marks import fields_read
from docgen.agreements.signing import Role
from docgen.documents.lint.blocks import check_balance
from docgen.documents.lint.marks import Mark, is_block, marks_of
from docgen.documents.lint.paths import Read, read_part
from docgen.documents.lint.reading import Paragraph, Part
from docgen.documents.lint.rules import Flaw, flaw
from docgen.documents.lint.shapes import TEXT, Shape, marks_of_kind
from docgen.documents.lint.sound import sound_marks

MOST_WORDS = 20
# What a summary is given beside the marks of its kind.
ROLE = TEXT.but(values=typing.get_args(Role), required=False)
_MARK = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")
_WORD = re.compile(r"\w[\w’'\-]*")
_SENTENCE = re.compile(r"[.!?…:]+(?=\s|$)")
_NOT_MARKDOWN = (
    (re.compile(r"^#(?!# )"), "un titre s’écrit `## Titre`"),
    (re.compile(r"^\s*(?:\d+[.)]|[*+])\s"), "une liste s’écrit `- ` au début de la ligne"),
    (re.compile(r"^(?: {4}|\t)\S"), "une ligne ne commence pas par quatre espaces"),
    (re.compile(r"!?\[[^\]]*\]\("), "un lien ou une image n’est pas montré"),
    (re.compile(r"<[a-zA-Z/!]"), "une balise HTML n’est pas montrée"),
    (re.compile(r"^\s*(?:>|\||```|~~~|-{3,}\s*$)"), "ce signe n’est pas montré"),
)


def check_summary(
    content: bytes,
    name: str,
    model: type[Agreement] | None,
    filters: Mapping[str, Callable[..., object]],
) -> tuple[Flaw, ...]:
    """Every flaw of the summary `name`, in the order of its lines; none when it can be shown.

    `model` is that of its kind: without it the marks are read, not compared to any field.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return (flaw("resume-illisible", name, "ce n’est pas un texte en UTF-8"),)
    lines = tuple(
        Paragraph(name, f"ligne {number}", None, line)
        for number, line in enumerate(text.splitlines(), 1)
    )
    known = {**marks_of_kind(model), "role": ROLE} if model else {}
    found = dict.fromkeys(_flaws(name, lines, known, model, filters))
    order = {line.place: number for number, line in enumerate(lines)}
    return tuple(sorted(found, key=lambda one: order.get(one.place, -1)))


def _flaws(
    name: str,
    lines: tuple[Paragraph, ...],
    known: Mapping[str, Shape],
    model: type[Agreement] | None,
    filters: Mapping[str, Callable[..., object]],
) -> Iterator[Flaw]:
    marks, flaws = marks_of(Part(name, name, None, filled=True, paragraphs=lines))
    yield from flaws
    yield from (refused for mark in marks if (refused := _of_word(mark)))
    sound, flaws = sound_marks([mark for mark in marks if not _of_word(mark)])
    yield from flaws
    flaws, sources = check_balance(sound)
    yield from flaws
    if known and model:
        read = read_part(sound, sources, known, filters) if sound else Read()
        yield from (told for _, told in read.flaws)
        yield from _missing(name, model, read.used)
    for line in lines:
        yield from _not_markdown(line)
    yield from _long_sentences(lines)


def _of_word(mark: Mark) -> Flaw | None:
    """What Word's templates may write and a summary may not."""
    if mark.scope or mark.cell:
        better = f"{{{mark.kind[1]} {mark.inner} {'%}' if mark.kind == '{%' else '}}'}"
        return mark.flaw("instruction-interdite", "cette lettre est de Word", f"écrivez `{better}`")
    made = mark.word.removeprefix("end")
    if made in {"macro", "call", "filter"} or (
        made == "set" and (made != mark.word or is_block(mark))
    ):
        return mark.flaw(
            "instruction-interdite",
            "un résumé n’emploie ni macro ni bloc {% set %}…{% endset %}",
            "écrivez la phrase en toutes lettres",
        )
    return None


def _missing(name: str, model: type[Agreement], used: set[str]) -> Iterator[Flaw]:
    """What every reader must find: which document, when, with whom, whom to call."""
    whom = {
        "reference": {"reference"},
        "le premier jour": {"debut"},
        "le dernier jour": {"fin"},
        "l’organisation": fields_read(model, model.emetteur),
        "l’entreprise": fields_read(model, model.partenaire),
        "la personne à appeler": fields_read(model, model.contact),
    }
    for what, fields in whom.items():
        if not any(path.split(".")[0] in fields for path in used):
            fields_said = " ou ".join(f"`{field}`" for field in sorted(fields))
            yield flaw("resume-incomplet", name, f"{what} n’y est pas", f"écrivez {fields_said}")


def _not_markdown(line: Paragraph) -> Iterator[Flaw]:
    for pattern, message in _NOT_MARKDOWN:
        if found := pattern.search(_MARK.sub("…", line.text)):
            yield line.flaw("resume-markdown", found.group().strip(), message)


def _long_sentences(lines: Sequence[Paragraph]) -> Iterator[Flaw]:
    """Sentences as they stand in the template: a mark counts for one word, a block for none."""
    for line in lines:
        words_only = re.sub(r"\{[%#].*?[%#]\}", ".", line.text)
        for sentence in _SENTENCE.split(re.sub(r"\{\{.*?\}\}", "mot", words_only)):
            count = len(_WORD.findall(sentence))
            if count > MOST_WORDS:
                start = " ".join(sentence.split()[:4])
                yield line.flaw("phrase-longue", start, f"cette phrase compte {count} mots")
