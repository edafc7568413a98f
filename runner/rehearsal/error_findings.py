"""The findings of errors that a rehearsal has met, without those that follow from others."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from runner.errors import Place
from runner.findings import Finding
from runner.psql.sql_text import catalog_name, first_words, tokens
from runner.texts import first_match, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from runner.errors import RunnerError
    from runner.psql.source import Source
    from runner.scripts.folder import Folder


# Further ones are not listed; after so many, also with those that follow, the rehearsal ends.
_MOST_ALIKE, _MOST_LISTED, _MOST = 3, 100, 1000
_FILE = "rehearsal/errors.txt"
# undefined table, object, function, column, schema; invalid foreign key; foreign_key_violation
_MISSING = frozenset({"42P01", "42704", "42883", "42703", "3F000", "42830", "23503"})
_PERHAPS_MISSING = _MISSING | {"22023"}  # parameters of an extension
_FOREIGN_KEY, _SYNTAX = "23503", "42601"
_IN_FUNCTION = "PL/pgSQL function"
_UP_TO_NAME = 7  # tokens
_UNKNOWN_TABLE = ("42601", "42P01")
_WRITES_ROWS = (b"INSE", b"COPY", b"UPDA", b"MERG", b"WITH")
_UNSET = 'at or near ":"'  # a variable that is not set stays in the text
_ABORTED = "25P02"  # in_failed_sql_transaction
_NAMED = re.compile(r'"((?:[^"]|"")+)"|(?:function|procedure|column) ([\w.]+)')
_INCLUDES = re.compile(r"\s*\\i")
_LONGEST = 1 << 20  # bytes of the rest of a script
_SPILLING = ((b"COPY",), (b"DECLARE",))  # what follows is the data, or the body
_SYSTEM_TRIGGER = re.compile(r"_[ac]_\d+")
_NO_CONNECT = re.compile(r"\\connect: connection .*FATAL:  (.* does not exist)$", re.DOTALL)
_EXTENSION, _DATABASE = (b"CREATE", b"EXTENSION"), (b"CREATE", b"DATABASE")
_PERHAPS_MADE = "it works if what was not rehearsed makes it"
_SUPERUSER_DOCKER = "the image's user is a superuser, and it runs"
_NO_SUPERUSER = "refused without a superuser (42501); Amazon Aurora has none"


class TooManyErrors(Exception):
    """The rehearsal ends here."""


class ErrorFindings:
    """Collects the errors of a rehearsal.

    One that follows from an earlier one is only counted: it misses what a statement would have
    made, or the rows that it would have inserted. So is the same error at many places.
    """

    def __init__(self, known: Iterable[Finding]) -> None:
        self.findings: list[Finding] = []
        self.followed = 0
        self._known = {
            (one.script, one.place.line if one.place else 0)
            for one in known
            if one.severity == "error"
        }
        # By script the first word of the last statement with a syntax error.
        self._cut: dict[str, tuple[bytes, ...]] = {}
        self._missing: set[str] = set()
        self._lacks_all = False  # the rest of a script, which is not known
        self._lacks_rows = False  # of a table that is not known
        self._met: set[Place | None] = set()  # some of it is run for each of several databases
        # Unless something was left out: nobody knows what it would have made.
        self.is_complete = True
        self._seen: Counter[tuple[str | None, str]] = Counter()

    @property
    def is_clean(self) -> bool:
        """Whether there are none, nor had the scripts any before."""
        return not (self.findings or self.followed or self._known)

    def without_refused(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Without the warnings about statements that the server refuses: its error is enough."""
        refused = {one.place[:2] for one in self.findings if one.place and one.severity == "error"}
        for one in findings:
            if one.severity == "error" or one.place is None or one.place[:2] not in refused:
                yield one

    def take(self, error: RunnerError, statement: bytes | None) -> None:
        """Take the next error, and the text that has no effect: of the statement that failed.

        None is a text that is not known.
        """
        self._lacks_all |= statement is None
        statement = statement or b""
        if refused := _NO_CONNECT.match(error.message):
            said = f"\\connect: {refused[1]}"
            error = error.converted(type(error), message=said, hint=None)
        follows = self._follows(error) or self._is_fragment(error, statement)
        made = set(_made(statement))
        if error.sqlstate == _SYNTAX and not made and statement[:2].upper() == b"CR":
            # The word before what it makes is misspelt.
            first = islice(tokens(statement), _UP_TO_NAME)
            made = {catalog_name(one.text.decode("utf-8", "replace")) for one in first}
        self._missing |= made
        unknown = error.sqlstate in _UNKNOWN_TABLE
        self._lacks_rows |= unknown and statement.lstrip()[:4].upper() in _WRITES_ROWS
        place = error.place
        what = _SYSTEM_TRIGGER.sub("", error.message)
        key = error.sqlstate, what if error.sqlstate else str(place)
        if place is not None and ((place.script, place.line) in self._known or place in self._met):
            return
        self._met.add(place)
        self._seen[key] += 1
        most = 1 if _IN_FUNCTION in (error.context or "") else _MOST_ALIKE
        if follows or self._seen[key] > most or len(self.findings) >= _MOST_LISTED:
            self.followed += 1
            if self.followed >= _MOST:
                raise TooManyErrors
            return
        finding = _finding(error, statement)
        if not self.is_complete and (error.sqlstate in _PERHAPS_MISSING or _UNSET in error.message):
            finding = finding._replace(severity="warning", target=_PERHAPS_MADE)
        self.findings.append(finding)
        if finding.severity == "warning" and first_words(statement, 2) in (_EXTENSION, _DATABASE):
            self.is_complete = False

    def _is_fragment(self, error: RunnerError, statement: bytes) -> bool:
        """Whether it is the rest of a statement that ended too early, or the data of a COPY."""
        if error.sqlstate != _SYNTAX or error.place is None:
            return False
        before, first = self._cut.get(error.place.script), first_words(statement, 1)
        self._cut[error.place.script] = first
        return before in _SPILLING or (
            before is not None and not words(_FILE, "rests").isdisjoint(first)
        )

    def _follows(self, error: RunnerError) -> bool:
        if error.sqlstate == _ABORTED:
            return True
        if not (error.sqlstate in _MISSING or error.message.startswith("\\connect: ")):
            return False
        in_detail = error.sqlstate == _FOREIGN_KEY
        if self._lacks_all or (in_detail and self._lacks_rows):
            return True
        found = _NAMED.findall((error.detail if in_detail else error.message) or "")
        names = [(quoted or plain).rpartition(".")[2] for quoted, plain in found]
        return any(name in self._missing for name in (names[-1:] if in_detail else names[:1]))


