"""Changes to the database of everything.sql, and the differences that each must make, exactly."""

from __future__ import annotations

from typing import NamedTuple


class Mutation(NamedTuple):
    """`expected`: one line each, `changed column app.post.title: type`; `since`: a version."""

    sql: str
    expected: str
    since: int = 12


def _lines(text: str) -> list[Mutation]:
    """`sql => difference & difference`, one a line; `[14]` in front: since that version."""
    mutations = []
    for line in text.strip().splitlines():
        sql, _, expected = line.partition(" =>")
        since = 12
        if sql.startswith("["):
            number, _, sql = sql[1:].partition("] ")
            since = int(number)
        mutations.append(Mutation(sql.strip(), expected.strip().replace(" & ", "\n"), since))
    return mutations


MUTATIONS = _lines(r"""
CREATE SCHEMA extra_schema =>
DROP SCHEMA "Odd Schema" CASCADE => missing schema "Odd Schema"
DROP SCHEMA app CASCADE => missing schema app & missing cast (app.mood AS character varying) & missing cast (app.raw AS integer) & missing cast (integer AS app.raw) & missing event trigger everything_watch & missing language everything_language & missing transform FOR app.raw LANGUAGE sql & changed publication everything_some: tables
ALTER SCHEMA app OWNER TO everything_owner => changed schema app: owner
COMMENT ON SCHEMA app IS 'another' => changed schema app: comment
GRANT CREATE ON SCHEMA app TO everything_reader => changed schema app: privileges
REVOKE ALL ON SCHEMA app FROM everything_reader => changed schema app: privileges
GRANT USAGE ON SCHEMA app TO PUBLIC => changed schema app: privileges
COMMENT ON SCHEMA public IS NULL => changed schema public: comment
REVOKE USAGE ON SCHEMA public FROM PUBLIC => changed schema public: privileges

ALTER TYPE app.mood RENAME VALUE 'ok' TO 'fine' => changed type app.mood: labels & changed column app.account.mood: default
ALTER TYPE app.mood OWNER TO everything_owner => changed type app.mood: owner
COMMENT ON TYPE app.mood IS NULL => changed type app.mood: comment
REVOKE USAGE ON TYPE app.mood FROM PUBLIC => changed type app.mood: privileges
REVOKE USAGE ON TYPE app.mood FROM everything_reader => changed type app.mood: privileges
ALTER TYPE app.mood ADD VALUE 'elated' BEFORE 'happy' => changed type app.mood: labels
ALTER TYPE app.pair ADD ATTRIBUTE c date CASCADE => extra attribute app.pair.c & extra column app.typed.c
ALTER TYPE app.pair DROP ATTRIBUTE b CASCADE => missing attribute app.pair.b & missing column app.typed.b
ALTER TYPE app.pair RENAME ATTRIBUTE a TO z CASCADE => missing attribute app.pair.a & missing column app.typed.a & changed constraint app.typed.typed_pkey: definition & extra attribute app.pair.z & extra column app.typed.z
ALTER TYPE app.pair ALTER ATTRIBUTE b TYPE varchar(9) COLLATE "C" CASCADE => changed attribute app.pair.b: type & changed column app.typed.b: type
COMMENT ON COLUMN app.pair.a IS 'else' => changed attribute app.pair.a: comment
DROP TYPE app.floatrange => missing type app.floatrange
DROP TYPE app.floatrange; CREATE TYPE app.floatrange AS RANGE (subtype = float8) => changed type app.floatrange: range
DROP TYPE app.floatrange; CREATE TYPE app.floatrange AS RANGE (subtype = float4) => changed type app.floatrange: range
DROP TYPE app.shell; CREATE TYPE app.shell AS ENUM () => changed type app.shell: form
DROP TYPE app.shell => missing type app.shell
[13] CREATE FUNCTION app.raw_recv(internal) RETURNS app.raw LANGUAGE internal IMMUTABLE STRICT AS 'int4recv'; ALTER TYPE app.raw SET (RECEIVE = app.raw_recv) => changed type app.raw: definition
DROP DOMAIN app.stamp => missing domain app.stamp
ALTER DOMAIN app.email DROP NOT NULL => changed domain app.email: not null
ALTER DOMAIN app.email SET DEFAULT 'x@y' => changed domain app.email: default
ALTER DOMAIN app.email DROP DEFAULT => changed domain app.email: default
DROP DOMAIN app.stamp; CREATE DOMAIN app.stamp AS timestamptz(3) DEFAULT now() => changed domain app.stamp: type
ALTER DOMAIN app.email DROP CONSTRAINT email_has_at => missing constraint app.email.email_has_at
ALTER DOMAIN app.email ADD CONSTRAINT short CHECK (length(VALUE) < 99) => extra constraint app.email.short
ALTER DOMAIN app.email DROP CONSTRAINT email_has_at; ALTER DOMAIN app.email ADD CONSTRAINT email_has_at CHECK (VALUE ~ '@.') NOT VALID; COMMENT ON CONSTRAINT email_has_at ON DOMAIN app.email IS 'one at' => changed constraint app.email.email_has_at: definition
COMMENT ON CONSTRAINT email_has_at ON DOMAIN app.email IS NULL => changed constraint app.email.email_has_at: comment
COMMENT ON DOMAIN app.email IS NULL => changed domain app.email: comment
GRANT USAGE ON DOMAIN app.email TO everything_reader => changed domain app.email: privileges
ALTER DOMAIN app.email OWNER TO everything_owner => changed domain app.email: owner

CREATE TABLE app.extra_table (id integer PRIMARY KEY) =>
DROP TABLE app.cache => missing table app.cache
DROP TABLE app.nothing => missing table app.nothing
ALTER TABLE app.nothing RENAME TO something => missing table app.nothing
ALTER TABLE app.nothing SET SCHEMA public => missing table app.nothing
DROP TABLE app.down; CREATE VIEW app.down AS SELECT -1::bigint AS id => missing table app.down
ALTER TABLE app.nothing OWNER TO everything_owner => changed table app.nothing: owner
ALTER TABLE app.animal SET UNLOGGED => changed table app.animal: persistence
ALTER TABLE app.identified SET (fillfactor = 50) => changed table app.identified: storage options
ALTER TABLE app.account RESET (fillfactor) => changed table app.account: storage options
ALTER TABLE app.account SET (toast.autovacuum_enabled = true) => changed table app.account: storage options
ALTER TABLE app.account ENABLE ROW LEVEL SECURITY => changed table app.account: row security
ALTER TABLE app.post NO FORCE ROW LEVEL SECURITY => changed table app.post: row security
ALTER TABLE app.post DISABLE ROW LEVEL SECURITY => changed table app.post: row security
ALTER TABLE app.account REPLICA IDENTITY DEFAULT => changed table app.account: replica identity
ALTER TABLE app.identified REPLICA IDENTITY NOTHING => changed table app.identified: replica identity
ALTER TABLE app.event DETACH PARTITION app.event_rest => changed table app.event_rest: partition bound & changed table app.event_rest: inherits & changed constraint app.event_rest.event_rest_pkey: index partition of & changed index app.event_rest_at_idx: index partition of & missing trigger app.event_rest.event_noted & extra constraint app.event_rest.event_account_fkey
ALTER TABLE app.event DETACH PARTITION app.event_2020; ALTER TABLE app.event ATTACH PARTITION app.event_2020 FOR VALUES FROM ('2019-01-01') TO ('2021-01-01') => changed table app.event_2020: partition bound
ALTER TABLE app.cat NO INHERIT app.colour => changed table app.cat: inherits
ALTER TABLE app.cat NO INHERIT app.animal; ALTER TABLE app.cat INHERIT app.animal => changed table app.cat: inherits
ALTER TABLE app.typed NOT OF => changed table app.typed: of type
DROP TABLE app.heaped; CREATE TABLE app.heaped (id integer) => changed table app.heaped: access method
COMMENT ON TABLE app.account IS 'others' => changed table app.account: comment
COMMENT ON TABLE app.account IS NULL => changed table app.account: comment
COMMENT ON TABLE app.nothing IS 'something' => changed table app.nothing: comment
GRANT DELETE ON app.account TO everything_writer => changed table app.account: privileges
GRANT INSERT ON app.account TO everything_writer WITH GRANT OPTION => changed table app.account: privileges
REVOKE SELECT ON app.account FROM PUBLIC => changed table app.account: privileges
REVOKE DELETE ON app.animal FROM CURRENT_USER => changed table app.animal: privileges
GRANT ALL ON app.animal TO CURRENT_USER =>
GRANT SELECT ON app.animal TO everything_reader; REVOKE SELECT ON app.animal FROM everything_reader =>
DROP TABLE app.event_loose; CREATE TABLE app.event_loose (at date NOT NULL, what text, account_id integer) PARTITION BY LIST (what) => changed table app.event_loose: partition by

ALTER TABLE app.animal ADD COLUMN legs integer => extra column app.animal.legs & extra column app.cat.legs
ALTER TABLE app.post DROP COLUMN flags => missing column app.post.flags
ALTER TABLE app.post RENAME COLUMN flags TO flag => missing column app.post.flags & extra column app.post.flag
ALTER TABLE app.post ALTER flags TYPE varbit(9) => changed column app.post.flags: type
ALTER TABLE app.post ALTER code TYPE varchar(3) => changed column app.post.code: type
ALTER TABLE app.post ALTER at TYPE time => changed column app.post.at: type
ALTER TABLE app.account ALTER score TYPE numeric(12, 2) => changed column app.account.score: type
ALTER TABLE app.account ALTER updated_at TYPE timestamp(4) => changed column app.account.updated_at: type
ALTER TABLE app.account ALTER name DROP NOT NULL => changed column app.account.name: not null
ALTER TABLE app.account ALTER number SET NOT NULL => changed column app.account.number: not null
[18] ALTER TABLE app.account ADD CONSTRAINT number_there NOT NULL number NOT VALID => changed column app.account.number: not null
[18] ALTER TABLE app.animal ADD CONSTRAINT id_there NOT NULL id NO INHERIT => changed column app.animal.id: not null
ALTER TABLE app.account ALTER born SET DEFAULT '2020-03-01' => changed column app.account.born: default
ALTER TABLE app.account ALTER born DROP DEFAULT => changed column app.account.born: default
ALTER TABLE app.account ALTER token SET DEFAULT 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11' => changed column app.account.token: default
ALTER TABLE app.account ALTER created_at SET DEFAULT clock_timestamp() => changed column app.account.created_at: default
ALTER TABLE app.post ALTER id SET GENERATED ALWAYS => changed column app.post.id: identity
ALTER TABLE app.post ALTER other DROP IDENTITY => changed column app.post.other: identity & missing sequence app.post_other_seq
[13] ALTER TABLE app.post ALTER length DROP EXPRESSION => changed column app.post.length: generated
ALTER TABLE app.post DROP length; ALTER TABLE app.post ADD length integer GENERATED ALWAYS AS (length(title) + 1) STORED => changed column app.post.length: generated & changed table app.post: column order
[18] ALTER TABLE app.post DROP length; ALTER TABLE app.post ADD length integer GENERATED ALWAYS AS (length(title)) VIRTUAL => changed column app.post.length: generated & changed table app.post: column order
ALTER TABLE app.identified DROP COLUMN id CASCADE; ALTER TABLE app.identified ADD COLUMN id integer NOT NULL; CREATE UNIQUE INDEX identified_by ON app.identified (id); ALTER TABLE app.identified REPLICA IDENTITY USING INDEX identified_by => changed table app.identified: column order
ALTER TABLE app.event_loose ALTER what TYPE text COLLATE "C" => changed column app.event_loose.what: collation
ALTER TABLE app.account ALTER name SET STORAGE MAIN => changed column app.account.name: storage
ALTER TABLE app.account ALTER tags SET STORAGE EXTERNAL => changed column app.account.tags: storage
[14] ALTER TABLE app.account ALTER tags SET COMPRESSION pglz => changed column app.account.tags: compression
ALTER TABLE app.account ALTER name SET STATISTICS 50 => changed column app.account.name: statistics
ALTER TABLE app.account ALTER name SET STATISTICS -1 => changed column app.account.name: statistics
ALTER TABLE app.account ALTER score SET (n_distinct = 6) => changed column app.account.score: options
ALTER TABLE app.account ALTER score RESET (n_distinct) => changed column app.account.score: options
COMMENT ON COLUMN app.account.name IS 'nothing' => changed column app.account.name: comment
COMMENT ON COLUMN app.account."Odd Column" IS 'odd' => changed column app.account."Odd Column": comment
GRANT SELECT (name) ON app.account TO everything_reader => changed column app.account.name: privileges
REVOKE UPDATE (name) ON app.account FROM everything_reader => changed column app.account.name: privileges

ALTER TABLE app.account DROP CONSTRAINT account_score_check => missing constraint app.account.account_score_check
ALTER TABLE app.account ADD CONSTRAINT extra_check CHECK (id > 0) => extra constraint app.account.extra_check
ALTER TABLE app.account ADD UNIQUE (token) => extra constraint app.account.account_token_key
ALTER TABLE app.account RENAME CONSTRAINT account_score_check TO positive => missing constraint app.account.account_score_check & extra constraint app.account.positive
ALTER TABLE app.post DROP CONSTRAINT post_account_fkey => missing constraint app.post.post_account_fkey
ALTER TABLE app.post DROP CONSTRAINT post_account_fkey, ADD CONSTRAINT post_account_fkey FOREIGN KEY (account_id) REFERENCES app.account (id) ON UPDATE CASCADE => changed constraint app.post.post_account_fkey: definition
ALTER TABLE app.post DROP CONSTRAINT post_account_fkey, ADD CONSTRAINT post_account_fkey FOREIGN KEY (account_id) REFERENCES app.account (id) ON UPDATE CASCADE ON DELETE SET NULL NOT VALID => changed constraint app.post.post_account_fkey: definition
ALTER TABLE app.post ALTER CONSTRAINT post_account_fkey DEFERRABLE => changed constraint app.post.post_account_fkey: definition
ALTER TABLE app.post ALTER CONSTRAINT post_account_fkey DEFERRABLE INITIALLY DEFERRED => changed constraint app.post.post_account_fkey: definition
[18] ALTER TABLE app.post ALTER CONSTRAINT post_account_fkey NOT ENFORCED => changed constraint app.post.post_account_fkey: definition
ALTER TABLE app.post VALIDATE CONSTRAINT post_title_check => changed constraint app.post.post_title_check: definition
ALTER TABLE app.post DROP CONSTRAINT post_during_excl => missing constraint app.post.post_during_excl
ALTER TABLE app.post DROP CONSTRAINT post_pkey => missing constraint app.post.post_pkey
ALTER TABLE app.account DROP CONSTRAINT account_name_key, ADD CONSTRAINT account_name_key UNIQUE (name) => changed constraint app.account.account_name_key: definition & changed constraint app.account.account_name_key: comment
ALTER TABLE app.colour DROP CONSTRAINT colour_check; ALTER TABLE ONLY app.colour ADD CONSTRAINT colour_check CHECK (colour <> 'x') NO INHERIT => changed constraint app.colour.colour_check: definition
ALTER TABLE app.animal DROP CONSTRAINT animal_id_check => missing constraint app.animal.animal_id_check & missing constraint app.cat.animal_id_check
ALTER TABLE app.event DROP CONSTRAINT event_account_fkey => missing constraint app.event.event_account_fkey
COMMENT ON CONSTRAINT account_name_key ON app.account IS NULL => changed constraint app.account.account_name_key: comment
COMMENT ON INDEX app.account_pkey IS NULL => changed constraint app.account.account_pkey: index comment
ALTER INDEX app.account_pkey SET (fillfactor = 60) => changed constraint app.account.account_pkey: storage options
ALTER TABLE app.account SET WITHOUT CLUSTER => changed constraint app.account.account_pkey: clustered
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'app.account_name_key'::regclass => changed constraint app.account.account_name_key: index state
ALTER TABLE app.post DISABLE TRIGGER ALL => changed constraint app.post.post_account_fkey: triggers
ALTER TABLE app.identified DISABLE TRIGGER ALL =>
ALTER TABLE app.account DISABLE TRIGGER ALL => changed constraint app.account.account_name_key: triggers & changed constraint app.event.event_account_fkey: triggers & changed constraint app.post.post_account_fkey: triggers & changed trigger app.account.account_later: enabled & changed trigger app.account.account_statement: enabled & changed trigger app.account.account_touch: enabled
ALTER TABLE app.event_2021_x DISABLE TRIGGER ALL => changed constraint app.event.event_account_fkey: triggers & changed constraint app.follows_event.follows_event_fkey: triggers & changed trigger app.event_2021_x.event_noted: enabled

CREATE INDEX extra_index ON app.account (token) => extra index app.extra_index
CREATE INDEX extra_index ON app.counted (n) => extra index app.extra_index
DROP INDEX app.account_born => missing index app.account_born
ALTER INDEX app.account_born RENAME TO account_birth => missing index app.account_born & extra index app.account_birth
ALTER INDEX app.account_born SET (fillfactor = 70) => changed index app.account_born: definition
DROP INDEX app.account_tags; CREATE INDEX account_tags ON app.account USING btree (tags) => changed index app.account_tags: definition
DROP INDEX app.identified_by; CREATE INDEX identified_by ON app.identified (id) => changed table app.identified: replica identity & changed index app.identified_by: definition
COMMENT ON INDEX app.account_born IS NULL => changed index app.account_born: comment
ALTER INDEX app.account_lower ALTER COLUMN 1 SET STATISTICS 30 => changed index app.account_lower: statistics
ALTER TABLE app.identified SET WITHOUT CLUSTER => changed index app.identified_n: clustered
ALTER TABLE app.identified CLUSTER ON identified_by => changed index app.identified_by: clustered & changed index app.identified_n: clustered
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'app.account_born'::regclass => changed index app.account_born: index state
DROP INDEX app.event_at => missing index app.event_2020_at_idx & missing index app.event_2021_at_idx & missing index app.event_2021_x_at_idx & missing index app.event_at & missing index app.event_rest_at_idx

DROP TRIGGER account_touch ON app.account => missing trigger app.account.account_touch
CREATE TRIGGER extra_trigger AFTER UPDATE ON app.account EXECUTE FUNCTION app.noted() => extra trigger app.account.extra_trigger
ALTER TRIGGER account_touch ON app.account RENAME TO touched => missing trigger app.account.account_touch & extra trigger app.account.touched
ALTER TABLE app.account DISABLE TRIGGER account_touch => changed trigger app.account.account_touch: enabled
ALTER TABLE app.account ENABLE ALWAYS TRIGGER account_touch => changed trigger app.account.account_touch: enabled
ALTER TABLE app.account ENABLE REPLICA TRIGGER account_touch => changed trigger app.account.account_touch: enabled
ALTER TABLE app.post ENABLE TRIGGER post_never => changed trigger app.post.post_never: enabled
DROP TRIGGER account_statement ON app.account; CREATE TRIGGER account_statement AFTER INSERT ON app.account FOR EACH STATEMENT EXECUTE FUNCTION app.noted() => changed trigger app.account.account_statement: definition
DROP TRIGGER account_touch ON app.account; CREATE TRIGGER account_touch BEFORE UPDATE OF name ON app.account FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION app.touch('a', 'c') => changed trigger app.account.account_touch: definition & changed trigger app.account.account_touch: comment
DROP TRIGGER account_later ON app.account; CREATE CONSTRAINT TRIGGER account_later AFTER INSERT ON app.account DEFERRABLE FOR EACH ROW EXECUTE FUNCTION app.noted() => changed trigger app.account.account_later: definition
COMMENT ON TRIGGER account_touch ON app.account IS NULL => changed trigger app.account.account_touch: comment
DROP TRIGGER event_noted ON app.event => missing trigger app.event.event_noted & missing trigger app.event_2020.event_noted & missing trigger app.event_2021.event_noted & missing trigger app.event_2021_x.event_noted & missing trigger app.event_rest.event_noted
ALTER TABLE app.event_2020 DISABLE TRIGGER event_noted => changed trigger app.event_2020.event_noted: enabled
DROP EVENT TRIGGER everything_watch => missing event trigger everything_watch
ALTER EVENT TRIGGER everything_watch DISABLE => changed event trigger everything_watch: enabled
ALTER EVENT TRIGGER everything_watch ENABLE ALWAYS => changed event trigger everything_watch: enabled
COMMENT ON EVENT TRIGGER everything_watch IS NULL => changed event trigger everything_watch: comment
DROP EVENT TRIGGER everything_watch; CREATE EVENT TRIGGER everything_watch ON sql_drop WHEN TAG IN ('CREATE TABLE', 'DROP TABLE') EXECUTE FUNCTION app.watched(); COMMENT ON EVENT TRIGGER everything_watch IS 'watches' => changed event trigger everything_watch: event
DROP EVENT TRIGGER everything_watch; CREATE EVENT TRIGGER everything_watch ON ddl_command_end WHEN TAG IN ('DROP TABLE') EXECUTE FUNCTION app.watched(); COMMENT ON EVENT TRIGGER everything_watch IS 'watches' => changed event trigger everything_watch: tags
ALTER FUNCTION app.watched() RENAME TO seen => changed event trigger everything_watch: function & missing function app.watched()
DROP RULE post_silent ON app.post => missing rule app.post.post_silent
CREATE RULE extra_rule AS ON UPDATE TO app.post DO INSTEAD NOTHING => extra rule app.post.extra_rule
CREATE OR REPLACE RULE post_silent AS ON DELETE TO app.post WHERE OLD.id = 2 DO INSTEAD NOTHING => changed rule app.post.post_silent: definition
ALTER TABLE app.post DISABLE RULE post_silent => changed rule app.post.post_silent: enabled
COMMENT ON RULE post_silent ON app.post IS NULL => changed rule app.post.post_silent: comment

DROP POLICY post_own ON app.post => missing policy app.post.post_own
CREATE POLICY extra_policy ON app.post USING (true) => extra policy app.post.extra_policy
ALTER POLICY post_own ON app.post TO everything_writer => changed policy app.post.post_own: to
ALTER POLICY post_own ON app.post USING (account_id > 9) => changed policy app.post.post_own: using
ALTER POLICY post_own ON app.post WITH CHECK (true) => changed policy app.post.post_own: with check
DROP POLICY post_all ON app.post; CREATE POLICY post_all ON app.post AS RESTRICTIVE USING (true) => changed policy app.post.post_all: as
DROP POLICY post_all ON app.post; CREATE POLICY post_all ON app.post FOR SELECT USING (true) => changed policy app.post.post_all: for
COMMENT ON POLICY post_own ON app.post IS NULL => changed policy app.post.post_own: comment

DROP SEQUENCE app.ticket => missing sequence app.ticket
CREATE SEQUENCE app.extra_sequence =>
ALTER SEQUENCE app.ticket AS bigint => changed sequence app.ticket: type
ALTER SEQUENCE app.ticket START 105 => changed sequence app.ticket: start
ALTER SEQUENCE app.ticket INCREMENT 6 => changed sequence app.ticket: increment
ALTER SEQUENCE app.ticket MINVALUE 9 => changed sequence app.ticket: minvalue
ALTER SEQUENCE app.ticket MAXVALUE 9999 => changed sequence app.ticket: maxvalue
ALTER SEQUENCE app.ticket CACHE 1 => changed sequence app.ticket: cache
ALTER SEQUENCE app.ticket NO CYCLE => changed sequence app.ticket: cycle
ALTER SEQUENCE app.ticket OWNED BY app.post.id => changed sequence app.ticket: owned by
ALTER SEQUENCE app.account_id_seq OWNED BY NONE => changed sequence app.account_id_seq: owned by
ALTER SEQUENCE app.ticket OWNER TO everything_owner => changed sequence app.ticket: owner
[15] ALTER SEQUENCE app.ticket SET UNLOGGED => changed sequence app.ticket: persistence
COMMENT ON SEQUENCE app.ticket IS NULL => changed sequence app.ticket: comment
GRANT SELECT ON SEQUENCE app.ticket TO everything_writer => changed sequence app.ticket: privileges
ALTER TABLE app.post ALTER id SET INCREMENT 3 => changed sequence app.post_id_seq: increment
CREATE TABLE app.extra_serial (id serial) =>

DROP VIEW app.happy => missing view app.happy
CREATE VIEW app.extra_view AS SELECT 1 =>
CREATE OR REPLACE VIEW app.happy AS SELECT a.id, a.name, p.title FROM app.account AS a JOIN app.post AS p ON p.account_id = a.id WHERE a.mood = 'sad' => changed view app.happy: definition
CREATE OR REPLACE VIEW app.happy AS SELECT a.id, a.name, p.title, 1 AS one FROM app.account AS a JOIN app.post AS p ON p.account_id = a.id WHERE a.mood = 'happy' => changed view app.happy: definition
ALTER VIEW app.simple SET (security_barrier = false) => changed view app.simple: options
ALTER VIEW app.simple SET (check_option = cascaded) => changed view app.simple: options
[15] ALTER VIEW app.simple SET (security_invoker = true) => changed view app.simple: options
ALTER VIEW app.simple ALTER name DROP DEFAULT => changed column app.simple.name: default
ALTER VIEW app.happy OWNER TO everything_owner => changed view app.happy: owner
COMMENT ON VIEW app.happy IS NULL => changed view app.happy: comment
COMMENT ON COLUMN app.happy.title IS NULL => changed column app.happy.title: comment
GRANT SELECT ON app.happy TO everything_reader => changed view app.happy: privileges
DROP MATERIALIZED VIEW app.counted => missing materialized view app.counted
DROP MATERIALIZED VIEW app.empty; CREATE MATERIALIZED VIEW app.empty WITH (fillfactor = 70) AS SELECT 2 AS one WITH NO DATA => changed materialized view app.empty: definition
REFRESH MATERIALIZED VIEW app.empty => changed materialized view app.empty: populated
REFRESH MATERIALIZED VIEW app.counted WITH NO DATA => changed materialized view app.counted: populated
ALTER MATERIALIZED VIEW app.empty SET (fillfactor = 71) => changed materialized view app.empty: options
ALTER MATERIALIZED VIEW app.empty ALTER one SET STATISTICS 9 => changed column app.empty.one: statistics
ALTER MATERIALIZED VIEW app.counted OWNER TO everything_owner => changed materialized view app.counted: owner
COMMENT ON MATERIALIZED VIEW app.counted IS NULL => changed materialized view app.counted: comment
GRANT SELECT ON app.counted TO everything_reader => changed materialized view app.counted: privileges
DROP MATERIALIZED VIEW app.empty; CREATE MATERIALIZED VIEW app.empty USING everything_heap WITH (fillfactor = 70) AS SELECT 1 AS one WITH NO DATA => changed materialized view app.empty: access method

DROP FUNCTION app.add(text) => missing function app.add(text)
CREATE FUNCTION app.add(a date) RETURNS date LANGUAGE sql AS 'SELECT a' =>
CREATE OR REPLACE FUNCTION app.add(a text) RETURNS text LANGUAGE sql AS 'SELECT a ' => changed function app.add(text): definition
CREATE OR REPLACE FUNCTION app.add(a text) RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN a; END' => changed function app.add(text): definition
ALTER FUNCTION app.add(integer, integer) STABLE => changed function app.add(integer, integer): definition
ALTER FUNCTION app.add(integer, integer) CALLED ON NULL INPUT => changed function app.add(integer, integer): definition
ALTER FUNCTION app.add(integer, integer) PARALLEL UNSAFE => changed function app.add(integer, integer): definition
ALTER FUNCTION app.add(integer, integer) LEAKPROOF => changed function app.add(integer, integer): definition
CREATE OR REPLACE FUNCTION app.add(a integer, b integer DEFAULT 2) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT a + b' => changed function app.add(integer, integer): definition
ALTER FUNCTION app.secret() SECURITY INVOKER => changed function app.secret(): definition
ALTER FUNCTION app.secret() RESET search_path => changed function app.secret(): definition
ALTER FUNCTION app.rows_of(integer) ROWS 8 => changed function app.rows_of(integer): definition
ALTER FUNCTION app.rows_of(integer) COST 4 => changed function app.rows_of(integer): definition
ALTER FUNCTION app.secret() OWNER TO everything_owner => changed function app.secret(): owner
GRANT EXECUTE ON FUNCTION app.secret() TO PUBLIC => changed function app.secret(): privileges
REVOKE GRANT OPTION FOR EXECUTE ON FUNCTION app.secret() FROM everything_reader => changed function app.secret(): privileges
REVOKE EXECUTE ON FUNCTION app.add(text) FROM PUBLIC => changed function app.add(text): privileges
COMMENT ON FUNCTION app.add(integer, integer) IS NULL => changed function app.add(integer, integer): comment
DROP PROCEDURE app.work => missing procedure app.work(integer, text)
CREATE OR REPLACE PROCEDURE app.work(a integer, INOUT b text DEFAULT 'IN (x)') LANGUAGE plpgsql AS 'BEGIN b := a; END' => changed procedure app.work(integer, text): definition
COMMENT ON PROCEDURE app.work(integer, text) IS NULL => changed procedure app.work(integer, text): comment
GRANT EXECUTE ON PROCEDURE app.work TO everything_reader => changed procedure app.work(integer, text): privileges
ALTER PROCEDURE app.work OWNER TO everything_owner => changed procedure app.work(integer, text): owner
DROP AGGREGATE app.total(integer) => missing aggregate app.total(integer)
CREATE OR REPLACE AGGREGATE app.total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '1') => changed aggregate app.total(integer): definition
CREATE OR REPLACE AGGREGATE app.total(integer) (SFUNC = int4mi, STYPE = integer, INITCOND = '0') => changed aggregate app.total(integer): definition
CREATE OR REPLACE AGGREGATE app.total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0', COMBINEFUNC = int4pl, PARALLEL = safe) => changed aggregate app.total(integer): definition
CREATE OR REPLACE AGGREGATE app.total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0', MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = integer) => changed aggregate app.total(integer): definition
COMMENT ON AGGREGATE app.total(integer) IS NULL => changed aggregate app.total(integer): comment
ALTER AGGREGATE app.total(integer) OWNER TO everything_owner => changed aggregate app.total(integer): owner
GRANT EXECUTE ON FUNCTION app.total(integer) TO everything_reader => changed aggregate app.total(integer): privileges

DROP STATISTICS app.account_stats => missing statistics app.account_stats
DROP STATISTICS app.account_stats; CREATE STATISTICS app.account_stats (dependencies) ON name, mood FROM app.account; COMMENT ON STATISTICS app.account_stats IS 'together' => changed statistics app.account_stats: definition
[13] ALTER STATISTICS app.account_stats SET STATISTICS 77 => changed statistics app.account_stats: statistics
ALTER STATISTICS app.account_stats OWNER TO everything_owner => changed statistics app.account_stats: owner
COMMENT ON STATISTICS app.account_stats IS NULL => changed statistics app.account_stats: comment

DROP OPERATOR app.<= (app.raw, app.raw) CASCADE => missing operator app.<=(app.raw,app.raw) & missing operator class app.raw_ops USING btree
ALTER OPERATOR app.< (app.raw, app.raw) SET (RESTRICT = NONE) => changed operator app.<(app.raw,app.raw): definition
ALTER OPERATOR app.< (app.raw, app.raw) OWNER TO everything_owner => changed operator app.<(app.raw,app.raw): owner
COMMENT ON OPERATOR app.< (app.raw, app.raw) IS NULL => changed operator app.<(app.raw,app.raw): comment
DROP OPERATOR FAMILY app.loose USING hash => missing operator family app.loose USING hash
ALTER OPERATOR FAMILY app.loose USING hash ADD OPERATOR 1 app.= (app.raw, app.raw) => changed operator family app.loose USING hash: members
ALTER OPERATOR FAMILY app.loose USING hash OWNER TO everything_owner => changed operator family app.loose USING hash: owner
COMMENT ON OPERATOR FAMILY app.loose USING hash IS NULL => changed operator family app.loose USING hash: comment
DROP OPERATOR CLASS app.raw_ops USING btree => missing operator class app.raw_ops USING btree
DROP OPERATOR CLASS app.raw_ops USING btree; CREATE OPERATOR CLASS app.raw_ops FOR TYPE app.raw USING btree FAMILY app.raw_ops AS OPERATOR 1 app.<, OPERATOR 2 app.<=, OPERATOR 3 app.=, OPERATOR 4 app.>=, OPERATOR 5 app.>, FUNCTION 1 app.raw_cmp(app.raw, app.raw); COMMENT ON OPERATOR CLASS app.raw_ops USING btree IS 'in order' => changed operator class app.raw_ops USING btree: definition
ALTER OPERATOR CLASS app.raw_ops USING btree OWNER TO everything_owner => changed operator class app.raw_ops USING btree: owner
COMMENT ON OPERATOR CLASS app.raw_ops USING btree IS NULL => changed operator class app.raw_ops USING btree: comment
DROP CAST (app.mood AS varchar) => missing cast (app.mood AS character varying)
DROP CAST (app.mood AS varchar); CREATE CAST (app.mood AS varchar) WITH INOUT AS IMPLICIT => changed cast (app.mood AS character varying): context
DROP CAST (app.raw AS integer); CREATE CAST (app.raw AS integer) WITH INOUT => changed cast (app.raw AS integer): method
COMMENT ON CAST (integer AS app.raw) IS NULL => changed cast (integer AS app.raw): comment
DROP TRANSFORM FOR app.raw LANGUAGE sql => missing transform FOR app.raw LANGUAGE sql
COMMENT ON TRANSFORM FOR app.raw LANGUAGE sql IS NULL => changed transform FOR app.raw LANGUAGE sql: comment
DROP LANGUAGE everything_language => missing language everything_language
CREATE OR REPLACE LANGUAGE everything_language HANDLER app.handler VALIDATOR app.validator => changed language everything_language: definition
ALTER LANGUAGE everything_language OWNER TO everything_owner => changed language everything_language: owner
COMMENT ON LANGUAGE everything_language IS NULL => changed language everything_language: comment
REVOKE USAGE ON LANGUAGE everything_language FROM everything_reader => changed language everything_language: privileges
DROP ACCESS METHOD everything_btree => missing access method everything_btree
DROP ACCESS METHOD everything_btree; CREATE ACCESS METHOD everything_btree TYPE INDEX HANDLER hashhandler => changed access method everything_btree: definition
COMMENT ON ACCESS METHOD everything_heap IS NULL => changed access method everything_heap: comment

DROP COLLATION app.plain => missing collation app.plain
DROP COLLATION app.plain; CREATE COLLATION app.plain (LOCALE = 'POSIX'); COMMENT ON COLLATION app.plain IS 'bytes' => changed collation app.plain: definition
ALTER COLLATION app.plain OWNER TO everything_owner => changed collation app.plain: owner
COMMENT ON COLLATION app.plain IS NULL => changed collation app.plain: comment
DROP CONVERSION app.latin => missing conversion app.latin
DROP CONVERSION app.latin; CREATE DEFAULT CONVERSION app.latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8; COMMENT ON CONVERSION app.latin IS 'latin' => changed conversion app.latin: definition
ALTER CONVERSION app.latin OWNER TO everything_owner => changed conversion app.latin: owner
COMMENT ON CONVERSION app.latin IS NULL => changed conversion app.latin: comment
DROP TEXT SEARCH CONFIGURATION app.search => missing text search configuration app.search
ALTER TEXT SEARCH CONFIGURATION app.search DROP MAPPING FOR word => changed text search configuration app.search: mapping
ALTER TEXT SEARCH CONFIGURATION app.search ALTER MAPPING FOR word WITH simple, app.words => changed text search configuration app.search: mapping
ALTER TEXT SEARCH CONFIGURATION app.search OWNER TO everything_owner => changed text search configuration app.search: owner
COMMENT ON TEXT SEARCH CONFIGURATION app.search IS NULL => changed text search configuration app.search: comment
ALTER TEXT SEARCH DICTIONARY app.words (ACCEPT = true) => changed text search dictionary app.words: options
ALTER TEXT SEARCH DICTIONARY app.words OWNER TO everything_owner => changed text search dictionary app.words: owner
COMMENT ON TEXT SEARCH DICTIONARY app.words IS NULL => changed text search dictionary app.words: comment
ALTER TEXT SEARCH DICTIONARY app.words RENAME TO word => missing text search dictionary app.words & changed text search configuration app.search: mapping
DROP TEXT SEARCH PARSER app.parser => missing text search parser app.parser
COMMENT ON TEXT SEARCH PARSER app.parser IS NULL => changed text search parser app.parser: comment
DROP TEXT SEARCH TEMPLATE app.template => missing text search template app.template
DROP TEXT SEARCH TEMPLATE app.template; CREATE TEXT SEARCH TEMPLATE app.template (LEXIZE = dsimple_lexize); COMMENT ON TEXT SEARCH TEMPLATE app.template IS 'a template' => changed text search template app.template: definition
COMMENT ON TEXT SEARCH TEMPLATE app.template IS NULL => changed text search template app.template: comment

DROP FOREIGN DATA WRAPPER everything_free CASCADE => missing foreign-data wrapper everything_free & missing server everything_free
ALTER FOREIGN DATA WRAPPER everything_free NO VALIDATOR => changed foreign-data wrapper everything_free: definition
ALTER FOREIGN DATA WRAPPER everything_fdw OPTIONS (SET debug 'false') => changed foreign-data wrapper everything_fdw: options
ALTER FOREIGN DATA WRAPPER everything_fdw OPTIONS (DROP api_key) => changed foreign-data wrapper everything_fdw: options
COMMENT ON FOREIGN DATA WRAPPER everything_fdw IS NULL => changed foreign-data wrapper everything_fdw: comment
REVOKE USAGE ON FOREIGN DATA WRAPPER everything_fdw FROM everything_reader => changed foreign-data wrapper everything_fdw: privileges
DROP SERVER everything_free => missing server everything_free
DROP SERVER everything_free; CREATE SERVER everything_free FOREIGN DATA WRAPPER everything_fdw => changed server everything_free: foreign-data wrapper
ALTER SERVER everything_server VERSION '13' => changed server everything_server: version
ALTER SERVER everything_server OPTIONS (SET host 'here') => changed server everything_server: options
ALTER SERVER everything_server OWNER TO everything_owner => changed server everything_server: owner
DROP SERVER everything_free; CREATE SERVER everything_free TYPE 'x' FOREIGN DATA WRAPPER everything_free => changed server everything_free: type
COMMENT ON SERVER everything_server IS NULL => changed server everything_server: comment
REVOKE USAGE ON FOREIGN SERVER everything_server FROM everything_reader => changed server everything_server: privileges
DROP USER MAPPING FOR PUBLIC SERVER everything_server => missing user mapping FOR PUBLIC SERVER everything_server
ALTER USER MAPPING FOR PUBLIC SERVER everything_server OPTIONS (SET user 'other') => changed user mapping FOR PUBLIC SERVER everything_server: options
ALTER USER MAPPING FOR PUBLIC SERVER everything_server OPTIONS (DROP password) => changed user mapping FOR PUBLIC SERVER everything_server: options
DROP FOREIGN TABLE app.remote => missing foreign table app.remote
ALTER FOREIGN TABLE app.remote OPTIONS (SET table_name 'near') => changed foreign table app.remote: options
ALTER FOREIGN TABLE app.remote ALTER id OPTIONS (SET column_name 'n') => changed column app.remote.id: foreign options
ALTER FOREIGN TABLE app.remote ALTER id DROP NOT NULL => changed column app.remote.id: not null
ALTER FOREIGN TABLE app.remote ADD more text => extra column app.remote.more
ALTER FOREIGN TABLE app.remote DROP CONSTRAINT remote_name_check => missing constraint app.remote.remote_name_check
ALTER FOREIGN TABLE app.remote OWNER TO everything_owner => changed foreign table app.remote: owner
COMMENT ON FOREIGN TABLE app.remote IS NULL => changed foreign table app.remote: comment
GRANT SELECT ON app.remote TO everything_reader => changed foreign table app.remote: privileges
CREATE SERVER extra_server FOREIGN DATA WRAPPER everything_fdw; DROP FOREIGN TABLE app.remote; CREATE FOREIGN TABLE app.remote (id integer OPTIONS (column_name 'number') NOT NULL, name text CONSTRAINT remote_name_check CHECK (name <> '')) SERVER extra_server OPTIONS (table_name 'far'); COMMENT ON FOREIGN TABLE app.remote IS 'far away' => changed foreign table app.remote: server

DROP PUBLICATION everything_some => missing publication everything_some
CREATE PUBLICATION extra_publication =>
ALTER PUBLICATION everything_some SET (publish = 'insert') => changed publication everything_some: publish
ALTER PUBLICATION everything_some ADD TABLE app.animal => changed publication everything_some: tables
ALTER PUBLICATION everything_some DROP TABLE app.post => changed publication everything_some: tables
[15] ALTER PUBLICATION everything_some SET TABLE app.account (id, name), app.post => changed publication everything_some: tables
[15] ALTER PUBLICATION everything_some SET TABLE app.account WHERE (id > 1), app.post => changed publication everything_some: tables
[15] ALTER PUBLICATION everything_some ADD TABLES IN SCHEMA spare => changed publication everything_some: schemas
[13] ALTER PUBLICATION everything_some SET (publish_via_partition_root = true) => changed publication everything_some: publish via partition root
[18] ALTER PUBLICATION everything_some SET (publish_generated_columns = stored) => changed publication everything_some: publish generated columns
DROP PUBLICATION everything_all; CREATE PUBLICATION everything_all => changed publication everything_all: for
COMMENT ON PUBLICATION everything_some IS NULL => changed publication everything_some: comment
ALTER DEFAULT PRIVILEGES IN SCHEMA spare REVOKE SELECT ON TABLES FROM everything_reader => missing default privileges FOR ROLE postgres IN SCHEMA spare ON TABLES
ALTER DEFAULT PRIVILEGES IN SCHEMA spare GRANT INSERT ON TABLES TO everything_reader => changed default privileges FOR ROLE postgres IN SCHEMA spare ON TABLES: privileges
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO everything_reader =>
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC => missing default privileges FOR ROLE postgres ON FUNCTIONS
""".replace("\n\n", "\n"))
