"""Statements that only a superuser may run, as the user of the image is one.

Amazon Aurora has no superuser; its rds_superuser may run some of these. A superuser may run all of
them, so `apply` leaves the refusal to the target.
"""

from __future__ import annotations

import re

from runner.check.rule import Command, Rule, Severity, indexed
from runner.check.transaction_rules import TABLESPACE

_DOCKER = "the image's user is a superuser, and it runs"
_TARGET = "refused without a superuser (42501); Amazon Aurora has none"
_CONFIGURE = "Leave it to the configuration of the server."
_SEE = "Check what the target allows."

# pg_settings.context is `superuser`: PGC_SUSET in src/backend/utils/misc/guc_tables.c.
_SETTINGS = (
    "allow_in_place_tablespaces allow_system_table_mods backtrace_functions commit_delay"
    " compute_query_id deadlock_timeout dynamic_library_path event_triggers"
    " extension_control_path ignore_checksum_failure lc_messages lo_compat_privileges"
    " log_duration log_error_verbosity log_executor_stats log_lock_failures log_lock_waits"
    " log_min_duration_sample log_min_duration_statement log_min_error_statement"
    " log_min_messages log_parameter_max_length log_parser_stats log_planner_stats"
    " log_replication_commands log_statement log_statement_sample_rate log_statement_stats"
    " log_temp_files log_transaction_sample_rate max_stack_depth session_preload_libraries"
    " temp_file_limit track_activities track_cost_delay_timing track_counts track_functions"
    " track_io_timing track_wal_io_timing update_process_title wal_compression"
    " wal_init_zero wal_recycle zero_damaged_pages"
)
_SETTING = rf'"?(?i:{"|".join(_SETTINGS.split())})\b'
_ROUTINE = "FUNCTION|PROCEDURE|ROUTINE"
_REPLICATION_ROLE = r'"?(?i:session_replication_role)\b'
# `trusted = true` in their control files: the right to CREATE in the database is enough.
_TRUSTED = (
    "bool_plperl btree_gin btree_gist citext cube dict_int fuzzystrmatch hstore intarray isn"
    " jsonb_plperl lo ltree pg_trgm pgcrypto plperl plpgsql pltcl seg tablefunc tcn"
    " tsm_system_rows tsm_system_time unaccent uuid-ossp"
)
_UNTRUSTED_LANGUAGE = r"['\"]?(?i:c|internal|plpython[23]?u|plperlu|pltclu|plr|plsh|pljavau)\b"
# Their owner is the superuser of initdb: CREATE CAST asks for the ownership of one of its types.
_BUILT_IN = (
    r"(?:PG_CATALOG \. )?(?:BIGINT|BOOL|BOOLEAN|BYTEA|(?:CHAR|CHARACTER|VARCHAR)(?: VARYING)?|CIDR"
    r"|DATE|DECIMAL|DOUBLE PRECISION|FLOAT[48]|INET|INT[248]?|INTEGER|INTERVAL|JSONB?|NUMERIC"
    r"|REAL|SMALLINT|TEXT|TIME|TIMESTAMP|TIMESTAMPTZ|UUID|XML)(?: WITH(?:OUT)? TIME ZONE)?"
)


def _needs(first: str, rest: str, what: str, rewrite: str, severity: Severity = "error") -> Rule:
    return _rule(first, rest, f"{what} needs a superuser", _TARGET, rewrite, severity)


def _rule(
    first: str, rest: str, message: str, target: str, rewrite: str, severity: Severity = "error"
) -> Rule:
    words = tuple(first.split())
    return Rule(words, rest, message, _DOCKER, target, rewrite, severity, rights=True)


_ROLE_SETTING = _rule(
    "SET",
    rf"(?:SESSION |LOCAL )?{_REPLICATION_ROLE}",
    "session_replication_role needs a superuser",
    "refused without a superuser (42501); on Amazon Aurora rds_superuser may",
    "Order the rows so that foreign keys hold, or add the keys after the rows.",
)
_ANY_SETTING = _needs("SET", rf"(?:SESSION |LOCAL )?{_SETTING}", "this setting", _CONFIGURE)

