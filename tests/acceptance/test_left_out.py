"""--no-owner and --no-privileges: the dump of a superuser runs as it is, as with pg_restore."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.acceptance.scripts import dump, query, write_scripts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Runner
    from tests.servers import Server

OWNED = """
create schema app; create type app.mood as enum ('good'); create domain app.n as int;
create table app.guests (id serial primary key, m app.mood, name text);
create view app.v as table app.guests;
insert into app.guests (name) values ('Ann');
create function app.f() returns int language sql as 'select 1';
create table app.other (id int); alter table app.other owner to {role};
grant usage on schema app to {role}; grant select (id, name), insert on app.guests to {role};
alter default privileges in schema app grant select on tables to {role};
revoke execute on function app.f() from public;
"""


@pytest.mark.needs18
def test_the_dump_of_a_superuser_runs_unedited(
    runner: Runner,
    server: Server,
    tmp_path: Path,
    make_role: Callable[..., str],
    make_database: Callable[..., str],
) -> None:
    reader, source, user = make_role(), make_database(), make_role("CREATEDB")
    with psycopg.connect(source, autocommit=True) as conn:
        conn.execute(OWNED.replace("{role}", reader).encode())
    folder = write_scripts(tmp_path, dump(server, source))
    target = make_database(owner=user)
    options = ("-s", folder, "-t", make_conninfo(target, user=user))
    assert "--no-owner" in runner("apply", *options, check=4).stderr
    left_out = ("--no-owner", "--no-privileges")
    runner("apply", *options, *left_out, check=0)
    runner("verify", *options, *left_out, check=0)
    runner("check", "--offline", "-s", folder, *left_out, check=0)
    owners = "select distinct tableowner::text from pg_tables where schemaname = 'app'"
    assert query(target, owners) == [user]
    assert query(target, "select count(*) from pg_default_acl") == [0]
    assert query(target, f"select has_schema_privilege('{reader}', 'app', 'usage')") == [False]


@pytest.mark.needs18
def test_each_option_leaves_out_its_own_commands(
    runner: Runner, tmp_path: Path, fresh_database: str, make_role: Callable[..., str]
) -> None:
    role = make_role()
    folder = write_scripts(
        tmp_path,
        f"create table t (id int);\nalter table t owner to {role};\n"
        f"grant select on t to {role};\ngrant pg_monitor to {role};\n"
        f"alter table t add constraint owner check (id > 0);\nset session authorization {role};\n",
        "select 1;",
    )
    facts = (
        f"select tableowner::text = '{role}', has_table_privilege('{role}', 't', 'select'),"
        f" pg_has_role('{role}', 'pg_monitor', 'member') from pg_tables where tablename = 't'"
    )
    for option, found in (
        ("--no-owner", (False, True, True)),
        ("--no-privileges", (True, True, True)),  # an owner may select
    ):
        runner("apply", "-s", folder, "-t", fresh_database, option, check=0)
        assert query(fresh_database, facts) == [found]
        with psycopg.connect(fresh_database, autocommit=True) as conn:
            conn.execute(f"drop table t; revoke pg_monitor from {role}".encode())
