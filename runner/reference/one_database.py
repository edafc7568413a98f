"""What scripts do in one of several databases, run in the reference of that one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.connect.queries import fetch

if TYPE_CHECKING:
    from runner.connect.session import Session
    from runner.execute.execution import RunningScript, Where
    from runner.execute.shared import Shared
    from runner.psql.steps import Connect


class OneDatabase:
    r"""Passes over what the scripts do elsewhere, but not to roles: all databases share these.

    `home` is the database of the target, `part` the one whose statements run on `conn`. No
    database is made: `visited` are those of each `\connect`, with their CREATE DATABASE: of a copy
    that of what it is copied from. That of `part` is `create`: what is done before in the databases
    that it copies, is done in `part`.
    """

    def __init__(self, conn: Session, home: str, part: str, create: Shared | None = None) -> None:
        self._create = create
        self.visited: dict[str, Shared | None] = {}
        self._created: dict[str, Shared] = {}
        self._conn = conn
        self._home = home
        self._part = part
        self._sources = set(create.sources if create else ())

    def connect(self, name: str, step: Connect | None) -> tuple[Session, None] | None:
        """See execute.execution.Databases."""
        name = self._known(name)
        if step is not None and name != self._home:
            self.visited.setdefault(name, self._created.get(name))
        return (self._conn, None) if name in (self._part, *self._sources) else None

    def _known(self, name: str) -> str:
        """As the target has it: scripts may ask for current_database()."""
        return name.replace(self._conn.info.dbname, self._home)

    def _with_sources(self, shared: Shared) -> Shared:
        template = shared.template or ""
        source = self._created.get(template)
        return source._replace(sources=(*source.sources, template)) if source else shared

    def share(self, shared: Shared, progress: RunningScript | None) -> Where | None:  # noqa: ARG002, it shows none
        """See execute.execution.Databases. What is about the database is about its reference."""
        names = tuple(map(self._known, shared.database_names))
        is_ours = names == (self._part,) and self._part != self._home
        if names and shared.verb == b"CREATE":
            if names[0] in (self._part, *self._sources):
                self._sources.discard(self._known(shared.template or ""))
            ((role,),) = fetch(self._conn, "SELECT CURRENT_USER::pg_catalog.text")
            if role != self._conn.info.user:
                shared = shared._replace(creator=role)
            self._created.setdefault(names[0], self._with_sources(shared))
            owner = (self._create or shared).owned_by(self._conn.info.dbname)
            return (None, owner) if owner and is_ours else None
        if is_ours and shared.verb != b"DROP":
            return None, shared.renamed(self._conn.info.dbname)
        if (shared.verb == b"DROP" and names) or not self._created.keys().isdisjoint(names):
            return None
        return None, shared.statement
