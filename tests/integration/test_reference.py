"""Databases for a reference: like the target, gone whatever happens, nobody else's touched."""

from __future__ import annotations

import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow

from runner.connect.queries import statement
from runner.errors import Refused
from runner.reference import database
from runner.reference.spec import database_properties, require_same_major_version
from tests.acceptance.scripts import DATA_SQL, query, tables, write_scripts
from tests.servers import unique_name
from tests.waiting import TIMEOUT, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import Runner
    from tests.forking import Forked
    from tests.servers import Server

# Waits in the target alone, for a lock that the test holds: `gate` is not in the reference.
GATE = """
do $$ begin
  if to_regclass('public.gate') is not null then execute 'lock table public.gate'; end if;
end $$;
"""


class Owner:
    """A superuser of its own, so that its references can be told from those of other tests."""

    def __init__(self, admin: psycopg.Connection, database: str) -> None:
        self.name = unique_name()
        self.conninfo = make_conninfo(database, user=self.name)
        self._admin = admin

    def references(self) -> list[str]:
        rows = self._admin.execute(
            "select datname from pg_database where pg_get_userbyid(datdba) = %s"
            " and datname ~ '^runner_reference'",
            [self.name],
        ).fetchall()
        return [name for (name,) in rows]

    def sessions(self) -> list[tuple[int, str]]:
        """Process and state of the sessions that are in references, or have them."""
        return self._admin.execute(
            "select pid, coalesce(state, '') from pg_stat_activity where usename = %s"
            " and (datname ~ '^runner_reference' or application_name ~ '^runner_reference')",
            [self.name],
        ).fetchall()

    def is_built(self) -> bool:
        """Whether a reference stands there and waits for the run: it has been idle for a while."""
        rows = self._admin.execute(
            "select from pg_stat_activity where usename = %s and datname ~ '^runner_reference'"
            " and state = 'idle in transaction' and clock_timestamp() - state_change > '1 s'",
            [self.name],
        ).fetchall()
        return len(rows) == 1


@pytest.fixture
def owner(admin: psycopg.Connection, fresh_database: str) -> Iterator[Owner]:
    found = Owner(admin, fresh_database)
    admin.execute(f"CREATE ROLE {found.name} LOGIN SUPERUSER".encode())
    yield found
    with psycopg.connect(fresh_database) as conn:
        conn.execute(f"DROP OWNED BY {found.name} CASCADE".encode())
    admin.execute(f"DROP ROLE {found.name}".encode())


class HeldUp:
    """A running `apply` that waits for the test, its reference built beside it."""

    def __init__(self, process: Forked, scripts: Path, gate: psycopg.Connection) -> None:
        self.process = process
        self.scripts = scripts
        self.gate = gate

    def ends(self) -> tuple[int, str]:
        """The exit code, and what was said of errors."""
        _, stderr = self.process.communicate(timeout=TIMEOUT)
        return self.process.wait(), stderr


@contextmanager
def held_up(owner: Owner, fork: Callable[..., Forked], tmp_path: Path) -> Iterator[HeldUp]:
    scripts = write_scripts(tmp_path, "create table t (a int);", GATE, "insert into t values (1);")
    with psycopg.connect(owner.conninfo) as gate:
        gate.execute("create table gate ()")
        gate.commit()
        gate.execute("lock table gate")
        process = fork("apply", "-s", scripts, "-t", owner.conninfo, "--lock-timeout", "60")
        until(owner.is_built, "the reference was not built")
        yield HeldUp(process, scripts, gate)
        process.kill()


def test_kill_leaves_one_that_the_next_run_sweeps(
    runner: Runner, fork: Callable[..., Forked], tmp_path: Path, owner: Owner
) -> None:
    with held_up(owner, fork, tmp_path) as run:
        run.process.send_signal(signal.SIGKILL)
        run.process.wait()
        assert len(owner.references()) == 1
        run.gate.rollback()
    until(lambda: not owner.sessions(), "the server did not notice the kill")
    assert tables(owner.conninfo) == ["gate"]
    runner("apply", "-s", run.scripts, "-t", owner.conninfo, check=0)
    assert owner.references() == []


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_none(
    fork: Callable[..., Forked], tmp_path: Path, owner: Owner, signum: int
) -> None:
    with held_up(owner, fork, tmp_path) as run:
        run.process.send_signal(signum)
        code, stderr = run.ends()
        assert code == 130, stderr
        assert "Nothing has changed" in stderr
        assert owner.references() == []


def test_interrupted_while_the_reference_is_busy(
    fork: Callable[..., Forked], tmp_path: Path, owner: Owner
) -> None:
    """The statement that runs there is cancelled: it would take ten minutes."""
    text = "do $$ begin if current_database() ~ '^runner_ref' then perform pg_sleep(600);"
    scripts = write_scripts(tmp_path, f"{text} end if; end $$;")
    process = fork("apply", "-s", scripts, "-t", owner.conninfo)
    until(lambda: "active" in [state for _, state in owner.sessions()], "it did not begin")
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 130, stderr
    assert owner.references() == []
    until(lambda: not owner.sessions(), "a session is still there")


