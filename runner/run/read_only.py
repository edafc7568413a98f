"""A target that is only read, held against a reference."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import psycopg

from runner.connect import session
from runner.connect.queries import first_rows, statement
from runner.errors import Collision
from runner.reference.spec import database_properties
from runner.verify.assertions import BEFORE
from runner.verify.verifier import Verifier

if TYPE_CHECKING:
    from runner.fleet import Member
    from runner.results import Target, Verification
    from runner.run.prepare import Prepared
    from runner.settings import Settings


_PATIENT = "SET LOCAL idle_in_transaction_session_timeout = 0"


def verify_target(
    conn: session.Session,
    conninfo: str,
    settings: Settings,
    prepared: Prepared,
    target: Target,
    member: Member | None = None,
) -> Verification:
    """Holds a target against a reference, in a transaction that can only read.

    The assertions run in another one, which is rolled back. One target of several is a `member`.
    Raises why there is no reference, Refused where a right is missing, ConnectionFailed and
    LockNotAvailable.
    """
    timeout = f"SET LOCAL lock_timeout = {round(settings.lock_timeout * 1000)}"
    begin = f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {timeout}".encode()
    try:
        # The reference bears the id of a process that is in a transaction of ours.
        row = first_rows(conn, f"BEGIN READ ONLY; {_PATIENT}; {statement('reference/target')}")[0]
        properties = database_properties(row, conn)
        with ExitStack() as stack:
            spec = prepared.reference_spec(conninfo, settings, target, properties)
            verifier = Verifier(spec, stack, prepared.shared)
            if member is not None:
                member.running(verifier.release)
            verifier.start()
            while not _compared(verifier, conn, begin, strict=settings.strict):
                verifier.restart()
        if prepared.asserted:
            conn.execute(f"BEGIN READ WRITE; {timeout}; {BEFORE}".encode())
        verification = verifier.finish(conn, prepared.asserted)
        conn.rollback()
    except psycopg.Error as error:
        raise session.driver_error(error) from error
    return verification


def _compared(verifier: Verifier, conn: session.Session, begin: bytes, *, strict: bool) -> bool:
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
