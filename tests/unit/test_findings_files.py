"""What `check` finds in the bytes, the names and the permissions of files."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.check.scripts import read_scripts
from runner.scripts.folder import read_folder
from tests.unit.findings import check, folder_of

# Bytes


def test_utf_16(tmp_path: Path) -> None:
    [found] = check(folder_of(tmp_path, "select 1;".encode("utf-16")))
    assert (found.severity, "it is in UTF-16" in found.rewrite) == ("error", True)


def test_bom_and_line_ends(tmp_path: Path) -> None:
    text = "\ufeffselect 1;\r\nselect 2;\r\n"
    [found] = check(folder_of(tmp_path, text, "select '\r';\n"))
    assert (found.severity, found.message) == ("warning", "lines end in CR LF")
    assert str(found.place).rpartition("/")[2] == "01.sql:1:10"


@pytest.mark.parametrize(
    "text",
    [
        "select 1;\nselect 'a\r\nb';\n",
        "select 1;\ninsert into t values ('a;\r\nb');\ninsert into t values ('a;\r\nb');\n",
        "copy t from stdin;\na;\r\nb;\r\n\\.\r\nselect 1;\n",
        "select 1;\ndo $$ begin\r\n perform 1;\r\n end $$;\n",
    ],
)
def test_line_ends_that_are_data(tmp_path: Path, text: str) -> None:
    assert check(folder_of(tmp_path, text)) == ()


# Names and permissions


def test_an_order_that_depends_on_the_locale(tmp_path: Path) -> None:
    found = check(
        folder_of(tmp_path, a_b__sql="select 1;", aB__sql="select 1;", ab__sql="select 1;")
    )
    assert {one.severity for one in found} == {"warning"}
    assert [one.message for one in found] == [
        "the order of the scripts depends on the locale",
        "the order of a_b.sql and ab.sql is not certain",
        "the order of ab.sql and aB.sql is not certain",
    ]
    assert not any(one.in_check_only for one in found)


@pytest.mark.parametrize(
    "name",
    "03_x.SQL 03_x.sql~ 03_x.sql.txt 03_x.sql.bak 03_x.sq 03_x.psql 03_xsql 03_x.Sql.gz"
    " 03_x.sql.zip".split(),
)
def test_a_name_that_looks_like_a_script(tmp_path: Path, name: str) -> None:
    folder = folder_of(tmp_path, "select 1;")
    (folder / name).write_text("select 1;")
    [found] = check(folder)
    assert (found.severity, found.script) == ("warning", f"{folder}/{name}")
    assert "looks like a script" in found.message
    assert "03_x.sql" in found.rewrite


def test_other_files_are_not_run(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "select 1;", README__md="", **{".gitkeep": ""})
    (folder / "more").mkdir()
    assert [(one.severity, Path(one.script).name) for one in check(folder)] == [
        ("warning", "more"),
        ("warning", "README.md"),
    ]


def test_files_that_scripts_read_are_in_use(tmp_path: Path) -> None:
    text = (
        "COPY t FROM '/docker-entrypoint-initdb.d/users.csv' CSV;\n\\ir parts/a.sql\n"
        "\\copy t from '/docker-entrypoint-initdb.d/more.csv'\n"
    )
    folder = folder_of(tmp_path, text, users__csv="1\n", more__csv="1\n")
    (folder / "parts").mkdir()
    (folder / "parts/a.sql").write_text("select 1;")
    assert check(folder) == ()


@pytest.mark.parametrize("way", ["../{0}", "sub/../../{0}", "/../{0}", "link"])
def test_copy_reads_nothing_outside_the_folder(tmp_path: Path, way: str) -> None:
    """The server would look for the file on its own disk; in the container it is not there."""
    (tmp_path / "secret.csv").write_text("1\n")
    name = way.format("secret.csv")
    folder = folder_of(tmp_path, f"COPY t FROM '/docker-entrypoint-initdb.d/{name}';")
    (folder / "link").symlink_to(tmp_path / "secret.csv")
    errors = [one for one in check(folder) if one.severity == "error"]
    assert [one.message for one in errors] == ["COPY with a file or a program on the server"]


def test_a_shell_script_is_an_error_unless_it_is_run(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "select 1;", **{"02__sh": "echo\r\n"})
    [found] = check(folder)
    assert (found.severity, found.script) == ("error", f"{folder}/02.sh")
    allowed = read_folder(folder, allow_shell=True)
    assert [script.shell for script in allowed.scripts] == [False, True]
    [found] = read_scripts(allowed, {}, in_transaction=False, environ={}).findings
    assert (found.severity, found.message) == ("warning", "lines end in CR LF")


def test_files_that_the_container_cannot_read(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "select 1;")
    (folder / "01.sql").chmod(0o640)
    folder.chmod(0o750)
    found = check(folder)
    assert [(one.severity, one.script) for one in found] == [
        ("warning", str(folder)),
        ("warning", f"{folder}/01.sql"),
    ]
    assert all(one.in_check_only for one in found)
    assert "0750" in found[0].message
    assert found[1].rewrite == f"chmod o+r {folder}/01.sql"


def test_nor_those_that_scripts_read(tmp_path: Path) -> None:
    text = "\\ir parts/a.sql\n\\copy t from '/docker-entrypoint-initdb.d/t.csv'\n"
    folder = folder_of(tmp_path, text, t__csv="1\n")
    (folder / "parts").mkdir()
    (folder / "parts/a.sql").write_text("select 1;")
    assert check(folder) == ()
    (folder / "parts").chmod(0o700)
    (folder / "t.csv").chmod(0o600)
    assert [one.rewrite for one in check(folder)] == [
        f"chmod o+x {folder}/parts",
        f"chmod o+r {folder}/t.csv",
    ]


@pytest.mark.parametrize("name", ["01.sql", "01.sql.gz", "01.sh"])
def test_a_folder_with_the_name_of_a_script_is_an_error(tmp_path: Path, name: str) -> None:
    """Docker makes one where a mounted file is missing, and the container stops at it."""
    folder = folder_of(tmp_path, "select 1;")
    (folder / name).unlink(missing_ok=True)
    (folder / name).mkdir()
    (folder / "02.sql").write_text("\\i 01.sql/part\n" if name == "01.sql" else "select 1;")
    (folder / name / "part").write_text("select 2;")
    [found] = [one for one in check(folder) if "name of a script" in one.message]
    assert (found.severity, found.script) == ("error", str(folder / name))
