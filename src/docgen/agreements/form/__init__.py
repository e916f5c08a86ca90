"""The form of each kind, made from its model: what is asked, in which order, under which condition.

Titles, help and bounds are those of the model; `outlines` adds what a model can't say (sections,
order, what depends on what). Pure: no page knows more of a kind than this.
"""

from docgen.agreements.form.nodes import Field, Group, Many, Node, Section, Sort, Timetable
from docgen.agreements.form.outlines import OUTLINES, Outline
from docgen.agreements.form.walking import form_of, leaves

__all__ = [
    "OUTLINES",
    "Field",
    "Group",
    "Many",
    "Node",
    "Outline",
    "Section",
    "Sort",
    "Timetable",
    "form_of",
    "leaves",
]
