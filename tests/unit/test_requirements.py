"""What scripts need to find on the target, as far as their text is certain."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from runner.check.rule import Command
from runner.check.script_facts import Requirements
from runner.check.scripts import check_scripts
from runner.scripts.folder import read_folder

if TYPE_CHECKING:
    from pathlib import Path


def required(*commands: str) -> Requirements:
    found = Requirements()
    for command in commands:
        found.see(Command(command.encode()))
    return found


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("create extension hstore", "hstore"),
        ("CREATE EXTENSION IF NOT EXISTS PostGIS WITH SCHEMA gis", "postgis"),
        ('create extension "uuid-ossp"', "uuid-ossp"),
    ],
)
def test_an_extension(command: str, name: str) -> None:
    assert required(command).extensions == {name}


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("grant select on a, b to joe", "joe"),
        ("grant usage on schema app to group joe with grant option", "joe"),
        ("grant admin to Joe", "joe"),
        ('alter table app.users owner to "Jo E"', "Jo E"),
        ("create schema app authorization joe", "joe"),
        ("create schema authorization joe", "joe"),
        ("revoke all on a from joe cascade", "joe"),
        ("create policy p on t as permissive for select to joe using (a = 'b to c')", "joe"),
        ("alter policy p on t to joe", "joe"),
        ("alter role joe set search_path to app", "joe"),
        ("alter user joe password 'x'", "joe"),
        ("set role joe", "joe"),
        ("set local role to joe", "joe"),
        ("set session authorization joe", "joe"),
        ("drop owned by joe cascade", "joe"),
        ("alter default privileges in schema app grant select on tables to joe", "joe"),
        ("alter default privileges revoke execute on functions from joe", "joe"),
    ],
)
def test_a_role(command: str, name: str) -> None:
    assert required(command).roles == {name}


@pytest.mark.parametrize(
    ("command", "names"),
    [
        (
            'grant select on a to joe, public,group Jim, "J, K" with grant option',
            {"joe", "jim", "J, K"},
        ),
        ("grant select on a to public, joe granted by jim", {"joe"}),
        ("grant joe, jim to ann,bob", {"ann", "bob"}),
        ("reassign owned by joe, jim to ann", {"joe", "jim", "ann"}),
        ("alter default privileges for role joe grant all on tables to ann", {"joe", "ann"}),
    ],
)
def test_several_roles(command: str, names: set[str]) -> None:
    assert required(command).roles == names


@pytest.mark.parametrize(
    "command",
    [
        "grant select on a to public",
        "alter table users owner to current_user",
        "grant select on a to :app",
        "comment on table a is 'grant b to joe'",
        "create function f() returns void language sql as 'grant a to joe'",
        "alter table a rename column owner to owned",
        "create schema app",
        "drop extension hstore",
        "set role none",
        "reset role",
        "set session authorization default",
        "alter role all set search_path to app",
        "create policy p on t using (d = interval '1' day to second)",
        "alter policy p on t rename to q",
        "create user mapping for public server s",
        "alter table t alter column role set default 'x'",
    ],
)
def test_nothing(command: str) -> None:
    found = required(command)
    assert (found.roles, found.extensions) == (set(), set())


@pytest.mark.parametrize(
    "maker",
    [
        "create role joe",
        "CREATE USER \"joe\" password 'x'",
        "do $$ begin if not exists (select from pg_roles) then create role joe; end if; end $$",
        "select 'create user ' || quote_ident('joe') where true",
        "create function f() returns void language plpgsql as 'begin create role joe; end'",
        "alter role ann rename to joe",
        "do $$ begin execute 'cre' || 'ate role joe'; end $$",
    ],
)
def test_a_role_that_a_script_makes(maker: str) -> None:
    assert required(maker, "grant select on a to joe").roles == set()


def test_a_role_beside_one_that_a_script_makes() -> None:
    assert required("create role joe", "grant joe to ann", "alter table a owner to joe").roles == {
        "ann"
    }


@pytest.mark.parametrize(
    ("commands", "schema"),
    [
        (("drop table if exists a", "create table a (id int)"), True),
        (("create extension hstore", "create unlogged table if not exists a (id int)"), True),
        (("create table app.a (id int)",), False),
        (("create temp table a (id int)",), False),
        (("create schema app", "create table a (id int)"), False),
        (("set search_path = app", "create table a (id int)"), False),
        (("set local role joe", "create table a (id int)"), False),
        (("select set_config('search_path', 'app', false)", "create table a (id int)"), False),
        (("insert into a values (1)",), None),
        (("set lock_timeout = 0", "create or replace view a as select 1"), True),
        (("create table a as select 1",), True),
        (("create type a as enum ('b')",), True),
        (("create function a() returns int language sql as 'select 1'",), True),
        (("create function app.a() returns int language sql as 'select 1'",), False),
        (("grant usage on schema public to joe", "create sequence if not exists a"), True),
    ],
)
def test_whether_the_first_thing_goes_to_the_schema_of_the_session(
    commands: tuple[str, ...], schema: bool | None
) -> None:
    assert required(*commands).schema is schema


@pytest.mark.parametrize(
    ("commands", "schemas"),
    [
        (("create table app.a (id int)", "create view b . v as select 1"), {"app", "b"}),
        (("select pg_catalog.set_config('search_path', '', false)", "create table a.t ()"), {"a"}),
        (("select set_config('role', 'joe', false)", "create table a.t ()"), set()),
        (("select set_config ( :name, 'joe', false)", "create table a.t ()"), set()),
        (("create schema if not exists app", "create table app.a ()"), set()),
        (("create table app.a ()", "create schema app authorization joe"), set()),
        (("set role joe", "create table app.a ()"), set()),
        (("do $$ begin set role joe; end $$", "create table app.a ()"), set()),
        (("create rule r as on insert to t do also select 1", "create table app.a ()"), {"app"}),
        (("create temp table a ()", "create index i on app.t (i)"), set()),
    ],
)
def test_schemas_to_create_in(commands: tuple[str, ...], schemas: set[str]) -> None:
    assert required(*commands).schemas == schemas


@pytest.mark.parametrize(
    ("commands", "makes"),
    [
        (("create schema if not exists app",), {"schemas"}),
        (("create role joe", "create schema authorization joe"), {"roles", "schemas"}),
        (("set role joe", "create schema app"), set()),
        (("create table a ()",), set()),
    ],
)
def test_what_is_made(commands: tuple[str, ...], makes: set[str]) -> None:
    assert required(*commands).creates == makes


def test_what_a_branch_needs_that_may_not_be_taken(tmp_path: Path) -> None:
    (tmp_path / "01.sql").write_text(
        "select 1 as yes \\gset\n\\if :yes\ncreate extension a;\n\\else\n"
        "create role joe;\ngrant b to ann;\n\\endif\ngrant b to joe, ann;\ngrant b to eve;\n"
    )
    _, _, facts = check_scripts(read_folder(tmp_path), {}, in_transaction=True)
    assert (facts.requirements.extensions, facts.requirements.roles) == (set(), {"ann", "eve"})


def test_what_follows_on_what_was_not_seen() -> None:
    found = Requirements()
    found.not_all_seen()
    for command in (b"create table a (id int)", b"grant b to joe", b"create extension c"):
        found.see(Command(command))
    assert (found.schema, found.roles, found.extensions) == (False, set(), {"c"})


def test_only_names_that_fit_every_encoding_are_asked_for() -> None:
    found = required("grant select on a to jörg", "grant select on a to joe", "create extension x")
    found.see(Command("create table schön.t ()".encode()))
    asked = {"extensions": ["x"], "roles": ["joe"], "schemas": []}
    assert json.loads(found.to_text()) == asked
