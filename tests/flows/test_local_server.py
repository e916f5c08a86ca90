"""A real Prefect server on this machine: deployments, runs that the cron brings, a worker."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from docgen.actions.status import status
from docgen.settings import Settings
from docgen.wiring import open_ports
from tests.samples import PMSMP, as_bytes, changed

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("prefect")]

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
# The scheduler looks every minute; a loaded machine may take its time.
PATIENCE_SECONDS = 180


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], environment: dict[str, str], log: Path) -> Iterator[None]:
    """A program in its own group, stopped by SIGINT, then by SIGKILL for whatever is left of it."""
    with log.open("wb") as output:
        # A test runner in the background has SIGINT ignored, and its children inherit that.
        process = subprocess.Popen(
            ["env", "--default-signal=INT", *command],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def wait_for(what: str, attempt: Any) -> Any:
    """The first true answer of `attempt`."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if found := attempt():
            return found
        time.sleep(1)
    raise AssertionError(f"never came: {what}")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("prefect")
    return {
        **os.environ,
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_API_URL": f"http://127.0.0.1:{free_port()}/api",
        "PREFECT_WORKER_QUERY_SECONDS": "1",
        "DOCGEN_HOME": str(folder / "var"),
    }


@pytest.fixture(scope="module")
def server(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with every deployment of prefect.yaml; the URL of its API."""
    url = environment["PREFECT_API_URL"]
    port = url.rpartition(":")[2].removesuffix("/api")
    log = tmp_path_factory.mktemp("log") / "server.log"
    command = [str(BIN / "prefect"), "server", "start", "--host", "127.0.0.1", "--port", port]

    def answers() -> bool:
        try:
            return httpx.get(f"{url}/health").is_success
        except httpx.HTTPError:
            return False

    with running(command, environment, log):
        wait_for("the server", answers)
        for arguments in (
            ["work-pool", "create", "docgen", "--type", "process"],
            ["deploy", "--all"],
        ):
            subprocess.run(
                [str(BIN / "prefect"), "--no-prompt", *arguments],
                cwd=ROOT,
                env=environment,
                check=True,
                capture_output=True,
            )
        yield url


def scheduled(url: str) -> set[str]:
    """The deployments that have runs scheduled by their cron."""
    runs = httpx.post(
        f"{url}/flow_runs/filter", json={"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}
    ).json()
    automatic = {run["deployment_id"] for run in runs if run["auto_scheduled"]}
    deployments = httpx.post(f"{url}/deployments/filter", json={}).json()
    return {one["name"] for one in deployments if one["id"] in automatic}


def test_the_cron_brings_runs_and_a_worker_issues_what_the_command_line_asks(
    server: str, environment: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "stage.json"
    file.write_bytes(as_bytes(PMSMP))
    wrong = tmp_path / "faux.json"
    wrong.write_bytes(as_bytes(changed(PMSMP, objet="visiter")))
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("type: pmsmp # é".encode("latin-1"))

    def docgen(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(BIN / "docgen"), *map(str, arguments)],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )

    wait_for("runs from the cron", lambda: {"sweep", "deadlines"} <= scheduled(server))
    worker = [str(BIN / "prefect"), "worker", "start", "--pool", "docgen", "--limit", "2"]
    with running(worker, environment, tmp_path / "worker.log"):
        told = docgen("issue", file)
        # One that fails stops nothing; the answer and the codes are those of direct work.
        mixed = docgen("issue", tmp_path, latin, file, wrong, "--json")
        swept = docgen("sweep", "--json")
    assert told.returncode == 0, told.stderr + (tmp_path / "worker.log").read_text()
    assert "Par Prefect : déploiement issue/issue" in told.stderr
    assert told.stdout.splitlines()[-1] == "1 émis, 0 en échec (par Prefect)."
    # The worker shows the reasons themselves, not a complaint about how they were given.
    log = (tmp_path / "worker.log").read_text()
    assert "FailedRun: 0 émis, 1 déjà émis, 1 en échec." in log
    assert "TypeError" not in log
    answers = json.loads(mixed.stdout)
    assert [one["file"] for one in answers] == list(map(str, (tmp_path, latin, file, wrong)))
    assert [one["status"] for one in answers] == [None, None, "envoye", None]
    assert answers[2]["reference"].startswith("PMSMP-")
    assert answers[2]["error"] is None
    assert "objet" in answers[3]["error"]
    assert mixed.returncode == 2
    nothing = {"counts": {}, "failures": [], "busy": False, "put_off": 0, "notices": []}
    assert json.loads(swept.stdout) == nothing
    home = Path(environment["DOCGEN_HOME"])
    with open_ports(Settings(_env_file=None, home=home)) as ports:
        assert [row.status for row in status(ports)] == ["envoye"]


def test_an_api_that_does_not_answer_is_an_error_and_nothing_is_done_instead(
    environment: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "stage.json"
    file.write_bytes(as_bytes(PMSMP))
    away = environment | {
        "PREFECT_API_URL": f"http://127.0.0.1:{free_port()}/api",
        "DOCGEN_HOME": str(tmp_path / "var"),
    }
    told = subprocess.run(
        [str(BIN / "docgen"), "issue", str(file)],
        cwd=ROOT,
        env=away,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert told.returncode == 6
    assert "PREFECT_API_URL" in told.stderr
    assert not (tmp_path / "var").exists()
