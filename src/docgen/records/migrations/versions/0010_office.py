"""The office: accounts and their journal, search, missions, retention and disposal."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_INSTANT = sa.DateTime(timezone=True)
_SHA256 = sa.String(length=64)
_ID = sa.String(length=32)
_BY_BYTES = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    _accounts()
    _missions_and_sessions()
    _journal()
    _search()
    _retention()
    _disposals()
    _triggers()


def _column(name: str, kind: Any, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=null)


def _points(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{to.partition('.')[0]}"
    return sa.ForeignKeyConstraint([column], [to], name=op.f(name))


def _accounts() -> None:
    op.create_table(
        "accounts",
        _column("id", _ID),
        _column("email", sa.String(length=320)),
        _column("name", sa.Text()),
        _column("role", sa.String(length=20)),
        _column("password", sa.Text(), null=True),
        _column("totp_secret", sa.Text(), null=True),
        _column("totp_since", _INSTANT, null=True),
        _column("totp_last_step", sa.Integer(), null=True),
        _column("created_at", _INSTANT),
        _column("disabled_at", _INSTANT, null=True),
        _column("last_entry_at", _INSTANT, null=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("email", name=op.f("uq_accounts_email")),
    )
    op.create_table(
        "account_tokens",
        _column("token_hash", _SHA256),
        _column("account_id", _ID),
        _column("kind", sa.String(length=20)),
        _column("created_at", _INSTANT),
        _column("expires_at", _INSTANT),
        _column("used_at", _INSTANT, null=True),
        _points("account_tokens", "account_id", "accounts.id"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_account_tokens")),
    )
    op.create_index(op.f("ix_account_tokens_account_id"), "account_tokens", ["account_id"])
    op.create_table(
        "account_messages",
        _column("id", _ID),
        _column("account_id", _ID),
        _column("kind", sa.String(length=20)),
        _column("created_at", _INSTANT),
        _column("next_at", _INSTANT),
        _column("attempts", sa.Integer()),
        _column("sent_at", _INSTANT, null=True),
        _column("abandoned_at", _INSTANT, null=True),
        _column("last_error", sa.Text(), null=True),
        _points("account_messages", "account_id", "accounts.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_messages")),
    )
    op.create_index(op.f("ix_account_messages_account_id"), "account_messages", ["account_id"])
    op.create_table(
        "entry_attempts",
        _column("id", _ID),
        _column("key", _SHA256),
        _column("at", _INSTANT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_attempts")),
    )
    op.create_index("ix_entry_attempts_key_at", "entry_attempts", ["key", "at"])
    op.create_index(op.f("ix_entry_attempts_at"), "entry_attempts", ["at"])


def _missions_and_sessions() -> None:
    op.create_table(
        "missions",
        _column("id", _ID),
        _column("account_id", _ID),
        _column("motive", sa.Text()),
        _column("first_day", sa.Date(), null=True),
        _column("last_day", sa.Date(), null=True),
        _column("fund", sa.String(length=60), null=True),
        _column("company_siret", sa.String(length=14), null=True),
        _column("until", sa.Date()),
        _column("created_at", _INSTANT),
        _column("created_by", sa.Text()),
        _column("ended_at", _INSTANT, null=True),
        _points("missions", "account_id", "accounts.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missions")),
    )
    op.create_index(op.f("ix_missions_account_id"), "missions", ["account_id"])
    op.create_table(
        "office_sessions",
        _column("id", _ID),
        _column("secret_hash", _SHA256),
        _column("account_id", _ID),
        _column("mission_id", _ID, null=True),
        _column("created_at", _INSTANT),
        _column("seen_at", _INSTANT),
        _column("expires_at", _INSTANT),
        _column("complete_at", _INSTANT, null=True),
        _column("ended_at", _INSTANT, null=True),
        _column("address", sa.String(length=64)),
        _column("browser", sa.String(length=200)),
        _points("office_sessions", "account_id", "accounts.id"),
        _points("office_sessions", "mission_id", "missions.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_sessions")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_office_sessions_secret_hash")),
    )
    op.create_index(op.f("ix_office_sessions_account_id"), "office_sessions", ["account_id"])


def _journal() -> None:
    op.create_table(
        "office_events",
        _column("seq", sa.Integer()),
        _column("act", sa.String(length=40)),
        _column("at", _INSTANT),
        _column("account_id", _ID, null=True),
        _column("subject", sa.Text()),
        _column("data", sa.Text()),
        _column("previous", _SHA256),
        _column("hash", _SHA256),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_office_events")),
    )
    op.create_index("ix_office_events_act_at", "office_events", ["act", "at"])
    op.create_index("ix_office_events_account_id_at", "office_events", ["account_id", "at"])
    op.create_index("ix_office_events_subject", "office_events", ["subject"])
    head = op.create_table(
        "office_head",
        *(_column(name, sa.Integer()) for name in ("id", "seq")),
        _column("hash", _SHA256),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_head")),
    )
    op.bulk_insert(head, [{"id": 1, "seq": 0, "hash": ""}])


def _search() -> None:
    op.create_table(
        "search_entries",
        _column("agreement_id", _ID),
        _column("reference", sa.String(length=40)),
        _column("kind", sa.String(length=40)),
        _column("status", sa.String(length=20)),
        _column("company", sa.Text()),
        _column("company_siret", sa.String(length=14), null=True),
        _column("first_day", sa.Date()),
        _column("last_day", sa.Date()),
        _points("search_entries", "agreement_id", "agreements.id"),
        sa.PrimaryKeyConstraint("agreement_id", name=op.f("pk_search_entries")),
        sa.UniqueConstraint("reference", name=op.f("uq_search_entries_reference")),
    )
    order = ["first_day", "agreement_id", "last_day", "status", "kind"]
    op.create_index("ix_search_entries_order", "search_entries", order)
    op.create_index("ix_search_entries_siret", "search_entries", ["company_siret", "first_day"])
    op.create_table(
        "search_words",
        _column("field", sa.String(length=12)),
        _column("word", _BY_BYTES),
        _column("agreement_id", _ID),
        sa.PrimaryKeyConstraint("field", "word", "agreement_id", name=op.f("pk_search_words")),
    )
    op.create_index("ix_search_words_agreement_id", "search_words", ["agreement_id", "word"])


def _retention() -> None:
    op.create_table(
        "funds",
        _column("code", sa.String(length=60)),
        _column("label", sa.Text()),
        _column("retention_class", sa.String(length=40)),
        _column("last_payment", sa.Date(), null=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_funds")),
    )
    op.create_table(
        "agreement_funds",
        _column("fund", sa.String(length=60)),
        _column("agreement_id", _ID),
        _points("agreement_funds", "fund", "funds.code"),
        _points("agreement_funds", "agreement_id", "agreements.id"),
        sa.PrimaryKeyConstraint("fund", "agreement_id", name=op.f("pk_agreement_funds")),
    )
    op.create_index(op.f("ix_agreement_funds_agreement_id"), "agreement_funds", ["agreement_id"])
    op.create_table(
        "retentions",
        _column("agreement_id", _ID),
        _column("policy_version", sa.Integer()),
        _column("policy_sha256", _SHA256),
        _column("retain_until", sa.Date(), null=True),
        _column("reasons", sa.Text()),
        _column("locked_until", sa.Date(), null=True),
        _column("locked_manifest", sa.Text(), null=True),
        _column("problem", sa.Text(), null=True),
        _column("hold_reason", sa.Text(), null=True),
        _column("hold_since", _INSTANT, null=True),
        _column("identity_erased_at", _INSTANT, null=True),
        _column("erased_at", _INSTANT, null=True),
        _points("retentions", "agreement_id", "agreements.id"),
        sa.PrimaryKeyConstraint("agreement_id", name=op.f("pk_retentions")),
    )
    op.create_index(op.f("ix_retentions_retain_until"), "retentions", ["retain_until"])


def _disposals() -> None:
    op.create_table(
        "disposals",
        _column("id", _ID),
        _column("number", sa.String(length=40)),
        _column("made_at", _INSTANT),
        _column("made_by", sa.Text()),
        _column("list_sha256", _SHA256),
        _column("done_at", _INSTANT, null=True),
        _column("dropped_at", _INSTANT, null=True),
        _column("certificate_sha256", _SHA256, null=True),
        _column("certificate_key", sa.Text(), null=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposals")),
        sa.UniqueConstraint("number", name=op.f("uq_disposals_number")),
    )
    op.create_table(
        "disposal_items",
        _column("disposal_id", _ID),
        _column("agreement_id", _ID),
        _column("reference", sa.String(length=40)),
        _column("kind", sa.String(length=40)),
        _column("retain_until", sa.Date()),
        _column("manifest_sha256", _SHA256),
        _column("objects", sa.Text()),
        _column("destroyed_at", _INSTANT, null=True),
        _column("kept_because", sa.Text(), null=True),
        _points("disposal_items", "disposal_id", "disposals.id"),
        _points("disposal_items", "agreement_id", "agreements.id"),
        sa.PrimaryKeyConstraint("disposal_id", "agreement_id", name=op.f("pk_disposal_items")),
    )
    op.create_table(
        "disposal_approvals",
        _column("disposal_id", _ID),
        _column("account_id", _ID),
        _column("list_sha256", _SHA256),
        _column("at", _INSTANT),
        _points("disposal_approvals", "disposal_id", "disposals.id"),
        _points("disposal_approvals", "account_id", "accounts.id"),
        sa.PrimaryKeyConstraint("disposal_id", "account_id", name=op.f("pk_disposal_approvals")),
    )


def _triggers() -> None:
    """The journal only grows (0001's function); a search finds the status of this very moment."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("""
            CREATE TRIGGER office_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
            ON office_events EXECUTE FUNCTION docgen_refuse_journal_change()
        """)
        op.execute("""
            CREATE FUNCTION docgen_follow_status() RETURNS trigger AS $$
            BEGIN
                UPDATE search_entries SET status = NEW.status WHERE agreement_id = NEW.id;
                RETURN NULL;
            END
            $$ LANGUAGE plpgsql
        """)
        op.execute("""
            CREATE TRIGGER search_follows_status AFTER UPDATE OF status ON agreements
            FOR EACH ROW EXECUTE FUNCTION docgen_follow_status()
        """)
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(f"""
            CREATE TRIGGER office_events_no_{verb.lower()} BEFORE {verb} ON office_events
            BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
        """)
    op.execute("""
        CREATE TRIGGER search_follows_status AFTER UPDATE OF status ON agreements
        BEGIN
            UPDATE search_entries SET status = NEW.status WHERE agreement_id = NEW.id;
        END
    """)


def downgrade() -> None:
    msg = "accounts, their journal and what is to be kept would be lost: restore the backup"
    raise NotImplementedError(msg)
