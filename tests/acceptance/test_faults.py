"""A run that is struck by a fault leaves nothing or all, says which, and can be run again."""

from __future__ import annotations

import os
import random
import re
import resource
import signal
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.fault_scripts import LARGE, SMALL, Size
from tests.faults import Known, Scene
from tests.figures import PROPERTY, SEED, Figures, Missed
from tests.proxy import Cut, proxy
from tests.servers import (
    binaries,
    create_cluster,
    start_server,
    stop_server,
    stopped_at_end,
    unique_name,
)
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.fault_runs import Ended
    from tests.faults import Verdict
    from tests.forking import ForkServer
    from tests.servers import Server

# Of a random kind, in one test.
FAULTS = int(os.environ.get("RUNNER_TEST_FAULTS", "10"))
# Of the runner's process, in one test: at least 40 kills in those of two versions.
SIGNALS = max(FAULTS // 2, 1)
MOST_TRIES = 4 * FAULTS
LATEST = 0.03  # seconds after the place that was drawn
WAL_SEGMENT = 1  # MB: no file of the WAL is larger than the table that finds the disk full
# What was committed has to be there after a crash, or nobody could tell truth from error.
DURABLE = {"synchronous_commit": "on"}
# The client's and the server's side of it.
COMMIT = Cut("to server", text=b"COMMIT\0", holds=True)
COMMITTED = Cut("to client", text=b"COMMIT\0", holds=True)


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Iterator[Figures]:
    """Counts the faults of a test, for the summary at the end of all tests."""
    found = Figures()
    yield found
    request.node.user_properties.append((PROPERTY, found.to_text()))


@pytest.fixture(scope="module")
def known() -> Known:
    """What one test has learnt of the scripts, for all of them."""
    return Known()


@pytest.fixture
def make_scene(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    psql_bin: Path,
    figures: Figures,
    known: Known,
    forking: ForkServer,
) -> Iterator[Callable[..., Scene]]:
    """`make_scene(server, size=SMALL, verify=False)`: an empty database and scripts for it."""
    made: list[Scene] = []
    # Another seed: other instants.
    rng = random.Random(f"{SEED} {request.node.name}")  # noqa: S311

    def make(
        server: Server, size: Size = SMALL, *, verify: bool = False, crashes: bool = False
    ) -> Scene:
        name, same = unique_name(), (figures, known, rng, forking)
        scene = Scene(server, name, tmp_path, size, *same, verify=verify, crashes=crashes)
        made.append(scene)
        scene.make(psql_bin)
        return scene

    yield make
    for scene in made:
        scene.drop()


@pytest.fixture(scope="module")
def mortal(server: Server, module_path: Path) -> Iterator[Server]:
    """A server for this module alone: it is stopped at once, and parts of it are killed."""
    folder, bin_dir = module_path / f"{server.version}-{unique_name()}", binaries(server.version)
    folder.mkdir()
    create_cluster(folder, server.version, bin_dir, f"--wal-segsize={WAL_SEGMENT}")
    with stopped_at_end(start_server(folder, server.version, bin_dir, **DURABLE)) as own:
        yield own


# -- the runner is killed -------------------------------------------------------------------


@pytest.mark.parametrize("part", range(4))
def test_killed_at_any_instant(server: Server, make_scene: Callable[..., Scene], part: int) -> None:
    scene = make_scene(server, LARGE if part == 0 else SMALL, verify=part > 1)
    struck_at_random(scene, "runner killed, any instant", [signal.SIGKILL])


@pytest.mark.parametrize("part", range(2))
def test_interrupted_at_any_instant(
    server: Server, make_scene: Callable[..., Scene], part: int
) -> None:
    scene = make_scene(server, verify=part > 0)
    struck_at_random(scene, "Ctrl-C or SIGTERM, any instant", [signal.SIGINT, signal.SIGTERM])


def struck_at_random(scene: Scene, kind: str, signals: list[signal.Signals]) -> None:
    """So many faults, each some time after a place on the run's way that was drawn.

    However busy the machine is, they are spread over the whole run.
    """
    for _ in range(MOST_TRIES):
        if scene.figures.number(kind) == SIGNALS:
            return
        maybe_empty(scene)
        cut = replace(random_cut(scene), holds=True)
        delay, signum = scene.rng.uniform(0, LATEST), scene.rng.choice(signals)
        with scene.fault(kind, f"{signum.name} {delay:.4f} s after {cut}"):
            with scene.stopped_at(cut, *maybe_json(scene)) as (run, line):
                line.go_on()
                run.struck_after(delay, signum)
                ended = run.ended()
            scene.judge(run, ended)
            if signum != signal.SIGKILL:
                assert ended.code in (0, 130), ended.text
                assert scene.references() == []
            scene.apply_again()
    raise AssertionError(f"only {scene.figures.number(kind)} struck")


def maybe_empty(scene: Scene) -> None:
    """Some runs find an empty database, the others that of the run before."""
    if scene.rng.random() < 0.4:
        scene.empty()


def maybe_json(scene: Scene) -> list[str]:
    """Half of the runs tell their end as JSON."""
    return ["--json"] if scene.rng.random() < 0.5 else []


# Where a run is held, on its way to the server or back, and what then comes of killing it.
BOUNDARIES = {
    "connected": (Cut("to server", text=b"BEGIN", holds=True), "as before"),
    "begun": (Cut("to server", text=b"drop table if exists", holds=True), "as before"),
    "between 01 and 02": (Cut("to server", text=b"create trigger", holds=True), "as before"),
    "between 02 and 03": (Cut("to server", text=b"create table child", holds=True), "as before"),
    "in COPY data": (Cut("to server", text=b"the row 000050", holds=True), "as before"),
    "before COMMIT": (COMMIT, "as before"),
    "after COMMIT": (COMMITTED, "applied"),
}


@pytest.mark.parametrize("verify", [False, True], ids=["unverified", "verified"])
@pytest.mark.parametrize("name", BOUNDARIES)
def test_killed_at_a_boundary(
    server: Server, make_scene: Callable[..., Scene], name: str, verify: bool
) -> None:
    scene = make_scene(server, verify=verify)
    cut, expected = BOUNDARIES[name]
    for _ in range(1 if verify else 2):  # in an empty database; over the run before
        with scene.fault("runner killed, boundary", name):
            with scene.stopped_at(replace(cut, database=scene.dbname)) as (run, _line):
                run.process.kill()
                ended = run.ended()
            assert scene.judge(run, ended) == expected
            scene.apply_again()


@pytest.mark.parametrize("gate", [1, 2, 3])
def test_killed_in_the_middle_of_a_script(
    server: Server, make_scene: Callable[..., Scene], gate: int
) -> None:
    scene = make_scene(server)
    for _ in range(2):  # in an empty database; over the run before
        with scene.fault("runner killed, boundary", f"gate {gate}"):
            with scene.stopped_at_gate(gate) as run:
                run.process.kill()
                ended = run.ended()
            assert scene.judge(run, ended) == "as before"
            scene.apply_again()


def test_killed_with_commit_on_its_way(server: Server, make_scene: Callable[..., Scene]) -> None:
    """The server gets to read it when the runner is no more."""
    scene = make_scene(server)
    with scene.fault("runner killed, boundary", "COMMIT is on its way"):
        with scene.stopped_at(replace(COMMIT, database=scene.dbname)) as (run, line):
            run.process.kill()
            ended = run.ended()
            line.go_on()
            scene.settle()
        assert scene.judge(run, ended) == "applied"
        scene.apply_again()


REFERENCE = {
    "before it is made": Cut("to server", text=b"CREATE DATABASE", holds=True),
    "when it is made": Cut("to client", text=b"CREATE DATABASE\0", holds=True),
    "when it is connected to": Cut(
        "to server", text=b"BEGIN", holds=True, database="runner_reference_"
    ),
    "when it is built": Cut(
        "to server", text=b"create table child", holds=True, database="runner_reference_"
    ),
    "before it is dropped": Cut("to server", text=b"DROP DATABASE", holds=True),
}


@pytest.mark.parametrize("name", REFERENCE)
def test_killed_with_a_reference(
    server: Server, make_scene: Callable[..., Scene], name: str
) -> None:
    scene = make_scene(server, verify=True)
    with scene.fault("runner killed, reference", name):
        with scene.stopped_at(REFERENCE[name]) as (run, _line):
            run.process.kill()
            ended = run.ended()
        scene.judge(run, ended)
        scene.apply_again()


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("name", REFERENCE)
def test_interrupted_with_a_reference(
    server: Server, make_scene: Callable[..., Scene], name: str, signum: signal.Signals
) -> None:
    """It is dropped before the runner ends; what was committed before stays said."""
    scene = make_scene(server, verify=True)
    with scene.fault("Ctrl-C or SIGTERM, reference", f"{signum.name} {name}"):
        with scene.stopped_at(REFERENCE[name], "--json") as (run, line):
            run.process.send_signal(signum)
            line.go_on()
            ended = run.ended()
        scene.judge(run, ended)
        assert ended.code in (0, 130), ended.text
        assert scene.references() == []
        scene.apply_again()


# -- the line is cut ------------------------------------------------------------------------


@pytest.mark.parametrize("part", range(10))
def test_the_line_is_cut_anywhere(
    server: Server, make_scene: Callable[..., Scene], part: int
) -> None:
    scene = make_scene(server, LARGE if part == 0 else SMALL, verify=part % 4 == 3)
    kind = "line cut, anywhere"
    for _ in range(MOST_TRIES):
        if scene.figures.number(kind) == FAULTS:
            return
        maybe_empty(scene)
        cut = random_cut(scene)
        with scene.fault(kind, str(cut)):
            with proxy(server.port, cut=cut) as line:
                run = scene.call(line, *maybe_json(scene))
            scene.judge(run, run.ended)
            if not line.reached.is_set():
                assert run.ended.code == 0, run.ended.text
                raise Missed
            scene.apply_again()
    raise AssertionError(f"only {scene.figures.number(kind)} cut")


def random_cut(scene: Scene) -> Cut:
    """A place on one of the lines that an undisturbed run has, in one of the directions."""
    line = scene.rng.choice([line for line in scene.lines() if line.database])
    prefix = "runner_reference_"
    database = prefix if str(line.database).startswith(prefix) else scene.dbname
    # Another run may have some bytes less to say: it vouches for fewer tables, for one.
    if scene.rng.random() < 0.5:
        most = max(line.bytes_to_server - 300, 1)
        return Cut("to server", after=scene.rng.randrange(most), database=database)
    most = max(line.bytes_to_client - 300, 1)
    return Cut("to client", after=scene.rng.randrange(most), database=database)


def test_the_request_to_commit_is_lost(server: Server, make_scene: Callable[..., Scene]) -> None:
    scene = make_scene(server)
    for options in ([], ["--json"]):
        ended = commit_cut(scene, replace(COMMIT, holds=False), "as before", *options)
        assert ended.code == 5, ended.text
        assert "COMMIT: nothing was committed" in ended.text


def test_the_answer_to_commit_is_lost(server: Server, make_scene: Callable[..., Scene]) -> None:
    scene = make_scene(server)
    for options in ([], ["--json"]):
        ended = commit_cut(scene, replace(COMMITTED, holds=False), "applied", *options)
        assert ended.code == 0, ended.text
        assert "the connection broke during COMMIT" in ended.text
        assert "was committed" in ended.text


@pytest.mark.parametrize("cut", [COMMIT, COMMITTED], ids=["request", "answer"])
def test_nobody_can_be_asked_what_became_of_commit(
    server: Server, make_scene: Callable[..., Scene], cut: Cut
) -> None:
    scene = make_scene(server)
    for options in ([], ["--json"]):
        expected: Verdict = "applied" if cut == COMMITTED else "as before"
        for_good = replace(cut, holds=False, for_good=True)
        ended = commit_cut(scene, for_good, expected, "--connect-timeout", "0", *options)
        assert ended.code == 6, ended.text
        status = {"applied": "committed", "as before": "aborted"}[expected]
        assert asked_as_told(scene, ended) == status


def commit_cut(scene: Scene, cut: Cut, expected: Verdict, *options: str) -> Ended:
    """A run whose line is cut there; gives how it ended."""
    kind = "line cut, around COMMIT"
    with scene.fault(kind, str(cut)):
        with proxy(scene.server.port, cut=replace(cut, database=scene.dbname)) as line:
            run = scene.start(line, *options)
            ended = run.ended()
        assert line.reached.is_set(), ended.text
        assert scene.judge(run, ended) == expected
        scene.apply_again()
    return ended


def asked_as_told(scene: Scene, ended: Ended) -> str:
    """What the server says when it is asked as the message says."""
    found = re.search(r"SELECT pg_catalog\.txid_status\(\d+\)", ended.text)
    assert found, ended.text
    ((status,),) = scene.ask(found[0])
    return str(status)


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("cut", [COMMIT, COMMITTED], ids=["request", "answer"])
def test_interrupted_during_commit(
    server: Server, make_scene: Callable[..., Scene], cut: Cut, signum: signal.Signals
) -> None:
    """COMMIT was sent: it is too late to stop."""
    scene = make_scene(server)
    with scene.fault("Ctrl-C or SIGTERM, during COMMIT", signum.name):
        with scene.stopped_at(replace(cut, database=scene.dbname)) as (run, line):
            run.process.send_signal(signum)
            line.go_on()
            ended = run.ended()
        assert scene.judge(run, ended) == "applied"
        assert ended.code == 0, ended.text
        scene.apply_again()


@pytest.mark.parametrize("cut", [COMMIT, COMMITTED], ids=["request", "answer"])
def test_interrupted_and_cut_during_commit(
    server: Server, make_scene: Callable[..., Scene], cut: Cut
) -> None:
    """Nobody can be asked what became of it: being interrupted as well does not change that."""
    scene = make_scene(server)
    for_good = replace(cut, database=scene.dbname, for_good=True)
    with scene.fault("Ctrl-C or SIGTERM, during COMMIT", "and the line is cut"):
        with scene.stopped_at(for_good, "--connect-timeout", "0") as (run, line):
            run.process.send_signal(signal.SIGINT)
            line.go_on(cut=True)
            ended = run.ended()
        scene.judge(run, ended)
        assert ended.code == 6, ended.text
        scene.apply_again()


def test_interrupted_after_commit(server: Server, make_scene: Callable[..., Scene]) -> None:
    """It has only to tell what it has done, which it does."""
    scene = make_scene(server)
    with scene.fault("Ctrl-C or SIGTERM, after COMMIT", "while it waits to be read"):
        reader, writer = os.pipe()
        filling = fill(writer)
        run = scene.start(None, "--json", stdout=writer)
        os.close(writer)
        until(lambda: scene.state().generation == run.generation, "it never committed")
        scene.settle()
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGINT):
            run.process.send_signal(signum)
        with os.fdopen(reader, "rb") as pipe:
            stdout = pipe.read()[filling:].decode()
        ended = replace(run.ended(), stdout=stdout)
        assert scene.judge(run, ended) == "applied"
        assert ended.code == 0, ended.text
        scene.apply_again()


