"""What is in a database: its objects and rows, and which very objects and rows they are."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

_OURS = "nspname !~ '^pg_' and nspname not in ('information_schema', 'runner')"
# Each object as its definition; the second column changes when it is made anew.
_CATALOG = f"""
with n as (select oid, nspname from pg_namespace where {_OURS}),
c as (select c.* from pg_class as c join n on n.oid = c.relnamespace)
select line, line || ' ' || identity from (
    select 'schema ' || nspname as line, oid::text as identity from n
    union all
    select format('relation %s %s %s', relname, relkind, obj_description(oid, 'pg_class')),
           concat_ws(' ', oid, relfilenode) from c
    union all
    select format('column %s %s %s %s %s %s', c.relname, a.attname, a.attnum,
                  format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity),
           ''
      from pg_attribute as a join c on c.oid = a.attrelid
     where a.attnum > 0
    union all
    select format('default %s %s %s', c.relname, d.adnum, pg_get_expr(d.adbin, d.adrelid)),
           d.oid::text
      from pg_attrdef as d join c on c.oid = d.adrelid
    union all
    select format('constraint %s %s', o.conname, pg_get_constraintdef(o.oid)), o.oid::text
      from pg_constraint as o join n on n.oid = o.connamespace
    union all
    select 'index ' || pg_get_indexdef(oid), '' from c where relkind = 'i'
    union all
    select 'view ' || pg_get_viewdef(oid), '' from c where relkind = 'v'
    union all
    select 'trigger ' || pg_get_triggerdef(t.oid), t.oid::text
      from pg_trigger as t join c on c.oid = t.tgrelid where not t.tgisinternal
    union all
    select 'function ' || pg_get_functiondef(p.oid), concat_ws(' ', p.oid, p.xmin)
      from pg_proc as p join n on n.oid = p.pronamespace
) as found
order by 1, 2
"""
_SEQUENCES = f"""
select format('%s %s', sequencename, last_value) from pg_sequences
 where schemaname in (select nspname from pg_namespace where {_OURS}) order by 1
"""
_TABLES = f"""
select oid::regclass::text, relname from pg_class
 where relkind = 'r' and relnamespace in (select oid from pg_namespace where {_OURS})
 order by 2
"""
_ROWS = (
    "select md5(string_agg(t::text, '\n' order by t::text)),"
    " md5(string_agg(concat_ws(' ', t.ctid, t.xmin, t), '\n' order by t.ctid)), count(*)"
    " from {} as t"
)


@dataclass(frozen=True, slots=True)
class State:
    """A database: what is in it, of which run, how many runs it knows, and which very rows.

    The generation, which differs in each run, is no part of the content.
    """

    content: tuple[str, ...] = ()
    sequences: tuple[str, ...] = ()
    generation: int | None = None
    runs: int = 0
    identity: tuple[str, ...] = ()


def read_state(conninfo: str) -> State:
    """The state of a database, as the next one to come would find it."""
    with psycopg.connect(conninfo) as conn:
        conn.execute("set search_path = pg_catalog; set transaction isolation level serializable")
        found = conn.execute(_CATALOG.encode()).fetchall()
        content, identity = [line for line, _ in found], [line for _, line in found]
        generation = None
        for table, name in conn.execute(_TABLES.encode()).fetchall():
            rows, versions, count = conn.execute(_ROWS.format(table).encode()).fetchone() or ()
            identity.append(f"rows {name} {versions} {count}")
            if name == "generation":
                ((generation,),) = conn.execute(f"select number from {table}".encode()).fetchall()
            else:
                content.append(f"rows {name} {rows} {count}")
        ((registry,),) = conn.execute("select to_regclass('runner.run') is not null").fetchall()
        runs = 0
        if registry:
            ((runs,),) = conn.execute("select count(*) from runner.run").fetchall()
        sequences = tuple(name for (name,) in conn.execute(_SEQUENCES.encode()).fetchall())
    return State(tuple(content), sequences, generation, runs, tuple(identity))
