"""What each SMS says: one or two short sentences that any telephone shows."""

from __future__ import annotations

from dataclasses import dataclass, field

# Beyond, a text costs several messages and old telephones cut it.
_LONGEST_NAME = 40


@dataclass(frozen=True)
class Text:
    """An SMS ready to leave; `to` as E.164 writes it (+33612345678)."""

    to: str
    body: str = field(repr=False)


def invitation(*, to: str, organisation: str, reference: str, lien: str, rappel: bool) -> Text:
    """The call to sign, and each reminder."""
    asks = "attend votre signature pour" if rappel else "vous demande de signer"
    return Text(to, f"{_short(organisation)} {asks} {reference} : {lien} C'est gratuit.")


def code(*, to: str, organisation: str, reference: str, code: str, minutes: int) -> Text:
    """The one-time code, first: it is what the notification shows."""
    return Text(
        to,
        f"{code} : votre code pour signer {reference} ({_short(organisation)}), valable {minutes} "
        "minutes. Ne le donnez à personne.",
    )


def ended(*, to: str, organisation: str, reference: str, how: str, telephone: str | None) -> Text:
    """The agreement is over (`how`: « annulé », « expiré », « refusé »): nothing left to sign."""
    call = f" Question : {telephone}." if telephone else ""
    return Text(
        to, f"{_short(organisation)} : {reference} est {how}, vous n'avez rien à signer.{call}"
    )


def _short(name: str) -> str:
    name = " ".join(name.split()).replace("’", "'")
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1].rstrip() + "."