def fill(pipe: int) -> int:
    """Fills a pipe, so that who writes next waits; gives how many bytes that took."""
    filling = 0
    os.set_blocking(pipe, False)
    with suppress(BlockingIOError):
        while True:
            filling += os.write(pipe, bytes(1 << 10))
    os.set_blocking(pipe, True)
    return filling


# -- the server strikes ---------------------------------------------------------------------


def terminated(scene: Scene) -> None:
    """An administrator ends the session."""
    scene.ask("select pg_terminate_backend(%s)", scene.backend())


def backend_killed(scene: Scene) -> None:
    """The session's process is killed, upon which the server starts itself anew."""
    try:
        os.kill(scene.backend(), signal.SIGKILL)
    except ProcessLookupError:
        raise Missed from None


def server_stopped(scene: Scene) -> None:
    """The server stops without more ado, and is started again."""
    restart(scene.server)


def restart(server: Server) -> None:
    """Stops it without more ado, and starts it at the same port."""
    stop_server(server)
    start_server(
        server.data_dir.parent, server.version, server.bin_dir, port=str(server.port), **DURABLE
    )


STRIKES = {
    "session ended": terminated,
    "backend killed": backend_killed,
    "server stopped at once": server_stopped,
}


@pytest.mark.parametrize("gate", [1, 2, 3])
@pytest.mark.parametrize("kind", STRIKES)
def test_the_server_strikes_in_a_script(
    mortal: Server, make_scene: Callable[..., Scene], kind: str, gate: int
) -> None:
    scene = make_scene(mortal, crashes=True)
    for options in ([], ["--json"]):
        with scene.fault(kind, f"gate {gate}"):
            with scene.stopped_at_gate(gate, *options) as run:
                STRIKES[kind](scene)
                ended = run.ended()
            assert scene.judge(run, ended) == "as before"
            assert ended.code == 5, ended.text
            scene.apply_again()


