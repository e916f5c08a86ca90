"""The words of proof."""

from __future__ import annotations

from datetime import UTC, datetime

from docgen.actions.proof_words import EVENTS, TIME_INSIDE, time_words
from docgen.journal import EventType
from docgen.signing.told import TimestampFacts


def token(par: str, *, inside: bool) -> TimestampFacts:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    return TimestampFacts("Signature_1", at, par, "1F", "1.2.3", inside, at)


def test_every_event_has_its_words() -> None:
    assert set(EVENTS) == set(EventType)


def test_whose_time_it_is_is_said_for_each_source_once() -> None:
    inside, one, two = (
        token("Nous", inside=True),
        token("Un", inside=False),
        token("Deux", inside=False),
    )
    assert time_words([inside, inside]) == [TIME_INSIDE]
    (outside,) = time_words([one, two, one])
    assert "signée par Un et Deux" in outside
    assert "qualifié n’est pas contrôlé" in outside
    first, second, degraded = time_words([inside, one], ["l’accord du signataire n° 1"])
    assert first == TIME_INSIDE
    assert "Un" in second
    assert "l’accord du signataire n° 1 a été scellé sans horodatage" in degraded
