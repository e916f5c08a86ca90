"""demo: the whole thread for real, in a folder of its own, with nobody at the keyboard.

Two agreements, or with --all-kinds one of each kind, chapter after chapter.

The flows run in this process on Prefect's own temporary server; the signers are played over HTTP
against the real site, with the links and codes of the mails they receive.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
import uvicorn

from docgen.actions.agenda import upcoming
from docgen.actions.desk import SigningDesk
from docgen.actions.ports import Ports
from docgen.actions.registry import register_sheet
from docgen.actions.verify import export
from docgen.actions.verify import verify as verify_path
from docgen.agreements import KINDS
from docgen.cli import demo_story
from docgen.cli.answers import day, good, out, title
from docgen.cli.played_signer import sign_everything
from docgen.cli.running import listen
from docgen.errors import Broken, NotFound
from docgen.french import PARIS, horodatage
from docgen.lookups import make_home
from docgen.records import queries
from docgen.settings import read_settings
from docgen.web.app import create_app
from docgen.wiring import open_ports

if TYPE_CHECKING:
    from flows.offline import OfflineFlows

EXAMPLES = ("partenariat-exemple.yaml", "pmsmp-exemple.yaml")


def demo(
    examples: Annotated[Path, typer.Option(help="Dossier des fichiers d’exemple.")] = Path(
        "examples"
    ),
    to: Annotated[
        Path | None, typer.Option("--vers", help="Dossier à créer (var/demo-<date>).")
    ] = None,
    all_kinds: Annotated[
        bool,
        typer.Option("--all-kinds", help="Un accord de chaque type (environ deux minutes)."),
    ] = False,
) -> None:
    """Tout le parcours, pour de vrai : émettre, signer, archiver, vérifier, suivre."""
    kinds = [kind for chapter in demo_story.CHAPTERS for kind in chapter]
    files = [examples / name for name in EXAMPLES]
    needed = [demo_story.example(examples, kind) for kind in kinds] if all_kinds else files
    if missing := [str(file) for file in needed if not file.is_file()]:
        raise NotFound("L’exemple", missing[0])
    stamp = datetime.now(PARIS).strftime("%Y%m%d-%H%M%S")
    home = (to or Path("var") / f"demo-{stamp}").absolute()
    listener = listen("127.0.0.1", 0)
    _environment(home, f"http://127.0.0.1:{listener.getsockname()[1]}")
    settings = read_settings()
    out.print(f"Démonstration dans {home}")

    # Imported here, once the environment says where Prefect may write.
    from flows.offline import run_offline

    with run_offline() as flows, open_ports(settings) as ports:
        if all_kinds:
            _tell_every_kind(ports, flows, listener, examples, home)
        else:
            title("1. Émission des accords (flow « issue »)")
            flows.issue(files)
            with _site(ports, listener):
                title("2. Chaque signataire ouvre son lien, reçoit son code et signe")
                _sign(home)
            title("3. Clôture, preuve, archive, copies (flow « sweep »)")
            flows.sweep()
        title("4. Échéances (flow « deadlines »)")
        flows.deadlines()
        _account(ports, home)


def _tell_every_kind(
    ports: Ports, flows: OfflineFlows, listener: object, examples: Path, home: Path
) -> None:
    """Each chapter issued, signed and archived before the next, which cites it."""
    now = datetime.now(UTC)
    sheet = examples / demo_story.SHEET
    register_sheet(ports.database, sheet.read_bytes(), now, str(sheet))
    today = now.astimezone(PARIS).date()
    signed = 0
    with _site(ports, listener):
        for number, chapter in enumerate(demo_story.CHAPTERS, 1):
            title(f"{number}. {', '.join(KINDS[kind].title for kind in chapter)}")
            with ports.database.read() as session:
                numbers = {row.kind: row.reference for row in queries.agreements(session)}
            folder = home / "fichiers"
            flows.issue(
                [demo_story.write(kind, examples, folder, today, numbers) for kind in chapter]
            )
            signed += _sign(home, signed)
            flows.sweep()


def _sign(home: Path, already: int = 0) -> int:
    """Each signer invited since plays their part; how many."""
    count = 0
    for name, reference in sign_everything(home / "mail", already):
        out.print(f"   {name} a signé {reference}")
        count += 1
    return count


def _environment(home: Path, site_url: str) -> None:
    """Embedded defaults only, whatever this shell has configured."""
    make_home(home)
    for name in [name for name in os.environ if name.startswith(("DOCGEN_", "PREFECT_"))]:
        del os.environ[name]
    os.environ |= {
        "DOCGEN_HOME": str(home),
        "DOCGEN_SITE_URL": site_url,
        "DOCGEN_ORGANISATION": "Association Le Fournil Solidaire",
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }


@contextmanager
def _site(ports: Ports, listener: object) -> Iterator[None]:
    app = create_app(
        SigningDesk(ports),
        site_url=ports.site_url,
        trusted_proxies=(),
        now=lambda: datetime.now(UTC),
    )
    server = uvicorn.Server(
        uvicorn.Config(app, access_log=False, log_level="warning", proxy_headers=False)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)


def _account(ports: Ports, home: Path) -> None:
    """What happened, in French, and where everything lies."""
    now = datetime.now(UTC)
    with ports.database.read() as session:
        rows = queries.agreements(session)
    for row in rows:
        folder = export(ports, row.reference, home / "dossiers")
        verdict = verify_path(ports, str(folder), now)
        title(f"\n{row.reference} — {row.company} — {row.state.label}")
        for signer in row.signers:
            if signer.signed_at:
                out.print(f"   {signer.name} a signé {horodatage(signer.signed_at)}")
        out.print(f"   Dossier : {folder}")
        if not verdict.sound:
            raise Broken(" ".join(verdict.problems))
        good("empreintes, journal, signatures et horodatages contrôlés")
    for deadline in upcoming(ports, now.astimezone(PARIS).date()):
        if deadline.notice_deadline:
            out.print(
                f"\nProchain préavis : {deadline.reference} avec {deadline.company}, à donner au "
                f"plus tard le {day(deadline.notice_deadline)} (fin le {day(deadline.end)})."
            )
    # Only for this run is docgen in the PATH of `make demo`: the line must work when it is copied.
    program = sys.argv[0]
    signed = home / "dossiers" / rows[-1].reference / "convention-signee.pdf"
    out.print(
        "\nPour contrôler vous-même :"
        f"\n   pdfsig {signed}"
        f"\n   pdfdetach -list {signed}"
        f"\n   DOCGEN_HOME={home} {program} verify {signed}"
        f"\n   DOCGEN_HOME={home} {program} status"
        "\n\nPour ouvrir le bureau sur ces accords :"
        f"\n   DOCGEN_HOME={home} {program} serve"
    )
