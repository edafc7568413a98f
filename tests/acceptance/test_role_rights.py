"""What the container's superuser may do with the roles of the scripts, done by an owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.acceptance.scripts import drop_roles, execute, query, write_scripts

if TYPE_CHECKING:
    from collections.abc import Callable
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
create role {x}_lent; grant {x}_mine, {x}_lent to current_user with admin option;
do $$ begin
  create role {x}_inner login password 'a;b';
  execute 'create role {x}_quoted nologin';
  grant {x}_inner to current_user;
  create schema {x}_inner authorization {x}_inner;
  set local role {x}_quoted;
end $$;
do $x$begin create role {x}_close;end$x$; create schema {x}_close authorization {x}_close;
do $x$ declare one text; begin
  foreach one in array array['a', 'B'] loop
    execute 'create role ' || quote_ident('{x}_l' || one);
    execute format('create schema %1$I authorization %1$I', '{x}_l' || one);
  end loop;
  create role "{x}$x"; create schema "{x}$x" authorization "{x}$x";
end $x$;
create role {x}_admin admin current_user; create role {x}_with role {x}_mine, current_user;
create role {x}_in in role {x}_with, {x}_admin role {x}_close, current_user admin {x}_lent;
create group {x}_group; alter group {x}_group add user {x}_in, current_user;
grant {x}_group to {x}_admin, current_user with admin option;
create schema {x}_admin authorization {x}_admin; create schema {x}_in authorization {x}_in;
do $$begin create role {x}_closed; end$$; create schema {x}_closed authorization {x}_closed;
do $$ declare made text := format('create role %I', '{x}_named'); begin
  execute made; -- don't grant it
  execute format('create schema %I authorization %I', '{x}_named', '{x}_named');
end $$;
do $$ declare one text := '{x}_var'; begin
  execute format('create role %I', '{x}_fmt'); execute 'create role ' || one;
  execute format('grant %I to current_user', '{x}_fmt');
end $$;
do $$ declare one text := '{x}_var'; begin execute 'grant ' || one || ' to current_user'; end $$;
create function make(name text) returns void language plpgsql
  as $$ begin execute format('create role %I', name); end $$;
select make('{x}_made'); create schema {x}_made authorization {x}_made;
create function own(name text) returns text language plpgsql as $$ begin
  execute format('create role %I', name);
  execute format('create schema %I authorization %1$I', name);
  execute format('alter default privileges for role %I grant select on tables to public', name);
  return name; end $$;
select own('{x}_own'); create procedure owns() language sql as $p$
  create role {x}_sql; create schema {x}_sql; alter schema {x}_sql owner to {x}_sql; $p$;
call owns();
create table tenants (name text); create function tenant() returns trigger language plpgsql as $$
begin perform own('{x}_of_' || new.name); return new; end $$;
create trigger tenant before insert on tenants for each row execute function tenant();
insert into tenants values ('a'), ('b');
create role {x}_back; grant {x}_back to current_user; revoke {x}_back from current_user;
create schema {x}_back authorization {x}_back;
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
set role {x}_svc; create table {x}_svc.f (i int); insert into {x}_svc.f values (1), (2);
alter table {x}_svc.f enable row level security, force row level security;
create policy high on {x}_svc.f using (i > 1);
update {x}_svc.f set i = i + 10; reset role; update {x}_svc.f set i = i + 100;
"""
FACTS = """
select 'rows', (select array_agg(i order by i)::text from {x}_svc.f), '', ''
 union all
select 'body', proname::text, prosrc, proacl::text from pg_proc
 where pronamespace = 'public'::regnamespace
 union all
select 'table', c.relname::text, pg_get_userbyid(c.relowner)::text, c.relacl::text
  from pg_class as c where c.relname in ('t', 'mine', 'given', 'given_id_seq', 'v')
 union all
select 'schema', nspname, nullif(pg_get_userbyid(nspowner), 'postgres'), (select string_agg(concat(
         pg_get_userbyid(grantee), '=', privilege_type), ' ' order by 1)
         from aclexplode(coalesce(nspacl, acldefault('n', nspowner))) where grantee <> nspowner)
  from pg_namespace where nspname in ('public', 'app') or starts_with(nspname, '{x}')
 union all
select 'default', pg_get_userbyid(defaclrole), defaclacl::text, '' from pg_default_acl
 union all
select 'member', pg_get_userbyid(roleid), pg_get_userbyid(member),
       (bool_or(admin_option) filter (where to_jsonb(m)->'inherit_option' is null))::text
  from pg_auth_members as m where pg_get_userbyid(roleid) like '{x}%'
 group by 1, 2, 3 having bool_or(coalesce(to_jsonb(m)->>'inherit_option', 'true')::bool)
 union all
select 'role', rolname, rolconfig::text, '' from pg_roles where rolname like '{x}%'
 order by 1, 2, 3
"""


