"""What to do about an error that the server gave to a statement of the scripts. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches

from runner.check.definitions import defined
from runner.check.dialects import by_code, foreign_words
from runner.check.failed_statement import Facts, FailedStatement
from runner.check.syntax_hints import (
    misplaced_quotes,
    number_of_values,
    odd_character,
    of_the_grammar,
    text_as_name,
    unset_variable,
)
from runner.errors import RunnerError
from runner.psql.sql_text import catalog_name, tokens

# Settings and options that a dump sets, and who writes them.
_SETTINGS = {
    "transaction_timeout": "PostgreSQL 17 and later have it",
    "default_toast_compression": "PostgreSQL 14 and later have it",
    "pg_attver": "pg_dump of Debian's PostgreSQL 15.20 writes it",
}
_ACTS = re.compile("(?i)(?:set|member of) role")
_SKIPPED = "DO $$ BEGIN CREATE {} …; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
# By the kind of an object that exists already; any other kind is dropped before.
_INSTEAD = {
    **dict.fromkeys(("view", "function", "procedure", "aggregate"), "CREATE OR REPLACE {}"),
    **dict.fromkeys(
        ("index", "sequence", "schema", "extension", "server", "statistics"),
        "CREATE {} IF NOT EXISTS",
    ),
    "table": "CREATE TABLE IF NOT EXISTS, or DROP TABLE IF EXISTS before it.",
    **dict.fromkeys(("type", "domain", "role"), _SKIPPED),
}
_TYPES = (
    "bigint", "bigserial", "boolean", "bytea", "char", "date", "decimal", "integer", "interval",
    "json", "jsonb", "numeric", "plpgsql", "real", "serial", "smallint", "text", "time",
    "timestamp", "timestamptz", "uuid", "varchar",
)  # fmt: skip
_CLOCK = (
    r"\bDEFAULT\s+\(*(?:pg_catalog\.)?(?:now|current_timestamp|localtimestamp"
    r"|transaction_timestamp|txid_current|pg_current_xact_id)\b"
)


def remedy(error: RunnerError, facts: Callable[[], Facts]) -> str | None:
    """The hint for an error that has its `statement`; None when nothing is known.

    `facts` are asked for only when they are needed.
    """
    rules = (*_RULES.get(error.sqlstate or "", ()), by_code)
    failed = FailedStatement(error, facts)
    return next(filter(None, (rule(failed) for rule in rules)), None)


def _skipped_column(failed: FailedStatement) -> str | None:
    """A column that stands in a CREATE TABLE IF NOT EXISTS which did nothing."""
    for one, text in failed.facts().made if failed.names else ():
        column, lower = failed.names[0], text.lower().decode("utf-8", "replace")
        is_named = one.name in (*failed.names[1:], *failed.joined.lower().split())
        skips = one.kind == "table" and "if not exists" in lower
        if skips and is_named and re.search(rf"\b{re.escape(column)}\b", lower):
            return (
                f"{one.name} is there already without {column}, so {one.script}:{one.line} did"
                f" nothing. Write ALTER TABLE {one.name} ADD COLUMN IF NOT EXISTS {column} …"
            )
    return None


def _missing(failed: FailedStatement) -> str | None:
    """An object that is made later, elsewhere, or under another name."""
    if not failed.names:
        return None
    name = failed.names[0]
    if one := failed.made(name):
        where, later = f"{one.script}:{one.line}", failed.is_later(one)
        if not later:
            lost = (
                ", but not in a schema of search_path, or it was dropped" if later is False else ""
            )
            return f"{name} is made in {where}{lost}."
        if one.script != failed.place.script:
            return f"{name} is made later, in {where}. Scripts run in the order of their names."
        return f"{name} is made later, in {where}. Move that before this statement."
    known = {one.name: f", made in {one.script}:{one.line}" for one in failed.like()}
    if failed.sqlstate == "42704" and not failed.lacks_role:
        known |= dict.fromkeys(_TYPES, "")
    return _near(name, known)


def _near(name: str, known: Mapping[str, str]) -> str | None:
    """The known name that is most alike, with its place."""
    near = [*(n for n in known if n.lower() == name), *get_close_matches(name, known, 1, 0.75)]
    if not near or near[0] == name:
        return None
    quoted = near[0] if near[0].islower() else f'"{near[0]}"'
    return f"Did you mean {quoted}{known[near[0]]}?"


def _column(failed: FailedStatement) -> str | None:
    """A column that has another name in the table that the scripts make."""
    for one, text in failed.facts().made if failed.names else ():
        if one.kind == "table" and one.name in (*failed.names[1:], *failed.joined.lower().split()):
            words = [token.text for token in tokens(text) if token.kind in ("word", "name")]
            names = (catalog_name(word.decode("utf-8", "replace")) for word in words)
            if near := _near(failed.names[0], dict.fromkeys(names, f", of {one.name}")):
                return near
    return None


def _setting(failed: FailedStatement) -> str | None:
    who = next((_SETTINGS[name] for name in failed.names if name in _SETTINGS), None)
    return who and f"{who}: leave the line out."


def _exists(failed: FailedStatement) -> str | None:
    """Where it was made, or when it was applied, and what to write instead."""
    if failed.sqlstate == "42701" and failed.joined.startswith("CREATE TABLE "):
        return None
    kind, name, on = defined(failed.text.lstrip()) or ("", "", "")
    name = name or "".join(failed.names[:1])
    if kind == "role" or failed.message.startswith("role "):
        kind = "role"
        where = "Roles belong to the server, and pg_dumpall writes all of them: leave it out, or"
    elif (one := failed.made(name)) and failed.is_later(one) is False:
        where = f"{name} was first made in {one.script}:{one.line}."
    else:
        where = f"{name} was there before this run{failed.facts().applied}."
    instead = _INSTEAD.get("" if "MATERIALIZED" in failed.joined else kind)
    if " ADD COLUMN " in failed.joined:
        instead = "ADD COLUMN IF NOT EXISTS"
    if instead is None:
        table = f" ON {on}" if on else ""
        return f"{where} Drop it before: DROP {kind.upper() or '…'} IF EXISTS {name}{table};"
    verb = "write" if where.endswith("or") else "Write"
    return f"{where} {verb} {instead.format(kind.upper())}"


def _stands_still(failed: FailedStatement) -> str | None:
    """A key that the default of a column makes the same for all rows of the run."""
    columns = re.findall(r"\w+", failed.detail.partition("=")[0])
    for one, text in failed.facts().made if failed.detail else ():
        for column in columns if one.name in failed.joined.lower() else ():
            if re.search(
                rf"\b{column}\b[^,]*{_CLOCK}", text.decode("utf-8", "replace"), re.IGNORECASE
            ):
                return (
                    "now() and the number of the transaction are the same in all statements of the"
                    f" run: give {column} values, or for a time DEFAULT clock_timestamp()."
                )
    return None


def _own_role(failed: FailedStatement) -> str | None:
    """A role that the scripts make, and which this one may not act for."""
    name = failed.names[0] if failed.names and _ACTS.search(failed.message) else ""
    is_made = re.search(rb"(?i)\bcreate\s+(?:role|user|group)\b", failed.text) or any(
        one.kind == "role" and one.name == name for one in failed.like()
    )
    quoted = name if re.fullmatch("[a-z_][a-z0-9_]*", name) else f'"{name}"'
    return f"Write after CREATE ROLE: GRANT {quoted} TO CURRENT_USER;" if name and is_made else None


def _database(_failed: FailedStatement) -> str | None:
    return 'In the scripts, :"DBNAME" is the name of the target\'s database.'


_NAMES = (odd_character, foreign_words, misplaced_quotes)
_RULES: dict[str, tuple[Callable[[FailedStatement], str | None], ...]] = {
    "42601": (*_NAMES, unset_variable, number_of_values, of_the_grammar),
    "42703": (*_NAMES, text_as_name, _skipped_column, _column),
    **dict.fromkeys(("42P01", "42704", "42883", "3F000"), (*_NAMES, _setting, _missing)),
    **dict.fromkeys(("0A000", "42725", "42804"), (foreign_words,)),
    "22023": (_setting,),
    **dict.fromkeys(("42P07", "42710", "42723", "42P06", "42701"), (_exists,)),
    "3D000": (_database,),
    "42501": (_own_role,),
    "23505": (_stands_still,),
}
