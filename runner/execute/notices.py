"""The server's notices, each with the place of its statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import errors

from runner.results import Notice

if TYPE_CHECKING:
    from psycopg.pq.abc import PGconn

    from runner.execute.messages import Message
    from runner.observer import Observer


class Notices:
    """Reports notices to the observer, each with the place of the statement that it belongs to.

    libpq hands out a notice as soon as it has read it, when the result of the statement before
    may not have been taken yet (pqParseInput3 in fe-protocol3.c). Such a notice is `pending`
    until `report` is called, which is after that result.
    """

    def __init__(self, observer: Observer) -> None:
        self.observer = observer
        self.pending: list[Notice] = []

    def on_notice(self, diag: errors.Diagnostic, message: Message, pgconn: PGconn | None) -> None:
        """Takes a notice; `pgconn` is given while results are being taken."""
        clear = not self.pending
        if pgconn is not None:
            try:
                # It is on already; libpq refuses when a result is there to be taken.
                pgconn.set_single_row_mode()
            except errors.OperationalError:
                clear = False
        # Now: its text is gone when this returns.
        self.pending.append(
            Notice(
                diag.severity_nonlocalized or diag.severity or "NOTICE",
                diag.message_primary or "",
                None,
                diag.sqlstate,
                diag.message_detail,
                diag.message_hint,
            )
        )
        if clear:
            self.report(message)

    def report(self, message: Message) -> None:
        """Reports what is pending: it belongs to the statement that the server is at."""
        for notice in self.pending:
            self.observer.notice(notice._replace(place=message.statement_place()))
        self.pending.clear()
