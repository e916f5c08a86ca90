"""The settings of the archive: where it is, how it is locked, where its second copy is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode

Store = Literal["folder", "s3"]
LockMode = Literal["governance", "compliance", "none"]
Addressing = Literal["path", "virtual", "auto"]
_S3 = ("s3_bucket", "s3_endpoint", "s3_access_key", "s3_secret_key")


class ArchiveSettings(BaseSettings):
    """What keeps the dossiers. `second_*` says the same of the second copy as the rest."""

    archive: Store = "folder"
    s3_bucket: str | None = None
    s3_endpoint: str | None = None
    s3_region: str = "fr-par"
    s3_access_key: SecretStr | None = None
    s3_secret_key: SecretStr | None = None
    s3_addressing: Addressing = "path"
    s3_lock: LockMode = Field(
        "governance", description="Object Lock of each object; none, to do without."
    )
    first_lock: int = Field(
        90, ge=1, le=400, description="Days an object is locked when it is put; lengthened later."
    )
    s3_step: float = Field(
        60.0, gt=0, le=600, description="Seconds one act on S3 may take, its tries included."
    )

    second: Literal["none", "folder", "s3"] = Field(
        "none", description="Second copy of the archive: another folder, or another bucket."
    )
    second_folder: Path | None = None
    second_s3_bucket: str | None = None
    second_s3_endpoint: str | None = None
    second_s3_region: str = "gra"
    second_s3_access_key: SecretStr | None = None
    second_s3_secret_key: SecretStr | None = None
    second_s3_addressing: Addressing = "path"
    second_s3_lock: LockMode = "governance"

    witnesses: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Who is mailed each signed head of the log, to keep it elsewhere."
    )
    alarm_to: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Who is mailed when the archive has to be looked after."
    )

    def archive_faults(self) -> Iterator[str]:
        """Every contradiction: the name of a setting, a space, what is wrong."""
        wanted = [*(_S3 if self.archive == "s3" else ())]
        if self.second == "folder":
            wanted.append("second_folder")
        elif self.second == "s3":
            wanted += [f"second_{name}" for name in _S3]
        for name in wanted:
            if getattr(self, name) is None:
                which = "second" if name.startswith("second_") else "archive"
                chosen = f"DOCGEN_{which.upper()}={getattr(self, which)}"
                yield f"DOCGEN_{name.upper()} manque ({chosen})."
        same = self.archive == self.second == "s3" and (
            (self.s3_endpoint, self.s3_bucket) == (self.second_s3_endpoint, self.second_s3_bucket)
        )
        if same and self.s3_bucket:
            yield "DOCGEN_SECOND_S3_BUCKET est le compartiment de la première copie."
