"""The mail that says that the archive needs somebody."""

from __future__ import annotations

from collections.abc import Sequence

from docgen.french import pluriel
from docgen.mail.compose import Message, message

_MOST = 20


def alarm(to: str, organisation: str, facts: Sequence[tuple[str, bool]]) -> Message:
    """`facts`: each sentence, and whether it was put right already."""
    open_ones = [sentence for sentence, mended in facts if not mended]
    mended = [sentence for sentence, done in facts if done]
    subject = (
        f"Archive : {pluriel(len(open_ones), 'point')} à traiter"
        if open_ones
        else f"Archive : {pluriel(len(mended), 'point')} remis en état"
    )
    return message(
        "alarme",
        to,
        subject,
        organisation=organisation,
        reference="archive",
        ouverts=open_ones[:_MOST],
        remis=mended[:_MOST],
        autres=max(0, len(open_ones) - _MOST) + max(0, len(mended) - _MOST),
    )
