"""What the text of scripts tells of what they make."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.catalog.snapshot import CatalogObject, ObjectKey, Snapshot
from runner.check.command import Command
from runner.check.script_facts import ScriptFacts, definitions
from runner.comparison import Difference
from runner.scripts.folder import read_folder
from runner.verify.definitions import DefinitionIndex, unqualified

if TYPE_CHECKING:
    from pathlib import Path


def seen(command: str) -> ScriptFacts:
    found = ScriptFacts()
    found.add_command(Command(command.encode()))
    return found


@pytest.mark.parametrize(
    "command",
    [
        "create role joe",
        "  CREATE\n USER joe",
        "drop group joe",
        "create /* the */ role joe",
        "drop -- this\n  database blog",
        "comment on /* the */ role joe is 'x'",
        "alter role joe set search_path = app",
        "grant admin to joe",
        "revoke admin from joe",
        "grant connect on database blog to joe",
        "alter database blog set timezone = 'UTC'",
        "comment on database blog is 'x'",
        "comment on role joe is 'x'",
        "security label on role joe is 'x'",
        "reassign owned by joe to ann",
        "drop owned by joe",
        "create tablespace t location '/x'",
        "do $$ begin if not found then create role joe; end if; end $$",
    ],
)
def test_what_all_databases_share(command: str) -> None:
    assert seen(command).cluster_wide


@pytest.mark.parametrize(
    "command",
    [
        "create table role (a int)",
        "create user mapping for joe server s",
        "create /* no */ table roles (a int)",
        "grant select on users to joe",
        "grant all on all tables in schema app to joe",
        "alter table users owner to joe",
        "comment on table users is 'of role joe'",
        "do $$ begin perform 1 from users group by a; end $$",
        "insert into t values ('create role joe')",
    ],
)
def test_what_belongs_to_one_database(command: str) -> None:
    assert not seen(command).cluster_wide


@pytest.mark.parametrize(
    ("command", "roles", "schemas"),
    [
        ("create role Joe login", {"joe"}, set()),
        ('create user "Joe Doe" password $$x$$', {"Joe Doe"}, set()),
        ("do $$ begin create role joe; create user ann; end $$", {"joe", "ann"}, set()),
        ("do $$ begin if x then create role joe; end if; end $$", set(), set()),
        ("create schema if not exists app", set(), {"app"}),
        ("create schema authorization joe", set(), {"joe"}),
        ('create schema "A""b" create table t (a int)', set(), {'A"b'}),
        ("do $$ begin create schema app; create schema other; end $$", set(), {"app", "other"}),
        ("drop schema app", set(), set()),
    ],
)
def test_names(command: str, roles: set[str], schemas: set[str]) -> None:
    found = seen(command)
    assert (found.roles, found.schemas) == (roles, schemas)


SCRIPT = """\
create table app.users (id int); create unique index concurrently if not exists by_id
  on only app.users (id);
create or replace function app."Odd.name"(a int) returns int language sql as 'select 1';
create constraint trigger t after insert on app.users for each row execute function f();
copy app.users (id) from stdin;
1
\\.
insert into users values (2);
create materialized view v as select 1;
create table made as select 1 as a;
create role app;
create text search dictionary words (template = simple);
create operator class ops for type int using btree as operator 1 <;
"""


def test_definitions_in_their_order(tmp_path: Path) -> None:
    (tmp_path / "01.sql").write_text(SCRIPT)
    found = [(d.kind, d.name, d.table, d.line) for d, _ in definitions(read_folder(tmp_path), {})]
    assert found == [
        ("table", "users", "", 1),
        ("index", "by_id", "users", 1),
        ("function", "Odd.name", "", 3),
        ("trigger", "t", "users", 4),
        ("rows", "users", "", 5),
        ("view", "v", "", 9),
        ("table", "made", "", 10),
        ("role", "app", "", 11),
        ("dictionary", "words", "", 12),
        ("class", "ops", "", 13),
    ]


def test_definitions_are_read_on_as_a_new_session_reads(tmp_path: Path) -> None:
    r"""What a script sets ends at a `\connect`."""
    text = "SET standard_conforming_strings = off;\n\\connect b\nINSERT INTO t VALUES ('\\');\n"
    (tmp_path / "01.sql").write_text(text + "CREATE TABLE u ();\n")
    found = [one.name for one, _ in definitions(read_folder(tmp_path), {})]
    assert found == ["t", "u"]


def test_the_place_of_a_part_is_that_of_its_table(tmp_path: Path) -> None:
    (tmp_path / "01.sql").write_text(SCRIPT)
    table = ObjectKey("table", "app.users")
    objects = {
        ObjectKey("schema", "app"): CatalogObject(None, {}),
        table: CatalogObject(ObjectKey("schema", "app"), {}),
        ObjectKey("column", "app.users.id"): CatalogObject(table, {}),
    }
    policy = {ObjectKey("policy", "app.users.open"): CatalogObject(table, {})}
    snapshots = Snapshot(policy, "me"), Snapshot(objects, "me")
    index = DefinitionIndex((d for d, _ in definitions(read_folder(tmp_path), {})), *snapshots)
    lines = {
        Difference("missing", "column", "app.users.id"): 1,
        Difference("changed", "trigger", "app.users.t"): 4,
        Difference("missing", "row", "app.users (id) = (1)"): 5,
        Difference("missing", "row", "app.made"): 10,
        Difference("changed", "materialized view", "app.v"): 9,
        Difference("changed", "function", 'app."Odd.name"(integer)'): 3,
        Difference("extra", "table", "app.other"): None,
        Difference("extra", "policy", "app.users.open"): 1,
        Difference("missing", "role membership", "admin TO app"): 11,
        Difference("changed", "comment", "ON ROLE app"): 11,
        Difference("changed", "setting", "ROLE app SET work_mem"): 11,
        Difference("changed", "text search dictionary", "public.words"): 12,
        Difference("missing", "operator class", "public.ops USING btree"): 13,
    }
    for difference, line in lines.items():
        place = index.find(difference)
        assert (place.line if place else None) == line, difference


@pytest.mark.parametrize(
    ("name", "last"),
    [("app.users", "users"), ('app."Us.ers"', "Us.ers"), ("users", "users"), ('"A"."b"', "b")],
)
def test_the_last_part_of_a_name(name: str, last: str) -> None:
    assert unqualified(name) == last
