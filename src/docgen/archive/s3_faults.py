"""What boto3 raises, in our words: one place decides what is worth a retry."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
)
from urllib3.exceptions import HTTPError

from docgen.archive.store import Unreachable
from docgen.errors import Broken, DocgenError, NotFound, Unavailable

_ABSENT = {"NoSuchKey", "NoSuchVersion", "NotFound", "404"}
_WRONG_KEY = {"ExpiredToken", "InvalidAccessKeyId", "InvalidToken", "SignatureDoesNotMatch"}
_REFUSED = {
    "AccessDenied",
    "AccountProblem",
    "401",
    "403",
}
_DAMAGED = {
    "BadDigest",
    "IncompleteBody",
    "InvalidDigest",
    "XAmzContentChecksumMismatch",
    "XAmzContentSHA256Mismatch",
}
# Codes with a 4xx status that mean "not now" all the same.
_LATER = {
    "ConditionalRequestConflict",
    "OperationAborted",
    "QuotaExceeded",
    "RequestTimeout",
    "SlowDown",
    "Throttling",
    "TooManyRequests",
}


def code_of(error: ClientError) -> str:
    """The S3 error code, or the HTTP status where the reply had no body (HEAD)."""
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def s3_faults(bucket: str, key: str = "") -> Iterator[None]:
    """Raise NotFound, Unavailable or Broken for anything boto3 raises inside."""
    try:
        yield
    except ClientError as error:
        raise _refused_by_the_server(error, bucket, key) from error
    except (NoCredentialsError, PartialCredentialsError) as error:
        raise no_credentials() from error
    except ParamValidationError as error:
        raise Broken(f"Une demande à l’archive S3 est mal formée : {error}") from error
    except (BotoCoreError, HTTPError, OSError) as error:
        raise Unreachable(
            f"L’archive S3 (compartiment « {bucket} ») ne répond pas : {type(error).__name__}.",
            "Vérifiez l’adresse du stockage et le réseau ; docgen réessaiera.",
        ) from error


def no_credentials() -> Unavailable:
    """Nobody gave a key."""
    return Unavailable("L’archive S3 n’a pas de clé d’accès.", "Donnez la clé et son secret.")


def _refused_by_the_server(error: ClientError, bucket: str, key: str) -> DocgenError:
    code = code_of(error)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code == "NoSuchBucket":
        problem = f"Le compartiment S3 « {bucket} » n’existe pas."
        remedy = "Créez-le, ou corrigez son nom dans les réglages."
    elif code in _ABSENT:
        return NotFound("L’objet d’archive", key)
    elif code == "RequestTimeTooSkewed":
        problem = "L’archive S3 refuse l’heure de cette machine."
        remedy = "Remettez son horloge à l’heure (NTP)."
    elif code in _WRONG_KEY:
        problem = f"L’archive S3 ne reconnaît pas la clé d’accès ou son secret ({code})."
        remedy = "Corrigez-les dans les réglages."
    elif code in _REFUSED:
        problem = f"L’archive S3 refuse l’accès au compartiment « {bucket} » ({code})."
        remedy = "Vérifiez les droits de la clé d’accès sur ce compartiment."
    elif code in _DAMAGED:
        return Unreachable(
            f"L’envoi de « {key} » vers l’archive S3 a été abîmé en route ({code}).",
            "docgen réessaiera.",
        )
    elif (status >= 500 and status != 501) or status == 429 or code in _LATER:
        return Unreachable(
            f"L’archive S3 (compartiment « {bucket} ») est indisponible ({code}).",
            "docgen réessaiera.",
        )
    else:
        return Broken(f"L’archive S3 refuse une demande sur « {key or bucket} » ({code}).")
    return Unavailable(problem, remedy)
