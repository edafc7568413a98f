"""What the container's superuser may do with the roles of the scripts, done by an owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.acceptance.scripts import query, write_scripts
from tests.servers import unique_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import Runner
    from tests.servers import Server

MAKE = r"""
create role {x}_svc login; alter role {x}_svc set search_path = {x}_svc, public;
do $$ begin
  if not exists (select from pg_roles where rolname = '{x}_ro') then create role {x}_ro; end if;
end $$;
select 'create role {x}_rw' where not exists (select from pg_roles where rolname = '{x}_rw') \gexec
begin; create role {x}_mine; grant {x}_mine to current_user; commit;
create role {x}_gone; create schema {x}_gone authorization {x}_gone;
drop schema {x}_gone; drop role {x}_gone;
create schema {x}_svc authorization {x}_svc;
set role {x}_svc; create table t (id int); insert into t values (1);
"""
USE = """
create table mine (id int); alter table mine owner to {x}_rw;
create schema app; create table app.given (id serial); insert into app.given default values;
begin; alter table app.given owner to {x}_ro; commit;
grant create on schema app to {x}_svc;
create view app.v as select 1; alter view app.v owner to {x}_svc;
reassign owned by {x}_rw to {x}_svc;
alter default privileges for role {x}_rw in schema app grant select on tables to {x}_ro;
do $$ begin execute 'alter schema app owner to {x}_ro'; end $$;
"""
FACTS = """
select 'table', c.relname::text, pg_get_userbyid(c.relowner)::text, c.relacl::text
  from pg_class as c where c.relname in ('t', 'mine', 'given', 'given_id_seq', 'v')
 union all
select 'schema', nspname, nullif(pg_get_userbyid(nspowner), 'postgres'), (select string_agg(concat(
         pg_get_userbyid(grantee), '=', privilege_type), ' ' order by 1)
         from aclexplode(coalesce(nspacl, acldefault('n', nspowner))) where grantee <> nspowner)
  from pg_namespace where nspname in ('public', 'app', '{x}_svc')
 union all
select 'default', pg_get_userbyid(defaclrole), defaclacl::text, '' from pg_default_acl
 union all
select 'member', pg_get_userbyid(roleid), pg_get_userbyid(member), '' from pg_auth_members
 where pg_get_userbyid(roleid) like '{x}%' and not (admin_option and grantor = 10)
 union all
select 'role', rolname, rolconfig::text, '' from pg_roles where rolname like '{x}%'
 order by 1, 2, 3
