"""What is wrong with the input is said with its place, and the target stays as it was."""

from __future__ import annotations

import json
import os
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.scripts import DATA_SQL, NOBODY, query, tables, write_scripts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Runner
    from tests.servers import Server

UNCHANGED = "Nothing has changed: the transaction was rolled back."


# Found before anything is connected


def test_a_folder_that_is_not_there(runner: Runner) -> None:
    result = runner("apply", "-s", "nowhere", *NOBODY, check=2)
    assert result.stderr.splitlines() == [
        "ERROR: there is no folder nowhere",
        "HINT: Name the folder of your scripts with -s DIR.",
    ]


def test_an_empty_folder(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "sql").mkdir()
    result = runner("apply", "-s", "sql", *NOBODY, check=2)
    assert "ERROR: nothing to run in sql: it is empty" in result.stderr


def test_a_folder_with_nothing_to_run_lists_what_is_there(runner: Runner, tmp_path: Path) -> None:
    (write_scripts(tmp_path) / "01_create.SQL").touch()
    result = runner("apply", "-s", "sql", *NOBODY, check=2)
    assert "01_create.SQL: its name does not end in .sql" in result.stderr


def test_a_compressed_script_that_is_damaged(runner: Runner, tmp_path: Path) -> None:
    for name in ("01.sql.gz", "01.sql.xz", "01.sql.zst"):
        path = write_scripts(tmp_path) / name
        path.write_bytes(b"select 1;")
        result = runner("apply", "-s", "sql", *NOBODY, check=2)
        assert f"sql/{name}" in result.stderr
        assert "internal error" not in result.stderr
        path.unlink()


@pytest.mark.parametrize(
    ("script", "message", "line", "caret"),
    [
        ("select 1;\ninsert into t values ('it''s);\n", "unterminated quoted string", 2, "'it''s"),
        ("select 1;\n\nselect E'\\';\n", "unterminated escape string", 3, "'\\';"),
        ('create table "t (a int);\n', "unterminated quoted identifier", 1, '"t (a'),
        ("do $$ begin;\nend $ $;\n", "unterminated dollar-quoted string", 1, "$$ begin"),
        ("select 1;\n  /* /* */ select 2;\n\n", "unterminated /* comment", 2, "/* /*"),
        ("create table t (\n a int;\nselect 1;\n", "unterminated parenthesis", 1, "("),
    ],
)
def test_what_is_never_closed_is_shown_where_it_began(
    runner: Runner, tmp_path: Path, script: str, message: str, line: int, caret: str
) -> None:
    write_scripts(tmp_path, "select 0;", script)
    column = script.splitlines()[line - 1].index(caret) + 1
    result = runner("apply", "-s", "sql", *NOBODY, check=2)
    shown = result.stderr.splitlines()
    assert shown[0].startswith(f"sql/02.sql:{line}:{column}: ERROR: {message}")
    assert shown[1] == f"LINE {line}: {script.splitlines()[line - 1]}"
    assert shown[2].index("^") == len(f"LINE {line}: ") + column - 1


@pytest.mark.parametrize(
    "statement",
    [
        "/* c */ Commit now",
        "PREPARE TRANSACTION 'p'",
        "select 1 \\; commit",
        "select 1 \\; :x",
    ],
)
def test_control_of_the_transaction_is_refused_before_connecting(
    runner: Runner, tmp_path: Path, statement: str
) -> None:
    write_scripts(tmp_path, "select 1;", f"\\set x 'commit'\n  {statement};\n")
    result = runner("apply", "-s", "sql", *NOBODY, check=2)
    assert "sql/02.sql:2:" in result.stderr
    assert "would end or split the one transaction of the run" in result.stderr
    assert "--transaction none" in result.stderr


@pytest.mark.parametrize("statement", ["COMMIT PREPARED 'p'", "ROLLBACK PREPARED 'p'"])
def test_what_belongs_to_another_transaction_is_refused_before_connecting(
    runner: Runner, tmp_path: Path, statement: str
) -> None:
    write_scripts(tmp_path, f"select 1;\n {statement};\n")
    result = runner("apply", "-s", "sql", *NOBODY, check=2)
    assert result.stderr.startswith("sql/01.sql:2:2: ERROR: ")
    assert "--transaction none" in result.stderr


