from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING

import pytest

from runner.report import progress
from runner.report.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable

LONG = 60.0


class Screen(io.StringIO):
    """A terminal that tells when something with the text waited for was written."""

    def __init__(self, awaited: str) -> None:
        super().__init__()
        self.seen = threading.Event()
        self._awaited = awaited

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        written = super().write(text)
        if self._awaited in self.getvalue():
            self.seen.set()
        return written


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every run is a long one."""
    for name in ("_LONG", "_REST", "_EVERY"):
        monkeypatch.setattr(progress, name, 0.0)
    monkeypatch.setattr(progress, "_TICK", 0.01)
    # rich looks at these to see what a terminal can do.
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")


def ignore(_line: str) -> None: ...


def test_a_terminal_shows_a_bar_while_nothing_else_happens() -> None:
    screen = Screen("45%")
    bar = Progress(screen, ignore)
    bar.start("data/sql/[bold]02.sql", 200)
    bar.update(90)
    assert screen.seen.wait(LONG)
    bar.close()
    assert "data/sql/[bold]02.sql" in screen.getvalue()
    # The last thing a bar does is to give the cursor back.
    assert screen.getvalue().rstrip().rfind("\x1b[?25h") > screen.getvalue().rfind("45%")


def test_the_bar_goes_and_comes_back() -> None:
    screen = Screen("02.sql")
    bar = Progress(screen, ignore)
    bar.start("02.sql", 200)
    assert screen.seen.wait(LONG)
    with bar.lock:
        bar.clear()
        screen.seen.clear()
        screen.truncate(0)
        screen.seek(0)
    assert screen.seen.wait(LONG)
    bar.close()


@pytest.mark.parametrize(("size", "share"), [(200, "45 % sent"), (0, "being sent")])
def test_elsewhere_there_are_lines(size: int, share: str) -> None:
    lines: list[str] = []
    printed = threading.Event()

    def print_line(line: str) -> None:
        lines.append(line)
        if share in line:
            printed.set()

    bar = Progress(io.StringIO(), print_line)
    bar.start("02\x1b.sql", size)
    bar.update(90)
    assert printed.wait(LONG)
    bar.close()
    assert lines[-1] == f"02\\x1b.sql: {share} after 0 s"


@pytest.mark.parametrize("end", [Progress.finish, Progress.close])
def test_nothing_is_shown_after_the_end(end: Callable[[Progress], None]) -> None:
    lines: list[str] = []
    bar = Progress(io.StringIO(), lines.append)
    bar.start("02.sql", 200)
    end(bar)
    with bar.lock:
        count = len(lines)
    bar.close()
    assert len(lines) == count
