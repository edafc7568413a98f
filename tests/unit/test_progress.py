from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from runner.report import progress
from runner.report.printer import Printer
from runner.report.progress import Activity, Display
from runner.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

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
    for name in ("_FIRST", "_PAUSE", "_LINE"):
        monkeypatch.setattr(progress, name, 0.0)
    monkeypatch.setattr(progress, "_TICK", 0.01)
    # rich looks at these to see what a terminal can do.
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")


class Running:
    """A script that is being sent, and the display of it."""

    def __init__(self, stream: TextIO, print_line: Callable[[str], None] = print) -> None:
        self.activity = Activity()
        self.display = Display(stream, self.activity, print_line)

    def start(self, name: str, size: int, done: int = 0) -> None:
        self.activity.start_script(name, size)
        self.activity.done = done
        self.display.start()


def test_a_terminal_shows_a_bar_while_nothing_else_happens() -> None:
    screen = Screen("45%")
    running = Running(screen)
    running.start("data/sql/[bold]02.sql", 200, 90)
    assert screen.seen.wait(LONG)
    running.display.close()
    assert "data/sql/[bold]02.sql" in screen.getvalue()
    # The last thing a bar does is to give the cursor back.
    assert screen.getvalue().rstrip().rfind("\x1b[?25h") > screen.getvalue().rfind("45%")


def test_the_bar_goes_and_comes_back() -> None:
    screen = Screen("02.sql")
    running = Running(screen)
    running.start("02.sql", 200)
    assert screen.seen.wait(LONG)
    with running.display.lock:
        running.display.clear()
        screen.seen.clear()
        screen.truncate(0)
        screen.seek(0)
    assert screen.seen.wait(LONG)
    running.display.close()


@pytest.mark.parametrize(("size", "share"), [(200, "45 % sent"), (0, "being sent")])
def test_elsewhere_there_are_lines(size: int, share: str) -> None:
    lines: list[str] = []
    printed = threading.Event()

    def print_line(line: str) -> None:
        lines.append(line)
        if share in line:
            printed.set()

    running = Running(io.StringIO(), print_line)
    running.start("02\x1b.sql", size, 90)
    assert printed.wait(LONG)
    running.display.close()
    assert lines[-1] == f"02\\x1b.sql: {share} after 0 s"


def test_nothing_is_shown_after_the_display_is_closed() -> None:
    lines: list[str] = []
    running = Running(io.StringIO(), lines.append)
    running.start("02.sql", 200)
    running.display.close()
    count = len(lines)
    running.display.close()
    assert len(lines) == count


def test_nothing_is_shown_between_two_scripts() -> None:
    activity = Activity()
    activity.start_script("02.sql", 200)
    assert activity.line() is not None
    assert activity.draw(80) is not None
    activity.finish_script()
    assert activity.line() is None
    assert activity.draw(80) is None


def test_one_thread_draws_whatever_is_shown() -> None:
    """A table of targets takes the place of the bar, in the same thread."""
    screen = Screen("two of three")
    printer = Printer(Settings(), out=io.StringIO(), err=screen)
    printer.script_started("02.sql", 200)

    printer.show(lambda _width: "two of three")
    assert screen.seen.wait(LONG)
    assert [thread.name for thread in threading.enumerate()].count("progress") == 1
    printer.close()


def test_no_more_than_all_of_it_is_sent() -> None:
    activity = Activity()
    activity.start_script("a.sql", 10)
    activity.done = 9000
    assert activity.percent == 100


def test_names_are_cut_at_their_start() -> None:
    shown = []
    for name in ("01-schema.sql", "02-seed.sql"):
        activity = Activity()
        activity.start_script(f"folder-of-the-init-scripts/{'db/' * 9}{name}", 10)
        stream = io.StringIO()
        console = Console(file=stream, width=60)
        console.print(activity.draw(60))
        shown.append(stream.getvalue())
        assert name in shown[-1]
    assert shown[0] != shown[1]
