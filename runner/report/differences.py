"""Write differences, the SQL that removes them, and changes as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby, islice

from runner.comparison import Definition, LocatedDifference, Verification
from runner.report.terminal import (
    MAGENTA,
    RED,
    WIDTH,
    YELLOW,
    coloured,
    count,
    duration_text,
    escape,
    wrapped,
)
from runner.results import DiffResult, LeftOver, ObjectChange
from runner.settings import Settings

_SIGNS = {"created": "+", "dropped": "-", "changed": "~", "rows": "#"}
_COLOURS = {"missing": RED, "extra": YELLOW, "changed": MAGENTA}
_INDENT, _LABEL = 9, 10
# Lines printed of an expected or actual value, and characters of each line.
_LINES, _LONGEST = 20, 400
# Kinds whose counts are printed first and last; the others are sorted by name.
_FIRST = ("table", "column", "constraint", "index", "sequence", "view", "trigger")
_LAST = ("row", "assertion")
# Differences printed at most; --json has all.
_MAX_SHOWN = 100


def change_lines(change: ObjectChange) -> list[str]:
    """Return a line with sign, kind and object of a change; for a property, both values below."""
    where = f" in {escape(change.database)}" if change.database else ""
    head = f"{_SIGNS[change.kind]} {change.kind:<8} {change.object} {escape(change.name)}{where}"
    if change.kind == "rows":
        counts = (
            (change.inserted, "inserted"),
            (change.updated, "updated"),
            (change.deleted, "deleted"),
            (change.overwritten, "rows of others overwritten"),
        )
        return [f"{head}: {', '.join(f'{count:,} {what}' for count, what in counts if count)}"]
    if change.kind != "changed":
        return [head]
    if change.property is None:
        return [f"{head}: {escape(change.after or '')}"]
    was, now = (_cut(text or "nothing") for text in (change.before, change.after))
    return [f"{head}, {change.property}", f"    was {was}", f"    now {now}"]


def counts_text(checked: Mapping[str, int]) -> str:
    """Return the counts as text: `4 tables, 27 columns, 1 function, 9 rows`."""
    known = [*_FIRST, *sorted(set(checked) - {*_FIRST, *_LAST}), *_LAST]
    return ", ".join(count(checked[kind], kind) for kind in known if checked.get(kind))


def difference_lines(verification: Verification, *, colour: bool) -> list[str]:
    """Return each difference with its place in the scripts, and both values."""
    lines: list[str] = []
    for found in verification.found[:_MAX_SHOWN]:
        difference = found.difference
        kind = f"{difference.kind:<{_INDENT}}"
        lines.append(coloured(kind, _COLOURS[difference.kind], colour) + escape(heading(found)))
        nothing = "(none)" if difference.kind == "changed" else None
        expected, actual = difference.expected or nothing, difference.actual or nothing
        if expected and actual and "\n" in expected.rstrip("\n"):
            from difflib import unified_diff  # takes longer than a report without one

            before, after = (text.rstrip("\n").split("\n") for text in (expected, actual))
            found_lines = unified_diff(before, after, "expected", "actual", n=2, lineterm="")
            lines += (" " * _INDENT + _cut(line) for line in islice(found_lines, 2 * _LINES))
        else:
            lines += [*_value_lines("expected", expected), *_value_lines("actual", actual)]
    if (left := len(verification.found) - _MAX_SHOWN) > 0:
        lines.append(f"and {left:,} more; --json lists them all")
    return lines


def heading(found: LocatedDifference | LeftOver) -> str:
    """Return the object of a difference, and its place in the scripts."""
    one = found.difference
    where = f" in {one.database}" if one.database not in (None, one.name) else ""
    of = f", {one.property}" if one.property is not None else ""
    place = f" ({found.script}:{found.line})" if found.script is not None else ""
    return f"{one.object} {one.name}{where}{of}{place}"


def _value_lines(label: str, text: str | None) -> Iterator[str]:
    left = f"{'':{_INDENT}}{label:<{_LABEL}}"
    lines = [] if text is None else text.rstrip("\n").split("\n")
    for line in lines if len(lines) <= _LINES else [*lines[: _LINES - 1], "…"]:
        yield left + _cut(line)
        left = " " * len(left)


def _cut(text: str) -> str:
    shown = escape(text)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"


def stopped_text(first: Definition) -> str:
    """Return the sentence about a database whose scripts stopped before they created `first`."""
    if first.kind == "rows":
        # The first rows may exist: the missing ones may come from a later INSERT.
        what = f"First incomplete: the rows of {first.name}."
    else:
        what = f"First missing: {first.kind} {first.name}."
    return (
        f"Incomplete: the database contains what the scripts create before"
        f" {first.script}:{first.line}, and nothing after it. {what}"
    )


# The SQL of diff, and the result of its proof as comments: the output is a script


def script_lines(result: DiffResult) -> list[str]:
    """Return the statements of `diff` with their places; unescaped, because they are to be run."""
    lines = []
    for one in result.statements:
        place = f"-- {one.script}:{one.line}" if one.script else ""
        text = f"{one.sql.rstrip().removesuffix(';')};"
        on_one_line = f"{text}  {place}".rstrip()
        fits = "\n" not in text and len(on_one_line) <= WIDTH
        lines += [on_one_line] if fits or not place else [place, text]
    return lines


def diff_lines(result: DiffResult, settings: Settings) -> list[str]:
    """Return the statements, unless they went to a file, and the result of the proof."""
    if not (result.statements or result.left):
        found = f"{result.target.dbname} matches the scripts: {counts_text(result.checked)}."
        found += "" if result.proof else " Rows were not compared (--no-proof)."
        return [] if settings.quiet else [escape(f"-- {found}")]
    text = [] if settings.output else [escape(one, keep="\n\t") for one in script_lines(result)]
    if result.statements and not settings.quiet:
        text += _proof_lines(result)
        if settings.output and settings.output.suffix == ".sql":
            # The folder has only this file: its reference would lack what the statements change.
            apply = settings._replace(scripts=(settings.output.parent,)).command("apply")
            text.append(escape(f"-- To run it: {apply} --no-verify"))
    for reason, group in groupby(result.left, key=lambda one: one.reason):
        for one in group:
            text.append(escape(f"-- Left to you: {one.difference.kind} {heading(one)}"))
        text += _comment_lines(reason, "--   ") if reason else ()
    return text


def _proof_lines(result: DiffResult) -> Iterator[str]:
    if result.proof is None:
        yield from _comment_lines(
            "Not proven (--no-proof): the server accepted each statement, in a transaction that"
            " was rolled back. What they do to rows was not examined."
        )
        return
    left = ", except what is left to you" if result.left else ""
    is_copy = result.proof.database != result.target
    name = str(result.proof.database) if is_copy else result.target.dbname
    yield from _comment_lines(
        f"Proven: run in a transaction that was rolled back, it made {name} what the scripts"
        f" build{left} ({counts_text(result.checked)}), in {duration_text(result.proof.seconds)}."
    )
    for lock in result.proof.locks:
        done = "rewrites" * lock.rewritten or "reads all of" * lock.scanned
        also = f"{done} it" if done else "rewrites and reads nothing"
        yield from _comment_lines(f"It takes {lock.mode} on {lock.table}, {also}.")


def _comment_lines(text: str, head: str = "-- ") -> list[str]:
    return wrapped(escape(text), WIDTH, "--   ", head)
