"""What --help says, in 80 columns."""

from __future__ import annotations

from runner.errors import EXIT_CODES

DESCRIPTION = """\
Runs a folder of plain SQL files, the very files that Docker's PostgreSQL image
runs on `docker-compose up`, on any PostgreSQL: in order and in one transaction.
"""
TARGET = """\
the target, first match wins:
  -t CONNINFO     a URL (postgresql://USER@HOST:PORT/DBNAME) or KEY=VALUE pairs
                  ('host=db dbname=app', 'service=prod'); -t embedded is the
                  PostgreSQL of the Python package, kept in .runner/pgdata
  DATABASE_URL    the same in the environment
  PGHOST, PGHOSTADDR, PGSERVICE, PGDATABASE, PGPORT
                  any of them; libpq reads these and its other variables
  --secret        the host that the secret names
  nothing         the embedded PostgreSQL, except where CI is set
  several -t, or --targets FILE: the command on each of them, each with its own
  verdict; the exit code is the worst: 6, 130, 70, 3, 1, 4, 5, 2, in this order.
  .env in the working directory is read first and never overrides the
  environment. Keep passwords in PGPASSWORD, ~/.pgpass or .env.
  RUNNER_IAM=1, RUNNER_IAM_HOST, RUNNER_SECRET: as --iam, --iam-host, --secret.
"""
EXIT_CODE_TABLE = "exit codes:\n" + "".join(
    f"  {one.code:>3}  {one.meaning}\n" for one in EXIT_CODES
)
EXAMPLES = """\
examples:
  python -m runner apply
  python -m runner apply -s data/sql -t postgresql://app@db.example.com/app
  python -m runner psql -- -c 'select * from users'
"""
CHECK = """\
Reads the scripts as apply would and touches no database: lists what would go
wrong on the target though it works in Docker, and what to write instead.
Exit code 2 with errors, 0 with warnings alone.
"""
CHECK_MORE = """\
examples:
  python -m runner check
  python -m runner check -s data/sql --strict
"""
APPLY = """\
Runs the scripts in name order, in one transaction; compares what they built
with what they build in an empty database; checks the assertions; and commits.
Whatever fails, the target is left as it was.
"""
APPLY_MORE = """\
examples:
  python -m runner apply
  python -m runner apply -t 'service=prod' --lock-timeout 30s
  python -m runner apply --json >result.json

With --transaction none each statement is committed by itself, as psql does it
(CREATE DATABASE, VACUUM, CREATE INDEX CONCURRENTLY need that); what ran before
a failure stays, and the message says what it is.
"""
PLAN = """\
Does all that apply does, verification, guard and assertions included, and rolls
it back: shows what would be created, changed and dropped, how many rows where,
and what would be lost. It holds the same locks as apply while it runs, and
sequences may have moved. Exit code 0 when apply would go through, else apply's.
"""
STATUS = """\
Shows the last runs on the target, newest first: when, by whom, from where, with
which version of the runner and of the scripts; and for each script of the last
run whether the file on disk is the same, changed since, new or gone. A changed
file is no error.
"""
VERIFY = """\
Builds the scripts into an empty database made for this, and compares the
target's catalog and seed rows with it. The target is only read. Exit code 0
when they agree, 1 when they differ; a database whose scripts stopped half-way
is told from one that was changed later.
"""
VERIFY_MORE = """\
examples:
  python -m runner verify
  python -m runner verify -t 'service=prod' --strict
  python -m runner verify --assertions data/verify

Assertions run only when they are named: in a transaction that may write and
is rolled back.
"""
WAIT = """\
Waits until the target answers and can be written to; exit code 0 then. Gives
up after --connect-timeout: 5 without a connection, 4 for a read-only target.
A wrong password or a missing database fails at once.
"""
PSQL = """\
Opens psql on the target: the one on the PATH, else the embedded package's.
What stands after -- is for psql; the exit code is psql's. The embedded
PostgreSQL runs as long as psql does.
"""
PSQL_MORE = r"""examples:
  python -m runner psql
  python -m runner psql -- -c '\dt'
  python -m runner psql -t embedded -- -f query.sql
"""
