"""`--format`: errors, findings and changes where a pull request shows them."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from tests.acceptance.scripts import NOBODY, execute, write_scripts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Runner

# What is printed does not depend on the version.
pytestmark = pytest.mark.needs18

TABLE = "create table if not exists t (i int, j int);\n"


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The schema of SARIF 2.1.0, which this npm package has."""
    folder = tmp_path_factory.mktemp("sarif")
    package = "@microsoft/jest-sarif@1.0.0-beta.0"
    subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=True)
    (archive,) = folder.glob("*.tgz")
    name = "package/lib/schemas/sarif-2.1.0-rtm.5.json"
    command = ["tar", "--extract", "--to-stdout", "--file", str(archive), name]
    found: dict[str, Any] = json.loads(
        subprocess.run(command, check=True, capture_output=True).stdout
    )
    return found


@pytest.fixture
def sarif(runner: Runner, schema: dict[str, Any]) -> Callable[..., list[str]]:
    """`sarif(2, "check", …)`: rule, file, line and column of each result, of a valid log."""

    def sarif(code: int, *args: Any) -> list[str]:
        log = json.loads(runner(*args, "--format", "sarif", check=code).stdout)
        jsonschema.validate(log, schema)
        (run,) = log["runs"]
        ids = [one["id"] for one in run["tool"]["driver"]["rules"]]
        assert ids == sorted({one["ruleId"] for one in run["results"]})
        found = []
        for one in run["results"]:
            place = ""
            if "locations" in one:
                where = one["locations"][0]["physicalLocation"]
                region = where["region"]
                place = f" {where['artifactLocation']['uri']}:{region['startLine']}"
                place += f":{region['startColumn']}"
            found.append(f"{one['level']} {one['ruleId']}{place}")
        return found

    return sarif


def test_sarif(
    sarif: Callable[..., list[str]],
    runner: Runner,
    tmp_path: Path,
    fresh_database: str,
    module_database: str,
) -> None:
    write_scripts(tmp_path, TABLE, "prepare transaction 'x';\nselect http('x');\n")
    assert sarif(2, "check", "-s", "sql", "--offline") == [
        "error check sql/02.sql:1:1",
        "warning check sql/02.sql:2:1",
    ]
    assert sarif(2, "apply", "-s", "sql", *NOBODY) == ["error check sql/02.sql:1:1"]
    write_scripts(tmp_path, TABLE, "insert into t values ('x y%');\n")
    failed = ["error 22P02 sql/02.sql:1:23"]
    assert sarif(3, "apply", "-s", "sql", "-t", fresh_database) == failed
    targets = ("-t", fresh_database, "-t", module_database)
    assert sarif(3, "apply", "-s", "sql", *targets) == failed
    assert sarif(5, "apply", "-s", "sql", *NOBODY) == ["error connection"]
    write_scripts(tmp_path, TABLE, "insert into t values (1, 2);\n")
    assert sarif(0, "plan", "-s", "sql", "-t", fresh_database) == []
    execute(fresh_database, "create table t (i int)")
    found = sarif(1, "verify", "-s", "sql", "-t", fresh_database)
    assert set(found) == {"error difference sql/01.sql:1:1"}
    execute(fresh_database, "drop table t; create table t (i bigint, j int, k int)")
    options = ("-t", fresh_database, "--strict", "--format", "github")
    assert (
        "::extra: column public.t.k%0Aactual: int" in runner("verify", *options, "-s", "sql").stdout
    )


def test_commands_of_github(runner: Runner, tmp_path: Path, fresh_database: str) -> None:
    folder = write_scripts(tmp_path, TABLE + "insert into t values ('x,y:50%\nz');\n")
    folder.rename(tmp_path / "a,b")
    on_github = {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(tmp_path.parent)}
    options = ("apply", "-s", "a,b", "-t", fresh_database)
    result = runner(*options, env=on_github, check=3)
    path = f"{tmp_path.name}/a%2Cb/01.sql"
    [command] = [line for line in result.stdout.splitlines() if line.startswith("::")]
    head, _, message = command.removeprefix("::").partition("::")
    assert head == f"error file={path},line=2,col=23,title=22P02"
    assert message.startswith('invalid input syntax for type integer: "x,y:50%25%0Az"%0A')
    assert message.endswith("%0ANothing has changed: the transaction was rolled back.")
    assert "LINE 2: insert" in result.stderr
    assert "::" not in runner(*options, "--format", "text", env=on_github, check=3).stdout
    json.loads(runner(*options, "--json", env=on_github, check=3).stdout)


def test_a_plan_as_markdown_and_its_exit_code(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    write_scripts(tmp_path, TABLE, "delete from t; insert into t values (1, 2);")
    options = ("plan", "-s", "sql", "-t", fresh_database, "--format", "markdown")
    first = runner(*options, "--exit-code", check=10).stdout
    assert first.startswith("### `apply` would make 2 changes\n")
    assert "\n````diff\n+ created  table public.t\n" in first
    assert "\n# rows     table public.t: 1 inserted\n" in first
    assert "apply would succeed" in first
    runner(*options, check=0)
    write_scripts(tmp_path, TABLE, "select 1;")
    runner("apply", "-s", "sql", "-t", fresh_database, check=0)
    assert "make 0 changes" in runner(*options, "--exit-code", check=0).stdout
    write_scripts(tmp_path, "alter table t alter i type text; comment on column t.i is 'a|b';")
    changed = runner(*options, "--no-verify", "--exit-code", check=10).stdout
    assert "~ changed  column public.t.i, type\n    was integer\n    now text\n" in changed
    write_scripts(tmp_path, "select nosuch;")
    failed = runner(*options, "--exit-code", check=3).stdout
    assert failed.startswith("### `apply` would fail\n\n````diff\nsql/01.sql:1:8: ERROR: ")


def test_formats_that_do_not_fit(runner: Runner, tmp_path: Path) -> None:
    write_scripts(tmp_path, TABLE)
    wrong = runner("apply", "-s", "sql", "--format", "markdown", *NOBODY, check=2)
    assert "--format markdown is for plan" in wrong.stderr
    assert wrong.stdout == ""
    assert "psql does not support" in runner("psql", "--format", "sarif", *NOBODY, check=2).stderr
