"""Scripts for the faults: three, of any size, which say in the database which run it was."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

GATES = 4711
_CREATE = """
drop table if exists child, parent, generation cascade;
create table generation (number integer primary key);
insert into generation values (:generation);
create table parent (
    id integer generated always as identity primary key,
    name text not null,
    changed_at timestamptz
);
{gate_1}
create or replace function changed() returns trigger language plpgsql as $$
begin
    new.changed_at := timestamptz '2024-02-29 12:00 UTC';
    return new;
end
$$;
"""
_SEED = """
create trigger changed before update on parent for each row execute function changed();
{first_rows}
{gate_2}
{last_rows}
update parent set name = upper(name) where id % 3 = 0;
"""
_COPY = """
create table child (
    id bigserial primary key,
    parent_id integer not null references parent on delete cascade,
    body text not null
);
copy child (parent_id, body) from stdin;
{rows}
\\.
{gate_3}
create index on child (parent_id);
create view family as select p.name, c.body from parent as p join child as c on c.parent_id = p.id;
comment on view family is 'the last object';
"""


@dataclass(frozen=True, slots=True)
class Size:
    """How much the scripts do: rows by INSERT, each a statement, and rows by COPY."""

    inserts: int
    copied: int


SMALL = Size(200, 100)
# Several messages for a script, several buffers of COPY data.
LARGE = Size(3_000, 10_000)


def write_scripts(scripts: Path, size: Size) -> None:
    """Makes the folder. Its scripts wait at gates 1 to 3 (`Scene.stopped_at_gate`)."""
    gates = {
        f"gate_{number}": f"select pg_catalog.pg_advisory_xact_lock({GATES}, {number});"
        for number in (1, 2, 3)
    }
    inserts = [
        f"insert into parent (name) values ('the row with the number {number:06}');"
        for number in range(1, size.inserts + 1)
    ]
    half = size.inserts // 2
    rows = "\n".join(
        f"{number % size.inserts + 1}\tthe text of the row {number:06}"
        for number in range(size.copied)
    )
    scripts.mkdir()
    (scripts / "01_create.sql").write_text(_CREATE.format(**gates))
    (scripts / "02_seed.sql").write_text(
        _SEED.format(
            first_rows="\n".join(inserts[:half]), last_rows="\n".join(inserts[half:]), **gates
        )
    )
    (scripts / "03_copy.sql").write_text(_COPY.format(rows=rows, **gates))
