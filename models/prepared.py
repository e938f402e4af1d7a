"""Statements of every turn, compiled once and run on the driver's own cursor, inside the open transaction.

Building, compiling and unpacking a statement through SQLAlchemy costs several times what the database does for it
(docs/benchmarks.md). The few statements that every text passes through are prepared instead: SQLAlchemy writes their
SQL and knows their types, once for each kind of database.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa

Process = Callable[[Any], Any] | None
Row = dict[str, Any]


@dataclass(frozen=True)
class _Compiled:
    """The SQL of one dialect, and how values go in and columns come out."""

    text: str
    positional: bool
    inward: list[tuple[str, Process]]
    own: dict[str, Any]
    """Values that the statement itself gives."""
    outward: list[tuple[str, Process]]

    def bound(self, values: Mapping[str, Any]) -> Sequence[Any] | dict[str, Any]:
        said = {**self.own, **values}
        given = [(name, process(said[name]) if process else said[name]) for name, process in self.inward]
        return [value for _name, value in given] if self.positional else dict(given)

    def read(self, row: Sequence[Any]) -> Row:
        columns = zip(self.outward, row, strict=True)
        return {
            name: process(value) if process is not None and value is not None else value
            for (name, process), value in columns
        }


class Prepared:
    """A statement with named parameters. Several rows come back as SQLAlchemy would read them, as dictionaries."""

    def __init__(self, statement: sa.Select[Any] | sa.Insert | sa.Update | sa.sql.dml.ReturningInsert[Any]) -> None:
        self._statement = statement
        self._by_dialect: dict[str, _Compiled] = {}

    def run(self, connection: sa.Connection, **values: Any) -> list[Row]:
        """Run it in the connection's transaction. Raises what SQLAlchemy would raise."""
        compiled = self._compiled(connection.dialect)
        with self._cursor(connection, compiled, compiled.bound(values), many=False) as (cursor, parameters):
            cursor.execute(compiled.text, parameters)
            return [compiled.read(row) for row in cursor.fetchall()] if compiled.outward else []

    def run_and_count(self, connection: sa.Connection, **values: Any) -> int:
        """The same for a statement that changes rows: how many it has changed."""
        compiled = self._compiled(connection.dialect)
        with self._cursor(connection, compiled, compiled.bound(values), many=False) as (cursor, parameters):
            cursor.execute(compiled.text, parameters)
            return int(cursor.rowcount)

    def run_for_each(self, connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run it once for the values of each row, together. Nothing comes back."""
        compiled = self._compiled(connection.dialect)
        bound = [compiled.bound(values) for values in rows]
        with self._cursor(connection, compiled, bound, many=True) as (cursor, parameters):
            cursor.executemany(compiled.text, parameters)

    @contextlib.contextmanager
    def _cursor(
        self, connection: sa.Connection, compiled: _Compiled, parameters: Any, *, many: bool
    ) -> Iterator[tuple[Any, Any]]:
        """A cursor of the driver's; its errors become SQLAlchemy's."""
        driver = cast("Any", connection.dialect).dbapi
        cursor = connection.connection.cursor()
        for listener in connection.dispatch.before_cursor_execute:  # who watches the engine's statements sees these
            listener(connection, cursor, compiled.text, parameters, None, many)
        try:
            yield cursor, parameters
        except driver.Error as error:
            lost = connection.dialect.is_disconnect(error, connection.connection.dbapi_connection, cursor)
            if lost:
                connection.invalidate(error)
            raise sa.exc.DBAPIError.instance(
                compiled.text, None, error, driver.Error, hide_parameters=True, connection_invalidated=lost
            ) from error
        finally:
            cursor.close()

    def _compiled(self, dialect: sa.Dialect) -> _Compiled:
        return self._by_dialect.get(dialect.name) or self._compile(dialect)

    def _compile(self, dialect: sa.Dialect) -> _Compiled:
        compiled = cast("sa.Compiled", self._statement.compile(dialect=dialect))
        parameters = {name: bind for bind, name in cast("Any", compiled).bind_names.items()}
        names = cast("Any", compiled).positiontup or list(parameters)
        inward = [(name, parameters[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names]
        own = {name: bind.effective_value for name, bind in parameters.items() if not bind.required}
        outward = [
            (column.name, column.type.dialect_impl(dialect).result_processor(dialect, None))
            for column in getattr(self._statement, "exported_columns", ())
        ]
        known = _Compiled(str(compiled), bool(cast("Any", compiled).positional), inward, own, outward)
        self._by_dialect[dialect.name] = known
        return known
