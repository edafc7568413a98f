"""`python -m runner check` runs the scripts in a throw-away database."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.scripts import query, write_scripts
from tests.conftest import clean_environment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Runner
    from tests.servers import Server


@pytest.fixture
def check(runner: Runner, rehearsing: Path, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """`check(*texts, options=())`: the JSON of `check` on scripts with these texts."""

    def check(*texts: str, options: tuple[str, ...] = ()) -> dict[str, Any]:
        folder = write_scripts(tmp_path, *texts)
        result = runner("check", "-s", folder, "--json", *options, cwd=rehearsing)
        found: dict[str, Any] = json.loads(result.stdout)
        assert result.returncode == found["exit_code"]
        return found

    return check


def errors(found: dict[str, Any]) -> list[str]:
    """The place and the message of each error, without the folder."""
    return [
        f"{one['script'].rpartition('/')[2]}:{one['line']}:{one['column']} {one['message']}"
        f"{(one['sqlstate'] and ' (' + one['sqlstate'] + ')') or ''}"
        for one in found["findings"]
        if one["severity"] == "error"
    ]


def warnings(found: dict[str, Any]) -> list[str]:
    return [one["message"] for one in found["findings"] if one["severity"] == "warning"]


# Slips of beginners: each script of one folder has its error, and no script hides another's.
SLIPS = {
    "CRAETE TABLE a (i int);": '1:1 syntax error at or near "CRAETE" (42601)',
    "CREATE TABLE b (\n  i int\n  j int\n);": '3:3 syntax error at or near "j" (42601)',
    "CREATE TABLE c (\n  i int,\n);": '3:1 syntax error at or near ")" (42601)',
    "CREATE TABLE d (i int)\n\nCREATE TABLE e (i int);": '3:1 syntax error at or near "CREATE"',
    "CREATE TABLE f (i int REFERENCES g (i));": '1:1 relation "g" does not exist (42P01)',
    "CREATE TABLE g (i int PRIMARY KEY);\nCREATE TABLE g (j int);": '2:1 relation "g" already',
    "CREATE TABLE `h` (i int);": '1:14 syntax error at or near "`" (42601)',
    "CREATE TABLE k (i int AUTO_INCREMENT);": '1:23 syntax error at or near "AUTO_INCREMENT"',
    "USE shop;": '1:1 syntax error at or near "USE" (42601)',
    "SELECT 1;\nINSERT INTO g VALUES (\u20181\u2019);": "2:23 column",
    'INSERT INTO g (i) VALUES ("Ann");': '1:27 column "Ann" does not exist (42703)',
    "INSERT INTO g (i) VALUES (1, 2);": "1:30 INSERT has more expressions than target columns",
    "INSERT INTO g VALUES\n  (7),\n  (8),\n;": '4:1 syntax error at or near ";" (42601)',
    "CREATE TABLE l (at DATETIME);": '1:20 type "datetime" does not exist (42704)',
    "SHOW TABLES;\nDESCRIBE g;": '2:1 syntax error at or near "DESCRIBE" (42601)',
    "CREATE TABLE [m] (i int);\nGO": '1:14 syntax error at or near "[" (42601)',
    "INSERT INTO g VALUES ('two');": "1:23 invalid input syntax for type integer",
    "INSERT INTO g VALUES (1);\nINSERT INTO g VALUES (1);": "2:1 duplicate key value",
    "SELECT count(*) FROM g\\; SELECT nosuch(1);": "1:33 function nosuch(integer) does not exist",
}


def test_each_slip_is_found_at_its_place(check: Callable[..., dict[str, Any]]) -> None:
    found = check(*SLIPS)
    listed = errors(found)
    for number, place in enumerate(SLIPS.values(), 1):
        assert any(one.startswith(f"{number:02}.sql:{place}") for one in listed), (place, listed)
    # SHOW TABLES and GO have errors of their own, and nothing else is said.
    assert len(listed) == len(SLIPS) + 2
    assert found["exit_code"] == 2
    assert not [note for note in found["notes"] if "second" in note]


# Each is a script of one folder: its error, and the beginning of what to write instead.
REMEDIES = {
    "CREATE TABLE a (i INT(11));": ("1:22", "INT has no length"),
    "CREATE TABLE a (\n  i int,\n  KEY k (i)\n);": (
        "3:7",
        "An index of a table is made after it: CREATE",
    ),
    "CREATE TABLE a (\n  i int,\n  ok boolean DEFAULT 1\n);": ("3:3", "Write true or false"),
    "CREATE TABLE a (\n  , i int\n);": ("2:3", "Remove the comma"),
    "CREATE TABLE a\n  i int\n);\n": ("2:3", "A parenthesis is missing before line 2."),
    "CREATE TABLE a (i NOT NULL int);": ("1:19", "After the name of a column comes its type."),
    "CREATE TABLE a (i varchr(9));": ("1:19", "Did you mean varchar?"),
    "CREATE TABLE a (i int PRIMARYKEY);": ("1:23", "Did you mean PRIMARY KEY?"),
    "CREATE TABLE order (i int);": ("1:14", "order is a reserved word"),
    "CREATE TABLE a (id int, desc text);": ("1:25", "desc is a reserved word"),
    "CREATE DATABASE IF NOT EXISTS shop;": ("1:20", "CREATE DATABASE has no IF NOT EXISTS"),
    "CREATE TRIGGER t BEFORE UPDATE ON g FOR EACH ROW SET i = 1;": ("1:50", "A trigger calls"),
    "CREATE FUNCTION f() RETURNS int AS $$\nBEGIN\n  PERFORM 1\n  RETURN 2;\nEND $$"
    " LANGUAGE plpgsql;": ("4:10", "A semicolon is missing before RETURN."),
    "CREATE FUNCTION f() RETURNS int AS $$ SELECT 1 $$;": ("1:1", "After the body write LANGUAGE"),
    "ALTER TABLE g MODIFY i text;": ("1:15", "MODIFY is of another database"),
    "DROP TABLE IF EXISTS nosuch:": ("1:28", "Write a semicolon instead"),
    "INSERT INTO g (i) VALUES\n  (101)\n  (102);": ("3:3", "A comma is missing before line 3."),
    "INSERT INTO g VALUES 103;": ("1:22", "Parentheses are missing after VALUES: VALUES"),
    "INSERT INTO g VALUES (Ann);": ("1:23", "A text is written in single quotes: 'Ann'."),
    "INSERT INTO 'g' VALUES (104);": ("1:13", "Single quotes are for text"),
    "INSERT g VALUES (105);": ("1:8", "INTO is missing"),
    "INSERT INTO g (j) VALUES (105);": ("1:16", "Use a column that exists"),
    "INSERT OR IGNORE INTO g VALUES (106);": ("1:8", "INSERT OR IGNORE is of another"),
    "UPDATE g SET i = 1 AND i = 2;": ("1:18", ""),
    "UPDATE g SET i = 1 WHERE i == 1;": ("1:28", "Write = instead of ==."),
    "SELECT TOP 10 * FROM g;": ("1:12", "TOP is of another database"),
    "SELECT dateadd(day, 1, now());": ("1:16", "DATEADD is of another database"),
    "SELECT 'a' + 'b' + name FROM (SELECT 'c'::text) AS t (name);": ("1:12", "To join text"),
    "SELECT i FROM g ORDER BY i WHERE i = 1;": ("1:28", "The order is: SELECT, FROM, WHERE"),
    "CREATE ROLE $POSTGRES_USER;": ("1:13", "A variable of the shell has no value here"),
    "DO $$ BEGIN CREATE TABLE g (); END $$;": ("1:1", "g was first made in"),
    "SELECT 1 WHERE gen_random_uuid() LIKE 'a%';": ("1:34", "LIKE is for text"),
    "# a comment\nSELECT 1;": ("1:1", "A comment begins with two hyphens"),
    "COPY g FROM stdin;\nNULL\n\\.\n": ("2:None", "The value has to fit"),
    "COPY g FROM stdin;\n1 2\t3\n\\.\n": (
        "2:None",
        "A line has as many values as the table has co",
    ),
    "INSERT INTO g\uff08i\uff09 VALUES (1);": ("1:13", "U+FF08 FULLWIDTH LEFT PARENTHESIS"),
    "CREATE TABLE a (i int DEFAULT NOT NULL 0);": ("1:31", "A value is missing before NOT."),
    "CREATE TABLE a (i int) CREATE TABLE c (i int);": ("1:24", "A semicolon is missing before CRE"),
    "CREATE TABLE a (i int)\nGO\nSELECT 1;": ("2:1", "GO is SQL Server's"),
    "CREATE TABLE a (i int) ON [PRIMARY];": ("1:27", "ON [ PRIMARY ] is of another"),
    "CREATE TABLE a (m varchar(9) CHARACTER SET utf8);": (
        "1:30",
        "CHARACTER SET is of another database",
    ),
    "CREATE TABLE a (d timestamp with timezone);": ("1:29", "TIME ZONE is two words"),
    "CREATE TABLE a (d float(10,2));": ("1:27", "FLOAT is of another database"),
    "CREATE TABLE a (d decimal(10.2));": ("1:19", "A comma is between the two numbers"),
    "CREATE TABLE a (d varchar());": ("1:27", "The length goes in parentheses"),
    "CREATE TABLE a (i int CHECK i > 0);": (
        "1:29",
        "Parentheses are missing after CHECK: CHECK (…",
    ),
    "CREATE TABLE a (i int FOREIGN KEY REFERENCES g);": ("1:23", "In a column, leave FOREIGN KEY"),
    "CREATE TABLE a (i int, j int AS (i) STORED);": ("1:30", "It is written GENERATED ALWAYS"),
    "CREATE TABLE a (s text DEFAULT active);": ("1:32", "A text is written in single quotes"),
    "CREATE TABLE a SELECT 1;": ("1:16", "AS is missing before SELECT."),
    "CREATE TABLE a (\n<<<<<<< HEAD\n i int\n);": ("2:1", "Git has left this mark"),
    "CREATE TYPE a AS ENUM (b, c);": ("1:24", "It goes in single quotes: 'text'"),
    "CREATE INDEX a ON g;\n": ("1:20", "It is written CREATE INDEX name ON"),
    "CREATE EXTENSION uuid-ossp;": ("1:22", "A name with a hyphen needs double quotes."),
    "CREATE SCHEMA {{ name }};": ("1:15", "A placeholder has no value here"),
    "ALTER TABLE g ALTER COLUMN i bigint;": ("1:30", "A column is changed by ALTER COLUMN"),
    "ALTER TABLE g DROP FOREIGN KEY a;": ("1:20", "DROP FOREIGN KEY is MySQL's"),
    'COMMENT ON TABLE g IS "people";': ("1:23", "It goes in single quotes: 'text'"),
    "INSERT INTO g (i) (1);": ("1:20", "VALUES is missing before 1."),
    "INSERT INTO g (i) VALUES (%s);": ("1:27", "A placeholder has no value here"),
    "INSERT INTO g (i) VALUES ($1);": ("1:27", "A placeholder has no value here"),
    "INSERT INTO g VALUES ([1, 2]);": ("1:23", "An array is written ARRAY[1, 2]"),
    "UPDATE g WHERE i = 1 SET i = 2;": ("1:10", "It is written UPDATE table SET column = value"),
    "SELECT * FROM g LIMIT 1 ORDER BY i;": ("1:25", "The order is: SELECT, FROM, WHERE"),
    "SELECT 1 WHERE 1 = 1 ADN 2 = 2;": ("1:22", "Did you mean AND?"),
    "SELECT * FROM g WHERE i IN 1, 2;": ("1:28", "The values of IN stand in parentheses"),
    "SELECT * FROM g WHERE i BETWEEN 1, 2;": ("1:34", "It is written BETWEEN 1 AND 5."),
    "SELECT CASE WHEN i = 1 THEN 2 FROM g;": ("1:31", "The END of CASE is missing before FROM."),
    "SELECT * FROM g JOIN g AS h;": ("1:28", "ON is missing"),
    "SELECT now() + interval 1 day;": ("1:25", "It goes in single quotes: interval '1 day'"),
    "WITH x AS (SELECT 1);\nSELECT * FROM x;": ("1:21", "Remove the semicolon: WITH"),
    "/\nSELECT 1;": ("1:1", "A line with / alone is SQL*Plus's"),
    "DO\nBEGIN\n  NULL;\nEND;": ("2:1", "The body goes between $$ and $$."),
    "DO $$\nBEGIN\n  IF true THEN\n    NULL;\nEND $$;": ("5:5", "An END is missing"),
    "DO $$\nBEGIN\n  IF true THEN NULL;\n  ENDIF;\nEND $$;": (
        "4:3",
        "It is written END IF, in two words.",
    ),
    "DO $$\nBEGIN\n  i := 1;\nEND $$;": ("3:3", "i is no variable: write DECLARE i type;"),
    "DO $$\nBEGIN\n  NULL;\n  PERFORM 1\nEND; $$;": ("5:6", "A semicolon is missing before END."),
    "UPDATE g SET i := 1;": ("1:16", "It is written =, without the colon."),
    "SELECT 1:int;": ("1:9", "A cast is written with two colons: ::int"),
    "CREATE TRIGGER a BEFORE UPDATE g EXECUTE FUNCTION f();": ("1:32", "It is written CREATE TRIG"),
    "CREATE TABLE a (\n  i int\n  FOREIGN KEY (i) REFERENCES g\n);": ("3:3", "A comma is missing"),
    "CREATE TABLE a (i int DEFAULT nextval(s));": (
        "1:39",
        "It goes in single quotes: nextval('sequence')",
    ),
    "GRANT SELECT ON ALL TABLES IN SCEMA public TO public;": ("1:31", "Did you mean SCHEMA?"),
    "CREATE TABLE a (i int, select int);": ("1:24", "select is a reserved word"),
    "INSERT INTO g (i, where) VALUES (1, 2);": ("1:19", "where is a reserved word"),
    "quit;": ("1:1", "A command of psql begins with a backslash: \\quit."),
}
# One folder has at most 99 of them.
MORE_REMEDIES = {
    "SELECT * FROM g WHERE i = 1 WHERE i = 2;": ("1:29", "A second condition is written with AND"),
    "SELECT * FROM FROM g;": ("1:15", "FROM is written twice."),
    "SELECT i || FROM g;": ("1:13", "A value is missing before FROM."),
    "GRANT SELECT TO public ON g;": ("1:24", "ON goes before TO or FROM: GRANT SELECT"),
    "INSERT INTO g VALUES (101) RETURN i;": ("1:28", "It is written RETURNING."),
    "INSERT INTO g VALUES SELECT 101;": ("1:22", "Leave VALUES out"),
    "SELECT * FROM g LEFT g AS h;": ("1:22", "JOIN is missing before g."),
    "SELECT * FROM g JOIN g AS h USING hh;": ("1:35", "Parentheses are missing after USING"),
    "WITH w AS SELECT 1 SELECT * FROM w;": ("1:11", "The query goes in parentheses"),
    "CREATE TABLE a (i int PRIMARY, j int);": ("1:30", "It is written PRIMARY KEY."),
    "CREATE TABLE a (i int GENERATED ALWAYS IDENTITY);": (
        "1:40",
        "It is written GENERATED ALWAYS AS",
    ),
    "TRUNCATE TABLE IF EXISTS g;": ("1:19", "TRUNCATE has no IF EXISTS"),
    "SET search_path public;": ("1:17", "The value comes after = or TO"),
    "ALTER TABLE g OWNER = postgres;": ("1:21", "It is written OWNER TO role."),
    "DO $$ n int; BEGIN n := 1; END $$;": ("1:7", "Variables stand after DECLARE"),
    "CREATE TABLE a (i itn);": ("1:19", "Did you mean int?"),
    "CREATE TABLE a (i int, PRIMARY KEY i);": (
        "1:36",
        "Parentheses are missing after PRIMARY KEY: PR",
    ),
    "CREATE TABLE a (primary int);": ("1:25", "primary is a reserved word"),
    "CREATE TABLE my-table (i int);": ("1:16", "A name with a hyphen needs double quotes."),
    "CREATE TABLE a {i int};": ("1:16", "The columns stand in parentheses: CREATE TABLE"),
    "CREATE TABLE a (i int CHECK (i => 1));": ("1:32", "It is written >=."),
    "CREATE TABLE a (i int CHECK (i =< 1));": ("1:32", "It is written <=."),
    "CREATE TABLE a (d date DEFAULT now);": ("1:32", "For the time write DEFAULT now()"),
    "CREATE TABLE a (d uuid DEFAULT gen_randm_uuid());": ("1:32", "Did you mean gen_random_uuid?"),
    "ALTER TABLE g AD j int;": ("1:15", "It is written ALTER TABLE table ADD"),
    "ALTER TABLE g ENABLE ROW LEVEL SECURTY;": ("1:32", "Did you mean SECURITY?"),
    "INSERT INTO g i VALUES (9);": ("1:15", "The columns stand in parentheses: INSERT INTO"),
    "CREATE TYPE mood AS ENUM ('sad', 'ok');\nSELECT 'oke'::mood;": (
        "2:8",
        "mood has the values 'sad', 'ok'.",
    ),
    "CREATE TRIGGER t BEFORE UPDATE ON g FOR EACH ROW EXECUTE FUNCTION nosuch();": (
        "1:1",
        "No script makes nosuch before",
    ),
    "CREATE FUNCTION g1() RETURNS int AS $$\nBEGIN\n  RETRUN 1;\nEND $$ LANGUAGE plpgsql;": (
        "3:3",
        "Did you mean RETURN?",
    ),
    "DO $$\nBEGIN\n  IF true\n    RETURN;\n  END IF;\nEND $$;": ("4:11", "THEN is missing"),
    "CREATE FUNCTION g2() RETURNS int AS\n  SELECT 1;\n  LANGUAGE sql;": (
        "2:3",
        "The body goes between $$ and $$.",
    ),
    "CREATE FUNCTION g4(i int) RETURNS int LANGUAGE sql AS 'SELECT 1';\nSELECT g4(1, 2);": (
        "2:8",
        "g4 is made in",
    ),
    "CREATE TABLE a (i int primary key auto increment);": ("1:35", "AUTO INCREMENT is of another"),
    "CREATE OR REPLACE TABLE a (i int);": ("1:19", "There is no CREATE OR REPLACE TABLE"),
    "CREATE TABLE a (i int, constraint check (i > 0));": (
        "1:35",
        "After CONSTRAINT comes its name",
    ),
    "CREATE TABLE a (i int) PARTITION BY RANGE (j);": ("1:44", "Use a column that exists"),
    "CREATE TABLE h (i int) PARTITION BY RANGE (i);\n"
    "CREATE TABLE h1 PARTITION OF h FOR VALUES IN (1);": ("2:43", "RANGE takes FROM (…) TO (…)"),
    "CREATE SEQUENCE s CYCEL;": ("1:19", "Did you mean CYCLE?"),
    "CREATE SEQUENCE s INCREMENT BY;": ("1:31", "Something is missing at the end"),
    "ALTER TABLE g ADD FOREIGN KEY j REFERENCES g;": (
        "1:31",
        "Parentheses are missing after FOREIGN KEY: FO",
    ),
    "ALTER TABLE g ALTER COLUMN i SET TYPE;": ("1:34", "A column is changed by ALTER COLUMN"),
    "ALTER TABLE g ADD COLUMN (j int);": ("1:26", "ADD (…) is Oracle's"),
    "DROP TABLE g CASCADE CONSTRAINTS;": ("1:22", "CONSTRAINTS is of another database"),
    "COMMENT ON TABLE g 'people';": ("1:20", "It is written COMMENT ON TABLE table IS '…';"),
    "COMMENT ON COLUMN i IS 'x';": ("1:1", "It is written COMMENT ON TABLE table IS '…';"),
    "CREATE USER 'bob'@'localhost';": ("1:13", "A user with a host is MySQL's"),
    "SET NAMES utf8mb4;": ("1:11", "The name goes in quotes"),
    "SET @x = 1;": ("1:5", "Variables with @ are of another database"),
    "INSERT INTO g VALUES ({1,2});": ("1:23", "An array is written"),
    "SELECT 12:30;": ("1:10", "It goes in single quotes: '12:00'"),
    "SELECT \u00b4x\u00b4;": ("1:8", "These are typographic quotes"),
    "SELECT i FROM g GROUP i;": ("1:23", "It is written GROUP BY."),
    "SELECT i, count(*) FROM g;": ("1:8", "Add the column to GROUP BY"),
    "SELECT i a b FROM g;": ("1:12", "A comma is missing before b."),
    "SELECT i FROM g a, g b;": ("1:8", "Several tables have this column"),
    "SELECT x.i FROM g;": ("1:8", "x is not in FROM"),
    "INSERT INTO g VALUES (9) RETURNING j;": ("1:36", "Use a column that exists"),
    "COPY g FORM stdin;\n1\n": ("1:8", "Did you mean FROM?"),
    "\\conect shop\n": ("1:1", "Did you mean \\connect?"),
    "SELECT :'missing';": ("1:8", "The variable missing is not set"),
    "TRUNCATE g RESTART IDENTIY;": ("1:20", "Did you mean IDENTITY?"),
    "SELECT now() - 5;": ("1:14", "To a time add an interval"),
    "SELECT now() + 1 day;": ("1:18", "It goes in single quotes: interval '1 day'"),
    "SELECT lenght('x');": ("1:8", "Did you mean length?"),
    "SELECT substr('abc', 1 2);": ("1:24", "A comma, or an operator, is missing before 2."),
    "CREATE TABEL tt (i int);\nINSERT INTO tt VALUES (1);": ("1:8", "Did you mean TABLE?"),
    "SELECT 1 WHERE 1 = 1 && 2 = 2;": ("1:27", "Write AND instead of &&."),
    "GRANT SELCT ON g TO public;": ("1:1", "Did you mean SELECT?"),
    "SELECT * FROM nosuch2;": ("1:15", "No script makes nosuch2 before"),
}
YET_MORE_REMEDIES = {
    "CREATE FUNCTION q(a, b int) RETURNS int AS $$ SELECT 1 $$ LANGUAGE sql;": (
        "1:19",
        "An argument has a name and a type",
    ),
    "CREATE FUNCTION q() RETURNS int AS $$ SELECT 'x' $$ LANGUAGE sql;": ("1:1", "The last statem"),
    "CREATE TABLE q (i int GENERATED AS IDENTITY);": ("1:33", "It is written GENERATED BY DEFAULT"),
    "CREATE TABLE q (i int REFERENCES g DELETE CASCADE);": ("1:36", "ON is missing before DELETE"),
    "CREATE TABLE q (i int REFERENCES g(i) CASCADE);": ("1:39", "It is written ON DELETE CASCADE"),
    "CREATE TABLE q (i int REFERENCES g ON DELETE CASCADE ON DELETE SET NULL);": (
        "1:57",
        "ON DELETE is written twice",
    ),
    "INSERT INTO g VALUES (202) ON CONFLICT IGNORE;": ("1:40", "ON CONFLICT IGNORE is of another"),
    "INSERT INTO g VALUES (203) ON CONFLICT DO UPDATE SET i = 2;": ("1:28", "Name the columns"),
    "hello world": ("1:1", "No statement begins with hello"),
    "DO $$ DECLARE k int, l int; BEGIN NULL; END $$;": ("1:20", "Each variable of DECLARE ends"),
    "DO $$ DECLARE k; BEGIN NULL; END $$;": ("1:16", "After the name of a variable comes its"),
    "DO $$ BEGIN FOR k IN 1 TO 3 LOOP NULL; END LOOP; END $$;": ("1:22", "It is written FOR i IN"),
    "CREATE POLICY q ON g FOR SELECT WHERE (true);": ("1:33", "It is written USING (…)"),
    "DROP COLUMN i FROM g;": ("1:6", "It is written ALTER TABLE table DROP COLUMN"),
    "DROP TABLES g;": ("1:6", "The kind of object has no s"),
    "CREATE FUNCTION q() RETURNS void AS $$ BEGIN RETURN 1; END $$ LANGUAGE plpgsql;": (
        "1:53",
        "A function that RETURNS void",
    ),
    'DO $$ BEGIN RAISE NOTICE "hello"; END $$;': ("1:1", "A level of RAISE, such as NOTICE"),
    "DO $$ BEGIN NULL; EXCEPTION WHEN unique_viol THEN NULL; END $$;": ("1:1", "A condition is"),
    "CREATE TABLE q (i int CHECK (i IN (SELECT 1)));": ("1:32", "A CHECK has no query"),
    "CREATE TABLE q (i int DEFAULT (SELECT 1));": ("1:31", "A DEFAULT has no query"),
    "SET client_encoding = 'windows';": ("1:1", "Such as 'UTF8'"),
    "CREATE FUNCTION q() RETURNS trigger AS $$ BEGIN N.i = 1; END $$ LANGUAGE plpgsql;": (
        "1:49",
        "N is no variable",
    ),
    "source more.sql;": ("1:1", "Another script is run by \\ir file.sql"),
    "CREATE TABLE q (id, s text);": ("1:23", "After the name of a column comes its type."),
    "CREATE TABLE q (s text, id);": ("1:27", "After the name of a column comes its type."),
    "CREATE TABLE q (i int, i text);": ("1:1", "Leave one of the two out, or give it another"),
    "CREATE TABLE q (i int PRIMARY KEY, j text REFERENCES q);": ("1:1", "Give the column the type"),
    "CREATE INDEX q ON g (i) USING btree;": ("1:25", "It is written CREATE INDEX name ON table"),
    "DROP TABLE IF EXISTS q.\nDROP TABLE IF EXISTS z;": ("2:6", "Write a semicolon instead of"),
    "INSERT INTO TABLE g VALUES (201);": ("1:13", "Leave TABLE out: INSERT INTO name"),
    "INSERT INTO g VALUES (nil);": ("1:23", "NIL is written NULL."),
    "DO $$ BEGIN total = 1; END $$;": ("1:13", "total is no variable: write DECLARE total type;"),
    "CREATE FUNCTION q() RETURNS trigger AS $$\n  NEW.i = 1;\n  RETURN NEW;\nEND $$"
    " LANGUAGE plpgsql;": ("2:3", "BEGIN is missing before NEW"),
    "DO $$ BEGIN FOR n IN 1..2 LOOP RAISE NOTICE '%'; END LOOP; END $$;": (
        "1:1",
        "Each % of the text needs a value",
    ),
    "CREATE TABLE o (i int) WITH OIDS;": ("1:29", "PostgreSQL 12 and later have no OIDs"),
    "CREATE UNIQUE INDEX ON g (lower i);": ("1:1", "An expression in an index has parentheses"),
    "SELECT i AS 'n' FROM g;": ("1:13", "Single quotes are for text: write the name"),
    "CREATE TABLE gw (i int CONSTRAINT small CHECK (i < 9));\n"
    "ALTER TABLE gw DROP CONSTRAINT smal;": ("2:1", "Did you mean small?"),
    "CREATE TABLE a (t time DEFAULT LOCALTIME());": ("1:42", "localtime has no parentheses."),
    "ALTER TABLE g RENAME name TO order;": ("1:30", "order is a reserved word"),
    "CREATE TABLE a (j json DEFAULT {});": ("1:32", "An array is written '{1,2}', and JSON"),
    "CREATE TABLE a PARTITION OF g FOR VALUES FROM '1' TO '9';": ("1:47", "RANGE takes FROM"),
    "CREATE TABLE a PARTITION OF g FOR VALUES IN 1, 2;": ("1:45", "RANGE takes FROM (…) TO"),
    "SELECT now() + 1;": ("1:14", "To a time add an interval"),
    "SELECT * FROM g WHERE i BETWEEN 1 TO 5;": ("1:35", "It is written BETWEEN 1 AND 5."),
    "SELECT * FROM g WHERE g.i NOT NULL;": ("1:27", "It is written IS NOT NULL."),
    "SELECT * FROM g WHERE name LIKE %a%;": ("1:33", "It goes in single quotes: LIKE 'a%'"),
    "CREATE TABLE a (i int, j int GENERATED ALWAYS AS i * 2 STORED);": (
        "1:50",
        "Parentheses are missing after AS",
    ),
    "DO $$ BEGIN RAISE NOTICE '%', y; END $$;": ("1:1", "Write DECLARE name type; before"),
    "CREATE TABLE gt (t text);\nCREATE INDEX ON gt USING gin (t);": (
        "2:1",
        "The type has no index",
    ),
    "CREATE INDEX ON g USING gin (i gin_trgm_ops);": ("1:1", "Before it: CREATE EXTENSION"),
    "CREATE INDEX ON g (i(10));": ("1:20", "An index has the whole column"),
    "CREATE INDEX ON g (abs i);": ("1:1", "An expression in an index has parentheses"),
    "CREATE INDEX ON g (i) WHERE now() > '2024-01-01';": (
        "1:1",
        "It may use only immutable functions, unlike n",
    ),
    "CREATE TABLE ft (t text, FULLTEXT KEY (t));": ("1:35", "FULLTEXT is of another database"),
    "CREATE TABLE at (t array);": ("1:20", "It is written text[]."),
    "CREATE TABLE gn (t timestamptz GENERATED ALWAYS AS (now()) STORED);": ("1:1", "It may use"),
    "CREATE FUNCTION nr() AS $$ BEGIN END $$ LANGUAGE plpgsql;": ("1:1", "Write what it returns"),
    "CREATE OR REPLACE FUNCTION rt() RETURNS int AS 'SELECT 1' LANGUAGE sql;\n"
    "CREATE OR REPLACE FUNCTION rt() RETURNS text AS 'SELECT now()::text' LANGUAGE sql;": (
        "2:1",
        "Use DROP FUNCTION rt() first.",
    ),
    "CREATE VIEW gv AS SELECT i FROM g;\nALTER TABLE g ALTER i TYPE bigint;": ("2:1", "DROP VIEW"),
    "GRANT SELECT g TO public;": ("1:14", "ON is missing before g."),
    "GRANT READ ON g TO public;": ("1:1", "The privileges of a table are SELECT"),
    "GRANT SELECT ON ALL TABLES TO public;": ("1:28", "IN SCHEMA public is missing before TO."),
    "UPDATE g AS u SET u.i = 1;": ("1:19", "SET names the column alone"),
    "SELECT i + 1 AS n FROM g WHERE n > 1;": ("1:32", "n is an alias of SELECT"),
    "SELECT * FROM g WHERE i = 'a'::text;": ("1:25", "Compare values of one type"),
    "SET search_path = nowhere;\nCREATE TABLE ns (i int);": ("2:14", "No schema of search_path"),
    "CREATE TABLE ct (t citext);": ("1:20", "Before it: CREATE EXTENSION IF NOT EXISTS citext;"),
    "DO $$ BEGIN TRY PERFORM 1; END $$;": ("1:13", "TRY is of another database"),
    "SET SCHEMA app;": ("1:12", "It goes in single quotes: SET SCHEMA 'app';"),
    "SET TIME ZONE UTC+1;": ("1:18", "It goes in single quotes: SET TIME ZONE 'Euro"),
    "ALTER TABLE g RENAME i j;": ("1:24", "TO is missing"),
    "ALTER TABLE g ADD COLUMN b int, c int;": ("1:33", "After the comma write ADD COLUMN"),
    "ALTER TABLE g DROP CONSTRAINT g_pkey;": ("1:1", "Write DROP CONSTRAINT IF EXISTS"),
    "DROP TRIGGER IF EXISTS gt;": ("1:26", "ON is missing: DROP TRIGGER name ON table;"),
    "ALTER TABLE g ENABLE ROW SECURITY;": ("1:26", "It is written ROW LEVEL SECURITY."),
    "CREATE TABLE gp PARTITION OF g FOR VALUES (1);": ("1:43", "RANGE takes FROM"),
    "CREATE TABLE gi (j int) INHERITS g;": ("1:34", "Parentheses are missing after INHERITS"),
    "ALTER SEQUENCE gs RESTART WITH (SELECT 1);": ("1:32", "A number goes here"),
    "MERGE INTO g USING g h ON true WHEN NOT MATCHED INSERT VALUES (1);": (
        "1:49",
        "THEN is missing",
    ),
    "DO $$ SELECT 1; $$;": ("1:7", "BEGIN is missing"),
    "DO $$ BEGIN FOR r IN SELECT 1 LOOP END LOOP; END $$;": ("1:17", "A loop over rows needs"),
    "SELECT i FROM g ORDER BY 2;": ("1:26", "ORDER BY names a column of SELECT"),
    "SELECT 1 FROM g WHERE count(*) > 1;": ("1:23", "An aggregate goes in HAVING"),
    "SELECT max(count(*)) FROM g;": ("1:12", "An aggregate takes none"),
    "CREATE TABLE nn (i int);\nINSERT INTO nn VALUES (1);\nALTER TABLE nn ADD j int NOT NULL;": (
        "3:1",
        "The table has rows",
    ),
    "SELECT setval(g_seq, 5);": ("1:15", "It goes in single quotes: nextval('sequence')"),
    "SELECT 1 INTO @x;": ("1:15", "Variables with @ are of another database"),
    "DECLARE @n int = 5;": ("1:9", "A variable has no @"),
    "```sql\nSELECT 1;": ("1:1", "Three backquotes are Markdown's"),
    "postgres=# SELECT 1;": ("1:1", "A prompt of psql"),
    "(1 row)\n;": ("1:2", "What psql prints is no part of a script"),
    "LOCK TABLES `g` WRITE;": ("1:13", "Backquotes are MySQL's"),
    "CREATE DATABASE shop CHARACTER SET utf8mb4;": ("1:22", "CHARACTER SET is of another database"),
    'CREATE DATABASE gt TEMPLATE :"DBNAME";': ("1:1", "The run is in that database"),
    "\\if 1 = 1\n\\endif": ("1:1", "Compare in SQL"),
}


OF_OTHER_DATABASES = {
    "CREATE TABLE a (i INT ZEROFILL);": ("1:23", "ZEROFILL is MySQL's"),
    "CREATE TABLE a (\n  i int, # key\n  j int\n);": ("2:10", "A comment begins with two hyphens"),
    "CREATE TABLE a (\n  i int, // key\n  j int\n);": ("2:10", "A comment begins with two hyphens"),
    "CREATE TABLE a (m text, UNIQUE KEY u (m));": ("1:32", "UNIQUE KEY is of another database"),
    "CREATE TABLE a (i int, INDEX (i));": ("1:30", "An index of a table is made after it: CREATE"),
    "CREATE TABLE a (i int, FOREIGN KEY f (i) REFERENCES g (i));": (
        "1:36",
        "A name goes before: CONSTRAINT name FOREIGN KEY (column)",
    ),
    "CREATE TABLE a (m text COLLATE utf8mb4_unicode_ci);": ("1:24", "COLLATE UTF8MB4_UNICODE_CI"),
    "CREATE TABLE a (m text COLLATE NOCASE);": ("1:24", "COLLATE NOCASE is of another"),
    "CREATE TABLE a (d date) PARTITION BY RANGE (lower(d)) (PARTITION p VALUES LESS THAN (9));": (
        "1:55",
        "A partition is a table",
    ),
    "CREATE TABLE a (i int PRIMARY KEY ON CONFLICT REPLACE);": ("1:35", "ON CONFLICT REPLACE is"),
    "CREATE TABLE a (i int NOT NULL ENABLE);": ("1:32", "ENABLE is of another database"),
    "CREATE TABLE a (i int) PCTFREE 10;": ("1:24", "PCTFREE is of another database"),
    "CREATE TABLE a (i SMALLMONEY);": ("1:19", "SMALLMONEY is of another database"),
    "CREATE TABLE a (i RAW(16));": ("1:19", "RAW is of another database"),
    "CREATE TABLE a (i, m);": ("1:22", "After the name of a column comes its type."),
    "CREATE TABLE [dbo].[a] (i int);": ("1:14", "Brackets are SQL Server's"),
    "CREATE PROCEDURE p1()\nBEGIN\n  INSERT INTO g VALUES (1);\nEND;": (
        "3:3",
        "The body goes between $$ and $$",
    ),
    "CREATE PROCEDURE p1 AS\nBEGIN\n  SELECT 1;\nEND;": ("1:21", "It is written CREATE FUNCTION"),
    "CREATE PROCEDURE p1() RETURNS int AS $$ BEGIN END $$ LANGUAGE plpgsql;": (
        "1:31",
        "A procedure returns nothing",
    ),
    "CREATE SYNONYM h FOR g;": ("1:8", "SYNONYM is of another database"),
    "CREATE PACKAGE h AS PROCEDURE q;": ("1:8", "PACKAGE is of another database"),
    "CREATE USER 'bob' PASSWORD 'pw';": ("1:13", "Single quotes are for text"),
    "GRANT CONNECT, RESOURCE TO public;": ("1:1", "GRANT CONNECT is of another database"),
    "ALTER TABLE g ADD COLUMN j int IF NOT EXISTS;": ("1:32", "IF NOT EXISTS goes before"),
    "DROP TABLE g PURGE;": ("1:14", "PURGE is of another database"),
    "BEGIN TRY\nSELECT 1;": ("1:7", "TRY is of another database"),
    "BEGIN TRANSACTION t;": ("1:19", "BEGIN stands alone"),
    "BEGIN IMMEDIATE;": ("1:7", "BEGIN stands alone"),
    "BEGIN\n  dbms_output.put_line('x');": ("2:3", "BEGIN stands alone; a block is written DO"),
    "DECLARE\n  n int;\nBEGIN\n  n := 1;\nEND;": ("2:5", "Variables stand in a block"),
    "SELECT TOP (5) * FROM g;": ("1:18", "TOP is of another database"),
    "SELECT 1 FROM g WHERE 'a' RLIKE 'b';": ("1:27", "RLIKE is of another database"),
    "SELECT json_extract('{}'::json, '$.a');": ("1:8", "JSON_EXTRACT is of another database"),
    "SELECT * FROM g CROSS APPLY (SELECT 1) b;": ("1:23", "CROSS APPLY is of another database"),
    "SELECT group FROM g;": ("1:14", "group is a reserved word"),
    "SELECT i FROM user;": ("1:8", "user is a reserved word, for the name of the role"),
    "SELECT 'a'::text + 'b'::text;": ("1:18", "To join text"),
    "SELECT 1 FROM g WHERE i IS NOT 1;": ("1:32", "A value is compared by = or <>"),
    "SELECT json_build_object('a' : 1);": ("1:30", "A comma goes between a name and its value"),
    "SELECT string_agg('a', ',') WITHIN GROUP (ORDER BY 1);": ("1:8", "WITHIN GROUP is of another"),
    "SELECT typeof(1);": ("1:8", "TYPEOF is of another database"),
    "SELECT to_number('1');": ("1:8", "TO_NUMBER is of another database"),
    "SELECT row_number() OVER () FROM g WHERE row_number() OVER () = 1;": (
        "1:42",
        "Only SELECT and ORDER BY have window functions",
    ),
    "CREATE TABLE a (i int CHECK (i &gt; 0));": ("1:35", "This is of HTML"),
    "SELECT unaccent('a');": ("1:8", "Before it: CREATE EXTENSION IF NOT EXISTS unaccent;"),
    "SELECT crypt('a', gen_salt('bf'));": ("1:19", "Before it: CREATE EXTENSION IF NOT EXISTS pg"),
    "SELECT levenshtein('a', 'b');": ("1:8", "Before it: CREATE EXTENSION IF NOT EXISTS fuzzy"),
    "SELECT st_makepoint(1, 2);": ("1:8", "Before it: CREATE EXTENSION IF NOT EXISTS postgis;"),
    "CREATE TABLE a (i int, EXCLUDE USING gist (i WITH =));": ("1:1", "Before it: CREATE EXTENS"),
    "UPDATE g SET i = 1 FROM g;": ("1:1", "Give one of the two an alias: FROM table AS n"),
    "UPDATE x SET i = 1 FROM g x WHERE x.i = 2;": ("1:8", "The alias goes after the table"),
    "MERGE g USING g h ON true WHEN MATCHED THEN DELETE;": ("1:7", "INTO is missing"),
    "INSERT INTO g OUTPUT inserted.i VALUES (1);": (
        "1:15",
        "OUTPUT INSERTED is of another database",
    ),
    "SELECT 1 AS x INTO #t;": ("1:20", "A temporary table has no #"),
    "CREATE FUNCTION f1(@a INT) RETURNS INT LANGUAGE sql AS 'SELECT 1';": (
        "1:20",
        "Variables with",
    ),
    "PROMPT tables\n;": ("1:1", "PROMPT is of another database"),
    "EXIT;": ("1:1", "EXIT is of another database"),
    "WAITFOR DELAY '00:00:01';": ("1:1", "WAITFOR is of another database"),
    "RAISERROR('x', 16, 1);": ("1:1", "RAISERROR is of another database"),
    'psql -c "SELECT 1"\n;': ("1:1", "This is of a shell script"),
    "SELECT 1;\nEOSQL\n": ("2:1", "This is of a shell script"),
    "CREATE TABLE\npostgres=#\n": ("2:9", "A prompt of psql"),
    "CREATE TABLE a (i int),\nCREATE TABLE b (i int);": (
        "1:23",
        "Write a semicolon instead of the",
    ),
    "WITH (FORMAT csv, HEADER);": ("1:6", "\\copy is one line"),
    "DO $$ BEGIN EXECUTE IMMEDIATE 'SELECT 1'; END $$;": ("1:1", "IMMEDIATE is Oracle's"),
    "DO $$ BEGIN RAISE NOTICE 'a' || 'b'; END $$;": ("1:30", "A value goes after the text"),
    "DO $$\nBEGIN\n  IF true THEN NULL;\n  ELSE IF false THEN NULL;\n  END IF;\nEND $$;": (
        "6:5",
        "ELSE IF begins another IF",
    ),
    "CREATE FUNCTION f4() RETURNS trigger LANGUAGE sql AS 'SELECT 1';": (
        "1:1",
        "The function of a trigger is in PL/pgSQL",
    ),
    "CREATE TABLE np (i int);\nCREATE TABLE nq (i int REFERENCES np);": (
        "2:1",
        "The table that it refers to needs a PRIMARY K",
    ),
    "CREATE TABLE pk (i int, j int, PRIMARY KEY (i, j));\nCREATE TABLE fk (i int REFERENCES pk);": (
        "2:1",
        "The table that it refers to needs a PRIMARY K",
    ),
    "CREATE TABLE td (m text DEFAULT 'a');\nCREATE TYPE tm AS ENUM ('a');\n"
    "ALTER TABLE td ALTER m TYPE tm USING m::tm;": ("3:1", "Before it: ALTER COLUMN column DROP"),
    "CREATE TABLE dk (i int);\nINSERT INTO dk VALUES (1), (1);\nALTER TABLE dk ADD UNIQUE (i);": (
        "3:1",
        "Rows of the table have the same key",
    ),
    "CREATE TABLE nu (n numeric);\nINSERT INTO nu VALUES ('1,5');": (
        "2:24",
        "A number has a point",
    ),
    "SET client_min_mesages = error;": ("1:1", "Did you mean client_min_messages?"),
    "SET timezone = 'Europe/Rom';": ("1:1", "pg_timezone_names lists the names"),
    "CREATE DATABASE ${DB};": ("1:17", "A variable of the shell has no value here"),
}


MISPLACED = {
    "INSERT INTO g VALUES (ARRAY(1, 2));": ("1:29", "An array is written ARRAY[1, 2]"),
    "INSERT INTO g VALUES ({a,b});": ("1:23", "An array is written '{1,2}'"),
    "DELETE FROM g, pg_class WHERE i = 1;": ("1:14", "It is written DELETE FROM table"),
    "CREATE TYPE mo AS ENUM ('a');\nALTER TYPE mo ADD 'b';": (
        "2:19",
        "VALUE is missing before 'b'.",
    ),
    "CREATE TYPE mt ENUM ('a');": ("1:16", "AS is missing before ENUM."),
    "CREATE TABLE a8 (id serial int);": ("1:28", "int does not belong here"),
    "CREATE TABLE a9 (name text(50));": ("1:23", "TEXT has no length"),
    "CREATE TABLE b1 PARTITION OF g FOR VALUES FROM (1) TO (2);": (
        "1:1",
        "The table that it names needs PARTITION BY RANGE",
    ),
    "CREATE TABLE b2 (i int)\nINHERIT (g);": ("2:1", "Did you mean INHERITS?"),
    "CREATE TABLE b3 (id bigint IDENTITY PRIMARY KEY);": (
        "1:28",
        "IDENTITY is of another database",
    ),
    "CREATE TABLE b4 (id int, CONSTRAINT p PRIMARY (id));": ("1:47", "It is written PRIMARY KEY."),
    "CREATE TABLE b5 (2fa boolean);": ("1:18", "A name begins with a letter"),
    "CREATE TABLE b6 (first-name text);": ("1:23", "A name with a hyphen needs double quotes."),
    "CREATE FUNCTION f3() RETURNS int AS $$\n  RETURN 1;\n$$ LANGUAGE plpgsql;": (
        "2:3",
        "BEGIN is missing before RETURN.",
    ),
    "CREATE PROCEDURE p1() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO g VALUES (7) END $$;": (
        "1:81",
        "A semicolon is missing before END.",
    ),
    "CREATE FUNCTION f4() RETURNS int LANGUAGE plsql AS 'x';": ("1:1", "The languages are plpgsql"),
    "CREATE FUNCTION f5() RETURNS int LANGUAGE sql STABEL AS 'SELECT 1';": (
        "1:47",
        "Did you mean STABLE?",
    ),
    "DO $$ BEGIN IF EXISTS SELECT 1 FROM g THEN NULL; END IF; END $$;": (
        "1:30",
        "Parentheses are missing after EXISTS",
    ),
    "SELECT to_char('2024-01-01', 'YYYY');": ("1:8", "Give each value a type"),
    "SELECT date_trunc(month, now());": ("1:19", "It goes in single quotes"),
}


MISSING_WORDS = {
    "CREATE OR ALTER PROCEDURE a AS BEGIN SELECT 1 END;": ("1:11", "CREATE OR ALTER is of another"),
    "TRUNCATE TABLE g IF EXISTS;": ("1:18", "TRUNCATE has no IF EXISTS"),
    "CREATE FUNCTION a() RETURNS trigger $$ BEGIN END $$;": ("1:37", "The body goes between"),
    "SELECT CAST(i, text) FROM g;": ("1:14", "It is written CAST(value AS type)."),
    "SELECT i FROM g FETCH FIRST 3 ROWS;": ("1:35", "It is written FETCH FIRST 3 ROWS ONLY."),
    "CREATE TABLE a LIKE g;": ("1:16", "It is written CREATE TABLE name (LIKE table"),
    "ALTER TABLE g ALTER i SET NOT NULL DEFAULT 1;": ("1:36", "A column is changed by ALTER"),
    "INSERT INTO g VALUES (5) WHERE i = 5;": ("1:26", "VALUES has no condition"),
    "DROP nothing;": ("1:6", "The kind of object is missing: DROP TABLE"),
    "CREATE a_table (i int);": ("1:8", "The kind of object is missing: CREATE TABLE"),
    "CREATE UNIQUE a ON g (i);": ("1:15", "INDEX is missing before a."),
    "CREATE TABLE a (i int REFERENCES g i);": ("1:36", "It is written REFERENCES table"),
    "CREATE TABLE a (i float DEFAULT 0,5);": ("1:35", "It is written 0.5, with a point."),
    "CREATE TABLE a (i: int);": ("1:18", "It is written name type, without the colon."),
    "CREATE FUNCTION a RETURNS int AS 'SELECT 1' LANGUAGE sql;": ("1:19", "() is missing before"),
    "CREATE SCHEMA h AUTORIZATION postgres;": ("1:17", "Did you mean AUTHORIZATION?"),
    "CREATE SEQUENCE h START AT 10;": ("1:25", "It is written START WITH 1"),
    "CREATE TABLE h (tags text[] DEFAULT []);": ("1:37", "An array is written"),
    "UPDATE g i = 5 WHERE i = 1;": ("1:12", "It is written UPDATE table SET"),
    "INSERT INTO g VALUES (1) ON CONFLICT (i) UPDATE SET i = 2;": ("1:42", "DO is missing before"),
    "SELECT i count(*) FROM g;": ("1:15", "A comma is missing before count"),
    "TRUNCATE TABLE g, order;": ("1:19", "order is a reserved word"),
    "DO $$ BEGIN PRINT 'x'; END $$;": ("1:13", "In PL/pgSQL a message is written RAISE"),
    "DO $$ BEGIN RAISE NOTICE 'x % %', 1; END $$;": ("1:1", "Each % of the text needs a value"),
    "CREATE FUNCTION h() RETURNS int LANGUAGE sql AS 'SELECT 1' LANGUAGE sql;": (
        "1:60",
        "LANGUAGE is written twice",
    ),
    "GRANT USAGE ON DATABASE postgres TO public;": ("1:1", "The privileges of a database are"),
    "GRANT USAGE ON g TO public;": ("1:1", "The privileges of a table are"),
    "CREATE ROLE h LOGIN PASSWORD 'x' CREATDB;": ("1:34", "Did you mean CREATEDB?"),
    "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLE TO public;": (
        "1:42",
        "It is written ON TABLES",
    ),
    "CREATE TABLE h (i int, PRIMARY KEYS (i));": ("1:32", "It is written PRIMARY KEY."),
    "CREATE TABLE h (i int, j int, UNIQUE (i j));": ("1:41", "A comma is missing before j."),
    "CREATE INDEX h ON g (i DSC);": ("1:1", "The order of an index is ASC or DESC."),
    "CREATE FUNCTION h() RETURNS triger LANGUAGE plpgsql AS 'BEGIN END';": (
        "1:1",
        "Did you mean trigger?",
    ),
    "CREATE TABLE h (i int REFERENCES g ONDELETE CASCADE);": ("1:36", "Did you mean ON DELETE?"),
    "SELECT * FROM g WHERE i BETWEEN 0 AND 1 ORDERBY i;": ("1:41", "Did you mean ORDER BY?"),
    "CREATE TABLE h (i int GENERATED ALWAYS AS IDENTIY);": ("1:43", "Did you mean IDENTITY?"),
    "CREATE TABLE h (i int UNIQUE CHEK (i > 0));": ("1:30", "Did you mean CHECK?"),
    "SELECT o.i o.i FROM g AS o;": ("1:13", "A comma is missing before o."),
    "SELECT coalesc(i, 0) FROM g;": ("1:8", "Did you mean coalesce?"),
    "INSERT INTO g VALUES (9,5);": ("1:25", "Each column has one value; a decimal number"),
    "COMMENT ON TABLE g AS 'x';": ("1:20", "It is written COMMENT ON TABLE table IS"),
    "ALTER TABLE g ADD COLUM h char(13);": ("1:27", "It is written COLUMN."),
}


@pytest.mark.parametrize(
    "remedies",
    [REMEDIES, MORE_REMEDIES, YET_MORE_REMEDIES, OF_OTHER_DATABASES, MISPLACED, MISSING_WORDS],
    ids=["first", "more", "yet_more", "of_other_databases", "misplaced", "missing_words"],
)
def test_what_to_write_instead(
    check: Callable[..., dict[str, Any]], remedies: dict[str, tuple[str, str]]
) -> None:
    found = check("CREATE TABLE g (i int);", *remedies, options=("--transaction", "none"))
    told = {
        f"{one['script'][-6:-4]}:{one['line']}:{one['column']}": one["rewrite"].splitlines()
        for one in found["findings"]
    }
    for number, (place, remedy) in enumerate(remedies.values(), 2):
        lines = told.pop(f"{number:02}:{place}", None)
        assert lines is not None, (number, place, told)
        assert any(line.startswith(remedy) for line in lines), (number, remedy, lines)
    assert not told


def test_a_missing_key_does_not_follow_from_missing_rows(
    check: Callable[..., dict[str, Any]],
) -> None:
    found = check(
        "create table t (i int);\ninsert into t values ('a');\n"
        "create table u (t_i int references t (i));"
    )
    assert [one.split(" ", 1)[0] for one in errors(found)] == ["01.sql:2:23", "01.sql:3:1"]


def test_an_error_of_a_trigger_is_told_once(check: Callable[..., dict[str, Any]]) -> None:
    found = check(
        "create table t (i int);\ncreate function f() returns trigger language plpgsql as $$\n"
        "begin insert into audit values (new.i); return new; end $$;\n"
        "create trigger t before insert on t for each row execute function f();\n"
        "insert into t values (1);\ninsert into t values (2);\n"
    )
    assert [one.split(" ", 1)[0] for one in errors(found)] == ["01.sql:5:1"]


def test_what_sequences_gave_to_a_message_that_failed_is_given_again(
    check: Callable[..., dict[str, Any]],
) -> None:
    """A row that is inserted once more has the number that a later one refers to."""
    found = check(
        "create table a (id serial primary key, i int);\ncreate table b (a_id int references a);\n",
        "insert into a (i) values (5);\ninsert into b values (1);\nselect nosuch;\n",
    )
    assert [one.split(" ", 1)[0] for one in errors(found)] == ["02.sql:3:8"]


# What ends the reading of a script in its second line: the place, how many errors follow in the
# scripts after it, and what was not looked at.
UNREADABLE = {
    "select (1;\n": ("2:8", 2, "01.sql after line 2"),
    "insert into a values ('x);\n": ("2:23", 2, "01.sql after line 2"),
}
# What is wrong with a meta-command does not end it.
WRONG_META_COMMANDS = {
    "\\nonsense\n": "01.sql:2:1",
    "\\ir missing.sql\n": "01.sql:2:1",
    "\\ir part.txt\n": "part.txt:1:1",
}


def test_a_body_of_mysql_is_one_error(check: Callable[..., dict[str, Any]]) -> None:
    """What stands between its semicolons follows from it, and what comes after is rehearsed."""
    found = check(
        "create table a (i int);\ndelimiter //\ncreate trigger t before insert on a for each row\n"
        "begin\n  set new.i = 1;\n  set new.i = 2;\nend //\ndelimiter ;\nselect wrong;\n"
    )
    assert [one.split(" ", 1)[0] for one in errors(found)] == ["01.sql:2:1", "01.sql:9:8"]


@pytest.mark.parametrize("text", UNREADABLE, ids=repr)
def test_what_stands_before_and_beside_a_text_that_cannot_be_read(
    check: Callable[..., dict[str, Any]], tmp_path: Path, text: str
) -> None:
    """The errors before it, and in other scripts; those that may follow from it are counted."""
    place, number, unread = UNREADABLE[text]
    found = check(
        f"create table a (i int); select wrong;\n{text}create table b (i int);\n",
        "insert into b values (1);\ninsert into b values (1);\nselect nosuch;\nselect 1 form a;\n",
    )
    script = unread.partition(" ")[0]
    places = ["01.sql:1:32", f"{script}:{place}", "02.sql:3:8", "02.sql:4:15"]
    assert [one.split(" ", 1)[0] for one in errors(found)] == [
        one for one in places if number == 2 or one != "02.sql:3:8"
    ]
    notes = [note.replace(f"{tmp_path}/sql/", "") for note in found["notes"][1:]]
    follow = f"Further errors that follow from these, or are equal to them: {number}."
    assert notes == [f"Not examined: {unread}.", follow]


@pytest.mark.parametrize("text", WRONG_META_COMMANDS, ids=repr)
def test_what_stands_after_a_wrong_meta_command_is_rehearsed(
    check: Callable[..., dict[str, Any]], tmp_path: Path, text: str
) -> None:
    (tmp_path / "sql").mkdir()
    (tmp_path / "sql" / "part.txt").write_text("\\nonsense\n")
    found = check(
        f"create table a (i int); select wrong;\n{text}create table b (i int); select wrong2;\n",
        "insert into b values (1);\nselect nosuch;\n",
    )
    places = {one.split(" ", 1)[0] for one in errors(found)}
    assert places == {"01.sql:1:32", WRONG_META_COMMANDS[text], "01.sql:3:32", "02.sql:2:8"}
    assert len(found["notes"]) == 1


def test_nothing_stands_after_the_last_line(check: Callable[..., dict[str, Any]]) -> None:
    found = check("select 1;\nselect 'x\n\n")
    assert (len(found["findings"]), found["notes"][1:]) == (1, [])


def test_a_script_that_cannot_be_opened(
    check: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    (tmp_path / "sql").mkdir()
    (tmp_path / "sql" / "02.sql.gz").write_bytes(b"\x1f\x8b\x08")
    found = check("select wrong;\ncreate table a (i int)")
    (tmp_path / "sql" / "03.sql").write_text("insert into b values (1);\n\\if true\n")
    again = check("select wrong;\ncreate table a (i int)")
    assert [one["line"] for one in found["findings"]] == [1, None]
    assert [one["line"] for one in again["findings"]] == [1, None, 2]
    assert [note.rpartition("/")[2] for note in again["notes"][1:]] == [
        "02.sql.gz.",
        "Further errors that follow from these, or are equal to them: 1.",
    ]


# A copy of a database that another name stands for, and what is told of it and of the copy.
COPIES = {
    "create database h_copy character set utf8;": [("error", 2, "42601"), ("error", 4, "42P01")],
    "create database h_shop;\ncreate database h_copy template h_shop;": [("error", 5, "42P01")],
    "create database h_copy;\ncreate database h_copy;": [
        ("error", 3, "42P04"),
        ("error", 5, "42P01"),
    ],
    "create database h_shop;\ndrop database h_shop;\ncreate database h_shop;": [],
    "create database h_copy is_template true connection limit 5;": [("error", 4, "42P01")],
}


@pytest.mark.parametrize("text", COPIES)
def test_a_database_that_is_copied(check: Callable[..., dict[str, Any]], text: str) -> None:
    found = check(f"create table a (i int);\n{text}\n\\connect h_copy\nselect * from a;\n")
    listed = [(one["severity"], one["line"], one["sqlstate"]) for one in found["findings"]]
    assert listed == COPIES[text]


def test_without_a_transaction_what_follows_a_database_that_is_not_there(
    check: Callable[..., dict[str, Any]],
) -> None:
    found = check(
        "create database h_copy template nosuch;\n\\connect h_copy\nselect wrong;\n",
        "\\connect other\nselect wrong;\n",
        options=("--transaction", "none"),
    )
    said = [(one["script"][-6:], one["line"], one["message"]) for one in found["findings"]]
    assert said == [
        ("01.sql", 1, 'template database "nosuch" does not exist'),
        ("02.sql", 1, '\\connect: database "other" does not exist'),
    ]
    assert found["exit_code"] == 0
    assert "01.sql after line 2" in found["notes"][1]


def test_a_column_of_an_alias_may_be_misspelt(check: Callable[..., dict[str, Any]]) -> None:
    found = check("create table books (title text);\nselect b.titel from books as b;\n")
    assert found["findings"][0]["rewrite"].startswith("Did you mean title, of books?")


def test_what_follows_from_an_error_is_only_counted(check: Callable[..., dict[str, Any]]) -> None:
    found = check(
        "create table a (i int primary key, j nosuchtype);\n"
        "insert into a values (1, 2);\ncopy a from stdin;\n1\t2\n\\.\n"
        "create index on a (i); comment on table a is 'x'; select nextval('a_i_seq');\n"
        "create view v as select * from a;\nselect * from v;\n"
        "create table b (i int references a);\n",
        "create table c (i int primary key); create table d (i int references c);\n"
        "insert into c values ('x');\ninsert into d values (1);\n"
        "create table e (i int);\nalter table e add k int default 'x';\nselect k from e;\n"
        "select nosuch from e;\nselect nosuch from e;\n",
    )
    assert errors(found) == [
        '01.sql:1:38 type "nosuchtype" does not exist (42704)',
        '02.sql:2:23 invalid input syntax for type integer: "x" (22P02)',
        '02.sql:5:1 invalid input syntax for type integer: "x" (22P02)',
        '02.sql:7:8 column "nosuch" does not exist (42703)',
        '02.sql:8:8 column "nosuch" does not exist (42703)',
    ]
    [note] = [note for note in found["notes"] if "follow" in note]
    assert int(note.rstrip(".").rpartition(" ")[2]) == 10


def test_scripts_go_on_after_errors_of_every_kind_of_step(
    check: Callable[..., dict[str, Any]],
) -> None:
    """COPY data, savepoints of the scripts, \\gset and \\gexec."""
    found = check(
        "create table t (i int);\ncopy t from stdin;\n1\nx\n\\.\n"
        "copy u from stdin;\n1\n\\.\ninsert into t values (2);\n",
        "savepoint s;\ninsert into t values (3);\nrollback to s;\nselect nosuch;\n"
        "release s;\nrelease s;\ninsert into t values (4);\n",
        "select 1/0 as x \\gset\nselect 'select wrong' \\gexec\n"
        "select lost;\nselect 1 as y \\gset\nselect gone;\nselect 'select ' || :y \\gexec\n"
        "do $$ begin if (select array_agg(i order by i) from t) <> '{2,4}' then"
        " raise 'rows'; end if; end $$;\n",
    )
    assert [one.split(" ", 1)[0] for one in errors(found)] == [
        "01.sql:4:None",
        "01.sql:6:1",
        "02.sql:4:8",
        "02.sql:6:1",
        "03.sql:1:1",
        "03.sql:2:1",
        "03.sql:3:8",
        "03.sql:5:8",
    ]


def test_a_large_seed_with_a_few_errors(check: Callable[..., dict[str, Any]]) -> None:
    rows = [f"insert into t values ({number}, '{'x' * 50}');" for number in range(9000)]
    rows[20], rows[4000] = "insert into t values ('a');", "insert into t valuse (1);"
    text = "create table t (i int primary key, v text);\n" + "\n".join(rows)
    check_rows = (
        "do $$ begin if (select count(*) from t) <> 8998 then raise 'rows'; end if; end $$;"
    )
    assert [one.split(" ", 1)[0] for one in errors(check(text, check_rows))] == [
        "01.sql:22:23",
        "01.sql:4002:15",
    ]


def test_it_is_rehearsed_as_a_role_without_superuser(check: Callable[..., dict[str, Any]]) -> None:
    found = check(
        "create role reader; grant reader to current_user; create schema app;\n"
        "alter system set work_mem = '1MB';\ncreate event trigger e on ddl_command_end"
        " execute function f();\ncreate extension file_fdw;\ncreate extension hstore;\n"
        "set session_replication_role = replica;\nset log_statement = 'all';\n",
        options=("--transaction", "all"),
    )
    assert [one.split(" ", 1)[0] for one in errors(found)] == ["01.sql:2:1", "01.sql:7:1"]
    last = found["findings"][-1]
    assert (last["docker"], "42501" in last["target"]) == (
        "the image's user is a superuser, and it runs",
        True,
    )
    assert [one for one in warnings(found) if "file_fdw" in one]
    assert "as postgres, no superuser" in found["notes"][0]


@pytest.mark.parametrize("transaction", ["all", "none"])
def test_an_extension_of_rds_superuser_is_there_for_what_follows(
    check: Callable[..., dict[str, Any]], transaction: str
) -> None:
    """It belongs to the role, and lies in the first schema of its search_path."""
    found = check(
        "create schema app;\nset search_path = app;\n/* c */ create extension vector;\n"
        "create table parts (v app.vector(2));\ninsert into parts values ('[1,2]');\n"
        "comment on extension vector is 'numbers'; create extension postgres_fdw;"
        " create server s foreign data wrapper postgres_fdw;\nselect nothing from parts;\n"
        "select rds_create_extension('CREATE EXTENSION x; CREATE ROLE y SUPERUSER');\n",
        options=("--transaction", transaction),
    )
    assert [one.split(" ", 1)[0] for one in errors(found)] == ["01.sql:7:8", "01.sql:8:1"]
    assert [one["message"] for one in found["findings"][:-2]] == [
        'permission denied to create extension "vector"',
        'permission denied to create extension "postgres_fdw"',
    ]
    assert not [one for one in found["notes"] if "follow" in one]


@pytest.mark.parametrize("transaction", ["all", "none"])
def test_nothing_is_left_behind(check: Callable[..., dict[str, Any]], transaction: str) -> None:
    """Roles and databases are made in the throw-away server, and can be made once more."""
    more = "create database left_db;\n\\connect left_db\ncreate table t (i int);\n"
    text = "create role left_role; alter database :\"DBNAME\" set work_mem = '1MB';\n"
    text += more if transaction == "none" else ""
    for _ in range(2):
        found = check(text, options=("--transaction", transaction))
        assert errors(found) == []
        assert [note for note in found["notes"] if 'role "left_role" already exists' in note]


def test_the_second_apply_and_the_assertions(
    check: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    again = check("create table if not exists t (i int);")
    assert (again["findings"], len(again["notes"])) == ([], 1)
    once = check("create table t (i int);")
    assert once["exit_code"] == 0
    assert "would fail at" in once["notes"][1]
    assert 'relation "t" already exists (42P07)' in once["notes"][1]
    (tmp_path / "verify").mkdir()
    (tmp_path / "verify" / "rows.sql").write_text("select 1;\nselect count(*) = 1 from t;\n")
    failed = check("create table t (i int);")
    assert [one.rpartition("/")[2] for one in errors(failed)] == [
        "rows.sql:2:1 assertion failed: false"
    ]


@pytest.mark.parametrize("parameters", ["shop", "shop - db 5432", '"dbname=shop host=db port=1"'])
def test_each_database_of_the_scripts_is_rehearsed(
    check: Callable[..., dict[str, Any]], parameters: str
) -> None:
    """A server that \\connect names is taken for the target's."""
    text = f"create role app; create rol app;\ncreate database shop;\n\\connect {parameters}\n"
    for _ in range(2):
        found = check(text + "create table t (i int);\nselect nosuch;\n", "select * from t;\n")
        assert [one.split(" ", 1)[0] for one in errors(found)] == [
            "01.sql:1:25",
            "01.sql:5:8",
            "02.sql:1:15",
        ]


