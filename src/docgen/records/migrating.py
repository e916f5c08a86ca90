"""Bringing the schema to this version of docgen (Alembic)."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from docgen.errors import Refused, Unavailable
from docgen.records.database import open_database

MIGRATIONS = Path(__file__).parent / "migrations"


def configuration(engine: Engine) -> Config:
    """Alembic's configuration for that engine."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = engine
    return config


def migrate(url: str) -> None:
    """Make or update the tables; nothing to do when they are up to date.

    Raises Unavailable (no database, no right) or Refused (a newer docgen made this database).
    """
    database = open_database(url)
    try:
        command.upgrade(configuration(database.engine), "head")
    except DBAPIError as error:
        # Also a right that is missing, which PostgreSQL does not call operational.
        reason = str(error.orig).strip().splitlines()[0]
        raise Unavailable(f"La mise à jour de la base a échoué ({reason}).") from error
    except CommandError as error:
        raise Refused(
            "Cette base a été faite par une version plus récente de docgen : mettre docgen à jour."
        ) from error
    finally:
        database.close()
