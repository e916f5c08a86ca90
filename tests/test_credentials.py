"""Passwords and second factor: RFC vectors, drift, replay, and what a stolen database gives."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest

from docgen import credentials
from docgen.errors import Broken

# RFC 6238, appendix B: this secret, the last six of the eight digits.
SECRET = base64.b32encode(b"12345678901234567890").decode()
NOW = datetime(2026, 11, 2, 9, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert credentials.code_at(SECRET, at) == code
    assert credentials.step_of(SECRET, code, at, None) == seconds // 30


def test_a_step_of_drift_is_taken_two_are_not() -> None:
    for steps in (-2, -1, 0, 1, 2):
        code = credentials.code_at(SECRET, NOW + timedelta(seconds=30 * steps))
        found = credentials.step_of(SECRET, code, NOW, None)
        assert (found is not None) is (abs(steps) <= 1)


def test_a_code_is_used_once_and_none_before_it_after() -> None:
    code = credentials.code_at(SECRET, NOW)
    step = credentials.step_of(SECRET, code, NOW, None)
    assert step is not None
    assert credentials.step_of(SECRET, code, NOW, step) is None
    earlier = credentials.code_at(SECRET, NOW - timedelta(seconds=30))
    assert credentials.step_of(SECRET, earlier, NOW, step) is None


@pytest.mark.parametrize("code", ["", "000000", "12345", "1234567", "abcdef", "２８７０８２x"])
def test_a_wrong_code_is_none(code: str) -> None:
    at = datetime.fromtimestamp(59, UTC)
    assert credentials.step_of(SECRET, code, at, None) is None


def test_a_password_is_argon2id_and_only_the_right_one_holds() -> None:
    kept = credentials.hashed("une phrase à retenir")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert credentials.password_holds(kept, "une phrase à retenir")
    assert not credentials.password_holds(kept, "une phrase a retenir")
    assert not credentials.password_holds(None, "docgen: nobody has this password")
    assert not credentials.password_holds("abîmé", "une phrase à retenir")
    assert not credentials.is_outdated(kept)
    assert credentials.is_outdated("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$6sJhYpjbVYw")


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("court", "12"),
        ("x" * 201, "200"),
        ("abababababababab", "répète"),
        ("samira.benali1", "nom"),
        ("le cheval mange des pommes", None),
    ],
)
def test_what_a_password_must_not_be(password: str, fault: str | None) -> None:
    found = credentials.password_fault(password, "samira@example.org", "Samira Benali")
    assert (fault in found) if fault and found else found is fault


def test_the_sealed_secret_opens_with_the_key_and_for_its_owner_alone() -> None:
    kept = credentials.sealed(b"pepper", SECRET, b"\1" * 12, "owner")
    assert SECRET not in kept
    assert credentials.unsealed(b"pepper", kept, "owner") == SECRET
    for pepper, owner in ((b"other", "owner"), (b"pepper", "somebody")):
        with pytest.raises(Broken):
            credentials.unsealed(pepper, kept, owner)


def test_the_address_names_the_organisation_and_the_account() -> None:
    address = credentials.address_of(SECRET, "samira@example.org", "Le Fournil Solidaire")
    assert address.startswith("otpauth://totp/Le%20Fournil%20Solidaire:samira%40example.org?")
