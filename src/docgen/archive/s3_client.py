"""The one S3 client of this process, and the time that one step with it may take."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from email.utils import parsedate_to_datetime
from math import inf
from typing import TYPE_CHECKING, Any, Literal

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ResponseStreamingError
from botocore.handlers import add_expect_header
from botocore.session import Session, get_session
from botocore.utils import parse_timestamp

from docgen import __version__
from docgen.archive.s3_faults import no_credentials
from docgen.errors import Unavailable

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_CHUNK = 1 << 20
_MEDIA_TYPES = {"pdf": "application/pdf", "json": "application/json", "txt": "text/plain"}
# When the step that this thread is in must be over (monotonic seconds).
_until: ContextVar[float] = ContextVar("until", default=inf)


class StepTooLongError(BotoCoreError):
    """The step had its time, whatever tries are left."""

    fmt = "the step took too long"


def s3_client(
    endpoint: str,
    region: str,
    access_key: str,
    secret_key: str,
    *,
    addressing: Literal["path", "virtual", "auto"] = "path",
    connect_timeout: float = 3,
    read_timeout: float = 20,
    attempts: int = 4,
) -> S3Client:
    """A client that threads may share; `endpoint` is a URL, timeouts are in seconds.

    Checksums are sent by `S3Archive`, since boto3's own default ones break several servers. Nagle's
    algorithm is off (botocore's default, held by a test): it costs 40 ms an object.
    """
    if not access_key or not secret_key:
        raise no_credentials()  # boto3 would look for others in the environment
    config = Config(
        region_name=region,
        user_agent=f"docgen/{__version__}",
        signature_version="s3v4",
        s3={"addressing_style": addressing},
        max_pool_connections=32,
        retries={"mode": "standard", "total_max_attempts": attempts},
        connect_timeout=connect_timeout,
        read_timeout=read_timeout,
        tcp_keepalive=True,
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    try:
        client = boto3.session.Session(botocore_session=_session()).client(
            "s3",
            endpoint_url=endpoint,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            config=config,
        )
    except (ValueError, BotoCoreError) as error:
        raise Unavailable(
            f"L’adresse du stockage S3 ({endpoint}) ou la région ({region}) n’est pas valable.",
            "Donnez une adresse complète, par exemple https://s3.fr-par.scw.cloud.",
        ) from error
    client.meta.events.register("before-send.s3", _still_time)
    # « Expect: 100-continue » spares the body of an object that is refused; ours are small, are not
    # refused, and waiting for the server's yes takes a fifteenth of what storing one costs.
    client.meta.events.unregister("before-call.s3", add_expect_header)
    return client


def _session() -> Session:
    """botocore's, which reads the two forms that S3 writes a time in without guessing.

    Its own guess is a tenth of what an answer costs, and there are a dozen in a dossier.
    """
    session = get_session()
    session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=_time)
    return session


def _time(text: Any) -> datetime:
    try:
        if isinstance(text, str):
            return (
                datetime.fromisoformat(text) if text[:1].isdigit() else parsedate_to_datetime(text)
            )
    except ValueError:
        pass
    return parse_timestamp(text)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """No try begins after that many seconds, and no reply is read on. Steps do not nest longer."""
    token = _until.set(min(_until.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _until.reset(token)


def described(key: str, content: bytes, sha256: str) -> dict[str, Any]:
    """What goes with the bytes of a PUT: both checksums, since some servers check one only."""
    md5 = hashlib.md5(content, usedforsecurity=False).digest()
    return {
        "ContentMD5": base64.b64encode(md5).decode(),
        "ChecksumSHA256": base64.b64encode(bytes.fromhex(sha256)).decode(),
        "ContentType": _MEDIA_TYPES.get(key.rpartition(".")[2], "application/octet-stream"),
        "Metadata": {"sha256": sha256},
    }


def read_all(reply: Any) -> bytes:
    """The whole body of a GET, in the time of the step. Raises BotoCoreError when it is cut.

    By what arrives, not by a full buffer: a server that sends a byte a second is given up in time.
    """
    body = reply["Body"]
    raw, pieces, size = body._raw_stream, [], 0  # noqa: SLF001 - botocore has no door to read1
    try:
        while piece := raw.read1(_CHUNK):
            pieces.append(piece)
            size += len(piece)
            _still_time()
    except BaseException:
        # What is left of it must not be waited for: the connection goes.
        body.close()
        raise
    if size != reply["ContentLength"]:
        body.close()
        raise ResponseStreamingError(error=f"{size} bytes of {reply['ContentLength']}")
    raw.release_conn()
    return b"".join(pieces)


def _still_time(**_event: object) -> None:
    if time.monotonic() > _until.get():
        raise StepTooLongError
