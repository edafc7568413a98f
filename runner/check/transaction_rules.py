"""Statements that the one transaction of a run cannot hold, or that mean something else in it.

Those that PostgreSQL refuses are the callers of PreventInTransactionBlock in src/backend, of
versions 12 to 18; the comments name their files. (ALTER TYPE … ADD VALUE was among them up to
version 11.) CALL and DO may end transactions too, which only a run shows for CALL.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice

from runner.check.rule import Rule, Severity, indexed
from runner.psql.sql_text import tokens

_MAKES = re.compile(rb"(?i)\bPARTITION\s+BY\b")
_ASKS = (b"REINDEX", b"CLUSTER")
# As many tokens as stand before the name of what is made, or of what is meant.
_HEAD = 16
_LEFT_OUT = frozenset({b"UNLOGGED", b"IF", b"NOT", b"EXISTS", b"UNIQUE", b"ONLY", b"VERBOSE"})

_DATABASE = "Create and drop databases outside the scripts, and name yours as the target."
_TABLESPACE = "Leave tablespaces out: where data lies is the target's business."
_CONCURRENTLY = "Leave out CONCURRENTLY: nobody else uses the table while the scripts run."
_FALSE = r"= '?(?:FALSE|OFF|0|NONE)\b"
_OUTSIDE = "To run the scripts as psql does, use --transaction none."
_NO_EFFECT = "a warning, and no effect: psql is in no transaction"
_IN_EFFECT = "it takes effect up to the end of the script"


@dataclass(slots=True)
class Partitioned:
    """Partitioned tables that the scripts have made so far, and their indexes: bare names.

    REINDEX and CLUSTER of one commit partition by partition. Refused in a transaction since
    PostgreSQL 14 and 15 (ReindexPartitions in src/backend/commands/indexcmds.c, cluster in
    cluster.c); before, they did nothing.
    """

    names: set[bytes] = field(default_factory=set)

    def see(self, command: bytes) -> list[Rule]:
        """Takes the next command; gives what is wrong with it."""
        first = command[:7].upper()
        if first.startswith(b"CREATE"):
            if _MAKES.search(command) or (self.names and b"INDEX" in command[:40].upper()):
                self._made(_words(command))
            return []
        if not self.names or first not in _ASKS:
            return []
        words = _words(command)
        named = _name(words[2:] if first == b"REINDEX" else words[1:])
        return [_rule(first.decode(), named)] if named in self.names else []

    def _made(self, words: list[bytes]) -> None:
        if words[1:2] == [b"TABLE"]:
            self.names.add(_name(words[2:]))
        elif words[1:2] == [b"INDEX"] and b"ON" in words:
            on = words.index(b"ON")
            if _name(words[on + 1 :]) in self.names:
                self.names.add(_name(words[2:on]))


def _words(command: bytes) -> list[bytes]:
    """The first words, without those that may be left out and without options in parentheses."""
    found: list[bytes] = []
    depth = 0
    for token in islice(tokens(command), _HEAD):
        depth += {b"(": 1, b")": -1}.get(token.text, 0)
        if not depth and token.text not in _LEFT_OUT and token.text != b")":
            found.append(token.text)
    return found


def _name(words: list[bytes]) -> bytes:
    """The last part of a name that the words begin with."""
    name = words[:1]
    while words[1:2] == [b"."]:
        words = words[2:]
        name = words[:1]
    return name[0].strip(b'"').lower() if name else b""


def _rule(what: str, name: bytes) -> Rule:
    return Rule(
        (),
        "",
        f"{what} of {name.decode('utf-8', 'replace')}, which is partitioned, cannot run in a"
        " transaction",
        "psql sends it by itself, and it runs",
        "refused inside the one transaction of the run (25001)",
        "Leave it out, or name the partitions. To run the scripts as psql does, use"
        " --transaction none.",
        "warning",
    )


def _refused(first: str, rest: str, what: str, rewrite: str, severity: Severity = "error") -> Rule:
    return Rule(
        tuple(first.split()),
        rest,
        f"{what} cannot run in a transaction",
        "psql sends it by itself, and it runs",
        "refused inside the one transaction of the run (25001)",
        f"{rewrite} {_OUTSIDE}",
        severity,
    )


def _differs(first: str, rest: str, message: str, docker: str, target: str, rewrite: str) -> Rule:
    return Rule(tuple(first.split()), rest, message, docker, target, rewrite, "warning")


TRANSACTION_RULES = indexed(
    (
        # tcop/utility.c, standard_ProcessUtility
        _refused("COMMIT ROLLBACK", "PREPARED", "COMMIT or ROLLBACK PREPARED", "Remove it."),
        _refused("CREATE DROP", r"DATABASE\b", "CREATE or DROP DATABASE", _DATABASE),
        _refused("CREATE DROP", r"TABLESPACE\b", "CREATE or DROP TABLESPACE", _TABLESPACE),
        _refused("ALTER", r"SYSTEM\b", "ALTER SYSTEM", "Set it where the server is configured."),
        _refused(
            "CREATE",
            r"(?:UNIQUE )?INDEX CONCURRENTLY\b",
            "CREATE INDEX CONCURRENTLY",
            _CONCURRENTLY,
        ),
        _refused("DROP", r"INDEX CONCURRENTLY\b", "DROP INDEX CONCURRENTLY", _CONCURRENTLY),
        # commands/dbcommands.c, AlterDatabase
        _refused(
            "ALTER",
            r"DATABASE \S+ (?:SET |WITH )?TABLESPACE\b",
            "ALTER DATABASE SET TABLESPACE",
            _TABLESPACE,
        ),
        # commands/vacuum.c, vacuum
        _refused("VACUUM", "", "VACUUM", "Leave it out, or write ANALYZE alone."),
        # commands/indexcmds.c, ExecReindex and ReindexMultipleTables
        _refused(
            "REINDEX",
            r"\( (?:[^)]* )?CONCURRENTLY\b(?! (?:FALSE|OFF|0))|(?:\( [^)]*\) )?\w+ CONCURRENTLY\b",
            "REINDEX CONCURRENTLY",
            _CONCURRENTLY,
        ),
        _refused(
            "REINDEX",
            r"(?:\( [^)]*\) )?(?:DATABASE|SCHEMA|SYSTEM)",
            "REINDEX of a database or a schema",
            "Leave it out: indexes that the scripts make need none.",
        ),
        # commands/cluster.c, cluster
        _refused(
            "CLUSTER", r"(?:VERBOSE|\( [^)]*\))?$", "CLUSTER of all tables", "Name the table."
        ),
        # commands/discard.c, DiscardAll
        _refused("DISCARD", "ALL", "DISCARD ALL", "Leave it out: each script begins afresh."),
        # commands/tablecmds.c, ATPrepCmd
        _refused(
            "ALTER",
            r"TABLE .*\bDETACH PARTITION .*\bCONCURRENTLY\b",
            "DETACH PARTITION CONCURRENTLY",
            _CONCURRENTLY,
        ),
        # commands/subscriptioncmds.c, CreateSubscription, AlterSubscription, DropSubscription
        _refused(
            "CREATE",
            rf"SUBSCRIPTION\b(?!.*\b(?:CREATE_SLOT|CONNECT) {_FALSE})",
            "CREATE SUBSCRIPTION with a new slot",
            "Add WITH (create_slot = false), and make the slot on the publisher.",
        ),
        _refused(
            "ALTER",
            rf"SUBSCRIPTION \S+ (?:REFRESH|(?:SET|ADD|DROP) PUBLICATION(?!.*\bREFRESH {_FALSE}))",
            "ALTER SUBSCRIPTION with refresh",
            "Add WITH (refresh = false).",
        ),
        _refused(
            "ALTER",
            r"SUBSCRIPTION \S+ SET \( .*\b(?:TWO_PHASE|FAILOVER)\b",
            "ALTER SUBSCRIPTION of two_phase or failover",
            "Give the option to CREATE SUBSCRIPTION.",
            "warning",
        ),
        _refused(
            "DROP",
            "SUBSCRIPTION",
            "DROP SUBSCRIPTION with a slot",
            "Before it, write ALTER SUBSCRIPTION … SET (slot_name = NONE).",
            "warning",
        ),
        # commands/variable.c, check_transaction_isolation and its neighbours
        Rule(
            ("SET",),
            r"TRANSACTION .*\b(?:SERIALIZABLE|REPEATABLE READ|READ ONLY|DEFERRABLE|SNAPSHOT)\b",
            "SET TRANSACTION would change the one transaction of the run",
            _NO_EFFECT,
            "refused after the first query (25001), or nothing could be written any more",
            f"Leave it out. {_OUTSIDE}",
        ),
        # The guard counts by it what is deleted.
        Rule(
            ("SET",),
            r'(?:SESSION |LOCAL )?"?(?i:track_counts)\b',
            "SET track_counts would blind the guard against lost rows",
            "nothing is guarded",
            "refused by the runner: rows could be deleted unseen",
            f"Leave it out. {_OUTSIDE}",
        ),
        _differs(
            "SET",
            "LOCAL ",
            "SET LOCAL is in effect on the target only",
            _NO_EFFECT,
            _IN_EFFECT,
            "Leave it out, or write SET to have it in both.",
        ),
        _differs(
            "SET",
            r"CONSTRAINTS .*\bDEFERRED\b",
            "SET CONSTRAINTS is in effect on the target only",
            _NO_EFFECT,
            _IN_EFFECT,
            "Leave it out.",
        ),
        _differs(
            "SET",
            # 0, which pg_dump writes, is passed over: see step_filters.with_lock_timeout
            r"(?:SESSION )?LOCK_TIMEOUT\b(?! (?:=|TO) (?:0|'0'|DEFAULT)$)",
            "the script sets lock_timeout, which is the runner's --lock-timeout",
            "there is nobody to wait for",
            "up to the end of the script a lock is waited for as long as this says",
            "Leave it out, unless the wait is wanted.",
        ),
        # access/transam/xact.c, RequireTransactionBlock
        _differs(
            "SAVEPOINT RELEASE LOCK",
            "",
            "this statement works in a transaction only",
            "refused, as psql is in none (25P01)",
            "it runs",
            "Leave it out.",
        ),
    )
)
