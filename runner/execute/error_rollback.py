"""Continues after an error, as psql with ON_ERROR_ROLLBACK: a rehearsal finds all errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from psycopg import pq, sql

from runner.adapt.step_filters import moves_savepoints
from runner.adapt.transaction_blocks import RELEASE_BLOCK, ROLL_BACK_BLOCK
from runner.connect.queries import fetch, statement
from runner.errors import RunnerError
from runner.psql.steps import Statement, Statements, separated

if TYPE_CHECKING:
    from runner.connect.session import Session
    from runner.execute.execution import Execution
    from runner.execute.messages import Part

_SAVEPOINT = b"SAVEPOINT runner_rehearsal;"
_RELEASE = b"RELEASE SAVEPOINT runner_rehearsal;"
_ROLL_BACK = b"ROLLBACK TO SAVEPOINT runner_rehearsal;"


class Recovery:
    """Rolls a failed message back to the savepoint before it, and resets its sequences.

    The statements of a failed message are sent again one by one.
    """

    def __init__(self, execution: Execution) -> None:
        self.has_failed = False  # the last message
        self._execution = execution
        self._is_set = False
        self._statements: Sequence[Statements] = ()  # of the last message
        self._sequences: str | None = None  # their values before it

    def before(self, parts: Sequence[Part], conn: Session) -> None:
        self.has_failed = False
        self._statements = [part.statement for part in parts if part.statement is not None]
        if self._statements and not self._execution.autocommit:
            conn.execute((_RELEASE if self._is_set else b"") + _SAVEPOINT)
            self._is_set = not moves_savepoints(self._statements[0])
            if len(self._statements) > 1 or not isinstance(self._statements[0], Statement):
                self._sequences = fetch(conn, statement("execute/sequence_values"))[0][0]

    def after(self, error: RunnerError, conn: Session) -> Sequence[Statement]:
        """Report the error of one statement, and return what `on_error` gives to send instead.

        Of several, return each to be sent again alone.
        Raises the error if that is impossible.
        """
        autocommit, on_error = self._execution.autocommit, self._execution.on_error
        is_lost = conn.pgconn.transaction_status != pq.TransactionStatus.INERROR and not autocommit
        if conn.closed or is_lost or on_error is None or not self._statements:
            raise error
        self.has_failed = True
        steps = separated(iter(self._statements))
        statements = [one for one in steps if isinstance(one, Statement)]
        again = statements
        if len(statements) == 1:
            instead = on_error(error, statements[0].text)
            again = [] if instead is None else [statements[0]._replace(text=instead)]
        if not autocommit:
            conn.execute(_ROLL_BACK)
            self._is_set = True
            if len(statements) > 1 and self._sequences:
                set_back = sql.SQL(statement("execute/set_sequences"))
                fetch(conn, set_back.format(saved=self._sequences))
            if len(statements) == 1 and RELEASE_BLOCK in statements[0].text:
                # After a COMMIT of the script the server has rolled back.
                conn.execute(ROLL_BACK_BLOCK + RELEASE_BLOCK)
                self._is_set = False
        return again