def test_a_meta_command_that_psql_does_not_know(runner: Runner, tmp_path: Path) -> None:
    write_scripts(tmp_path, "select 1;\n\\nonsense 1\n")
    result = runner("apply", "-s", "sql", *NOBODY, check=2)
    assert result.stderr.startswith("sql/01.sql:2:1: ERROR: invalid command \\nonsense\n")


def test_a_file_to_include_that_is_not_there(runner: Runner, tmp_path: Path) -> None:
    write_scripts(tmp_path, "select 1;\n\\ir more/absent.sql\n")
    result = runner("apply", "-s", "sql", *NOBODY, check=2)
    assert result.stderr.startswith("sql/01.sql:2:1: ERROR: ")
    assert "more/absent.sql: No such file or directory" in result.stderr


@pytest.mark.parametrize(
    ("command", "hint"),
    [
        ("\\copy t from absent.csv", "initdb.d/FILE."),
        ('\\copy t from "a b.csv"', "initdb.d/FILE, in single quotes."),
        ("\\i absent.sql", "initdb.d/FILE, or with \\ir, by its path from the script."),
    ],
)
def test_the_hint_for_a_missing_file_is_for_its_command(
    runner: Runner, tmp_path: Path, command: str, hint: str
) -> None:
    write_scripts(tmp_path, f"{command}\n")
    assert f"{hint}\n" in runner("check", "--offline", "-s", "sql", check=2).stdout


# The target


def test_a_server_that_is_not_there(runner: Runner) -> None:
    result = runner("apply", "-s", DATA_SQL, *NOBODY, check=5)
    assert "127.0.0.1" in result.stderr
    assert "Connection refused" in result.stderr


@pytest.mark.needs18
def test_a_wrong_password(runner: Runner, server: Server) -> None:
    target = server.tcp_conninfo(password="gehe1m")
    result = runner("apply", "-s", DATA_SQL, "-t", target, check=5)
    assert 'password authentication failed for user "postgres"' in result.stderr
    assert "gehe1m" not in result.stdout + result.stderr


@pytest.mark.needs18
def test_a_database_that_does_not_exist(runner: Runner, server: Server) -> None:
    result = runner("apply", "-s", DATA_SQL, "-t", server.conninfo("no_such_one"), check=5)
    assert 'database "no_such_one" does not exist' in result.stderr


def test_a_database_url_that_is_empty(runner: Runner) -> None:
    result = runner("apply", "-s", DATA_SQL, env={"DATABASE_URL": ""}, check=2)
    assert "ERROR: DATABASE_URL is set but empty" in result.stderr


@pytest.mark.parametrize(
    "conninfo",
    [
        "host=h password='gehe1m",
        "postgresql://u:gehe1m@h:port/d",
        "postgresql://u:ge#gehe1m@h/d?nonsense=1",
        "hots=h password=gehe1m",
        "gehe1m",
    ],
)
@pytest.mark.parametrize("option", [True, False])
def test_an_unusable_conninfo_does_not_show_its_password(
    runner: Runner, conninfo: str, option: bool
) -> None:
    given = ("-t", conninfo) if option else ()
    result = runner("apply", "-s", DATA_SQL, *given, env={"DATABASE_URL": conninfo}, check=2)
    assert "gehe1m" not in result.stdout + result.stderr
    assert ("--target" if option else "DATABASE_URL") in result.stderr


# Found by the server: nothing is left behind


def test_a_syntax_error(runner: Runner, tmp_path: Path, fresh_database: str) -> None:
    write_scripts(tmp_path, "create table t (a int);\n", "\n\tselect 1;\n\tselct 2;\n")
    result = runner("apply", "-s", "sql", "-t", fresh_database, check=3)
    assert result.stderr == textwrap.dedent(f"""\
        sql/02.sql:3:2: ERROR: syntax error at or near "selct" (42601)
        LINE 3:         selct 2;
                        ^
        HINT: Did you mean SELECT?
        {UNCHANGED}
        """)
    assert tables(fresh_database) == []


