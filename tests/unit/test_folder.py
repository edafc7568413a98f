"""Which files run, and in which order."""

from __future__ import annotations

import gzip
import lzma
import os
import subprocess
from contextlib import contextmanager
from itertools import pairwise, product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import zstandard

from runner.errors import UsageError
from runner.scripts.folder import container_order, read_folder, uncertain_pairs

if TYPE_CHECKING:
    from collections.abc import Iterator

# As bash 5.2 with glibc 2.36 lists them under LC_ALL=en_US.UTF-8.
LISTED_BY_BASH = """
01_create.sql 01_Create.sql 01_CREATE.sql 01.sql 02-role-binding.sql 02-rolebinding.sql
02-role.sql 02_seed_2.sql 02_seed2.sql 02.seed.sql 02_seed.sql 02_seed.sql.gz 0_x.sql 0_x.sql.gz
0_x.sql.xz 10_b.sql 1-1.sql 1.1.sql 11.sql 1_a.sql 1.sql 2a.sql 2_c.sql a$.sql aa.sql a-b.sql
a.b.sql a_b.sql ab.sql #a.sql (a).sql +a.sql a+.sql a.sql a@.sql a~.sql A.sql b.sql B.sql ea.sql
éa.sql eb.sql Éb.sql n.sql ñ.sql nz.sql V1_1__a.sql V1__a.sql v1.sql -x.sql _x.sql x.sql z.sql
Z.sql я.sql 日本.sql
""".split()
LETTERS = """
aeb.sql æb.sql ae.sql æ.sql Æ.sql af.sql d.sql đ.sql dz.sql đz.sql e.sql i2.sql i.sql iz.sql
\u01312.sql \u0131.sql j.sql ła.sql lb.sql łb.sql l.sql ł.sql Ł.sql m.sql
oe.sql œ.sql œz.sql of.sql og.sql o.sql ø.sql Ø.sql öz.sql p.sql ssa.sql ßa.sql
sse.sql ss.sql ß.sql st.sql
""".split()


def fill(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).write_bytes(b"select 1;")
    return folder


@pytest.mark.parametrize("listed", [LISTED_BY_BASH, LETTERS], ids=["ASCII", "letters"])
def test_the_order_is_that_of_the_containers_locale(listed: list[str]) -> None:
    assert sorted(sorted(listed), key=container_order) == listed


@pytest.mark.parametrize("names", [LISTED_BY_BASH, LETTERS], ids=["ASCII", "letters"])
def test_bash_lists_them_so(tmp_path: Path, names: list[str]) -> None:
    locales = subprocess.run(["locale", "-a"], check=False, capture_output=True, text=True).stdout
    if "en_US.utf8" not in locales.split():
        pytest.skip("the locale en_US.UTF-8 is not installed; its order is recorded above")
    fill(tmp_path, *names)
    listed = subprocess.run(
        ["bash", "-c", "printf '%s\\n' *"],
        check=True,
        capture_output=True,
        cwd=tmp_path,
        encoding="utf-8",
        env={**os.environ, "LC_ALL": "en_US.UTF-8"},
    ).stdout
    assert listed.split() == names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # strcoll has each of these the other way round.
        ("1-.sql", "1.sql"),
        ("b2 0 .sql", "B20.sql"),
        # As it has these, but why is another question.
        ("01_Create.sql", "01_create.sql"),
        ("02-seed2.sql", "02-seed_2.sql"),
        ("ea.sql", "éa.sql"),
    ],
)
def test_what_only_the_locale_knows(one: str, other: str) -> None:
    names = sorted([one, other], key=container_order)
    assert uncertain_pairs(names) == (tuple(names),)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("02-role-b.sql", "02-roleaa.sql"),
        ("01_été.sql", "01_Éva.sql"),
        ("01_создать.sql", "02_данные.sql"),
        ("æ1.sql", "æ2.sql"),
        ("đä.sql", "ø.sql"),
        ("_ßz.sql", "_ßđ.sql"),
        ("iz.sql", "\u0131.sql"),
        ("ł.sql", "m.sql"),
        ("02_seed.sql", "02_seed.sql.gz"),
    ],
)
def test_what_letters_and_digits_decide(one: str, other: str) -> None:
    assert uncertain_pairs(sorted([one, other], key=container_order)) == ()


