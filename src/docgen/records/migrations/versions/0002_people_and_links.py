"""People, sheets, and what an agreement is looked up by: person, establishment, parent."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_people")),
    )
    op.create_index(op.f("ix_people_search"), "people", ["search"], unique=False)
    op.create_table(
        "sheets",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=320), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", "edition", name=op.f("pk_sheets")),
    )
    op.add_column("agreements", sa.Column("person_key", sa.String(length=64), nullable=True))
    op.add_column("agreements", sa.Column("company_siret", sa.String(length=14), nullable=True))
    # SQLite adds a foreign key with its column or not at all.
    op.execute(
        "ALTER TABLE agreements ADD COLUMN parent_id VARCHAR(32)"
        " CONSTRAINT fk_agreements_parent_id_agreements REFERENCES agreements (id)"
    )
    # An amendment of a renewal has a long prefix: PMSMP-2026-0001-R1-A.
    with op.batch_alter_table("numbering") as batch:
        batch.alter_column("prefix", type_=sa.String(length=40), existing_nullable=False)
    for column in ("person_key", "company_siret", "parent_id"):
        op.create_index(f"ix_agreements_{column}", "agreements", [column], unique=False)
    _fill()


def _fill() -> None:
    """What the new columns say of the agreements already there."""
    connection = op.get_bind()
    agreements = sa.table(
        "agreements",
        *(sa.column(name) for name in ("id", "reference", "data")),
        *(sa.column(name) for name in ("person_key", "company_siret", "parent_id")),
    )
    people = sa.table(
        "people",
        *(sa.column(name) for name in ("key", "family_name", "given_name", "search")),
        sa.column("born_on", sa.Date()),
    )
    rows = connection.execute(
        sa.select(agreements.c.id, agreements.c.reference, agreements.c.data)
    ).all()
    ids = {row.reference: row.id for row in rows}
    met: set[str] = set()
    for row in rows:
        data = json.loads(row.data)
        renewal = data.get("renouvellement") or {}
        person = data.get("beneficiaire")
        key = _key(person) if person else None
        if person and key and key not in met:
            met.add(key)
            names = (person["nom"], person["prenom"])
            connection.execute(
                people.insert().values(
                    key=key,
                    family_name=names[0],
                    given_name=names[1],
                    born_on=dt.date.fromisoformat(person["date_naissance"]),
                    search=_plain(" ".join(names)),
                )
            )
        connection.execute(
            agreements.update()
            .where(agreements.c.id == row.id)
            .values(
                person_key=key,
                company_siret=(data.get("entreprise") or {}).get("siret"),
                parent_id=ids.get(renewal.get("reference")),
            )
        )


def _key(person: dict[str, str]) -> str:
    words = (_plain(person["nom"]), _plain(person["prenom"]), person["date_naissance"])
    return hashlib.sha256("|".join(("docgen:person", *words)).encode()).hexdigest()


def _plain(text: str) -> str:
    """As identity.plain was when this migration was written."""
    letters = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE"))
    kept = "".join(c if c.isalnum() else " " for c in letters if not unicodedata.combining(c))
    return " ".join(kept.casefold().split())


def downgrade() -> None:
    msg = "what a number hangs on would be lost: restore the backup made before the upgrade"
    raise NotImplementedError(msg)
