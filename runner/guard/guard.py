"""What a run would lose: judged by effect, from the catalogs and the transaction's counters.

A loss is: rows of a table that was there before and is dropped, truncated or deleted from; the
values of a dropped column; the state of a dropped sequence that such a table still uses; large
objects. Rows that earlier runs wrote and that have not changed since are no loss.

Not judged are rows that are still there with other values: an UPDATE, and a column whose type was
changed with a USING that drops its values. Moving a row to another partition counts as deleting
it. So does deleting what the run itself has inserted into a table of others, and a DELETE that a
savepoint undid where the run had written to the table before.

The content of a dropped table cannot be queried any more. So the tables that earlier runs made
are looked at before the first script (sql/look.sql), and locked against writers if all their rows
are ours. If another table turns out to be changed, the transaction is rolled back and the table
looked at as it was: either rows would be lost, and the run is refused with their number, or not,
and the scripts run again. The same holds for a table that another session makes during the run:
once it is dropped only other sessions see it, and one of them is asked (`committed_tables`).
"""
# ruff: noqa: S608 -- every name in these statements was quoted by the server it came from

from __future__ import annotations

import json
import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from runner.connect import session, wire
from runner.connect.queries import PATH, codec, pinned, statement
from runner.errors import Place, Refused, StatementFailed
from runner.guard import effects
from runner.guard.contents import NO_CONTENTS, Contents, asked, read_contents
from runner.guard.effects import Change, Effects, Inventory, Relation
from runner.observer import Silent
from runner.registry import registry
from runner.results import Loss, LossError, Notice

if TYPE_CHECKING:
    from runner.observer import Observer


_NAMED = 5
_WITHIN = 5.0  # seconds


