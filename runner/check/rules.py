"""The findings about statements and files, with the texts of `findings.txt`. Pure."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Container, Iterator
from pathlib import Path

from runner.check.command import NAME, Command, bare_name
from runner.check.script_facts import CALLS_WORKERS
from runner.errors import Place, ScriptError, UsageError
from runner.findings import Finding
from runner.psql.source import Source
from runner.psql.sql_text import (
    is_of_body,
    read_concurrently,
    read_control,
    refused_control,
    transaction_control,
)
from runner.psql.steps import Problem
from runner.scripts.folder import Folder
from runner.texts import first_match, rows

_FILE = "check/findings.txt"
_HEAD = 1 << 16  # bytes
_SCRIPTS = (".sql", ".sql.gz", ".sql.xz", ".sql.zst", ".sh")
# `.SQL`, `.sql~`, `.sql.txt`, `.sql.bak`, `.sq`, `.psql`, `.slq`, `01_create_sql`, …
_TYPO = r"(?i)\.[a-z]?sql\b|\.(?:sq|slq|qsl|sqll|ddl)$|[_-]?sql$"
_UP_TO_NAME = 20  # tokens
_WRITES = (
    rf"(?:UPDATE|DELETE FROM|MERGE INTO|INSERT INTO|COPY|TRUNCATE) (?:TABLE )?(?:ONLY )?{NAME}"
)
_CLOCK = re.compile(
    rb"[(,]\s*(\"[^\"]+\"|[a-z_][\w$]*)\s+[^,]*?\bdefault\s+\(*"
    rb"(?:now\s*\(|transaction_timestamp\s*\(|current_timestamp\b|localtimestamp\b)"
)
_ORDERS = (b" by ", b"max(", b"min(")
_READS_ROWS = frozenset(b"INSERT UPDATE DELETE MERGE SELECT WITH".split())
_READ_INTO = re.compile(r"CREATE (?:TEMP(?:ORARY)? |UNLOGGED )?(?:TABLE|MATERIALIZED VIEW)\b.* AS ")
_IMPORTED = rf"IMPORT FOREIGN SCHEMA .* INTO {NAME}"
# Functions of dblink, aws_lambda, aws_s3, http, pg_net, Citus and others, of replication slots and
# of pg_surgery, and words in their names.
_OUTSIDE_WORDS = b"dblink aws_ http pg_background lo_export pg_file_ run_ _slot heap_force_".split()
_OUTSIDE_CALLS = (
    rb"dblink(?:_exec|_open|_send_query|_connect|_connect_u)?|http(?:_(?:post|put|patch|delete|get))?"
    rb"|(?:aws_lambda|aws_s3)\s*\.\s*\w+|pg_background_launch|lo_export|pg_file_\w+"
    rb"|pg_\w+_slot(?:_advance)?|heap_force_\w+|" + CALLS_WORKERS
)
_CHANGES_ROWS = rb"\b(?:call|copy|delete|drop|execute|insert|merge|truncate|update|alter\s+table)\b"
_HARMLESS = frozenset(b"DROP COMMENT GRANT REVOKE".split())


def finding(kind: str, script: str = "", place: Place | None = None, **values: object) -> Finding:
    """Return the finding of a kind, with `values` in its texts. The caller may add the place."""
    row = next(one for one in rows(_FILE) if one.pattern == kind)
    message, docker, target, rewrite = (text.format(**values) for text in row.text.split(" | "))
    severity, in_check_only = row.key.rstrip("+"), row.key.endswith("+")
    return Finding(severity, script, message, docker, target, rewrite, place, in_check_only)


def problem_finding(step: Problem) -> Finding:
    """Return the finding for a Problem that the reader yields."""
    severity = "warning" if step.warning else "error"
    return _effects("problem", Finding(severity, "", step.message, rewrite=step.hint))


def unreadable(error: ScriptError | UsageError, script: str) -> Finding:
    """Return the finding for an error that ended the reading of a script."""
    rewrite = error.hint or "Make it readable, or compress it again."
    script = error.place.script if error.place else script
    found = Finding("error", script, error.message, rewrite=rewrite, place=error.place)
    return _effects("unreadable", found)


def _effects(kind: str, found: Finding) -> Finding:
    row = first_match(_FILE, kind, found.message)
    docker, _, target = row[1].partition(" | ") if row else ("", "", "")
    return found._replace(docker=docker, target=target)


def head_findings(source: Source, keeps: str) -> Iterator[Finding]:
    """Yield the findings about the first line of a script; `keeps`: the effect of a CR."""
    with source.open() as stream:
        first = stream.read(_HEAD).partition(b"\n")[0]
    if first.endswith(b"\r"):
        suffix = os.path.splitext(source.name)[1]  # noqa: PTH122
        place = source.place(len(first) - 1)
        yield finding("cr lf", source.name, place, keeps=keeps, suffix=suffix)


def folder_findings(folder: Folder, read: frozenset[str]) -> Iterator[Finding]:
    """Yield findings about names, order and permissions; `read`: real paths of the files read."""
    for part in folder.parts or (folder,):
        if part.byte_order is not None:
            ours = ", ".join(script.path.name for script in part.scripts)
            yield finding("locale", str(part.path), ours=ours, bytes=", ".join(part.byte_order))
        for one, other in part.uncertain:
            yield finding("uncertain", str(part.path), one=one, other=other)
        yield from _not_run(part, read)
        if os.name == "posix":
            yield from _permissions(part, read)


def _not_run(folder: Folder, read: frozenset[str]) -> Iterator[Finding]:
    for entry in folder.not_run:
        path = folder.path / entry.name
        real = os.path.realpath(path)
        # The entrypoint's `*` does not match a name that begins with a dot.
        if entry.name.startswith("."):
            continue
        if path.is_dir() and path.name.endswith(_SCRIPTS):
            yield finding("folder as script", str(path))
        elif any(Path(file).is_relative_to(real) for file in read):
            continue
        elif path.name.endswith(".sh"):
            yield finding("shell", str(path))
        elif (typo := re.search(_TYPO, path.name)) and not path.is_dir():
            yield finding("misnamed", str(path), name=path.name[: typo.start()])
        else:
            yield finding("not run", str(path), reason=entry.reason)


def _permissions(folder: Folder, read: frozenset[str]) -> Iterator[Finding]:
    whole = os.path.realpath(folder.path)
    within = (Path(file).relative_to(whole) for file in read if Path(file).is_relative_to(whole))
    inside = [folder.path / file for file in within]
    folders = {up for file in inside for up in file.parents if folder.path in up.parents}
    files = (*(script.path for script in folder.scripts), *sorted(inside))
    entries = (
        (folder.path, "the folder", "nothing runs", "o+rx"),
        *((path, "what is in the folder", "it fails", "o+x") for path in sorted(folders)),
        *((path, "the file", "it fails", "o+r") for path in files),
    )
    for path, what, result, change in entries:
        mode = stat.S_IMODE(path.stat().st_mode)
        wanted = stat.S_IROTH * ("r" in change) | stat.S_IXOTH * ("x" in change)
        if mode & wanted != wanted:
            place = Place(str(path), 1, 1) if what == "the file" else None
            given = {"what": what, "mode": mode, "result": result, "change": change}
            yield finding("unreadable for others", str(path), place, path=path, **given)


class StatementRules:
    """The rules for commands in order; `in_block`: after a BEGIN; `tables`: created so far."""

    def __init__(self, tables: Container[str]) -> None:
        self._tables = tables
        self.in_block = False
        self._indexes: set[str] = set()
        self._foreign: set[str] = set()  # tables, and imported schemas: `name.`
        self._clocks: set[bytes] = set()  # columns that default to now()
        self._callers: dict[bytes, str] = {}  # functions that act outside the database: findings

    def may_concern(self, plain: bytes) -> bool:
        """Return whether a rule may have a finding about some of the plain statements."""
        lower = plain.lower()
        orders = bool(self._clocks) and any(word in lower for word in _ORDERS)
        return orders or bool(self._foreign) or self._outside(lower) is not None

    def find(self, command: Command) -> Finding | None:
        self._note_names(command)
        return self._in_transaction(command) or self._written(command) or self._read(command)

    def _in_transaction(self, command: Command) -> Finding | None:
        if b"concurrently" in command.lower and (found := read_concurrently(command.text)):
            is_own = found[0] in self._tables or found[0] in self._indexes
            if is_own or command.leading(5).endswith("IF EXISTS"):
                return None
            return finding("concurrently", what=command.first.decode())
        words = transaction_control(command.words)
        if words is None or is_of_body(command.text, words):
            return None
        control = read_control(command.text)
        if control is None or not command.alone:
            return finding("splits", message=refused_control(words))
        self.in_block = control.begins or (self.in_block and control.chains)
        return None

    def _note_names(self, command: Command) -> None:
        if command.first == b"IMPORT" and (found := re.match(_IMPORTED, command.head)):
            self._foreign.add(f"{bare_name(found[1])}.")
        elif command.first == b"CREATE" and command.created:
            kind, name, _ = command.created
            if kind == "index":
                self._indexes.add(name)
            elif kind == "table" and command.words[1:2] == (b"FOREIGN",):
                self._foreign.add(name)
            elif kind in ("function", "procedure") and (called := self._outside(command.lower)):
                self._callers[name.lower().encode()] = called
            if b"default" in command.lower:
                self._clocks.update(_CLOCK.findall(command.lower))

    def _written(self, command: Command) -> Finding | None:
        if self._foreign and (written := re.match(_WRITES, command.leading(_UP_TO_NAME))):
            schema = bare_name(written[1].partition(" . ")[0])
            if not self._foreign.isdisjoint((bare_name(written[1]), f"{schema}.")):
                return finding("outside")
        is_caller = command.created and command.created.kind in ("function", "procedure")
        is_harmless = is_caller or command.first in _HARMLESS
        found = None if is_harmless else self._outside(command.lower)
        return finding(found) if found else None

    def _outside(self, lower: bytes) -> str | None:
        """Return the finding's kind for calls that act outside the database or the transaction."""
        words = (*_OUTSIDE_WORDS, *self._callers)
        if not any(word in lower for word in words if b"_" in lower or b"_" not in word):
            return None
        names = b"|".join([_OUTSIDE_CALLS, *map(re.escape, self._callers)])
        found = {
            self._callers.get(n, "outside") for n in re.findall(rb"\b(%b)\s*\(" % names, lower)
        }
        if re.search(rb"\b%b\s*\(" % CALLS_WORKERS, lower) and re.search(_CHANGES_ROWS, lower):
            found.add("on shards")
        return min(found, default=None, key=("on shards", "outside").index)

    def _read(self, command: Command) -> Finding | None:
        if not self._clocks:
            return None
        if command.first not in _READS_ROWS and not _READ_INTO.match(command.head):
            return None
        names = b"|".join(map(re.escape, self._clocks))
        orders = rb"\b(?:(?:order|group|partition)\s+by\b|(?:max|min)\s*\()[^;()]{0,99}?"
        compared = rb"%b(?<![\w$])(?:%b)(?![\w$])" % (orders, names)
        return finding("clock") if re.search(compared, command.lower) else None
