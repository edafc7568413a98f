"""Turn the errors of a rehearsal into findings, without errors that follow from others."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from runner.check.failed_statement import MESSAGE_NAME
from runner.errors import Place, RunnerError
from runner.findings import Finding
from runner.observer import Observer
from runner.psql.source import Source
from runner.psql.sql_text import catalog_name, first_words, tokens
from runner.rehearsal.databases import TARGET_DATABASE
from runner.results import Notice
from runner.scripts.folder import Folder
from runner.texts import first_match, words

# Errors that are listed: equal ones, and all. Errors after which the rehearsal ends, listed or not.
_MAX_EQUAL, _MAX_LISTED, _MAX_ERRORS = 3, 100, 1000
_FILE = "rehearsal/errors.txt"
# undefined table, object, function, column, schema; invalid foreign key; foreign_key_violation
_MISSING = frozenset({"42P01", "42704", "42883", "42703", "3F000", "42830", "23503"})
_PERHAPS_MISSING = _MISSING | {"22023"}  # parameters of an extension
_FOREIGN_KEY, _NO_KEY, _SYNTAX = "23503", "42830", "42601"
_IN_FUNCTION = "PL/pgSQL function"
_UP_TO_NAME = 7  # tokens
_UNKNOWN_TABLE = ("42601", "42P01")
_WRITES_ROWS = (b"INSE", b"COPY", b"UPDA", b"MERG", b"WITH")
# A shell script may make the database, or set the variable that stayed in the text.
_MADE_BY_SHELL = re.compile('at or near ":"|^DROP DATABASE ')
_RAISED = ("P0001", "P0004")  # raise_exception, assert_failure
_GUESSED_NAME = b"'::pg_catalog.name"  # what by_known_names writes for current_database()
_ABORTED = "25P02"  # in_failed_sql_transaction
_INCLUDES = re.compile(r"\s*\\i")
_LONGEST = 1 << 20  # bytes of the rest of a script
_MAX_LINES = 100  # of a statement that was not read to its end
_SPILLING = ((b"COPY",), (b"DECLARE",))  # if they fail, their data or body is read as statements
_SYSTEM_TRIGGER = re.compile(r"_[ac]_\d+")
_NO_CONNECT = re.compile(r"\\connect: connection .*FATAL:  (.* does not exist)$", re.DOTALL)
_EXTENSION = (b"CREATE", b"EXTENSION")
_NEEDS_MORE = ("42501", "25001")  # insufficient_privilege, active_sql_transaction
_PERHAPS_MADE = "it works if what was not rehearsed makes it"
_SUPERUSER_DOCKER = "the image's user is a superuser, and it runs"
_NO_SUPERUSER = "refused without a superuser (42501); Amazon Aurora has none"


class TooManyErrors(Exception):
    """The rehearsal ends because of the number of errors."""


class ErrorFindings:
    """The errors of a rehearsal as findings.

    `followed` only counts errors that follow from an earlier one, because they miss the objects or
    rows of a failed statement, and further errors that equal one at another place.
    """

    def __init__(self, known: Iterable[Finding]) -> None:
        self.findings: list[Finding] = []
        self.followed = 0
        wrong = (one for one in known if one.severity == "error")
        self._known = {(one.script, one.place.line if one.place else 0) for one in wrong}
        # The first word of the last statement with a syntax error, by script.
        self._cut: dict[str, tuple[bytes, ...]] = {}
        self._missing: set[str] = set()
        self._not_created: set[str] = set()  # without the tables that were only not filled
        self._lacks_all = False  # the unknown rest of a script did not run
        self._lacks_rows = False  # of an unknown table
        self._met: set[Place | None] = set()  # a statement may run for each of several databases
        # False if a part was not rehearsed: the objects that it would create are unknown.
        self.is_complete = True
        self._seen: Counter[tuple[str | None, str]] = Counter()

    @property
    def is_clean(self) -> bool:
        """Whether neither the rehearsal nor the reading of the scripts found an error."""
        return not (self.findings or self.followed or self._known)

    def without_refused(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Yield the findings without warnings about statements that the server refused anyway."""
        refused = {one.place[:2] for one in self.findings if one.place and one.severity == "error"}
        for one in findings:
            if one.severity == "error" or one.place is None or one.place[:2] not in refused:
                yield one

    def add(self, error: RunnerError, statement: bytes | None) -> None:
        """Add the next error and its statement, None if unknown. Raises TooManyErrors."""
        self._lacks_all |= statement is None
        statement = statement or b""
        if refused := _NO_CONNECT.match(error.message):
            error = error.converted(type(error), message=f"\\connect: {refused[1]}", hint=None)
        follows = self._follows(error) or self._is_fragment(error, statement)
        names = set(_created_names(statement))
        if error.sqlstate == _SYNTAX and not names and statement[:2].upper() == b"CR":
            # The keyword before the name is misspelt: any word may be the name.
            first = islice(tokens(statement), _UP_TO_NAME)
            names = {catalog_name(one.text.decode("utf-8", "replace")) for one in first}
        self._missing |= names
        writes_rows = statement.lstrip()[:4].upper() in _WRITES_ROWS
        self._not_created |= set() if writes_rows else names
        self._lacks_rows |= writes_rows and error.sqlstate in _UNKNOWN_TABLE
        place = error.place
        what = _SYSTEM_TRIGGER.sub("", error.message)
        key = error.sqlstate, what if error.sqlstate else str(place)
        if place is not None and ((place.script, place.line) in self._known or place in self._met):
            return
        self._met.add(place)
        self._seen[key] += 1
        limit = 1 if _IN_FUNCTION in (error.context or "") else _MAX_EQUAL
        if follows or self._seen[key] > limit or len(self.findings) >= _MAX_LISTED:
            self.followed += 1
            if self.followed >= _MAX_ERRORS:
                raise TooManyErrors
            return
        finding = finding_of(error, statement)
        is_missing = error.sqlstate in _PERHAPS_MISSING or _MADE_BY_SHELL.search(error.message)
        if is_missing and not self.is_complete:
            finding = finding._replace(severity="warning", target=_PERHAPS_MADE)
        self.findings.append(finding)
        is_database = first_words(statement, 2) == (b"CREATE", b"DATABASE")
        if finding.severity == "warning" and (is_database or "extension" in error.message):
            self.is_complete = False

    def _is_fragment(self, error: RunnerError, statement: bytes) -> bool:
        """Return whether this is the rest of a statement that ended early, or data of a COPY."""
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
        found = MESSAGE_NAME.findall((error.detail if in_detail else error.message) or "")
        names = [(quoted or plain).rpartition(".")[2] for quoted, plain in found]
        missing = self._not_created if error.sqlstate == _NO_KEY else self._missing
        name = "".join(names[-1:] if in_detail else names[:1])
        # CREATE TABLE names a sequence by the table and the column: authors_id_seq.
        parts = name.removesuffix("_seq").split("_") if name.endswith("_seq") else []
        tables = {"_".join(parts[:end]) for end in range(1, len(parts))}
        return name in missing or not tables.isdisjoint(self._not_created)


