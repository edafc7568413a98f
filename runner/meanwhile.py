"""What others have made while the scripts ran, and the scripts have dropped.

Nobody can look at it from inside the run's transaction, but for all others it is still there.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import psycopg

from runner import session, wire
from runner.errors import Refused
from runner.observer import Silent
from runner.statements import PATH, codec, statement

if TYPE_CHECKING:
    from collections.abc import Collection

_WITHIN = 5.0  # seconds


def tables(conninfo: str, oids: Collection[int]) -> dict[int, str]:
    """Gives the tables among these relations that others see, by oid: their names.

    Nothing is asked where there is nothing to ask for; else it takes a connection of its own.
    Raises ConnectionFailed, and Refused when that is not served.
    """
    if not oids:
        return {}
    question = PATH + statement("guard_others") % {"oids": ",".join(map(str, oids))}
    with session.connect(conninfo, connect_timeout=_WITHIN, observer=Silent()) as conn:
        try:
            answer = wire.first_value(conn.pgconn, question.encode(), within=_WITHIN)
        except psycopg.OperationalError as error:
            raise Refused(
                "nobody can tell whether others have made a table that the scripts have dropped",
                detail=str(error),
                hint="It takes a second connection: a pool of one is too small.",
            ) from error
        found: dict[str, str] = json.loads((answer or b"{}").decode(codec(conn), "surrogateescape"))
    return {int(oid): name for oid, name in found.items()}
