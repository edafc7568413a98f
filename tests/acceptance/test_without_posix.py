"""The commands where nothing is there that only POSIX has, as on Windows."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.acceptance.scripts import DATA_SQL
from tests.conftest import CHECKOUT, clean_environment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.servers import Server

# Python imports it before anything else. Windows has neither of these modules and names.
HIDES = """\
import os, select, signal, sys
import _socket
for name in ("fcntl", "grp", "pwd", "resource", "termios", "tty", "pty"):
    sys.modules[name] = None
for module, names in (
    (_socket, "AF_UNIX socketpair"),
    (select, "poll epoll"),
    (signal, "SIGHUP SIGALRM SIGKILL SIGUSR1 SIGUSR2 SIGQUIT SIGTSTP pthread_kill setitimer"),
    (os, "chown fork forkpty getegid geteuid getgid getpgid getuid killpg mkfifo setsid uname"),
):
    for name in names.split():
        delattr(module, name)
"""


@pytest.mark.needs18
def test_commands_on_a_server(
    tmp_path: Path, server: Server, make_database: Callable[..., str]
) -> None:
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "sitecustomize.py").write_text(HIDES)
    path = os.pathsep.join([str(tmp_path / "hidden"), str(CHECKOUT)])

    def run(*args: str, check: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "runner", *args, "-s", str(DATA_SQL)],
            check=False,
            cwd=tmp_path,
            env=clean_environment(tmp_path, {"PYTHONPATH": path}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        assert done.returncode == check, done.stdout
        return done.stdout

    names = [str(conninfo_to_dict(make_database())["dbname"]) for _ in range(3)]
    first, *others = (server.tcp_conninfo(name, server.password) for name in names)
    assert "2 scripts: nothing found." in run("check", "--reference", first)
    assert "apply would succeed" in run("plan", "-t", first)
    assert "Committed: 2 scripts" in run("apply", "-t", first)
    assert "matches the scripts" in run("verify", "-t", first)
    both = [argument for one in others for argument in ("-t", one)]
    assert "2 of 2 targets" in run("apply", "--together", *both)
    assert "for check --reference" in run("check", check=2)
    assert "-t or DATABASE_URL" in run("apply", check=2)
    assert "--allow-shell needs bash" in run("apply", "-t", first, "--allow-shell", check=2)
