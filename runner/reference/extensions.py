"""The extensions that a reference database gets before the scripts run in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from psycopg import sql

from runner.catalog.shapes import CRON, CRON_JOBS
from runner.catalog.snapshot import Snapshot
from runner.connect.queries import statement
from runner.psql.sql_text import catalog_name
from runner.reference.spec import ReferenceSpec

# Commands that are left out where a schema stands in for the extension.
ON_CRON = rf'(?:CREATE|ALTER|DROP|COMMENT ON) EXTENSION (?:IF (?:NOT )?EXISTS )?(?i:"?{CRON}\b)'

_REPLICAS = re.compile(
    rb"(?i)(\bcitus\.shard_replication_factor['\"]?\s*(?:=|\bto\b|,)\s*'?)[0-9]+"
)


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


def with_one_replica(text: bytes) -> bytes:
    """Replace the value of citus.shard_replication_factor by 1, the limit of a single server."""
    return _REPLICAS.sub(rb"\g<1>1", text)


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
