from __future__ import annotations

import io
import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from runner.comparison import Verification
from runner.errors import (
    ConnectionFailed,
    OutcomeUnknown,
    Place,
    RunnerError,
    StatementFailed,
    UsageError,
)
from runner.report.printer import Printer
from runner.results import ApplyResult, Notice, ScriptResult, Target, WaitResult
from runner.settings import Settings

TARGET = Target("localhost", 5438, "blog", "postgres", "12.22")
EMBEDDED = Target("/tmp/socket", 5432, "postgres", "postgres", "18.4", embedded=True)
CREATE = ScriptResult("data/sql/01_create.sql", "ab" * 32, 2048, 13, 0, 0.014)
SEED = ScriptResult("data/sql/02_seed.sql", "cd" * 32, 9000, 1, 1, 75.4)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Printed:
    """A printer and what it has printed."""

    def __init__(self, stream: type[io.StringIO] = io.StringIO, **settings: Any) -> None:
        self._out, self._err = stream(), stream()
        self.report = Printer(Settings(**settings), out=self._out, err=self._err)

    @property
    def out(self) -> str:
        return self._out.getvalue()

    @property
    def err(self) -> str:
        return self._err.getvalue()


def applied(target: Target = TARGET, **values: Any) -> ApplyResult:
    values = {"round_trips": 5, "seconds": 0.2149, **values}
    values.setdefault("verification", Verification({"table": 1, "row": 9}))
    return ApplyResult(target=target, scripts=(CREATE, SEED), **values)


def fail(report: Printer, error: RunnerError) -> None:
    report.finish(report.failure(error))


def whole_run(report: Printer, result: ApplyResult) -> None:
    report.note("not run: README.md (not a script)")
    report.connected(result.target)
    for script in result.scripts:
        report.script_started(script.name, script.bytes)
        report.progress(script.bytes)
        report.script_finished(script)
    report.finish(result)
    report.close()


def test_a_run_as_it_is_printed() -> None:
    printed = Printed()
    whole_run(printed.report, applied())
    assert printed.err == ""
    assert (
        printed.out
        == """\
not run: README.md (not a script)
Target: blog at localhost:5438 as postgres (PostgreSQL 12.22)
data/sql/01_create.sql                  13 statements          0 rows     0.01 s
data/sql/02_seed.sql                     1 statement           1 row  1 min 15 s
Verified: 1 table, 9 rows.
Committed: 2 scripts, 14 statements, 1 row in 0.21 s, in blog at localhost:5438.
"""
    )


def test_an_embedded_run_says_how_to_look_inside() -> None:
    printed = Printed()
    printed.report.finish(applied(EMBEDDED))
    assert (
        printed.out
        == """\
Verified: 1 table, 9 rows.
Committed: 2 scripts, 14 statements, 1 row in 0.21 s, in postgres on the embedded PostgreSQL.
Look inside: python -m runner psql -- -c '\\dt'
"""
    )


def test_what_was_asked_for_by_name_is_pasted_by_name() -> None:
    printed = Printed(target_named=True)
    printed.report.finish(applied(EMBEDDED))
    assert printed.out.endswith("Look inside: python -m runner psql -t embedded -- -c '\\dt'\n")


def test_statements_by_themselves_are_not_called_a_commit() -> None:
    printed = Printed(transaction="none")
    printed.report.finish(applied(verification=None))
    assert printed.out.startswith(
        "Done, each statement committed separately, not verified: 2 scripts"
    )


def test_a_run_that_was_not_verified_says_so() -> None:
    printed = Printed(verify="none")
    printed.report.finish(applied(verification=None))
    assert printed.out.startswith("Committed, not verified: 2 scripts, 14 statements")


def test_a_long_name_is_whole() -> None:
    name = "data/sql/" + "日本" * 30 + ".sql"
    result = ScriptResult(name, "", 1, 12_345_678, 1_234_567_890, 0.5)
    figures = "12,345,678 statements 1,234,567,890 rows     0.50 s\n"
    printed = Printed()
    printed.report.script_finished(result)
    assert printed.out == f"{name} {figures}"


HOST = "blog.cluster-c7tj4example.eu-central-1.rds.amazonaws.com"


