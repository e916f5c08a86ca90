"""What the command line and the settings say of the signature provider."""

from __future__ import annotations

import pytest

from docgen.errors import InvalidData
from docgen.outside import open_provider
from docgen.settings import Settings, read_settings
from docgen.signing.providers.yousign import is_sandbox
from tests.cli.conftest import Docgen
from tests.samples import NOW
from tests.signing.providers.yousign.provider import KEY
from tests.signing.providers.yousign.serving import running_provider


@pytest.mark.slow
def test_doctor_says_whose_account_it_is_and_that_it_is_for_trial(
    docgen: Docgen, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_provider(NOW) as provider:
        monkeypatch.setenv("DOCGEN_YOUSIGN_URL", provider.url)
        monkeypatch.setenv("DOCGEN_YOUSIGN_API_KEY", KEY)
        good = docgen("doctor")
        monkeypatch.setenv("DOCGEN_YOUSIGN_API_KEY", "une-autre")
        bad = docgen("doctor")
    assert good.code == 0
    said = " ".join(good.out.split())
    assert "Prestataire : Yousign (bac à sable), signature électronique avancée" in said
    assert "sans avis" in said
    assert "des essais, sans valeur" in said
    assert bad.code == 6
    assert "DOCGEN_YOUSIGN_API_KEY" in bad.out
    for secret in (KEY, "une-autre"):
        assert secret not in good.out + good.err + bad.out + bad.err


def test_without_a_key_there_is_no_provider() -> None:
    assert open_provider(Settings(_env_file=None)) is None


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("DOCGEN_YOUSIGN_URL", "http://api.yousign.app/v3", "DOCGEN_YOUSIGN_URL"),
        ("DOCGEN_YOUSIGN_WEBHOOK_SECRET", "x" * 32, "DOCGEN_YOUSIGN_API_KEY"),
        ("DOCGEN_YOUSIGN_LEVEL", "simple", "DOCGEN_YOUSIGN_LEVEL"),
    ],
)
@pytest.mark.usefixtures("home")
def test_a_provider_half_set_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, field: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidData) as caught:
        read_settings()
    assert [one.field for one in caught.value.findings] == [field]


@pytest.mark.parametrize(
    ("url", "trial"),
    [
        ("https://api.yousign.app/v3", False),
        ("https://api-sandbox.yousign.app/v3", True),
        ("https://api.yousign.app.example.org/v3", True),
        ("https://exemple.org/api.yousign.app", True),
    ],
)
def test_only_the_production_host_is_no_trial(url: str, trial: bool) -> None:
    assert is_sandbox(url) is trial
