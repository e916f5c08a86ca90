"""The flows on Prefect's own server (one harness for them all), and what the run form shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from docgen.actions.status import status
from docgen.lifecycle import Status
from docgen.settings import read_settings
from docgen.wiring import open_ports
from tests.ceremonies import sign_all
from tests.kept import archived
from tests.samples import NOW, PARTENARIAT, PMSMP, as_bytes, changed

ROOT = Path(__file__).parents[2]


def dossier(name: str, data: dict[str, Any]) -> dict[str, str]:
    return {"nom": name, "contenu": as_bytes(data).decode()}


@pytest.fixture(scope="module")
def prefect_server() -> Iterator[None]:
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
    from prefect.testing.utilities import prefect_test_harness

    with (
        prefect_test_harness(server_startup_timeout=120),
        temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}),
    ):
        yield


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home for one test, as the flows find it: in the environment."""
    monkeypatch.setenv("DOCGEN_HOME", str(tmp_path / "var"))
    monkeypatch.chdir(ROOT)
    return tmp_path / "var"


def tables() -> list[Any]:
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        return [one.data for one in client.read_artifacts() if one.type == "table"]


@pytest.mark.slow
@pytest.mark.xdist_group("prefect")
@pytest.mark.usefixtures("prefect_server", "home")
def test_a_run_issues_what_it_can_and_says_what_it_could_not() -> None:
    from flows.issue import issue_flow

    state = issue_flow(
        dossiers=[
            dossier("bon.yaml", PMSMP),
            dossier("faux.yaml", changed(PMSMP, objet="visiter")),
        ],
        return_state=True,
    )
    assert state.is_failed()
    message = state.message or ""
    assert message.startswith("1 émis, 1 en échec. faux.yaml : objet")
    with open_ports(read_settings()) as ports:
        assert [row.reference for row in status(ports)] == [
            row for row in (one.reference for one in status(ports)) if row.startswith("PMSMP-")
        ]
        assert len(status(ports)) == 1
    assert any("faux.yaml" in str(table) for table in tables())


@pytest.mark.slow
@pytest.mark.xdist_group("prefect")
@pytest.mark.usefixtures("prefect_server")
def test_the_three_flows_take_an_agreement_from_its_form_to_the_archive(home: Path) -> None:
    from datetime import UTC, datetime

    from docgen.agreements.partenariat import Partenariat
    from flows.deadlines import deadlines_flow
    from flows.issue import issue_partenariat
    from flows.sweep import sweep_flow

    data = {key: value for key, value in PARTENARIAT.items() if key != "type"}
    state = issue_partenariat(convention=Partenariat.model_validate(data), return_state=True)
    assert state.is_completed(), state.message
    with open_ports(read_settings()) as ports:
        sign_all(ports, home / "mail", datetime.now(UTC))
    swept = sweep_flow(return_state=True)
    assert swept.is_completed()
    assert "archivés : 1" in (swept.message or "")
    assert deadlines_flow(return_state=True).is_completed()
    with open_ports(read_settings()) as ports:
        assert [row.status for row in status(ports)] == [Status.ARCHIVE]


@pytest.mark.slow
@pytest.mark.xdist_group("prefect")
@pytest.mark.usefixtures("prefect_server")
def test_a_custody_round_shows_its_progress_and_fails_while_something_is_wrong(home: Path) -> None:
    from prefect.client.orchestration import get_client

    from flows.custody import custody_flow

    with open_ports(read_settings()) as ports:
        archived(ports, 1, NOW)
    assert custody_flow(ronde="quotidienne", return_state=True).is_completed()
    lost = next((home / "archive" / "a").rglob("journal.*"))
    lost.unlink()
    state = custody_flow(ronde="horaire", return_state=True)
    assert state.is_failed()
    assert "Aucune copie saine" in (state.message or "")
    with get_client(sync_client=True) as client:
        found = client.read_artifacts()
    assert {one.description for one in found if one.type == "progress"} >= {"relire premiere"}
    pages = [str(one.data) for one in found if one.key == "garde-copies"]
    assert any("À traiter" in page for page in pages)


def _nested(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, definition in schema.get("definitions", {}).items():
        for field, facts in definition.get("properties", {}).items():
            yield f"{name}.{field}", facts


def test_the_run_form_keeps_the_order_of_the_model_and_speaks_french() -> None:
    from prefect.utilities.callables import parameter_schema

    from flows.issue import issue_flow, issue_partenariat, issue_pmsmp

    for flow in (issue_pmsmp, issue_partenariat, issue_flow):
        schema = parameter_schema(flow).model_dump()
        fields = dict(_nested(schema))
        assert fields
        without_place = [name for name, facts in fields.items() if "position" not in facts]
        assert without_place == []
        # A field that holds a model takes the model's title.
        untitled = [name for name, facts in fields.items() if not {"title", "$ref"} & set(facts)]
        assert untitled == []
        # Pydantic's own titles are the names of the fields in capitals.
        assert "Raison Sociale" not in {facts.get("title") for facts in fields.values()}


def test_every_deployment_has_a_flow_and_the_schedules_are_those_of_paris() -> None:
    import importlib

    declared = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))
    schedules = {}
    for deployment in declared["deployments"]:
        path, _, name = deployment["entrypoint"].partition(":")
        module = importlib.import_module(path.removesuffix(".py").replace("/", "."))
        # A flow with several deployments has a word more in their names: `custody-daily`.
        of_the_flow = (deployment["name"], deployment["name"].rpartition("-")[0])
        assert getattr(module, name).name in of_the_flow
        for schedule in deployment.get("schedules", []):
            schedules[deployment["name"]] = (schedule["cron"], schedule["timezone"])
    assert schedules == {
        "sweep": ("*/2 * * * *", "Europe/Paris"),
        "deadlines": ("0 6 * * *", "Europe/Paris"),
        "renew-timestamps": ("0 5 3 * *", "Europe/Paris"),
        "retention": ("30 4 * * *", "Europe/Paris"),
        "tree-head": ("30 2 * * *", "Europe/Paris"),
        "custody-hourly": ("20 * * * *", "Europe/Paris"),
        "custody-daily": ("0 3 * * *", "Europe/Paris"),
        "custody-monthly": ("0 4 1 * *", "Europe/Paris"),
    }
