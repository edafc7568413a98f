"""Options and fixtures of the whole suite. See tests/README.md."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import psycopg
import pytest
from psycopg import sql

from runner.embedded.cluster import Cluster
from runner.embedded.programs import find_psql
from tests import figures
from tests.certificates import Authority
from tests.commands import Place, called, started
from tests.forking import fork_server
from tests.servers import (
    EMBEDDED_VERSION,
    Server,
    ServerPool,
    copying,
    create_cluster,
    server_pool,
    start_server,
    stopped_at_end,
    unique_name,
    version_text,
)
from tests.standby import standby_of
from tests.tls_server import tls_server_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.forking import Forked, ForkServer

# An installation from before the plugin has no entry point for it; named twice it is an error.
_INSTALLED = entry_points(group="pytest11", name="raw_sql_runner")
PLUGIN = () if _INSTALLED else ("-p", "runner.testing.plugin")
pytest_plugins = ("pytester", *PLUGIN[1:])

CHECKOUT = Path(__file__).resolve().parent.parent
TIMEOUT = 300.0
# What is measured there exists on Linux alone; the product runs elsewhere as well.
needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="memory is read in /proc")
_POOL = pytest.StashKey[ServerPool]()
_STACK = pytest.StashKey[ExitStack]()


class Runner(Protocol):
    """`runner(*args)`: `python -m runner`, as a process or in this one."""

    def __call__(
        self,
        *args: str | Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        input: str | None = None,  # noqa: A002, the name subprocess.run gives it
        check: int | None = None,
        timeout: float = TIMEOUT,
    ) -> subprocess.CompletedProcess[str]: ...


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("postgresql")
    group.addoption(
        "--servers",
        default=os.environ.get("RUNNER_TEST_SERVERS", ""),
        metavar="12,15",
        help="PostgreSQL versions besides 18 (default: RUNNER_TEST_SERVERS)",
    )
    group.addoption(
        "--citus", metavar="CONNINFO", help="tests/citus: the coordinator of a cluster for tests"
    )
    group.addoption(
        "--citus-control",
        metavar="COMMAND",
        help="tests/citus: run with `stop PORT` or `start PORT`, stops a worker at once, starts it",
    )
    group.addoption("--no-db", action="store_true", help="skip tests that need a server")


def pytest_configure(config: pytest.Config) -> None:
    _hear_signals()
    stack = config.stash[_STACK] = ExitStack()
    worker_input: dict[str, Any] | None = getattr(config, "workerinput", None)
    if worker_input is not None:
        config.stash[_POOL] = ServerPool.from_text(worker_input["servers"])
        return
    try:
        # A database that was named needs no server of ours.
        named = config.getoption("--no-db") or config.getoption("--runner-target")
        versions = [] if named else _versions(config)
        config.stash[_POOL] = stack.enter_context(server_pool(versions))
    except (OSError, RuntimeError, ValueError) as error:
        raise pytest.UsageError(f"--servers: {error}") from error


def _hear_signals() -> None:
    """Whoever was started in the background ignores Ctrl-C, and so would all that the tests run."""
    for signum in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
        if signal.getsignal(signum) == signal.SIG_IGN:
            default = signal.default_int_handler if signum == signal.SIGINT else signal.SIG_DFL
            signal.signal(signum, default)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """`-n auto`, the default: one process for named files and a named database, else parallel.

    Two or three files are done before other processes have started. No more than eight: all of
    them share the servers' connections.
    """
    named = all(Path(argument.partition("::")[0]).is_file() for argument in config.args)
    if named or config.getoption("--runner-target") or config.getoption("--citus"):
        return 0
    return min(os.cpu_count() or 1, 8)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """pytest-xdist: hand the pool to a worker."""
    node.workerinput["servers"] = node.config.stash[_POOL].to_text()


def pytest_unconfigure(config: pytest.Config) -> None:
    if (stack := config.stash.get(_STACK, None)) is not None:
        stack.close()


def pytest_report_header(config: pytest.Config) -> str:
    texts = [version_text(path) for path in config.stash[_POOL].bin_dirs.values()]
    return f"PostgreSQL: {', '.join(texts) or 'none'}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many faults the tests have made, and survived."""
    figures.summary(terminalreporter)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever uses a server runs once on each version asked for."""
    versions = _versions(metafunc.config)
    if metafunc.definition.get_closest_marker("needs18"):
        versions = [EMBEDDED_VERSION]
    ids = [f"pg{version}" for version in versions]
    named = {"runner_server"} if metafunc.config.getoption("--runner-target") else set()
    for name in {"server", "runner_server"} & set(metafunc.fixturenames) - named:
        metafunc.parametrize(name, versions, indirect=True, scope="session", ids=ids)


def pytest_collection_finish() -> None:
    """Python's collector looks no more through the tests, nor the modules that they import."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--no-db"):
        return
    skip = pytest.mark.skip(reason="--no-db")
    for item in items:
        names = getattr(item, "fixturenames", ())
        if item.get_closest_marker("db") or {"server", "servers", "runner_server"} & set(names):
            item.add_marker(skip)


