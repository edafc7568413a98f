"""Errors as a person meets them: the right place, one cause with one code, and what to do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.acceptance.scripts import execute, write_scripts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Runner
    from tests.servers import Server


# With these the reference is built before the run.
SHARED = {
    "a role": "create role made_by_errors nologin;",
    "a role in a body": "do $$ begin create role made_by_errors; exception"
    " when duplicate_object then null; end $$;",
    "a setting of the role": "alter role current_user set search_path = public;",
    "a grant on the database": 'grant connect on database :"DBNAME" to public;',
}
DATABASE = SHARED["a grant on the database"]
ERRORS = {
    "a column": ("create table t (id int);\ninsert into t (idd) values (1);", "42703", "2:16"),
    "a syntax error": ("create table t (id int);\ninsrt into t (id) values (1);", "42601", "2:1"),
    "a function": ("\nselect nosuch();", "42883", "2:8"),
    "a database": ("\ngrant connect on database nowhere to public;", "3D000", "2:1"),
    "a role that exists": ("\ncreate role postgres;", "42710", "2:1"),
}


def failure(runner: Runner, *args: Any, check: int = 3) -> dict[str, Any]:
    """The error of a command in JSON."""
    error: dict[str, Any] = json.loads(runner(*args, "--json", check=check).stdout)["error"]
    return error


@pytest.mark.parametrize(
    ("first", "error"),
    [
        *((first, "a column") for first in SHARED.values()),
        *((DATABASE, error) for error in list(ERRORS)[1:]),
    ],
)
def test_the_target_tells_its_own_errors(
    runner: Runner, tmp_path: Path, module_database: str, first: str, error: str
) -> None:
    text, sqlstate, place = ERRORS[error]
    scripts = write_scripts(tmp_path, first, text)
    found = failure(runner, "apply", "-s", scripts, "-t", module_database)
    assert (found["sqlstate"], f"{found['line']}:{found['column']}") == (sqlstate, place)
    assert "reference" not in f"{found['message']} {found['hint']}"
    assert "--no-verify" not in str(found["hint"])


@pytest.mark.parametrize("first", ["", f"{DATABASE}\n"])
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("alter table only_here set (fillfactor = 90);", "let a script make it"),
        (
            "do $$ begin if current_database() like 'runner_reference_%' then"
            " raise 'not here'; end if; end $$;",
            "a database of another name",
        ),
    ],
)
def test_an_error_of_the_reference_alone_says_why(
    runner: Runner, tmp_path: Path, module_database: str, first: str, text: str, reason: str
) -> None:
    execute(module_database, "create table if not exists only_here (a int)")
    scripts = write_scripts(tmp_path, first + text)
    found = failure(runner, "apply", "-s", scripts, "-t", module_database)
    assert found["message"].startswith("in the reference database: ")
    assert reason in found["hint"]
    assert found["hint"].endswith("--no-verify skips the comparison.")
    runner("apply", "-s", scripts, "-t", module_database, "--no-verify", check=0)
    found = failure(runner, "verify", "-s", scripts, "-t", module_database)
    assert "--no-verify" not in str(found["hint"])


@pytest.mark.parametrize("first", ["", "alter role current_user set search_path = public;\n"])
def test_a_missing_right_has_one_code(
    runner: Runner,
    tmp_path: Path,
    server: Server,
    fresh_database: str,
    make_role: Callable[..., str],
    first: str,
) -> None:
    """Found by the target's own run, by that of its reference, and by `verify`."""
    role = make_role("CREATEDB")
    database = str(conninfo_to_dict(fresh_database)["dbname"])
    target = server.conninfo(database, user=role)
    scripts = write_scripts(tmp_path, f"{first}select from pg_authid;")
    for command in (("apply",), ("apply", "--no-verify"), ("plan",), ("verify",)):
        found = failure(runner, *command, "-s", scripts, "-t", target, check=4)
        assert (found["code"], found["sqlstate"]) == ("refused", "42501")
