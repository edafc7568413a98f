"""Databases and roles that a run made and did not commit: how they are recognised and dropped."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from psycopg import errors, sql

from runner.adapt.shared import UNFINISHED_MARK
from runner.connect.queries import fetch, statement
from runner.results import Notice
from runner.run import lock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from psycopg import Connection
    from psycopg.rows import TupleRow

    from runner.connect.session import Session
    from runner.run.context import RunContext


# The prefix of a database's name until it is complete.
UNFINISHED = "runner_unfinished_"
_MARK = f" ?{UNFINISHED_MARK}[0-9_]+$"
_PATTERN = f"^(?:{UNFINISHED}|.* {UNFINISHED_MARK})([0-9]+_[0-9]+) ?$"


class Unfinished(NamedTuple):
    """A DATABASE or ROLE that a run made; `goes_on` is whether the run is still active.

    `comment` is the comment that the scripts gave it.
    """

    kind: str
    name: str
    run: str = ""
    goes_on: bool = True
    comment: str | None = None

    def __str__(self) -> str:
        return f"{self.kind.lower()} {self.name}"

    def commented(self, mark: str = "") -> bytes:
        """Return the command that sets the comment of the scripts, followed by a mark."""
        text = " ".join(filter(None, (self.comment, mark)))
        return self.command(f"COMMENT ON {{}} IS {sql.Literal(text or None).as_string()}")

    def command(self, text: str) -> bytes:
        """Return a command about it, such as `DROP {}`."""
        name = sql.SQL("{} {}").format(sql.SQL(self.kind), sql.Identifier(self.name))
        return sql.SQL(text).format(name).as_string().encode()


def _query() -> str:
    query = sql.SQL(statement("run/unfinished").rstrip().removesuffix(";"))
    return query.format(key=lock.KEY, pattern=_PATTERN, mark=_MARK).as_string()


def unfinished_query() -> str:
    """Return the statement that asks whether runs that have ended left something."""
    return f"SELECT EXISTS (SELECT FROM ({_query()}) AS u WHERE NOT u.goes_on);"  # noqa: S608, our own


def unfinished(conn: Connection[TupleRow]) -> list[Unfinished]:
    """Return what runs have made on this server and not committed."""
    return [Unfinished(*row) for row in fetch(conn, _query())]


def drop(conn: Session, found: Iterable[Unfinished]) -> Iterator[tuple[Unfinished, bool]]:
    """Drop them, databases first, and yield each with whether it is gone."""
    from runner.reference.database import drop_database

    for one in sorted(found):
        try:
            with suppress(errors.UndefinedObject, errors.InvalidCatalogName):
                if one.kind == "DATABASE":
                    drop_database(conn, one.name)
                else:
                    conn.execute(one.command("DROP {}"))
            yield one, True
        except (
            errors.InsufficientPrivilege,
            errors.ObjectInUse,
            errors.DependentObjectsStillExist,
            errors.InternalError,  # another run drops it at the same time
        ):
            yield one, False


def drop_left_behind(ctx: RunContext) -> None:
    """Drop and report what runs that have ended left on the server."""
    with ctx.connect() as conn:
        ended = {one.run for one in unfinished(conn) if not one.goes_on}
        # Locks are read as they are now, comments as they were when the statement began: a run may
        # have committed in between. Its lock is released after that, so a second look shows it.
        left = [one for one in unfinished(conn) if one.run in ended]
        for one, is_gone in drop(conn, left):
            done = "dropped" if is_gone else "this role may not drop"
            ctx.observer.notice(
                Notice("WARNING", f"{done} the {one}, which a run that did not end had made")
            )