def _versions(config: pytest.Config) -> list[int]:
    asked = {int(text) for text in config.getoption("--servers").split(",") if text.strip()}
    return [EMBEDDED_VERSION, *sorted(asked - {EMBEDDED_VERSION}, reverse=True)]


@pytest.fixture(autouse=True)
def _same_signals() -> Iterator[None]:
    """What a call of `main` leaves ignored is not ignored by the processes of later tests."""
    signums = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    handlers = [signal.getsignal(signum) for signum in signums]
    yield
    for signum, handler in zip(signums, handlers, strict=True):
        signal.signal(signum, handler)


@pytest.fixture(scope="session", autouse=True)
def _initdb_once(request: pytest.FixtureRequest) -> Iterator[None]:
    """Commands that are called in this process get copies of what the first initdb has made.

    That a command makes its data directory itself is tested in processes (`test_embedded`).
    """
    pool = request.config.stash[_POOL]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Cluster, "create", copying(Cluster.create, pool.folder))
        yield


@pytest.fixture(scope="session")
def pool(request: pytest.FixtureRequest) -> ServerPool:
    """The servers of the run, below one folder."""
    return request.config.stash[_POOL]


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Server:
    """A running server, one for each version asked for."""
    version: int = request.param
    return request.config.stash[_POOL].get(version)


@pytest.fixture(scope="session")
def runner_server(request: pytest.FixtureRequest) -> str:
    """Where the databases of the plugin are: each server of the run, or that of --runner-target."""
    if target := request.config.getoption("--runner-target"):
        return str(target)
    server: Server = request.config.stash[_POOL].get(request.param)
    return server.conninfo()


@pytest.fixture(scope="session")
def servers(request: pytest.FixtureRequest) -> list[Server]:
    """All servers of the run at once, newest first: for tests that hold versions together."""
    pool = request.config.stash[_POOL]
    return [pool.get(version) for version in _versions(request.config)]


