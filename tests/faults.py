"""Faults for a run: scripts to run, when something strikes, and what must be true afterwards."""

from __future__ import annotations

import json
import random
import signal
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import psycopg

from runner import commands
from runner.observer import Observer
from runner.settings import Settings
from tests.commands import Place, called
from tests.conftest import clean_environment, drop_database
from tests.fault_runs import Called, Ended, Run
from tests.fault_scripts import GATES, Size, write_scripts
from tests.figures import Figures, Missed
from tests.proxy import Cut, proxy
from tests.states import State, read_state
from tests.waiting import TIMEOUT, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.forking import ForkServer
    from tests.proxy import Line, Proxy
    from tests.servers import Server

Verdict = Literal["as before", "applied"]


@dataclass(frozen=True, slots=True)
class Known:
    """What does not change from one test to the next: by version and size, and whether verified."""

    expected: dict[tuple[int, Size], State] = field(default_factory=dict)
    lines: dict[tuple[int, Size, bool], list[Line]] = field(default_factory=dict)


@dataclass(slots=True)
class Scene:
    """A database, scripts of a size for it, and the runs on it: each writes its number there.

    `known` is what was learnt of scripts before, for all scenes: what psql makes of them, and
    the lines of an undisturbed run. `crashes` tells whether the server does.
    """

    server: Server
    dbname: str
    folder: Path
    size: Size
    figures: Figures
    known: Known
    rng: random.Random
    forking: ForkServer
    verify: bool = False
    crashes: bool = False
    before: State = field(default_factory=State)
    generation: int = 0
    pids: set[int] = field(default_factory=set)
    _admin: psycopg.Connection | None = None

    def make(self, psql_bin: Path) -> None:
        """Makes the scripts and the database, after psql has shown what is to be in it."""
        write_scripts(self.scripts, self.size)
        self.admin.execute(f"create database {self.dbname}".encode())
        if (self.server.version, self.size) not in self.known.expected:
            command = [str(psql_bin), "-qXv", "ON_ERROR_STOP=1", "-v", "generation=0"]
            files = [part for path in sorted(self.scripts.iterdir()) for part in ("-f", str(path))]
            subprocess.run([*command, "-d", self.target(), *files], check=True, capture_output=True)
            self.known.expected[self.server.version, self.size] = read_state(self.target())
        self.empty()

    def drop(self) -> None:
        """Drops it again."""
        drop_database(self.admin, self.dbname)
        self.admin.close()

    @property
    def admin(self) -> psycopg.Connection:
        """A superuser's connection to another database; a new one when the last one is lost."""
        if self._admin is None or self._admin.closed:
            self._admin = psycopg.connect(self.server.conninfo(), autocommit=True)
        return self._admin

    @property
    def scripts(self) -> Path:
        """The folder of the scripts."""
        return self.folder / "sql"

    # -- runs -------------------------------------------------------------------------------

    def target(self, line: Proxy | None = None) -> str:
        """The conninfo of the database, through the proxy if there is one."""
        if line is None:
            return self.server.conninfo(self.dbname)
        return self.server.tcp_conninfo(self.dbname, port=line.port)

    def start(self, line: Proxy | None = None, *options: str, stdout: int | None = None) -> Run:
        """A run that has begun."""
        place = Place(self.folder, clean_environment(self.folder))
        process = self.forking.start(self._next_run(line, options), place, stdout)
        return Run(process, self.generation)

    def call(self, line: Proxy, *options: str) -> Called:
        """A run in this process, to its end."""
        arguments = self._next_run(line, options)
        place = Place(self.folder, clean_environment(self.folder))
        done = called(arguments, place, TIMEOUT)
        return Called(self.generation, Ended(done.returncode, done.stdout, done.stderr))

    def _next_run(self, line: Proxy | None, options: tuple[str, ...]) -> list[str]:
        self.generation += 1
        verification = [] if self.verify else ["--no-verify"]
        variable = f"generation={self.generation}"
        return [
            *("apply", "-s", str(self.scripts), "-t", self.target(line), "--var", variable),
            *("--lock-timeout", "60", *verification, *options),
        ]

    @contextmanager
    def stopped_at(self, cut: Cut, *options: str) -> Iterator[tuple[Run, Proxy]]:
        """A run through a proxy, held where `cut` says until the block lets it go on.

        Raises Missed when `cut` is a number of bytes, and so many never came.
        """
        with proxy(self.server.port, cut=cut) as line:
            run = self.start(line, *options)
            try:
                until(
                    lambda: line.reached.is_set() or run.process.poll() is not None,
                    "the line never came to its cut",
                )
                if not line.reached.is_set():
                    ended = run.ended()
                    # A run may have some bytes less to say than the one that was measured.
                    assert cut.after is not None, ended.text
                    assert ended.code == 0, ended.text
                    raise Missed
                self._know_backends()
                yield run, line
            finally:
                line.go_on(cut=True)
                self._end(run)

    @contextmanager
    def stopped_at_gate(self, number: int, *options: str) -> Iterator[Run]:
        """A run that waits at a gate of the scripts as long as the block lasts."""
        gate = psycopg.connect(self.target(), autocommit=True)
        try:
            gate.execute("select pg_catalog.pg_advisory_lock(%s, %s)", [GATES, number])
            run = self.start(None, *options)
            until(
                lambda: self.waiting(number) or run.process.poll() is not None,
                "the run never came to the gate",
            )
            assert run.process.poll() is None, run.ended().text
            self._know_backends()
            try:
                yield run
            finally:
                gate.close()
                self._end(run)
        finally:
            gate.close()

    def _end(self, run: Run) -> None:
        """No process outlives a test, whatever became of it."""
        try:
            run.process.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            run.process.kill()
            run.process.communicate(timeout=TIMEOUT)

    # -- the server's side ------------------------------------------------------------------

    def ask(self, query: str, *params: object) -> list[tuple[object, ...]]:
        """Asks the server."""
        return self.admin.execute(query.encode(), params).fetchall()

    def waiting(self, gate: int) -> bool:
        """Whether a run waits at a gate."""
        found = self.ask(
            "select from pg_locks as l join pg_database as d on d.oid = l.database"
            " where d.datname = %s and l.locktype = 'advisory' and not l.granted"
            " and l.classid = %s and l.objid = %s",
            *(self.dbname, GATES, gate),
        )
        return bool(found)

    def backend(self) -> int:
        """The process of the server that has the run's transaction. Raises Missed without one."""
        found = self.ask(
            "select pid from pg_stat_activity where datname = %s"
            " and application_name like 'raw-sql-runner%%' and backend_xid is not null",
            self.dbname,
        )
        if not found:
            raise Missed
        ((pid,),) = found
        assert isinstance(pid, int)
        return pid

    def references(self) -> list[str]:
        """The reference databases that the runs have left."""
        query = "select datname::text from pg_database where datname ~ %s"
        return [str(name) for (name,) in self.ask(query, f"^{self._reference()}")]

    def _know_backends(self) -> None:
        """The server's processes for the run: the name of its reference has one of them."""
        query = (
            "select pid from pg_stat_activity where datname = %s"
            " and application_name like 'raw-sql-runner%%'"
        )
        self.pids.update(int(str(pid)) for (pid,) in self.ask(query, self.dbname))

    def _reference(self) -> str:
        return f"runner_reference_[0-9]+_({'|'.join(map(str, self.pids))})_"

    def state(self) -> State:
        """What is in the database.

        A sequence comes out of a crash some numbers on (SEQ_LOG_VALS in sequence.c).
        """
        return self._comparable(read_state(self.target()))

    def _comparable(self, state: State) -> State:
        return replace(state, sequences=()) if self.crashes else state

    def settle(self) -> None:
        """Waits until the server has ended all that the runs had begun."""
        query = (
            "select pid, datname, application_name, state, query from pg_stat_activity"
            " where (datname = %s and application_name like 'raw-sql-runner%%')"
            " or concat_ws(' ', datname, application_name) ~ %s"
        )

        def settled() -> bool:
            try:
                return not self.ask(query, self.dbname, self._reference())
            except psycopg.OperationalError:
                return False  # it was killed, and is starting up

        until(settled, "a session of the runner is still there")

    @contextmanager
    def fault(self, kind: str, which: str) -> Iterator[None]:
        """Counts a fault, unless the block raises Missed: then the run may have gone through."""
        with self.figures.fault(kind, which):
            try:
                yield
            except Missed:
                self.settle()
                self.before = self.state()
                raise

    # -- what must be true ------------------------------------------------------------------

    def verdict(self, generation: int) -> Verdict:
        """What became of a run: nothing or all of it. Fails when it is something between."""
        self.settle()
        state = self.state()
        if state == self.before:
            return "as before"
        expected = self._comparable(self.known.expected[self.server.version, self.size])
        identity, runs = state.identity, self.before.runs + 1
        assert state == replace(expected, generation=generation, runs=runs, identity=identity), (
            f"neither as before, run {self.before.generation}, nor applied, run {generation}"
        )
        self.before = state
        return "applied"

    def lines(self) -> list[Line]:
        """The lines of an undisturbed run, and what goes over them.

        It is not the first: that one makes the registry, and so has more to say.
        """
        key = self.server.version, self.size, self.verify
        if key not in self.known.lines:
            self.apply_again()
            with proxy(self.server.port) as line:
                run = self.call(line)
            assert run.ended.code == 0, run.ended.text
            assert self.verdict(run.generation) == "applied"
            self.known.lines[key] = line.lines
        return self.known.lines[key]

    def empty(self) -> None:
        """The database as it was at first."""
        with psycopg.connect(self.target(), autocommit=True) as conn:
            conn.execute("drop schema if exists runner cascade; drop schema public cascade")
            conn.execute("create schema public")
        self.before = self.state()

    def judge(self, run: Run | Called, ended: Ended) -> Verdict:
        """The verdict; fails when the exit code or the message say something else."""
        verdict = self.verdict(run.generation)
        assert "Traceback" not in ended.stderr, ended.text
        assert "error ignored" not in ended.stderr, ended.text
        assert "correct horse" not in ended.text, "the password"
        said = _SAID.get(ended.code)
        assert said is not None, ended.text
        assert verdict in said.verdicts, f"{verdict}:\n{ended.text}"
        assert said.text in ended.text, f"{verdict}:\n{ended.text}"
        if ended.stdout.startswith("{"):
            self._judge_result(json.loads(ended.stdout), ended, verdict)
        self.figures.became(verdict)
        return verdict

    @staticmethod
    def _judge_result(result: dict[str, object], ended: Ended, verdict: Verdict) -> None:
        """Fails when the JSON says something else. One that was killed may have told its end."""
        code = result["exit_code"]
        assert code == ended.code or ended.code == -signal.SIGKILL, ended.text
        assert isinstance(code, int)
        assert verdict in _SAID[code].verdicts, f"{verdict}:\n{ended.text}"
        assert result["committed"] is _SAID[code].committed, f"{verdict}:\n{ended.text}"

    def apply_again(self) -> None:
        """A plain re-run succeeds, and nothing of the runs before is left.

        In this process: what it finds is the database and the server, whoever runs it. It is
        verified where there is a reference left to be dropped.
        """
        self.generation += 1
        verify = bool(self.references())
        made_at = "substring(datname from '^runner_reference_([0-9]+)_')::int8"
        young = f"datname ~ %s and {made_at} + 1 >= extract(epoch from now())"
        query = f"select from pg_database where {young}"
        until(lambda: not self.ask(query, f"^{self._reference()}"), "it is never old enough")
        settings = Settings(
            scripts=(self.scripts,),
            target=self.target(),
            lock_timeout=TIMEOUT,
            variables={"generation": str(self.generation)},
            verify="all" if verify else "none",
        )
        assert commands.apply(settings, Observer()).committed
        assert self.verdict(self.generation) == "applied"
        assert self.references() == []


@dataclass(frozen=True, slots=True)
class _Said:
    verdicts: tuple[Verdict, ...]
    committed: bool | None
    text: str


# What an exit code promises. Killed processes promise nothing.
_SAID = {
    0: _Said(("applied",), True, ""),
    3: _Said(("as before",), False, "Nothing has changed"),
    5: _Said(("as before",), False, ""),
    6: _Said(("as before", "applied"), None, "It is not known whether the target was changed."),
    130: _Said(("as before",), False, "interrupted"),
    -signal.SIGKILL: _Said(("as before", "applied"), None, ""),
}
