"""A register on loopback that answers as the real API does, about companies that do not exist.

The shape is the one told in `docgen.directory.answer`, with every field the API sends.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

HEAD_OFFICE = "73282932000074"
BRANCH = "73282932000082"
OTHER = "35600000000048"


def site(siret: str, **changes: Any) -> dict[str, Any]:
    """An establishment as `matching_etablissements` lists it."""
    return {
        "activite_principale": "10.71C",
        "activite_principale_naf25": "10.71Y",
        "ancien_siege": False,
        "annee_tranche_effectif_salarie": "2024",
        "adresse": "BATIMENT B 12 B RUE DES ESSAIS 75013 PARIS",
        "caractere_employeur": "O",
        "code_postal": "75013",
        "commune": "75113",
        "date_creation": "2014-04-29",
        "date_debut_activite": "2019-01-01",
        "date_fermeture": None,
        "epci": "200054781",
        "est_siege": False,
        "etat_administratif": "A",
        "geo_id": None,
        "latitude": "48.83",
        "libelle_commune": "PARIS",
        "liste_enseignes": ["L’ŒUF À LA COQUE"],
        "liste_finess": None,
        "liste_id_bio": None,
        "liste_idcc": ["0843", "1979"],
        "liste_id_organisme_formation": None,
        "liste_rge": None,
        "liste_uai": None,
        "longitude": "2.35",
        "nom_commercial": None,
        "region": "11",
        "siret": siret,
        "statut_diffusion_etablissement": "O",
        "tranche_effectif_salarie": "11",
    } | changes


def head_office(siret: str = HEAD_OFFICE, **changes: Any) -> dict[str, Any]:
    """The same as `siege`, which has its address in parts as well."""
    return (
        site(siret, est_siege=True)
        | {
            "cedex": None,
            "complement_adresse": "BATIMENT B",
            "coordonnees": "48.83,2.35",
            "dernier_numero_voie": None,
            "distribution_speciale": None,
            "indice_repetition": "B",
            "libelle_voie": "DES ESSAIS",
            "numero_voie": "12",
            "type_voie": "RUE",
        }
        | changes
    )


def unit(*sites: dict[str, Any], siege: Any = None, **changes: Any) -> Any:
    """A company with the establishments that match the question."""
    return {
        "siren": "732829320",
        "nom_complet": "LE FOURNIL D’ESSAI (LFE)",
        "nom_raison_sociale": "LE FOURNIL D’ESSAI",
        "sigle": "LFE",
        "nombre_etablissements": 2,
        "nombre_etablissements_ouverts": 2,
        "activite_principale": "10.71C",
        "categorie_entreprise": "PME",
        "date_creation": "2014-04-29",
        "date_fermeture": None,
        "date_mise_a_jour": "2026-07-20T09:27:56",
        "etat_administratif": "A",
        "nature_juridique": "5499",
        "section_activite_principale": "C",
        "statut_diffusion": "O",
        "siege": head_office() if siege is None else siege,
        "matching_etablissements": list(sites),
    } | changes


def answer(*units: Any) -> bytes:
    """The body of an answer."""
    whole = {
        "results": units,
        "total_results": len(units),
        "page": 1,
        "per_page": 10,
        "total_pages": 1 if units else 0,
    }
    return json.dumps(whole, ensure_ascii=False).encode()


OPEN = answer(unit(site(HEAD_OFFICE, est_siege=True)))
NOBODY = answer()


@dataclass
class Reply:
    """One answer: the body in pieces, with seconds of silence before the head and each piece."""

    body: bytes = OPEN
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    silence: float = 0.0
    pieces: int = 1
    between: float = 0.0
    cut: bool = False


@dataclass
class Register:
    """The server; gives its replies in turn, the last one for ever."""

    url: str = ""
    replies: list[Reply] = field(default_factory=lambda: [Reply()])
    asked: list[dict[str, str]] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def says(self, *replies: Reply | bytes) -> None:
        self.replies = [Reply(one) if isinstance(one, bytes) else one for one in replies]

    def take(self, question: dict[str, str]) -> Reply:
        with self.lock:
            self.asked.append(question)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


def _handler(register: Register) -> type[BaseHTTPRequestHandler]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            question = {name: values[0] for name, values in parse_qs(address.query).items()}
            reply = register.take(
                question | {"path": address.path, "agent": self.headers["User-Agent"]}
            )
            try:
                self._give(reply)
            except (BrokenPipeError, ConnectionResetError):
                pass  # the caller has gone
            finally:
                with register.lock:
                    register.at_once -= 1

        def _give(self, reply: Reply) -> None:
            time.sleep(reply.silence)
            self.send_response(reply.status)
            headers = {"Content-Type": "application/json"} | reply.headers
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body) + (10 if reply.cut else 0)))
            self.end_headers()
            size = max(1, -(-len(reply.body) // reply.pieces))
            for start in range(0, len(reply.body), size):
                self.wfile.write(reply.body[start : start + size])
                self.wfile.flush()
                time.sleep(reply.between)

        def log_message(self, *_: object) -> None:
            pass

    return Answer


@contextmanager
def running_register() -> Iterator[Register]:
    """A register that listens on a free port of loopback."""
    register = Register()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(register))
    server.daemon_threads = True
    register.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield register
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Clock:
    """A clock that stands still but for its sleeps, and remembers them."""

    seconds: float = 0.0
    slept: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 6))
        self.seconds += seconds
