"""Published templates, and which one an agreement was made from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("agreements", sa.Column("template_version", sa.Integer(), nullable=True))
    op.create_table(
        "template_versions",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("source_sha256", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("warnings", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sha256"], ["blobs.sha256"], name=op.f("fk_template_versions_sha256_blobs")
        ),
        sa.PrimaryKeyConstraint("kind", "number", name=op.f("pk_template_versions")),
    )
    _protect_versions()


def _protect_versions() -> None:
    """Agreements cite these: the database itself refuses UPDATE and DELETE."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("""
            CREATE FUNCTION docgen_refuse_template_change() RETURNS trigger AS $$
            BEGIN RAISE EXCEPTION 'a published template never changes'; END
            $$ LANGUAGE plpgsql
        """)
        op.execute("""
            CREATE TRIGGER template_versions_immutable
            BEFORE UPDATE OR DELETE OR TRUNCATE ON template_versions
            EXECUTE FUNCTION docgen_refuse_template_change()
        """)
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(f"""
            CREATE TRIGGER template_versions_no_{verb.lower()} BEFORE {verb} ON template_versions
            BEGIN SELECT RAISE(ABORT, 'a published template never changes'); END
        """)


def downgrade() -> None:
    msg = "published templates are cited by agreements"
    raise NotImplementedError(msg)