@pytest.mark.parametrize("name", ["begun", "between 02 and 03", "in COPY data", "before COMMIT"])
@pytest.mark.parametrize("kind", STRIKES)
def test_the_server_strikes_at_a_boundary(
    mortal: Server, make_scene: Callable[..., Scene], kind: str, name: str
) -> None:
    """The line stands meanwhile: the server is there again when the runner hears of it.

    A crash may have forgotten the transaction's id, which others then have.
    """
    scene = make_scene(mortal, crashes=True)
    cut, _ = BOUNDARIES[name]
    with scene.fault(kind, name):
        with scene.stopped_at(replace(cut, database=scene.dbname)) as (run, line):
            STRIKES[kind](scene)
            other_transactions(scene)
            line.go_on(cut=True)
            ended = run.ended()
        assert scene.judge(run, ended) == "as before"
        assert ended.code == 5, ended.text
        scene.apply_again()


def test_the_server_stops_after_commit(mortal: Server, make_scene: Callable[..., Scene]) -> None:
    scene = make_scene(mortal, crashes=True)
    with scene.fault("server stopped at once", "after COMMIT"):
        with scene.stopped_at(replace(COMMITTED, database=scene.dbname)) as (run, line):
            server_stopped(scene)
            line.go_on(cut=True)
            ended = run.ended()
        assert scene.judge(run, ended) == "applied"
        assert ended.code == 0, ended.text
        scene.apply_again()


