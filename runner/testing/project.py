"""What the options of pytest say, and errors that are reported once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

if TYPE_CHECKING:
    from runner.errors import RunnerError
    from runner.settings import Settings

_REPORTED = pytest.StashKey["RunnerError"]()


def scripts_folder(config: pytest.Config) -> Path:
    """The folder of the scripts, relative to the working directory where it is below that."""
    folder, here = config.rootpath / str(config.getini("runner_scripts")), Path.cwd()
    return folder.relative_to(here) if folder.is_relative_to(here) else folder


def project_settings(config: pytest.Config) -> Settings:
    """What to run, and where. DATABASE_URL and its like name no database for tests."""
    from runner.settings import Settings

    options = {
        "scripts": (scripts_folder(config),),
        "target": config.getoption("--runner-target"),
        "data_dir": config.rootpath / ".runner" / "pytest",
    }
    return Settings.load(options, {})


def fail_once(config: pytest.Config, error: RunnerError) -> NoReturn:
    """Fail the first test that meets an error, and skip the others."""
    if config.stash.get(_REPORTED, None) is error:
        pytest.skip("see the error of the first test that needs the scripts or the server")
    config.stash[_REPORTED] = error
    pytest.fail(text_of(error), pytrace=False)


def text_of(error: RunnerError) -> str:
    """An error as the command line prints it."""
    from runner.report.text_report import Style, lines
    from runner.results import Failure
    from runner.settings import Settings

    return "\n".join(lines(Failure(error), Style(Settings())))
