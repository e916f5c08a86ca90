"""Renouvellement of a PMSMP: a new agreement, same object and objectives, once (D5135-3 al. 2).

Its file may be four lines (type, dates, the number it renews and why): the rest is taken from the
agreement it renews. A `pmsmp` with its `renouvellement` block says the same, in full.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from docgen.agreements.pmsmp import Pmsmp, Renouvellement
from docgen.agreements.rules.context import Parent

# What a renewal says for itself.
_OWN = frozenset(
    {"type", "debut", "fin", "renouvellement", "derogations", "signatures", "horaires"}
)


class RenouvellementPmsmp(Pmsmp):
    """Renouvellement de convention de PMSMP."""

    type: Literal["renouvellement"] = Field(  # type: ignore[assignment] # the slug tells the kinds apart
        "renouvellement", title="Type"
    )
    renouvellement: Renouvellement = Field(title="Convention renouvelée")


def complete(data: Mapping[str, Any], parent: Parent) -> dict[str, Any]:
    """`data` with everything it leaves out taken from the agreement it renews.

    Of the timetable, the typical week is kept and the particular dates are not: they are over.
    """
    before = parent.data
    taken = {
        name: value
        for name, value in before.items()
        if name in RenouvellementPmsmp.model_fields and name not in _OWN and value is not None
    }
    if "horaires" in before:
        taken["horaires"] = {"semaine": before["horaires"]["semaine"]}
    renewal = data.get("renouvellement")
    return {
        **taken,
        **data,
        "renouvellement": {
            "debut_initial": before["debut"],
            "fin_initiale": before["fin"],
            **(renewal if isinstance(renewal, Mapping) else {"reference": parent.reference}),
        },
    }
