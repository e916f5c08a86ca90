"""What an attacker, a leaked database or a full disk must not get, or lose."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import event, text

from docgen.actions import sign as acts
from docgen.actions.desk import SigningDesk
from docgen.actions.ports import Ports
from docgen.actions.status import status
from docgen.actions.sweep import sweep
from docgen.cli.played_signer import newest_code
from docgen.errors import InvalidData, NotFound, Refused, Unavailable
from docgen.records import tables
from docgen.settings import Settings
from docgen.signing.links import token_hash
from docgen.signing.loop import in_own_loop
from docgen.signing.over_http import NoAnswer, ask
from docgen.signing.providers.yousign.asking import Call, Wire
from tests.ceremonies import VISITOR, issued, sign, sign_all, sit, tokens
from tests.databases import on_sqlite
from tests.samples import NOW, PARTENARIAT, PMSMP

pytestmark = pytest.mark.slow

SOON = NOW + timedelta(hours=1)
COMPANY, DIRECTOR = "gerant@dupont.example.org", "direction@fournil.example.org"


def everything(ports: Ports) -> Iterator[str]:
    """Every value of every row, as text."""
    with ports.database.read() as session:
        for table in tables.Base.metadata.sorted_tables:
            for row in session.execute(table.select()):
                for value in row:
                    yield value.decode("latin-1") if isinstance(value, bytes) else str(value)


def test_a_copy_of_the_database_opens_no_link_no_visit_and_holds_no_key(
    ports: Ports, settings: Settings
) -> None:
    issued(ports, PARTENARIAT, NOW)
    post = settings.home / "mail"
    links = tokens(post)
    visit = sit(ports, links[COMPANY], SOON)
    SigningDesk(ports).send_code(visit, SOON)
    code = newest_code(post, COMPANY)
    held = "\n".join(everything(ports))
    assert token_hash(links[COMPANY]) in held
    secrets = {*links.values(), visit, base64.b64encode(ports.pepper).decode(), ports.pepper.hex()}
    secrets |= {ports.pepper.decode("latin-1")}
    # The code is six digits, which a hash may hold by chance: it is looked for as a value.
    assert code not in held.split("\n")
    for secret in secrets:
        assert secret not in held
    assert "PRIVATE KEY" not in held
    for key in Path(settings.home).rglob("*.p12"):
        assert key.read_bytes().decode("latin-1") not in held


@on_sqlite
@pytest.mark.parametrize("cut", [0, 10, 42])
def test_a_truncated_link_is_no_link(ports: Ports, settings: Settings, cut: int) -> None:
    issued(ports, PARTENARIAT, NOW)
    token = tokens(settings.home / "mail")[COMPANY]
    for wrong in (token[:cut], token[cut:][1:], token + "A", token.swapcase()):
        with pytest.raises(NotFound):
            sit(ports, wrong, SOON)


def test_a_link_used_to_sign_signs_nothing_more(ports: Ports, settings: Settings) -> None:
    reference = issued(ports, PARTENARIAT, NOW)
    post = settings.home / "mail"
    token = tokens(post)[COMPANY]
    sign(ports, post, COMPANY, token, SOON)
    again = sit(ports, token, SOON)
    desk = SigningDesk(ports)
    assert desk.ceremony(again, SOON).etat == "signe"
    with pytest.raises(Refused, match="déjà signé"):
        desk.send_code(again, SOON)
    desk.sign(again, "123456", "Jean Dupont", True, SOON, *VISITOR)
    with pytest.raises(Refused, match="déjà signé"):
        desk.decline(again, "Trop tard", SOON, *VISITOR)
    assert status(ports, reference)[0].signed == 1


def test_the_code_of_another_signer_and_a_code_used_once_open_nothing(
    ports: Ports, settings: Settings
) -> None:
    issued(ports, PARTENARIAT, NOW)
    other = issued(ports, PMSMP, NOW)
    post, desk = settings.home / "mail", SigningDesk(ports)
    links = tokens(post)
    mine, theirs = sit(ports, links[COMPANY], SOON), sit(ports, links[DIRECTOR], SOON)
    desk.send_code(mine, SOON)
    desk.send_code(theirs, SOON)
    code = newest_code(post, COMPANY)
    if code != newest_code(post, DIRECTOR):
        with pytest.raises(InvalidData, match="pas le bon"):
            desk.sign(theirs, code, "Claire Moreau", True, SOON, *VISITOR)
    desk.sign(mine, code, "Jean Dupont", True, SOON, *VISITOR)
    # The same person, the same code, another agreement.
    with ports.database.read() as session:
        rows = {row.reference: row for row in session.query(tables.Agreement)}
    assert other in rows
    elsewhere = sit(ports, links[COMPANY], SOON)
    if desk.ceremony(elsewhere, SOON).etat == "a_signer":
        with pytest.raises(InvalidData, match="aucun code"):
            desk.sign(elsewhere, code, "Jean Dupont", True, SOON, *VISITOR)


def test_codes_are_counted_over_everybody(
    ports: Ports, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acts, "CODES_IN_ALL", 2)
    issued(ports, PARTENARIAT, NOW)
    desk, links = SigningDesk(ports), tokens(settings.home / "mail")
    first, second = (sit(ports, links[to], SOON) for to in (COMPANY, DIRECTOR))
    desk.send_code(first, SOON)
    desk.send_code(second, SOON)
    with pytest.raises(Refused, match="Beaucoup de codes"):
        desk.send_code(first, SOON)
    desk.send_code(first, SOON + acts.CODE_WINDOW + timedelta(seconds=1))


@on_sqlite
def test_a_disk_full_while_sealing_loses_no_act_and_seals_once_there_is_room(
    ports: Ports, settings: Settings
) -> None:
    """SQLite itself refuses: the limit of pages is what is used once the act is committed."""
    reference = issued(ports, PARTENARIAT, NOW)
    post, full = settings.home / "mail", [0]

    def limited(connection: object, *_: object) -> None:
        most = full[0] or 1_000_000
        connection.execute(f"PRAGMA max_page_count={most}")  # type: ignore[attr-defined]

    event.listen(ports.database.engine, "checkout", limited)

    def pause(name: str) -> None:
        if name == "sign.committed":
            with ports.database.read() as session:
                full[0] = int(session.scalar(text("PRAGMA page_count")) or 0)

    cut = dataclasses.replace(ports, pause=pause)
    sign(cut, post, COMPANY, tokens(post)[COMPANY], SOON)
    # Told as signed, and as waiting for its seal; the officer sees why.
    visit_full = full[0]
    assert visit_full > 0
    row = status(ports, reference)[0]
    assert row.signed == 1
    with ports.database.read() as session:
        (signer, _) = session.query(tables.Signer).order_by(tables.Signer.rank)
        assert (signer.signed_at, signer.sealed_at) == (SOON, None)
    failed = _failures(ports)
    assert failed
    assert all("disk is full" in one or "base de données" in one for one in failed)
    full[0] = 0
    sign_all(ports, post, SOON)
    assert sweep(ports, SOON).failures == []
    assert status(ports, reference)[0].status == "archive"


def _failures(ports: Ports) -> list[str]:
    """What a pass says while there is no room, whether it can write it down or not."""
    try:
        return [sentence for _, _, sentence in sweep(ports, SOON).failures]
    except Unavailable as error:
        return [error.explain()]


def test_no_question_to_the_outside_follows_a_redirection(httpd: str) -> None:
    """An answer that sends elsewhere could send us to any machine of the network."""
    wire = Wire(f"{httpd}/moved", "cle", 5.0, 5.0, lambda: 0.0, lambda _s: None, lambda: NOW)
    with pytest.raises((Refused, Unavailable), match="302"):
        wire.ask(Call("essayer", "GET", ""))
    with pytest.raises(NoAnswer, match="302"):
        in_own_loop(ask(f"{httpd}/moved", 5.0, 1000))
    assert httpx.get(f"{httpd}/asked").text == "2"


@pytest.fixture
def httpd() -> Iterator[str]:
    """A server that sends everybody elsewhere on itself, and says how many came."""
    import threading
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    asked: list[str] = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # http.server's own name
            if self.path == "/asked":
                body = str(len(asked)).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                return
            asked.append(self.path)
            self.send_response(302)
            self.send_header("Location", "/secret")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