def test_a_failing_statement_in_the_middle_of_the_second_file(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    before = query(fresh_database, "select pg_catalog.count(*) from pg_catalog.pg_class")
    write_scripts(
        tmp_path,
        "create table posts (id int primary key, title text);\n",
        "insert into posts values (1, 'one');\n"
        "insert into posts values (2, 'two'),\n  (1, 'again');\n"
        "create table never (a int);\n",
        "create table never_either (a int);\n",
    )
    result = runner("apply", "-s", "sql", "-t", fresh_database, check=3)
    assert result.stderr == textwrap.dedent(f"""\
        sql/02.sql:2:1: ERROR: duplicate key value violates unique constraint "posts_pkey" (23505)
        LINE 2: insert into posts values (2, 'two'),
                ^
        DETAIL: Key (id)=(1) already exists.
        HINT: A row with this key exists: use another key, or write ON CONFLICT DO NOTHING.
        {UNCHANGED}
        """)
    after = query(fresh_database, "select pg_catalog.count(*) from pg_catalog.pg_class")
    assert after == before


def test_the_first_failure_counts_even_where_a_later_one_stands_in_the_same_message(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    write_scripts(tmp_path, "select 1;\nselect 1/0;\nselect absent;\n")
    result = runner("apply", "-s", "sql", "-t", fresh_database, check=3)
    assert result.stderr.startswith("sql/01.sql:2:1: ERROR: division by zero (22012)\n")


def test_a_failure_in_a_function_shows_where_it_was_called_and_its_context(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    write_scripts(
        tmp_path,
        "create function f() returns void language plpgsql as $$\n"
        "begin\n  raise exception 'no' using detail = 'why', hint = 'so', errcode = 'P0042';\n"
        "end $$;\n\nselect f();\n",
    )
    result = runner("apply", "-s", "sql", "-t", fresh_database, check=3)
    assert result.stderr == textwrap.dedent(f"""\
        sql/01.sql:6:1: ERROR: no (P0042)
        LINE 6: select f();
                ^
        DETAIL: why
        HINT: so
        CONTEXT: PL/pgSQL function f() line 3 at RAISE
        {UNCHANGED}
        """)


@pytest.mark.parametrize(
    "script",
    [
        "create table t (a int, b text);\n"
        "copy t from stdin;\n1\tone\n2\ttwo\nthree\t3\n4\tfour\n\\.\n",
        "\\copy t from stdin\n1\tone\nx\ty\n\\.\n",
    ],
)
def test_an_error_in_copy_data_is_placed_at_the_line_of_the_file(
    runner: Runner, tmp_path: Path, fresh_database: str, script: str
) -> None:
    if script.startswith("\\"):
        script = "create table t (a int, b text);\n" + script
    bad = next(line for line in ("three\t3", "x\ty") if line in script)
    number = script.splitlines().index(bad) + 1
    write_scripts(tmp_path, script)
    result = runner("apply", "-s", "sql", "-t", fresh_database, check=3)
    shown = result.stderr.splitlines()
    word = bad.split("\t")[0]
    assert shown[0] == (
        f'sql/01.sql:{number}: ERROR: invalid input syntax for type integer: "{word}" (22P02)'
    )
    assert shown[1].split() == ["LINE", f"{number}:", *bad.split()]
    assert tables(fresh_database) == []


def test_the_last_data_line_without_a_line_feed(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    write_scripts(tmp_path, "create table t (a int);\ncopy t from stdin;\n1\nx")
    result = runner("apply", "-s", "sql", "-t", fresh_database, check=3)
    assert result.stderr.startswith("sql/01.sql:4: ERROR: invalid input syntax")
    assert "\nLINE 4: x\n" in result.stderr


@pytest.mark.needs18
def test_the_500th_statement_after_wide_characters(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    """The server counts characters from the beginning of the message."""
    lines = [f"select 'ä日本😀', {number};" for number in range(1, 500)]
    write_scripts(tmp_path, "\n".join([*lines, "\t\tselect '日本', absent, 1;", "select 501;"]))
    result = runner("apply", "-s", "sql", "-t", fresh_database, check=3)
    shown = result.stderr.splitlines()
    assert shown[0] == 'sql/01.sql:500:16: ERROR: column "absent" does not exist (42703)'
    assert shown[1] == "LINE 500:                 select '日本', absent, 1;"
    # Two cells for each wide character.
    assert shown[2].index("^") == shown[1].index("absent") + 2


@pytest.mark.needs18
def test_a_place_in_the_second_script_counts_from_its_own_beginning(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    """What puts the session back stands before it in the message."""
    write_scripts(tmp_path, "select 1;", "select 1,\n  absent;")
    result = runner("apply", "-s", "sql", "-t", fresh_database, check=3)
    assert result.stderr.startswith('sql/02.sql:2:3: ERROR: column "absent" does not exist')


@pytest.mark.needs18
def test_a_long_line_is_cut_around_its_caret(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    values = ", ".join(map(str, range(5000)))
    write_scripts(tmp_path, f"select {values}, absent, {values};")
    result = runner("apply", "-s", "sql", "-t", fresh_database, check=3)
    shown = result.stderr.splitlines()
    assert shown[0].startswith(f"sql/01.sql:1:{len(values) + 10}: ERROR: column")
    assert len(shown[1]) <= 80
    assert shown[1][shown[2].index("^") :].startswith("absent")


@pytest.mark.needs18
def test_an_error_in_an_included_file_tells_how_it_was_reached(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    scripts = write_scripts(tmp_path, "select 1;\n\\ir parts/outer.sql\n")
    (scripts / "parts").mkdir()
    (scripts / "parts" / "outer.sql").write_text("select 'ä';\n\\ir inner.sql\n")
    (scripts / "parts" / "inner.sql").write_text("select 'ä'; select\n  'ö', absent;\n")
    result = runner("apply", "-s", "sql", "-t", fresh_database, check=3)
    assert result.stderr.splitlines()[:5] == [
        'sql/parts/inner.sql:2:8: ERROR: column "absent" does not exist (42703)',
        "  included from sql/parts/outer.sql",
        "  included from sql/01.sql",
        "LINE 2:   'ö', absent;",
        "               ^",
    ]


# Encodings


def test_latin1_works_where_the_script_says_so(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    text = (
        "set client_encoding = 'latin1';\ncreate table t (a text);\ninsert into t values ('é');\n"
    )
    write_scripts(tmp_path, text.encode("latin-1"), "insert into t values ('ü');\n")
    runner("apply", "-s", "sql", "-t", fresh_database, check=0)
    assert query(fresh_database, "select a from t order by a") == ["é", "ü"]


@pytest.mark.needs18
def test_a_place_in_latin1_counts_its_characters(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    text = "set client_encoding to latin1;\nselect 'éé', 'ü' as ü, absent;\n"
    write_scripts(tmp_path, text.encode("latin-1"))
    result = runner("apply", "-s", "sql", "-t", fresh_database, check=3)
    assert result.stderr.splitlines()[:2] == [
        'sql/01.sql:2:24: ERROR: column "absent" does not exist (42703)',
        "LINE 2: select 'éé', 'ü' as ü, absent;",
    ]


@pytest.mark.needs18
@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("create table t (a text);\n\ninsert into t values ('café');\nselect 1;\n", "3:27"),
        ("create table t (a text);\ncopy t from stdin;\na\ncafé\n\\.\n", "4"),
    ],
)
@pytest.mark.usefixtures("rehearsing_here")
def test_what_is_not_utf8_is_placed(
    runner: Runner, tmp_path: Path, fresh_database: str, text: str, place: str
) -> None:
    write_scripts(tmp_path, text.encode("latin-1"))
    for arguments in (("check",), ("apply", "-t", fresh_database)):
        result = runner(*arguments, "-s", "sql")
        said = result.stdout + result.stderr
        assert f"sql/01.sql:{place}: " in said
        assert 'invalid byte sequence for encoding "UTF8": 0xe9' in said
        assert "client_encoding" in said


def test_what_is_not_of_the_encoding_that_a_script_sets(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    """Only the server knows its encodings so well; it tells the bytes, but no position."""
    text = (
        b"set client_encoding = 'EUC_JP';\ncreate table t (a text);\nselect '\xa4\xa2', '\xff1';\n"
    )
    write_scripts(tmp_path, "select 1;", text)
    result = runner("apply", "-s", "sql", "-t", fresh_database, check=3)
    assert result.stderr.startswith(
        'sql/02.sql:3:14: ERROR: invalid byte sequence for encoding "EUC_JP": 0xff'
    )
    assert tables(fresh_database) == []


@pytest.mark.parametrize(
    ("script", "place"),
    [
        ("create table t (a text);\nselect 'é',\n  '日本';\n", "3:4"),
        ("create table t (a text);\ncopy t from stdin;\né\n日本\n\\.\n", "4"),
    ],
)
def test_what_the_databases_encoding_lacks(
    runner: Runner,
    tmp_path: Path,
    server: Server,
    make_database: Callable[..., str],
    script: str,
    place: str,
) -> None:
    options = {"locale_provider": "libc"} if server.version >= 15 else {}
    conninfo = make_database(
        encoding="LATIN1", template="template0", lc_collate="C", lc_ctype="C", **options
    )
    write_scripts(tmp_path, "select 1;", script)
    env = {"PGCLIENTENCODING": "UTF8"}
    result = runner("apply", "-s", "sql", "-t", conninfo, env=env, check=3)
    assert result.stderr.startswith(
        f"sql/02.sql:{place}: ERROR: character with byte sequence 0xe6 0x97 0xa5 in encoding"
    )


def test_a_zero_byte(runner: Runner, tmp_path: Path) -> None:
    write_scripts(tmp_path, b"select 1;\nselect '\0';\n")
    result = runner("apply", "-s", "sql", *NOBODY, check=2)
    assert result.stderr.startswith("sql/01.sql:2:9: ERROR: a zero byte")


def test_what_a_windows_editor_calls_unicode(runner: Runner, tmp_path: Path) -> None:
    write_scripts(tmp_path, "select 1;\n".encode("utf-16"))
    result = runner("apply", "-s", "sql", *NOBODY, check=2)
    assert "HINT: Save the file as UTF-8: it is in UTF-16." in result.stderr


# Without one transaction


@pytest.mark.needs18
def test_without_a_transaction_it_is_said_what_is_in(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    write_scripts(
        tmp_path,
        "create table a (i int);\n",
        "create table b (i int);\ninsert into b\nvalues (1);\n\nselect absent;\nselect 1;\n",
        "create table c (i int);\n",
    )
    result = runner("apply", "-s", "sql", "-t", fresh_database, "--transaction", "none", check=3)
    assert result.stderr.splitlines() == [
        "WARNING: without a transaction nothing is guarded: "
        "what the scripts drop or delete is gone",
        'sql/02.sql:5:8: ERROR: column "absent" does not exist (42703)',
        "LINE 5: select absent;",
        "               ^",
        "HINT: Use a column that exists; text is written in single quotes.",
        "Not rolled back (--transaction none). Already committed: all of sql/01.sql and"
        " sql/02.sql up to line 3.",
    ]
    assert tables(fresh_database) == ["a", "b"]
    assert query(fresh_database, "select i from b") == [1]


@pytest.mark.needs18
def test_without_a_transaction_nothing_may_be_in(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    write_scripts(tmp_path, "select absent;\n")
    result = runner("apply", "-s", "sql", "-t", fresh_database, "--transaction", "none", check=3)
    assert "Already committed: nothing." in result.stderr


def test_what_a_script_s_own_transaction_did_is_not_committed(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    write_scripts(
        tmp_path,
        "create table a (x int);\nbegin;\ncreate table b (x int);\ncreate table c (x nosuch);\n",
    )
    result = runner("apply", "-s", "sql", "-t", fresh_database, "--transaction", "none", check=3)
    said = " ".join(result.stderr.split())
    assert "Already committed: sql/01.sql up to line 1." in said
    assert tables(fresh_database) == ["a"]


def test_a_transaction_that_is_open_at_the_end_of_a_script_is_rolled_back(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    write_scripts(
        tmp_path,
        "create table a (x int);\nbegin;\ncreate table b (x int);\n",
        "create table c (x int);\nbegin;\ncreate table d (x int);\n",
    )
    result = runner("apply", "-s", "sql", "-t", fresh_database, "--transaction", "none", check=0)
    for name in ("sql/01.sql", "sql/02.sql"):
        assert f"WARNING: {name} ends in an open transaction: it was rolled back" in result.stderr
    assert tables(fresh_database) == ["a", "c"]


@pytest.mark.needs18
@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("\\c nowhere", 'database "nowhere" does not exist'),
        ("\\connect -reuse-previous=on \"dbname='no where'\"", 'database "no where" does not'),
        ('\\c -reuse-previous=on "dbname=\'x"', "libpq cannot use these parameters"),
        ("\\c '\\377'", "libpq cannot use these parameters"),
        ("\\c dbname=nowhere", 'database "nowhere" does not exist'),
    ],
)
def test_a_connect_to_what_is_not_there_has_its_place(
    runner: Runner, tmp_path: Path, fresh_database: str, command: str, says: str
) -> None:
    write_scripts(tmp_path, f"create table a (i int);\n{command}\nselect 1;\n")
    result = runner("apply", "-s", "sql", "-t", fresh_database, "--transaction", "none", check=3)
    assert "sql/01.sql:2:1: ERROR: \\connect: " in result.stderr
    assert says in result.stderr
    said = " ".join(result.stderr.split())
    assert "Already committed: sql/01.sql up to line 1." in said
    assert tables(fresh_database) == ["a"]


@pytest.mark.needs18
def test_in_one_transaction_a_conninfo_must_lead_to_where_we_are(
    runner: Runner, tmp_path: Path, make_database: Callable[[str], str]
) -> None:
    """As `pg_dump -C` writes it."""
    database = make_database("my-db")
    for more, code in (("", 0), (" host='other'", 2)):
        connect = f"\\connect -reuse-previous=on \"dbname='my-db'{more}\""
        write_scripts(tmp_path, f"{connect}\nselect 1;\n")
        result = runner("apply", "-s", "sql", "-t", database, "--no-verify", check=code)
    assert "sql/01.sql:1:1: ERROR: \\connect leads to another server" in result.stderr


def test_a_commit_that_only_the_server_can_see(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    """A function changes how the server reads strings, and no word of the script tells.

    Only COPY goes in a message that may hold more than one command.
    """
    write_scripts(
        tmp_path,
        "create table a (i int);\n",
        "create table b (i int);\n"
        "select set_config('standard_conforming' || '_strings', 'off', false);\n"
        "\\echo here a message ends\n"
        "copy (select 'a\\', ') to stdout; commit; --') to stdout;\n"
        "create table c (i int);\n",
    )
    result = runner("apply", "--json", "-s", "sql", "-t", fresh_database, check=3)
    assert json.loads(result.stdout)["committed"] is None
    assert "sql/02.sql:4:1: ERROR: a statement here ended the run's transaction\n" in result.stderr
    assert UNCHANGED not in result.stderr
    assert "What ran up to sql/02.sql:4 is committed" in result.stderr
    assert tables(fresh_database) == ["a", "b"]


def test_a_rollback_that_only_the_server_can_see(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    """Another transaction follows at once, which nothing but its id tells."""
    write_scripts(
        tmp_path,
        "create table a (i int);\n",
        "select set_config('standard_conforming' || '_strings', 'off', false);\n"
        "\\echo here a message ends\n"
        "copy (select 'a\\', ') to stdout; rollback and chain; --') to stdout;\n",
        "create table b (i int);\n",
    )
    result = runner("apply", "--json", "-s", "sql", "-t", fresh_database, check=3)
    assert json.loads(result.stdout)["committed"] is False
    assert "ERROR: a statement in sql/02.sql ended the run's transaction\n" in result.stderr
    assert UNCHANGED in result.stderr
    assert tables(fresh_database) == []


@pytest.mark.needs18
@pytest.mark.parametrize("text", ["prepare transaction 'x'", "select 1; commit", "end; begin"])
def test_transaction_control_made_by_gexec(
    runner: Runner, tmp_path: Path, fresh_database: str, text: str
) -> None:
    write_scripts(tmp_path, "create table a (i int);\n", f"select $${text}$$ \\gexec\n")
    result = runner("apply", "-s", "sql", "-t", fresh_database, check=2)
    assert "sql/02.sql:1:1: ERROR: " in result.stderr
    assert "would end or split the one transaction of the run" in result.stderr
    assert tables(fresh_database) == []


def test_commit_in_a_procedure_fails_as_in_any_transaction(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    write_scripts(
        tmp_path,
        "create table a (i int);\n"
        "create procedure p() language plpgsql as $$ begin commit; end $$;\ncall p();\n",
    )
    result = runner("apply", "-s", "sql", "-t", fresh_database, check=3)
    assert "sql/01.sql:3:1: ERROR: invalid transaction termination (2D000)" in result.stderr
    assert tables(fresh_database) == []


@pytest.mark.needs18
@pytest.mark.skipif(sys.platform != "linux", reason="no file whose read fails")
@pytest.mark.parametrize("named", ["script", "included", "copied"])
@pytest.mark.usefixtures("rehearsing_here")
def test_a_file_whose_read_fails(
    runner: Runner, tmp_path: Path, fresh_database: str, named: str
) -> None:
    """As on a stale network file system: it opens, and read() gives an error."""
    folder = tmp_path / "sql"
    folder.mkdir()
    text = {
        "included": "\\ir bad.txt\n",
        "copied": "CREATE TABLE t (a text);\n\\copy t from 'bad.txt'\n",
    }
    broken = folder / ("01.sql" if named == "script" else "bad.txt")
    broken.symlink_to("/proc/self/mem")
    if named != "script":
        (folder / "01.sql").write_text(text[named].replace("'bad.txt'", f"'{broken}'"))
    for command in ("apply",) if named == "copied" else ("check", "apply"):
        target = () if command == "check" else ("-t", fresh_database, "--no-verify")
        result = runner(command, "-s", folder, *target, check=2)
        assert f"cannot read {broken}: Input/output error" in result.stdout + result.stderr


def test_a_name_of_a_script_that_is_not_utf_8(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    """Linux allows any bytes; the registry records text."""
    name = os.fsdecode(b"01\xff.sql")
    (write_scripts(tmp_path) / name).write_text("create table if not exists t (a int);")
    for options in ((), ("--once",)):
        result = runner("apply", "-s", "sql", "-t", fresh_database, *options, check=0)
        assert ("Nothing to do" in result.stdout) == bool(options)
    result = runner("status", "-s", "sql", "-t", fresh_database, check=0)
    assert "  same     01\\xff.sql" in result.stdout


@pytest.mark.parametrize(
    ("args", "name"), [(["--var", "x=\udcff"], ""), (["--allow-loss", "\udcff"], ""), ([], "PGTZ")]
)
def test_an_argument_or_a_variable_that_is_not_utf_8(
    runner: Runner, tmp_path: Path, args: list[str], name: str
) -> None:
    write_scripts(tmp_path, "select 1;")
    env = {name: "\udcff"} if name else {}
    result = runner("apply", "-s", "sql", *NOBODY, *args, env=env, check=2)
    assert result.stderr == f"ERROR: {name or 'an argument'} is not UTF-8 (not shown)\n"
