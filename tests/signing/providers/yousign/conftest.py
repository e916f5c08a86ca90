"""A provider on loopback, and a client of ours in front of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import time
from collections.abc import Callable, Iterator

import pytest

from docgen.signing.providers.yousign import Invitee, Level, Order, Spot, Wire, Yousign
from tests.directory.register import Clock
from tests.samples import NOW
from tests.signing.providers.yousign.provider import KEY, Provider
from tests.signing.providers.yousign.serving import running_provider

PDF = b"%PDF-1.7\n% a convention\n%%EOF\n"
ORDER = Order(
    external_id="0123456789abcdef0123456789abcdef",
    name="Convention de PMSMP, PMSMP-2026-0001",
    file_name="PMSMP-2026-0001.pdf",
    pdf=PDF,
    level=Level.ADVANCED,
    expires_on=dt.date(2026, 12, 2),
    invitees=(
        Invitee("Fatou", "Diallo", "fatou@example.org", "+33612345678", Spot(2, 72, 200, 200, 58)),
        Invitee("Jean", "N’Guyen", "j@example.org", "+33612345679", Spot(2, 72, 300, 200, 58)),
        Invitee("Claire", "Moreau", "c@example.org", "+33612345670", Spot(2, 72, 400, 200, 58)),
    ),
)
QUALIFIED = dataclasses.replace(
    ORDER,
    level=Level.QUALIFIED,
    invitees=tuple(dataclasses.replace(one, phone=None) for one in ORDER.invitees),
)


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running_provider(NOW) as running:
        yield running
    # Whatever a test was about, nothing left that the description does not know.
    assert running.refused == []


@pytest.fixture
def clock() -> Clock:
    return Clock()


def client_of(url: str, clock: Clock) -> Yousign:
    wire = Wire(
        url=url,
        key=KEY,
        timeout=5.0,
        patience=30.0,
        monotonic=clock.monotonic,
        sleep=clock.sleep,
        now=lambda: NOW,
    )
    return Yousign(wire)


@pytest.fixture
def yousign(provider: Provider, clock: Clock) -> Yousign:
    return client_of(provider.url, clock)


@pytest.fixture
def hurried(provider: Provider) -> Callable[..., Yousign]:
    """A client on the machine's own clock, for what is measured in real seconds."""

    def make(timeout: float = 0.3, patience: float = 0.8) -> Yousign:
        return Yousign(
            Wire(provider.url, KEY, timeout, patience, time.monotonic, time.sleep, lambda: NOW)
        )

    return make
