"""Alembic's entry point: one connection, one transaction, batch mode so that SQLite can alter tables too."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

from models.base import Moment
from models.tables import metadata


def spelled(kind: str, thing: Any, _autogenerate: Any) -> str | Literal[False]:
    """Write a moment as what it is in the database: a migration must not need the code of its day."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, Moment) else False


def run() -> None:
    """Run the migrations in one transaction."""
    engine = sa.create_engine(context.config.attributes["url"], poolclass=sa.NullPool)
    with engine.begin() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=True,
            render_item=spelled,
            compare_server_default=True,
        )
        context.run_migrations()
    engine.dispose()


run()
