"""Each part of this installation, tried: well, to be watched, or broken and how to mend it.

The same checks for `docgen doctor` and for the office's page of health. A check never raises, and
none keeps anything.
"""

from __future__ import annotations

import shutil
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

from docgen import agreements
from docgen.actions.paper import document
from docgen.actions.ports import Ports
from docgen.actions.provider_words import LEVELS
from docgen.actions.template import current
from docgen.archive.store import Archive
from docgen.errors import DocgenError, Unavailable
from docgen.french import PARIS, pluriel
from docgen.mail.delivery import knock
from docgen.openid import Client
from docgen.outside import open_provider
from docgen.records import queries
from docgen.settings import Settings
from docgen.signing.asking_time import ask_time
from docgen.signing.keys import Keys
from docgen.signing.providers.yousign import NAME, is_sandbox
from docgen.wiring import smtp_server_of

State = Literal["bon", "veiller", "panne"]
# Below this the disk is full before anybody looks again.
LITTLE_DISK = 2_000_000_000
# As far as two machines' clocks may honestly differ.
CLOCK_DRIFT = timedelta(seconds=5)
SECONDS_FOR_PREFECT = 3.0


@dataclass(frozen=True)
class Check:
    """A part, what it answered, and what to watch or how to mend it."""

    name: str
    state: State
    said: str
    notices: tuple[str, ...] = ()


# What an attempt answers: a sentence, and what to watch.
Answer = tuple[str, tuple[str, ...]]


def tried(name: str, attempt: Callable[[], Answer]) -> Check:
    """The check of that name."""
    try:
        said, notices = attempt()
    except DocgenError as error:
        return Check(name, "panne", error.explain())
    return Check(name, "veiller" if notices else "bon", said, notices)


def checkup(settings: Settings, ports: Ports, now: datetime) -> list[Check]:
    """Every part of a running installation, tried side by side, in the order of a page."""
    attempts: list[tuple[str, Callable[[], Answer]]] = [
        ("Base de données", partial(_database, settings, ports, now)),
        ("Disque", partial(_disk, settings)),
        ("Clés", partial(keys_said, settings, ports.sealer.keys, now)),
        ("Horodatage", partial(_time, settings, ports, now)),
        ("Archive", partial(_archive, settings, ports)),
        ("LibreOffice", partial(_office, ports)),
        ("Courriel", partial(_mail, settings, ports)),
        ("SMS", partial(_texts, settings)),
        ("Prefect", partial(_prefect, settings)),
    ]
    if ports.second is not None:
        attempts.insert(5, ("Seconde copie", partial(store_said, ports.second)))
    if settings.yousign_api_key:
        attempts.append(("Prestataire de signature", partial(provider_said, settings)))
    if ports.identity is not None:
        attempts.append(("Fournisseur d’identité", partial(identity_said, ports.identity)))
    with ThreadPoolExecutor(len(attempts)) as threads:
        return list(threads.map(lambda one: tried(*one), attempts))


def _database(settings: Settings, ports: Ports, now: datetime) -> Answer:
    with ports.database.read() as session:
        count = queries.agreements_count(session)
        late = queries.count_put_off(session, now)
    clock = ports.database.clock()
    drift = (clock or now) - now
    notices = []
    if not settings.database_url:
        notices.append("SQLite convient à une seule machine (DOCGEN_DATABASE_URL).")
    if abs(drift) > CLOCK_DRIFT:
        notices.append(
            f"Son horloge et celle du site diffèrent de {abs(drift).total_seconds():.0f} s : "
            "réglez-les sur la même heure."
        )
    if late:
        notices.append(f"{pluriel(late, 'courriel')} en attente d’un nouvel essai.")
    return f"répond ; {pluriel(count, 'accord')}", tuple(notices)


def _disk(settings: Settings) -> Answer:
    try:
        free = shutil.disk_usage(settings.home).free
    except OSError as error:
        raise Unavailable(f"{settings.home} ne répond pas ({error.strerror}).") from error
    said = f"{free / 1e9:.1f} Go libres pour {settings.home.absolute()}".replace(".", ",", 1)
    few = "Libérez de la place : sans elle, plus rien ne s’enregistre."
    return said, (few,) if free < LITTLE_DISK else ()


def keys_said(settings: Settings, keys: Keys, now: datetime) -> Answer:
    """Where the sealing keys are and until when they serve."""
    place = "un jeton" if settings.seal == "pkcs11" else "un fichier"
    pairs = (keys.authority, keys.seal, keys.timestamp)
    end = min(one.certificate.not_valid_after_utc for one in pairs)
    said = f"{settings.keys.absolute()}, cachet dans {place}, jusqu’au {end:%d/%m/%Y}"
    return said, tuple(keys.notices(now))