def test_a_database_that_no_script_creates_is_not_dropped(
    check: Callable[..., dict[str, Any]],
) -> None:
    made = "create database shop;\ndrop database shop;\ndrop database if exists shop;\n"
    found = check(made + "drop database shop;\ndrop database postgres;\n")
    lost = "it does not exist, or all of it would be lost"
    assert errors(found) == [
        f"01.sql:4:1 DROP DATABASE shop: {lost}",
        f"01.sql:5:1 DROP DATABASE postgres: {lost}",
    ]


@pytest.mark.parametrize(
    "condition", ["current_database() LIKE '%prod%'", "current_database() = 'postgres'"]
)
def test_a_database_of_another_name_may_be_meant(
    check: Callable[..., dict[str, Any]], condition: str
) -> None:
    guard = f"DO $$ BEGIN IF {condition} THEN RAISE 'not here'; END IF; END $$;"
    found = check(f"CREATE TABLE a (id int);\n{guard}\nINSERT INTO a VALUES (1);")
    assert errors(found) == []
    assert warnings(found) == ["not here"]


def test_what_a_block_does_not_make_is_missing_later(check: Callable[..., dict[str, Any]]) -> None:
    found = check("DO $x$ BEGIN CREATE ROLE dba SUPERUSER; END $x$;\nGRANT pg_monitor TO dba;")
    assert [one["line"] for one in found["findings"]] == [1]
    assert any("Further errors that follow from these" in one for one in found["notes"])