def _created_names(statement: bytes) -> Iterable[str]:
    """Yield the unqualified names of objects that a statement would create or fill."""
    name, wanted = "", False
    makes, before = words(_FILE, "makes"), words(_FILE, "before")
    first = first_words(statement, 1)
    for token in () if first == (b"DROP",) else tokens(statement):
        if token.kind == "dollar" and first == (b"DO",):  # $tag$ body $tag$
            yield from _created_names(token.text[:-1].partition(b"$")[2].partition(b"$")[2])
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


def finding_of(error: RunnerError, statement: bytes) -> Finding:
    """Return the finding for an error; a warning if the target may differ from the rehearsal."""
    place, sqlstate = error.place, error.sqlstate
    lines = (error.context or "").splitlines()
    where = next((line for line in lines if line.startswith(_IN_FUNCTION)), "")
    found = Finding("error", place.script if place else "", error.message, place=place)
    detail, rewrite = error.detail or where, error.hint or ""
    found = found._replace(rewrite=rewrite, detail=detail, sqlstate=sqlstate)
    commands = b" ".join(first_words(statement, 2)).decode()
    has_name = _GUESSED_NAME in statement or TARGET_DATABASE in error.message
    about = f"{commands}: {error.message}\n{error.hint or ''}"
    key = "named" if has_name and sqlstate in _RAISED else sqlstate or "none"
    if row := first_match(_FILE, key, about):
        docker, _, target = row[1].rpartition(" | ")
        return found._replace(severity="warning", docker=docker, target=target)
    if sqlstate == "42501":
        return found._replace(docker=_SUPERUSER_DOCKER, target=_NO_SUPERUSER)
    return found


def allowed_to_rds_superuser(error: RunnerError, statement: bytes) -> tuple[Finding, bytes] | None:
    """Return the warning for an extension that needs rds_superuser, and how to create it here."""
    if error.sqlstate != "42501" or first_words(statement, 2) != _EXTENSION:
        return None
    command = b" ".join([*_EXTENSION, *(one.text for one in islice(tokens(statement), 2, None))])
    creation = b"SELECT rds_create_extension('%b')" % command.rstrip(b" ;").replace(b"'", b"''")
    return finding_of(error, statement), creation


def in_order(folder: Folder, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Sort findings by script and line: without a line first, of included files last."""
    numbers = {script.name: number for number, script in enumerate(folder.scripts)}

    def key(finding: Finding) -> tuple[int, bool, int, int]:
        place = finding.place or Place(finding.script, 0)
        outermost = (*place.included_from, place.script)[0]
        number = numbers.get(outermost, len(numbers) if finding.place else -1)
        return number, bool(place.included_from), place.line, place.column or 0

    return tuple(sorted(findings, key=key))


def text_after(source: Source, place: Place) -> tuple[bytes, bytes] | None:
    """Return the text after that line of the script, and the statement up to the line's end.

    None if they are unknown, or long.
    """
    if place.included_from or not place.line or _INCLUDES.match(place.source or ""):
        return None
    begun: deque[bytes] = deque(maxlen=_MAX_LINES)
    with source.open() as stream:
        for line in islice(stream, place.line - 1):
            begun.append(line)
            if line.rstrip().endswith(b";"):
                begun.clear()
        line, _, rest = stream.read(_LONGEST + 1).partition(b"\n")
    is_known = len(line) + len(rest) < _LONGEST and b"\0" not in line + rest
    return (rest.strip(), b"".join((*begun, line))) if is_known else None


def is_left_out(error: RunnerError, observer: Observer) -> bool:
    """Return whether a statement needs a superuser or no transaction; warn that it is left out."""
    if error.sqlstate not in _NEEDS_MORE:
        return False
    observer.notice(Notice("WARNING", f"left out: {error.message}", error.place))
    return True
