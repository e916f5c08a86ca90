"""Whose file each kept PDF is, so that one brought back is found by its hash alone."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    # SQLite adds a foreign key with its column or not at all.
    op.execute(
        "ALTER TABLE blobs ADD COLUMN agreement_id VARCHAR(32)"
        " CONSTRAINT fk_blobs_agreement_id_agreements REFERENCES agreements (id)"
    )
    op.execute("""
        UPDATE blobs SET agreement_id = COALESCE(
            (SELECT min(agreement_id) FROM revisions WHERE revisions.sha256 = blobs.sha256),
            (SELECT min(id) FROM agreements WHERE evidence_sha256 = blobs.sha256)
        )
    """)


def downgrade() -> None:
    msg = "whose file is whose would be lost: restore the backup made before the upgrade"
    raise NotImplementedError(msg)
