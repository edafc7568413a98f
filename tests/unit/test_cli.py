"""The command line without a server: `main` in this process, up to the command."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from runner import __version__, commands
from runner.cli.arguments import COMMANDS
from runner.cli.main import main
from runner.errors import EXIT_CODES, WORST_FIRST, Interrupted, RunnerError
from tests.readme import README

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.settings import Settings


@pytest.fixture(autouse=True)
def _nothing_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("CI", "DATABASE_URL", "PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE", "PGPORT"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """The settings that reach `apply` and `psql`, which then do nothing more."""
    seen: list[Settings] = []

    def stop(settings: Settings, *_: Any) -> Any:
        seen.append(settings)
        raise Interrupted("interrupted")

    monkeypatch.setattr(commands, "apply", stop)
    monkeypatch.setattr(commands, "psql", stop)
    return seen


@pytest.mark.parametrize(
    "arguments",
    [
        ["-t", "host=h", "-q", "--connect-timeout", "1min", "apply", "-s", "sql"],
        ["apply", "-s", "sql", "--target=host=h", "--quiet", "--connect-timeout=60"],
        ["--connect-timeout=5", "apply", "-qssql", "-thost=h", "--connect-timeout=60s"],
    ],
)
def test_common_options_stand_before_or_after_the_command(
    arguments: list[str], asked: list[Settings]
) -> None:
    assert main(arguments) == 130
    (settings,) = asked
    assert settings.target == "host=h"
    assert settings.scripts == (Path("sql"),)
    assert (settings.quiet, settings.connect_timeout) == (True, 60)


def test_options_of_apply(asked: list[Settings]) -> None:
    main(
        ["apply", "--transaction", "none", "--var", "a=1", "--var", "b=x y", "--lock-timeout", "0"]
    )
    (settings,) = asked
    assert settings.transaction == "none"
    assert dict(settings.variables) == {"a": "1", "b": "x y"}
    assert settings.lock_timeout == 0


def test_arguments_of_psql_are_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    def psql(settings: Settings, args: list[str], _observer: Any) -> int:
        seen.extend([settings.target, args])
        return 3

    monkeypatch.setattr(commands, "psql", psql)
    assert main(["psql", "-t", "host=h", "--", "-t", "x", "--", "--json"]) == 3
    assert seen == ["host=h", ["-t", "x", "--", "--json"]]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["aply"], "unknown command aply\nHINT: did you mean apply?"),
        (["nosuch"], "unknown command nosuch\nHINT: see python -m runner --help"),
        (
            ["apply", "--tranaction", "all"],
            "unknown option --tranaction\nHINT: did you mean --transaction?",
        ),
        (["plan", "--once"], "unknown option --once\nHINT: see python -m runner plan --help"),
        (["verify", "--lock-timout=1"], "did you mean --lock-timeout?"),
        (["apply", "--jobs", "0"], "HINT: see python -m runner apply --help"),
        (["apply", "--dryrun"], "HINT: python -m runner plan shows what apply would change"),
        (["apply", "-U", "app"], "unknown option -U\nHINT: -t names the target, such as"),
        (["apply", "--dry-run"], "HINT: python -m runner plan shows what apply would change"),
        (["apply", "."], "unknown argument .\nHINT: name the folder with -s: -s ."),
        (["apply", ".", ".."], "HINT: name the folder with -s: -s . -s .."),
        (["check", "/etc/passwd", "/etc/group"], "HINT: name the folder with -s: -s /etc\n"),
        (["apply", "-s", "a", "-s", "b", "--allow-shell"], "accepts only one folder of scripts"),
        (["init", "-s", "a", "--scripts", "b"], "init accepts only one folder of scripts"),
        (["status", "-t", "host=h", "-s", "nosuch"], "there is no folder nosuch"),
        (["apply", "--transaction", "both"], "argument --transaction: invalid choice: 'both'"),
        (
            ["apply", "--lock-timeout", "soon"],
            "argument --lock-timeout: not a time such as 10s, 500ms or 2min",
        ),
        (["apply", "--var", "x"], "argument --var: not NAME=VALUE"),
        (["apply", "-t"], "argument -t/--target: expected one argument"),
        (["apply", "--", "x"], "apply does not accept arguments after --"),
        (["psql", "-c", "select 1"], "unknown option -c"),
        (["psql", "--json"], "psql does not support --json"),
        (["apply", "--env-file", "nosuch"], "cannot read nosuch: No such file or directory"),
    ],
)
def test_usage_errors(
    arguments: list[str], message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    printed = capfd.readouterr()
    assert message in printed.err
    assert printed.err.startswith("ERROR: ")


URL = "postgresql://u:geheim@h/d"


@pytest.mark.parametrize(
    "arguments",
    [
        [URL],
        ["apply", URL],
        ["apply", f"--taget={URL}"],
        ["apply", f"--json={URL}"],
        ["apply", "-W", "geheim"],
        ["apply", "-Wgeheim"],
        ["apply", "--password=geheim"],
        ["apply", "-t", "host=h", "user=u", "password=geheim"],
        ["apply", "--connect-timeout", URL],
        ["apply", "--transaction", "password=geheim it's"],
        ["apply", "--var", "pass word=geheim"],
        ["apply", "-t", "postgresql://u:ge@geheim@h/d"],
        ["apply", "--", URL],
    ],
)
def test_no_usage_error_shows_a_password(
    arguments: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    printed = capfd.readouterr()
    assert printed.err
    assert "geheim" not in printed.out + printed.err


def test_a_usage_error_is_json_too(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["apply", "--json", "--nosuch"]) == 2
    printed = capfd.readouterr()
    assert json.loads(printed.out)["error"]["code"] == "usage"
    assert printed.err.startswith("ERROR: unknown option --nosuch")


def test_a_target_that_cannot_be_used_is_an_error_of_its_command(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert main(["--json", "wait", "-t", ""]) == 2
    found = json.loads(capfd.readouterr().out)
    assert (found["command"], found["exit_code"]) == ("wait", 2)


def test_the_version(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capfd.readouterr().out == f"python -m runner {__version__}\n"


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_fits_a_screen(command: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([*command.split(), "--help"])
    lines = capfd.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) <= 30
    assert "--lock-timeout" in " ".join(lines)


@pytest.mark.parametrize(
    ("named", "meant"),
    [("data", "data/sql"), ("dta/sql", "data/sql"), ("nosuch", "db or -s data/sql"), ("dbs", "db")],
)
def test_a_folder_that_may_be_meant(
    tmp_path: Path, named: str, meant: str, capfd: pytest.CaptureFixture[str]
) -> None:
    for folder in ("data/sql", "db", ".hidden"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "01.sql").touch()
    assert main(["check", "-s", named]) == 2
    assert capfd.readouterr().err.endswith(f"HINT: Did you mean -s {meant}?\n")


@pytest.mark.parametrize(
    ("conninfo", "reason"),
    [
        ("postgresql://ho st/d", "unexpected spaces found in …, use percent-encoded spaces (%20)"),
        ("host=h prot=1", ': invalid connection option "prot"; did you mean port?'),
        ("mysql://u:geheim@h/d", ': missing "=" after … in connection info string'),
        ("postgresql://u:geheim@h/d?schema=public", ": schema is a parameter of another program"),
        ("host=h;password=geheim", ": separate its parts with spaces, not with ; or ,"),
        ("host=h port=five", ": the port is not a number from 1 to 65535"),
        ("postgresql://h/d?sslmod=x", 'query parameter: "sslmod"; did you mean sslmode?'),
        ("host=h password=a geheim", ': missing "=" after … in connection info string'),
        ("host=h password='geheim", ": unterminated quoted string in connection info string"),
        ("host=h password=a geheim=b", ": invalid connection option …"),
        ("postgresql://u:%zgeheim@h", ": invalid percent-encoded token: …"),
    ],
)
def test_libpqs_own_reason_without_the_password(
    conninfo: str, reason: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["wait", "-t", conninfo]) == 2
    printed = capfd.readouterr().err
    assert reason in printed
    assert "geheim" not in printed


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("A=1\nB = geheim c\nFOO geheim\n", "3: ERROR: this line is not NAME=VALUE, or a quote"),
        ("A='geheim\n", "1: ERROR: this line is not NAME=VALUE, or a quote in it is not closed"),
        ("A=1\nDATABASE_URL=prot=geheim\n", "2: ERROR: DATABASE_URL is not a valid conninfo"),
        ("PGHOST=h\nPGPORT=x\n", "2: ERROR: PGPORT: the port is not a number"),
        ("RUNNER_IAM=maybe\n", "1: ERROR: RUNNER_IAM must be 1 or 0"),
    ],
)
def test_an_error_in_an_env_file_has_its_line(
    tmp_path: Path, text: str, error: str, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "prod.env").write_text(text)
    assert main(["wait", "--env-file", "prod.env"]) == 2
    printed = capfd.readouterr().err
    assert printed.startswith(f"prod.env:{error}")
    assert "geheim" not in printed


def every_error(kind: type[RunnerError] = RunnerError) -> list[type[RunnerError]]:
    found = [kind] if kind is not RunnerError else []
    for below in kind.__subclasses__():
        found += every_error(below)
    return found


def test_help_and_readme_list_every_exit_code(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["apply", "--help"])
    table = " ".join(capfd.readouterr().out.partition("Exit codes: ")[2].split())
    listed = set(map(int, re.findall(r"(\d+) \w", table)))
    of_results = {0, 10}  # 10: plan --exit-code
    assert listed == {*of_results, *(kind.exit_code for kind in every_error())}
    assert listed == EXIT_CODES.keys() == set(WORST_FIRST)
    for code, meaning in EXIT_CODES.items():
        assert re.split("[,:;]", meaning)[0] in table
        assert f"\n| {code} | {meaning} | " in README.read_text("utf-8")


# DifferencesError is made of a comparison; tests/acceptance/test_apply_verified.py has its code.
MADE_OF_TEXT = [kind for kind in every_error() if kind.__init__ is RunnerError.__init__]


@pytest.mark.parametrize("kind", MADE_OF_TEXT)
def test_every_error_ends_with_its_code(
    kind: type[RunnerError], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands, "apply", raising(kind("what happened", hint="what to do")))
    assert main(["apply", "-t", "host=h"]) == kind.exit_code
    assert capfd.readouterr().err == "ERROR: what happened\nHINT: what to do\n"


def raising(error: BaseException) -> Callable[..., Any]:
    def command(*_: Any) -> Any:
        raise error

    return command


def test_an_interrupt_ends_with_130(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands, "wait", raising(KeyboardInterrupt()))
    assert main(["wait", "-t", "host=h"]) == 130
    assert capfd.readouterr().err == "ERROR: interrupted\n"


def test_a_bug_is_one_line_without_the_exceptions_text(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands, "wait", raising(LookupError("geheim")))
    assert main(["wait", "-t", "host=h"]) == 70
    first, _hint = capfd.readouterr().err.splitlines()
    assert first.startswith("ERROR: internal error: LookupError at ")
    assert "test_cli.py:" in first