def test_a_terminal_breaks_text_between_words(monkeypatch: pytest.MonkeyPatch) -> None:
    target = Target(HOST, 5432, "blog", "postgres", "16.4")
    printed = Printed()
    printed.report.connected(target)
    assert printed.out == f"Target: blog at {HOST}:5432 as postgres (PostgreSQL 16.4)\n"
    monkeypatch.setenv("COLUMNS", "80")
    terminal = Printed(stream=Terminal)
    terminal.report.connected(target)
    assert terminal.out == f"Target: blog at {HOST}:5432 as\n  postgres (PostgreSQL 16.4)\n"
    terminal = Printed(stream=Terminal)
    terminal.report.note(f"  {'word ' * 20}{HOST * 2}")
    first, second, last = terminal.out.splitlines()
    assert (len(first), second[:8], last) == (76, "    word", f"    {HOST * 2}")


def test_ready() -> None:
    printed = Printed()
    printed.report.finish(WaitResult(TARGET, 0.123))
    assert printed.out == (
        "Ready after 0.12 s: blog at localhost:5438 as postgres (PostgreSQL 12.22)\n"
    )


# Notices

AT = Place("data/sql/01.sql", 3, 1)


def test_a_notice_has_its_place_and_what_came_with_it() -> None:
    printed = Printed()
    printed.report.notice(Notice("WARNING", "careful", AT, "01000", detail="a\nb", hint="think"))
    assert printed.out == ""
    assert printed.err == ("data/sql/01.sql:3:1: WARNING: careful\nDETAIL: a\n  b\nHINT: think\n")


ABSENT = Notice("NOTICE", 'table "x" does not exist, skipping', AT, "00000")
PRESENT = Notice("NOTICE", 'relation "x" already exists, skipping', AT, "42P07")


def test_what_drop_if_exists_says_is_for_the_verbose() -> None:
    printed, verbose = Printed(), Printed(verbose=True)
    for each in (printed, verbose):
        each.report.notice(ABSENT)
    assert printed.err == ""
    assert verbose.err == ('data/sql/01.sql:3:1: NOTICE: table "x" does not exist, skipping\n')


def test_quiet_leaves_warnings_and_errors() -> None:
    printed = Printed(quiet=True)
    printed.report.note("waiting")
    printed.report.notice(PRESENT)
    printed.report.notice(Notice("NOTICE", "hello"))
    printed.report.notice(Notice("WARNING", "careful"))
    printed.report.output("echo\n")
    whole_run(printed.report, applied(EMBEDDED))
    fail(printed.report, UsageError("no"))
    assert printed.out == ""
    assert printed.err == "WARNING: careful\nERROR: no\n"


def test_what_a_script_prints() -> None:
    printed = Printed()
    printed.report.output("hello\tthere\x1b\n")
    printed.report.output("warned\n", to_stderr=True)
    assert printed.out == "hello\tthere\\x1b\n"
    assert printed.err == "warned\n"


# Errors


def full_error() -> StatementFailed:
    place = Place(
        "data/sql/02_seed.sql", 14, 27, "INSERT INTO posts (title, slugg) VALUES", ("01.sql:3",)
    )
    error = StatementFailed(
        'column "slugg" of relation "posts" does not exist',
        place=place,
        sqlstate="42703",
        detail="why",
        hint="what to do",
        context="where\nelse",
    )
    error.state = "Nothing has changed: the transaction was rolled back."
    return error


def test_an_error_as_it_is_printed() -> None:
    printed = Printed()
    fail(printed.report, full_error())
    assert printed.out == ""
    assert (
        printed.err
        == """\
data/sql/02_seed.sql:14:27: ERROR: column "slugg" of relation "posts" does not exist (42703)
  included from 01.sql:3
LINE 14: INSERT INTO posts (title, slugg) VALUES
                                   ^
DETAIL: why
HINT: what to do
CONTEXT: where
  else
Nothing has changed: the transaction was rolled back.
"""
    )


def test_an_error_without_a_place() -> None:
    printed = Printed()
    fail(printed.report, ConnectionFailed("refused", hint="start the server"))
    assert printed.err == "ERROR: refused\nHINT: start the server\n"


def test_hostile_text_is_printed_harmless() -> None:
    printed = Printed(Terminal)
    place = Place("x\x1b]0;.sql", 1, 1, "\x1b[2J select")
    error = StatementFailed("\x1b[31m\r\nCommitted: all\u202e", place=place, detail="\x07")
    fail(printed.report, error)
    printed.report.notice(Notice("WARNING", "\x1b[2J\x9b", Place("\x1b", 1)))
    printed.report.note("\x1b[2J")
    printed.report.connected(Target("\x1b", 1, "\x1b", "\x1b", "\x1b"))
    printed.report.script_finished(ScriptResult("\x1b", "", 1, 1, 1, 0.1))
    printed.report.finish(applied(EMBEDDED))
    printed.report.close()
    text = printed.out + printed.err
    for code in ("31", "33", "1", "0"):
        text = text.replace(f"\x1b[{code}m", "")
    assert not set(text) & set("\x1b\x07\r\x9b\u202e")
    assert "\n  Committed: all\\u202e" in printed.err


