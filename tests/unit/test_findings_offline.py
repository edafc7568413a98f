"""What `check` finds where psql's commands and unknown values lead."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from runner.check.scripts import read_scripts
from runner.scripts.folder import read_folder
from tests.unit.findings import check, folder_of

# psql's commands


def test_reading_goes_on_after_meta_commands(tmp_path: Path) -> None:
    text = (
        "\\! ls\n\\foo\n\\set x `date`\nCOPY t FROM '/etc/passwd';\nCOPY t TO PROGRAM 'x';\n"
        "\\else\n\\i none.sql\n\\set SINGLELINE on\n\\set ON_ERROR_STOP 0\n"
    )
    found = check(folder_of(tmp_path, text))
    assert [(f.severity[0], f.place.line) for f in found if f.place] == [
        *(("e", line) for line in range(1, 9)),
        ("w", 9),
    ]
    assert all(one.docker and one.target and one.rewrite for one in found)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("select 1;\nselect 'a;\n", 2, "unterminated quoted string"),
        ('select "a;\n', 1, "unterminated quoted identifier"),
        ("\n/* x\n", 2, "unterminated /* comment"),
        ("select $$;\n", 1, "unterminated dollar-quoted string"),
        ("select 1;\nselect (1;\n", 2, "unterminated parenthesis"),
        ("\\if true\nselect 1;\n", 1, "\\if without \\endif"),
        (b"select 1;\n\0", 2, "a zero byte"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, text: str | bytes, line: int, message: str) -> None:
    folder = folder_of(tmp_path, text, "abort x;")
    first, second = check(folder)
    assert (first.severity, first.place and first.place.line) == ("error", line)
    assert first.message.startswith(message)
    assert all((first.docker, first.target, first.rewrite))
    assert str(second.place) == f"{folder}/02.sql:1:1"


def test_a_damaged_archive(tmp_path: Path) -> None:
    whole = gzip.compress(b"select 1;\n" * 1000)
    folder = folder_of(tmp_path, "abort x;")
    (folder / "00.sql.gz").write_bytes(whole[:-20])
    (folder / "00.sql.gz").chmod(0o644)
    first, second = check(folder)
    assert "00.sql.gz" in first.message
    assert "ABORT" in second.message


def test_connecting_elsewhere(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path, "\\connect\n\\c - - - -\n\\c other\n\\c other joe\n\\c - - elsewhere\n"
    )
    assert [(f.severity, f.place and f.place.line) for f in check(folder)] == [("warning", 5)]
    assert check(folder, transaction="none") == ()


SHOWING = (
    "d d+ dS dS+ dtvmisE dA dA+ dAcx dAp da db dc dconfig dconfig+ dCx dd ddp dD des+ det df dfnx"
    " dF dFd+ dg dimx dl dL dn+ do dO dp dP dPtn+ drds drg dRp+ dRs dT du dx dX dy l lx+ l+x list"
    " listx+ lo_list lo_listx+ z zS zx zSx"
)
UNKNOWN = "dr drop ls lo_drop zy delete"


def test_commands_that_only_show_something(tmp_path: Path) -> None:
    text = "".join(f"\\{name}\n" for name in SHOWING.split())
    assert check(folder_of(tmp_path, text)) == ()
    text = "".join(f"\\{name}\n" for name in UNKNOWN.split())
    found = [one.message for one in check(folder_of(tmp_path, text))]
    assert found == [f"invalid command \\{name}" for name in UNKNOWN.split()]


def test_a_file_with_too_much_is_not_listed_to_its_end(tmp_path: Path) -> None:
    text = "".join(f"\\foo{number}\n" for number in range(1000))
    assert len(check(folder_of(tmp_path, text))) == 100


def test_included_files_are_read(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path,
        "select 1;\n\\ir sub/a.sql\n\\i /docker-entrypoint-initdb.d/sub/b.sql\n",
    )
    (folder / "sub").mkdir()
    (folder / "sub/a.sql").write_text("select 1;\nabort x;\n")
    (folder / "sub/b.sql").write_text("\ufeffselect 1;\r\n")
    first, other = check(folder)
    assert str(first.place) == f"{folder}/sub/a.sql:2:1"
    assert first.place is not None
    assert first.place.included_from == (f"{folder}/01.sql",)
    assert other.script == f"{folder}/sub/b.sql"


# Values that only a server could tell


@pytest.mark.parametrize(
    "condition",
    [
        ":SERVER_VERSION_NUM",
        ":'DBNAME'",
        ":fetched",
        ":{?fetched}",
        ":ROW_COUNT",
        ":copied",
    ],
)
def test_a_branch_that_is_not_known_to_be_taken(tmp_path: Path, condition: str) -> None:
    text = (
        "select true as fetched \\gset\n\\set copied :fetched\n"
        f"\\if {condition}\nabort x;\n\\elif true\nabort x;\n\\else\n\\foo\n\\endif\nabort x;\n"
    )
    found = check(folder_of(tmp_path, text))
    assert [(f.severity, f.place.line) for f in found if f.place] == [
        ("warning", 4),
        ("warning", 6),
        ("warning", 8),
        ("error", 10),
    ]
    assert [one.message.endswith("(if this branch is taken)") for one in found] == [True] * 3 + [
        False
    ]


@pytest.mark.parametrize(
    "condition", ["false", ":given", ":{?unset}", "0", ":ERROR", "1 = 1", ":unset", ":AUTOCOMMIT_x"]
)
def test_a_branch_that_is_known_not_to_be_taken(tmp_path: Path, condition: str) -> None:
    text = f"\\if {condition}\nabort x;\n\\else\nselect 1;\n\\endif\n"
    found = check(folder_of(tmp_path, "select 1;\n" + text), given="off")
    told = [one.place and one.place[1:3] for one in found if "Boolean expected" in one.message]
    assert told == [(2, 1)] * (condition[-2:] in (" 1", "et", "_x"))
    assert len(told) == len(found)


@pytest.mark.parametrize("condition", ["true", ":given", ":{?DBNAME}", ":{?given}", ":SERVER"])
def test_a_branch_that_is_known_to_be_taken(tmp_path: Path, condition: str) -> None:
    text = f"\\if {condition}\nabort x;\n\\else\n\\foo\n\\endif\n"
    [found, *_] = check(folder_of(tmp_path, text), given="on", SERVER="on")
    assert (found.severity, found.message) == (
        "error",
        "ABORT would end or split the one transaction of the run",
    )


def test_what_a_doubtful_branch_sets_is_unknown_after_it(tmp_path: Path) -> None:
    text = (
        "\\set x false\n\\if :SERVER_VERSION_NUM\n\\set x true\n"
        "\\if :x\nabort x;\n\\endif\n\\endif\n"
        "\\if :x\nabort x;\n\\endif\n\\set x false\n\\if :x\nabort x;\n\\endif\n"
    )
    found = check(folder_of(tmp_path, text))
    assert [(f.severity, f.place.line) for f in found if f.place] == [
        ("warning", 5),
        ("warning", 9),
    ]


def test_files_of_unknown_names_are_left_out(tmp_path: Path) -> None:
    text = (
        "select 'x' as file \\gset\n\\i :file\n\\ir :file.sql\n\\cd :file\n"
        "\\set y :file/z\n\\i :y\n\\set ON_ERROR_STOP :file\nselect 1 \\g :file\n"
    )
    assert check(folder_of(tmp_path, text)) == ()


def test_a_missing_file_in_a_doubtful_branch_ends_nothing(tmp_path: Path) -> None:
    text = "\\if :HOST\n\\i none.sql\n\\endif\nabort x;\n"
    assert [one.severity for one in check(folder_of(tmp_path, text))] == ["warning", "error"]


def test_after_a_doubtful_quit_nothing_is_certain(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "\\if :HOST\n\\q\n\\endif\nabort x;\n", "abort x;")
    assert [one.severity for one in check(folder)] == ["warning", "error"]


def test_a_certain_quit_ends_the_script(tmp_path: Path) -> None:
    assert check(folder_of(tmp_path, "\\if true\n\\q\n\\endif\nabort x; select (")) == ()


def test_a_doubtful_branch_around_an_included_file(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path,
        "\\if :HOST\n\\ir sub/a.sql\nabort x;\n\\endif\nabort x;\n",
    )
    (folder / "sub").mkdir()
    (folder / "sub/a.sql").write_text("\\if true\nabort x;\n\\endif\n")
    assert [one.severity for one in check(folder)] == ["warning", "warning", "error"]


def test_the_environment_is_that_of_a_run(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "\\getenv x GO\n\\if :x\nabort x;\n\\endif\n")
    assert len(check(folder, env={"GO": "yes"})) == 1
    assert check(folder, env={"GO": "no"}) == ()
    [found, _] = check(folder)
    assert (found.severity, found.message) == ("warning", "the environment variable GO is not set")
    assert check(folder, x="no") == ()


def test_what_the_target_sets_in_the_environment_is_unknown(tmp_path: Path) -> None:
    text = "\\getenv db POSTGRES_DB\n\\if :db\nabort x;\n\\endif\n"
    assert [one.severity for one in check(folder_of(tmp_path, text))] == ["warning"]


def test_what_a_shell_script_may_have_exported_is_unknown(tmp_path: Path) -> None:
    text = "\\getenv foo FOO\n\\if :foo\n\\nonsense\n\\endif\n\\setenv BAR no\n\\getenv bar BAR\n"
    folder = folder_of(tmp_path, "\\getenv foo FOO\n", _3__sh="export FOO=1\n", _4__sql=text)
    found = read_scripts(
        read_folder(folder, allow_shell=True), {}, in_transaction=False, environ={"BAR": "1"}
    ).findings
    assert [(str(one.place).rpartition("/")[2], one.severity, one.message) for one in found] == [
        ("01.sql:1:1", "warning", "the environment variable FOO is not set"),
        ("_4.sql:3:1", "warning", "invalid command \\nonsense (if this branch is taken)"),
    ]


def test_deeply_nested_branches(tmp_path: Path) -> None:
    """Read in a second, where a look at all that is open for each of them would take minutes."""
    depth = 50_000
    text = "\\if :x\n" * depth + "abort x;\n" + "\\endif\n" * depth + "abort x;\n"
    found = check(folder_of(tmp_path, "select 1 as x \\gset\n" + text))
    assert [(one.severity, one.place and one.place.line) for one in found] == [
        ("warning", depth + 2),
        ("error", 2 * depth + 3),
    ]


def test_standard_input_is_named(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "select 1;\n\\copy t from pstdin\n\\copy t from stdin\n1\n\\.\n")
    for transaction in ("all", "none"):
        [found] = check(folder, transaction=transaction)
        assert (found.severity, str(found.place)) == ("warning", f"{folder}/01.sql:2:1")
        assert "standard input of the runner" in found.message
