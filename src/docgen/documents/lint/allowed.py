"""What a template may call: filters, tests, functions, methods. The rest is refused.

Narrower than the sandbox (docgen.documents.sandbox), which is what holds if this list is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from docgen.documents.lint.shapes import NUMBER, TEXT, UNKNOWN, YES_OR_NO, Shape, Sort, list_of

# Jinja's filters that a template may use; what each gives. None: what it was given.
JINJA_FILTERS: Mapping[str, Shape | None] = MappingProxyType(
    dict.fromkeys(
        ("capitalize", "join", "lower", "replace", "string", "title", "trim", "truncate",
         "upper"), TEXT)
    | dict.fromkeys(("abs", "count", "float", "int", "length", "round"), NUMBER)
    | dict.fromkeys(("list", "reverse", "sort", "unique", "default", "d"), None)
    | dict.fromkeys(("reject", "rejectattr", "select", "selectattr"), None)
    | dict.fromkeys(("dictsort", "first", "groupby", "items", "last", "map", "max", "min",
                     "sum"), UNKNOWN)
)  # fmt: skip
TESTS = frozenset(
    {"boolean", "defined", "divisibleby", "eq", "equalto", "even", "false", "ge",
     "greaterthan", "gt", "in", "integer", "iterable", "le", "lessthan", "lower", "lt", "mapping",
     "ne", "none", "number", "odd", "sameas", "sequence", "string", "true", "undefined", "upper"}
)  # fmt: skip
FUNCTIONS: Mapping[str, Shape] = MappingProxyType(
    {
        "range": list_of(NUMBER),
        "namespace": UNKNOWN,
        "caller": TEXT,
    }
)
METHODS: Mapping[Sort, Mapping[str, Shape]] = MappingProxyType(
    {
        "texte": {
            **dict.fromkeys(("capitalize", "lower", "strip", "title", "upper"), TEXT),
            **dict.fromkeys(("startswith", "endswith", "isdigit"), YES_OR_NO),
            "split": list_of(TEXT),
        },
        "table": {
            "items": list_of(UNKNOWN),
            "keys": list_of(UNKNOWN),
            "values": list_of(UNKNOWN),
            "get": UNKNOWN,
        },
        "date": {"isoformat": TEXT, "weekday": NUMBER, "isoweekday": NUMBER},
        "instant": {"isoformat": TEXT},
        "liste": {"index": NUMBER, "count": NUMBER},
    }
)
LOOP = Shape(
    "groupe",
    members={
        **dict.fromkeys(("index", "index0", "revindex", "revindex0", "length", "depth", "depth0"),
                        NUMBER),
        **dict.fromkeys(("first", "last"), YES_OR_NO),
        **dict.fromkeys(("previtem", "nextitem"), UNKNOWN),
    },
)  # fmt: skip
LOOP_CALLS = {"cycle": UNKNOWN, "changed": YES_OR_NO}
