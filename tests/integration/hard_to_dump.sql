-- What pgbench does not have: text that is hard to dump, and everything that runs by itself.
create schema "Odd ""Name""";
create table "Odd ""Name""".texts
  (id serial primary key, t text, b bytea, a text[], j jsonb, d date);
insert into "Odd ""Name""".texts (t, b, a, j, d) values
  ('tab	and \ and ''quote'' and ; and "', '\x00ff0a5c', '{"a,b","c\\d",NULL}', '{"k": "v;"}', null),
  (E'line\nfeed\r\n\\.\n', '', '{}', 'null', '2020-02-29'),
  ('', null, null, '[]', 'infinity'),
  ('日本 😀 é', '\x5c2e', '{{1,2},{3,4}}', '"\\u0041"', '0044-03-15 BC'),
  ('\N', '\x', '{\N}', '{}', null), ('\.', null, null, null, null);
create function balance(account int) returns int language plpgsql stable as $fn$
declare found int; begin
  select abalance into found from pgbench_accounts where aid = account; -- it's; fine
  return found;
end $fn$;
create function double(int) returns int language sql immutable as $_$ select $1 * 2 $_$;
create view rich as select aid, balance(aid) from pgbench_accounts where abalance > 0;
create function count_change() returns trigger language plpgsql as $$
begin insert into changes (aid) values (new.aid); return null; end $$;
create table changes (id bigint generated always as identity, aid int, at int default 1);
create trigger counted after update on pgbench_accounts
  for each row when (old.abalance is distinct from new.abalance) execute function count_change();
update pgbench_accounts set abalance = aid % 7 where aid <= 500;
create rule quiet as on delete to changes do instead nothing;
alter table pgbench_accounts add check (aid > 0);
comment on function double(int) is 'two; times';
