"""Statements that the one transaction of a run cannot hold, or that mean something else in it.

Those that PostgreSQL refuses are the callers of PreventInTransactionBlock in src/backend, of
versions 12 to 18; the comments name their files. CALL and DO can end a transaction, too; for CALL
only a run shows it.
"""

from __future__ import annotations

from runner.check.rule import Rule, Severity, indexed
from runner.psql.sql_text import refused_control

TABLESPACE = "Leave tablespaces out: the target decides where data is stored."
_CONCURRENTLY = "Leave out CONCURRENTLY: no other session uses the table during the run."
_FALSE = r"= '?(?:FALSE|OFF|0|NONE)\b"
_OUTSIDE = "To run the scripts as psql does, use --transaction none."


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
        _refused("CREATE DROP", r"TABLESPACE\b", "CREATE or DROP TABLESPACE", TABLESPACE),
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
            TABLESPACE,
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
            "Leave it out: indexes that the scripts have just created need no rebuild.",
        ),
        # commands/cluster.c, cluster
        _refused(
            "CLUSTER", r"(?:VERBOSE|\( [^)]*\))?$", "CLUSTER of all tables", "Name the table."
        ),
        # commands/discard.c, DiscardAll
        _refused(
            "DISCARD",
            "ALL",
            "DISCARD ALL",
            "Leave it out: the runner resets the session for each script.",
        ),
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
        _refused("SET", r"TRANSACTION SNAPSHOT\b", "SET TRANSACTION SNAPSHOT", "Leave it out."),
        # The guard counts deleted rows by these statistics.
        Rule(
            ("SET",),
            r'(?:SESSION |LOCAL )?"?(?i:track_counts)\b',
            "SET track_counts would hide deleted rows from the guard",
            "it runs: nothing is guarded",
            "refused by the runner: deleted rows would not be noticed",
            f"Leave it out. {_OUTSIDE}",
        ),
        _differs(
            "SET",
            # 0, which pg_dump writes, is passed over: see step_filters.with_lock_timeout
            r"(?:SESSION )?LOCK_TIMEOUT\b(?! (?:=|TO) (?:0|'0'|DEFAULT)$)",
            "the script sets lock_timeout, which is the runner's --lock-timeout",
            "no other session holds a lock",
            "until the end of the script this setting limits how long a lock is waited for",
            "Leave it out, unless you want this limit.",
        ),
        # access/transam/xact.c, RequireTransactionBlock
        _differs(
            "SAVEPOINT RELEASE LOCK",
            "",
            "this statement works only in a transaction",
            "refused (25P01): psql is not in a transaction",
            "it runs",
            "Leave it out.",
        ),
    )
)

ENDS_IN_BODY = Rule(
    ("DO",),
    "",
    "a DO block with COMMIT or ROLLBACK cannot run in a transaction",
    "psql sends it by itself, and it runs",
    "refused when the block reaches it (2D000)",
    f"Leave them out. {_OUTSIDE}",
    "warning",
)


def control_rule(control: bytes) -> Rule:
    """Gives the rule that transaction control in a script breaks."""
    return Rule(
        (),
        "",
        refused_control(control),
        "psql sends it, and the script has transactions of its own",
        "refused: all scripts are one transaction, which the runner commits",
        f"Write BEGIN and COMMIT as statements of their own. {_OUTSIDE}",
    )


LEFT_OPEN = _differs(
    "",
    "",
    "the script ends in an open transaction",
    "rolled back: psql disconnects at the end of the script",
    "rolled back, too",
    "Add COMMIT at the end of the script, or remove its BEGIN.",
)
