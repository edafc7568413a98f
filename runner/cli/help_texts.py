"""What --help prints: every page fits a screen of 80 columns and 30 lines."""

from __future__ import annotations

import re

from runner import PROGRAM
from runner.errors import EXIT_CODES

_COMMON = (
    f"Common options (see {PROGRAM} --help): -t --targets --jobs --env-file"
    " --connect-timeout --lock-timeout --iam --iam-host --secret --format --json -q -v"
)


def exit_codes() -> str:
    """The exit codes, each with the first words of its meaning."""
    codes = (f"{one.code} {re.split('[,:;]', one.meaning)[0]}" for one in EXIT_CODES)
    return f"Exit codes: {', '.join(codes)}."


DESCRIPTION = (
    "Runs the SQL files that Docker's PostgreSQL image runs, on any PostgreSQL."
    f" The options of a command, and the exit codes: {PROGRAM} COMMAND --help"
)
EPILOG = f"{_COMMON}. {exit_codes()}"
# In the list of commands, and above the options of one.
COMMANDS = {
    "init": (
        "write the files that a new project lacks",
        "Writes what the current directory lacks: two SQL files if the scripts folder has none,"
        " .env.example, a line in .gitignore and a workflow for GitHub. The folder, the port and"
        " the user are those of docker-compose.yml, if there is one (extra: init). Nothing is"
        " overwritten.",
    ),
    "check": (
        "find errors without connecting to the target",
        "Reads the scripts, runs them in a throw-away database as a role without superuser, and"
        " lists everything that would fail on the target, with the text to write instead. The exit"
        " code is 2 if there are errors, and 0 if there are only warnings.",
    ),
    "apply": (
        "run the scripts, verify, and commit",
        "Runs the scripts in the order of their names in a single transaction, compares the result"
        " with a reference database built from the same scripts, runs the assertions, and commits."
        " If anything fails, the target is left unchanged.",
    ),
    "plan": (
        "show what apply would change",
        "Does everything that apply does, and rolls it back. Prints the objects that would be"
        " created, changed or dropped, the number of rows in each table, and the data that would be"
        " lost. Holds the same locks as apply. The exit code is 0 if apply would succeed, and"
        " otherwise that of apply.",
    ),
    "verify": (
        "compare a database with the scripts",
        "Builds a reference database from the scripts and compares the target's catalog and rows"
        " with it. The target is only read. The exit code is 0 if they agree, and 1 if they differ."
        " Assertions run only if --assertions is given, in a transaction that is rolled back.",
    ),
    "diagram": (
        "draw the data model",
        "Draws the tables that the scripts build in a throw-away database, or those of the target"
        " that -t names, and the lines between them: as Mermaid on stdout, or to the file of -o.",
    ),
    "diff": (
        "write the SQL that mends a difference, proven",
        "Finds the statements that make the target what the scripts build, and proves them"
        " in a transaction that is rolled back. What they leave is listed with the reason. The"
        " exit code is 0 without a difference, and 1 otherwise.",
    ),
    "status": (
        "show what was applied, when and by whom",
        "Prints the last runs on the target, newest first, and for each script of the last run"
        " whether the file on disk is the same, changed, new or gone. Changed files do not affect"
        " the exit code.",
    ),
    "wait": (
        "wait until the target is writable",
        "Waits until the target accepts connections and is writable. After --connect-timeout, the"
        " exit code is 5 if there is no connection, and 4 if the target is read-only. An invalid"
        " password or a missing database fails at once.",
    ),
    "psql": (
        "run psql on the target",
        "Runs psql on the target: the psql on the PATH, otherwise the one of the embedded"
        " PostgreSQL. Arguments after -- are passed to psql, and the exit code is that of psql."
        f" Example: {PROGRAM} psql -- -c 'table users'",
    ),
}
