"""One run at a time on a database, and who is named when a lock is not had."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from runner.connect import session
from runner.errors import LockNotAvailable
from runner.results import LossError
from runner.run import other_runs
from tests.integration.applying import ALONE, Applier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.servers import Server

TAKE = f"SELECT pg_advisory_xact_lock({other_runs.KEY})"
SCRIPT = "CREATE TABLE IF NOT EXISTS made (id int);"


@pytest.fixture
def other(fresh_database: str) -> Iterator[psycopg.Connection]:
    """Another session in the same database."""
    with psycopg.connect(fresh_database, application_name="the other") as conn:
        yield conn
        conn.rollback()


def test_a_run_waits_and_says_for_whom(apply: Applier, other: psycopg.Connection) -> None:
    other.execute(TAKE)
    assert apply(SCRIPT, at={"note": other.commit}).round_trips == 4
    (note,) = apply.told.notes
    assert note.startswith(
        f"waiting for a lock that is held by pid {other.info.backend_pid},"
        " user postgres, application the other, query started "
    )
    assert note.endswith(", idle in transaction")
    assert apply.sql("SELECT count(*) FROM runner.run") == [1]


def test_who_has_waited_sees_what_the_other_has_done(
    apply: Applier, other: psycopg.Connection
) -> None:
    other.execute(TAKE)
    other.execute("CREATE TABLE t AS SELECT 1 AS id")
    with pytest.raises(LossError) as caught:
        apply("DROP TABLE t;", at={"note": other.commit})
    assert [(loss.table, loss.rows) for loss in caught.value.losses] == [("public.t", 1)]


def test_a_run_gives_up(apply: Applier, other: psycopg.Connection) -> None:
    other.execute(TAKE)
    with pytest.raises(LockNotAvailable) as caught:
        apply(SCRIPT, lock_timeout=0.9)
    error = caught.value
    assert (error.exit_code, error.sqlstate) == (5, "55P03")
    assert f"The lock is held by pid {other.info.backend_pid}, user postgres" in str(error.detail)
    assert error.state == "Nothing has changed: the transaction was rolled back."


def test_a_run_on_another_database_need_not_wait(
    apply: Applier, make_database: Callable[..., str]
) -> None:
    with psycopg.connect(make_database()) as elsewhere:
        elsewhere.execute(TAKE)
        assert apply(SCRIPT, lock_timeout=0.1).committed


@pytest.mark.parametrize("transaction", ["all", "none"])
def test_the_lock_is_held_to_the_end_and_no_longer(
    apply: Applier, other: psycopg.Connection, transaction: str
) -> None:
    had: list[bool] = []

    def ask() -> None:
        row = other.execute(TAKE.replace("pg_advisory", "pg_try_advisory")).fetchone()
        had.append(bool(row and row[0]))
        other.rollback()

    # What a script does to session locks does not matter.
    unlock = f"SELECT pg_advisory_unlock_all();{ALONE}"
    apply(unlock, SCRIPT, at={"02.sql": ask}, transaction=transaction)
    ask()
    assert had == [False, True]


def test_the_session_that_holds_a_lock_is_named(apply: Applier, other: psycopg.Connection) -> None:
    apply.sql("CREATE TABLE t (id int)")
    other.execute("SELECT * FROM t")
    with pytest.raises(LockNotAvailable) as caught:
        apply("SELECT 1;\nDROP TABLE t;", lock_timeout=0.9)
    error = caught.value
    assert error.exit_code == 5
    assert error.place is not None
    assert error.place.line == 2
    said = f"pid {other.info.backend_pid}, user postgres, application the other"
    assert f"The lock is held by {said}" in str(error.detail)
    assert apply.told.notes[0].startswith(f"waiting for a lock that is held by {said}")


def test_a_lock_that_comes_in_time_is_only_noted(apply: Applier, other: psycopg.Connection) -> None:
    apply.sql("CREATE TABLE t (id int)")
    other.execute("LOCK TABLE t")
    result = apply("DROP TABLE t;", lock_timeout=3, at={"note": other.commit})
    assert result.committed
    assert len(apply.told.notes) >= 1


def test_a_lock_that_nobody_waits_for_names_nobody(
    apply: Applier, other: psycopg.Connection
) -> None:
    apply.sql("CREATE TABLE t (id int)")
    other.execute("LOCK TABLE t")
    with pytest.raises(LockNotAvailable) as caught:
        apply("LOCK TABLE t NOWAIT;")
    assert caught.value.detail is None
    assert apply.told.notes == []


def test_a_watch_that_cannot_connect_is_no_matter_of_the_run(apply: Applier) -> None:
    with session.connected(apply.conninfo, apply.told) as conn:
        conn.conninfo = "host=127.0.0.1 port=1"
        watch = other_runs.LockMonitor(lambda: [conn], 1.0, apply.told)
    watch()
    watch()
    assert watch.holders is None
    watch.close()


@pytest.mark.parametrize("is_named", [True, False])
def test_a_lock_of_the_whole_server_is_waited_for_once(
    apply: Applier,
    server: Server,
    make_role: Callable[..., str],
    other: psycopg.Connection,
    is_named: bool,
) -> None:
    """Whether the reference comes first, because the text names it, or is built beside the run."""
    role = make_role()
    change = f"ALTER ROLE {role} SET search_path = public"
    other.execute(change.encode())
    hidden = f"DO $$ BEGIN EXECUTE 'ALTER RO' || 'LE {role} SET search_path = public'; END $$"
    with pytest.raises(LockNotAvailable) as caught:
        apply(f"{change if is_named else hidden};", lock_timeout=3.1, verify=True)
    log = server.log_path.read_text(errors="replace")
    ended = log.split("canceling statement due to lock timeout")[1:]
    assert sum(role in one.partition("STATEMENT:")[2].partition("\n")[0] for one in ended) == 1
    assert f"The lock is held by pid {other.info.backend_pid}," in str(caught.value.detail)
