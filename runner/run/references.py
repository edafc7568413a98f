"""The references of a run: that of the target, and one for each other database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg.conninfo import make_conninfo

from runner.connect import session
from runner.connect.queries import fetch, first_rows, statement
from runner.reference.spec import database_properties
from runner.verify.verifier import Verifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import ExitStack

    from runner.execute.shared import Shared
    from runner.reference.spec import DatabaseProperties, ReferenceSpec
    from runner.run.context import RunContext
    from runner.run.database_run import DatabaseRun


_DATABASES = "SELECT d.datname::pg_catalog.text FROM pg_catalog.pg_database AS d"


class References:
    """Builds them for the verifiers of the databases; `others` are those of the other databases."""

    def __init__(
        self,
        ctx: RunContext,
        spec: ReferenceSpec,
        stack: ExitStack,
        home: DatabaseRun,
        others: dict[str, Verifier],
    ) -> None:
        self._ctx = ctx
        self._spec = spec
        self._stack = stack
        self._home = home
        self._others = others

    def start(self) -> None:
        """Begins to build them. Raises Refused when there can be none."""
        self._home.verifier = self._verifier(self._spec)
        self._start_others()

    def restart(self) -> None:
        """Before another attempt of the run."""
        if self._home.verifier is not None:
            self._home.verifier.restart()
            self._start_others()

    def _start_others(self) -> None:
        """Those of the other databases, as far as that of the target tells which these are."""
        verifier = self._home.verifier
        if verifier is None or not self._ctx.prepared.outline.may_be_several:
            return
        for name, other in other_specs(self._ctx, self._spec, verifier.visited()):
            if name not in self._others:
                self._others[name] = self._verifier(other)

    def _verifier(self, spec: ReferenceSpec) -> Verifier:
        verifier = Verifier(spec, self._stack, self._ctx.prepared.shared)
        self._ctx.stop.on_request(verifier.release)
        verifier.start(awaits_run=not all(one.is_known for one in self._ctx.prepared.checked))
        return verifier


def other_specs(
    ctx: RunContext, home: ReferenceSpec, visited: Mapping[str, Shared | None]
) -> Iterator[tuple[str, ReferenceSpec]]:
    r"""Yields each database of a `\connect` with what its reference is built from.

    `visited` has the CREATE DATABASE of those that the scripts make. One that exists already is
    not made; one that is neither there nor made is left to the error of its `\connect`.
    """
    existing = {name for (name,) in fetch(ctx.session, _DATABASES)}
    for name, create in visited.items():
        if name in existing:
            properties = _properties(ctx, name, home.properties)
            yield name, home._replace(part=name, properties=properties)
        elif create is not None:
            properties = home.properties._replace(schemas=(), settings=())
            yield name, home._replace(part=name, create=create, properties=properties)


def _properties(ctx: RunContext, name: str, home: DatabaseProperties) -> DatabaseProperties:
    """Those of an existing database; the reference belongs to the run's own session."""
    conninfo = make_conninfo(ctx.session.conninfo_alike(), dbname=name)
    timeout = ctx.settings.connect_timeout
    with session.connect(conninfo, connect_timeout=timeout, observer=ctx.observer) as conn:
        (row,) = first_rows(conn, statement("reference/target"))
        found = database_properties(row, conn)
    return found._replace(pid=home.pid, is_direct=home.is_direct)
