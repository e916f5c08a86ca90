"""The plain summary of an agreement: Markdown with marks, filled in the templates' own sandbox.

What is Markdown is the author's alone. Whatever the data holds, each of its signs that Markdown
could read is written with a backslash, and its lines become one: data never becomes markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from jinja2 import Template, TemplateError, TemplateRuntimeError, TemplateSyntaxError
from markupsafe import Markup

from docgen.documents.reference import fault, template_line
from docgen.documents.sandbox import environment, written
from docgen.errors import Broken, DocgenError

# ASCII punctuation that begins or ends anything in CommonMark; the rest is left readable.
_SIGNS = re.compile(r"[\\`*_{}\[\]()<>#+\-.!&|~=]")
_LINES = re.compile(r"[ \t]*[\r\n\t]+[ \t]*")
_BLANK = re.compile(r"\n{3,}")
Filters = Mapping[str, Callable[..., object]]


def fill(template: str, context: Mapping[str, object], filters: Filters, name: str) -> str:
    """The Markdown that the summary `name` makes of `context`: same data, same text.

    Raises Broken, with the line of the summary, or InvalidData when a text can't be printed.
    """
    try:
        text = _compiled(template, tuple(filters.items())).render(context)
    except DocgenError:
        raise
    except (TemplateError, ValueError, TypeError, RecursionError) as error:
        own = error.lineno if isinstance(error, TemplateSyntaxError) else None
        line = own or template_line(error.__traceback__)
        place = f"{name}, ligne {line}" if line else name
        raise Broken(f"{place} : {fault(error)}.") from error
    return _BLANK.sub("\n\n", text).strip() + "\n"


@lru_cache(maxsize=64)
def _compiled(template: str, filters: tuple[tuple[str, Callable[..., object]], ...]) -> Template:
    # A block alone on its line leaves no line behind: a list stays one list.
    jinja = environment(dict(filters), _as_words, trim_blocks=True, lstrip_blocks=True)
    return jinja.from_string(template)


def _as_words(value: object) -> Markup:
    """What `{{ value }}` writes: its words, which Markdown reads as nothing else."""
    if isinstance(value, Markup):
        # Text that a macro or a block made is part data, part Markdown, and can't be told apart.
        raise TemplateRuntimeError("un résumé n’emploie ni macro ni bloc {% set %}…{% endset %}")
    words = Markup(written(value)).unescape()  # noqa: S704 # escaped by `written`, read back
    return Markup(_SIGNS.sub(r"\\\g<0>", _LINES.sub(" ", words)))  # noqa: S704 # no HTML is left
