"""The texts of findings. Pure.

The caller adds the place to a finding that has none.
"""

from __future__ import annotations

from runner import PROGRAM
from runner.errors import ScriptError, UsageError
from runner.findings import Finding
from runner.psql.steps import Problem

# What a Problem's message begins with, what Docker does and what the target.
_PROBLEMS = (
    (
        "COPY with a file",
        "the server uses a file or a program of the container",
        "refused (42501, 58P01): it has no such file, and does not run programs",
    ),
    ("the meta-command", "psql runs it", "the runner does not"),
    ("AUTOCOMMIT", "psql commits nothing", "the runner commits, at the end of the run"),
    ("SINGLELINE", "psql sends each line by itself", "the runner reads on to the semicolon"),
    (
        ("ON_ERROR_STOP", "ON_ERROR_ROLLBACK"),
        "psql goes on after an error",
        "the run stops at the first error",
    ),
    (
        "\\copy … from pstdin",
        "that of psql: empty, unless the container has one (docker run -i)",
        f"the standard input of `{PROGRAM} apply`, read to its end",
    ),
    (
        "the environment variable",
        "psql reads the environment of the container",
        "the variable is not set: its name stays in the text as it is written",
    ),
    (("\\encoding", "unterminated quoted string"), "psql reports it and goes on", "the same"),
    ("a command in backquotes", "psql runs it in the container", "the runner does not"),
    ("", "psql reports it, and usually stops there", "the script cannot be read"),
)
UNCHECKED = Finding(
    "warning",
    "",
    "the rest of the script is not checked: only the server knows how to read it",
    docker="psql asks the server",
    target="the runner asks the server, too",
    rewrite="Write SET … = … as a statement by itself.",
)
ODD_NAME = Finding(
    "warning",
    "",
    "a name has a character that is not seen, or no letter",
    docker="the name is made with it",
    target="the same",
)
CONNECT = Finding(
    "warning",
    "",
    "\\connect works only to the server of the target",
    docker="psql connects there",
    target="refused for any other: it would leave the one transaction of the run",
    rewrite="Name only the database and the user.",
)


def problem_finding(step: Problem) -> Finding:
    """The finding of a Problem that the reader yields."""
    texts = next(texts for texts in _PROBLEMS if step.message.startswith(texts[0]))
    severity = "warning" if step.warning else "error"
    return Finding(severity, "", step.message, texts[1], texts[2], step.hint)


def unreadable(error: ScriptError | UsageError, script: str) -> Finding:
    """The finding of an error that ended the reading of a script."""
    place = error.place
    return Finding(
        "error",
        place.script if place else script,
        error.message,
        docker="psql or the server stops there",
        target="the script cannot be read",
        rewrite=error.hint or "Make it readable, or compress it again.",
        place=place,
    )
