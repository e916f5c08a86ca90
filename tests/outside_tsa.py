"""An outside time-stamping authority: `openssl ts -reply` behind HTTP, at any hour (faketime).

It answers well, or badly when `mode` tells it to, and publishes its revocation list, or nonsense
when `lists` is false. Its root lasts 20 years; `certify` gives it a new
certificate, as such authorities do every year or so.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from docgen.signing.authority import new_authority, revocation_list

NAME = "Horodateur d’essai"
CONFIG = """
[tsa]
default_tsa = own
[own]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = {digest}
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
"""
PEM = serialization.Encoding.PEM


class OutsideAuthority:
    """The server, on a loopback port; `stop` it. `at` is its hour, the machine's when None."""

    def __init__(self, folder: Path, now: dt.datetime, *, at: dt.datetime | None = None) -> None:
        self.folder = folder
        self.mode = ""
        self.at = at
        self.lists = True
        self.root = new_authority(NAME, now)
        (folder / "root.pem").write_bytes(self.root.certificate.public_bytes(PEM))
        (folder / "serial").write_text("01\n")
        self.digest("sha256")
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self.server.server_port}/tsa"
        self.certify(now, now + dt.timedelta(days=3650))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def digest(self, name: str) -> None:
        """Sign the tokens with this hash."""
        (self.folder / "tsa.cnf").write_text(CONFIG.format(folder=self.folder, digest=name))

    def certify(
        self,
        first: dt.datetime,
        last: dt.datetime,
        eku: x509.ObjectIdentifier = ExtendedKeyUsageOID.TIME_STAMPING,
    ) -> None:
        """A new key, and its certificate by the same root."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, NAME),
            x509.NameAttribute(NameOID.COMMON_NAME, f"Unité {first:%Y}"),
        ]
        usage = dict.fromkeys(USES, False) | {"digital_signature": True}
        certificate = (
            x509.CertificateBuilder()
            .subject_name(x509.Name(name))
            .issuer_name(self.root.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(first - dt.timedelta(days=1))
            .not_valid_after(last)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(**usage), critical=True)
            .add_extension(x509.ExtendedKeyUsage([eku]), critical=True)
            .add_extension(_list_at(f"{self.url}/liste"), critical=False)
            .sign(self.root.key, hashes.SHA256())
        )
        (self.folder / "tsa.pem").write_bytes(certificate.public_bytes(PEM))
        (self.folder / "tsa.key").write_bytes(
            key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )

    def revocation_list(self) -> bytes:
        """The root's list, in force at its hour."""
        now = self.at or dt.datetime.now(dt.UTC)
        return bytes(revocation_list(self.root, now).dump())

    def reply(self, asked: bytes) -> bytes:
        if self.mode == "html":
            return b"<html>maintenance</html>"
        if self.mode == "replay" and (self.folder / "reply").exists():
            return (self.folder / "reply").read_bytes()
        (self.folder / "query").write_bytes(asked)
        clock = [] if self.at is None else ["faketime", f"@{int(self.at.timestamp())}"]
        subprocess.run(
            [
                *clock,
                *("openssl", "ts", "-reply", "-config", "tsa.cnf", "-section", "own"),
                *("-queryfile", "query", "-out", "reply"),
            ],
            cwd=self.folder,
            check=True,
            capture_output=True,
        )
        return (self.folder / "reply").read_bytes()


def _list_at(url: str) -> x509.CRLDistributionPoints:
    place = x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, None)
    return x509.CRLDistributionPoints([place])


USES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


def _handler(authority: OutsideAuthority) -> type[BaseHTTPRequestHandler]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = authority.revocation_list() if authority.lists else b"absente"
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            if authority.mode == "slow":
                # Each byte in time, the whole never.
                self.wfile.write(b"HTTP/1.0 200 OK\r\n")
                try:
                    for _ in range(200):
                        self.wfile.write(b"X: y\r\n")
                        time.sleep(0.1)
                except OSError:
                    return
            body = authority.reply(asked)
            self.send_response(500 if authority.mode == "error" else 200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Answer
