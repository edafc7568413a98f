from __future__ import annotations

import os
import re
import select
import socket
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from runner.connect.failures import is_lost
from runner.connect.server_info import describe
from runner.connect.session import connect, driver_error, wait_until_writable
from runner.errors import (
    ConnectionFailed,
    LockNotAvailable,
    Refused,
    RunnerError,
    StatementFailed,
    UsageError,
)
from runner.results import Target
from tests.heard import Heard
from tests.startup import Answer, closed_port, cut, listening, refused, reset, silent
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.servers import Server

PATIENT = 60.0


pytestmark = pytest.mark.usefixtures("no_libpq_environment")


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """What is entered here ends with the test."""
    with ExitStack() as found:
        yield found


def failing(conninfo: str, timeout: float = 0) -> tuple[RunnerError, Heard]:
    heard = Heard()
    with pytest.raises(RunnerError) as caught:
        connect(conninfo, connect_timeout=timeout, observer=heard)
    return caught.value, heard


def set_for_database(admin: psycopg.Connection, conninfo: str, name: str, value: str) -> None:
    dbname = sql.Identifier(str(conninfo_to_dict(conninfo)["dbname"]))
    command = sql.SQL("ALTER DATABASE {} SET {} = {}")
    admin.execute(command.format(dbname, sql.Identifier(name), sql.Literal(value)))


# What a session is like


def test_a_session_is_as_psqls_is(server: Server) -> None:
    with connect(server.conninfo(), connect_timeout=0, observer=Heard()) as conn:
        assert conn.autocommit
        assert conn.prepare_threshold is None
        row = conn.execute("SHOW application_name").fetchone()
        assert row is not None
        assert row[0].startswith("raw-sql-runner")


def test_the_application_may_be_named(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGAPPNAME", "mine")
    with connect(server.conninfo(), connect_timeout=0, observer=Heard()) as conn:
        assert conn.execute("SHOW application_name").fetchone() == ("mine",)


def test_the_encoding_is_the_databases(admin: psycopg.Connection, fresh_database: str) -> None:
    set_for_database(admin, fresh_database, "client_encoding", "LATIN1")
    with connect(fresh_database, connect_timeout=0, observer=Heard()) as conn:
        assert conn.info.parameter_status("client_encoding") == "LATIN1"


def test_what_a_target_is(server: Server) -> None:
    with connect(server.tcp_conninfo(), connect_timeout=0, observer=Heard()) as conn:
        assert describe(conn) == Target(
            "127.0.0.1", server.port, "postgres", "postgres", server.version_text
        )


# What is tried again


def test_a_server_that_comes_up_is_waited_for(server: Server, stack: ExitStack) -> None:
    port = closed_port()
    address = ("127.0.0.1", server.port)
    heard = Heard(lambda: stack.enter_context(listening([], then=address, port=port)))
    conninfo = server.tcp_conninfo(port=port)
    with connect(conninfo, connect_timeout=PATIENT, observer=heard) as conn:
        assert conn.execute("SELECT 1").fetchone() == (1,)
    (note,) = heard.notes
    reason, seconds = note.split("; trying for ")
    assert reason == f"no connection to 127.0.0.1:{port}: connection refused"
    assert re.fullmatch(r"\d+ s", seconds)  # what is left of them after the first try


STARTING = "the database system is starting up"


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ([refused("57P03", STARTING)], "the server is starting up"),
        ([refused("53300", "sorry, too many clients already")], "too many connections"),
        ([cut, cut], "the connection was cut"),
        ([reset, reset], "the connection was cut"),
    ],
)
def test_what_passes_is_tried_again(server: Server, answers: list[Answer], reason: str) -> None:
    with listening(answers, then=("127.0.0.1", server.port)) as listener:
        heard = Heard()
        conninfo = server.tcp_conninfo(port=listener.port, sslmode="disable")
        connect(conninfo, connect_timeout=PATIENT, observer=heard).close()
    assert len(heard.notes) == 1
    assert reason in heard.notes[0]


def test_each_reason_is_told_once(server: Server) -> None:
    answers = [refused("57P03", STARTING)] * 3 + [refused("53300", "too many connections")]
    with listening(answers, then=("127.0.0.1", server.port)) as listener:
        heard = Heard()
        conninfo = server.tcp_conninfo(port=listener.port)
        connect(conninfo, connect_timeout=PATIENT, observer=heard).close()
    assert [note.split(": ")[1].split(";")[0] for note in heard.notes] == [
        "the server is starting up or shutting down",
        "too many connections",
    ]


def test_a_free_connection_is_waited_for(server: Server, make_role: Callable[..., str]) -> None:
    role = make_role("CONNECTION LIMIT 1")
    conninfo = server.tcp_conninfo(user=role, password="pw")
    with psycopg.connect(conninfo) as only:
        heard = Heard(only.close)
        connect(conninfo, connect_timeout=PATIENT, observer=heard).close()
    assert "too many connections" in heard.notes[0]


