"""What the image's entrypoint makes of a folder, `apply` makes of it in one transaction."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.scripts import DATA_SQL, dump, write_scripts
from tests.acceptance.test_apply import without_times
from tests.conftest import clean_environment
from tests.servers import find_tool

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Runner
    from tests.servers import Server

CORPUS = Path(__file__).parent.parent / "corpus" / "server"
# Cases of the corpus that also say the same in one transaction.
IN_ONE_TRANSACTION = [
    "atomic_body",
    "bom_and_crlf",
    "copy_command_csv_file",
    "copy_command_inline",
    "copy_command_text_file",
    "copy_server_side_csv",
    "copy_stdin_crlf",
    "copy_stdin_joined",
    "copy_stdin_latin1",
    "copy_stdin_text",
    "display_commands",
    "gexec_statements",
    "gset_feeds_statements",
    "gset_values",
    "if_on_fetched_value",
    "if_on_server_version",
    "include_with_data",
    "notices_and_results",
    "quit_ends_only_its_file",
    "rules_functions_and_atomic_bodies",
    "session_is_new_for_each_file",
    "strings_off",
    "variables_quote_for_the_server",
    "whole_dump",
]


def as_the_entrypoint(server: Server, folder: Path, conninfo: str) -> None:
    """docker_process_sql in docker-entrypoint.sh, for each script in the order of its locale."""
    for script in sorted(folder.glob("*.sql")):
        command = [
            *(str(find_tool(server, "psql")), "-v", "ON_ERROR_STOP=1", "--no-password"),
            *("--no-psqlrc", "--dbname", conninfo, "-f", str(script)),
        ]
        subprocess.run(
            command,
            check=True,
            capture_output=True,
            cwd=folder,
            env=clean_environment(folder),
            stdin=subprocess.DEVNULL,
        )


def same_database(
    runner: Runner, server: Server, make_database: Callable[[], str], folder: Path
) -> None:
    by_psql, by_runner = make_database(), make_database()
    as_the_entrypoint(server, folder, by_psql)
    runner("apply", "-s", folder, "-t", by_runner, check=0, cwd=folder)
    expected = without_times(dump(server, by_psql))
    assert without_times(dump(server, by_runner, "--exclude-schema=runner")) == expected
    assert len(expected) > 400


def test_the_blog(runner: Runner, server: Server, make_database: Callable[[], str]) -> None:
    same_database(runner, server, make_database, DATA_SQL)


@pytest.mark.parametrize("name", IN_ONE_TRANSACTION)
def test_a_folder_of_the_corpus(
    runner: Runner,
    server: Server,
    make_database: Callable[[], str],
    tmp_path: Path,
    name: str,
) -> None:
    """The paths of the container are where its files are for psql, too."""
    case = tmp_path / name
    for path in (CORPUS / name).rglob("*"):
        place = case / path.relative_to(CORPUS / name)
        if path.is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(path.read_bytes())
    by_psql, by_runner = make_database(), make_database()
    runner("apply", "-s", case, "-t", by_runner, check=0, cwd=case)
    for script in case.rglob("*.sql"):
        text = script.read_bytes().replace(b"/docker-entrypoint-initdb.d", bytes(case))
        script.write_bytes(text)
    as_the_entrypoint(server, case, by_psql)
    assert dump(server, by_runner, "--exclude-schema=runner") == dump(server, by_psql)


def test_scripts_of_many_kinds(
    runner: Runner, server: Server, make_database: Callable[[], str], tmp_path: Path
) -> None:
    folder = write_scripts(
        tmp_path,
        "create schema app; create type app.mood as enum ('sad', 'happy');\n"
        "create domain app.email as text check (value ~ '@');\n"
        "create table app.person (id int generated always as identity primary key,\n"
        "  name text not null, mail app.email unique, mood app.mood default 'happy');\n"
        "create index on app.person (lower(name)) where mood = 'sad';\n"
        "comment on table app.person is 'people; they -- say /* hello';\n"
        "create view app.happy as select * from app.person where mood = 'happy';\n"
        "create materialized view app.names as select name from app.person;\n"
        "create rule keep as on delete to app.person do instead\n"
        "  (update app.person set mood = 'sad' where id = old.id; notify kept;);\n",
        "set search_path = app;\n"
        "create function hello(who text) returns text language sql as $$ select 'hi; ' || who $$;\n"
        "create function touch() returns trigger language plpgsql as $body$\n"
        "begin new.name := new.name || $$;$$; return new; end $body$;\n"
        "create trigger t before insert on person for each row execute function touch();\n"
        "create procedure add(a text) language plpgsql as\n"
        "'begin insert into app.person (name) values (a); end';\n"
        "copy person (name, mail) from stdin;\nBob\tb@x\nEve\t\\N\n\\.\n"
        "call add('Zoë'); refresh materialized view names;\n",
        "insert into app.person (name) select 'n' || g from generate_series(1, 50) g;\n"
        "select setval('app.person_id_seq', 1000);\n"
        "alter table app.person enable row level security;\n"
        "create policy p on app.person using (mood <> 'sad');\n"
        "grant select on app.happy to public;\n",
    )
    same_database(runner, server, make_database, folder)
