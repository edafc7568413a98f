"""What only another session can tell: it does not see what the run has done."""
# ruff: noqa: S608 -- every name in these statements was quoted by the server it came from

from __future__ import annotations

import json
from collections.abc import Collection, Container
from typing import TYPE_CHECKING, Any

from runner.connect import session
from runner.connect.queries import PATH, first_rows, is_restricted, pinned, statement
from runner.errors import Refused, RunnerError
from runner.guard import changes
from runner.observer import Observer

if TYPE_CHECKING:
    from runner.connect.session import Session
    from runner.guard.changes import Change
    from runner.guard.contents import Contents
    from runner.guard.effects import Effects, Inventory, Relation


_FIRST = 16384  # FirstNormalObjectId in src/include/access/transam.h: no object of the system
_WITHIN = 5.0  # seconds
_UNKNOWN = "whether the scripts deleted rows"


def changes_tables_of_others(
    conn: Session, before: Inventory, now: Effects, made: Container[int]
) -> bool:
    """Whether the scripts have changed what other sessions have made since the beginning.

    Of what is gone and not known to be `made` by the run, another session is asked: it still sees
    what was committed. Raises ConnectionFailed, and Refused when it is not served.
    """
    since = [
        one for oid, one in now.relations.items() if oid >= _FIRST and oid not in before.relations
    ]
    theirs = [one for one in since if not (one.gone or one.ours or one.temporary)]
    if names := [one.name or "" for one in theirs if one.relkind == "S"]:
        raise Refused(
            f"the scripts use {', '.join(names)}, which another session made during the run",
            detail="A rollback does not undo setval(), and where it was is not known.",
            hint="Look at its value, set it if need be, and apply again.",
        )
    if any(one.exclusive or one.deleted or one.updated for one in theirs):
        return True
    if not (gone := [str(one.oid) for one in since if one.gone and one.oid not in made]):
        return False
    question = statement("guard/others") % {"oids": ",".join(gone)}
    unknown = "whether another session made a table that the scripts have dropped"
    return bool(_ask(conn.conninfo, question, unknown))


def unseen_changes(
    conn: Session, before: Inventory, now: Effects, contents: Contents
) -> list[Change]:
    """Tables whose rows are to be compared, whatever the transaction's counters say.

    A superuser may have switched these off and on again. Raises Refused where rows are gone.
    """
    written = [] if is_restricted(conn) else changes.uncounted(before, now)
    written = [one for one in written if one.oid not in contents.safe]
    _check_counters(conn, before, [one for one in written if not one.exclusive])
    locked = [before.tables[one.oid] for one in written if one.exclusive]
    on_shards = [c for c in changes.written_on_shards(before, now) if not contents.is_safe(c)]
    return [
        *(changes.Change(table, changes.VALUES, keep="all") for table in locked),
        *lost_on_shards(conn, on_shards),
    ]


def large_objects_lost(conn: Session, now: Effects) -> int:
    """How many large objects of before the run has unlinked or given another content."""
    if not any(now.large_objects):
        return 0
    question = statement("guard/large_objects")
    ((found,),) = first_rows(conn, " ".join(pinned(question)))
    there = _ask(conn.conninfo, question, "whether the scripts change large objects")
    return len(dict(there).items() - json.loads(found or "{}").items())


def _check_counters(conn: Session, before: Inventory, written: Collection[Relation]) -> None:
    """Raises Refused if rows of these tables are gone that the transaction's counters do not show.

    The rows that are older than the transaction are counted here, elsewhere, and here again,
    because others may delete some.
    """
    if not written:
        return
    older = f"pg_catalog.age(xmin) > pg_catalog.age('{before.xid % 2**32}'::pg_catalog.xid)"
    here = " ".join(pinned(_counts([one.name or "" for one in written], older)))
    names = [before.tables[one.oid].name for one in written]
    ((first,),) = first_rows(conn, here)
    there = _ask(conn.conninfo, _counts(names, older), _UNKNOWN)
    ((second,),) = first_rows(conn, here)
    counts = zip(names, there, json.loads(first), json.loads(second), strict=True)
    if lost := [name for name, elsewhere, *own in counts if elsewhere > max(own)]:
        raise Refused(
            f"the scripts delete or change rows of {', '.join(lost)} while track_counts is off",
            hint="Remove the statement that sets track_counts.",
        )


def lost_on_shards(conn: Session, written: Collection[Change]) -> list[Change]:
    """Those of these tables of Citus that have fewer rows than others see, but for new ones.

    A row is new by the id of its server's transaction. What another session has put in during the
    run may count as gone: the caller compares what the rows hold.
    """
    if not written:
        return []
    names = [change.table.name for change in written]
    here = " ".join(pinned(_counts(names, "pg_catalog.age(xmin) > 0")))
    there = _ask(conn.conninfo, _counts(names, "true"), _UNKNOWN)
    ((found,),) = first_rows(conn, here)
    rows = zip(written, there, json.loads(found), strict=True)
    return [change for change, elsewhere, own in rows if elsewhere > own]


def _counts(names: Collection[str], where: str) -> str:
    counts = (f"(SELECT pg_catalog.count(*) FROM ONLY {name} WHERE {where})" for name in names)
    return f"SELECT pg_catalog.to_json(ARRAY[{', '.join(counts)}])::pg_catalog.text;"


def _ask(conninfo: str, question: str, unknown: str) -> Any:
    """The JSON that a question gives in a session of its own. Raises Refused, ConnectionFailed."""
    with session.connect(conninfo, connect_timeout=_WITHIN, observer=Observer()) as conn:
        try:
            with conn.answering_within(_WITHIN):
                first_rows(conn, "SELECT 1")  # to count many rows takes longer
            with session.errors_converted():
                ((answer,),) = first_rows(conn, PATH + question)
        except RunnerError as error:
            raise Refused(
                f"it is not known {unknown}",
                detail=str(error),
                hint="It takes a second connection: a pool of one is too small.",
            ) from error
        return json.loads(answer or "{}")