@pytest.mark.parametrize(
    ("which", "expected", "left"),
    [("idle", 5, ["gate"]), ("idle in transaction", 0, ["gate", "t"])],
)
def test_a_lost_connection(
    fork: Callable[..., Forked],
    tmp_path: Path,
    admin: psycopg.Connection,
    owner: Owner,
    which: str,
    expected: int,
    left: list[str],
) -> None:
    """The one that has the database is needed; what stood in it was read long since."""
    with held_up(owner, fork, tmp_path) as run:
        (pid,) = [pid for pid, state in owner.sessions() if state == which]
        admin.execute("select pg_terminate_backend(%s)", [pid])
        until(lambda: pid not in dict(owner.sessions()), "it was not ended")
        if which == "idle":
            until(lambda: not owner.references(), "it was not dropped by another connection")
        run.gate.rollback()
        code, stderr = run.ends()
        assert code == expected, stderr
        assert owner.references() == []
    assert tables(owner.conninfo) == left


def entered_at_once(name: str, make_database: Callable[..., str]) -> psycopg.Connection:
    """A session in a database that looks stale, before another test's run has swept it."""
    while True:
        with suppress(psycopg.OperationalError):
            return psycopg.connect(make_database(name))


def test_the_sweep_takes_only_what_is_stale(
    server: Server, admin: psycopg.Connection, make_database: Callable[..., str]
) -> None:
    tail = unique_name().rpartition("_")[2]
    now = int(time.time())
    stale = f"runner_reference_{now - 5000}_1_{tail}"
    young = f"runner_reference_{now + 60}_2_{tail}"
    entered = f"runner_reference_{now - 5000}_3_{tail}"
    owned = f"runner_reference_{now - 5000}_4_{tail}"
    others = [f"runner_reference_{tail}", f"my_{stale}", f"{stale}_of_mine", f"runner_{tail}"]
    with (
        entered_at_once(entered, make_database),
        psycopg.connect(server.conninfo(application_name=owned)),
        psycopg.connect(server.conninfo()) as run,
        psycopg.connect(server.conninfo(), autocommit=True) as pooled,
    ):
        for name in (young, owned, *others):
            make_database(name)
        run.execute("select 1")
        # Behind a pooler the run's transaction is all that tells; a session alone is anybody's.
        busy = f"runner_reference_{now - 5000}_{run.info.backend_pid}_{tail}"
        idle = f"runner_reference_{now - 5000}_{pooled.info.backend_pid}_{tail}"
        for name in (stale, idle):
            admin.execute(f"CREATE DATABASE {name}".encode())
        make_database(busy)
        database.drop_abandoned(admin)
    rows = admin.execute("select datname from pg_database").fetchall()
    names = {name for (name,) in rows}
    assert not names & {stale, idle}
    assert names >= {young, entered, owned, busy, *others}


def test_a_role_sweeps_nothing_of_another(
    server: Server, make_role: Callable[..., str], make_database: Callable[..., str]
) -> None:
    """Another test's superuser may, so what counts is what the role sends."""
    sent: list[object] = []

    class Recorded(psycopg.Connection[TupleRow]):
        def execute(self, query: Any, *args: Any, **options: Any) -> psycopg.Cursor[TupleRow]:
            sent.append(query)
            return super().execute(query, *args, **options)

    conninfo = server.conninfo(user=make_role("CREATEDB"))
    make_database(f"runner_reference_1000000000_1_{unique_name().rpartition('_')[2]}")
    with Recorded.connect(conninfo, autocommit=True) as conn:
        database.drop_abandoned(conn)
    assert len(sent) == 1


@pytest.mark.process
def test_runs_at_the_same_time(
    runner: Runner, make_database: Callable[..., str], admin: psycopg.Connection
) -> None:
    """Each has a reference of its own, and sweeps none of the others'."""
    targets = [make_database() for _ in range(4)]

    def apply(target: str) -> int:
        return runner("apply", "-s", DATA_SQL, "-t", target).returncode

    with ThreadPoolExecutor(len(targets)) as pool:
        assert list(pool.map(apply, targets)) == [0] * len(targets)
    assert admin.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def test_the_first_of_two_is_never_without_a_transaction(
    fork: Callable[..., Forked],
    tmp_path: Path,
    admin: psycopg.Connection,
    fresh_database: str,
    owner: Owner,
) -> None:
    """A pooler may end a session that is in none, and the database would look stale."""
    scripts = write_scripts(
        tmp_path,
        f"""
        -- create role: so there are two references, the second one built while the first waits
        do $$ begin
          while (select count(*) > 1 from pg_database where datname ~ '^runner_reference'
                                       and pg_get_userbyid(datdba) = '{owner.name}')
            and not exists (select from pg_stat_activity where application_name = '{owner.name}')
          loop perform pg_sleep(0.01), pg_stat_clear_snapshot(); end loop;
        end $$;
        create role {owner.name}_new;
        """,
    )
    process = fork("apply", "-s", scripts, "-t", owner.conninfo)
    until(owner.references, "there was none")
    first = owner.references()[0]
    until(lambda: len(owner.references()) == 2, "there was no second one")
    states = admin.execute(
        "select state from pg_stat_activity where datname = %s", [first]
    ).fetchall()
    with psycopg.connect(fresh_database, application_name=owner.name):
        _, stderr = process.communicate(timeout=TIMEOUT)
    admin.execute(f"drop role if exists {owner.name}_new".encode())
    assert process.returncode == 0, stderr
    assert states == [("idle in transaction",)]