"""


@pytest.fixture
def prefix(admin: psycopg.Connection[Any]) -> Iterator[str]:
    """Begins the names of all roles of a test, which are dropped after it."""
    name = unique_name()
    yield name
    drop_roles(admin, name)


def drop_roles(admin: psycopg.Connection[Any], prefix: str) -> None:
    found = admin.execute("select rolname from pg_roles where starts_with(rolname, %s)", [prefix])
    for (role,) in found.fetchall():
        admin.execute(f"drop role {role}".encode())


def test_roles_of_the_scripts_are_used_as_by_a_superuser(
    runner: Runner,
    tmp_path: Path,
    admin: psycopg.Connection[Any],
    prefix: str,
    make_role: Callable[..., str],
    make_database: Callable[..., str],
) -> None:
    """Roles, owners and privileges come out as there; nothing that the run needed is left."""
    texts = [text.replace("{x}", prefix) for text in (MAKE, USE)]
    folder = write_scripts(tmp_path, *texts)
    owner, facts = make_role("CREATEDB", "CREATEROLE"), FACTS.replace("{x}", prefix)
    found = []
    for user in ("postgres", owner):
        target = make_database(owner=user)
        name = query(target, "select current_database()")[0]
        options = ("-s", folder, "-t", make_conninfo(target, user=user))
        runner("apply", *options, check=0)
        found.append(
            [tuple(one and one.replace(user, "me") for one in row) for row in query(target, facts)]
        )
        runner("verify", "-s", folder, "-t", target, check=0)
        admin.execute(f'drop database "{name}" '.encode())
        drop_roles(admin, prefix)
    assert found[0] == found[1]


def test_a_database_of_a_new_role_is_filled(
    runner: Runner,
    server: Server,
    tmp_path: Path,
    admin: psycopg.Connection[Any],
    prefix: str,
    make_role: Callable[..., str],
    make_database: Callable[..., str],
) -> None:
    """Each database has a transaction of its own, and all of them see the memberships."""
    text = (
        "create role {x}_svc; create database {x}_db owner {x}_svc;\n\\connect {x}_db\n"
        "create schema s authorization {x}_svc; set role {x}_svc; create table s.t (id int);"
    )
    folder = write_scripts(tmp_path, text.replace("{x}", prefix))
    user = make_role("CREATEDB", "CREATEROLE")
    target = make_database(owner=user)
    runner("apply", "-s", folder, "-t", make_conninfo(target, user=user), check=0)
    owners = "select tableowner::text from pg_tables where tablename = 't'"
    assert query(server.conninfo(f"{prefix}_db"), owners) == [f"{prefix}_svc"]
    members = f"select count(*) from pg_auth_members where roleid = '{prefix}_svc'::regrole"
    assert query(target, members) == [int(server.version >= 16)]  # ADMIN, of its creator
    admin.execute(f'drop database "{prefix}_db"'.encode())


@pytest.mark.needs18
def test_the_database_is_not_given_away(
    runner: Runner,
    tmp_path: Path,
    prefix: str,
    make_role: Callable[..., str],
    make_database: Callable[..., str],
) -> None:
    text = f"create role {prefix}_k;\nreassign owned by current_user to {prefix}_k;"
    user, folder = make_role("CREATEDB", "CREATEROLE"), write_scripts(tmp_path, text)
    target = make_database(owner=user)
    done = runner("apply", "-s", folder, "-t", make_conninfo(target, user=user), check=2)
    assert "01.sql:2:1: ERROR: REASSIGN OWNED would give away the database, too" in done.stderr


@pytest.mark.needs18
def test_what_differs_for_an_owner_is_said(
    runner: Runner,
    tmp_path: Path,
    make_role: Callable[..., str],
    make_database: Callable[..., str],
) -> None:
    """A schema named like the role takes no tables; FORCE ROW LEVEL SECURITY hides rows."""
    user = make_role("CREATEDB")
    target = make_database(owner=user)
    folder = write_scripts(
        tmp_path,
        f"create schema {user}; create table guests (id int);",
        "create table m (n int); insert into m values (1); create policy p on m using (false);\n"
        "alter table m enable row level security, force row level security;\n"
        "update m set n = 2;\nalter table m no force row level security;\ndelete from m;",
    )
    done = runner("apply", "-s", folder, "-t", make_conninfo(target, user=user), check=0)
    assert f"WARNING: the schema {user} is named like the role" in done.stderr
    assert query(target, "select schemaname::text from pg_tables where tablename = 'guests'") == [
        "public"
    ]
    forced = "02.sql:3:1: WARNING: FORCE ROW LEVEL SECURITY holds for the owner, too"
    assert forced in done.stderr
    assert "02.sql:5" not in done.stderr
    checked = runner("check", "-s", folder)
    assert "02.sql:3:1: warning: FORCE ROW LEVEL SECURITY" in checked.stdout
    other = make_database()
    assert "FORCE" not in runner("apply", "-s", folder, "-t", other, check=0).stderr


@pytest.mark.needs18
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("create table e (at timestamptz unique default now());", "give at values"),
        (
            "create table e (x int default 1, at timestamptz default now(), primary key (x, at));",
            "",
        ),
        ("create table e (tx bigint unique default txid_current());", "give tx values"),
    ],
)
def test_now_stands_still(
    runner: Runner, tmp_path: Path, fresh_database: str, text: str, said: str
) -> None:
    rows = "\ninsert into e default values;" * 2
    folder = write_scripts(tmp_path, text + rows)
    done = runner("apply", "-s", folder, "-t", fresh_database, check=3)
    assert "are the same in all statements of the run" in done.stderr
    assert said in done.stderr


@pytest.mark.needs18
@pytest.mark.parametrize(
    ("statement", "is_warned"),
    [
        ("create table last as select max(made_at) from news", True),
        ("insert into old select id from news order by made_at limit 1", True),
        ("update old set id = 1 where id in (select id from news order by id)", False),
        ("create view v as select id from news order by made_at", False),
    ],
)
def test_rows_in_the_order_of_now_are_warned_of(
    runner: Runner, tmp_path: Path, statement: str, is_warned: bool
) -> None:
    made = (
        "create table old (id int); create table news (id int, made_at timestamptz default now())"
    )
    folder = write_scripts(tmp_path, f"{made};", f"{statement};")
    found = runner("check", "--offline", "-s", folder, check=0).stdout
    assert ("02.sql:1:1: warning: a column that defaults to now()" in found) == is_warned


def test_the_hint_names_who_lacks_the_right(
    runner: Runner,
    server: Server,
    tmp_path: Path,
    admin: psycopg.Connection[Any],
    make_role: Callable[..., str],
    make_database: Callable[..., str],
) -> None:
    """The new owner where it may not create; nobody where the creator has ADMIN already."""
    user, other = make_role("CREATEDB", "CREATEROLE"), make_role()
    admin.execute(f"grant {other} to {user}".encode())
    target = make_database(owner=user)
    options = "--no-verify", "-t", make_conninfo(target, user=user)
    text = f"create schema s; create table s.t (id int); alter table s.t owner to {other};"
    folder = write_scripts(tmp_path, text)
    done = runner("apply", "-s", folder, *options, check=4)
    assert f"GRANT USAGE, CREATE ON SCHEMA s TO {other};" in done.stderr
    if server.version >= 16:
        write_scripts(
            tmp_path, f"create role {user}_d; grant {user}_d to {user} with admin option;"
        )
        done = runner("apply", "-s", folder, *options, check=3)
        assert "HINT: Since PostgreSQL 16 the creator of a role has ADMIN" in done.stderr


def test_where_a_role_cannot_be_acted_for_the_hint_is_what_to_write(
    runner: Runner,
    server: Server,
    tmp_path: Path,
    admin: psycopg.Connection[Any],
    make_role: Callable[..., str],
    make_database: Callable[..., str],
) -> None:
    """Each statement by itself; and before PostgreSQL 16, in the block that makes the role."""
    user = make_role("CREATEDB", "CREATEROLE")
    target = make_database(owner=user)
    options = "--no-verify", "-t", make_conninfo(target, user=user)
    made, used = f"create role {user}_x;", f"create schema s authorization {user}_x;"
    texts: dict[tuple[str, ...], str] = {("--transaction", "none"): "{}\n{}\n{}\n"}
    if server.version < 16:
        texts[()] = "do $$ begin\n{}\n{}\n{}\nend $$;\n"
    for more, text in texts.items():
        folder = write_scripts(tmp_path, text.format(made, "", used))
        done = runner("apply", "-s", folder, *options, *more, check=4)
        drop_roles(admin, f"{user}_x")
        hint = "Write after CREATE ROLE: "
        [written] = [one for one in done.stderr.splitlines() if hint in one]
        write_scripts(tmp_path, text.format(made, written.partition(hint)[2], used))
        runner("apply", "-s", folder, *options, *more, check=0)
        with psycopg.connect(target) as conn:
            conn.execute("drop schema s")
        drop_roles(admin, f"{user}_x")
