"""Faults for a run: scripts to run, when something strikes, and what must be true afterwards."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import psycopg

from tests.conftest import clean_environment, drop_database
from tests.fault_scripts import GATES
from tests.figures import Figures, Missed
from tests.proxy import Cut, proxy
from tests.states import State, read_state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.proxy import Line, Proxy
    from tests.servers import Server

TIMEOUT = 60.0
# The first word to the server.
START = Cut("to server", after=0, holds=True)
Verdict = Literal["as before", "applied"]


# -- a run ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that has ended, by itself or not."""

    code: int
    stdout: str
    stderr: str

    @property
    def text(self) -> str:
        return f"exit code {self.code}\n{self.stdout}\n{self.stderr}"


class Run:
    """A running `python -m runner apply`."""

    def __init__(self, process: subprocess.Popen[str], generation: int) -> None:
        self.process = process
        self.pid = process.pid
        self.generation = generation

    def ended(self) -> Ended:
        """Waits for its end."""
        stdout, stderr = self.process.communicate(timeout=TIMEOUT)
        return Ended(self.process.returncode, stdout, stderr)

    def struck_after(self, seconds: float, signum: signal.Signals) -> Ended:
        """Lets it run so long, then sends the signal; waits for its end."""
        self.let_go_on(seconds)
        self.process.send_signal(signum)
        return self.ended()

    def let_go_on(self, seconds: float) -> None:
        """Lets it run so long. Raises Missed when it has ended by then."""
        with suppress(subprocess.TimeoutExpired):
            self.process.communicate(timeout=seconds)
            raise Missed


def until(condition: Callable[[], object], what: str) -> None:
    """Asks again and again until it is so; the time limit is for a test that would hang."""
    deadline = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.005)


@dataclass(slots=True)
class Scene:
    """A database, the scripts for it, and the runs on it: each writes its number there.

    `expected` is what psql makes of the scripts.
    """

    server: Server
    dbname: str
    folder: Path
    scripts: Path
    figures: Figures
    verify: bool
    rng: random.Random
    crashes: bool
    expected: State = field(default_factory=State)
    before: State = field(default_factory=State)
    runs: list[Run] = field(default_factory=list)
    _admin: psycopg.Connection | None = None

    def make(self, psql_bin: Path) -> None:
        """Makes the database, after psql has shown what is to be in it."""
        self.admin.execute(f"create database {self.dbname}".encode())
        command = [str(psql_bin), "-qXv", "ON_ERROR_STOP=1", "-v", "generation=0"]
        files = [part for path in sorted(self.scripts.iterdir()) for part in ("-f", str(path))]
        subprocess.run([*command, "-d", self.target(), *files], check=True, capture_output=True)
        self.expected = self.state()
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

    # -- runs -------------------------------------------------------------------------------

    def target(self, line: Proxy | None = None) -> str:
        """The conninfo of the database, through the proxy if there is one."""
        if line is None:
            return self.server.conninfo(self.dbname)
        return self.server.tcp_conninfo(self.dbname, port=line.port)

    def start(self, line: Proxy | None = None, *options: str, stdout: int = subprocess.PIPE) -> Run:
        """A run that has begun."""
        generation = len(self.runs) + 1
        verification = [] if self.verify else ["--no-verify"]
        variable = f"generation={generation}"
        command = [
            *(sys.executable, "-m", "runner", "apply", "-s", str(self.scripts)),
            *("-t", self.target(line), "--var", variable, "--lock-timeout", "60"),
            *(*verification, *options),
        ]
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            cwd=self.folder,
            env=clean_environment(self.folder),
        )
        run = Run(process, generation)
        self.runs.append(run)
        return run

    @contextmanager
    def stopped_at(self, cut: Cut, *options: str) -> Iterator[tuple[Run, Proxy]]:
        """A run through a proxy, held where `cut` says until the block lets it go on."""
        with proxy(self.server.port, cut=cut) as line:
            run = self.start(line, *options)
            try:
                until(
                    lambda: line.reached.is_set() or run.process.poll() is not None,
                    "the line never came to its cut",
                )
                assert line.reached.is_set(), run.ended().text
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
            run.process.communicate()

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

    def references(self, run: Run) -> list[str]:
        """The reference databases that a run has left."""
        found = self.ask(
            "select datname::text from pg_database where datname ~ %s",
            f"^runner_reference_[0-9]+_{run.pid}_",
        )
        return [str(name) for (name,) in found]

    def state(self) -> State:
        """What is in the database.

        A sequence comes out of a crash some numbers on (SEQ_LOG_VALS in sequence.c).
        """
        state = read_state(self.target())
        return replace(state, sequences=()) if self.crashes else state

    def settle(self) -> None:
        """Waits until the server has ended all that the runs had begun."""
        pids = "|".join(str(run.pid) for run in self.runs)
        query = (
            "select pid, datname, application_name, state, query from pg_stat_activity"
            " where (datname = %s and application_name like 'raw-sql-runner%%')"
            " or concat_ws(' ', datname, application_name) ~ %s"
        )
        reference = f"runner_reference_[0-9]+_({pids})_"

        def settled() -> bool:
            try:
                return not self.ask(query, self.dbname, reference)
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

    def verdict(self, run: Run) -> Verdict:
        """What became of a run: nothing or all of it. Fails when it is something between."""
        self.settle()
        state = self.state()
        if state == self.before:
            return "as before"
        identity, runs = state.identity, self.before.runs + 1
        assert state == replace(
            self.expected, generation=run.generation, runs=runs, identity=identity
        ), f"neither as before, run {self.before.generation}, nor applied, run {run.generation}"
        self.before = state
        return "applied"

    def undisturbed(self) -> tuple[float, list[Line]]:
        """How long a run takes once it has something to say, and what goes over its lines."""
        with self.stopped_at(START) as (run, line):
            started = time.monotonic()
            line.go_on()
            ended = run.ended()
            seconds = time.monotonic() - started
        assert ended.code == 0, ended.text
        assert self.verdict(run) == "applied"
        return seconds, line.lines

    def empty(self) -> None:
        """The database as it was at first."""
        with psycopg.connect(self.target(), autocommit=True) as conn:
            conn.execute("drop schema if exists runner cascade; drop schema public cascade")
            conn.execute("create schema public")
        self.before = self.state()

    def judge(self, run: Run, ended: Ended) -> Verdict:
        """The verdict; fails when the exit code or the message say something else."""
        verdict = self.verdict(run)
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
        """A plain re-run succeeds, and nothing of the runs before is left."""
        run = self.start()
        ended = run.ended()
        assert ended.code == 0, ended.text
        assert self.verdict(run) == "applied", ended.text
        for one in self.runs:
            assert self.references(one) == []


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
