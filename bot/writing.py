"""The one transaction of a turn, and the check that nothing is written before the last question."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import ORMExecuteState, Session


class WroteBeforeAsking(RuntimeError):
    """A conversation wrote to the database and then asked a question: its next run would write again."""


class Writing:
    """The session of a turn, opened when a conversation first needs one: most turns only ask the next question."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self._session: Session | None = None
        self._wrote = False

    @property
    def session(self) -> Session:
        """The session, in the turn's transaction. Nobody below the turn commits it."""
        if self._session is None:
            self._session = Session(self.connection, join_transaction_mode="rollback_only", autoflush=True)
            sa.event.listen(self._session, "do_orm_execute", self._note_statement)
            sa.event.listen(self._session, "before_flush", self._note_flush)
        return self._session

    def must_be_clean(self) -> None:
        """Refuse to ask after something was written. Raises WroteBeforeAsking."""
        session = self._session
        if session is not None and (self._wrote or session.new or session.dirty or session.deleted):
            raise WroteBeforeAsking("a conversation may write only after its last question")

    def keep(self) -> None:
        """A conversation has ended: what it wrote stands, and the next one starts clean."""
        if self._session is not None:
            self._session.flush()
            self._wrote = False

    def _note_statement(self, state: ORMExecuteState) -> None:
        self._wrote = self._wrote or not state.is_select

    def _note_flush(self, session: Session, *_details: object) -> None:
        self._wrote = self._wrote or bool(session.new or session.dirty or session.deleted)
