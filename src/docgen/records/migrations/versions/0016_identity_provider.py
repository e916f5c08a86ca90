"""Who an account is at the identity provider."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("accounts", sa.Column("openid_key", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_accounts_openid_key"), "accounts", ["openid_key"], unique=True)


def downgrade() -> None:
    op.drop_index(op.f("ix_accounts_openid_key"), table_name="accounts")
    op.drop_column("accounts", "openid_key")