def test_the_time_runs_out() -> None:
    port = closed_port()
    error, heard = failing(f"host=127.0.0.1 port={port} password=geheim", 0.5)
    assert isinstance(error, ConnectionFailed)
    assert error.message.splitlines()[0] == (
        f'connection to server at "127.0.0.1", port {port} failed: Connection refused'
    )
    assert error.hint == "start the server, or check host and port"
    assert len(heard.notes) == 1


def test_no_time_is_one_try() -> None:
    error, heard = failing(f"host=127.0.0.1 port={closed_port()}")
    assert isinstance(error, ConnectionFailed)
    assert heard.notes == []


def test_a_server_that_says_nothing_is_given_up() -> None:
    with listening([silent] * 9) as listener:
        error, _ = failing(f"host=127.0.0.1 port={listener.port}")
    assert isinstance(error, ConnectionFailed)
    assert error.message == f"connection to 127.0.0.1:{listener.port} failed: timeout expired"


def test_no_server_on_a_socket(tmp_path: Path) -> None:
    error, _ = failing(f"host={tmp_path} port=1")
    assert isinstance(error, ConnectionFailed)
    assert "No such file or directory" in error.message


# What is final


def test_a_wrong_password_is_tried_once(server: Server) -> None:
    with listening([], then=("127.0.0.1", server.port)) as listener:
        error, heard = failing(server.tcp_conninfo(password="geheim", port=listener.port), PATIENT)
        assert listener.connections == 1
    assert isinstance(error, ConnectionFailed)
    assert 'password authentication failed for user "postgres"' in error.message
    assert "PGPASSWORD" in str(error.hint)
    assert "geheim" not in f"{error} {error.hint} {error.__context__}"
    assert heard.notes == []


def test_no_password(server: Server) -> None:
    error, heard = failing(server.tcp_conninfo(password=None), PATIENT)
    assert "no password supplied" in error.message
    assert "PGPASSWORD" in str(error.hint)
    assert heard.notes == []


def test_a_missing_database(server: Server) -> None:
    error, heard = failing(server.conninfo("no such"), PATIENT)
    assert isinstance(error, ConnectionFailed)
    assert 'database "no such" does not exist' in error.message
    assert "createdb" in str(error.hint)
    assert heard.notes == []


def test_a_missing_role(server: Server) -> None:
    error, heard = failing(server.conninfo(user="nobody such"), PATIENT)
    assert isinstance(error, ConnectionFailed)
    assert "createuser" in str(error.hint)
    assert heard.notes == []


def test_an_unknown_refusal_is_final() -> None:
    answers = [refused("28000", "kein Eintrag in pg_hba.conf", "FATAL")] * 9
    with listening(answers) as listener:
        error, heard = failing(f"host=127.0.0.1 port={listener.port}", PATIENT)
    assert "kein Eintrag" in error.message
    assert heard.notes == []


def test_a_host_without_an_address() -> None:
    error, heard = failing("host=no-such-host.invalid", PATIENT)
    assert isinstance(error, ConnectionFailed)
    assert "no-such-host.invalid" in error.message
    assert error.hint == "check the host's name"
    assert heard.notes == []


@pytest.mark.parametrize("parameter", ["sslmode=sometimes", "connect_timeout=soon", "service=no"])
def test_parameters_that_libpq_does_not_take(server: Server, parameter: str) -> None:
    error, heard = failing(f"{server.conninfo()} {parameter}", PATIENT)
    assert isinstance(error, UsageError)
    assert heard.notes == []


# Where it leads


def test_the_first_host_that_answers(server: Server) -> None:
    ports = f"{closed_port()},{server.port}"
    conninfo = server.tcp_conninfo(host="127.0.0.1,127.0.0.1", port=ports)
    with connect(conninfo, connect_timeout=0, observer=Heard()) as conn:
        assert conn.info.port == server.port


def test_every_host_that_failed_is_named() -> None:
    ports = [closed_port(), closed_port()]
    error, _ = failing(f"host=127.0.0.1,localhost port={ports[0]},{ports[1]}")
    assert all(f"port {port} failed" in error.message for port in ports)
    assert "psycopg" not in error.message
    assert "All failures" not in error.message


