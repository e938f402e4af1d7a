"""Numbered migrations, run by Lucero itself: `upgrade(url)` brings a database to the newest schema."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory


def configuration(url: str) -> Config:
    """Return Alembic's configuration for the database at `url`."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["url"] = url
    return config


def upgrade(url: str) -> None:
    """Bring the database to the newest schema; does nothing where it is there already."""
    command.upgrade(configuration(url), "head")


def is_current(engine: sa.Engine) -> bool:
    """Tell whether the database has the newest schema."""
    newest = ScriptDirectory(str(Path(__file__).parent)).get_current_head()
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == newest
