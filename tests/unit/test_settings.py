from __future__ import annotations

import os
from pathlib import Path

import pytest

from runner.environment import PG_TARGET, environment, prepare_libpq
from runner.errors import UsageError
from runner.settings import Settings, duration, variable


@pytest.fixture
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory without a `.env`."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_was_not_given_has_its_default() -> None:
    assert Settings.load({}, {}) == Settings()


def test_options_become_fields_and_others_are_ignored() -> None:
    options = {
        "scripts": [Path("sql"), Path("more"), Path("sql")],
        "format": "json",
        "command": "apply",
        "variables": [("a", "1")],
    }
    settings = Settings.load(options, {})
    assert (settings.scripts, settings.format, dict(settings.variables)) == (
        (Path("sql"), Path("more")),
        "json",
        {"a": "1"},
    )


def test_the_target_is_not_in_the_text_of_settings() -> None:
    settings = Settings.load({"target": "host=h password=geheim"}, {})
    assert "geheim" not in repr(settings)


# Where the target comes from


def test_the_option_wins_over_the_environment() -> None:
    environ = {"DATABASE_URL": "host=b", "PGHOST": "c"}
    assert Settings.load({"target": "host=a"}, environ).target == "host=a"


def test_database_url_wins_over_the_pg_variables() -> None:
    assert Settings.load({}, {"DATABASE_URL": "host=b", "PGHOST": "c"}).target == "host=b"


@pytest.mark.parametrize("name", PG_TARGET)
def test_any_pg_variable_leaves_the_target_to_libpq(name: str) -> None:
    settings = Settings.load({}, {name: "5432"})
    assert settings.target == ""
    assert not settings.embedded


def test_a_user_alone_is_no_target() -> None:
    assert Settings.load({}, {"PGUSER": "joe", "PGPASSWORD": "x"}).embedded


def test_nothing_configured_is_the_embedded_server() -> None:
    settings = Settings.load({}, {})
    assert settings.embedded
    assert not settings.target_named


def test_in_ci_the_embedded_server_must_be_named() -> None:
    with pytest.raises(UsageError, match="CI is set") as caught:
        Settings.load({}, {"CI": "true"})
    assert "-t embedded" in str(caught.value.hint)
    named = Settings.load({"target": "embedded"}, {"CI": "true", "DATABASE_URL": "host=b"})
    assert named.embedded
    assert named.target_named


def test_an_empty_ci_is_no_ci() -> None:
    assert Settings.load({}, {"CI": ""}).embedded


@pytest.mark.parametrize("name", ["DATABASE_URL", *PG_TARGET])
def test_a_variable_that_is_set_but_empty_is_an_error(name: str) -> None:
    with pytest.raises(UsageError, match=f"^{name} is set but empty$"):
        Settings.load({}, {name: ""})


def test_an_empty_variable_beside_a_set_one_is_an_error() -> None:
    with pytest.raises(UsageError, match=r"^PGDATABASE is set but empty$"):
        Settings.load({}, {"PGHOST": "h", "PGDATABASE": ""})


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_option_is_an_error(text: str) -> None:
    with pytest.raises(UsageError, match=r"^--target is set but empty$"):
        Settings.load({"target": text}, {"DATABASE_URL": "host=b"})


# Conninfo


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("postgresql+psycopg://u@h/d", "postgresql://u@h/d"),
        ("postgres+psycopg://u@h/d", "postgresql://u@h/d"),
        ("postgres://u@h/d", "postgresql://u@h/d"),
        ("postgresql:///d?host=/tmp", "postgresql:///d?host=/tmp"),
        ("postgresql://a:1,b:2/d", "postgresql://a:1,b:2/d"),
        ("postgresql://u:p%40ss@h/d", "postgresql://u:p%40ss@h/d"),
        ("postgresql://u:p?s#s@h/d", "postgresql://u:p?s#s@h/d"),
        ("postgresql://u@h/d?options=-c%20a.b%3D@", "postgresql://u@h/d?options=-c%20a.b%3D@"),
        (" service=prod\n", "service=prod"),
        ("host=a,b port=1,2", "host=a,b port=1,2"),
        ("password='it\\'s @ / #'", "password='it\\'s @ / #'"),
        ("postgresql+asyncpg://u@h/d", "postgresql://u@h/d"),
        ("jdbc:postgresql://h/d?user=u", "postgresql://h/d?user=u"),
    ],
)
def test_a_conninfo_that_libpq_takes(given: str, taken: str) -> None:
    assert Settings.load({"target": given}, {}).target == taken


@pytest.mark.parametrize(
    "conninfo",
    [
        "postgresql://u:geh@eim@h/d",
        "postgresql://u:geh/eim@h/d",
        "postgresql://u:1/geheim@h/d",
        "postgresql://u:geh%eim@h/d",
        "postgresql://u:geh?x@eim@h/d",
        "postgresql://u:geh/eim?x@h/d",
        "postgresql://u@[geheim",
        "mysql://u:geheim@h/d",
        '"postgresql://u:geheim@h/d"',
        "host=h;port=1;password=geheim",
        "user=u,password=geheim host=h",
        "host=h password=g eheim",
        "host=h password='geheim",
        "host=h passwort=geheim",
        "host=h password=x port=geheim",
        "postgresql://h:99999/d",
        "geheim",
        "host=h password=geheim\udcff",
    ],
)
def test_an_unusable_conninfo_is_refused_and_no_part_of_it_shown(conninfo: str) -> None:
    with pytest.raises(UsageError) as caught:
        Settings.load({}, {"DATABASE_URL": conninfo})
    error = caught.value
    assert error.message.startswith("DATABASE_URL")
    shown = f"{error} {error.hint} {error.detail} {error.__cause__}"
    assert not any(part in shown for part in ("geh", "eim", "99999"))
    assert error.__suppress_context__ or error.__context__ is None


