"""The whole installation tried for real: what stands in for something is told, what is down too."""

from __future__ import annotations

import socket
from pathlib import Path

from pydantic import SecretStr

from docgen.checkup import checkup
from docgen.settings import Settings
from docgen.wiring import open_ports
from tests.samples import NOW


def test_each_part_answers_or_says_how_to_mend_it(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        # Bound and not listening: whoever knocks is turned away.
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        settings = Settings(
            _env_file=None,
            home=tmp_path / "var",
            mail="smtp",
            smtp_port=port,
            PREFECT_API_URL=f"http://127.0.0.1:{port}/api",
            oidc_issuer=f"http://127.0.0.1:{port}",
            oidc_client_id="bureau",
            oidc_client_secret=SecretStr("secret"),
        )
        with open_ports(settings, NOW) as ports:
            found = {one.name: one for one in checkup(settings, ports, NOW)}
    assert list(found) == [
        "Base de données", "Disque", "Clés", "Horodatage", "Archive", "LibreOffice", "Courriel",
        "SMS", "Prefect", "Fournisseur d’identité",
    ]  # fmt: skip
    assert found["LibreOffice"].state == "bon"
    assert found["Disque"].said.endswith(str(tmp_path / "var"))
    assert "interne" in found["Horodatage"].said
    assert "DOCGEN_TSA_URLS" in found["Horodatage"].notices[0]
    assert "Les SMS restent" in found["SMS"].notices[0]
    down = {name for name, one in found.items() if one.state == "panne"}
    assert down == {"Courriel", "Prefect", "Fournisseur d’identité"}
    assert "mot de passe" in found["Fournisseur d’identité"].said
    assert "DOCGEN_SMTP_PORT" in found["Courriel"].said
    assert "PREFECT_API_URL" in found["Prefect"].said
