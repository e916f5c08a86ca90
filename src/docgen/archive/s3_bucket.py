"""A bucket's own settings, read as the archive needs them: locks, versions, expiry, policy."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from docgen.archive.capabilities import Capabilities
from docgen.archive.s3_faults import code_of
from docgen.archive.store import Lock
from docgen.errors import Refused, Unavailable

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

# What servers say of an object, or of a bucket, that has no lock.
_NO_LOCK = {
    "InvalidArgument",
    "InvalidRequest",
    "MethodNotAllowed",
    "NoSuchObjectLockConfiguration",
    "NotImplemented",
    "ObjectLockConfigurationNotFoundError",
}
_NO_SETTING = {
    "MethodNotAllowed",
    "NoSuchBucketPolicy",
    "NoSuchLifecycleConfiguration",
    "NotImplemented",
    "ObjectLockConfigurationNotFoundError",
    "NoSuchObjectLockConfiguration",
}
# A right that docgen's key need not have: then it can't tell.
_NOT_FOR_US = {"AccessDenied", "403"}
_STILL_LOCKED = {"AccessDenied", "ObjectLocked"}
_DESTRUCTION = {"s3:DeleteObjectVersion", "s3:DeleteObject*", "s3:Delete*", "s3:*"}


@contextmanager
def no_lock(bucket: str) -> Iterator[None]:
    """Say of a server's answer that the bucket has no locks, when that is what it means."""
    try:
        yield
    except ClientError as error:
        if code_of(error) in _NO_LOCK:
            raise Refused(
                f"Le compartiment {bucket} n’a pas de verrou d’objets : ce qu’il garde ne tient "
                "qu’aux droits d’accès."
            ) from error
        raise


def read_lock(reply: Any) -> Lock:
    """The lock that the headers of a HEAD or a GET tell."""
    until = reply.get("ObjectLockRetainUntilDate")
    return Lock(
        until.astimezone(UTC) if until else None, reply.get("ObjectLockLegalHoldStatus") == "ON"
    )


def has_object_lock(client: S3Client, bucket: str) -> bool:
    """True for a bucket made with Object Lock."""
    found = _setting(lambda: client.get_object_lock_configuration(Bucket=bucket))
    kept = (found or {}).get("ObjectLockConfiguration", {})
    return bool(kept.get("ObjectLockEnabled") == "Enabled")


def keeps_versions(client: S3Client, bucket: str) -> bool:
    """True where a second PUT does not replace the first."""
    found = _setting(lambda: client.get_bucket_versioning(Bucket=bucket))
    return bool((found or {}).get("Status") == "Enabled")


def is_shielded(client: S3Client, bucket: str) -> bool:
    """True where the bucket's own policy denies everybody the destruction of a version."""
    found = _setting(lambda: client.get_bucket_policy(Bucket=bucket))
    try:
        statements = json.loads((found or {}).get("Policy", "{}")).get("Statement", [])
        return any(_denies_destruction(one) for one in statements)
    except (ValueError, AttributeError, TypeError):
        return False


def unfit(bucket: str, mode: str, known: Capabilities) -> Unavailable | None:
    """Why a bucket can't keep objects locked in that mode; None when it can."""
    if not known.object_lock:
        return Unavailable(
            f"Le compartiment S3 « {bucket} » n’a pas de verrou d’objets (Object Lock).",
            "Créez-en un avec ce verrou, ou renoncez-y par DOCGEN_S3_LOCK=none.",
        )
    if mode not in known.lock_modes:
        held = " et ".join(known.lock_modes) or "aucun"
        return Unavailable(
            f"Le compartiment S3 « {bucket} » ne connaît pas le verrou {mode} (mais {held}).",
            "Corrigez DOCGEN_S3_LOCK.",
        )
    if not known.locks_hold:
        return Unavailable(
            f"Le compartiment S3 « {bucket} » accepte les verrous et ne les tient pas.",
            "Choisissez un autre stockage, ou renoncez au verrou par DOCGEN_S3_LOCK=none.",
        )
    return None


def erase(client: S3Client, bucket: str, key: str, versions: Sequence[str]) -> None:
    """Delete those versions. Raises Refused when one of them is locked still."""
    for version in versions:
        try:
            client.delete_object(Bucket=bucket, Key=key, VersionId=version)
        except ClientError as error:
            # A repair, or a second writer, whose own lock is longer.
            if code_of(error) in _STILL_LOCKED:
                raise Refused(
                    f"« {key} » a une version encore verrouillée : elle ne peut pas être détruite."
                ) from error
            raise


def dangers(client: S3Client, bucket: str, known: Capabilities, *, locks: bool) -> Iterator[str]:
    """What has changed, or was set, that endangers what the bucket keeps, in French."""
    if known.versions and not keeps_versions(client, bucket):
        yield (
            f"Le compartiment « {bucket} » ne garde plus les versions : un envoi remplacerait ce "
            "qui est archivé. Rétablissez la gestion des versions."
        )
    if locks and not has_object_lock(client, bucket):
        yield f"Le compartiment « {bucket} » n’a plus de verrou d’objets (Object Lock)."
    if known.shielded and not is_shielded(client, bucket):
        yield f"Le compartiment « {bucket} » n’interdit plus la destruction : sa règle a changé."
    found = _setting(lambda: client.get_bucket_lifecycle_configuration(Bucket=bucket))
    for rule in (found or {}).get("Rules", []):
        expires = {"Expiration", "NoncurrentVersionExpiration"} & set(rule)
        if rule.get("Status") == "Enabled" and expires:
            yield (
                f"Le compartiment « {bucket} » a une règle d’expiration (« {rule.get('ID', '')} ») "
                "qui effacerait des objets archivés. Retirez-la."
            )


def _setting(ask: Callable[[], Any]) -> Any:
    """A setting, None where there is none or where our key may not know."""
    try:
        return ask()
    except ClientError as error:
        if code_of(error) in _NO_SETTING | _NOT_FOR_US:
            return None
        raise


def _denies_destruction(statement: Any) -> bool:
    actions = statement.get("Action", [])
    actions = {actions} if isinstance(actions, str) else set(actions)
    to_all = statement.get("Principal") in ("*", {"AWS": "*"}, {"AWS": ["*"]})
    return statement.get("Effect") == "Deny" and to_all and bool(actions & _DESTRUCTION)