@pytest.fixture
def tmp_path(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A new folder as pytest's own, but one that a server's user can reach, with a short path.

    pytest's are of mode 0700: a server that root starts there would have to go elsewhere.
    """
    with _new_folder(request.config) as folder:
        yield folder


@pytest.fixture(scope="module")
def module_path(request: pytest.FixtureRequest) -> Iterator[Path]:
    """As `tmp_path`, for all tests of a module."""
    with _new_folder(request.config) as folder:
        yield folder


@contextmanager
def _new_folder(config: pytest.Config) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="t-", dir=config.stash[_POOL].folder))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def admin(server: Server) -> Iterator[psycopg.Connection]:
    """A superuser's connection to the database `postgres`, autocommit."""
    with psycopg.connect(server.conninfo(), autocommit=True) as conn:
        yield conn


@pytest.fixture(scope="session")
def _maker(server: Server) -> Iterator[psycopg.Connection]:
    """As `admin`, for the fixtures that make what tests need: one for all tests of a process."""
    with psycopg.connect(server.conninfo(), autocommit=True) as conn:
        yield conn


@pytest.fixture
def make_database(server: Server, _maker: psycopg.Connection) -> Iterator[Callable[..., str]]:
    """`make_database(owner="joe", encoding="LATIN1", …)`: a new database, dropped at the end.

    Keywords are options of CREATE DATABASE; the result is the superuser's conninfo.
    """
    names: list[str] = []

    def make(name: str | None = None, **options: str) -> str:
        name = name or unique_name()
        clauses = [
            sql.SQL("{} = {}").format(sql.SQL(key), sql.Identifier(value))
            if key in ("owner", "template", "tablespace")
            else sql.SQL("{} = {}").format(sql.SQL(key), sql.Literal(value))
            for key, value in options.items()
        ]
        create_database(_maker, name, *clauses)
        names.append(name)
        return server.conninfo(name)

    yield make
    for name in names:
        drop_database(_maker, name)


def create_database(admin: psycopg.Connection, name: str, *clauses: sql.Composable) -> None:
    """Create it with these options; no test server waits for the disk, so files are copied."""
    if admin.info.server_version >= 150000:
        clauses = (*clauses, sql.SQL("STRATEGY file_copy"))
    command = sql.SQL("CREATE DATABASE {} {}")
    admin.execute(command.format(sql.Identifier(name), sql.SQL(" ").join(clauses)))


def drop_database(admin: psycopg.Connection, name: str) -> None:
    """Drop it if it is there, whoever is connected; WITH (FORCE) came with 13."""
    identifier, force = sql.Identifier(name), sql.SQL("WITH (FORCE)")
    if admin.info.server_version < 130000:
        force = sql.SQL("")
        admin.execute(
            "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity"
            " WHERE datname = %s",
            [name],
        )
    drop = sql.SQL("DROP DATABASE IF EXISTS {} {}").format(identifier, force)
    try:
        admin.execute(drop)
    except psycopg.errors.WrongObjectType:
        admin.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(identifier))
        admin.execute(drop)
    except psycopg.InternalError:  # a run of another test has just dropped it
        admin.execute(drop)


@pytest.fixture(scope="module")
def module_database(server: Server, _maker: psycopg.Connection) -> Iterator[str]:
    """As `fresh_database`, for all tests of a module: each has to leave it as it was."""
    name = unique_name()
    create_database(_maker, name)
    yield server.conninfo(name)
    drop_database(_maker, name)


@pytest.fixture
def make_role(_maker: psycopg.Connection) -> Iterator[Callable[..., str]]:
    """`make_role("CREATEDB", …, password="pw")`: a new role that may log in, dropped at the end.

    It has to stand before the fixture of a database in which the role owns or may do something:
    by then the database is gone.
    """
    names: list[str] = []

    def make(*attributes: str, password: str = "pw") -> str:
        name = unique_name()
        command = f"CREATE ROLE {{}} LOGIN PASSWORD {{}} {' '.join(attributes)}"
        _maker.execute(sql.SQL(command).format(sql.Identifier(name), sql.Literal(password)))
        names.append(name)
        return name

    yield make
    for name in names:
        _maker.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


@pytest.fixture
def fresh_database(make_database: Callable[..., str]) -> str:
    """The conninfo of a new, empty database."""
    return make_database()


@pytest.fixture(scope="session")
def psql_bin() -> Path:
    """The psql that the runner would use."""
    return find_psql()


def clean_environment(home: Path, env: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a user who configured nothing, plus `env`; this checkout's runner.

    Python, too, is as it comes: without bytecode every process would compile the runner anew.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PG", "PYTHON", "RUNNER_", "COMPOSE_", "POSTGRES_"))
        and name not in ("DATABASE_URL", "CI", "PSQLRC", "FORCE_COLOR", "NO_COLOR", "COLUMNS")
    }
    return {**kept, "HOME": str(home), "PYTHONPATH": str(CHECKOUT), **(env or {})}