def test_a_bad_port_of_the_environment_is_an_error() -> None:
    with pytest.raises(UsageError, match=r"^PGPORT"):
        Settings.load({}, {"PGPORT": "x"})


# .env


def test_env_adds_and_never_overrides(empty_folder: Path) -> None:
    (empty_folder / ".env").write_text("PGUSER=file\nPGPASSWORD='p#w d'\nEMPTY\n", "utf-8")
    assert environment({"PGUSER": "shell"}) == {"PGUSER": "shell", "PGPASSWORD": "p#w d"}


@pytest.mark.parametrize("name", PG_TARGET)
def test_a_target_of_the_environment_wins_over_the_files_database_url(
    empty_folder: Path, name: str
) -> None:
    (empty_folder / ".env").write_text("DATABASE_URL=host=file\n")
    assert "DATABASE_URL" not in environment({name: "shell"})
    assert environment({})["DATABASE_URL"] == "host=file"


def test_an_empty_database_url_in_the_file_is_an_error(empty_folder: Path) -> None:
    (empty_folder / ".env").write_text("DATABASE_URL=\n")
    with pytest.raises(UsageError, match="set but empty"):
        Settings.load({}, environment({}))


@pytest.mark.usefixtures("empty_folder")
def test_single_quotes_keep_a_value_as_it_stands(empty_folder: Path) -> None:
    (empty_folder / ".env").write_text(
        "NAME=ann\nPGUSER=${NAME}\nexport PGPASSWORD = 'a${NAME}#$b'\nURL=\"x${NAME}\"\n"
    )
    found = environment({})
    expected = {"PGUSER": "ann", "PGPASSWORD": "a${NAME}#$b", "URL": "xann"}
    assert {name: found[name] for name in expected} == expected


def test_no_env_file_is_needed() -> None:
    assert environment({"A": "1"}) == {"A": "1"}


@pytest.mark.usefixtures("empty_folder")
def test_a_named_file_must_be_there() -> None:
    with pytest.raises(UsageError, match=r"^cannot read prod\.env: No such file"):
        environment({}, "prod.env")


def test_a_named_file_stands_for_dot_env(empty_folder: Path) -> None:
    (empty_folder / ".env").write_text("A=1\n")
    (empty_folder / "prod.env").write_text("B=2\n")
    assert environment({}, "prod.env") == {"B": "2"}


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path: Path) -> None:
    (tmp_path / "env").write_bytes(b"\xef\xbb\xbfDATABASE_URL=postgresql://h/d\n")
    found = environment({}, str(tmp_path / "env"))
    assert found == {"DATABASE_URL": "postgresql://h/d"}


def test_a_file_that_is_not_utf8_is_an_error(empty_folder: Path) -> None:
    (empty_folder / ".env").write_bytes(b"PGPASSWORD=\xff\n")
    with pytest.raises(UsageError, match="not UTF-8"):
        environment({})


# What libpq sees


@pytest.fixture
def pg_environ(monkeypatch: pytest.MonkeyPatch) -> None:
    """os.environ with two variables of libpq; put back at the end."""
    for name in list(os.environ):
        if name.startswith("PG"):
            monkeypatch.delenv(name)
    for name in ("PGPASSWORD", "PGHOSTADDR", "PGTZ"):
        monkeypatch.setenv(name, "shell")
    # setenv, then delenv: monkeypatch removes what the test sets.
    monkeypatch.setenv("PGUSER", "")
    monkeypatch.delenv("PGUSER")


@pytest.mark.usefixtures("pg_environ")
def test_libpq_gets_the_files_variables() -> None:
    environ = {**os.environ, "PGUSER": "file", "RUNNER_TEST_OTHER": "x"}
    prepare_libpq(environ, embedded=False)
    assert os.environ["PGUSER"] == "file"
    assert os.environ["PGPASSWORD"] == "shell"
    assert "RUNNER_TEST_OTHER" not in os.environ


@pytest.mark.usefixtures("pg_environ")
def test_nothing_leads_away_from_the_embedded_server() -> None:
    prepare_libpq({**os.environ, "PGUSER": "file"}, embedded=True)
    assert {name for name in os.environ if name.startswith("PG")} == {"PGTZ"}


# Values


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("10", 10),
        ("10s", 10),
        ("500ms", 0.5),
        ("2min", 120),
        ("1.5 h", 5400),
        ("0", 0),
        (".5", 0.5),
    ],
)
def test_a_duration_is_in_seconds(text: str, seconds: float) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize("text", ["", "s", "-1", "1d", "1e9", "10 m", "nan", "600h"])
def test_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a time|longer"):
        duration(text)


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("a=1", ("a", "1")),
        ("Ab_9=x=y", ("Ab_9", "x=y")),
        ("größe=", ("größe", "")),
        ("a=two\nlines", ("a", "two\nlines")),
    ],
)
def test_a_variable(text: str, pair: tuple[str, str]) -> None:
    assert variable(text) == pair


@pytest.mark.parametrize("text", ["a", "=1", "a b=1", "a-b=1", ""])
def test_no_variable(text: str) -> None:
    with pytest.raises(ValueError, match="NAME=VALUE"):
        variable(text)
