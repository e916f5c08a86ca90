"""From settings to collaborators: the only place that chooses store, mail and keys."""

from __future__ import annotations

import logging
import os
import secrets
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from docgen.actions.ports import Ports, Terms
from docgen.archive.folder import FolderArchive
from docgen.archive.s3 import S3Archive
from docgen.archive.s3_client import s3_client
from docgen.archive.store import Archive, Unreachable
from docgen.archive.twofold import TwofoldArchive
from docgen.documents.pool import Pool
from docgen.errors import Unavailable
from docgen.lookups import law_of, make_home, open_directory
from docgen.mail.compose import Message
from docgen.mail.delivery import (
    Sender,
    SmtpServer,
    deliver_smtp,
    deliver_text_to_folder,
    deliver_to_folder,
)
from docgen.mail.texts import Text
from docgen.outside import open_identity, open_provider
from docgen.records.database import open_database
from docgen.records.migrating import migrate
from docgen.settings import Settings, read_settings
from docgen.signing.keys import Keys, load_or_create
from docgen.signing.seal import Sealer
from docgen.signing.seal_key import SealKey
from docgen.signing.token_key import TokenKey, TokenPlace

log = logging.getLogger("docgen")


@contextmanager
def open_ports(settings: Settings | None = None, now: datetime | None = None) -> Iterator[Ports]:
    """Everything the actions need, checked at start; closed at the end.

    `now` is when keys are made, if this is their first start; what is to be known of them (where
    they are, that they expire) is logged. Raises InvalidData (settings),
    Unavailable or Refused (what can't be used, and how to mend it).
    """
    settings = settings or read_settings()
    make_home(settings.home)
    migrate(settings.url)
    first, second = open_archive(settings), open_second(settings)
    for store in filter(None, (first, second)):
        try:
            store.check()
        except Unreachable as error:
            # People go on signing; what is to be archived waits for the next sweep.
            log.warning(error.explain())
    now = now or datetime.now(UTC)
    keys = open_keys(settings, now)
    for notice in keys.notices(now):
        log.warning(notice)
    database = open_database(settings.url)
    try:
        with Pool(settings.office_deadline, settings.office_workers) as pool:
            yield Ports(
                database=database,
                archive=TwofoldArchive(first, second) if second else first,
                sealer=Sealer(keys, settings.tsa_urls, settings.tsa_timeout),
                to_pdf=pool.to_pdf,
                workers=pool.size,
                post=open_post(settings),
                templates=settings.templates,
                site_url=settings.site_url.rstrip("/"),
                pepper=_secret_file(settings.keys / "pepper"),
                random_bytes=secrets.token_bytes,
                terms=terms_of(settings),
                law=law_of(settings),
                provider=open_provider(settings),
                identity=open_identity(settings),
                directory=open_directory(settings),
                second=second,
                alarm_to=settings.alarm_to,
                witnesses=settings.witnesses,
                organisation=settings.organisation,
                pause=_failpoint(settings.failpoint),
            )
    finally:
        database.close()


