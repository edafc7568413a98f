from __future__ import annotations

from pathlib import Path

import pytest

from runner.errors import UsageError
from runner.fleet import read_targets, target_conninfos, target_name, worst_code
from runner.settings import Settings, jobs


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return tmp_path / "targets"


# The file


def test_blank_lines_and_comments_do_not_count(written: Path) -> None:
    written.write_text("# all of them\n\n  host=a\n\t\n  # not this one: host=b\nservice=prod\r\n")
    assert read_targets(written) == ["host=a", "service=prod"]


def test_a_number_sign_within_a_line_is_a_part_of_it(written: Path) -> None:
    written.write_text("host=a password=x#y\npostgresql://u@h/d#e")
    assert read_targets(written) == ["host=a password=x#y", "postgresql://u@h/d#e"]


def test_a_byte_order_mark_is_no_part_of_the_first_target(written: Path) -> None:
    written.write_bytes(b"\xef\xbb\xbfhost=a\n")
    assert read_targets(written) == ["host=a"]


def test_a_bad_line_is_named_and_not_shown(written: Path) -> None:
    written.write_text("host=a\n\nhost=b password=g eheim\n")
    with pytest.raises(UsageError) as caught:
        read_targets(written)
    assert str(caught.value).startswith(f"{written}:3 is not a valid conninfo")
    assert "eheim" not in f"{caught.value}{caught.value.hint}"


@pytest.mark.parametrize("text", ["", "\n# host=a\n"])
def test_a_file_without_a_target_is_an_error(written: Path, text: str) -> None:
    written.write_text(text)
    with pytest.raises(UsageError, match=r"names no target$"):
        read_targets(written)


def test_a_file_that_cannot_be_read(written: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        read_targets(written)
    written.write_bytes(b"host=\xff\n")
    with pytest.raises(UsageError, match=r"not UTF-8$"):
        read_targets(written)


# Which targets


def test_options_come_before_the_file(written: Path) -> None:
    written.write_text("host=b\nhost=c\n")
    assert target_conninfos(["host=a"], written) == ("host=a", "host=b", "host=c")
    assert target_conninfos(["host=a", "host=b"], None) == ("host=a", "host=b")


def test_a_file_with_one_target_is_several(written: Path) -> None:
    written.write_text("host=a\n")
    assert target_conninfos([], written) == ("host=a",)


@pytest.mark.parametrize("second", ["embedded", "", "host=b port=x"])
def test_what_cannot_be_one_of_several(second: str) -> None:
    with pytest.raises(UsageError):
        target_conninfos(["host=a", second], None)


@pytest.mark.parametrize(
    "options",
    [
        {"allow_shell": True, "transaction": "none"},
        {"together": True, "transaction": "none"},
    ],
)
def test_options_that_do_not_go_with_several(options: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        Settings.load({**options, "targets": ("host=a", "host=b")}, {})


def test_the_environments_target_does_not_count() -> None:
    settings = Settings.load({"targets": ("host=a",)}, {"DATABASE_URL": "", "CI": "1"})
    assert settings.targets == ("host=a",)
    assert not settings.embedded
    assert "host=a" not in repr(settings)


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "many", "", "101"])
def test_not_a_number_of_jobs(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a number from 1 to 100$"):
        jobs(text)


# Names


@pytest.mark.parametrize(
    ("conninfo", "name"),
    [
        ("postgresql://u:geheim@h:1/d?sslmode=require", "h:1/d"),
        ("host=h user=u password=geheim", "h:5432/u"),
        ("host=a,b port=1,2 dbname=d", "a:1, b:2/d"),
        ("hostaddr=127.0.0.1 dbname=d", "127.0.0.1:5432/d"),
        ("host=/tmp dbname=d", "/tmp:5432/d"),
        ("service=prod password=geheim", "service=prod"),
        ("service=prod dbname=d", "service=prod dbname=d"),
    ],
)
def test_names_hold_no_password(conninfo: str, name: str) -> None:
    assert target_name(conninfo) == name


def test_a_name_says_what_the_environment_adds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "h")
    monkeypatch.setenv("PGPORT", "1234")
    assert target_name("dbname=d") == "h:1234/d"
    monkeypatch.setenv("PGSERVICE", "prod")
    assert target_name("dbname=d") == "service=prod dbname=d"


# The exit code of all of them


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        ([0, 0], 0),
        ([0, 2], 2),
        ([2, 5, 0], 5),
        ([5, 4], 4),
        ([4, 1], 1),
        ([1, 3, 5], 3),
        ([3, 70], 70),
        ([70, 130], 130),
        ([130, 6, 0], 6),
    ],
)
def test_the_worst_code_counts(codes: list[int], code: int) -> None:
    assert worst_code(codes) == code
