"""What a run would lose: judged by effect, from the catalogs and the transaction's counters.

docs/reference.md says under "Nothing lost" what a loss is.

Moving a row to another partition counts as deleting it. So does deleting what the run itself has
inserted into a table of others, and a DELETE that a savepoint undid where the run had written to
the table before.

The content of a dropped table cannot be queried any more. So the tables that earlier runs made
are looked at before the first script (sql/look.sql), and locked against writers if all their rows
are ours. If another table turns out to be changed, the transaction is rolled back and the table
looked at as it was: either rows would be lost, and the run is refused with their number, or not,
and the scripts run again. Where rows may come back or may have other values, their content is
compared after that run. A run that changes what another session has made during it begins again,
too: of what is dropped by then, another session is asked.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from psycopg import sql

from runner.connect.queries import statement
from runner.connect.session import Session
from runner.errors import StatementFailed
from runner.guard import changes, effects, questions
from runner.guard.effects import NOT_COMPARED, Change, Contents, Effects, Inventory, Missing
from runner.guard.refusal import loss_error
from runner.observer import Observer
from runner.registry import registry
from runner.results import Loss, LossError, Notice

_DIGESTED = 1_000_000  # rows; a digest of them takes about a second


class Guard:
    """The state before the scripts, and what the scripts did to it.

    `allow` are the names in --allow-loss, as the user wrote them. `look` are changes of an attempt
    that was rolled back: the next attempt begins by counting the rows of their tables.
    """

    def __init__(self, allow: tuple[str, ...], observer: Observer) -> None:
        self.allow = allow
        self.observer = observer
        self.look: tuple[Change, ...] = ()
        self.lost: tuple[Loss, ...] = ()
        self.refused: tuple[Change, ...] = ()
        self.overwritten: tuple[Loss, ...] = ()
        self._sequence_warnings: tuple[str, ...] = ()
        self._missing: dict[tuple[int, str], Missing] = {}
        self._named: set[tuple[int, str]] = set()
        self._certain: tuple[Change, ...] = ()
        self.before: Inventory = effects.NO_INVENTORY
        self.now: Effects = effects.NO_EFFECTS
        self.contents: Contents = effects.NO_CONTENTS
        self.script: str | None = None  # the last one that ran
        self._first_seen: dict[tuple[int, str], str | None] = {}
        self.made: set[int] = set()  # relations that the run created, dropped or not

    def questions(self) -> tuple[str, ...]:
        """Return the statements that read the state before the scripts."""
        tables = [(c.table.oid, c.cause, c.columns or None, c.keep) for c in self.look]
        asked: dict[str, object] = {"version": registry.VERSION, "allow": list(self.allow)}
        asked |= {"tables": tables, "planted": statement("catalog/planted")}
        # In other encodings than UTF-8 the server rejects \u escapes of non-ASCII characters.
        question = sql.Literal(json.dumps(asked, ensure_ascii=False))
        names = ("sequences", "inventory", "look", "look_answer")
        statements = (statement(f"guard/{name}") for name in names)
        return (f"SET LOCAL runner.asked = {question.as_string()};", *statements)

    def start(self, inventory: str, looked: str) -> None:
        """Take their answers. Raises LossError when a table of `look` held rows of others."""
        first = self.before.sequences
        self.before = effects.inventory(inventory)
        # A rollback does not reset sequences: the value before the first attempt counts.
        self.before.sequences.update(first)
        self.contents = effects.read_contents(looked, self.allow)
        for name in () if self.look else self.contents.unknown:
            text = f"--allow-loss {name}: there is no such table"
            self.observer.notice(Notice("NOTICE", text))
        if self.look:
            unsafe = [c for c in self.look if not self.contents.may_be_kept(c)]
            if unsafe:
                raise self._refused((*unsafe, *self._certain))
            self.observer.note("The scripts run once more, to compare the rows that they change.")
        self._first_seen.clear()
        self.made.clear()

    def record_effects(self, text: str | bytes, *, is_counting: bool = True) -> None:
        """Take the answer to sql/effects.sql after a script.

        Raises StatementFailed when the script has rolled back the run's transaction and opened
        another one, which no command tag shows.
        """
        if not is_counting:
            self._first_seen.setdefault(changes.COUNTERS_OFF.key, self.script)
        self.now = effects.effects(text, self.before)
        if self.now.xid != self.before.xid:
            raise StatementFailed(
                f"a statement in {self.script} ended the run's transaction",
                hint="Remove the ROLLBACK that is hidden in it.",
            )
        for change in changes.all_changes(self.before, self.now):
            self._first_seen.setdefault(change.key, self.script)
        self.made |= {oid for oid, relation in self.now.relations.items() if relation.ours}

    def own_tables(self, *, verified: bool) -> tuple[list[int], list[int]]:
        """Return the tables whose rows belong to this run, and those whose content is recorded.

        The run created these tables, or they held only rows of earlier runs, or it has left all
        other rows as they were: elsewhere an updated or rewritten row may belong to somebody else.
        Contents with rows of others are not recorded, nor very large ones, nor those that an
        earlier run recorded and this run did not change. Nor do the tables belong to it that may
        hold rows of others which it has put there again without being `verified`.
        """
        there, relations = self.contents.own & self.before.tables.keys(), self.now.relations
        dropped = [c for c in self.look if c.cause == changes.DROPPED and c.keep and not verified]
        holders = {questions.holder(change, self.now) for change in dropped} - {None}
        others = {oid for oid, one in relations.items() if not holders.isdisjoint((oid, one.root))}
        own = there.union(one.oid for one in self.now.created("rm")) - others
        looked = ((c, self.contents.looked.get(c.key), self._missing.get(c.key)) for c in self.look)
        beside = {
            change.table.oid
            for change, held, found in looked
            if held and found and found.untouched == held.not_ours
        }
        tables = [one for one in relations.values() if one.oid in own]
        changed = [one for one in tables if one.relkind == "r" and (one.writing or one.exclusive)]
        digested = [one.oid for one in changed if one.inserted + one.updated <= _DIGESTED]
        return sorted(own | (beside - others)), digested

    def judge(self, conn: Session) -> bool:
        """Return whether the run may commit; False if it must begin again with a `look`.

        Raises LossError; Refused and ConnectionFailed where another session does not answer.
        """
        is_off = changes.COUNTERS_OFF.key in self._first_seen
        if hidden := [changes.COUNTERS_OFF] if is_off else changes.written_catalogs(self.now):
            raise self._refused(tuple(hidden))
        if questions.changes_tables_of_others(conn, self.before, self.now, self.made):
            self.observer.note(
                "Other sessions created what the scripts change: running the scripts again."
            )
            return False
        unseen = questions.unseen_changes(conn, self.before, self.now, self.contents)
        asked = questions.ask(conn, self.look, self.contents, self.before, self.now)
        rows, behind, fed_again, self._missing = asked
        moved = [*changes.sequence_changes(self.before, self.now, behind, fed_again)]
        self._sequence_warnings = tuple(one for one in moved if isinstance(one, str))
        sure = [one for one in moved if isinstance(one, Change) and not self._is_reloaded(one)]
        sure += changes.objects_lost(
            self.now, questions.large_objects_lost(conn, self.now, self.contents)
        )
        found = [*changes.table_changes(self.before, self.now, rows)]
        found = [*(change for change in found if not self.contents.is_safe(change)), *unseen]
        looked, allowed = {change.key for change in self.look}, self.contents.allowed
        self._certain = tuple(change for change in sure if change.table.oid not in allowed)
        wanted = [c for c in found if c.cause == changes.OVERWRITTEN or c.table.oid not in allowed]
        if more := [change for change in wanted if change.key not in looked]:
            self.look += tuple(questions.with_keep(c, self.before, self.now) for c in more)
            return False
        worse = {change.table.oid for change in found if change.cause not in changes.CHANGED}
        found = [c for c in found if c.cause != changes.VALUES or c.table.oid not in worse]
        self._settle([c for c in found if self._missing.get(c.key, NOT_COMPARED).rows != 0], sure)
        return True

    def _settle(self, found: list[Change], sure: list[Change]) -> None:
        """Divide the changes into refused, overwritten and allowed ones. Raises LossError."""
        named = [change for change in found if change.key in self._named]
        unknown = [c for c in found if not (c in named or c.table.oid in self.contents.allowed)]
        if unknown or self._certain:
            unknown = [c for c in unknown if c.cause != changes.OVERWRITTEN] or unknown
            raise self._refused((*unknown, *self._certain))
        self.overwritten = tuple(map(self._loss, named))
        allowed = [change for change in (*sure, *found) if change not in named]
        losses = [(change, self._loss(change)) for change in allowed]
        self.lost = tuple(loss for change, loss in losses if loss.rows != 0 or change in sure)

    def _is_reloaded(self, change: Change) -> bool:
        """Return whether the sequence may begin anew because it feeds only rows of runs.

        If it was only set back, the table must have been truncated: otherwise ids would be reused.
        """
        tables = self.before.tables.values()
        parts = [t for t in tables if change.table.oid in (t.oid, t.root) and t.relkind != "p"]
        if not self.contents.own.issuperset(table.oid for table in parts):
            return False
        found = [self.now.relations.get(table.oid, table) for table in parts]
        is_emptied = {table.filenode for table in parts}.isdisjoint(one.filenode for one in found)
        return change.cause == changes.UNFED or is_emptied

    def without_named(self, losses: Sequence[Loss]) -> list[Loss]:
        """Return the refused losses except those caused only by statements that name their table.

        Such statements overwrite rows; these losses have no line. If no other loss remains, the run
        may begin again.
        """
        pairs = [*zip(self.refused, losses, strict=True)]
        named = [c for c, one in pairs if c.cause == changes.OVERWRITTEN and not one.line]
        self._named |= {change.key for change in named}
        self.refused = tuple(change for change, _ in pairs if change not in named)
        return [loss for change, loss in pairs if change not in named]

    def _loss(self, change: Change) -> Loss:
        """Return the loss, with the number of rows, or of values of a column, if it is known."""
        table, cause = change.table, change.cause
        held = self.contents.held(change)
        rows = held.rows if held else None
        if cause in (*changes.CHANGED, changes.ELSEWHERE):
            rows = self._missing.get(change.key, NOT_COMPARED).rows
        elif cause in (changes.DELETED, changes.OBJECTS):
            rows = change.deleted
        elif cause == changes.COLUMN and held:
            columns, rows = held.of_columns(change.columns)
            cause = f"column {', '.join(columns)} dropped"
        elif change.feed or cause in (changes.WRITTEN, changes.SWITCHED_OFF):
            cause, rows = change.text or cause, 0
        return Loss(table.name, rows, cause, self._first_seen.get(change.key))

    def _refused(self, changes: tuple[Change, ...]) -> LossError:
        self.refused = changes
        return self.refusal([self._loss(change) for change in changes])

    def refusal(self, losses: Sequence[Loss]) -> LossError:
        return loss_error(losses, self.refused, self.contents, self._missing)

    def report(self, where: str, *, is_committed: bool, knows_columns: bool = True) -> None:
        """Report allowed losses, overwritten rows of others, and sequences that were set back.

        Only statements that name their table may overwrite rows; the sequences are those that no
        table uses. Report tables with fewer columns unless the run `knows_columns`. `where` comes
        first in each text.
        """
        texts = [f"lost, as allowed: {loss}" for loss in self.lost] if is_committed else []
        texts += self._sequence_warnings
        if not knows_columns:
            fewer, lost = changes.fewer_columns(self.before, self.now), {x.table for x in self.lost}
            texts += (text for table, text in fewer if table not in lost)
        texts += (f"rows of others overwritten: {one}" for one in self.overwritten)
        for text in texts:
            self.observer.notice(Notice("WARNING", where + text))