def test_colour_is_for_terminals_that_want_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    coloured = Printed(Terminal)
    fail(coloured.report, UsageError("no"))
    assert coloured.err == "\x1b[31mERROR\x1b[0m: no\n"
    monkeypatch.setenv("NO_COLOR", "1")
    plain = Printed(Terminal)
    fail(plain.report, UsageError("no"))
    assert plain.err == "ERROR: no\n"


def test_a_reader_that_went_away_does_not_undo_the_run(tmp_path: Path) -> None:
    class Closed(io.StringIO):
        def write(self, _text: str) -> int:
            raise BrokenPipeError

        def fileno(self) -> int:
            return descriptor

    with (tmp_path / "out").open("w") as opened:
        descriptor = opened.fileno()
        report = Printer(Settings(), out=Closed(), err=io.StringIO())
        whole_run(report, applied())


# JSON


def printed_json(command: str, settings: Settings, act: Any) -> tuple[dict[str, Any], str]:
    out, err = io.StringIO(), io.StringIO()
    report = Printer(settings, command, out=out, err=err)
    act(report)
    report.close()
    found: dict[str, Any] = json.loads(out.getvalue())
    return found, err.getvalue()


def test_a_run_as_json() -> None:
    found, err = printed_json("apply", Settings(format="json"), lambda r: whole_run(r, applied()))
    target = {
        "host": "localhost",
        "port": 5438,
        "dbname": "blog",
        "user": "postgres",
        "server_version": "12.22",
        "embedded": False,
        "aurora_version": None,
    }
    scripts = [
        {
            "name": script.name,
            "sha256": script.sha256,
            "bytes": script.bytes,
            "statements": script.statements,
            "rows": script.rows,
            "seconds": seconds,
        }
        for script, seconds in ((CREATE, 0.014), (SEED, 75.4))
    ]
    assert found == {
        "command": "apply",
        "exit_code": 0,
        "target": target,
        "scripts": scripts,
        "verification": {
            "checked": {"tables": 1, "rows": 9},
            "differences": [],
            "assertions": [],
            "kept": [],
            "warnings": [],
            "half_made": None,
        },
        "changes": None,  # nobody looked
        "loss": [],
        "committed": True,
        "round_trips": 5,
        "seconds": 0.215,
        "databases": [],
        "error": None,
    }
    assert "Committed: 2 scripts" in err


def test_an_error_as_json() -> None:
    def act(report: Printer) -> None:
        report.connected(TARGET)
        report.script_finished(CREATE)
        error = full_error()
        error.round_trips = 7
        fail(report, error)

    found, err = printed_json("apply", Settings(format="json"), act)
    assert found["exit_code"] == 3
    assert found["target"]["dbname"] == "blog"
    assert [script["name"] for script in found["scripts"]] == [CREATE.name]
    assert found["committed"] is False
    assert (found["round_trips"], found["loss"], found["changes"]) == (7, [], [])
    assert found["seconds"] >= 0
    assert found["error"] == {
        "code": "statement_failed",
        "message": 'column "slugg" of relation "posts" does not exist',
        "script": "data/sql/02_seed.sql",
        "line": 14,
        "column": 27,
        "included_from": ["01.sql:3"],
        "sqlstate": "42703",
        "detail": "why",
        "hint": "what to do",
        "context": "where\nelse",
        "query": None,
    }
    assert "LINE 14" in err


def test_nothing_is_claimed_of_a_commit_that_is_not_known() -> None:
    for kind in (OutcomeUnknown, StatementFailed):
        error = kind("broke", committed=None)
        act = partial(fail, error=error)
        found, _ = printed_json("apply", Settings(format="json"), act)
        assert found["committed"] is None


def test_other_commands_do_not_speak_of_a_commit() -> None:
    error = ConnectionFailed("no")
    found, _ = printed_json("wait", Settings(format="json"), lambda report: fail(report, error))
    assert set(found) == {"command", "exit_code", "target", "error"}
    result = WaitResult(TARGET, 0.1)
    found, _ = printed_json("wait", Settings(format="json"), lambda report: report.finish(result))
    assert (found["exit_code"], found["seconds"], found["error"]) == (0, 0.1, None)