def in_shell(folder: Path) -> None:
    """Let psql in shell scripts, instead of the runner, run the scripts of a folder."""
    for one in folder.glob("*.sql"):
        text = f"psql -q <<'SQL'\n{one.read_text()}\nSQL\n"
        one.with_suffix(".sh").write_text(text)
        one.unlink()


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
        rows = query(target, facts)
        found.append(sorted(str(row).replace(user, "me") for row in rows))
        runner("verify", "-s", folder, "-t", target, check=0)
        admin.execute(f'drop database "{name}" '.encode())
        drop_roles(admin, prefix)
    assert found[0] == found[1]


OWNED = """
create role {x}_app login; create table if not exists t (i int); alter table t owner to {x}_app;
create schema if not exists {x}_app authorization {x}_app;
alter default privileges for role {x}_app grant select on tables to public;
set role {x}_app; create table if not exists {x}_app.u (i int);
"""


def test_roles_of_shell_scripts_are_used_as_by_a_superuser(
    runner: Runner,
    tmp_path: Path,
    prefix: str,
    make_role: Callable[..., str],
    make_database: Callable[..., str],
) -> None:
    """Also when the roles exist and psql goes on after that error."""
    user = make_role("CREATEDB", "CREATEROLE")
    target = make_database(owner=user)
    folder = write_scripts(tmp_path, OWNED.replace("{x}", prefix))
    in_shell(folder)
    for _ in range(3):
        options = ("-s", folder, "-t", make_conninfo(target, user=user), "--allow-shell")
        runner("apply", *options, check=0)
        owners = "select distinct tableowner::text from pg_tables where tablename in ('t', 'u')"
        assert query(target, owners) == [f"{prefix}_app"]
        runner("verify", *options, check=0)


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
        "create schema s authorization {x}_svc; set role {x}_svc; create table s.t (id int);\n"
        "reset role; alter role {x}_svc set search_path = s;\n\\connect - {x}_svc\n"
        "create table of_its_path (id int);"
    )
    folder = write_scripts(tmp_path, text.replace("{x}", prefix))
    user = make_role("CREATEDB", "CREATEROLE")
    target = make_database(owner=user)
    runner("apply", "-s", folder, "-t", make_conninfo(target, user=user), check=0)
    owners = "select tableowner::text from pg_tables where schemaname = 's'"
    assert query(server.conninfo(f"{prefix}_db"), owners) == [f"{prefix}_svc"] * 2
    members = f"select count(*) from pg_auth_members where roleid = '{prefix}_svc'::regrole"
    assert query(target, members) == [int(server.version >= 16)]  # ADMIN, of its creator
    admin.execute(f'drop database "{prefix}_db"'.encode())


ADMIN = '{"admin_option": true}'
OLDER = {
    "gexec.sql": r"""
select 'create role {x}_svc login'
 where not exists (select from pg_roles where rolname = '{x}_svc') \gexec
select 'create database {x}_db owner {x}_svc'
 where not exists (select from pg_database where datname = '{x}_db') \gexec
\connect {x}_db
create table if not exists t (i int);
alter table t owner to {x}_svc;
set role {x}_svc; create table if not exists u (i int); reset role;
\connect {x}_db {x}_svc
create table if not exists v (i int);
""",
    "asked.sh": """
psql -tAc "select 1 from pg_roles where rolname = '{x}_svc'" | grep -q 1 ||
  psql -c 'create role {x}_svc login'
psql -tAc "select 1 from pg_database where datname = '{x}_db'" | grep -q 1 ||
  createdb -O {x}_svc {x}_db
psql -v ON_ERROR_STOP=1 -d {x}_db -c 'create table if not exists t (i int)' \
  -c 'set role {x}_svc' -c 'create table if not exists u (i int)'
""",
    "failing.sh": """
psql <<'SQL'
create role {x}_svc; create database {x}_db owner {x}_svc;
SQL
psql -v ON_ERROR_STOP=1 -d {x}_db -c 'create table if not exists t (i int)'
""",
}


