"""How each signer signs, in which turn, and for whom."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    # Until now there was one way, and everybody was invited at once.
    way = sa.Column("way", sa.String(length=20), nullable=False, server_default="courriel")
    turn = sa.Column("turn", sa.Integer(), nullable=False, server_default="1")
    for column in (
        way,
        turn,
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("principal", sa.Text(), nullable=True),
        sa.Column("witness", sa.Text(), nullable=True),
        sa.Column("identity_check", sa.Text(), nullable=True),
    ):
        op.add_column("signers", column)


def downgrade() -> None:
    msg = "who signed on paper or for another would be lost: restore the backup made before"
    raise NotImplementedError(msg)
