"""Takes the README's pictures from the product itself: `python -m scripts.pictures`."""

from __future__ import annotations

import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from playwright.sync_api import sync_playwright

from docgen import agreements
from docgen.actions.desk import SigningDesk
from docgen.actions.issue import issue
from docgen.actions.sweep import sweep
from docgen.cli.played_signer import links, sign_through
from docgen.cli.running import listen
from docgen.documents.pages import page_count, page_image
from docgen.records import queries
from docgen.settings import Settings
from docgen.web.app import create_app
from docgen.wiring import open_ports

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"


def main() -> None:
    """Issue the example, photograph its signing page, sign it, photograph its last page."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    listener = listen("127.0.0.1", 0)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    example = (ROOT / "examples" / "partenariat-exemple.yaml").read_bytes()
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(_env_file=None, home=Path(scratch) / "var", site_url=url)
        with open_ports(settings) as ports:
            now = datetime.now(UTC)
            issue(ports, agreements.parse(example, now.date(), "exemple"), now)
            app = create_app(SigningDesk(ports), url, (), lambda: datetime.now(UTC))
            server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
            thread.start()
            folder = settings.home / "mail"
            _photograph(links(folder)[0][2])
            for to, _, link in links(folder):
                sign_through(folder, to, link)
            server.should_exit = True
            thread.join()
            sweep(ports, datetime.now(UTC))
            with ports.database.read() as session:
                row = queries.agreements(session)[0]
                pdf = queries.content(session, row.current_sha256 or "")
    (IMAGES / "convention-signee.png").write_bytes(page_image(pdf, page_count(pdf) - 1, dpi=70))
    print(f"{IMAGES} : deux images.")


def _photograph(link: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 390, "height": 844}, locale="fr-FR")
        page.goto(link)
        page.get_by_role("button", name="Ouvrir le document").click()
        page.wait_for_url("**/signature")
        page.wait_for_load_state("networkidle")
        page.screenshot(path=IMAGES / "signature-telephone.png")
        browser.close()


if __name__ == "__main__":
    main()
