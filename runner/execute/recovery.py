"""Going on after an error, as psql does with ON_ERROR_ROLLBACK: a rehearsal finds all errors."""

from __future__ import annotations

from collections import deque
from itertools import accumulate, islice
from typing import TYPE_CHECKING

from psycopg import pq

from runner.execute.messages import Batch
from runner.execute.step_filters import moves_savepoints
from runner.execute.transaction_blocks import RELEASE_BLOCK, ROLL_BACK_BLOCK
from runner.psql.steps import CopyData, PlainStatements

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.errors import RunnerError
    from runner.execute.exchange import Exchange
    from runner.execute.execution import Execution
    from runner.execute.shared import Shared
    from runner.psql.steps import Statement, Step


_SAVEPOINT = b"SAVEPOINT runner_rehearsal;"
_RELEASE = b"RELEASE SAVEPOINT runner_rehearsal;"
_ROLL_BACK = b"ROLLBACK TO SAVEPOINT runner_rehearsal;"


class Recovery:
    """Sets a savepoint before each message, and takes back one that fails.

    The statements before the one that failed are then sent again, and those after it one by one.
    """

    def __init__(self, exchange: Exchange, execution: Execution) -> None:
        self.has_failed = False  # the last message
        self._exchange = exchange
        self._execution = execution
        self._is_set = False
        self._batch = Batch()
        self._data = 0  # how often the server may still ask for COPY data

    def before(self, batch: Batch) -> None:
        """Set the savepoint, and release the one before."""
        self.has_failed = False
        self._batch = batch
        self._data = len(batch.statements[-1].data)
        if not self._execution.autocommit:
            release = _RELEASE if self._is_set else b""
            self._exchange.conn.execute(release + _SAVEPOINT)
            self._is_set = not moves_savepoints(batch.statements[0])

    def data(self, steps: Iterator[Batch | Step | Shared]) -> Batch | Step | Shared | None:
        """The COPY data that the server asks for."""
        self._data -= 1
        return next(steps, None)

    def after(self, error: RunnerError, steps: Iterator[Batch | Step | Shared]) -> Sequence[Batch]:
        """Report the error; return what to send again. Raises the error if that is impossible."""
        conn, on_error = self._exchange.conn, self._execution.on_error
        status, expected = conn.pgconn.transaction_status, pq.TransactionStatus.INERROR
        is_lost = status != expected and not self._execution.autocommit
        if conn.closed or is_lost or on_error is None or not self._batch.statements:
            raise error
        self.has_failed = True
        before, failed, others = _split(self._batch, self._exchange.command)
        on_error(error, failed.text)
        if not self._execution.autocommit:
            conn.execute(_ROLL_BACK)
            self._is_set = True
            if RELEASE_BLOCK in failed.text:  # a COMMIT of the script: the server rolls back
                conn.execute(ROLL_BACK_BLOCK + RELEASE_BLOCK)
                self._is_set = False
        for step in islice(steps, self._data if failed.data else 0):
            if isinstance(step, CopyData):
                deque(step.blocks, 0)
        groups = filter(None, [before, *([one] for one in others)])
        return [Batch(group, is_alone=self._batch.is_alone) for group in groups]


def _split(batch: Batch, command: int) -> tuple[list[Statement], Statement, list[Statement]]:
    """The statements before the one that holds this command, that one, and those after it."""
    statements: list[Statement] = []
    for statement in batch.statements:
        statements += statement.each() if isinstance(statement, PlainStatements) else (statement,)
    ends = accumulate(len(statement.starts) for statement in statements)
    at = next((at for at, end in enumerate(ends) if command < end), len(statements) - 1)
    return statements[:at], statements[at], statements[at + 1 :]
