"""The connection breaks during COMMIT: what became of the transaction is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from runner.errors import ConnectionFailed, OutcomeUnknown
from runner.run import other_runs
from runner.run.after_commit import was_committed
from runner.settings import Settings
from tests.integration.applying import Applier, Told
from tests.proxy import Cut, proxy

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers import Server

SCRIPT = "CREATE TABLE t AS SELECT 1 AS id;"


class Cutting(NamedTuple):
    """Where the line is cut, and whether the transaction was committed then."""

    cut: Cut
    committed: bool


CUTS = {
    "before COMMIT arrives": Cutting(Cut("to server", text=b"COMMIT\0"), committed=False),
    "after COMMIT has arrived": Cutting(
        Cut("to server", text=b"COMMIT\0", text_passes=True), committed=True
    ),
    "before its answer arrives": Cutting(Cut("to client", text=b"COMMIT\0"), committed=True),
}


@pytest.mark.parametrize("case", CUTS)
def test_what_became_of_it_is_learnt(
    case: str, server: Server, fresh_database: str, tmp_path: Path
) -> None:
    cutting = CUTS[case]
    database = str(conninfo_to_dict(fresh_database)["dbname"])
    with proxy(server.port, cut=cutting.cut) as line:
        apply = Applier(tmp_path, server.tcp_conninfo(database, port=line.port))
        if cutting.committed:
            assert apply(SCRIPT).committed
            assert apply.told.notes[-1].endswith(" was committed")
        else:
            with pytest.raises(ConnectionFailed) as caught:
                apply(SCRIPT)
            assert (
                caught.value.message == "the connection broke during COMMIT: nothing was committed"
            )
            assert caught.value.state == "Nothing has changed: the transaction was rolled back."
    after = Applier(tmp_path, fresh_database)
    assert after.sql("SELECT to_regclass('t') IS NOT NULL") == [cutting.committed]
    assert after("DROP TABLE IF EXISTS t;\n" + SCRIPT).loss == ()


def test_without_a_transaction_the_statement_under_way_is_in_doubt(
    server: Server, fresh_database: str, tmp_path: Path
) -> None:
    """The server has done it, but its answer is lost."""
    database = str(conninfo_to_dict(fresh_database)["dbname"])
    with proxy(server.port, cut=Cut("to client", text=b"INSERT 0 1\0")) as line:
        apply = Applier(tmp_path, server.tcp_conninfo(database, port=line.port))
        with pytest.raises(ConnectionFailed) as caught:
            apply("CREATE TABLE t (id int);\nINSERT INTO t VALUES (1);", transaction="none")
    script = str(tmp_path / "01.sql")
    assert caught.value.state == (
        f"Not rolled back (--transaction none). Already committed: {script} up to line 1."
        f" The result of the statement at {script}:2 is unknown: the connection was lost."
    )
    assert Applier(tmp_path, fresh_database).sql("SELECT id FROM t") == [1]


def ask(conninfo: str, xid: int, told: Told | None = None, seconds: float = 0.2) -> bool:
    return was_committed(conninfo, xid, Settings(connect_timeout=seconds), told or Told())


def test_a_transaction_that_is_still_at_work_is_waited_for(fresh_database: str) -> None:
    with psycopg.connect(fresh_database) as other:
        other.execute(f"SELECT pg_advisory_xact_lock({other_runs.KEY})")
        ((xid,),) = other.execute("SELECT txid_current()").fetchall()
        with pytest.raises(OutcomeUnknown) as caught:
            ask(fresh_database, xid)
        error = caught.value
        assert (error.exit_code, error.detail) == (6, "The server says: in progress.")
        assert str(xid) in error.message
        assert f"txid_status({xid})" in str(error.hint)
        assert error.state == "It is not known whether the target was changed."
        other.rollback()
    assert ask(fresh_database, xid) is False


def test_a_transaction_whose_lock_is_free_is_not_at_work(fresh_database: str) -> None:
    """A crash ended it, and gave its id to another that is."""
    with psycopg.connect(fresh_database) as other:
        ((xid,),) = other.execute("SELECT txid_current()").fetchall()
        assert ask(fresh_database, xid) is False


def test_a_server_that_is_gone_leaves_it_unknown() -> None:
    with pytest.raises(OutcomeUnknown) as caught:
        ask("host=127.0.0.1 port=1 password=hush", 4711, seconds=0)
    assert "4711" in caught.value.message
    assert "hush" not in f"{caught.value.detail}{caught.value.hint}"
