"""How Alembic reaches the database: always through the engine that `migrate` hands over."""

from __future__ import annotations

from alembic import context

from docgen.records.tables import Base

engine = context.config.attributes["engine"]

with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
