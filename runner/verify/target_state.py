"""The catalog, rows and sequences of the target, read as they are needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from psycopg import errors

from runner.catalog.rows import RowDigest
from runner.catalog.sequences import SequenceState, read_state
from runner.catalog.shapes import SequenceFeed, TableShape
from runner.catalog.snapshot import Snapshot
from runner.errors import Refused

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow


_MISSING_SELECT = (
    "The comparison reads all tables that the scripts fill, and the sequences that feed them:"
    " GRANT SELECT on these to the role; --verify schema leaves rows out."
)


class TargetState(NamedTuple):
    """What was read of the catalog, rows and sequences of the target."""

    snapshot: Snapshot
    digests: dict[TableShape, RowDigest]
    states: dict[SequenceFeed, SequenceState]

    def read(
        self,
        conn: Connection[TupleRow],
        tables: Iterable[TableShape],
        feeds: Iterable[SequenceFeed] = (),
    ) -> None:
        """Read what was not read yet. Raises Refused where the role may not read."""
        try:
            digests, states = read_state(
                conn,
                [table for table in tables if table not in self.digests],
                [feed for feed in feeds if feed not in self.states],
            )
        except (errors.InsufficientPrivilege, errors.ObjectNotInPrerequisiteState) as error:
            raise Refused(
                error.diag.message_primary or str(error),
                hint=_MISSING_SELECT,
                sqlstate=error.sqlstate,
            ) from error
        self.digests.update(digests)
        self.states.update(states)


def most_common_owner(reference: Snapshot, target: Snapshot) -> str | None:
    """Return the role that owns most objects of the scripts in the target: it ran the scripts."""
    owners = Counter(
        target.objects[key].properties["owner"]
        for key, entry in reference.objects.items()
        if entry.properties.get("owner") == reference.role
        and key in target.objects
        and "owner" in target.objects[key].properties
    )
    return owners.most_common(1)[0][0] if owners else None