def test_scripts_after_an_unreadable_one_have_names(check: Callable[..., dict[str, Any]]) -> None:
    found = check("SELECT 'x;", "CREATE TYPE mood AS ENUM ('ok');", "CREATE TABLE t (m mod);")
    [hint] = [one["rewrite"] for one in found["findings"] if "mod" in one["message"]]
    assert hint.startswith("Did you mean mood, made in ")


def test_what_an_open_parenthesis_leaves_out_is_missing_later(
    check: Callable[..., dict[str, Any]],
) -> None:
    found = check("create table t\n(\n  i int\n;\ncreate table u ();\n", "table t;\ntable u;\n")
    assert errors(found) == ["01.sql:2:1 unterminated parenthesis"]


def test_a_function_may_ask_for_the_database_too(check: Callable[..., dict[str, Any]]) -> None:
    asks = "IF current_database() <> 'app' THEN RAISE 'not in %', current_database(); END IF;"
    guard = f"CREATE FUNCTION guard() RETURNS void LANGUAGE plpgsql AS $$ BEGIN {asks} END $$;"
    found = check(f"{guard}\nSELECT guard();")
    assert (errors(found), warnings(found)) == ([], ["not in :DBNAME"])


def test_a_shell_script_may_create_the_database_to_drop(
    check: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    (write_scripts(tmp_path) / "01_create.sh").write_text("createdb scratch\n")
    found = check("SELECT 1;", "DROP DATABASE scratch;", options=("--allow-shell",))
    assert errors(found) == []
    assert [one for one in warnings(found) if one.startswith("DROP DATABASE scratch")]


def test_a_sequence_that_stays_behind_its_column(check: Callable[..., dict[str, Any]]) -> None:
    """With the setval to add, after which there is nothing to say."""
    rows = "insert into t values (1);\n\ninsert into t values (7);\n"
    found = check("create table t (id serial primary key);\n" + rows)
    [warning] = found["findings"]
    assert (warning["severity"], warning["line"], found["exit_code"]) == ("warning", 2, 0)
    assert "public.t_id_seq has not been called, but public.t.id holds 7" in warning["message"]
    added = warning["rewrite"].partition(": ")[2]
    assert check("create table t (id serial primary key);\n" + rows + added)["findings"] == []


def test_without_the_data(check: Callable[..., dict[str, Any]]) -> None:
    data = "insert into t values ('x');\ncopy t from stdin;\ny\n\\.\nselect u;\n"
    found = check("create table t (i int);\n" + data, options=("--schema-only",))
    assert errors(found) == ['01.sql:6:8 column "u" does not exist (42703)']
    assert "INSERT, COPY and the assertions were not rehearsed." in found["notes"]


def test_the_triggers_of_foreign_keys_are_one_finding(check: Callable[..., dict[str, Any]]) -> None:
    tables = "".join(
        f"create table t{n} (i int primary key references t{n});\n"
        f"alter table t{n} disable trigger all;\n"
        for n in range(6)
    )
    found = check(tables)
    assert len(errors(found)) == 3
    assert "Further errors that follow from these, or are equal to them: 3." in found["notes"]


def test_what_an_extension_in_a_do_block_would_make_may_be_there(
    check: Callable[..., dict[str, Any]],
) -> None:
    text = "do $$begin create extension vector; end$$;\ncreate table t (v vector(2));\n"
    assert [one["severity"] for one in check(text)["findings"]] == ["warning"]


def test_what_the_server_lacks_is_only_a_warning(check: Callable[..., dict[str, Any]]) -> None:
    found = check(
        "create extension nosuch_extension;\ncreate table t (g nosuch_type);\n"
        "select nosuch_function(1);\nalter database nosuch_database set work_mem = '1MB';\n"
    )
    assert errors(found) == []
    kinds = [one["target"].split(";")[0] for one in found["findings"]]
    perhaps = "it works if what was not rehearsed makes it"
    other = "it works if the target's has this name"
    lacking = "the server of the rehearsal does not have it"
    assert kinds == [lacking, perhaps, perhaps, other]


def test_a_role_that_no_script_makes_may_be_that_of_the_target(
    check: Callable[..., dict[str, Any]],
) -> None:
    found = check(
        "create table app_users (i int);\ngrant select on app_users to app_user;\n"
        "grant select on app_users to later;\ngrant select on app_users to latr;\n",
        "create role later;\n",
    )
    assert [(one["line"], one["target"]) for one in found["findings"]] == [
        (2, "it works if it has this role"),
        (3, ""),
        (4, ""),
    ]
    assert [one["rewrite"].splitlines()[-1].split(",")[0] for one in found["findings"]] == [
        "CREATE ROLE app_user;",
        "later is made later",
        "Did you mean later",
    ]


def test_on_another_server(
    check: Callable[..., dict[str, Any]],
    server: Server,
    make_role: Callable[..., str],
) -> None:
    role = make_role("CREATEDB")
    conninfo = server.conninfo(user=role)
    found = check("create table t (i int); create role x;", options=("--reference", conninfo))
    [error] = errors(found)
    assert "permission denied to create role" in error
    assert f"PostgreSQL {server.version_text} as {role}" in found["notes"][0]
    owned = f"select datname from pg_database where pg_get_userbyid(datdba) = '{role}'"
    assert query(server.conninfo(), owned) == []
    without = check("select 1;", options=("--reference", server.conninfo(user=make_role())))
    assert (without["exit_code"], without["error"]["sqlstate"]) == (4, "42501")
    assert "The role of --reference needs CREATEDB." in without["error"]["hint"]
    superuser = check("select 1;", options=("--reference", server.conninfo()))
    assert "a superuser: missing privileges were not found" in superuser["notes"][0]


@pytest.mark.process
def test_as_text(runner: Runner, rehearsing: Path, tmp_path: Path) -> None:
    folder = write_scripts(tmp_path, "create table t (i int);\ninsert into t values ('x');\n")
    result = runner("check", "-s", folder, cwd=rehearsing, check=2)
    first, *rest = result.stdout.splitlines()
    assert (
        first == f'{folder}/01.sql:2:23: ERROR: invalid input syntax for type integer: "x" (22P02)'
    )
    assert rest[-1] == "1 script: 1 error, 0 warnings."
    assert rest[-2].startswith("Rehearsed on PostgreSQL ")
    assert (rehearsing / ".runner" / "rehearsal").exists()
    assert not (rehearsing / ".runner" / "pgdata").exists()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("01.sh", "createdb shop\n"),
        ("01.sql", "\\set name `echo $NAME`\ncreate table :name (i int);\n"),
        ("01.sql", "\\! echo said\n"),
    ],
)
def test_with_shell_scripts_alone_nothing_is_rehearsed(
    tmp_path: Path, runner: Runner, name: str, text: str
) -> None:
    (tmp_path / "sql").mkdir()
    (tmp_path / "sql" / name).write_text(text)
    said = runner("check", "-s", tmp_path / "sql", "--allow-shell", check=0).stdout
    note = "Scripts that run commands of the shell were not rehearsed."
    assert said == f"{note}\n1 script: nothing found.\n"


