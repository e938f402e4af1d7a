"""For the machines that watch: alive, able to work, numbers."""

from __future__ import annotations

import logging
from collections.abc import Callable

import sqlalchemy as sa
from flask import Blueprint, Response

from models.database import Database
from models.migrations import is_current

log = logging.getLogger(__name__)


METRICS = """\
# HELP lucero_up Whether this process answers.
# TYPE lucero_up gauge
lucero_up 1
# HELP lucero_refused_requests_total Webhook requests of this process whose signature was wrong or missing.
# TYPE lucero_refused_requests_total counter
lucero_refused_requests_total {refused}"""


def health(database: Database, refused: Callable[[], int]) -> Blueprint:
    """Return the routes /healthz, /readyz and /metrics; `refused` counts wrong signatures."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def alive() -> Response:
        return _line("alive")

    @blueprint.get("/readyz")
    def ready() -> Response:
        obstacle = _obstacle(database)
        return _line(obstacle or "ready", 503 if obstacle else 200)

    @blueprint.get("/metrics")
    def metrics() -> Response:
        return _line(METRICS.format(refused=refused()), content_type="text/plain; version=0.0.4; charset=utf-8")

    return blueprint


def _obstacle(database: Database) -> str | None:
    """Why no text could be taken now, in one sentence; None where it could."""
    try:
        if not is_current(database.engine):
            return "The database has another schema than this version needs: run flask --app wsgi migrate."
    except sa.exc.SQLAlchemyError as error:
        log.warning("not ready: %s", type(error).__name__)
        return "The database cannot be reached."
    return None


def _line(text: str, status: int = 200, content_type: str = "text/plain; charset=utf-8") -> Response:
    return Response(text + "\n", status, content_type=content_type, headers={"Cache-Control": "no-store"})
