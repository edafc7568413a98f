"""Where statements end. The corpus compares all of this with the real psql; here it is in plain
sight."""

from __future__ import annotations

import pytest

from runner.errors import ScriptError
from runner.psql.sql_text import tokens
from tests.unit.reading import read, state_of, statements_of, texts_of


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("select 1; select 2", ["select 1;", "select 2"], id="last without semicolon"),
        pytest.param(";; ;\n;", [], id="empty statements"),
        pytest.param("-- only\n/* comments */", [], id="comments alone"),
        pytest.param("select 'a;''b';", ["select 'a;''b';"], id="doubled quote"),
        pytest.param("select E'a\\';b';", ["select E'a\\';b';"], id="escape string"),
        pytest.param("select 'a\\'; select 2;", ["select 'a\\';", "select 2;"], id="plain string"),
        pytest.param("select U&'d\\0061;t';", ["select U&'d\\0061;t';"], id="unicode string"),
        pytest.param('select ";""--";', ['select ";""--";'], id="quoted identifier"),
        pytest.param("select $$;$$;", ["select $$;$$;"], id="dollar quote"),
        pytest.param("do $a$ $b$; $$ $a$; select 1", ["do $a$ $b$; $$ $a$;", "select 1"], id="tag"),
        pytest.param(
            "select a$b$; select '$b$';",
            ["select a$b$;", "select '$b$';"],
            id="dollar in an identifier",
        ),
        pytest.param(
            "-- it's a path C:\\\nselect 1;", ["select 1;"], id="backslash ends a comment"
        ),
        pytest.param("/* /* ; */ ' */ select 1;", ["select 1;"], id="nested comment"),
        pytest.param(
            "create rule r as on insert to t do (delete from a; delete from b); select 1;",
            ["create rule r as on insert to t do (delete from a; delete from b);", "select 1;"],
            id="rule with several actions",
        ),
        pytest.param(
            "create function f() returns int begin atomic select case when true then 1 end;"
            " begin; end; select 2; end; select 3;",
            [
                "create function f() returns int begin atomic select case when true then 1 end;"
                " begin; end; select 2; end;",
                "select 3;",
            ],
            id="begin atomic",
        ),
        pytest.param(
            "create table begin_atomic (a int); select 1;",
            ["create table begin_atomic (a int);", "select 1;"],
            id="begin in a name",
        ),
        pytest.param("select 1 \\; select 2;", ["select 1 ; select 2;"], id="escaped semicolon"),
        pytest.param("\ufeffselect 1;", ["select 1;"], id="byte order mark"),
        pytest.param("select\r\n1;\r\nselect 2;\r\n", ["select\r\n1;", "select 2;"], id="CRLF"),
        pytest.param(
            "select '%s', a % 2, :x, ?, $1, a::int, :'y', x[1:2];",
            ["select '%s', a % 2, :x, ?, $1, a::int, :'y', x[1:2];"],
            id="what others take for placeholders",
        ),
    ],
)
def test_splits(script: str, expected: list[str]) -> None:
    assert texts_of(script.encode()) == expected


def test_escapes_count_everywhere_with_standard_conforming_strings_off() -> None:
    state = state_of(strings=False)
    assert texts_of(b"select 'a\\';b'; select 2;", state) == ["select 'a\\';b';", "select 2;"]


def test_only_empty_lines_outside_quotes_are_left_out() -> None:
    state = state_of(strings=False)
    script = b"select 'a\\'\n\n'\n\n\n, :dollar$$b\n\n;$$\n\n;"
    assert texts_of(script, state) == ["select 'a\\'\n\n'\n, :dollar$$b\n\n;$$\n;"]


def test_a_script_may_switch_them_off_and_on() -> None:
    script = (
        b"set standard_conforming_strings = off;\nselect 'a\\';b';\n"
        b"set standard_conforming_strings to on;\nselect 'a\\'; select 'b';\n"
    )
    assert texts_of(script) == [
        "set standard_conforming_strings = off;",
        "select 'a\\';b';",
        "set standard_conforming_strings to on;",
        "select 'a\\';",
        "select 'b';",
    ]


def test_each_statement_knows_its_line() -> None:
    script = b"\n-- c\nselect\n 1;select 2;\n\n/*\n*/ insert into t\nvalues (1);\n"
    assert [s.line for s in statements_of(script)] == [3, 4, 7]


@pytest.mark.parametrize(
    ("script", "message", "place"),
    [
        (b"select 1;\n  select 'abc\n;\n", "unterminated quoted string", (2, 10)),
        (b"select 1;\nselect E'\\'\n", "unterminated escape string", (2, 9)),
        (b'select "a\n\n;', "unterminated quoted identifier", (1, 8)),
        (b'select "a\n""b\n""c;', "unterminated quoted identifier", (1, 8)),
        (b"select 'a\n''b\n''c;", "unterminated quoted string", (1, 8)),
        (b"\ndo $x$ begin $$ ;\n$x;", "unterminated dollar-quoted string", (2, 4)),
        (b"select 1; /* a /* b */\n\n", "unterminated /* comment", (1, 11)),
        (b"insert into t\nvalues (1, (2);\n\nselect 1;\n", "unterminated parenthesis", (2, 8)),
        ("select 'ä', 'b".encode(), "unterminated quoted string", (1, 13)),
        (b"\xef\xbb\xbf'", "unterminated quoted string", (1, 1)),
        (b"select 1;\r\n\tselect '\r\n", "unterminated quoted string", (2, 9)),
        (b"select 1;\nselect \0;", "a zero byte", (2, 8)),
        (b"select 1;\n  \\nonsense\n", "invalid command \\nonsense", (2, 3)),
    ],
)
def test_what_cannot_be_read_is_shown_where_it_began(
    script: bytes, message: str, place: tuple[int, int]
) -> None:
    with pytest.raises(ScriptError) as caught:
        read(script)
    assert caught.value.message.startswith(message)
    assert caught.value.place is not None
    assert (caught.value.place.line, caught.value.place.column) == place


def test_copy_data_ends_at_its_mark_and_the_script_goes_on() -> None:
    script = b"copy t from stdin; select 1;\na\tb\n\\N\t\\.\n\\.\nselect 2;\n"
    statement, data, *others = read(script)
    assert statement.text == b"copy t from stdin;"  # type: ignore[attr-defined]
    assert data == (b"a\tb\n\\N\t\\.\n", 29, 2)
    assert [(s.text, s.line) for s in others] == [  # type: ignore[attr-defined]
        (b"select 1;", 1),
        (b"select 2;", 5),
    ]


def test_copy_data_may_end_with_the_file() -> None:
    _, data = read(b"copy t from stdin;\n1\n2")
    assert data == (b"1\n2", 19, 2)


def test_a_very_long_line_is_read_in_linear_time() -> None:
    """A minified seed: many megabytes without a line feed, in reads of 4 KiB."""
    script = b"insert into t values (" + b"'x''y', 1, " * 400_000 + b"2); select 1;"
    assert [len(s.text) for s in statements_of(script, 4096)] == [len(script) - 10, 9]


def test_dollar_quotes_are_one_token_where_they_end() -> None:
    found = [(token.kind, token.text) for token in tokens(b"do $a$ 'b' $$ $a$ $c$ d")]
    assert found == [
        ("word", b"DO"),
        ("dollar", b"$a$ 'b' $$ $a$"),
        ("other", b"$"),
        ("word", b"C$"),
        ("word", b"D"),
    ]
