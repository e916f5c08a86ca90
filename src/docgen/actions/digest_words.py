"""What a reminder says in a digest and on its page: the matter, the day, what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from docgen import french
from docgen.records import tables


@dataclass(frozen=True)
class Line:
    """One reminder for a person: what it is about, what happens when, what to do."""

    subject: str
    kind: str
    target: date
    until: date
    about: str
    matter: str
    sentence: str
    todo: str

    @property
    def reference(self) -> str:
        """The number to show: only agreements have one that says something to a person."""
        return "" if ":" in self.subject else self.subject


def line_of(reminder: tables.Reminder, today: date) -> Line:
    """The words of a reminder, as of `today`."""
    matter, sentence, todo = _WORDS[reminder.kind]
    return Line(
        reminder.subject,
        reminder.kind,
        reminder.target,
        reminder.until,
        reminder.about,
        matter,
        sentence(reminder.target, today),
        todo,
    )


def matter_of(kind: str) -> str:
    """What a kind of reminder is called."""
    return _WORDS[kind][0]


def _when(day: date, today: date) -> str:
    days = (day - today).days
    if days == 0:
        return "aujourd’hui"
    if days == 1:
        return "demain"
    if days == -1:
        return "hier"
    return f"dans {days}\u00a0jours" if days > 0 else f"il y a {-days}\u00a0jours"


def _on(lead: str, end: str = "") -> Callable[[date, date], str]:
    def sentence(day: date, today: date) -> str:
        return f"{lead} {french.jour_date(day)} ({_when(day, today)}).{end}"

    return sentence


def _covered(lead: str, past: str) -> Callable[[date, date], str]:
    def sentence(day: date, today: date) -> str:
        verb = past if day < today else lead
        return f"{verb} {french.jour_date(day)} ({_when(day, today)})."

    return sentence


_Words = tuple[str, Callable[[date, date], str], str]
_WORDS: Mapping[str, _Words] = MappingProxyType(
    {
        "preavis": (
            "Préavis à décider",
            _on(
                "Dernier jour pour donner le préavis\u00a0:", " Sans préavis, elle est reconduite."
            ),
            "décider avec l’entreprise\u202f; pour arrêter, préparer la dénonciation.",
        ),
        "fin": (
            "Fin de convention",
            _on("Elle prend fin le", " Rien ne la reconduit."),
            "la prolonger par un avenant signé avant ce jour, ou en conclure une autre.",
        ),
        "reconduction": (
            "Convention reconduite",
            _on("Sa période a pris fin le", " Faute de préavis, une autre a commencé."),
            "rien, sauf à prévoir la suite\u00a0: la note de reconduction est versée au dossier.",
        ),
        "expiration": (
            "Convention terminée",
            _on("Elle a pris fin le"),
            "remercier l’entreprise, et lui en proposer une nouvelle.",
        ),
        "bilan_annuel": (
            "Bilan annuel",
            _on("À tenir avec l’entreprise avant le"),
            "fixer un rendez-vous et préparer la fiche de l’entreprise.",
        ),
        "mi_annee": (
            "Engagement à la moitié de l’année",
            _on("Moins de la moitié des PMSMP promises d’ici au"),
            "appeler l’entreprise et lui proposer des candidats.",
        ),
        "briefing": (
            "Tuteur à préparer",
            _on("La PMSMP commence le"),
            "appeler le tuteur\u00a0: horaires, tâches, objectifs, qui joindre.",
        ),
        "renouveler": (
            "PMSMP à renouveler\u202f?",
            _on("Elle finit le", " La loi permet de la renouveler."),
            "si les objectifs ne sont pas atteints, préparer le renouvellement.",
        ),
        "asp": (
            "Copie pour l’ASP",
            _on("La PMSMP a commencé le"),
            "envoyer la copie de la convention à l’ASP, puis régler ce rappel en disant la date.",
        ),
        "bilan": (
            "Bilan de PMSMP",
            _on("Dernier jour\u00a0:"),
            "faire le bilan avec le tuteur et la personne.",
        ),
        "assurance": (
            "Assurance de l’entreprise",
            _covered("Elle couvre jusqu’au", "Elle ne couvre plus depuis le"),
            "demander la nouvelle attestation et mettre la fiche à jour.",
        ),
        "pouvoir": (
            "Pouvoir de signer",
            _covered("La délégation va jusqu’au", "La délégation a pris fin le"),
            "demander la nouvelle délégation et mettre la fiche à jour.",
        ),
        "convention_etat": (
            "Convention avec l’État",
            _covered("Elle va jusqu’au", "Elle a pris fin le"),
            "en obtenir le renouvellement\u00a0: sans elle, aucune PMSMP ne peut être prescrite.",
        ),
    }
)
KINDS = tuple(_WORDS)
