"""What scripts do in one of several databases, run in the reference of that database."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

import psycopg
from psycopg import sql

from runner.adapt.shared_statements import UNFINISHED_MARK, Shared
from runner.connect.queries import fetch, statement
from runner.connect.session import Session
from runner.execute.execution import Databases, RunningScript, Where
from runner.psql.steps import Connect, Statement

# Owners, who may create in public since 15, and privileges.
_RIGHTS = re.compile(rb"(?is)(?:GRANT|REVOKE)\b|ALTER\b.*\bOWNER\s+TO\b")
# A schema, table, function, column or another object that does not exist.
_MISSING = frozenset({"3F000", "42P01", "42883", "42703", "42704"})


class VisitedDatabase(NamedTuple):
    r"""What the scripts do to a database that they connect to from another one.

    The CREATE DATABASE that makes it, the results of `\gexec` by their places, how often each
    connected database is dropped before, and the names that it has had.
    """

    create: Shared | None
    generated: Mapping[tuple[str, int], Sequence[Shared]]
    drops: Mapping[str, int]
    names: tuple[str, ...] = ()


class OneDatabase(Databases):
    r"""Leaves out what the scripts do in other databases, except statements about roles.

    All databases share the roles. `home` is the database of the target, `part` the one whose
    statements run on `conn`. No database is created: `visited` are the databases of each
    `\connect`. `own` is what is known of `part`. What precedes in databases that it copies runs in
    it as well, and nothing before its last DROP. Unless it `sees_others`, the scripts find no other
    databases in pg_database than a new container has.
    """

    def __init__(
        self,
        conn: Session,
        home: str,
        part: str,
        own: VisitedDatabase | None = None,
        *,
        sees_others: bool = True,
    ) -> None:
        self._own = own
        self._sees_others = sees_others
        self.visited: dict[str, VisitedDatabase] = {}
        self._created: dict[str, VisitedDatabase] = {}
        self._generated: dict[tuple[str, int], list[Shared]] = defaultdict(list)
        self._filled: set[str] = set()
        self._drops: Counter[str] = Counter()  # of databases with content
        self._conn = conn
        self._home = home
        self._part = part
        self.current = home  # by the name that the scripts know
        self._name = (*(own.names if own else ()), part)[0]  # of the part, by now
        self._sources = set(own.create.sources if own and own.create else ())

    def connect(self, name: str, step: Connect | None) -> tuple[Session, None] | None:
        self.current = name = self._known(name, self._home)
        if step is not None and name != self._home:
            there = VisitedDatabase(None, self._generated, {})
            self.visited.setdefault(name, self._created.get(name, there))
        self._filled.add(name)
        is_here = name in (self._name, *self._sources) and self._is_last(name)
        return (self._conn, None) if is_here else None

    def _is_last(self, name: str) -> bool:
        """Return whether that database is not dropped again."""
        return self._own is None or self._drops[name] >= self._own.drops.get(name, 0)

    def _known(self, text: str, name: str) -> str:
        """Return the text with `name` for that of a reference, which the scripts do not know."""
        own = self._conn.info.dbname
        return text if own == self._part else text.replace(own, name)

    def with_known_names(self, text: str) -> str:
        """See execute.execution.Databases: scripts may ask for current_database()."""
        return self._known(text, self.current)

    def run_shared(self, shared: Shared, progress: RunningScript | None) -> Where | None:  # noqa: ARG002, it shows none
        """See execute.execution.Databases. Statements about the database apply to its reference."""
        names = tuple(map(self.with_known_names, shared.database_names))
        given = shared.statement
        self._generated[given.source.name, given.offset].append(shared)
        if names and shared.verb == b"DROP":
            self._created.pop(names[0], None)
            self.visited.pop(names[0], None)
            self._drops[names[0]] += names[0] in self._filled
            self._filled.discard(names[0])
            self._tell_names()
            return None
        is_ours = names == (self._name,) and self._part != self._home and self._is_last(self._name)
        if names and shared.new_name and (known := self._created.pop(names[0], None)):
            self._rename(names[0], shared.new_name, known)
            return None
        if names and shared.verb == b"CREATE":
            return self._create(names[0], shared, is_ours=is_ours)
        if is_ours:
            return None, shared.renamed(self._conn.info.dbname)
        if names == (self._name,) and _RIGHTS.match(given.text):
            # In its own database, too: the scripts may go on as the role that has them.
            with suppress(psycopg.Error), self._conn.transaction():
                self._conn.execute(shared.renamed(self._conn.info.dbname).text)
        is_here = self.current in (self._name, *self._sources)
        if shared.verb == b"DO" and not is_here and not self.can_run(given):
            self._make_roles(shared.roles[0])
            return None
        return (None, given) if self._created.keys().isdisjoint(names) else None

    def _create(self, name: str, shared: Shared, *, is_ours: bool) -> Where | None:
        """Note a CREATE DATABASE; return the statement that gives the reference its owner."""
        template, own = shared.template or "", self._own and self._own.create
        is_source = name in self._sources
        if is_source or is_ours:
            self._sources.discard(self.with_known_names(template))
        ((role,),) = fetch(self._conn, "SELECT CURRENT_USER::pg_catalog.text")
        if role != self._conn.info.user or (own and own.sources):
            shared = shared._replace(creator=role)
        create, source = shared, self._created.get(template)
        if source and source.create:
            sources = (*source.create.sources, template)
            create = source.create._replace(sources=sources)
        there = VisitedDatabase(create, self._generated, dict(self._drops))
        self._created.setdefault(name, there)
        self._tell_names()
        # That of a copy is the statement of the database that it copies.
        owner = (shared if own is None or own.sources else own).owned_by(self._conn.info.dbname)
        return (None, owner) if owner and (is_ours or is_source) else None

    def can_run(self, given: Statement) -> bool:
        try:
            with self._conn.transaction(force_rollback=True):
                self._conn.execute(given.text)
        except psycopg.Error as error:
            return error.sqlstate not in _MISSING
        return True

    def _make_roles(self, names: Sequence[str]) -> None:
        known = {name for (name,) in fetch(self._conn, "SELECT rolname FROM pg_catalog.pg_roles")}
        for name in dict.fromkeys(names):
            if name not in known:
                self._conn.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(name)))

    def _rename(self, name: str, new: str, known: VisitedDatabase) -> None:
        self._created[new] = known._replace(names=(*known.names, name))
        if self.visited.pop(name, None):
            self.visited[new] = self._created[new]
        if name in self._filled:
            self._filled ^= {name, new}
        self._drops[new] = self._drops[name]
        self._name = new if name == self._name else self._name
        self._tell_names()

    def session_commands(self) -> tuple[bytes, ...]:
        """Return the commands that let pg_database be what the scripts would see."""
        view = sql.SQL(statement("reference/databases")).format(
            mark=f"% {UNFINISHED_MARK}%", all=self._sees_others
        )
        grant = b"GRANT SELECT ON pg_temp.pg_database TO PUBLIC;"
        return view.as_string().encode(), grant, self._names_setting()

    def _names_setting(self) -> bytes:
        """Return the command for the databases that this view has beside those of the server."""
        setting = sql.SQL("SELECT pg_catalog.set_config('runner.databases', {}, false);")
        names = json.dumps(sorted({self._home, *self._created}))
        return setting.format(names).as_string().encode()

    def _tell_names(self) -> None:
        self._conn.execute(self._names_setting())

    def generated(self, query: Statement) -> Sequence[Shared] | None:
        place = query.source.name, query.offset
        return None if self._own is None else self._own.generated.get(place, ())
