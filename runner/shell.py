"""Runs a shell script of the folder as the image's entrypoint does.

See docker_process_init_files in docker-entrypoint.sh of docker-library/postgres.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import IO, TYPE_CHECKING, Any

from runner.embedded import find_psql
from runner.errors import StatementFailed, UsageError

if TYPE_CHECKING:
    from psycopg import Connection

    from runner.observer import Observer

# The entrypoint's own: its options, what its scripts may call, and how it runs one.
_ENTRYPOINT = """
set -Eeo pipefail
docker_process_sql() {
    local query_runner=( psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" \
        --no-password --no-psqlrc )
    if [ -n "$POSTGRES_DB" ]; then
        query_runner+=( --dbname "$POSTGRES_DB" )
    fi
    "${query_runner[@]}" "$@"
}
psql=( docker_process_sql )
f=$1
shift
if [ -x "$f" ]; then "$f"; else . "$f"; fi
"""
_SERVICE = ("service", "servicefile")  # what they say is in the other parameters
_GRACE = 5.0


def environment(conn: Connection[Any]) -> dict[str, str]:
    """Gives the environment of a script: the target's, in libpq's and in the image's variables.

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


def run_shell(path: Path, environ: dict[str, str], observer: Observer) -> None:
    """Runs a script to its end, and passes its output on.

    One that is executable is executed, any other sourced by bash. Ctrl-C ends it too. Raises
    StatementFailed when its exit status is not 0, UsageError without bash.
    """
    # The ${0} that a sourced script sees is the entrypoint's.
    command = ["bash", "-c", _ENTRYPOINT, "docker-entrypoint.sh", str(path.resolve())]
    try:
        process = subprocess.Popen(
            command,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except FileNotFoundError as exc:
        raise UsageError("there is no bash to run the shell scripts") from exc
    with process:
        errors = Thread(target=_pass_on, args=(process.stderr, observer, True), daemon=True)
        errors.start()
        try:
            _pass_on(process.stdout, observer, to_stderr=False)
            status = process.wait()
        except BaseException:
            _stop(process)
            raise
        finally:
            errors.join()
    if status:
        raise StatementFailed(f"{path} ended with exit status {status}")


def _pass_on(stream: IO[bytes] | None, observer: Observer, to_stderr: bool) -> None:
    for line in stream or ():
        observer.output(line.decode("utf-8", "replace"), to_stderr=to_stderr)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ctrl-C for the script and all that it has started; the process is their group's leader.

    What does not end by it, as a background job of a shell, is killed.
    """
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
        os.killpg(process.pid, signal.SIGKILL)