def providers(server: Server) -> list[dict[str, str]]:
    """Options of CREATE DATABASE that this version has."""
    found = [{"lc_collate": "C", "lc_ctype": "C", "encoding": "LATIN1"}, {"encoding": "UTF8"}]
    if server.version >= 15:
        found[0]["locale_provider"] = "libc"
        found.append({"locale_provider": "icu", "icu_locale": "de", "encoding": "UTF8"})
    if server.version >= 16:
        found[-1]["icu_rules"] = "&a < b"
    if server.version >= 17:
        found.append({"locale_provider": "builtin", "builtin_locale": "C", "encoding": "UTF8"})
    return found


def test_it_is_like_the_target(
    server: Server, admin: psycopg.Connection, make_database: Callable[..., str]
) -> None:
    shape = (
        "select to_jsonb(d) - '{oid,datname,datdba,datfrozenxid,datminmxid,datacl}'::text[]"
        " from pg_database as d where datname = current_database()"
    )
    tried = 0
    for options in providers(server):
        try:
            target = make_database(template="template0", **options)
        except psycopg.errors.FeatureNotSupported:
            continue  # a server that was built without ICU
        with psycopg.connect(target) as conn:
            row = conn.execute(statement("reference/target").encode()).fetchone()
            assert row
            properties = database_properties(row, conn)
        name, _, strategy = database.claim_name(admin, 0)
        database.create_database(admin, name, properties, strategy)
        try:
            assert query(server.conninfo(name), shape) == query(target, shape)
        finally:
            database.drop_database(admin, name)
        tried += 1
    assert tried >= 2


def test_a_reference_server_of_another_major_version_is_refused(
    server: Server, admin: psycopg.Connection
) -> None:
    (row,) = admin.execute(statement("reference/target").encode()).fetchall()
    target = database_properties(row, admin)
    minor = target._replace(server_version=server.version * 10000 + 99)
    require_same_major_version(minor, admin)
    with pytest.raises(Refused) as caught:
        require_same_major_version(target._replace(server_version=110022), admin)
    assert caught.value.exit_code == 4
    assert caught.value.message == (
        f"the reference server is PostgreSQL {server.version}, but the target is PostgreSQL 11"
    )
    assert "of version 11, or leave --reference out" in str(caught.value.hint)


@pytest.mark.parametrize("command", ["apply", "verify"])
def test_no_command_uses_a_reference_server_of_another_major_version(
    servers: list[Server], runner: Runner, tmp_path: Path, command: str
) -> None:
    if len(servers) == 1:
        pytest.skip("needs --servers with a second version")
    one, other = servers[:2]
    scripts = write_scripts(tmp_path, "create schema never;")
    given = ("-s", scripts, "-t", one.conninfo(), "--reference", other.conninfo())
    result = runner(command, *given, check=4)
    assert f"PostgreSQL {other.version}, but the target is PostgreSQL {one.version}" in " ".join(
        result.stderr.split()
    )
    assert query(one.conninfo(), "select 1 from pg_namespace where nspname = 'never'") == []


def test_a_setting_that_the_server_does_not_know_is_left_out(
    server: Server, admin: psycopg.Connection
) -> None:
    (row,) = admin.execute(statement("reference/target").encode()).fetchall()
    settings = "no_such_setting=1", "work_mem=5MB"
    properties = database_properties(row, admin)._replace(settings=settings)
    name, _, strategy = database.claim_name(admin, 0)
    database.create_database(admin, name, properties, strategy)
    assert query(server.conninfo(name), "show work_mem") == ["5MB"]
    database.drop_database(admin, name)


def test_a_session_that_stays_in_it_is_ended(server: Server, admin: psycopg.Connection) -> None:
    """As a pooler's may, which keeps its sessions for the next client."""
    name, *_ = database.claim_name(admin, 0)
    admin.execute(f"CREATE DATABASE {name}".encode())
    with psycopg.connect(server.conninfo(name)) as conn:
        conn.execute("select 1")
        database.drop_database(admin, name)
        with pytest.raises(psycopg.OperationalError):
            conn.execute("select 1")
    assert query(server.conninfo(), f"select 1 from pg_database where datname = '{name}'") == []
