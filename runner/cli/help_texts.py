"""What --help prints, in 80 columns, and the exit codes that it explains."""

from __future__ import annotations

import textwrap
from typing import NamedTuple

from runner.errors import EXIT_CODES


def exit_codes() -> str:
    """The table of exit codes for --help."""
    lines = ["exit codes:"]
    for one in EXIT_CODES:
        text = f"{one.meaning} (target: {one.target})"
        lines.append(
            textwrap.fill(text, 80, initial_indent=f"  {one.code:3}  ", subsequent_indent=" " * 7)
        )
    return "\n".join(lines) + "\n"


DESCRIPTION = """\
Runs a folder of plain SQL files, the same files that Docker's PostgreSQL image
runs on `docker-compose up`, on any PostgreSQL server, in order and in a single
transaction.
"""
TARGET = """\
target database (the first of these that is set is used):
  -t CONNINFO     connection URI (postgresql://USER@HOST:PORT/DBNAME) or
                  keyword/value pairs ('host=db dbname=app', 'service=prod');
                  "embedded" is the PostgreSQL server that is installed as a
                  Python package, with its data in .runner/pgdata
  DATABASE_URL    environment variable with a connection URI or pairs
  PGHOST, PGHOSTADDR, PGSERVICE, PGDATABASE, PGPORT
                  environment variables of libpq, which also uses its others
  --secret        the host that the secret contains
  otherwise       the embedded PostgreSQL, except if CI is set

With several -t options, or with --targets, the command runs on each database
and reports each result. The exit code is the most severe of them, in the order
6, 130, 70, 3, 1, 4, 5, 2.

The file .env in the working directory is read first; it does not override the
environment. Store passwords in PGPASSWORD, ~/.pgpass or .env. RUNNER_IAM=1,
RUNNER_IAM_HOST and RUNNER_SECRET are equivalent to --iam, --iam-host, --secret.
"""
EXAMPLES = """\
examples:
  python -m runner apply
  python -m runner apply -s data/sql -t postgresql://app@db.example.com/app
  python -m runner psql -- -c 'select * from users'
"""
_CHECK = """\
Reads the scripts, then runs them in a throw-away database, as a role without
superuser, and lists everything that would fail on the target, with the text to
write instead. The target is not connected to. The exit code is 2 if there are
errors, and 0 if there are only warnings.
"""
_CHECK_MORE = """\
examples:
  python -m runner check
  python -m runner check -s data/sql --strict
  python -m runner check --reference 'host=127.0.0.1 user=dev dbname=postgres'
"""
_APPLY = """\
Runs the scripts in the order of their names in a single transaction, compares
the result with a reference database built from the same scripts, runs the
assertions, and commits. If anything fails, the target is left unchanged.
"""
_APPLY_MORE = """\
examples:
  python -m runner apply
  python -m runner apply -t 'service=prod' --lock-timeout 30s
  python -m runner apply --json >result.json

With --transaction none, each statement is committed separately, as in psql.
CREATE DATABASE, VACUUM and CREATE INDEX CONCURRENTLY require this. Statements
that were committed before a failure remain, and the error message lists them.
"""
_PLAN = """\
Does everything that apply does, including guard, verification and assertions,
and rolls it back. Prints the objects that would be created, changed or dropped,
the number of rows in each table, and the data that would be lost. The run holds
the same locks as apply, and sequences may advance. The exit code is 0 if apply
would succeed, and otherwise that of apply.
"""
_STATUS = """\
Prints the last runs on the target, newest first: the time, the role, the
client, the version of the runner and the revision of the scripts. For each
script of the last run, prints whether the file on disk is the same, changed,
new or gone. Changed files do not affect the exit code.
"""
_VERIFY = """\
Builds a reference database from the scripts and compares the target's catalog
and rows with it. The target is only read. The exit code is 0 if they agree, and
1 if they differ. The report distinguishes a database whose scripts stopped
half-way from a database that was changed later.
"""
_VERIFY_MORE = """\
examples:
  python -m runner verify
  python -m runner verify -t 'service=prod' --strict
  python -m runner verify --assertions data/verify

Assertions are only run if --assertions is given. They run in a transaction
that is allowed to write and is rolled back.
"""
_WAIT = """\
Waits until the target accepts connections and is writable. After
--connect-timeout, the exit code is 5 if there is no connection, and 4 if the
target is read-only. An invalid password or a missing database fails at once.
"""
_PSQL = """\
Runs psql on the target: the psql on the PATH, otherwise the one of the embedded
PostgreSQL. Arguments after -- are passed to psql, and the exit code is that of
psql. The embedded PostgreSQL runs until psql exits.
"""
_PSQL_MORE = r"""examples:
  python -m runner psql
  python -m runner psql -- -c '\dt'
  python -m runner psql -t embedded -- -f query.sql
"""


class CommandText(NamedTuple):
    """Texts of a command's --help: in the list of commands, above and below its options."""

    summary: str
    description: str
    more: str = ""


COMMANDS = {
    "check": CommandText("find errors: read and rehearse the scripts", _CHECK, _CHECK_MORE),
    "apply": CommandText("run the scripts, verify, and commit", _APPLY, _APPLY_MORE),
    "plan": CommandText("show what apply would change", _PLAN),
    "verify": CommandText("compare a database with the scripts", _VERIFY, _VERIFY_MORE),
    "status": CommandText("show what was applied, when and by whom", _STATUS),
    "wait": CommandText("wait until the target is writable", _WAIT),
    "psql": CommandText("run psql on the target", _PSQL, _PSQL_MORE),
}
