"""Scripts to measure with: generated once into a folder, and kept there for the next row."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable, Iterable, Iterator
from itertools import count, islice
from pathlib import Path

from tests.conftest import CHECKOUT

BLOG = CHECKOUT / "data" / "sql"
MB = 1_000_000

_TABLE = b"""CREATE TABLE people (
    id integer PRIMARY KEY,
    name varchar(255) NOT NULL,
    email varchar(255),
    score numeric(8, 2),
    created_at timestamptz
);
"""
_INSERT = (
    "INSERT INTO people (id, name, email, score) VALUES"
    " ({0:07}, 'Person {0:07}', 'person{0:07}@example.com', 12.50);\n"
)
# One line each: the bare loop sends whole lines.
_UPDATED = (
    b"INSERT INTO people SELECT n, 'Person ' || n FROM pg_catalog.generate_series(0, %d) AS n;\n"
)
_UPDATE = "UPDATE people SET name = 'The person {0:07}', score = 12.50 WHERE id = {0:07};\n"
_TRIGGER = (
    b"CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS"
    b" $$BEGIN new.created_at := pg_catalog.now(); RETURN new; END$$;\n"
    b"CREATE TRIGGER f BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION f();\n"
)
_COPY = "{0:07}\tPerson {0:07}\tp{0:07}@example.com\t12.50\t2024-01-01 12:00:00+00\n"
_COPY_BEGIN = b"COPY people (id, name, email, score, created_at) FROM stdin;\n"
_COPY_END = b"\\.\n"
_COLUMNS = 16
# pg_dump's way of writing: 4 + _COLUMNS statements for each table.
_DDL = """--
-- Name: table_{0}; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.table_{0} (
    {1}
);


--
-- Name: TABLE table_{0}; Type: COMMENT; Schema: public; Owner: -
--

{2}


ALTER TABLE ONLY public.table_{0}
    ADD CONSTRAINT table_{0}_pkey PRIMARY KEY (column_0);


CREATE INDEX table_{0}_first ON public.table_{0} USING btree (column_1);


CREATE INDEX table_{0}_second ON public.table_{0} USING btree (column_2, column_3);


"""


class Inputs:
    """The generated scripts below one folder; each method gives the folder of one script."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def inserts(self, statements: int) -> Path:
        """A table and so many INSERTs of one row: 117 bytes each."""
        return self._script(f"inserts-{statements}", [_TABLE, *self._rows(_INSERT, statements)])

    def unmerged(self, kind: str, statements: int) -> Path:
        """So many UPDATEs by key, or INSERTs into a table with a trigger."""
        if kind == "UPDATE":
            lines = [_TABLE, _UPDATED % statements, *self._rows(_UPDATE, statements)]
        else:
            lines = [_TABLE, _TRIGGER, *self._rows(_INSERT, statements)]
        return self._script(f"{kind}-{statements}", lines)

    def copy(self, rows: int) -> Path:
        """A table and its COPY data: 76 bytes a row."""
        data = self._rows(_COPY, rows)
        return self._script(f"copy-{rows}", [_TABLE, _COPY_BEGIN, *data, _COPY_END])

    def inserts_of(self, size: int) -> Path:
        """INSERTs, about `size` bytes."""
        return self.inserts(size // len(_INSERT.format(0)))

    def copy_of(self, size: int) -> Path:
        """COPY data, about `size` bytes."""
        return self.copy(size // len(_COPY.format(0)))

    def gzipped(self, folder: Path) -> Path:
        """The same script as .sql.gz."""
        found = self.folder / f"{folder.name}-gz"
        if not found.exists():
            found.mkdir()
            target = found / "01_script.sql.gz"
            with script(folder).open("rb") as source, gzip.open(target, "wb", 6) as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
        return found

    def ddl(self, statements: int) -> Path:
        """Tables, keys, indexes and comments, so many statements."""
        return self._script(f"ddl-{statements}", _ddl(statements // (_COLUMNS + 4)))

    def tables(self, tables: int) -> Path:
        """So many tables of one row."""
        lines = (f"CREATE TABLE t{n} AS SELECT 1 AS id;\n".encode() for n in range(tables))
        return self._script(f"tables-{tables}", lines)

    def select(self) -> Path:
        """A script that changes nothing."""
        return self._script("select", [b"SELECT 1;\n"])

    def long(self, kind: str, size: int) -> Path:
        """One token of about `size` bytes: literal, body, comment; or so many parentheses."""
        return self._script(f"{kind}-{size}", _LONG[kind](size))

    def for_dbmate(self, folder: Path) -> Path:
        """The scripts with the lines that dbmate wants."""
        found = self.folder / f"{folder.name}-dbmate"
        if not found.exists():
            found.mkdir()
            for path in sorted(folder.glob("*.sql")):
                with path.open("rb") as source, (found / path.name).open("wb") as sink:
                    sink.write(b"-- migrate:up\n")
                    shutil.copyfileobj(source, sink, 1 << 20)
                    sink.write(b"\n-- migrate:down\n")
        return found

    def _rows(self, form: str, rows: int) -> Iterator[bytes]:
        numbers = iter(range(1, rows + 1))
        while some := [form.format(number) for number in islice(numbers, 10_000)]:
            yield "".join(some).encode()

    def _script(self, name: str, parts: Iterable[bytes]) -> Path:
        found = self.folder / name
        if not found.exists():
            found.mkdir(parents=True)
            with (found / "01_script.sql").open("wb") as sink:
                sink.writelines(parts)
        return found


def script(folder: Path) -> Path:
    """The one script of a folder."""
    (found,) = folder.glob("*.sql*")
    return found


def script_size(folder: Path) -> int:
    """The bytes of the scripts of a folder, as they are on disk."""
    return sum(path.stat().st_size for path in folder.glob("*.sql*"))


def _ddl(tables: int) -> Iterator[bytes]:
    columns = ",\n    ".join(f"column_{number} integer NOT NULL" for number in range(_COLUMNS))
    for table in range(tables):
        comments = "\n\n\n".join(
            f"COMMENT ON COLUMN public.table_{table}.column_{number} IS 'The column {number}';"
            for number in range(_COLUMNS)
        )
        yield _DDL.format(table, columns, comments).encode()


def _long_literal(size: int) -> Iterator[bytes]:
    line = b"What is between the quotes; may -- be anything at all.\n"
    return _between(b"SELECT '", line, b"';\n", size)


def _long_body(size: int) -> Iterator[bytes]:
    return _between(b"DO $body$ BEGIN\n", b"PERFORM 'a quote' || \"id\";\n", b"END $body$;\n", size)


def _long_comment(size: int) -> Iterator[bytes]:
    return _between(b"/*", b"What is said; about 'it'.\n", b"*/ SELECT 1;\n", size)


def _between(before: bytes, line: bytes, after: bytes, size: int) -> Iterator[bytes]:
    yield before
    block = line * (MB // len(line))
    for _ in islice(count(), size // len(block)):
        yield block
    yield line * (size % len(block) // len(line))
    yield after


def _parentheses(depth: int) -> Iterator[bytes]:
    yield b"SELECT " + b"(" * depth + b"1" + b")" * depth + b";\n"


_LONG: dict[str, Callable[[int], Iterator[bytes]]] = {
    "literal": _long_literal,
    "body": _long_body,
    "comment": _long_comment,
    "parentheses": _parentheses,
}
