"""A plan as Markdown, for the comment on a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.report.differences import change_lines, counts
from runner.results import ApplyResult, Failure

if TYPE_CHECKING:
    from runner.results import ObjectChange, Result


_MOST = 500  # changes; a comment has at most 65,536 characters


def to_markdown(result: Result | Failure, text: list[str]) -> str:
    """A plan with a table of its changes; any other result with its `text`."""
    if not isinstance(result, ApplyResult):
        title = "`apply` would fail" if isinstance(result, Failure) else "Result"
        return "\n".join([f"### {title}", "", "```", *text, "```"])
    changes = result.changes or ()
    number = len(changes)
    lines = [f"### `apply` would make {number:,} change{'s' * (number != 1)}", ""]
    lines += [f"In {_code(str(result.target))}; rolled back."]
    if changes:
        lines += ["", "| change | object | details |", "| --- | --- | --- |"]
        lines += map(_row, changes[:_MOST])
    if number > _MOST:
        lines += ["", f"and {number - _MOST:,} more"]
    lines += [
        f"\n**Data loss** allowed by `--allow-loss`: {_code(str(loss))}" for loss in result.loss
    ]
    if result.verification is not None:
        lines += ["", f"Verified: {counts(result.verification.checked)}."]
    return "\n".join(lines)


def _row(change: ObjectChange) -> str:
    head, *sides = change_lines(change)
    details = head.partition(": ")[2] if change.kind == "rows" else change.property or ""
    if sides:
        was, now = (side.strip().partition(" ")[2] for side in sides)
        details += f": {_code(was)} → {_code(now)}"
    elif change.kind == "changed":
        details = change.after or ""
    return f"| {change.kind} | {change.object} {_code(change.name)} | {details} |"


def _code(text: str) -> str:
    """Text as code in a cell of a table."""
    ticks = "``" if "`" in text else "`"
    return f"{ticks}{text}{ticks}".replace("|", "\\|").replace("\n", " ")
