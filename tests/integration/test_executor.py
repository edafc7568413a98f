"""The executor by itself, on a connection in a transaction."""

from __future__ import annotations

import gzip
import io
import threading
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import pq

from runner import commands
from runner.connect import session
from runner.connect.server_info import describe
from runner.errors import ScriptError, StatementFailed, UsageError
from runner.execute.execution import Execution
from runner.execute.executor import Executor
from runner.observer import Observer
from runner.psql.source import Source
from runner.settings import Settings
from tests.integration.applying import Counts, Told
from tests.unit.reading import source_of, state_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from runner.psql.steps import Connect
    from runner.results import Notice

TIMEOUT = 60.0
FUNCTIONS = """
create table t (a int);
create function say(what text) returns int language plpgsql as
$$ begin raise notice '%', what; return 1; end $$;
create function rows_and_say(what text) returns setof int language plpgsql as
$$ begin return next 1; raise notice '%', what; return next 2; raise notice '%', what; end $$;
create function said() returns trigger language plpgsql as
$$ begin raise notice '%', tg_argv[0]; return null; end $$;
"""


@pytest.fixture
def conn(fresh_database: str) -> Iterator[session.Session]:
    """A connection in the transaction that a run would have begun."""
    with session.connect(fresh_database, connect_timeout=None, observer=Told()) as conn:
        conn.execute("begin")
        yield conn


def no_other_connection(_step: Connect) -> tuple[session.Session, dict[str, str]]:
    raise AssertionError("nobody asked for another connection")


def executor_on(conn: session.Session, told: Told | None = None) -> Executor:
    execution = Execution(conn, told or Told(), describe(conn))
    return Executor(execution, no_other_connection)


def run_on(executor: Executor, source: Source, counts: Counts | None = None) -> None:
    """Runs a script, its end as well, which may wait for the next one."""
    executor.run(source, state_of(), counts or Counts())
    executor.flush()


def run(conn: session.Session, script: str | bytes) -> tuple[Executor, Counts]:
    """Runs a script from memory."""
    data = script if isinstance(script, bytes) else script.encode()
    executor, progress = executor_on(conn), Counts()
    run_on(executor, source_of(data), progress)
    return executor, progress


# Notices


