"""The settings that a connection begins with: of a startup packet, and of libpq's environment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from psycopg import sql

from runner.connect.queries import encoded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.connect.session import Session


# Parameters of a startup packet that are no settings of the session to be.
_NO_SETTINGS = frozenset({"", "user", "database", "options", "replication", "application_name"})
# Variables that libpq makes settings of: EnvironmentOptions in fe-protocol3.c.
_VARIABLES = {"PGTZ": "timezone", "PGDATESTYLE": "datestyle", "PGGEQO": "geqo"}


def settings_of(parameters: Mapping[str, str]) -> dict[str, str]:
    """The settings in a startup packet: those of `options`, as of PGOPTIONS, and the others."""
    text = parameters.get("options", "")
    words = iter(re.sub(r"\\(.)", r"\1", word) for word in re.findall(r"(?:\\.|[^\s\\])+", text))
    found = {}
    for word in words:
        setting = next(words, "") if word == "-c" else re.sub("^(-c|--)", "", word)
        name, _, value = setting.partition("=")
        found[name.replace("-", "_")] = value
    return found | {name: v for name, v in parameters.items() if name not in _NO_SETTINGS}


def exported_settings(environ: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """The settings that libpq takes from an environment where that has changed."""
    names = {**_VARIABLES, "PGOPTIONS": "options"}
    changed = {names[n]: environ[n] for n in names if environ.get(n, "") != before.get(n, "")}
    return settings_of(changed)


def set_commands(conn: Session, settings: Mapping[str, str]) -> tuple[bytes, ...]:
    """The commands that give a session these settings."""
    command = sql.SQL("SELECT pg_catalog.set_config({}, {}, false);")
    made = (command.format(*map(sql.Literal, pair)) for pair in settings.items())
    return tuple(encoded(conn, one.as_string(conn)) for one in made)