@pytest.mark.parametrize("name", OLDER)
def test_the_database_of_an_older_role_is_filled(
    runner: Runner,
    tmp_path: Path,
    admin: psycopg.Connection[Any],
    prefix: str,
    make_role: Callable[..., str],
    make_database: Callable[..., str],
    name: str,
) -> None:
    """All transactions, and the references, see memberships that the run has only once."""
    folder, user = write_scripts(tmp_path), make_role("CREATEDB", "CREATEROLE")
    (folder / name).write_text(OLDER[name].replace("{x}", prefix))
    options = ("-s", folder, "-t", make_conninfo(make_database(owner=user), user=user))
    acting = (
        "select pg_get_userbyid(roleid)::text from pg_auth_members as m"
        f" where pg_get_userbyid(m.member) = '{user}'"
        f" and (pg_get_userbyid(m.roleid) like 'runner%' or not to_jsonb(m) @> '{ADMIN}')"
    )
    try:
        for _ in range(3):
            runner("apply", *options, "--allow-shell", check=0)
            assert admin.execute(acting).fetchall() == []
        runner("verify", *options, "--allow-shell", check=0)
        assert "runner_acting" not in runner("plan", *options, "--allow-shell", check=0).stdout
        (folder / "zz.sql").write_text("select 1/0")
        runner("apply", *options, "--allow-shell", check=3)
        assert admin.execute(acting).fetchall() == []
    finally:
        admin.execute(f'drop database if exists "{prefix}_db"'.encode())


def test_the_owner_of_the_database_may_create_in_its_reference(
    runner: Runner, tmp_path: Path, make_role: Callable[..., str], make_database: Callable[..., str]
) -> None:
    """Since 15 that is who may create in the schema public."""
    owner = make_role()
    folder = write_scripts(tmp_path, f"set role {owner}; create table t (i int)")
    runner("apply", "-s", folder, "-t", make_database(owner=owner), check=0)


def test_what_one_owns_in_the_database_is_given_away_without_it(
    runner: Runner,
    tmp_path: Path,
    admin: psycopg.Connection[Any],
    prefix: str,
    make_role: Callable[..., str],
    make_database: Callable[..., str],
) -> None:
    """REASSIGN OWNED BY CURRENT_USER leaves the database and the registry with the role."""
    folder = write_scripts(
        tmp_path,
        f"do $$ begin create role {prefix}_k; exception when duplicate_object then end $$;\n"
        "create schema if not exists s;\ncreate table if not exists s.t (id serial);\n"
        "create or replace function s.f(int) returns int language sql as 'select 1';\n"
        "do $$ begin create type s.e as enum ('a'); exception when duplicate_object then end $$;\n"
        f"reassign owned by current_user to {prefix}_k;",
        # A role whose name the text does not show, and which is there at the second run.
        "do $$ declare n text; begin foreach n in array array['d', 'other'] loop\n"
        f"if not exists (select from pg_roles where rolname = '{prefix}_' || n) then\n"
        f"execute 'create role {prefix}_' || n; end if; end loop; end $$;\n"
        f"create schema if not exists d authorization {prefix}_d;\n"
        f"set session authorization '{prefix}_d'; create table if not exists d.t (i int);\n"
        "reset session authorization;",
        # Roles that are there at the second run, some with what they own.
        f"drop schema if exists f cascade; drop role if exists {prefix}_f;\n"
        f"create role {prefix}_f; create schema f authorization {prefix}_f;\n"
        f"set role {prefix}_f; create table f.t (i int);\n",
        f"do $$ begin if not exists (select from pg_roles where rolname = '{prefix}_g') then\n"
        f"execute format('create role %I', '{prefix}_g'); end if;\n"
        f"execute format('create schema if not exists g authorization %I', '{prefix}_g'); end $$;\n"
        "drop function if exists s.make; create function s.make(name text)\n"
        "returns void language plpgsql as $$ begin\n"
        "if not exists (select from pg_roles where rolname = name) then\n"
        "execute format('create role %I', name); end if; end $$;\n"
        f"select s.make('{prefix}_h'); create schema if not exists h authorization {prefix}_h;\n"
        f"do $$ begin perform s.make('{prefix}_i');\n"
        f"create schema if not exists i authorization {prefix}_i; end $$;",
        f"select format('create role %I', name) from (values ('{prefix}_j')) as v (name)\n"
        "where not exists (select from pg_roles where rolname = name) \\gexec\n"
        f"create schema if not exists j authorization {prefix}_j;",
        # Rows of an earlier run that only this role may read.
        f"drop schema if exists e cascade; create schema e authorization {prefix}_k;\n"
        f"set role {prefix}_k; create table e.t (i int); insert into e.t values (1);",
    )
    user = make_role("CREATEDB", "CREATEROLE")
    target = make_database(owner=user)
    options = "-s", folder, "-t", make_conninfo(target, user=user)
    for _ in range(2):
        assert "stays with its owner" in runner("apply", *options, check=0).stderr
    owners = (
        "select pg_get_userbyid(datdba)::text from pg_database where datname = current_database()"
        " union all select nspowner::regrole::text from pg_namespace where nspname = 'runner'"
        " union all select relowner::regrole::text from pg_class"
        " where relnamespace = 's'::regnamespace"
        " union all select proowner::regrole::text from pg_proc where proname = 'f'"
        " union all select typowner::regrole::text from pg_type where typname = 'e'"
    )
    assert query(target, owners) == [user, user, *[f"{prefix}_k"] * 4]
    told = runner("verify", *options, check=0).stderr
    assert "the rows of e.t are not verified" in told
    name = query(target, "select current_database()")[0]
    admin.execute(f'drop database "{name}"'.encode())


