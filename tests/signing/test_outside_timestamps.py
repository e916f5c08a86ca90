"""Timestamps from an outside authority: a real RFC 3161 answer by openssl, over HTTP."""

from __future__ import annotations

import datetime as dt
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from docgen.errors import Unavailable
from docgen.signing.authority import new_authority, new_timestamp_unit
from docgen.signing.keys import load_or_create
from docgen.signing.seal import Sealer
from tests.signing.conftest import CLOSING, FIELDS, LINES, Signed

pytestmark = pytest.mark.slow

NOW = dt.datetime.now(dt.UTC)
CONFIG = """
[tsa]
default_tsa = own
[own]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
"""


class Authority:
    """An HTTP server that answers with `openssl ts -reply`, or badly when told to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mode = ""
        root = new_authority("Horodateur d’essai", NOW)
        unit = new_timestamp_unit(root, "Horodateur d’essai", NOW)
        pem = serialization.Encoding.PEM
        (folder / "root.pem").write_bytes(root.certificate.public_bytes(pem))
        (folder / "tsa.pem").write_bytes(unit.certificate.public_bytes(pem))
        (folder / "tsa.key").write_bytes(
            unit.key.private_bytes(
                pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
        authority = self

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = self.rfile.read(int(self.headers["Content-Length"]))
                body = authority.reply(asked)
                self.send_response(500 if authority.mode == "error" else 200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server.server_port}/tsa"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def reply(self, asked: bytes) -> bytes:
        if self.mode == "html":
            return b"<html>maintenance</html>"
        if self.mode == "replay" and (self.folder / "reply").exists():
            return (self.folder / "reply").read_bytes()
        (self.folder / "query").write_bytes(asked)
        subprocess.run(
            [
                *("openssl", "ts", "-reply", "-config", "tsa.cnf", "-section", "own"),
                *("-queryfile", "query", "-out", "reply"),
            ],
            cwd=self.folder,
            check=True,
            capture_output=True,
        )
        return (self.folder / "reply").read_bytes()


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[Authority]:
    folder = tmp_path / "tsa"
    folder.mkdir()
    made = Authority(folder)
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def sealer(authority: Authority, tmp_path: Path) -> Sealer:
    """Keys that trust the outside authority's root, and ask it after one that is away."""
    folder = tmp_path / "keys"
    roots = folder / "horodatage-racines"
    roots.mkdir(parents=True)
    (roots / "essai.pem").write_bytes((authority.folder / "root.pem").read_bytes())
    keys = load_or_create(folder, b"secret", "Le Fournil", NOW)
    return Sealer(keys, ("http://127.0.0.1:9/tsa", authority.url))


def test_the_first_authority_that_answers_dates_the_seal_and_the_closing(
    sealer: Sealer, blank: bytes
) -> None:
    pdf = blank
    for field in FIELDS:
        pdf = sealer.seal(pdf, field, LINES, "Essai", NOW).pdf
    pdf = sealer.close(pdf, CLOSING, LINES, "Clôture", NOW).pdf
    report = sealer.verify(pdf, [*FIELDS, CLOSING], dt.datetime.now(dt.UTC))
    assert report.problems == ()
    assert {one.timestamped_by for one in report.signatures} == {
        "Horodatage interne – Horodateur d’essai"
    }
    assert report.signatures[-1].level == "B-LTA"


@pytest.mark.parametrize("mode", ["error", "html", "replay"])
def test_an_answer_that_is_not_a_timestamp_for_this_seal_is_not_taken(
    sealer: Sealer, authority: Authority, blank: bytes, mode: str
) -> None:
    sealer.seal(blank, FIELDS[0], LINES, "Essai", NOW)
    authority.mode = mode
    with pytest.raises(Unavailable, match="horodatage"):
        sealer.seal(blank, FIELDS[1], LINES, "Essai", NOW)


def test_an_authority_that_nobody_trusts_dates_nothing(
    sealer: Sealer, signed: Signed, blank: bytes
) -> None:
    stranger = replace(sealer, keys=signed.keys)
    with pytest.raises(Unavailable, match="autorité"):
        stranger.seal(blank, FIELDS[0], LINES, "Essai", NOW)