@pytest.mark.parametrize("named", ["conninfo", "environment"])
def test_a_service_wins_over_the_environments_host(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    services = tmp_path / "services"
    services.write_text(
        f"[prod]\nhost=127.0.0.1\nport={server.port}\nuser=postgres\n"
        f"password={server.password}\ndbname=postgres\n"
    )
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    monkeypatch.setenv("PGHOST", "localhost.invalid")
    monkeypatch.setenv("PGPORT", str(closed_port()))
    conninfo = "service=prod"
    if named == "environment":
        monkeypatch.setenv("PGSERVICE", "prod")
        conninfo = ""
    with connect(conninfo, connect_timeout=0, observer=Heard()) as conn:
        assert (conn.info.host, conn.info.port) == ("127.0.0.1", server.port)


def test_a_password_file(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = tmp_path / "pgpass"
    passwords.write_text(f"127.0.0.1:{server.port}:*:postgres:{server.password}\n")
    passwords.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(passwords))
    connect(server.tcp_conninfo(password=None), connect_timeout=0, observer=Heard()).close()


# Writable


def read_only(admin: psycopg.Connection, conninfo: str, value: str) -> None:
    set_for_database(admin, conninfo, "default_transaction_read_only", value)


def test_a_writable_target_is_had_at_once(fresh_database: str) -> None:
    heard = Heard()
    target = wait_until_writable(fresh_database, connect_timeout=PATIENT, observer=heard)
    assert target.dbname == conninfo_to_dict(fresh_database)["dbname"]
    assert heard.notes == []


def test_a_read_only_target_is_waited_for(admin: psycopg.Connection, fresh_database: str) -> None:
    read_only(admin, fresh_database, "on")
    heard = Heard(lambda: read_only(admin, fresh_database, "off"))
    wait_until_writable(fresh_database, connect_timeout=PATIENT, observer=heard)
    assert len(heard.notes) == 1
    assert "default_transaction_read_only is on" in heard.notes[0]


def test_a_target_that_stays_read_only_is_refused(
    admin: psycopg.Connection, fresh_database: str
) -> None:
    read_only(admin, fresh_database, "on")
    with pytest.raises(Refused, match="default_transaction_read_only is on"):
        wait_until_writable(fresh_database, connect_timeout=0, observer=Heard())


# Errors of the driver


def translated(conn: psycopg.Connection, statement: str) -> RunnerError:
    with pytest.raises(psycopg.Error) as caught:
        conn.execute(statement)
    return driver_error(caught.value)


@pytest.mark.parametrize(
    ("statement", "kind", "message"),
    [
        ("SELECT pg_terminate_backend(pg_backend_pid())", ConnectionFailed, "terminating"),
        ("SET transaction_read_only = on; CREATE TABLE t ()", Refused, "read-only"),
        ("SET ROLE pg_monitor; CREATE ROLE x", Refused, "permission denied"),
        ("SELECT nothing", StatementFailed, 'column "nothing" does not exist'),
    ],
)
def test_the_servers_errors_become_ours(
    fresh_database: str, statement: str, kind: type[RunnerError], message: str
) -> None:
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        error = translated(conn, statement)
    assert type(error) is kind
    assert message in error.message
    assert error.sqlstate is not None


def test_a_lock_that_was_not_had_is_told(fresh_database: str) -> None:
    with (
        psycopg.connect(fresh_database) as holder,
        psycopg.connect(fresh_database, autocommit=True) as conn,
    ):
        holder.execute("CREATE TABLE t ()")
        holder.commit()
        holder.execute("LOCK TABLE t")
        error = translated(conn, "SET lock_timeout = 1; BEGIN; LOCK TABLE t")
    assert type(error) is LockNotAvailable


def test_a_statement_timeout_is_named_where_it_ends_a_query_of_ours(server: Server) -> None:
    conninfo = server.conninfo(options="-c statement_timeout=10")
    with connect(conninfo, connect_timeout=0, observer=Heard()) as conn:
        raised = pytest.raises(ConnectionFailed, match="canceling statement")
        with raised as caught, conn.answering_within(PATIENT):
            conn.execute("SELECT pg_sleep(60)")
        assert "PGOPTIONS='-c statement_timeout=0'" in str(caught.value.hint)
        assert caught.value.detail is None


def test_a_line_that_is_cut_is_a_failed_connection(server: Server) -> None:
    with psycopg.connect(server.conninfo(), autocommit=True) as conn:
        with socket.socket(fileno=os.dup(conn.fileno())) as line:
            line.shutdown(socket.SHUT_RDWR)
        error = translated(conn, "SELECT 1")
    assert type(error) is ConnectionFailed


def test_a_send_that_fails_tells_why_the_server_closed_the_connection(
    server: Server, admin: psycopg.Connection
) -> None:
    with connect(server.conninfo(), connect_timeout=0, observer=Heard()) as conn:
        pid = conn.pgconn.backend_pid
        gone = "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = %s"

        def commands() -> Iterator[bytes]:
            yield from [b"SELECT 1"] * 3
            conn.pgconn.send_flush_request()
            conn.pgconn.flush()
            assert select.select([conn], [], [], PATIENT)[0], "the answers"
            admin.execute("SELECT pg_terminate_backend(%s)", [pid])
            until(lambda: admin.execute(gone, [pid]).fetchone() == (True,), "the backend ends")
            yield from [b"SELECT 1"] * 100_000

        with pytest.raises(psycopg.errors.AdminShutdown, match="administrator command"):
            conn.send_pipeline(commands())


@pytest.mark.parametrize(
    ("sqlstate", "message", "lost"),
    [
        ("08006", "connection to the remote node failed", True),
        ("57P01", "terminating connection due to administrator command", True),
        ("XX000", "server closed the connection unexpectedly", True),
        ("XX000", "cache lookup failed for type 1", False),
        ("08P01", "bind message supplies 0 parameters", False),
        ("08P01", "query_wait_timeout", True),
        ("42P01", 'relation "t" does not exist', False),
    ],
)
def test_what_says_that_a_connection_is_lost(sqlstate: str, message: str, lost: bool) -> None:
    assert is_lost(sqlstate, message) is lost