def test_without_a_server_it_says_what_was_not_looked_at(tmp_path: Path) -> None:
    write_scripts(tmp_path, "select nosuch;\n", "\\nonsense\n")
    program = (
        "import sys, runner.cli.main as c, runner.rehearsal.rehearsal, runner.report.text_report\n"
        "sys.path = [p for p in sys.path if 'site-packages' not in p]\n"
        "sys.path_importer_cache.clear()\n"
        "sys.exit(c.main(['check', '-s', 'sql']))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        check=False,
        capture_output=True,
        cwd=tmp_path,
        env=clean_environment(tmp_path),
        text=True,
    )
    said = " ".join(result.stdout.split())
    assert "sql/02.sql:1:1: ERROR: invalid command" in said
    assert "Not rehearsed, because the embedded PostgreSQL is not installed: syntax errors" in said
    assert "pip install 'raw-sql-runner[embedded]', or --reference CONNINFO." in said
    assert (result.returncode, (tmp_path / ".runner").exists()) == (2, False)


def test_a_database_that_no_script_makes(check: Callable[..., dict[str, Any]]) -> None:
    found = check("create database made;\n\\connect made\n\\connect shop\n\\connect - app_user\n")
    assert "Taken for the target's database, as no script creates it: shop." in found["notes"]
    assert [(one["severity"], one["line"]) for one in found["findings"]] == [("warning", 4)]
