"""`apply` in this process, and what it tells while it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg

from runner import commands
from runner.execute.execution import RunningScript
from runner.observer import Observer
from runner.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from runner.results import ApplyResult, Notice

_UNVERIFIED: dict[str, Any] = {"verify": "none"}

# Before a script: what comes next waits for its answer, and so does the start of the script, which
# is heard when the answer comes. At the end of a script: the next one does not go with it.
ALONE = "\nSELECT 1 AS one \\gset\n"
# A run of another test that was killed left a role or a database, which the next run drops.
_LEFT = "which a run that did not end had made"


class Told(Observer):
    """An observer that keeps what it hears; `at` are functions to call when a script starts."""

    def __init__(self, at: dict[str, Callable[[], object]] | None = None) -> None:
        self.notes: list[str] = []
        self.notices: list[Notice] = []
        self.started: list[str] = []
        self.outputs: list[str] = []
        self._at = dict(at or {})

    @property
    def messages(self) -> list[str]:
        """What the runner's own notices say, but of what other tests left on the server."""
        own = (notice.message for notice in self.notices if notice.sqlstate is None)
        return [message for message in own if not message.endswith(_LEFT)]

    def note(self, message: str) -> None:
        self.notes.append(message)
        if act := self._at.pop("note", None):
            act()

    def script_started(self, name: str, size: int) -> None:  # noqa: ARG002, the observer's
        short = name.rpartition("/")[2]
        self.started.append(short)
        if act := self._at.pop(short, None):
            act()

    def notice(self, notice: Notice) -> None:
        self.notices.append(notice)

    def output(self, text: str, *, to_stderr: bool = False) -> None:  # noqa: ARG002
        self.outputs.append(text)


class Counts(RunningScript):
    """The counts of one script, which nobody observes."""

    def __init__(self) -> None:
        self.statements = self.rows = 0
        self.on_answers = lambda _: None

    def start(self) -> None: ...

    def end(self) -> None: ...


class Applier:
    """Applies scripts that are given as texts, 01.sql, 02.sql, …, without verification."""

    def __init__(self, folder: Path, conninfo: str) -> None:
        self.folder = folder
        self.conninfo = conninfo
        self.told = Told()

    def __call__(
        self, *texts: str, at: dict[str, Callable[[], object]] | None = None, **options: Any
    ) -> ApplyResult:
        """`options` are fields of Settings. Raises what `commands.apply` raises."""
        for old in self.folder.glob("*.sql"):
            old.unlink()
        for number, text in enumerate(texts, 1):
            name = f"{number:02}.sql"
            waits = ALONE.lstrip() if name in (at or ()) and number > 1 else ""
            (self.folder / name).write_text(waits + text)
        self.told = Told(at)
        given = {"target": self.conninfo, **_UNVERIFIED, **options}
        return commands.apply(Settings(scripts=(self.folder,), **given), self.told)

    def sql(self, text: str) -> list[Any]:
        """Runs statements by hand; the rows of the last, those of one column as plain values."""
        with psycopg.connect(self.conninfo, autocommit=True) as conn:
            cursor = conn.execute(text.encode())
            while cursor.nextset():
                pass
            rows = cursor.fetchall() if cursor.description else []
        return [row[0] if len(row) == 1 else row for row in rows]
