"""The transactions of scripts inside the one transaction of a run.

psql commits each statement, or each BEGIN … COMMIT. Here BEGIN sets a savepoint, and COMMIT does
what it would do: it checks deferred constraints, ends SET LOCAL, and drops or empties temporary
tables with ON COMMIT. The end of a statement outside such a block does the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from runner.adapt.step_filters import own_statements
from runner.adapt.transaction_effects import NONE, CommitEffects, ScriptEffects, setting_name
from runner.connect.queries import statement as own_statement
from runner.connect.session import Session
from runner.errors import Place, ScriptError
from runner.observer import Observer
from runner.psql.enum_labels import EnumLabels
from runner.psql.sql_text import (
    TransactionControl,
    first_words,
    read_concurrently,
    read_control,
    refused_control,
    tokens,
    transaction_commands,
)
from runner.psql.steps import Connect, Gexec, Gset, Statement, Step, separated
from runner.results import Notice

if TYPE_CHECKING:
    from runner.adapt.role_rights import RoleRights

CHECK_CONSTRAINTS = b"SET CONSTRAINTS ALL IMMEDIATE;"
_SAVEPOINT = b"SAVEPOINT runner_block;"
ROLL_BACK_BLOCK = b"ROLLBACK TO SAVEPOINT runner_block;"
RELEASE_BLOCK = b"RELEASE SAVEPOINT runner_block;"
_DEFER = b"SET CONSTRAINTS ALL DEFERRED;"
# These run several statements as one, so deferred constraints wait for their end.
_RUN_SEVERAL = frozenset({b"DO", b"CALL", b"SELECT", b"WITH"})
_LOOKED_AT = 1 << 20  # bytes of a statement
_SET = rb"(?i)SET\s+(?:SESSION\s+(?!AUTHORIZATION))?(?!LOCAL\s)(TIME\s+ZONE|[\w.]+)"
_OF_INDEXES = ((b"CREATE", b"INDEX"), (b"CREATE", b"UNIQUE"), (b"DROP", b"INDEX"))
# Of the whole database, or with CONCURRENTLY: their tokens, with a blank between two.
_AFTER_COMMIT = (
    rb"VACUUM\b|CLUSTER(?: VERBOSE| \([^)]*\))?(?: ;)?\Z"
    rb"|REINDEX (?:\([^)]*\) )?(?:SCHEMA|DATABASE|SYSTEM|\w+ CONCURRENTLY)\b"
    rb"|REINDEX \([^)]*\bCONCURRENTLY\b"
)
_MAINTAINS = frozenset({b"VACUUM", b"CLUSTER", b"REINDEX", b"ALTER"})
_MOST_TOKENS = 30
_SET_TIMEOUT = rb"(?i)SET\s+(?:SESSION\s+|LOCAL\s+)?transaction_timeout\b"
_NO_TIMEOUT = rb"(?i)(?:\b0|'0'|\bdefault)\s*;?\s*\Z"
_HAS_TRANSACTION_TIMEOUT = 170000
_PASSED_OVER = "BEGIN and COMMIT are passed over: all scripts are one transaction"


# The statement that is sent for a step, and the runner's own before and after it.
_Around = tuple[Step | None, Sequence[Statement], Sequence[Statement]]
_NOTHING: _Around = (None, (), ())
# The runner's own commands before and after a statement.
_Own = tuple[list[bytes], list[bytes]]


class TransactionBlocks:
    """Turns the steps of scripts into what a run sends; `deferred` gets what waits for COMMIT."""

    def __init__(
        self,
        observer: Observer,
        conn: Session,
        deferred: list[Statement],
        rights: RoleRights | None = None,
        labels: EnumLabels | None = None,
    ) -> None:
        is_superuser = conn.pgconn.parameter_status(b"is_superuser") == b"on"
        self._after_commit = _AFTER_COMMIT + rb"|ALTER SYSTEM\b" * is_superuser
        self._version = conn.info.server_version
        self._deferred = deferred
        self.rights = rights
        self.labels = labels
        self._observer = observer
        self._has_deferred = False  # whether a constraint may be deferred
        self._new_script()

    def _new_script(self) -> None:
        self._begun: Statement | None = None  # the BEGIN of the block that is open
        self._is_noted = False
        self._effects = ScriptEffects()
        self._in_block = NONE

    @property
    def is_open(self) -> bool:
        return self._begun is not None

    def script(self, steps: Iterator[Step]) -> Iterator[Step]:
        """Yield the steps to send for one script. Raises ScriptError for what a run cannot do."""
        self._new_script()
        yield from self.passed(steps)
        yield from self._left_open()

    def passed(self, steps: Iterator[Step]) -> Iterator[Step]:
        r"""Yield the steps to send for some steps of the script, such as those of `\gexec`."""
        steps = separated(steps, lambda plain: self._effects.is_named(plain.text))
        for step in steps:
            if isinstance(step, Statement | Gset | Gexec):
                sent, before, after = self._around(step)
                yield from before
                if sent is not None:
                    yield sent
                statement = step if isinstance(step, Statement) else step.statement
                yield from islice(steps, len(statement.data))
                yield from after
            else:
                if isinstance(step, Connect):
                    yield from self._left_open()
                yield step

    def _around(self, given: Statement | Gset | Gexec) -> _Around:
        before: tuple[Statement, ...] = ()
        after: tuple[Statement, ...] = ()
        statement = given if isinstance(given, Statement) else given.statement
        if self.labels is not None and given is statement:
            if (sent := self.labels.sent(statement)) is None:
                return _NOTHING
            given = statement = sent
        if self.rights is not None:
            edited, *own = self.rights.around(statement)
            before, after = (own_statements(statement, one) for one in own)
            if given is statement:
                given = statement = edited
        step: Statement | Gset | Gexec | None = given
        for start, control in transaction_commands(statement):
            return self._controlled(given, statement, start, control), (), ()
        if first_words(statement.text, 2) == (b"SET", b"TRANSACTION"):
            return _NOTHING
        if given is statement and self._begun is None and len(statement.starts) == 1:
            step = self._substituted(statement)
        if step is None:
            return _NOTHING
        self._has_deferred |= b"deferr" in statement.text[:_LOOKED_AT].lower()
        enclose = self._outside if self._begun is None else self._inside
        commands = enclose(statement, self._effects.of(statement.text))
        first, last = (own_statements(statement, one) for one in commands)
        return step, (*first, *before), (*after, *last)

    def _substituted(self, statement: Statement) -> Statement | None:
        """Return what is sent instead of a statement that needs its own transaction."""
        words = first_words(statement.text, 2)
        sent: Statement | None = None
        if words[:1] and words[0] in _MAINTAINS and self._runs_after_commit(statement.text):
            note = words[0].decode().replace("ALTER", "ALTER SYSTEM") + " runs after COMMIT"
            self._deferred.append(statement)
        elif words in _OF_INDEXES and (found := read_concurrently(statement.text)) is not None:
            # No other session sees a table that the run has made.
            note = "CONCURRENTLY is passed over: the table is the run's own"
            sent = statement._replace(text=found[1])
        elif words[:1] == (b"SET",) and re.match(_SET_TIMEOUT, statement.text):
            reason = "all scripts are one transaction"
            if self._version < _HAS_TRANSACTION_TIMEOUT:
                reason = "the server is older than PostgreSQL 17"
            elif re.search(_NO_TIMEOUT, statement.text):
                return None
            note = f"SET transaction_timeout is passed over: {reason}"
        else:
            return statement
        self._notice("NOTICE", note, statement)
        return sent

    def _runs_after_commit(self, text: bytes) -> bool:
        found = b" ".join(token.text for token in islice(tokens(text), _MOST_TOKENS))
        return re.match(self._after_commit, found) is not None

    def _inside(self, statement: Statement, found: CommitEffects) -> _Own:
        """Return what to send for a statement of a block, whose effects end at COMMIT."""
        before: list[bytes] = []
        if new := found.settings - self._in_block.settings:
            before = [CommitEffects(new).keep()]
        self._in_block |= found
        if self._in_block.settings and (named := re.match(_SET, statement.text)):
            lasting = {setting_name(named[1])}  # a setting that COMMIT keeps
            self._in_block = self._in_block._replace(settings=self._in_block.settings - lasting)
        # SET CONSTRAINTS ALL also applies to constraints that are created after it.
        made = b"deferrable" in statement.text[:_LOOKED_AT].lower()
        return before, [_constraint_modes()] if made else []

    def _outside(self, statement: Statement, found: CommitEffects) -> _Own:
        """Return what to send for a statement that psql commits alone: its effects end with it."""
        before: list[bytes] = []
        after: list[bytes] = []
        first, second = (*first_words(statement.text, 2), b"", b"")[:2]
        several = len(statement.starts) > 1 or first in _RUN_SEVERAL
        if several and self._has_deferred:
            before = [_DEFER, _constraint_modes()]
            after = [CHECK_CONSTRAINTS]
        if first == b"SET" and second in (b"LOCAL", b"CONSTRAINTS"):
            message = f"SET {second.decode()} can only be used in transaction blocks"
            self._notice("WARNING", message, statement)
            after = [CHECK_CONSTRAINTS]
        found |= CommitEffects(emptied=self._effects.emptied)
        if found.settings:
            before.append(found.keep())
        if found != NONE:
            after.append(found.end())
        return before, after

    def _controlled(
        self, step: Step, statement: Statement, start: int, words: bytes
    ) -> Statement | None:
        control = read_control(statement.text)
        is_alone = len(statement.starts) == 1 and step is statement
        if control is None or not is_alone:
            raise ScriptError(
                refused_control(words),
                place=statement.place(start),
                hint="Write BEGIN and COMMIT as statements of their own.",
            )
        if not control.begins:
            return self._end(statement, control)
        if self._begun is not None:
            self._notice("WARNING", "there is already a transaction in progress", statement)
            return None
        if not self._is_noted:
            self._notice("NOTICE", _PASSED_OVER, statement)
        self._is_noted = True
        return self._sent_for(statement, self._opened(statement))

    def _opened(self, statement: Statement) -> list[bytes]:
        self._begun = statement
        return [_SAVEPOINT, _DEFER, _constraint_modes()]

    def _end(self, statement: Statement, control: TransactionControl) -> Statement | None:
        if self._begun is None and control.chains:
            raise ScriptError(
                f"{control.first.decode()} AND CHAIN can only be used in transaction blocks",
                place=statement.place(),
                hint="Write BEGIN before it, or leave out AND CHAIN.",
            )
        if self._begun is None:
            self._notice("WARNING", "there is no transaction in progress", statement)
            return None
        is_undone = control.first in (b"ROLLBACK", b"ABORT")
        found = self._in_block | CommitEffects(emptied=self._effects.emptied)
        commands = self._rolled_back()
        if not is_undone:
            end = [found.end()] if found != NONE else []
            commands = [CHECK_CONSTRAINTS, RELEASE_BLOCK, *end]
        if control.chains:
            commands += self._opened(statement)
        return self._sent_for(statement, commands)

    def _rolled_back(self) -> list[bytes]:
        self._begun, self._in_block = None, NONE
        return [ROLL_BACK_BLOCK, RELEASE_BLOCK]

    def _left_open(self) -> Iterator[Statement]:
        if (begun := self._begun) is not None:
            self._observer.notice(left_open(begun.source.name, begun.place()))
            yield from own_statements(begun, self._rolled_back())

    @staticmethod
    def _sent_for(statement: Statement, commands: list[bytes]) -> Statement:
        (found,) = own_statements(statement, commands)
        return found._replace(uncounted=len(commands) - 1 + statement.uncounted)

    def _notice(self, severity: str, message: str, statement: Statement) -> None:
        self._observer.notice(Notice(severity, message, statement.place()))


def left_open(script: str, place: Place | None = None) -> Notice:
    """Return the warning about a transaction that a script does not end."""
    message = f"{script} ends in an open transaction: it was rolled back, as in psql"
    hint = "Add COMMIT at the end of the script, or remove its BEGIN or \\set AUTOCOMMIT off."
    return Notice("WARNING", message, place, hint=hint)


def _constraint_modes() -> bytes:
    return own_statement("adapt/constraint_modes").encode()