def terms_of(settings: Settings) -> Terms:
    """The durations that the settings choose; a month is a twelfth of a year."""
    return Terms(
        time_to_sign=timedelta(days=settings.days_to_sign),
        reminder_days=settings.reminder_days,
        degraded_after=(
            timedelta(hours=settings.degraded_after) if settings.allow_degraded else None
        ),
        renew_before=timedelta(days=365 * settings.renew_before // 12),
        hire_months=settings.hire_months,
    )


def open_archive(settings: Settings) -> Archive:
    """The archive store that the settings choose."""
    if settings.archive == "folder":
        return FolderArchive(settings.home / "archive")
    return _open_bucket(settings, "")


def open_second(settings: Settings) -> Archive | None:
    """Its second copy, None without one."""
    match settings.second:
        case "none":
            return None
        case "folder":
            assert settings.second_folder
            return FolderArchive(settings.second_folder)
        case "s3":
            return _open_bucket(settings, "second_")


def _open_bucket(settings: Settings, which: str) -> S3Archive:
    """The bucket whose settings begin with `which`, presence held by the settings themselves."""
    said = {
        name: getattr(settings, f"{which}s3_{name}")
        for name in (
            "bucket", "endpoint", "region", "access_key", "secret_key", "addressing", "lock"
        )
    }  # fmt: skip
    client = s3_client(
        endpoint=said["endpoint"],
        region=said["region"],
        access_key=said["access_key"].get_secret_value(),
        secret_key=said["secret_key"].get_secret_value(),
        addressing=said["addressing"],
    )
    return S3Archive(
        said["bucket"],
        client,
        lock_mode="COMPLIANCE" if said["lock"] == "compliance" else "GOVERNANCE",
        first_lock=None if said["lock"] == "none" else timedelta(days=settings.first_lock),
        step=settings.s3_step,
    )


def open_keys(settings: Settings, now: datetime) -> Keys:
    """The sealing keys, made at the first start; the seal's own may be in a token."""
    if settings.passphrase:
        passphrase = settings.passphrase.get_secret_value().encode()
    else:
        passphrase = _secret_file(settings.keys / "passphrase").hex().encode()
    return load_or_create(
        settings.keys, passphrase, settings.organisation, now, _token_of(settings)
    )


def _token_of(settings: Settings) -> Callable[[], SealKey] | None:
    if settings.seal == "pkcs12":
        return None
    assert settings.pkcs11_module
    assert settings.pkcs11_token
    assert settings.pkcs11_pin
    place = TokenPlace(
        settings.pkcs11_module,
        settings.pkcs11_token,
        settings.pkcs11_key,
        settings.pkcs11_pin.get_secret_value(),
    )
    return partial(TokenKey, place)


def open_post(settings: Settings) -> Callable[[Message | Text, str, datetime], None]:
    """How a mail or an SMS leaves."""
    mails, texts = _open_mail(settings), _open_sms(settings)

    def post(message: Message | Text, message_id: str, now: datetime) -> None:
        if isinstance(message, Text):
            texts(message, message_id, now)
        else:
            mails(message, message_id, now)

    return post


def _open_sms(settings: Settings) -> Callable[[Text, str, datetime], None]:
    if settings.sms == "folder":
        return partial(_text_to_folder, settings.home / "sms")
    from docgen.mail.sms import BREVO, Gateway, deliver_sms

    assert settings.sms_token
    gateway = Gateway(
        shape=settings.sms,
        url=settings.sms_url or BREVO,
        token=settings.sms_token.get_secret_value(),
        sender=settings.sms_sender or settings.organisation,
        timeout=settings.sms_timeout,
    )
    return lambda text, text_id, _now: deliver_sms(gateway, text, text_id)


def _text_to_folder(folder: Path, text: Text, text_id: str, now: datetime) -> None:
    deliver_text_to_folder(folder, text, text_id, now)


def _open_mail(settings: Settings) -> Callable[[Message, str, datetime], None]:
    sender = Sender(settings.organisation, settings.mail_sender)
    match settings.mail:
        case "folder":
            return partial(_post_to_folder, settings.home / "mail", sender)
        case "smtp":
            return partial(deliver_smtp, smtp_server_of(settings))


def smtp_server_of(settings: Settings) -> SmtpServer:
    """Where mails are handed over."""
    password = settings.smtp_password
    return SmtpServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        starttls=settings.smtp_starttls,
        user=settings.smtp_user,
        password=password.get_secret_value() if password else None,
        timeout=settings.smtp_timeout,
        sender=Sender(settings.organisation, settings.mail_sender),
    )


def _post_to_folder(
    folder: Path, sender: Sender, message: Message, message_id: str, now: datetime
) -> None:
    deliver_to_folder(folder, sender, message, message_id, now)


def _secret_file(path: Path) -> bytes:
    """32 random bytes kept in a file only its owner can read; made whole or not at all."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_bytes(32))
                file.flush()
                os.fsync(file.fileno())
            try:
                # link refuses to replace: of two first starts at once, one secret wins.
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_bytes()
    except OSError as error:
        raise Unavailable(
            f"Le secret {path} ne peut pas être lu ou écrit ({error.strerror}).",
            "Corriger les droits de ce fichier.",
        ) from error


def _failpoint(name: str) -> Callable[[str], None]:
    """A pause that kills this process, as a power cut would, when the step of that name begins."""

    def pause(step: str) -> None:
        if step == name:
            os.kill(os.getpid(), signal.SIGKILL)

    return pause