def _made(statement: bytes) -> Iterable[str]:
    """The names of what a statement would make or fill, without their schemas."""
    name, wanted = "", False
    makes, before = words(_FILE, "makes"), words(_FILE, "before")
    for token in () if first_words(statement, 1) == (b"DROP",) else tokens(statement):
        if token.kind in ("word", "name") and wanted and token.text not in before:
            name = catalog_name(token.text.decode("utf-8", "replace"))
            wanted = False
        elif name and token.text == b".":
            wanted = True
        elif token.text not in before:
            if name:
                yield name
            name, wanted = "", token.text in makes
    if name:
        yield name


def _finding(error: RunnerError, statement: bytes) -> Finding:
    place, sqlstate = error.place, error.sqlstate
    lines = (error.context or "").splitlines()
    where = next((line for line in lines if line.startswith(_IN_FUNCTION)), "")
    found = Finding(
        "error",
        place.script if place else "",
        error.message,
        rewrite=error.hint or "",
        place=place,
        detail=error.detail or where,
        sqlstate=sqlstate,
    )
    commands = b" ".join(first_words(statement, 2)).decode()
    about = f"{commands}: {error.message}\n{error.hint or ''}"
    if row := first_match(_FILE, sqlstate or "none", about):
        docker, _, target = row[1].rpartition(" | ")
        return found._replace(severity="warning", docker=docker, target=target)
    if sqlstate == "42501":
        return found._replace(docker=_SUPERUSER_DOCKER, target=_NO_SUPERUSER)
    return found


def allowed_to_rds_superuser(error: RunnerError, statement: bytes) -> tuple[Finding, bytes] | None:
    """Return the warning for an extension that takes Aurora's rds_superuser, and what makes it."""
    if error.sqlstate != "42501" or first_words(statement, 2) != _EXTENSION:
        return None
    command = statement.decode("utf-8", "replace").replace("'", "''")
    return _finding(error, statement), f"SELECT rds_create_extension('{command}')".encode()


def in_order(folder: Folder, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Sort findings by script and line; those without a line come first, of includes last."""
    numbers = {script.name: number for number, script in enumerate(folder.scripts)}

    def key(finding: Finding) -> tuple[int, bool, int, int]:
        place = finding.place or Place(finding.script, 0)
        outermost = (*place.included_from, place.script)[0]
        number = numbers.get(outermost, len(numbers) if finding.place else -1)
        return number, bool(place.included_from), place.line, place.column or 0

    return tuple(sorted(findings, key=key))


def unread(place: Place) -> str:
    """What was not looked at after an error that ended the reading of a script."""
    after = f" after line {place.line}" if place.line else ""
    outer = "".join(f", and what follows it in {one}" for one in reversed(place.included_from))
    return f"{place.script}{after}{outer}"


def rest_of(source: Source, place: Place) -> bytes | None:
    """What stands after that line of the script; None if it is not known, or long."""
    if place.included_from or not place.line or _INCLUDES.match(place.source or ""):
        return None
    with source.open() as stream:
        for _ in range(place.line - 1):
            stream.readline()
        rest = stream.read(_LONGEST + 1)
    is_known = len(rest) <= _LONGEST and b"\0" not in rest
    return b";" + rest.partition(b"\n")[2].strip() if is_known else None
