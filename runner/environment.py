"""The target in `.env`, the environment and conninfos; text files that the user names."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from runner.errors import Place, UsageError

EMBEDDED = "embedded"
# If any of them is set, libpq's environment names the target.
PG_TARGET = ("PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE", "PGPORT")
# These configure a session and do not name a server, so they also apply to the embedded one.
_PG_SESSION = {"PGAPPNAME", "PGCLIENTENCODING", "PGDATESTYLE", "PGGEQO", "PGOPTIONS", "PGTZ"}
# Options of logging in to AWS, and their environment variables. See `connect.parameters.Login`.
ACCESS = {"iam": "RUNNER_IAM", "iam_host": "RUNNER_IAM_HOST", "secret": "RUNNER_SECRET"}
_ADDRESS = ("host", "hostaddr", "port", "dbname")
# libpq reads all of `host=h;password=…` as a host name, also with a comma.
_JOINED = r"[;,]\s*[a-z_]+\s*="
# URL parameters of other programs.
_FOREIGN = ("schema", "currentSchema", "pgbouncer", "connection_limit", "charset", "serverVersion")
_ENCODE_HINT = (
    "in a URL, percent-encode a password's special characters (@ is %40, / is %2F, # is %23,\n"
    "? is %3F, % is %25), or leave the password out and set PGPASSWORD"
)


def environment(environ: Mapping[str, str], env_file: str | None = None) -> dict[str, str]:
    """Return the environment and the variables of `.env` or `env_file` that are not set in it.

    If libpq's variables in the environment name a target, the file's DATABASE_URL is ignored.
    Raises UsageError if the file cannot be read. Only the default `.env` may be missing.
    """
    path = Path(".env" if env_file is None else env_file)
    if env_file is None and not path.is_file():
        return dict(environ)
    added = _parse_env_file(read_file(path), path)
    if any(name in environ for name in PG_TARGET):
        added.pop("DATABASE_URL", None)
    return {**added, **environ}


def read_file(path: Path) -> str:
    """Return the text of a file, without a byte order mark. Raises UsageError."""
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"cannot read {path}: it is not UTF-8") from error


def is_utf8(text: str) -> bool:
    """Return whether an argument or a variable is UTF-8; others have lone surrogates."""
    return text == text.encode(errors="replace").decode()


def _parse_env_file(text: str, path: Path) -> dict[str, str]:
    """Return the variables of an env file. `${NAME}` is expanded, except in single quotes."""
    from dotenv import dotenv_values
    from dotenv.parser import parse_stream

    found = list(parse_stream(StringIO(text)))
    for one in found:
        if one.error:
            place = Place(str(path), one.original.line)
            reason = "this line is not NAME=VALUE, or a quote in it is not closed (not shown)"
            raise UsageError(reason, place=place)
    values = dotenv_values(stream=StringIO(text))
    for one in found:
        if one.key and re.match(r"[^=]*=\s*'", one.original.string):
            values[one.key] = one.value
    return {name: value for name, value in values.items() if value is not None}


def with_place(error: UsageError, environ: Mapping[str, str], env_file: str | None) -> UsageError:
    """Return the error with the env file's line of the variable that it begins with, if any."""
    from dotenv.parser import parse_stream

    name, path = error.message.split(" ")[0].rstrip(":"), Path(env_file or ".env")
    if name in environ or not name.isupper() or not path.is_file():
        return error
    found = parse_stream(StringIO(read_file(path)))
    lines = [one.original.line for one in found if one.key == name]
    place = Place(str(path), lines[-1]) if lines else None
    return error.converted(UsageError, place=place)


def with_access(environ: Mapping[str, str], options: Mapping[str, Any]) -> dict[str, str]:
    """Return the environment, overridden by the options of `ACCESS` as variables.

    Raises UsageError for invalid values and for combinations that are not supported.
    """
    given = {ACCESS[name]: str(options[name]) for name in ACCESS if name in options}
    found = {**environ, **given}
    for name in ACCESS.values():
        if found.get(name) == "":
            raise _empty_error(name)
    if is_enabled(found, "RUNNER_IAM"):
        found["RUNNER_IAM"] = "1"
        if "RUNNER_SECRET" in found:
            raise UsageError(
                "--iam and --secret (RUNNER_IAM, RUNNER_SECRET) cannot be used together"
            )
    else:
        found.pop("RUNNER_IAM", None)
    _check_port(found.get("RUNNER_IAM_HOST", "").partition(":")[2], "--iam-host")
    return found


def is_enabled(environ: Mapping[str, str], name: str) -> bool:
    """Return whether a variable is 1; the default is 0. Raises UsageError for other values."""
    value = environ.get(name, "0")
    if value not in ("0", "1"):
        raise UsageError(f"{name} must be 1 or 0")
    return value == "1"