class Guard:
    """What was there before the scripts, and what they have done to it.

    `allow` are the tables that may be lost, as the user wrote them. `look` are changes of an
    attempt that was rolled back: the next one begins with a look at their tables.
    """

    def __init__(self, allow: tuple[str, ...], observer: Observer) -> None:
        self.allow = allow
        self.observer = observer
        self.look: tuple[Change, ...] = ()
        self.lost: tuple[Loss, ...] = ()
        self.refused: tuple[Change, ...] = ()
        self._concurrent: tuple[Change, ...] = ()
        self._certain: tuple[Change, ...] = ()
        self.before: Inventory = effects.NO_INVENTORY
        self.now: Effects = effects.NO_EFFECTS
        self.contents: Contents = NO_CONTENTS
        self._script: str | None = None  # the last that ran
        self._first_seen: dict[tuple[int, str], str | None] = {}
        self._made: set[int] = set()

    def names(self) -> str:
        """The statements that look up the tables that may be lost, with the session's own path."""
        question = sql.Literal(asked(registry.VERSION, self.allow, self.look))
        return f"SET LOCAL runner.asked = {question.as_string()}; {statement('guard/names')}"

    def questions(self, *, can_look: bool = True) -> list[str]:
        """The statements to send before the first script, after `names` and registry.info_query.

        Without plpgsql (`can_look`) no table can be looked into. Each gives one value.
        """
        if not can_look:
            return [statement("guard/inventory"), statement("guard/look_blind")]
        names = ("sequences", "inventory", "look", "look_answer")
        return [statement(f"guard/{name}") for name in names]

    def start(self, inventory: str, looked: str) -> None:
        """Takes the answers. Raises LossError when what was looked at held rows not ours."""
        first = self.before.sequences
        self.before = effects.inventory(inventory)
        # A rollback leaves a sequence where the scripts have set it: an earlier value is the one.
        self.before.sequences.update(first)
        self.contents = read_contents(looked, self.allow, self.look)
        if self.look:
            unsafe = [change for change in self.look if not self.contents.is_safe(change)]
            if unsafe or self._certain:
                raise self._refused((*unsafe, *self._certain))
            names = ", ".join(change.table.name for change in self.look[:_NAMED])
            more = f" and {len(self.look) - _NAMED} more" if len(self.look) > _NAMED else ""
            self.observer.note(f"no rows are lost in {names}{more}; the scripts run once more")
        self._first_seen.clear()
        self._made.clear()

    def end_script(self, script: str) -> None:
        """A script has run; its effects are recorded next."""
        self._script = script

    def record_effects(self, text: str | bytes, *, is_counting: bool = True) -> None:
        """Takes the answer to sql/effects.sql after a script.

        Raises StatementFailed when that script has rolled back the run's transaction and opened
        another one, which no command tag shows; Refused when it has switched the counters off.
        """
        if not is_counting:
            raise Refused(
                f"{self._script} switches track_counts off, which hides deletions from the guard",
                hint="Remove the statement that sets track_counts.",
            )
        self.now = effects.effects(text)
        if self.now.xid != self.before.xid:
            raise StatementFailed(
                f"a statement in {self._script} ended the run's transaction",
                hint="Remove the ROLLBACK that is hidden in it.",
            )
        for change in effects.all_changes(self.before, self.now):
            self._first_seen.setdefault(change.key, self._script)
        self._made |= {oid for oid, relation in self.now.relations.items() if relation.ours}

    def vanished(self) -> list[int]:
        """Relations made since the beginning and dropped again, perhaps made by other sessions.

        What was still there at the end of the script that made it is known to be ours.
        """
        return [o for o in effects.vanished(self.before, self.now) if o not in self._made]

    def concurrent_tables(self, names: Mapping[int, str]) -> None:
        """Takes the names of tables among the vanished that other sessions have committed."""
        self._concurrent = tuple(effects.concurrent_changes(self.before, self.now, names))

    def created(self) -> list[Relation]:
        """The tables that the scripts made."""
        return self.now.created(self.before)

    def vouched(self) -> list[int]:
        """The tables whose rows of this run's ids are its own.

        Those that it made, and those that held nothing but rows of earlier runs. In any other
        what a script updates or rewrites may be somebody else's row.
        """
        kept = (oid for oid in self.contents.own if oid in self.before.tables)
        return sorted({*kept, *(table.oid for table in self.created())})

    def question(self) -> str | None:
        """What is to be counted before `judge`, if anything: one array.

        The rows of tables that were truncated or only rewritten, and the run's large objects.
        """
        relations = (self.now.relations[change.table.oid] for change in self._rewritten())
        counts = [f"(SELECT pg_catalog.count(*) FROM ONLY {one.name})" for one in relations]
        if self.now.large_objects.unlinked > self.before.large_objects.unlinked:
            own = f"pg_catalog.age('{self.before.xid % 2**32}'::pg_catalog.xid)"
            counts.append(
                "(SELECT pg_catalog.count(*) FROM pg_catalog.pg_largeobject_metadata"
                f" WHERE pg_catalog.age(xmin) <= {own})"
            )
        return " ".join(pinned(f"SELECT ARRAY[{', '.join(counts)}];")) if counts else None

    def _rewritten(self) -> list[Change]:
        return [
            change
            for change in effects.table_changes(self.before, self.now)
            if change.cause == effects.TRUNCATED and not self.contents.is_safe(change)
        ]

    def judge(self, answer: list[int]) -> bool:
        """Whether the run may go on to COMMIT; else it has to begin again, with a `look`.

        `answer` is that to `question`. Raises LossError.
        """
        numbers = iter(answer)
        counts = {change.table.oid: next(numbers) for change in self._rewritten()}
        unfed = effects.unfed(self.before, self.now)
        sure = [change for change in unfed if change.table.oid not in self.contents.safe]
        sure += effects.objects_lost(self.before, self.now, next(numbers, None))
        found = [change for change in self._changes(counts) if not self.contents.is_safe(change)]
        found += self._concurrent
        is_allowed = self.contents.is_allowed
        allowed = [change for change in found if is_allowed(change.table.oid)]
        unknown = tuple(change for change in found if not is_allowed(change.table.oid))
        self._certain = tuple(change for change in sure if not is_allowed(change.table.oid))
        if unknown and not self.look:
            self.look = unknown
            return False
        if unknown or self._certain:
            raise self._refused((*unknown, *self._certain))
        losses = [loss for loss in map(self._loss, allowed) if loss.rows != 0]
        of_sure = [self._loss(change) for change in sure if is_allowed(change.table.oid)]
        self.lost = (*of_sure, *losses)
        return True

    def _changes(self, counts: dict[int, int]) -> Iterator[Change]:
        for change in effects.table_changes(self.before, self.now):
            oid = change.table.oid
            if oid in counts:
                yield from effects.after_rewrite(change, self.now.relations[oid], counts[oid])
            else:
                yield change

    def _loss(self, change: Change) -> Loss:
        """How many rows, as far as it is known: a column's loss is that of its values."""
        table, cause = change.table, change.cause
        held = self.contents.held(table.oid)
        rows = held.rows if held else None
        if cause in (effects.DELETED, effects.UNLINKED):
            rows = change.deleted
        elif cause == effects.COLUMN and held:
            columns, rows = held.of_columns(change.columns)
            cause = f"column {', '.join(columns)} dropped"
        elif change.feed:
            cause, rows = f"sequence {change.feed.name} dropped", 0
        return Loss(table.name, rows, cause, self._first_seen.get(change.key))

    def _refused(self, changes: tuple[Change, ...]) -> LossError:
        self._report_unknown()
        self.refused = changes
        return self.refusal([self._loss(change) for change in changes])

    def refusal(self, losses: Sequence[Loss]) -> LossError:
        """The error for losses among the `refused` changes."""
        flags = sorted({f"--allow-loss {shlex.quote(loss.table)}" for loss in losses})
        first = losses[0]
        return LossError(
            losses,
            "the run would delete rows that the scripts did not create",
            detail="\n".join(map(self._described, losses)),
            hint=f"To allow this, add: {' '.join(flags)}",
            place=Place(first.script, first.line) if first.script and first.line else None,
        )

    def _described(self, loss: Loss) -> str:
        found = next((t for t in self.before.tables.values() if t.name == loss.table), None)
        looked = self.contents.looked.get(found.oid) if found else None
        text = str(loss)
        if looked and looked.rows and looked.not_ours is not None and looked.not_ours < looked.rows:
            text += f"; the scripts wrote all but {looked.not_ours} of the rows that it held"
        return text

    def report(self) -> None:
        """After COMMIT: reports what was lost of what the user allowed."""
        for loss in self.lost:
            self.observer.notice(Notice("WARNING", f"lost, as allowed: {loss}"))
        self.report_unused()

    def report_unused(self) -> None:
        """Reports tables that were allowed to lose rows, and lose none."""
        lost = {loss.table for loss in self.lost}
        self._report_unknown()
        for name, tables in self.contents.allowed.items():
            known = self._known(tables)
            if known and not known & lost:
                self.observer.notice(Notice("NOTICE", f"--allow-loss {name}: it loses nothing"))

    def _known(self, tables: Collection[int]) -> set[str]:
        names = {self.before.tables[oid].name for oid in tables if oid in self.before.tables}
        return names | ({effects.OBJECTS} if effects.LARGE_OBJECTS in tables else set())

    def _report_unknown(self) -> None:
        """Reports names of --allow-loss that are no tables."""
        for name, tables in self.contents.allowed.items():
            if not self._known(tables):
                self.observer.notice(
                    Notice("NOTICE", f"--allow-loss {name}: there is no such table")
                )


def committed_tables(conninfo: str, oids: Collection[int]) -> dict[int, str]:
    """The names, by oid, of the tables among these relations that other sessions see.

    These were committed by other sessions during the run and dropped by a script: the run's own
    transaction cannot see them any more. Opens a connection, unless there is nothing to ask for.
    Raises ConnectionFailed, and Refused when that is not served.
    """
    if not oids:
        return {}
    question = PATH + statement("guard/others") % {"oids": ",".join(map(str, oids))}
    with session.connect(conninfo, connect_timeout=_WITHIN, observer=Silent()) as conn:
        try:
            answer = wire.first_value(conn.pgconn, question.encode(), within=_WITHIN)
        except psycopg.OperationalError as error:
            raise Refused(
                "it is not known whether another session made a table that the scripts have"
                " dropped",
                detail=str(error),
                hint="It takes a second connection: a pool of one is too small.",
            ) from error
        found: dict[str, str] = json.loads((answer or b"{}").decode(codec(conn), "surrogateescape"))
    return {int(oid): name for oid, name in found.items()}