def in_the_locale(names: list[str]) -> list[str]:
    """As `sort` has them, which asks strcoll as bash does."""
    env = {**os.environ, "LC_ALL": "en_US.UTF-8"}
    text = "\n".join(names)
    done = subprocess.run(
        ["sort"], check=True, capture_output=True, encoding="utf-8", env=env, input=text
    )
    return done.stdout.split("\n")[:-1]


def test_the_order_is_the_locales_or_not_certain() -> None:
    locales = subprocess.run(["locale", "-a"], check=False, capture_output=True, text=True).stdout
    if "en_US.utf8" not in locales.split():
        pytest.skip("the locale en_US.UTF-8 is not installed")
    some = [
        "".join(chars)
        for length in (1, 2, 3, 4)
        for chars in product("aZ1-_ .éßł\u0131", repeat=length)
    ]
    names = sorted(some, key=container_order)
    unsure = dict(uncertain_pairs(names))
    place = {name: number for number, name in enumerate(in_the_locale(names))}
    assert [
        (one, other)
        for one, other in pairwise(names)
        if place[one] > place[other] and unsure.get(one) != other
    ] == []


def test_both_orders_are_known_where_they_differ(tmp_path: Path) -> None:
    folder = read_folder(fill(tmp_path, "02-role-b.sql", "02-roleaa.sql", "01_a.sql"))
    run = [script.path.name for script in folder.scripts]
    assert run == ["01_a.sql", "02-roleaa.sql", "02-role-b.sql"]
    assert folder.byte_order == ("01_a.sql", "02-role-b.sql", "02-roleaa.sql")


def test_the_blogs_order_depends_on_no_locale(tmp_path: Path) -> None:
    folder = read_folder(fill(tmp_path, "02_seed.sql", "01_create.sql", "10_more.sql"))
    assert [s.path.name for s in folder.scripts] == ["01_create.sql", "02_seed.sql", "10_more.sql"]
    assert folder.byte_order is None


def test_compressed_scripts_are_read_decompressed(tmp_path: Path) -> None:
    text = b"select 1;\n" * 100_000
    (tmp_path / "1.sql.gz").write_bytes(gzip.compress(text))
    (tmp_path / "2.sql.xz").write_bytes(lzma.compress(text))
    (tmp_path / "3.sql.zst").write_bytes(zstandard.compress(text))
    scripts = read_folder(tmp_path).scripts
    assert [script.path.name for script in scripts] == ["1.sql.gz", "2.sql.xz", "3.sql.zst"]
    for script in scripts:
        assert b"".join(script.source.read_blocks()) == text
        assert script.size == script.path.stat().st_size < len(text)


