"""The plain summary on the page: its author's few signs, and the data's words to the letter."""

from __future__ import annotations

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from docgen.documents.summary import fill
from docgen.french import FILTERS
from docgen.web.plain import html_of

# Everything Markdown could read, thick among letters; a model's texts are trimmed.
SIGNS = "ab1 \n\t#*_-+=`~|!&<>()[]{}\\.:;/\"'’é&"
TEXTS = st.text(st.sampled_from(SIGNS), min_size=1).map(str.strip).filter(bool)


def test_headings_paragraphs_lists_and_bold_are_elements_of_the_page() -> None:
    html = str(html_of("## Titre\n\nUne phrase.\nUne **autre**.\n\n- un\n- deux\n"))
    assert re.findall(r"<(\w+)", html) == ["h4", "p", "br", "strong", "ul", "li", "li"]


def test_nothing_else_of_markdown_or_html_is_read() -> None:
    html = html_of("<b>x</b> [a](https://b.fr) ![c](d) <https://e.fr> `f` &lt;g&gt;\n\n---\n\n> h")
    assert set(re.findall(r"<(\w+)", str(html))) == {"p"}


@given(TEXTS, TEXTS)
def test_data_is_read_as_words_whatever_it_holds(first: str, second: str) -> None:
    marks = {"a": first, "b": second}
    html = str(html_of(fill("## T\n\n{{ a }}{{ b }}\n\n- **{{ b }}**\n", marks, FILTERS, "x.md")))
    assert set(re.findall(r"</?(\w+)", html)) <= {"h4", "p", "ul", "li", "strong"}
    said = "".join(unescape(re.sub(r"<[^>]+>", "", html)).split())
    assert said == "".join(f"T{first}{second}{second}".split())