def other_transactions(scene: Scene) -> None:
    """More of them than a run has savepoints, when the server is there again."""
    scene.settle()
    for _ in range(50):
        scene.ask("select txid_current()")


@pytest.mark.parametrize("kind", STRIKES)
@pytest.mark.parametrize("part", range(2))
def test_the_server_strikes_at_any_instant(
    mortal: Server, make_scene: Callable[..., Scene], kind: str, part: int
) -> None:
    scene = make_scene(mortal, verify=part > 0, crashes=True)
    for _ in range(MOST_TRIES):
        if scene.figures.number(kind) == 3:
            return
        maybe_empty(scene)
        cut = replace(random_cut(scene), holds=True)
        with scene.fault(kind, str(cut)):
            with scene.stopped_at(cut, *maybe_json(scene)) as (run, line):
                STRIKES[kind](scene)
                line.go_on()
                ended = run.ended()
            assert ended.code in (0, 5), ended.text
            scene.judge(run, ended)
            scene.apply_again()
    raise AssertionError(f"only {scene.figures.number(kind)} struck")


def test_the_disk_is_full(mortal: Server, make_scene: Callable[..., Scene]) -> None:
    """No file can grow further: the table's does not, those of the WAL have one size."""
    scene = make_scene(mortal, Size(inserts=200, copied=40_000), crashes=True)
    limit = 2 << 20
    with scene.fault("disk full", f"files of {limit} bytes at most"):
        scene.admin.execute("checkpoint")  # else it could not even recover
        with largest_file(limit):
            server_stopped(scene)
        run = scene.start(None, "--json")
        ended = run.ended()
        server_stopped(scene)
        assert scene.judge(run, ended) == "as before"
        assert ended.code == 3, ended.text
        assert "could not extend file" in ended.text
        scene.apply_again()


@contextmanager
def largest_file(limit: int) -> Iterator[None]:
    """What those who are started meanwhile can write to one file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
