"""What only another session can tell: it does not see what the run has done."""
# ruff: noqa: S608 -- every name in these statements was quoted by the server it came from

from __future__ import annotations

import json
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from runner.connect import session
from runner.connect.queries import PATH, first_rows, pinned, statement
from runner.errors import Refused, RunnerError
from runner.observer import Observer

if TYPE_CHECKING:
    from runner.connect.session import Session
    from runner.guard.changes import Change
    from runner.guard.effects import Inventory, Relation


_WITHIN = 5.0  # seconds
_UNKNOWN = "whether the scripts deleted rows"


def are_committed(conninfo: str, oids: Collection[int]) -> bool:
    """Whether other sessions see one of these relations: they have made it during the run.

    The run has dropped them, and its own transaction cannot see them any more. Opens a connection,
    unless there is nothing to ask for. Raises ConnectionFailed, and Refused when it is not served.
    """
    question = statement("guard/others") % {"oids": ",".join(map(str, oids))}
    unknown = "whether another session made a table that the scripts have dropped"
    return bool(oids) and bool(_ask(conninfo, question, unknown))


def check_counters(conn: Session, before: Inventory, written: Collection[Relation]) -> None:
    """Raises Refused if rows of these tables are gone that the transaction's counters do not show.

    A superuser may have switched track_counts off and on again. The rows that are older than the
    transaction are counted here, elsewhere, and here again, because others may delete some.
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
