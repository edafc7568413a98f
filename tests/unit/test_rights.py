from __future__ import annotations

import pytest

from runner.connect.failures import privilege_hint


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("permission denied for schema public", "GRANT USAGE, CREATE ON SCHEMA public TO app;"),
        ("permission denied for database blog", "GRANT CREATE ON DATABASE blog TO app;"),
        ("permission denied to create database", "ALTER ROLE app CREATEDB;"),
        ("permission denied to create role", "ALTER ROLE app CREATEROLE;"),
        ('permission denied to grant role "x"', "CREATEROLE"),
        ("permission denied for table users", "what the statement does to users"),
        ("must be owner of table users", "the owner of users"),
        ("must be owner of materialized view v", "the owner of v"),
        ('must be able to SET ROLE "joe"', 'GRANT "joe" TO app; or leave OWNER TO out: --no-owner'),
        ('must be able to SET ROLE "postgres"', "--no-owner leaves OWNER TO out"),
        ('must be member of role "postgres"', "In a CREATE, leave out OWNER"),
        ("must be superuser to create bypassrls users", "BYPASSRLS out: only a role"),
        ("must be superuser to create superusers", "Leave SUPERUSER"),
        ("permission denied to alter role", "Leave out SUPERUSER, REPLICATION"),
        ("permission denied for table sql_parts", "information_schema"),
        ('new row violates row-level security policy for table "meter"', "write the rows before"),
        ('permission denied to grant role "pg_monitor"', "GRANT pg_monitor TO app WITH ADMIN"),
        ('must be member of role "joe"', 'GRANT "joe" TO app;'),
        ('permission denied to set role "joe"', 'GRANT "joe" TO app;'),
        ("must be owner of extension plpgsql", "Leave it out"),
        ('permission denied: "RI_ConstraintTrigger_c_1" is a system trigger', "TRIGGER USER"),
    ],
)
def test_the_right_is_named(message: str, text: str) -> None:
    found = privilege_hint(message, None, "app", "db.example.com")
    assert found is not None
    assert text in found
    assert "rds_superuser" not in found
    on_rds = privilege_hint(message, None, "app", "blog.abc123.eu-central-1.rds.amazonaws.com")
    assert ("master user" in str(on_rds)) == ("superuser" not in found)


def test_a_trusted_extension_takes_no_superuser() -> None:
    said = "Must have CREATE privilege on current database to create this extension."
    found = privilege_hint(
        'permission denied to create extension "hstore"', said, "app", "db.example.com"
    )
    assert found == "GRANT CREATE ON DATABASE … TO app; this extension takes no superuser."


@pytest.mark.parametrize(
    "message",
    [
        "must be superuser to alter the system",
        "permission denied to execute CHECKPOINT command",
        'access to library "auto_explain" is not allowed',
        'permission denied to create extension "file_fdw"',
        'permission denied to set parameter "log_statement"',
        'permission denied to create event trigger "e"',
        "permission denied for function pg_read_file",
        "permission denied for language c",
        "permission denied for tablespace pg_global",
        "must be superuser or have privileges of the pg_read_server_files role to COPY from a file",
    ],
)
def test_a_superusers_right_is_said_to_be_one(message: str) -> None:
    assert "GRANT rds_superuser TO app;" in str(privilege_hint(message, None, "app", "h"))


def test_what_is_not_known_has_no_advice() -> None:
    assert privilege_hint("keine Berechtigung für Schema public", None, "app", "h") is None