def test_files_of_several_parts_are_read_to_their_end(tmp_path: Path) -> None:
    """`cat a.gz b.gz` is a file that gunzip, xz and zstd read whole."""
    (tmp_path / "1.sql.gz").write_bytes(gzip.compress(b"select 1;") + gzip.compress(b"select 2;"))
    (tmp_path / "2.sql.xz").write_bytes(lzma.compress(b"select 1;") + lzma.compress(b"select 2;"))
    (tmp_path / "3.sql.zst").write_bytes(
        zstandard.compress(b"select 1;") + zstandard.compress(b"select 2;")
    )
    for script in read_folder(tmp_path).scripts:
        assert b"".join(script.source.read_blocks()) == b"select 1;select 2;", script.name


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("notes.txt", "its name does not end in .sql, .sql.gz, .sql.xz or .sql.zst"),
        ("01.SQL", "its name does not end in .sql, .sql.gz, .sql.xz or .sql.zst"),
        ("01.sql.bz2", "its name does not end in .sql, .sql.gz, .sql.xz or .sql.zst"),
        ("01.sql~", "its name does not end in .sql, .sql.gz, .sql.xz or .sql.zst"),
        ("01.psql", "its name does not end in .sql, .sql.gz, .sql.xz or .sql.zst"),
        ("init.sh", "a shell script, which runs only with --allow-shell"),
        (".01.sql", "its name begins with a dot"),
    ],
)
def test_every_other_file_is_listed_with_the_reason(tmp_path: Path, name: str, reason: str) -> None:
    folder = read_folder(fill(tmp_path, "01.sql", name))
    assert [(entry.name, entry.reason) for entry in folder.not_run] == [(name, reason)]
    assert [script.path.name for script in folder.scripts] == ["01.sql"]


def test_sub_folders_are_not_read_whatever_their_name(tmp_path: Path) -> None:
    for name in ("more", "02.sql"):
        (tmp_path / name).mkdir()
        fill(tmp_path / name, "03.sql")
    fill(tmp_path, "01.sql")
    folder = read_folder(tmp_path)
    assert {entry.name: entry.reason for entry in folder.not_run} == {
        "more": "a folder: sub-folders are not read",
        "02.sql": "a folder: sub-folders are not read",
    }


def test_a_link_to_a_file_runs_and_other_kinds_of_files_do_not(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    fill(elsewhere, "x")
    (tmp_path / "01.sql").symlink_to(elsewhere / "x")
    os.mkfifo(tmp_path / "02.sql")
    folder = read_folder(tmp_path)
    assert [script.path.name for script in folder.scripts] == ["01.sql"]
    assert ("02.sql", "not a regular file") in [(e.name, e.reason) for e in folder.not_run]


def test_a_missing_folder_is_named_with_the_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=f"there is no folder {tmp_path}/sql") as caught:
        read_folder(tmp_path / "sql")
    assert caught.value.hint == "Name the folder of your scripts with -s DIR."


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    fill(tmp_path, "01.sql")
    with pytest.raises(UsageError, match=r"cannot read the folder .*01\.sql: Not a directory"):
        read_folder(tmp_path / "01.sql")


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=f"nothing to run in {tmp_path}: it is empty"):
        read_folder(tmp_path)


def test_nothing_to_run_says_what_was_not_run(tmp_path: Path) -> None:
    fill(tmp_path, "01_create.SQL", "init.sh")
    with pytest.raises(UsageError) as caught:
        read_folder(tmp_path)
    assert "01_create.SQL: its name does not end in .sql" in caught.value.message
    assert "init.sh: a shell script" in caught.value.message


def test_a_link_to_nowhere_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "01.sql").symlink_to(tmp_path / "gone")
    with pytest.raises(UsageError, match=r"cannot read .*01\.sql: No such file or directory"):
        read_folder(tmp_path)


def test_an_unreadable_script_is_an_error(tmp_path: Path) -> None:
    fill(tmp_path, "01.sql")
    (tmp_path / "01.sql").chmod(0)
    with (
        somebody_but_root(),
        pytest.raises(UsageError, match=r"cannot read .*01\.sql: Permission denied"),
    ):
        read_folder(tmp_path)


@contextmanager
def somebody_but_root() -> Iterator[None]:
    """Root may read everything."""
    before = os.geteuid()
    os.seteuid(before or 65534)
    try:
        yield
    finally:
        os.seteuid(before)


def test_a_script_that_changes_is_noticed(tmp_path: Path) -> None:
    fill(tmp_path, "01.sql")
    (script,) = read_folder(tmp_path).scripts
    assert not script.has_changed()
    script.path.write_bytes(b"select 1; select 2;")
    assert script.has_changed()
    script.path.unlink()
    assert script.has_changed()