def _time(settings: Settings, ports: Ports, now: datetime) -> Answer:
    notices = []
    if not settings.tsa_urls:
        notices.append("L’horodatage est interne (aucune autorité extérieure : DOCGEN_TSA_URLS).")
    if settings.allow_degraded:
        notices.append("Un cachet peut se passer d’horodatage (mode dégradé).")
    answered, failed = ask_time(ports.sealer, now)
    notices += [f"N’a pas répondu : {one}." for one in failed]
    return f"{answered} répond", tuple(notices)


def store_said(store: Archive) -> Answer:
    """What a copy of the archive can do, tried anew and kept there. Raises Unavailable."""
    store.check()
    able = store.capabilities(again=True).sentences()
    return f"{store.name} ; {', '.join(able)}", tuple(store.dangers())


def _archive(settings: Settings, ports: Ports) -> Answer:
    said, notices = store_said(ports.archive)
    if settings.archive == "folder":
        notices = (*notices, "Un dossier n’a pas de verrou (DOCGEN_ARCHIVE=s3 en a un).")
    if ports.second is None:
        notices = (*notices, "Elle n’a pas de seconde copie (DOCGEN_SECOND).")
    return said, notices


def _office(ports: Ports) -> Answer:
    trial(ports, "pmsmp")
    return f"convertit, {pluriel(ports.workers, 'document')} à la fois", ()


def _mail(settings: Settings, ports: Ports) -> Answer:
    if settings.mail == "folder":
        return "vers un dossier", (
            f"Les courriels restent dans {settings.home / 'mail'} : personne ne les reçoit.",
        )
    knock(smtp_server_of(settings))
    nobody = "Une alarme de l’archive n’irait à personne (DOCGEN_ALARM_TO)."
    said = f"{settings.smtp_host}:{settings.smtp_port} répond"
    return said, () if ports.alarm_to else (nobody,)


def _texts(settings: Settings) -> Answer:
    if settings.sms == "folder":
        return "vers un dossier", (f"Les SMS restent dans {settings.home / 'sms'}.",)
    return f"passerelle {settings.sms}, non essayée : un SMS d’essai serait payant", ()


def _prefect(settings: Settings) -> Answer:
    if not settings.prefect_api_url:
        return "non réglé", (
            "Les passages réguliers ne tournent que si « docgen sweep » est lancé par ailleurs.",
        )
    address = f"{settings.prefect_api_url.rstrip('/')}/health"
    try:
        # The setting is ours, checked to be HTTP at start.
        with urllib.request.urlopen(address, timeout=SECONDS_FOR_PREFECT) as answer:  # noqa: S310
            answer.read(100)
    except (OSError, ValueError) as error:
        raise Unavailable(
            f"Le serveur {settings.prefect_api_url} ne répond pas.",
            "Lancer « prefect server start », ou corriger PREFECT_API_URL ; les signatures passent "
            "quand même.",
        ) from error
    return f"{settings.prefect_api_url} répond", ()


def provider_said(settings: Settings) -> Answer:
    """Ask the provider one harmless question. Raises what it answers with."""
    account = open_provider(settings)
    assert account
    account.client.check()
    place = "bac à sable" if account.sandbox else "production"
    waits = "avis attendus" if account.webhook_secret else "sans avis, passage de nuit seul"
    trial_only = "Yousign est en bac à sable : ses signatures sont des essais, sans valeur."
    return f"{NAME} ({place}), {LEVELS[account.level]}, {waits}", (
        (trial_only,) if is_sandbox(settings.yousign_url) else ()
    )


def identity_said(client: Client) -> Answer:
    """Ask the identity provider for its description and its keys. Raises Unavailable."""
    client.check()
    ours = client.registration
    trusting = "Ses adresses sont crues sans qu’il les ait vérifiées (DOCGEN_OIDC_TRUST_EMAIL)."
    return f"{ours.issuer} répond", (trusting,) if ours.trusts_email else ()


def trial(ports: Ports, *kinds: str) -> None:
    """Make the PDF of the smallest example of those kinds, or of each; nothing is kept."""
    now = datetime.now(PARIS)
    for slug in kinds or agreements.KINDS:
        example = (ports.templates / slug / "minimal.yaml").read_bytes()
        agreement = agreements.parse(example, now.date(), slug)
        document(ports, agreement, current(ports, slug).content, "ESSAI", now)