FORCED = (
    "create table if not exists {s}m (n int unique, seen int default 0);\n"
    "drop policy if exists p on {s}m; create policy p on {s}m using (false);\n"
    "alter table {s}m enable row level security, force row level security;",
    "insert into {s}m values (1), (2) on conflict (n) do update set seen = m.seen + 1;\n"
    "begin; alter table {s}m force row level security; rollback; reset all;\n"
    "update {s}m set n = 3 where n = 2; update {s}m set n = 2 where n = 3;\n"
    "drop table if exists {s}d; create table {s}d (n int); create policy p on {s}d using (false);\n"
    "alter table {s}d enable row level security, force row level security;\n"
    "insert into {s}d values (1);\n"
    "do $$ begin delete from {s}d; insert into {s}d values (2); end $$;\n"
    "create table if not exists {s}o (n int); alter table {s}o force row level security;\n"
    "alter table {s}o no force row level security;",
)


@pytest.mark.parametrize("is_shell", [False, True])
def test_forced_row_level_security_hides_no_rows_from_the_scripts(
    runner: Runner,
    tmp_path: Path,
    make_role: Callable[..., str],
    make_database: Callable[..., str],
    is_shell: bool,
) -> None:
    """As in the container, at each run; and FORCE stays what the scripts have made it."""
    user = make_role("CREATEDB")
    target = make_database(owner=user)
    options = "--allow-shell", "-t", make_conninfo(target, user=user)
    with psycopg.connect(target, autocommit=True) as conn:
        conn.execute(f"create schema a authorization {user}".encode())
        folder = write_scripts(tmp_path, *(text.replace("{s}", "a.") for text in FORCED))
        if is_shell:
            in_shell(folder)
        for run in range(3):
            done = runner("apply", "-s", folder, *options, check=0)
            assert "the rows of a.m are not verified" in done.stderr
            found = conn.execute("select array_agg((n, seen) order by n)::text from a.m").fetchone()
            assert found == (f'{{"(1,{run})","(2,{run})"}}',)
            forced = conn.execute(
                "select array_agg(relforcerowsecurity order by relname) from pg_class"
                " where relname in ('d', 'm', 'o')"
            ).fetchone()
            assert forced == ([True, True, False],)
        runner("verify", "-s", folder, *options, check=0)


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
    assert ("02.sql:1:1: WARNING: a column that defaults to now()" in found) == is_warned


def test_the_hint_names_who_lacks_the_right(
    runner: Runner,
    tmp_path: Path,
    admin: psycopg.Connection[Any],
    make_role: Callable[..., str],
    make_database: Callable[..., str],
) -> None:
    """The new owner, where it may not create."""
    user, other = make_role("CREATEDB", "CREATEROLE"), make_role()
    admin.execute(f"grant {other} to {user}".encode())
    target = make_database(owner=user)
    options = "--no-verify", "-t", make_conninfo(target, user=user)
    text = f"create schema s; create table s.t (id int); alter table s.t owner to {other};"
    folder = write_scripts(tmp_path, text)
    done = runner("apply", "-s", folder, *options, check=4)
    assert f"GRANT USAGE, CREATE ON SCHEMA s TO {other};" in done.stderr


