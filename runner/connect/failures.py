"""Messages of libpq and the server about failed connections and missing rights. Pure."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from runner.connect import rds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


_MEMBER = (
    r"(?:must be able to SET ROLE|must be (?:a )?member of role|permission denied to set role)"
)
# Before PostgreSQL 16.
_TO_CHANGE_ROLES = r" to (?:alter|change) (?:superuser|replication|bypassrls)"
_KINDS = "table|view|materialized view|foreign table|sequence|function|procedure|type|language"
# {user} is who runs the scripts, {1} and so on are the groups of the text.
_ADVICE = (
    (
        r"permission denied for schema (.+)",
        "GRANT USAGE, CREATE ON SCHEMA {1} TO {user}; since PostgreSQL 15 not everybody may create"
        " in public.",
    ),
    (r"permission denied for database (.+)", "GRANT CREATE ON DATABASE {1} TO {user};"),
    (r"permission denied to create database", "ALTER ROLE {user} CREATEDB;"),
    (
        r'permission denied to grant role "?(pg_\w+)',
        "GRANT {1} TO {user} WITH ADMIN OPTION; or leave it out: only who has that may grant it.",
    ),
    (
        rf"permission denied to alter role|must be superuser{_TO_CHANGE_ROLES}",
        "Leave out NOSUPERUSER, NOREPLICATION and NOBYPASSRLS: they are the default, and only a"
        " superuser may write them. Since PostgreSQL 16 {user} also needs the ADMIN option.",
    ),
    (
        r"Only roles with the (\w+) attribute may create roles with",
        "Leave {1} out: only a role that has it may give it.",
    ),
    (
        r"permission denied to (?:create|drop|rename) role|permission denied to grant role",
        "ALTER ROLE {user} CREATEROLE; since PostgreSQL 16 that covers only roles which {user} has"
        " the ADMIN option of.",
    ),
    (
        r"permission denied for \w+ sql_(?:features|implementation_info|parts|sizing)",
        "This is of information_schema, which everybody may read: leave the statement out.",
    ),
    (
        r"new row violates row-level security policy .*",
        "FORCE ROW LEVEL SECURITY holds for the owner, too: write the rows before it, or run as a"
        " role with BYPASSRLS, as the container's is.",
    ),
    (rf"permission denied for (?:{_KINDS}) (\S+)", "Grant {user} what the statement does to {1}."),
    (
        r"must be owner of (?:extension|language) plpgsql",
        "Leave it out: plpgsql comes with the server, whose superuser owns it.",
    ),
    (
        r"is a system trigger",
        "DISABLE TRIGGER USER leaves those of foreign keys alone: write the rows that are referred"
        " to first.",
    ),
    (
        r"must be owner of (?:[a-z ]+ )?(\S+)",
        "Run as the owner of {1}, or let its owner GRANT himself TO {user}.",
    ),
    (
        rf'{_MEMBER} "?(?:postgres|rdsadmin|azuresu|cloudsqladmin)\b',
        "No other role may have what a superuser owns: --no-owner leaves OWNER TO out, as"
        " pg_restore's, and --no-privileges what is granted.",
    ),
    (r"permission denied to set role (\S+)", "GRANT {1} TO {user};"),
    (
        rf"{_MEMBER} (\S+)",
        "GRANT {1} TO {user}; or leave OWNER TO out: --no-owner, as pg_restore's.",
    ),
)
_SUPERUSER = re.compile(
    rf"must be (?:a )?superuser(?!{_TO_CHANGE_ROLES})|[Oo]nly (?:superusers|roles with)"
    r"|must have privileges of"
    r"|permission denied to (?:create|alter) (?:extension|event trigger|subscription|publication)"
    r'|permission denied to set parameter|permission denied for function "?pg_'
    r"|permission denied for (?:language|foreign-data wrapper|tablespace)"
)
_NO_SUPERUSER = (
    "It takes a superuser, whom the container has. Amazon Aurora has none: rds_superuser may do"
    " part of it (GRANT rds_superuser TO {user};), parameter groups set parameters, and"
    " rds.allowed_extensions lists the extensions."
)
_ON_RDS = " The cluster's master user may grant it: he is a member of rds_superuser."

STARTING = "the server is starting up or shutting down"

# libpq gives no SQLSTATE for a failed start-up, so the text has to do: libpq's own is English
# here (Python sets no LC_MESSAGES), the server's is as its lc_messages says. What is not in
# this list is final: a wrong password must not be tried twice.
_PASSING = (
    ("connection refused", r"Connection refused"),
    ("no server on that socket", r"on socket .* failed: No such file or directory"),
    ("no answer", r"timeout expired|timed out"),
    ("no route to the host", r"No route to host|Network is unreachable|Host is down"),
    ("name resolution failed for now", r"Temporary failure in name resolution"),
    # 57P03 cannot_connect_now, 57P01 admin_shutdown
    (STARTING, r"FATAL:  the database system is "),
    ("the server is shutting down", r"FATAL:  terminating connection due to administrator"),
    # 53300 too_many_connections, also of a role and a database, also PgBouncer's
    ("too many connections", r"FATAL:  (sorry, )?too many (clients|connections)"),
    ("too many connections", r"FATAL:  remaining connection slots are reserved"),
    ("too many connections", r"FATAL:  no more connections allowed"),
    ("the pooler has no server", r"FATAL:  (server login has been failing|query_wait_timeout)"),
    ("the connection was cut", r"server closed the connection unexpectedly"),
    ("the connection was cut", r"Connection reset by peer|Broken pipe|EOF detected|unexpected eof"),
    # target_session_attrs: none of the hosts is what was asked for, which a failover changes
    ("no host is as target_session_attrs asks", r"session is (not )?read-only"),
    ("no host is as target_session_attrs asks", r"server is (not )?in hot standby mode"),
)
# What to do about it, by libpq's and the server's text. The first that fits is shown.
_HINTS = (
    (r"no password supplied", "give a password: in PGPASSWORD, in ~/.pgpass or in the URL"),
    (
        r"password authentication failed",
        "check user and password; in a URL special characters are percent-encoded (@ is %40),\n"
        "in PGPASSWORD and ~/.pgpass they are not",
    ),
    (
        r"PAM authentication failed",
        "the server did not accept the IAM token. The usual causes:\n"
        "- the role may not log in with IAM: GRANT rds_iam TO the role\n"
        "- the token is for another user, or it is signed for another host or port than the\n"
        "  endpoint's: --iam-host HOST:PORT, for a tunnel or a name of your own\n"
        "- the AWS credentials have expired, or are another's: aws sts get-caller-identity\n"
        "- their policy lacks rds-db:connect on dbuser:CLUSTER-RESOURCE-ID/USER\n"
        "- IAM authentication is off for the cluster",
    ),
    (
        r"no pg_hba\.conf entry .*(no encryption|SSL off)",
        "the server wants TLS: sslmode=require, or better verify-full",
    ),
    (r"no pg_hba\.conf entry|pg_hba\.conf rejects", "the server's pg_hba.conf does not let you in"),
    (r'FATAL:  role ".*" does not exist', "name another user, or create it first (createuser)"),
    (r"could not translate host name|failed to resolve", "check the host's name"),
    (r"too many|connection slots|no more connections", "close other connections, or wait longer"),
    (r"Connection refused|on socket .* No such file", "start the server, or check host and port"),
    (r"timeout expired|timed out|No route", "check host, port, firewall and security group"),
)


def advice(message: str, detail: str | None, user: str, host: str) -> str | None:
    """The hint for the texts of a 42501, insufficient_privilege; None when nothing is known."""
    if _SUPERUSER.search(message):
        return _NO_SUPERUSER.format(user=user)
    for pattern, text in _ADVICE:
        if match := re.search(pattern, f"{message}\n{detail}"):
            found = text.format(match[0], *match.groups(), user=user)
            return found + (_ON_RDS if rds.is_rds(host) else "")
    return None


def object_advice(sqlstate: str | None, function: bytes | None, message: str) -> str | None:
    """The hint for an extension or a role that the server does not have; None for anything else.

    `function` is that of the server's source: the message may be in any language.
    """
    found = re.search(r'["\u00ab\u201e](.+?)["\u00bb\u201c]', message)
    name = found[1] if found else "…"
    if sqlstate in ("0A000", "58P01") and b"extension_control_file" in (function or b""):
        name = name.rpartition("/")[2].removesuffix(".control")
        return f"Look into pg_available_extensions on the target for {name}."
    if sqlstate in ("42704", "22023") and b"role" in (function or b"").lower():
        quoted = name if re.fullmatch("[a-z_][a-z0-9_]*", name) else f'"{name}"'
        return f"CREATE ROLE {quoted};"
    return None


def where(parameters: Mapping[str, str]) -> str:
    """Host and port for a message."""
    hosts = (parameters.get("host") or parameters.get("hostaddr") or "").split(",")
    ports = parameters.get("port", "").split(",")
    if len(ports) != len(hosts):
        ports = ports[:1] * len(hosts)
    return ", ".join(
        f"{host or 'the local socket'}:{port}" for host, port in zip(hosts, ports, strict=True)
    )


def each_failure(text: str, where: str) -> list[str]:
    """The failure of each host and address in psycopg's text, without psycopg's own words."""
    _, several, each = text.partition("All failures were:\n")
    # "- host: 'a', port: '5432', hostaddr: '::1': connection failed: connection to server at …"
    parts = re.split(r"^- host: ", each, flags=re.MULTILINE)[1:] if several else [text]
    failures: list[str] = []
    for part in parts:
        if several and (named := re.match(r"'?(.*?)'?, port: '?(\d*)'?, ", part)):
            where = f"{named[1]}:{named[2]}"
        if part.rstrip().endswith("connection timeout expired"):
            failures.append(f"connection to {where} failed: timeout expired")
            continue
        part = re.sub(r"^.*?\b(connection failed|connection is bad): ", "", part, flags=re.DOTALL)
        # libpq tries again without TLS, or the next address, and tells of each.
        found = re.split(r"^(?=connection to server )", part, flags=re.MULTILINE)
        failures += [text.strip().replace("\n\t", "\n") for text in found if text.strip()]
    return list(dict.fromkeys(failures))


def resuming(failures: Iterable[str]) -> bool:
    """Whether an endpoint of RDS answers as a cluster does that resumes from zero capacity.

    Without TLS the text means what it says: rds.force_ssl is on.
    """
    return any(re.search(r"no pg_hba\.conf entry .*(SSL encryption|SSL on)", f) for f in failures)


def passing(failure: str, *, resuming: bool = False) -> str | None:
    """Why a failure may pass, None when it will not. `resuming`: see there."""
    if resuming and "no pg_hba.conf entry" in failure:
        return "the cluster refuses all connections, as it does while it resumes"
    for reason, pattern in _PASSING:
        if re.search(pattern, failure):
            return reason
    return None


def hint(text: str, parameters: Mapping[str, str]) -> str | None:
    """What to do about it."""
    if match := re.search(r'FATAL:  database "(.*)" does not exist', text):
        command = ["createdb"]
        for option, name in (("-h", "host"), ("-p", "port"), ("-U", "user")):
            if value := parameters.get(name):
                command += [option, value]
        return f"create it first: {shlex.join([*command, match[1]])}"
    if resuming([text]) and any(map(rds.is_rds, parameters.get("host", "").split(","))):
        return "the cluster did not resume in time: wait longer with --connect-timeout 3min"
    return next((hint for pattern, hint in _HINTS if re.search(pattern, text)), None)


def in_other_language(failure: str, parameters: Mapping[str, str]) -> bool:
    """Whether a server answered in a text that is not known here."""
    answered = re.search(r"failed: \S+:  ", failure) is not None
    return answered and hint(failure, parameters) is None
