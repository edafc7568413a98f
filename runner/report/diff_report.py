"""The SQL of `diff`, and what its proof has shown, as comments: the output is a script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.comparison import Found
from runner.errors import UsageError
from runner.report.differences import counts, heading
from runner.report.terminal import WIDTH, duration_text, escape, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from runner.results import DiffResult, DiffStatement, LeftOver, TableLock
    from runner.settings import Settings


def _script_lines(result: DiffResult) -> list[str]:
    """Each statement with its place in the scripts. Nothing is escaped: it is to be run."""
    return [line for one in result.statements for line in _statement(one)]


def write_script(result: DiffResult, output: Path) -> None:
    """Write the statements to a file. Raises UsageError."""
    try:
        output.write_text("\n".join(_script_lines(result)) + "\n", "utf-8")
    except OSError as error:
        raise UsageError(f"{output}: {error.strerror}") from None


def diff_lines(result: DiffResult, settings: Settings) -> list[str]:
    """The statements, unless they went to a file, and what the proof has shown."""
    if not (result.statements or result.left):
        found = f"{result.target.dbname} matches the scripts: {counts(result.checked)}."
        found += "" if result.proof else " Rows were not compared (--no-proof)."
        return [] if settings.quiet else [escape(f"-- {found}")]
    text = [] if settings.output else [escape(one, keep="\n\t") for one in _script_lines(result)]
    if result.statements and not settings.quiet:
        text += _proof(result)
        if settings.output and settings.output.suffix == ".sql":
            # What the statements change is not in the reference of a folder without it.
            apply = settings._replace(scripts=(settings.output.parent,)).command("apply")
            text.append(escape(f"-- To run it: {apply} --no-verify"))
    return [*text, *(line for one in result.left for line in _left(one))]


def _statement(one: DiffStatement) -> Iterator[str]:
    place = f"-- {one.script}:{one.line}" if one.script else ""
    text = f"{one.sql.rstrip().removesuffix(';')};"
    on_one_line = f"{text}  {place}".rstrip()
    if not place or ("\n" not in text and len(on_one_line) <= WIDTH):
        yield on_one_line
    else:
        yield from (place, text)


def _proof(result: DiffResult) -> Iterator[str]:
    if result.proof is None:
        yield from _comment(
            "Not proven (--no-proof): the server accepted each statement, in a transaction that"
            " was rolled back. What they do to rows was not looked at."
        )
        return
    left = ", but for what is left to you" if result.left else ""
    is_copy = result.proof.database != result.target
    name = str(result.proof.database) if is_copy else result.target.dbname
    yield from _comment(
        f"Proven: run in a transaction that was rolled back, it made {name} what the scripts"
        f" build{left} ({counts(result.checked)}), in {duration_text(result.proof.seconds)}."
    )
    for lock in result.proof.locks:
        yield from _comment(_lock(lock))


def _comment(text: str, head: str = "-- ") -> list[str]:
    return wrapped(escape(text), WIDTH, "--   ", head)


def _lock(lock: TableLock) -> str:
    done = "rewrites" * lock.rewritten or "reads all of" * lock.scanned
    also = f", {done} it" if done else ", rewrites and reads nothing"
    return f"It takes {lock.mode} on {lock.table}{also}."


def _left(one: LeftOver) -> Iterator[str]:
    found = Found(one.difference, one.script, one.line)
    yield escape(f"-- Left to you: {one.difference.kind} {heading(found)}")
    if one.reason:
        yield from _comment(one.reason, "--   ")