def test_where_a_role_cannot_be_acted_for_the_hint_is_what_to_write(
    runner: Runner,
    tmp_path: Path,
    admin: psycopg.Connection[Any],
    make_role: Callable[..., str],
    make_database: Callable[..., str],
) -> None:
    """Each statement by itself."""
    user = make_role("CREATEDB", "CREATEROLE")
    target = make_database(owner=user)
    options = "--no-verify", "-t", make_conninfo(target, user=user), "--transaction", "none"
    made, used = f"create role {user}_x;", f"create schema s authorization {user}_x;"
    folder = write_scripts(tmp_path, f"{made}\n{used}\n")
    done = runner("apply", "-s", folder, *options, check=4)
    drop_roles(admin, f"{user}_x")
    hint = "Write after CREATE ROLE: "
    [written] = [one for one in done.stderr.splitlines() if hint in one]
    write_scripts(tmp_path, f"{made}\n{written.partition(hint)[2]}\n{used}\n")
    runner("apply", "-s", folder, *options, check=0)
    with psycopg.connect(target) as conn:
        conn.execute("drop schema s")
    drop_roles(admin, f"{user}_x")


def test_a_privilege_that_was_not_granted_has_a_hint_that_works(
    runner: Runner,
    tmp_path: Path,
    make_role: Callable[..., str],
    make_database: Callable[..., str],
) -> None:
    user = make_role("CREATEDB")
    target = make_database(owner=user)
    execute(target, f"create schema s; grant usage on schema s to {user}")
    text = "grant usage on schema s to public;\nrevoke usage on schema s from public;"
    options = ("-s", write_scripts(tmp_path, text), "-t", make_conninfo(target, user=user))
    told = runner("apply", *options, check=0).stderr
    hint = f"ALTER … OWNER TO {user};"
    assert [line.count(":2: WARNING") for line in told.splitlines() if "WARNING" in line] == [0, 1]
    assert told.count(hint) == 2
    execute(target, hint.replace("…", "schema s"))
    assert "WARNING" not in runner("apply", *options, check=0).stderr


def test_a_role_that_an_earlier_run_has_made_by_gexec(
    runner: Runner,
    tmp_path: Path,
    admin: psycopg.Connection[Any],
    make_role: Callable[..., str],
    make_database: Callable[..., str],
) -> None:
    """The run and its reference name a role that the run must act for; the run begins again."""
    user = make_role("CREATEDB", "CREATEROLE")
    role = f"{user}_x"
    text = (
        f"select 'create role {role}' where not exists\n"
        f"(select from pg_roles where rolname = '{role}') \\gexec\n"
        f"grant usage on schema public to {role};"
    )
    target = make_database(owner=user)
    options = ("-s", write_scripts(tmp_path, text), "-t", make_conninfo(target, user=user))
    for _ in range(3):
        assert "Verified" in runner("apply", *options, check=0).stdout
    execute(target, f"drop owned by {role}")
    drop_roles(admin, role)


@pytest.mark.parametrize("roles", ["current_user to {x}", "current_user, {x} to public_owner"])
def test_what_one_owns_is_not_given_to_or_by_a_role_that_does_not_exist(
    runner: Runner,
    tmp_path: Path,
    make_role: Callable[..., str],
    make_database: Callable[..., str],
    roles: str,
) -> None:
    user = make_role("CREATEDB", "CREATEROLE")
    target = make_database(owner=user)
    text = f"reassign owned by {roles.format(x=user + '_x')};"
    options = ("-s", write_scripts(tmp_path, text), "-t", make_conninfo(target, user=user))
    assert "does not exist (42704)" in runner("apply", *options, check=4).stderr


def test_what_one_owns_is_not_given_to_a_superuser_but_by_no_owner(
    runner: Runner,
    tmp_path: Path,
    make_role: Callable[..., str],
    make_database: Callable[..., str],
) -> None:
    """The error names the object, and not the block that is sent instead of REASSIGN OWNED."""
    user = make_role("CREATEDB", "CREATEROLE")
    target = make_database(owner=user)
    scripts = write_scripts(
        tmp_path, "create schema s;", f"create table s.t ();\nreassign owned by {user} to postgres;"
    )
    options = ("-s", scripts, "-t", make_conninfo(target, user=user))
    refused = runner("apply", *options, check=4).stderr
    assert "--no-owner leaves OWNER TO out" in refused
    assert "OWNER TO postgres" in refused.partition("CONTEXT: ")[2]
    assert "PL/pgSQL" not in refused
    assert "Verified" in runner("apply", *options, "--no-owner", check=0).stdout
