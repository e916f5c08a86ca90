"""serve, doctor: the site, and what it needs."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import typer
import uvicorn

from docgen.actions.accounts.first import first_key, is_first
from docgen.actions.desk import SigningDesk
from docgen.checkup import Answer, checkup, keys_said, provider_said, store_said, trial
from docgen.cli.answers import bad, err, exit_code, good, warn
from docgen.cli.processes import BACKLOG, Fair, Life, run_in
from docgen.errors import DocgenError, Unavailable
from docgen.lookups import make_home
from docgen.settings import Settings, read_settings
from docgen.web.app import create_app
from docgen.wiring import open_archive, open_keys, open_ports, open_second

log = logging.getLogger("docgen")

# Each process has its keys, its fonts and its LibreOffice: more are asked for by a setting.
MOST_BY_ITSELF = 2


def serve(
    host: Annotated[str | None, typer.Option(help="Adresse d’écoute.")] = None,
    port: Annotated[int | None, typer.Option(help="Port d’écoute.")] = None,
    processes: Annotated[
        int | None,
        typer.Option(min=1, max=16, help="Processus qui répondent ; un par cœur, deux au plus."),
    ] = None,
) -> None:
    """Servir les pages de signature, et le bureau sous /bureau."""
    settings = read_settings()
    listener = listen(host or settings.host, settings.port if port is None else port)
    settings = at_its_own_port(settings, listener.getsockname()[1])
    count = processes or settings.processes or min(MOST_BY_ITSELF, os.cpu_count() or 1)
    if count == 1:
        _site(settings, listener, 0, 1)(lambda: None)
        return
    if code := run_in(count, lambda rank: _site(settings, listener, rank, count)):
        raise typer.Exit(code)


def at_its_own_port(settings: Settings, port: int) -> Settings:
    """The same; links name the port listened on, unless the site's address was chosen."""
    if "site_url" in settings.model_fields_set:
        return settings
    return settings.model_copy(update={"site_url": f"http://127.0.0.1:{port}"})


def _site(settings: Settings, listener: socket.socket, rank: int, count: int) -> Life:
    """One process of the site; the first speaks for all."""

    def life(ready: Callable[[], None]) -> None:
        # What is to be known of the keys has been told by the first.
        log.setLevel(logging.ERROR if rank else logging.NOTSET)
        with open_ports(settings) as ports:
            log.setLevel(logging.NOTSET)
            app = create_app(
                SigningDesk(ports, nudge_of(settings)),
                site_url=settings.site_url,
                trusted_proxies=settings.trusted_proxies,
                now=lambda: datetime.now(UTC),
                processes=count,
                office=ports,
                checkup=lambda: checkup(settings, ports, datetime.now(UTC)),
            )
            if rank == 0:
                err.print(f"Pages de signature : {settings.site_url} (Ctrl+C pour arrêter)")
                address = settings.site_url.rstrip("/")
                err.print(f"Bureau : {address}/bureau")
                if is_first(ports):
                    key = first_key(ports)
                    err.print(f"Premier démarrage : {address}/bureau/premier-demarrage?cle={key}")
                for line in stand_ins(settings):
                    warn(line, err)
            ready()
            # No access log: its lines would hold the links' tokens.
            config = uvicorn.Config(
                app,
                access_log=False,
                log_level="warning",
                proxy_headers=False,
                backlog=1 if count > 1 else BACKLOG,
            )
            Fair(config).run(sockets=[listener])

    return life


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises Unavailable when the port is taken or not allowed."""
    # Only of a socket that says it is TCP does asyncio send small answers at once: else each waits
    # 40 ms for an acknowledgement.
    listener = socket.socket(
        socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP
    )
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise Unavailable(
            f"On ne peut pas écouter sur {host}:{port} ({error.strerror}).",
            "Choisir un autre port : docgen serve --port 8001.",
        ) from error
    return listener


def nudge_of(settings: Settings) -> Callable[[str, int], None] | None:
    """What tells Prefect that a signature came in; None when no API is configured."""
    if not settings.prefect_api_url:
        return None

    def nudge(agreement_id: str, signatures: int) -> None:
        from flows.trigger import nudge_sweep

        try:
            nudge_sweep(agreement_id, signatures)
        except Unavailable:
            # Harmless: the scheduled sweep finds the signature two minutes later.
            log.warning("Prefect did not take the nudge for %s", agreement_id)

    return nudge


def stand_ins(settings: Settings) -> list[str]:
    """The embedded parts in use that a production would replace."""
    return [
        sentence
        for used, sentence in (
            (settings.sms == "folder", f"Les SMS restent dans {settings.home / 'sms'}."),
            (settings.mail == "folder", f"Les courriels restent dans {settings.home / 'mail'}."),
            (settings.archive == "folder", "L’archive est un dossier, sans verrou WORM."),
            (settings.second == "none", "L’archive n’a pas de seconde copie (DOCGEN_SECOND)."),
            (
                not settings.alarm_to,
                "Une alarme de l’archive n’irait à personne (DOCGEN_ALARM_TO).",
            ),
            (not settings.tsa_urls, "L’horodatage est interne (aucune autorité extérieure)."),
            (settings.allow_degraded, "Un cachet peut se passer d’horodatage (mode dégradé)."),
            (not settings.database_url, "La base est SQLite, pour une seule machine."),
        )
        if used
    ]


def doctor() -> None:
    """Contrôler l’installation : ce qui va, et comment réparer le reste."""
    settings = read_settings()
    faults: list[DocgenError] = []
    notices: list[str] = []

    def step(name: str, attempt: Callable[[], Answer]) -> None:
        try:
            said, watch = attempt()
        except DocgenError as error:
            faults.append(error)
            bad(f"{name} : {error.explain()}")
        else:
            notices.extend(watch)
            good(f"{name} : {said}")

    step("État", partial(_home, settings))
    step("Clés", partial(_keys, settings))
    step("Archive", lambda: store_said(open_archive(settings)))
    if second := open_second(settings):
        step("Seconde copie", lambda: store_said(second))
    if settings.yousign_api_key:
        step("Prestataire", lambda: provider_said(settings))
    step("Chaîne complète", partial(_everything, settings))
    for line in (*notices, *stand_ins(settings)):
        warn(line)
    if faults:
        raise typer.Exit(exit_code(faults[0]))


def _home(settings: Settings) -> Answer:
    make_home(settings.home)
    return str(settings.home.absolute()), ()


def _keys(settings: Settings) -> Answer:
    now = datetime.now(UTC)
    return keys_said(settings, open_keys(settings, now), now)


def _everything(settings: Settings) -> Answer:
    with open_ports(settings) as ports:
        SigningDesk(ports).ready()
        trial(ports)
    return "LibreOffice convertit, la base répond", ()