def prepare_libpq(environ: Mapping[str, str], *, embedded: bool) -> None:
    """Put the variables of libpq, AWS and `ACCESS` into this process's environment.

    For the embedded server, those that could make libpq connect to another server or fail
    (PGHOSTADDR, PGSERVICE, PGSSLMODE, …) are removed instead. Raises UsageError.
    """
    access = tuple(ACCESS.values())
    for name in [name for name in environ if name.startswith(("PG", "AWS_", *access))]:
        if not is_utf8(environ[name]):
            raise UsageError(f"{name} is not UTF-8 (not shown)")
        if not embedded or name in _PG_SESSION:
            os.environ[name] = environ[name]
        else:
            os.environ.pop(name, None)


def configured_target(option: str | None, environ: Mapping[str, str]) -> str | None:
    """Return the target's conninfo; None for the embedded server. Raises UsageError."""
    if option is not None:
        return None if option == EMBEDDED else usable_conninfo(option, "--target")
    if "DATABASE_URL" in environ:
        return usable_conninfo(environ["DATABASE_URL"], "DATABASE_URL")
    if any(name in environ for name in PG_TARGET):
        for name in PG_TARGET:
            if environ.get(name) == "":
                raise _empty_error(name)
        _check_port(environ.get("PGPORT"), "PGPORT")
        return ""
    if "RUNNER_SECRET" in environ:
        return ""  # the secret names the host
    if environ.get("CI"):
        raise UsageError(
            "no target is configured, and CI is set",
            hint="set DATABASE_URL or PGHOST, or use the embedded PostgreSQL: -t embedded",
        )
    return None


def _empty_error(origin: str) -> UsageError:
    return UsageError(
        f"{origin} is set but empty",
        hint="a missing CI secret has this effect; set the variable, or unset it",
    )


def usable_conninfo(text: str, origin: str) -> str:
    """Return a conninfo that libpq accepts. Raises UsageError, which shows nothing of `text`."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    if not text.strip():
        raise _empty_error(origin)
    text = re.sub(r"^(?:jdbc:)?postgres(?:ql)?(?:\+\w+)?://", "postgresql://", text.strip())
    if text[0] in "\"'":
        raise _unusable_conninfo(text, origin, "it begins with a quotation mark")
    try:
        # "from None": libpq's own text quotes the part that it could not read.
        parameters = conninfo_to_dict(text)
    except (ProgrammingError, UnicodeError) as error:
        raise _unusable_conninfo(text, origin, _reason(str(error))) from None
    if _is_misread(text):
        raise _unusable_conninfo(text, origin)
    if any(re.search(_JOINED, str(parameters.get(name))) for name in ("user", *_ADDRESS)):
        raise _unusable_conninfo(text, origin, "separate its parts with spaces, not with ; or ,")
    hint = _ENCODE_HINT if re.search("://|passw", text) else None
    _check_port(parameters.get("port"), origin, hint)
    return text


def _reason(error: str) -> str:
    """Return libpq's message, with the keyword that was probably meant.

    Other quoted words are left out: they may be parts of a password.
    """
    from difflib import get_close_matches

    from psycopg.pq import Conninfo

    quoted = re.search(r'(?<!=)"(?!=")(.*)"', error, re.DOTALL)
    if quoted and error.startswith(("invalid connection option", "invalid URI query")):
        if quoted[1] in _FOREIGN:
            return f"{quoted[1]} is a parameter of another program: leave it out"
        known = [option.keyword.decode() for option in Conninfo.get_defaults()]
        if near := get_close_matches(quoted[1], known, 1):
            return f"{error.strip()}; did you mean {near[0]}?"
    return (error.replace(quoted[0], "…") if quoted else error).strip()


def _is_misread(text: str) -> bool:
    """Return whether libpq parses part of a URL's password as its host or database.

    libpq ends the password at the first `@`, and searches for none after the first `/`. Messages
    would then show the rest of the password as a host name. See conninfo_uri_parse_options in
    src/interfaces/libpq/fe-connect.c.
    """
    is_url = text.startswith("postgresql://")
    rest = re.sub(r"^postgresql://(?:[^@/]*@)?", "", text)
    return is_url and "@" in rest.partition("?")[0]


def _check_port(ports: object, origin: str, hint: str | None = None) -> None:
    """Raise UsageError for invalid ports. libpq would show the value, maybe part of a password."""
    for port in str(ports or "").split(","):
        if port and not (port.isdecimal() and 0 < int(port) < 65536):
            raise UsageError(f"{origin}: the port is not a number from 1 to 65535", hint=hint)


def _unusable_conninfo(text: str, origin: str, reason: str = "") -> UsageError:
    if "://" in text:
        hint = f"postgresql://USER:PASSWORD@HOST:PORT/DBNAME\n{_ENCODE_HINT}"
    else:
        hint = (
            "use a URI (postgresql://…) or keyword/value pairs ('host=HOST dbname=DBNAME');\n"
            "enclose a value with spaces in single quotes, and write ' as \\' and \\ as \\\\"
        )
    why = f": {reason}" if reason else ""
    return UsageError(f"{origin} is not a valid conninfo (not shown){why}", hint=hint)
