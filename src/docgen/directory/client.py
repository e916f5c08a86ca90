"""The directory as the rest of docgen sees it: one function from a SIRET to a company."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from pydantic import TypeAdapter, ValidationError

from docgen.agreements.parties import Siret
from docgen.directory.answer import parse
from docgen.directory.asking import ask
from docgen.directory.company import Company
from docgen.directory.kept import Kept
from docgen.directory.pace import Pace
from docgen.errors import Finding, InvalidData, Unavailable

_SIRET: TypeAdapter[str] = TypeAdapter(Siret)


@dataclass(frozen=True)
class Directory:
    """The API at `url`, asked by at most one thread at a time about one SIRET.

    `timeout` is in seconds, for one try; `now` gives the time in UTC.
    """

    url: str
    timeout: float
    kept: Kept
    pace: Pace
    now: Callable[[], datetime]
    # 64 locks shared out among all SIRETs: as many as anyone needs, and never more.
    _turns: tuple[Lock, ...] = field(
        default_factory=lambda: tuple(Lock() for _ in range(64)),
        init=False,
        repr=False,
        compare=False,
    )

    def lookup(self, number: str) -> Company:
        """What the register says of an establishment, asked now or not long ago.

        Raises InvalidData when `number` is not a SIRET, Unavailable when nobody can say.
        """
        siret = _read(number)
        with self._turns[int(siret) % len(self._turns)]:
            company = self.kept.get(siret, self.now())
            if company is None:
                answer = ask(self.url, siret, self.timeout, self.pace, self.now)
                company = parse(siret, answer)
                self.kept.put(siret, answer, self.now())
        return company


def no_directory(number: str) -> Company:
    """The look-up of an installation that wants none: Unavailable, once `number` is a SIRET."""
    _read(number)
    raise Unavailable(
        "Aucun annuaire des entreprises n’est réglé.", "Donner son adresse à DOCGEN_DIRECTORY_URL."
    )


def _read(number: str) -> str:
    """14 digits that pass the offline check. Raises InvalidData."""
    try:
        return _SIRET.validate_python(number)
    except ValidationError as error:
        reason = error.errors()[0]["msg"]
        raise InvalidData([Finding("siret", "error", "siret", reason)]) from error
