"""Alembic's entry point: one connection, one transaction, batch mode so that SQLite can alter tables too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

from models.tables import metadata


def run() -> None:
    """Run the migrations in one transaction."""
    engine = sa.create_engine(context.config.attributes["url"], poolclass=sa.NullPool)
    with engine.begin() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=True,
            compare_server_default=True,
        )
        context.run_migrations()
    engine.dispose()


run()
