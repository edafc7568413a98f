"""Reference databases: created with the properties and extensions of the target, and dropped.

A reference that a killed run has left behind is recognised by its name, its age and the absence of
sessions. The session that owns one has its name as application_name. Behind a pooler another client
may be given that session, so the name also contains the server process of the run.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from psycopg import Connection, errors, sql
from psycopg.rows import TupleRow

from runner.catalog.shapes import CRON, CRON_JOBS
from runner.catalog.snapshot import Snapshot
from runner.connect.queries import SET_PATH, all_rows, fetch, statement
from runner.connect.server_info import ServerInfo
from runner.psql.sql_text import catalog_name
from runner.reference.spec import PREFIX, DatabaseProperties, ReferenceSpec

_NAME = rf"^{PREFIX}[0-9]{{10}}_[0-9]+_[0-9a-f]{{8}}$"
# Seconds. The owner of a younger database may not have connected to it yet.
_MINIMUM_AGE = 1.0
_POLL_INTERVAL, _POLLS = 0.002, 10  # in seconds
_SESSIONS = "SELECT pid FROM pg_catalog.pg_stat_activity WHERE datname = {}"
_END_SESSIONS = _SESSIONS.replace("pid", "pg_catalog.pg_terminate_backend(pid)", 1)
# Commands that are left out where a schema stands in for the extension.
ON_CRON = rf'(?:CREATE|ALTER|DROP|COMMENT ON) EXTENSION (?:IF (?:NOT )?EXISTS )?(?i:"?{CRON}\b)'


def claim_name(conn: Connection[TupleRow], pid: int) -> tuple[str, ServerInfo, sql.SQL]:
    """Choose a name by the server's clock and set it as application_name. One round trip.

    `pid` is the server process that runs the scripts; 0 when it belongs to another server. Returns
    the facts of this server too, and the option of CREATE DATABASE that copies the template faster.
    """
    suffix = f"{pid}_{secrets.token_hex(4)}"
    claim = statement("reference/claim").format(prefix=PREFIX, suffix=suffix)
    found, (claimed, fsync) = all_rows(conn, f"{SET_PATH}{statement('connect/server_info')}{claim}")
    # To copy the files is faster if the server does not wait for the disk.
    copies_files = fsync == "off" and conn.info.server_version >= 150000
    return claimed, ServerInfo.of(found), sql.SQL("STRATEGY file_copy" if copies_files else "")


@contextmanager
def new_database(conn: Connection[TupleRow], template: str = "template0") -> Iterator[str]:
    """Yield the name of a new database, which is dropped at the end.

    If this process is killed, a later run drops it: its name is the application_name of `conn` up
    to the next new database.
    """
    name, _, strategy = claim_name(conn, 0)
    command = sql.SQL("CREATE DATABASE {} TEMPLATE {} {}")
    conn.execute(command.format(sql.Identifier(name), sql.Identifier(template), strategy))
    try:
        if template != "template0":
            query = sql.SQL(statement("reference/not_copied")).format(name=name, template=template)
            for (more,) in fetch(conn, query):
                conn.execute(more.encode())
        yield name
    finally:
        drop_database(conn, name)


def create_database(
    conn: Connection[TupleRow], name: str, target: DatabaseProperties, strategy: sql.SQL
) -> None:
    """Create an empty database like the target, with the settings that can be set here."""
    command = sql.SQL("CREATE DATABASE {} TEMPLATE template0 {} {}")
    conn.execute(command.format(sql.Identifier(name), sql.SQL(target.options), strategy))
    for one in target.settings:
        setting, value = one.split("=", 1)
        try:  # only the server can split a list of names
            conn.execute(
                sql.SQL(
                    "BEGIN; SELECT pg_catalog.set_config({}, {}, true);"
                    " ALTER DATABASE {} SET {} FROM CURRENT; COMMIT"
                ).format(setting, value, sql.Identifier(name), sql.Identifier(*setting.split(".")))
            )
        except errors.DatabaseError:
            conn.rollback()


def drop_database(conn: Connection[TupleRow], name: str) -> None:
    """Drop the database; terminate sessions that do not end by themselves, such as a pooler's.

    Our own session may be about to end. It is waited for here, a few milliseconds at a time: the
    server checks only every 100 ms (CountOtherDBBackends in src/backend/storage/ipc/procarray.c).
    """
    for _ in range(_POLLS):
        if not fetch(conn, sql.SQL(_SESSIONS).format(name)):
            break
        time.sleep(_POLL_INTERVAL)
    try:
        _drop(conn, name)
    except errors.ObjectInUse:
        fetch(conn, sql.SQL(_END_SESSIONS).format(name))
        _drop(conn, name)


def _drop(conn: Connection[TupleRow], name: str) -> None:
    """Drop the database, also if the scripts made it a template."""
    command = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    try:
        conn.execute(command)
    except errors.WrongObjectType:
        conn.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(sql.Identifier(name)))
        conn.execute(command)


def drop_abandoned(conn: Connection[TupleRow]) -> None:
    """Drop the references of killed runs that this role may drop, unless another run does."""
    query = sql.SQL(statement("reference/abandoned"))
    for (name,) in fetch(conn, query.format(name=_NAME, minimum_age=_MINIMUM_AGE)):
        with suppress(errors.DatabaseError):
            _drop(conn, name)


def has_extension(spec: ReferenceSpec, name: str) -> bool:
    """Return whether the target has an extension, or the scripts create it.

    A schema stands in for pg_cron, which only one database can have.
    """
    return name in {found for found, _, _ in spec.properties.extensions} | spec.facts.extensions


def extension_commands(spec: ReferenceSpec) -> Iterator[str]:
    """Yield the commands for extensions of the target that the scripts do not create themselves."""
    own = {*spec.facts.own_extensions, CRON}
    given = [one for one in spec.properties.extensions if one[0] not in own]
    if given:
        yield _created(given)
    if has_extension(spec, CRON):
        database = sql.Literal(spec.target.dbname).as_string()
        yield statement("reference/pg_cron") % {"database": database}


def committed_commands(spec: ReferenceSpec) -> Iterator[str]:
    """Yield the commands for Citus that are committed before BEGIN.

    Citus connects to its own server. These connections see nothing of an open transaction, and
    nothing of them outlives the database.
    """
    if citus := [one for one in spec.properties.extensions if one[0] == "citus"]:
        yield from ("BEGIN;", _created(citus), "COMMIT;")


def _created(extensions: Sequence[tuple[str, str, str]]) -> str:
    listed = sql.Literal(json.dumps(extensions)).as_string()
    return statement("reference/extensions") % {"extensions": listed}


def without_extensions(spec: ReferenceSpec, snapshot: Snapshot) -> Snapshot:
    """Return the catalog without extensions that only the target has, and the stand-in for pg_cron.

    The jobs stay among the rows to compare.
    """
    created = spec.facts.extensions | spec.facts.own_extensions
    given = {name for name, _, _ in spec.properties.extensions} - created
    objects = {
        key: entry
        for key, entry in snapshot.objects.items()
        if not (key.object == "extension" and catalog_name(key.name) in given)
    }
    if not has_extension(spec, CRON):
        return snapshot._replace(objects=objects)
    objects = {k: one for k, one in objects.items() if not f"{k.name}.".startswith("cron.")}
    tables = [table for table in snapshot.tables if not table.name.startswith("cron.")]
    feeds = [feed for feed in snapshot.feeds if not feed.table.startswith("cron.")]
    return snapshot._replace(objects=objects, tables=(*tables, CRON_JOBS), feeds=tuple(feeds))