@pytest.fixture
def runner(request: pytest.FixtureRequest, tmp_path: Path) -> Runner:
    """`runner("apply", "-t", conninfo)`: the command, in `tmp_path`, as text.

    It is called in this process, which has Python and its modules loaded already. It is a process
    of its own where the test is marked `process`, and with `input`: standard input is read once.
    `check=3` asserts the exit code and shows the output when it is another.
    """
    is_process = request.node.get_closest_marker("process") is not None

    def run(
        *args: str | Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        input: str | None = None,  # noqa: A002
        check: int | None = None,
        timeout: float = TIMEOUT,
    ) -> subprocess.CompletedProcess[str]:
        arguments = list(map(str, args))
        place = Place(cwd or tmp_path, clean_environment(tmp_path, env))
        if is_process or input:
            result = started(arguments, place, input or "", timeout)
        else:
            result = called(arguments, place, timeout)
        if check is not None:
            assert result.returncode == check, f"{result.stdout}\n{result.stderr}"
        return result

    return run


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """`start("apply", …, stdin=None)`: the command as a process that has begun; killed at the end.

    Directory and environment are those of `runner`.
    """
    processes: list[subprocess.Popen[str]] = []

    def start(*args: str | Path, stdin: int | None = None) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "runner", *map(str, args)],
            stdin=stdin or subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            cwd=tmp_path,
            env=clean_environment(tmp_path),
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture(scope="session")
def forking() -> Iterator[ForkServer]:
    """Forks runs, which are cheaper so than processes that start Python and import the runner."""
    with fork_server() as found:
        yield found


@pytest.fixture
def fork(tmp_path: Path, forking: ForkServer) -> Iterator[Callable[..., Forked]]:
    """`fork("apply", …)`: as `start`, but forked, and what it writes is there when it has ended."""
    runs: list[Forked] = []

    def fork(*args: str | Path) -> Forked:
        place = Place(tmp_path, clean_environment(tmp_path))
        runs.append(forking.start(list(map(str, args)), place))
        return runs[-1]

    yield fork
    for run in runs:
        run.kill()
        run.wait()


@pytest.fixture
def no_libpq_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing tells libpq and the runner in this process where to connect, and how."""
    for name in [name for name in os.environ if name.startswith(("PG", "RUNNER_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture(scope="module")
def authority(module_path: Path) -> Authority:
    """The authority that RDS is to be here."""
    return Authority.new(module_path / "bundle.pem")


@pytest.fixture(scope="module")
def rds(module_path: Path, authority: Authority) -> Iterator[Server]:
    """An endpoint with TLS; of joe it wants a password as it is, as RDS does of users of IAM."""
    rules = ("hostssl all joe 127.0.0.1/32 password", "hostnossl all joe 127.0.0.1/32 reject")
    with tls_server_in(module_path, authority, *rules) as server:
        with psycopg.connect(server.conninfo(), autocommit=True) as conn:
            conn.execute(
                "CREATE ROLE joe LOGIN PASSWORD 'no token'; CREATE ROLE ann LOGIN PASSWORD 'secret'"
            )
        yield server


@pytest.fixture(scope="module")
def primary(server: Server, module_path: Path) -> Iterator[Server]:
    """A server for this module alone, which may have a standby."""
    folder = module_path / f"primary-{server.version}"
    folder.mkdir()
    create_cluster(folder, server.version, server.bin_dir)
    with stopped_at_end(start_server(folder, server.version, server.bin_dir)) as found:
        yield found


@pytest.fixture
def standby(primary: Server, tmp_path: Path) -> Iterator[Server]:
    """A new standby of `primary`, which may be promoted."""
    with standby_of(primary, tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
def moto_url() -> Iterator[str]:
    """Where AWS is for a module: moto's server."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()