RIGHTS_RULES = indexed(
    (
        _needs("ALTER", r"SYSTEM\b", "ALTER SYSTEM", _CONFIGURE),
        _needs(
            "CREATE DROP",
            r"TABLESPACE\b",
            "CREATE or DROP TABLESPACE",
            TABLESPACE,
        ),
        _needs("LOAD", "", "LOAD", _CONFIGURE),
        _ROLE_SETTING,
        _ANY_SETTING,
        _needs(
            "ALTER",
            rf"(?:DATABASE|ROLE|USER|{_ROUTINE}) .*\bSET (?:{_SETTING}|{_REPLICATION_ROLE})",
            "this setting",
            _CONFIGURE,
        ),
        _needs(
            "SET",
            r"(?:(?:SESSION|LOCAL) )?SESSION AUTHORIZATION (?!DEFAULT\b)",
            "SET SESSION AUTHORIZATION",
            "Use SET ROLE, with a role that the target's user is a member of.",
        ),
        _needs(
            "CREATE",
            r"(?:OR REPLACE )?(?:TRUSTED )?(?:PROCEDURAL )?LANGUAGE"
            r" (?!['\"]?(?i:plpgsql|plperl|pltcl)\b)",
            "CREATE LANGUAGE",
            "Use PL/pgSQL, or CREATE EXTENSION where the target has the language.",
        ),
        _needs(
            "CREATE",
            rf"(?:OR REPLACE )?(?:FUNCTION|PROCEDURE) .*\bLANGUAGE {_UNTRUSTED_LANGUAGE}",
            "a function in an untrusted language",
            "Write it in SQL or PL/pgSQL.",
        ),
        _needs(
            "DO",
            rf"(?:.* )?LANGUAGE {_UNTRUSTED_LANGUAGE}",
            "a block in an untrusted language",
            "Write it in PL/pgSQL.",
        ),
        _needs(
            "CREATE",
            rf"(?:OR REPLACE )?(?:{_ROUTINE}) (?:(?!BEGIN ATOMIC\b).)*"
            rf"\bSET (?:{_SETTING}|{_REPLICATION_ROLE})",
            "this setting",
            _CONFIGURE,
        ),
        _rule(
            "CREATE",
            rf"EXTENSION (?>IF NOT EXISTS |)(?!\"?(?i:{'|'.join(_TRUSTED.split())})(?:\"| |$))",
            "this extension is not a trusted one",
            "only a superuser may create it; Amazon Aurora has a list of extensions that it allows",
            "Check pg_available_extensions on the target.",
            "warning",
        ),
        _rule(
            "COMMENT",
            r'ON EXTENSION "?(?i:plpgsql)\b',
            "only the owner of plpgsql may comment on it",
            "refused (42501): plpgsql belongs to the superuser who initialized the server",
            "Leave it out.",
            "warning",
        ),
        _needs(
            "CREATE ALTER",
            r"(?:ROLE|USER|GROUP) (?!MAPPING)(?:(?! (?:IN|ROLE|USER|ADMIN|RENAME|SET|RESET) ).)*"
            r" (?:SUPERUSER|REPLICATION|BYPASSRLS)\b",
            "a role with SUPERUSER, REPLICATION or BYPASSRLS",
            "Leave the attribute out, and grant the privileges that the role needs.",
        ),
        _needs(
            "CREATE",
            r"(?:ACCESS METHOD|OPERATOR CLASS|OPERATOR FAMILY|TEXT SEARCH PARSER"
            r"|TEXT SEARCH TEMPLATE|FOREIGN DATA WRAPPER)\b",
            "this CREATE",
            "Use an extension that the target has.",
        ),
        _needs(
            "CREATE",
            r"CAST .*\bWITHOUT FUNCTION",
            "CREATE CAST WITHOUT FUNCTION",
            "Use a function.",
        ),
        _needs(
            "CREATE",
            rf"CAST \( {_BUILT_IN} AS {_BUILT_IN} \)",
            "a cast between types that are not the scripts' own",
            "Cast where the values are used, or to a type of your own.",
        ),
        _needs("CREATE", r"TYPE .*\bINPUT =", "a new base type", "Use CREATE DOMAIN."),
        _needs(
            "CREATE",
            r"PUBLICATION .*\bFOR (?:ALL TABLES|TABLES IN SCHEMA)\b",
            "a publication of all tables",
            "Name the tables: FOR TABLE ….",
            "warning",
        ),
        _needs("CREATE", r"EVENT TRIGGER\b", "CREATE EVENT TRIGGER", _SEE, "warning"),
        _needs("CREATE", r"SUBSCRIPTION\b", "CREATE SUBSCRIPTION", _SEE, "warning"),
        _needs("CHECKPOINT", "", "CHECKPOINT", "Leave it out.", "warning"),
        _needs(
            "ALTER",
            r"TABLE .*\b(?:DISABLE|ENABLE|REPLICA|ALWAYS) TRIGGER ALL\b",
            "TRIGGER ALL on a table with foreign keys",
            "Write TRIGGER USER, and order the rows so that foreign keys hold.",
            "warning",
        ),
    )
)

# Of these, all users may call set_config. See src/backend/catalog/system_functions.sql.
_CALL = re.compile(
    rb"(?i)\b(?:pg_read_(?:binary_)?file|pg_ls_dir|pg_stat_file|lo_import|lo_export|set_config"
    rb"|pg_reload_conf|pg_rotate_logfile)"
    rb"\s*\("
)
_NAMES = (b"set_config", b"pg_", b"lo_import", b"lo_export")
_SHORT = 1 << 16
_SERVER_FILE = _rule(
    "",
    "",
    "a function that reads or writes files of the server needs a superuser",
    "refused without a superuser (42501), and the file does not exist there",
    "Put the data into the script, or load it with \\copy.",
)
_SERVER = _needs("", "", "a function that controls the server", _CONFIGURE)


def called(command: Command) -> Rule | None:
    """Gives the rule for a function that a command calls and only a superuser may."""
    # A long text is mostly data: its copy in lower case is not worth the time.
    text = command.lower if len(command.text) < _SHORT else command.text
    if not any(name in text for name in _NAMES) or not _CALL.search(command.text):
        return None
    found = command.tokens()
    for name, parenthesis, argument in zip(found, found[1:], found[2:], strict=False):
        if name.kind != "word" or parenthesis.text != b"(" or not _CALL.match(name.text + b"("):
            continue
        if name.text in (b"PG_RELOAD_CONF", b"PG_ROTATE_LOGFILE"):
            return _SERVER
        if name.text != b"SET_CONFIG":
            return _SERVER_FILE
        setting = argument.text.strip(b"'").decode("latin-1")
        for rule in (_ROLE_SETTING, _ANY_SETTING):
            if argument.kind == "string" and re.match(rule.pattern, setting):
                return rule
    return None
