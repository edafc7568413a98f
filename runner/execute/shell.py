"""Runs the shell scripts of the folder as the image's entrypoint does.

See docker_process_init_files in docker-entrypoint.sh of docker-library/postgres.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
from contextlib import suppress
from threading import Event, Thread
from typing import IO, TYPE_CHECKING, cast

from runner.embedded.programs import find_psql
from runner.errors import StatementFailed, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from runner.connect.session import Session
    from runner.observer import Observer


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
_GRACE = 5.0  # seconds
_LAST_WORDS = 0.5
_TICK = 0.1


def libpq_environment(conn: Session) -> dict[str, str]:
    """The environment of a script: the target in libpq's and the image's variables.

    A password stands there alone, never in an argument.
    """
    values = dict(os.environ)
    for option in conn.pgconn.info:
        name = (option.envvar or b"").decode()
        values.pop(name, None)
        if name and option.val and option.keyword.decode() not in _SERVICE:
            values[name] = os.fsdecode(option.val)
    info = conn.info
    values |= {"PGDATABASE": info.dbname, "PGUSER": info.user}
    values |= {"POSTGRES_DB": info.dbname, "POSTGRES_USER": info.user}
    if info.password:
        values |= {"PGPASSWORD": info.password, "POSTGRES_PASSWORD": info.password}
    if not shutil.which("psql"):
        with suppress(UsageError):
            values["PATH"] = os.pathsep.join([values.get("PATH", ""), str(find_psql().parent)])
    return values


class Shell:
    """The one bash that runs all shell scripts of a run.

    One that is executable is executed, any other sourced: the variables, functions and options
    that it leaves are there for the next one, and in `environ` what it exports. Raises
    UsageError without bash.
    """

    def __init__(self, environ: dict[str, str], observer: Observer) -> None:
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
        self._output = _Output(self._bash.stdout, mark, observer, to_stderr=False)
        self._errors = _Output(self._bash.stderr, mark, observer, to_stderr=True)
        self._wait()

    def run(self, path: Path) -> None:
        """Runs a script and passes its output on. Ctrl-C ends it too.

        Raises StatementFailed when its exit status is not 0, or when it ends the bash that
        sources it.
        """
        with suppress(BrokenPipeError):
            self._orders.write(os.fsencode(path.resolve()) + b"\0")
            self._orders.flush()
        try:
            self._wait()
        except BaseException:
            self._stop()
            raise
        status = self._bash.returncode
        if status is None:
            self.environ = self._output.environ
        elif status:
            raise StatementFailed(f"{path} ended with exit status {status}")
        else:
            raise StatementFailed(
                f"{path} ended the shell that sources it",
                hint="The image would run none of the scripts after it: return, where it exits.",
            )

    def close(self) -> None:
        """Ends bash; what a script has left in the background goes on, as in the image."""
        with suppress(BrokenPipeError):
            self._orders.close()
        try:
            self._bash.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self._stop()
        self._last_words()

    def _wait(self) -> None:
        """Waits until a script's output has ended, or bash has."""
        for output in (self._output, self._errors):
            while not output.ended.wait(_TICK) and self._bash.poll() is None:
                pass
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

    def __init__(
        self, stream: IO[bytes] | None, mark: str, observer: Observer, *, to_stderr: bool
    ) -> None:
        super().__init__(daemon=True)
        self.ended = Event()
        self.environ: dict[str, str] = {}
        self._stream: Iterable[bytes] = stream or ()
        self._mark = b"\0%s\n" % mark.encode()
        self._observer = observer
        self._to_stderr = to_stderr
        self.start()

    def run(self) -> None:
        for line in self._stream:
            text, mark, _ = line.partition(self._mark)
            if text:
                self._observer.output(text.decode("utf-8", "replace"), to_stderr=self._to_stderr)
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
