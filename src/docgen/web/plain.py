"""The plain summary as HTML: headings, paragraphs, lists and bold, and nothing else."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markupsafe import Markup

# « zero » knows paragraphs alone. A line end is one on the page: a sentence, a line (FALC).
_READER = MarkdownIt("zero", {"html": False, "breaks": True}).enable(
    ["heading", "list", "emphasis", "escape", "newline"]
)
# The headings stand under the page's own « Le résumé », which is of the third rank.
_RANK = "h4"


def html_of(markdown: str) -> Markup:
    """The summary as HTML. No tag, link, image or address of the text becomes one."""
    tokens = _READER.parse(markdown)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = _RANK
    html = _READER.renderer.render(tokens, _READER.options, {})
    return Markup(html)  # noqa: S704 # the renderer escapes every text
