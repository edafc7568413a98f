"""A target that is only read, compared with a reference."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import psycopg

from runner.connect import session
from runner.connect.queries import first_rows, no_timeouts, statement
from runner.errors import Collision, RunnerError
from runner.reference.spec import database_properties
from runner.run.context import warn
from runner.verify.assertions import BEFORE
from runner.verify.verifier import Verifier

if TYPE_CHECKING:
    from runner.comparison import Verification
    from runner.connect.session import Session
    from runner.run.context import RunContext


def compare_only(ctx: RunContext) -> Verification:
    """Compares a target with a reference, in a transaction that can only read.

    The assertions run in another one, which is rolled back. Raises why there is no reference,
    Refused where a right is missing, ConnectionFailed and LockNotAvailable.
    """
    conn, asserted = ctx.session, ctx.prepared.asserted
    lock_timeout = round(ctx.settings.lock_timeout * 1000)
    timeout = f"{no_timeouts(conn)} SET LOCAL lock_timeout = {lock_timeout}"
    begin = f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {timeout}".encode()
    try:
        with ExitStack() as stack:
            verifier = _start_reference(ctx, stack)
            while not _compared(verifier, conn, begin, strict=ctx.settings.strict):
                verifier.restart()
        if asserted:
            conn.execute(f"BEGIN READ WRITE; {timeout}; {BEFORE}".encode())
        verification = verifier.finish(conn, asserted)
        conn.rollback()
    except psycopg.Error as error:
        raise session.driver_error(error) from error
    except RunnerError as error:
        from runner.run.advice import advised

        raise advised(error, ctx) from None
    warn(ctx.observer, verification)
    return verification


def _start_reference(ctx: RunContext, stack: ExitStack) -> Verifier:
    # The reference bears the id of a process that is in a transaction of ours.
    conn = ctx.session
    begin = f"BEGIN READ ONLY; {no_timeouts(conn)} {statement('reference/target')}"
    properties = database_properties(first_rows(conn, begin)[0], conn)
    spec = ctx.prepared.reference_spec(conn.conninfo, ctx.settings, ctx.target, properties)
    verifier = Verifier(spec, stack, ctx.prepared.shared)
    ctx.stop.on_request(verifier.release)
    verifier.start()
    return verifier


def _compared(verifier: Verifier, conn: Session, begin: bytes, *, strict: bool) -> bool:
    """Compares in a transaction that can only read. False when it has to be done once more."""
    try:
        verifier.wait_for_reference()
        conn.rollback()
        conn.execute(begin)
        verifier.compare_target(conn, strict=strict)
    except Collision as error:
        if not verifier.must_repeat(error):
            raise
        return False
    finally:
        conn.rollback()
    return True