def test_each_notice_has_the_line_of_its_statement(conn: session.Session) -> None:
    """Whatever comes before and after it in the same message: rows, no rows, many rows."""
    conn.execute(FUNCTIONS.encode())
    kinds = [
        "do $do$ begin perform say('{}'); end $do$;",
        "select say('{}');",
        "select 1;",
        "insert into t values (1);",
        "create table t{} ();",
        "select say('{}') from generate_series(1, 3);",
        "insert into t select say('{}');",
        "insert into t values (2) returning say('{}');",
        "select 1 where false;",
        "do $do$ begin perform say('{0}'); perform say('{0}'); end $do$;",
        "set work_mem = '1MB';",
        "select generate_series(1, 200);",
    ]
    statements = [kinds[(number * 7) % len(kinds)] for number in range(200)]
    statements += [kinds[(number * 5 + number // 11) % len(kinds)] for number in range(200)]
    lines = [text.format(number) for number, text in enumerate(statements, 1)]
    told = Told()
    run_on(executor_on(conn, told), source_of("\n".join(lines).encode()))
    found = [(notice.place and notice.place.line, notice.message) for notice in told.notices]
    assert [(line, str(line)) for line, _ in found] == found
    expected = [number for number, text in enumerate(lines, 1) if "say(" in text]
    assert sorted({line for line, _ in found if line}) == expected


def test_many_inserts_of_one_row_are_counted_and_told_apart(conn: session.Session) -> None:
    """They are counted many at a time; a notice among them and an error still have their line."""
    conn.execute(FUNCTIONS.encode())
    conn.execute("create unique index on t (a)")
    conn.execute(
        "create trigger s after insert on t for each row when (new.a % 50 = 0)"
        " execute function said('fifty')"
    )
    lines = [f"insert into t values ({number});" for number in range(1, 1001)]
    lines[500:500] = ["insert into t values (-1), (-2);", "insert into t select -3 where false;"]
    told, progress = Told(), Counts()
    run_on(executor_on(conn, told), source_of("\n".join(lines).encode()), progress)
    assert (progress.statements, progress.rows) == (1002, 1002)
    expected = [number + 2 * (number > 500) for number in range(50, 1001, 50)]
    assert [notice.place and notice.place.line for notice in told.notices] == expected
    twice = [*lines[:1], *(line.replace("(", "(1") for line in lines[1:900]), lines[0]]
    with pytest.raises(StatementFailed) as caught:
        run_on(executor_on(conn), source_of("\n".join(["delete from t;", *twice]).encode()))
    assert caught.value.place is not None
    assert caught.value.place.line == 902


def test_a_trigger_that_speaks_while_data_is_copied(conn: session.Session) -> None:
    conn.execute(FUNCTIONS.encode())
    conn.execute("create trigger s after insert on t for each row execute function said('row')")
    told = Told()
    script = b"select 1;\nselect 2;\ncopy t from stdin;\n1\n2\n3\n\\.\nselect 3;\n"
    run_on(executor_on(conn, told), source_of(script))
    assert [notice.place and notice.place.line for notice in told.notices] == [3, 3, 3]


@pytest.mark.parametrize(
    "statement", ["do $$ begin perform say('here'); perform wait(); end $$;", "select speak();"]
)
def test_a_notice_is_heard_while_its_statement_still_runs(
    conn: session.Session, fresh_database: str, statement: str
) -> None:
    conn.execute(FUNCTIONS.encode())
    conn.execute(
        "create function wait() returns int language sql as"
        " 'select pg_catalog.pg_advisory_xact_lock(1); select 1';"
        "create function speak() returns int language plpgsql as"
        " 'begin perform say(''here''); return wait(); end'"
    )
    heard = threading.Event()

    class Listener(Told):
        def notice(self, notice: Notice) -> None:
            super().notice(notice)
            heard.set()

    with psycopg.connect(fresh_database, autocommit=True) as holder:
        holder.execute("select pg_catalog.pg_advisory_lock(1)")
        source = source_of(f"select 1;\n{statement}".encode())
        executor = executor_on(conn, Listener())
        thread = threading.Thread(target=run_on, args=(executor, source))
        thread.start()
        in_time = heard.wait(TIMEOUT)
        still_running = thread.is_alive()
        holder.execute("select pg_catalog.pg_advisory_unlock(1)")
        thread.join(TIMEOUT)
    assert in_time
    assert still_running
    assert not thread.is_alive()


# Counting


def test_statements_and_rows_are_what_the_server_confirmed(conn: session.Session) -> None:
    _, progress = run(
        conn,
        "create table t (a int); insert into t values (1), (2); select * from t \\; select 1;\n"
        "update t set a = 3; delete from t where a = 1;\n"
        "copy t from stdin;\n5\n6\n7\n\\.\nwith x as (select 1) insert into t select * from x;\n"
        ";;\n-- nothing\n",
    )
    assert (progress.statements, progress.rows) == (8, 2 + 2 + 0 + 3 + 1)
    assert conn.round_trips == 1 + 3  # before COPY, COPY, after it


def test_a_script_that_ends_in_a_comment_does_not_swallow_the_next_statement(
    conn: session.Session,
) -> None:
    _, progress = run(conn, "select 1 -- the end")
    assert progress.statements == 1


# Places


def test_an_error_tells_what_the_script_says_in_its_own_encoding(
    conn: session.Session,
) -> None:
    """After the error the server has already taken back the client encoding."""
    script = "set client_encoding = 'latin1';\nselect 'é', é;\n".encode("latin-1")
    with pytest.raises(StatementFailed) as caught:
        run(conn, script)
    assert caught.value.message == 'column "é" does not exist'
    place = caught.value.place
    assert place is not None
    assert (place.line, place.column, place.source) == (2, 13, "select 'é', é;")


def test_a_position_after_the_runners_own_commands(conn: session.Session) -> None:
    executor, source = executor_on(conn), source_of(b"select 1;\nselect absent;")
    executor.run(source, state_of(), Counts(), (b"RESET ALL;",))
    with pytest.raises(StatementFailed) as caught:
        executor.flush()
    assert caught.value.place is not None
    assert (caught.value.place.line, caught.value.place.column) == (2, 8)


def test_the_statement_of_a_message_of_several_commands(conn: session.Session) -> None:
    with pytest.raises(StatementFailed) as caught:
        run(conn, "select 1 \\; select 2;\nselect 3 \\;\n select 4 \\; select 1/0;\nselect 5;")
    assert caught.value.place is not None
    assert caught.value.place.line == 3


# COPY


class Breaking(io.BytesIO):
    """A file that cannot be read on after its first line."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell():
            raise UsageError("the disk is broken")
        return super().read(min(size or 10, 10))


def test_data_that_cannot_be_read_ends_the_copy(conn: session.Session) -> None:
    """The server is told, so that it does not wait for ever; what is raised is the cause."""
    data = b"copy pg_temp.t from stdin;\n" + b"1\n" * 100
    source = Source("s.sql", lambda: Breaking(data))
    conn.execute("create temporary table t (a int)")
    with pytest.raises(UsageError, match="the disk is broken"):
        run_on(executor_on(conn), source)

    class Late(Breaking):
        def read(self, size: int | None = -1) -> bytes:
            del size
            if self.tell() > len(data) // 2:
                raise UsageError("the disk is broken")
            return io.BytesIO.read(self, len(data) * 2 // 3)

    with pytest.raises(UsageError, match="the disk is broken"):
        run_on(executor_on(conn), Source("s.sql", lambda: Late(data)))
    assert conn.pgconn.transaction_status == pq.TransactionStatus.INERROR


def test_data_that_a_script_does_not_have(conn: session.Session) -> None:
    conn.execute("create table t (a int)")
    with pytest.raises(ScriptError, match="asks for COPY data where the script has none"):
        run(conn, "select 1;\nselect 'copy t from stdin' \\gexec\n")
    assert conn.pgconn.transaction_status == pq.TransactionStatus.INERROR


def test_data_after_an_error_in_copy_itself_is_never_sent(conn: session.Session) -> None:
    with pytest.raises(StatementFailed, match='relation "absent" does not exist') as caught:
        run(conn, "select 1;\ncopy absent from stdin;\n1\n2\n\\.\nselect 2;\n")
    assert caught.value.place is not None
    assert caught.value.place.line == 2


@pytest.mark.parametrize("size", [0, 1, 5_000_000])
def test_copy_to_the_client_is_thrown_away(conn: session.Session, size: int) -> None:
    script = f"copy (select repeat('x', 100) from generate_series(1, {size // 100})) to stdout;\n"
    _, progress = run(conn, f"{script}select 1;\n")
    assert progress.statements == 2


# The transaction


@pytest.mark.parametrize("hidden", ["commit", "rollback; begin"])
def test_an_end_of_the_transaction_that_only_the_server_sees(
    conn: session.Session, hidden: str
) -> None:
    """A message holds one command, so there is none behind what psql takes for a literal."""
    script = (
        "select set_config('standard_conforming' || '_strings', 'off', false);\n"
        "\\echo a message ends here\n"
        f"select 'a\\', ' ; {hidden}; --';\n"
        "select 1;\n"
    )
    with pytest.raises(StatementFailed, match="cannot insert multiple commands") as caught:
        run(conn, script)
    assert caught.value.place is not None
    assert caught.value.place.line == 3
    assert conn.pgconn.transaction_status == pq.TransactionStatus.INERROR


def test_a_savepoint_rolled_back_is_no_end_of_the_transaction(conn: session.Session) -> None:
    run(conn, "savepoint s; select 1; rollback to s; rollback to savepoint s; release s;")
    assert conn.pgconn.transaction_status == pq.TransactionStatus.INTRANS


def test_another_connection_is_listened_to_only_once(
    conn: session.Session, make_database: Callable[[], str]
) -> None:
    told = Told()
    executor = executor_on(conn, told)
    with session.connect(make_database(), connect_timeout=None, observer=told) as other:
        executor.exchange.use(other)
        executor.exchange.use(conn)
        executor.exchange.use(conn)
    run_on(executor, source_of(b"do $$ begin raise notice 'once'; end $$;"))
    assert [notice.message for notice in told.notices] == ["once"]


@pytest.mark.parametrize("name", ["01.sql", "01.sql.gz"])
def test_progress_is_of_the_scripts_own_text(
    tmp_path: Path, module_database: str, name: str
) -> None:
    r"""Not of a file that it includes, nor of what is compressed."""
    (tmp_path / "part.txt").write_text("SELECT 1;\n" * 100)
    text = b"\\ir part.txt\nSELECT 2;\n"
    (tmp_path / name).write_bytes(gzip.compress(text) if name.endswith("gz") else text)
    heard: list[tuple[str, int]] = []

    class Progress(Observer):
        def script_started(self, name: str, size: int) -> None:
            heard.append((name, size))

        def progress(self, done: int) -> None:
            heard.append(("", done))

    settings = Settings(scripts=(tmp_path,), target=module_database, verify="none")
    commands.apply(settings, Progress())
    (_, size), *done = heard
    assert size == (0 if name.endswith("gz") else len(text))
    assert max(at for _, at in done) <= len(text)
