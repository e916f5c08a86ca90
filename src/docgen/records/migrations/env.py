"""How Alembic reaches the database: always through the engine that `migrate` hands over.

One process at a time, so that several that start together on an empty database all find it made.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import text

from docgen.records.tables import Base

engine = context.config.attributes["engine"]

# SQLite: the writer's lock is waited for from the first word on (see `_begin_sqlite`), and kept to
# the last: Alembic would otherwise commit after each revision, and another process slip in between.
with engine.connect().execution_options(immediate=True) as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, transactional_ddl=True)
    with context.begin_transaction():
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('docgen.migrate'))"))
        context.run_migrations()
