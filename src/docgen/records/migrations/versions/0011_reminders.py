"""Reminders given, what people made of them, digests, when to look again, calendar feeds."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

# How many days before its day each was announced, until now.
BEFORE = {"preavis": (90, 60, 30, 7), "fin": (30,)}


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "digests",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("next_at", instant, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", instant, nullable=True),
        sa.Column("abandoned_at", instant, nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
        sa.UniqueConstraint("recipient", "day", name=op.f("uq_digests_recipient")),
    )
    op.create_index("ix_digests_waiting", "digests", ["sent_at", "abandoned_at", "next_at"])
    op.create_table(
        "digest_links",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("digest_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("expires_at", instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["digest_id"], ["digests.id"], name=op.f("fk_digest_links_digest_id_digests")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_digest_links")),
    )
    op.create_index(op.f("ix_digest_links_digest_id"), "digest_links", ["digest_id"])
    op.create_table(
        "reminders",
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("target", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("line", sa.Boolean(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=True),
        sa.Column("dropped", sa.Text(), nullable=True),
        sa.Column("noted_at", instant, nullable=True),
        sa.Column("digest_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["digest_id"], ["digests.id"], name=op.f("fk_reminders_digest_id_digests")
        ),
        sa.PrimaryKeyConstraint("subject", "kind", "due", "target", name=op.f("pk_reminders")),
    )
    op.create_index("ix_reminders_digest_id", "reminders", ["digest_id"])
    op.create_index("ix_reminders_waiting", "reminders", ["recipient", "digest_id"])
    op.create_index("ix_reminders_to_note", "reminders", ["kind", "noted_at"])
    op.create_table(
        "matters",
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("target", sa.Date(), nullable=False),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.Column("settled_at", instant, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("subject", "kind", "target", name=op.f("pk_matters")),
    )
    op.create_table(
        "watches",
        sa.Column("agreement_id", sa.String(length=32), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=False),
        sa.Column("stamp", sa.Integer(), nullable=False),
        sa.Column("reading", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreements.id"], name=op.f("fk_watches_agreement_id_agreements")
        ),
        sa.PrimaryKeyConstraint("agreement_id", name=op.f("pk_watches")),
    )
    op.create_index(op.f("ix_watches_next_on"), "watches", ["next_on"])
    op.create_table(
        "last_passes",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_last_passes")),
    )
    op.create_table(
        "calendar_feeds",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("revoked_at", instant, nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_calendar_feeds")),
    )
    op.create_index(op.f("ix_calendar_feeds_person"), "calendar_feeds", ["person"])
    _keep_what_was_said(op.get_bind())


def _keep_what_was_said(connection: sa.Connection) -> None:
    """Deadlines used to be announced by a mail each: those are not to be said again in digests.

    A mail that still waits is dropped: the next digest says its deadline. Which day a mail was
    about was not kept, only how long before it could be: a row for each.
    """
    connection.execute(
        sa.text(
            "UPDATE messages SET abandoned_at = created_at "
            "WHERE kind = 'deadline' AND sent_at IS NULL AND abandoned_at IS NULL"
        )
    )
    sent = connection.execute(
        sa.text(
            "SELECT a.reference, a.company, m.key "
            "FROM messages m JOIN agreements a ON a.id = m.agreement_id "
            "WHERE m.kind = 'deadline' AND m.sent_at IS NOT NULL"
        )
    ).all()
    reminders = sa.table(
        "reminders",
        *(sa.column(name) for name in ("subject", "kind", "about", "dropped")),
        *(sa.column(name, sa.Date()) for name in ("due", "target", "until", "said_on")),
        sa.column("line", sa.Boolean()),
    )
    rows = {}
    for reference, company, key in sent:
        # deadline:<agreement>:<address>:<kind>:<day>
        kind, said = key.rsplit(":", 2)[1:]
        day = dt.date.fromisoformat(said)
        for before in BEFORE[kind]:
            target = day + dt.timedelta(days=before)
            rows[reference, kind, day, target] = {
                "subject": reference,
                "kind": kind,
                "due": day,
                "target": target,
                "until": target,
                "said_on": day,
                "line": False,
                "about": company,
                "dropped": "annoncé par un courriel à part",
            }
    if rows:
        connection.execute(reminders.insert(), list(rows.values()))


def downgrade() -> None:
    # What was said would be said again: only a copy of the base goes back.
    msg = "who was reminded of what would be lost: restore the backup made before"
    raise NotImplementedError(msg)
