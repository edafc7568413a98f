-- Set runner.registry to the state of the registry as a JSON object, which later statements read.
-- runner.schema is the name of its schema. If the schema does not exist, the object has only name and
-- can_create: PL/pgSQL plans only the statements that it runs.
-- version: null if it is no registry; oids: its tables; can_read, can_write: this role's privileges on
-- the tables, null without tables, false if they cannot be trusted; can_create: whether this role may
-- create the schema; foreign_owner: an owner of the schema or a table that is neither this role, nor a role that it is a
-- member of, nor a superuser; altered: whether the tables differ from version_1.sql and version_2.sql:
-- in their columns, or in another object that depends on them or that they depend on, and could run
-- code as this role or hide rows; written: whether this transaction has written to the tables.
DO $runner$
DECLARE
    asked pg_catalog.name := pg_catalog.current_setting('runner.schema');
    may_create pg_catalog.bool := pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE');
    found pg_catalog.json := pg_catalog.json_build_object('name', asked, 'can_create', may_create);
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_namespace AS s WHERE s.nspname = asked) THEN
        SELECT pg_catalog.json_build_object(
           'name', asked, 'schema', true, 'version', f.version, 'oids', f.oids,
           'can_read', f.readable AND f.foreign_owner IS NULL AND NOT f.altered,
           'can_write', f.writable AND f.foreign_owner IS NULL AND NOT f.altered,
           'can_create', may_create,
           'foreign_owner', f.foreign_owner, 'altered', f.altered,
           'written', EXISTS (SELECT FROM pg_catalog.pg_locks AS l
                               WHERE l.pid = pg_catalog.pg_backend_pid() AND l.relation = ANY (f.tables)
                                 AND l.mode IN ('RowExclusiveLock', 'AccessExclusiveLock'))
           ) INTO found
        FROM (SELECT n.version, r.*,
                     CASE WHEN n.version IS NOT NULL THEN (
                       SELECT pg_catalog.max(o.rolname::pg_catalog.text)
                         FROM pg_catalog.pg_roles AS o
                         JOIN pg_catalog.pg_roles AS me ON me.rolname = CURRENT_USER
                        WHERE (o.oid = n.nspowner OR o.oid = ANY (r.owners)) AND o.oid <> me.oid
                          AND NOT o.rolsuper
                          AND (me.rolsuper OR NOT pg_catalog.pg_has_role(o.oid, 'USAGE'))) END AS foreign_owner,
                     COALESCE(n.version <= 2 AND (r.has_more OR r.columns <>
                       'run rpf id int8, started_at timestamptz, finished_at timestamptz, role text,'
                       ' client text, runner_version text, git_revision text null, system_identifier int8 null,'
                       ' first_xid int8, last_xid int8, other_xids _int8, tables _oid'
                       || CASE n.version WHEN 2 THEN ', contents json null' ELSE '' END ||
                       '; script rpf run int8, position int4, name text, sha256 text'), false) AS altered
                FROM (SELECT s.*, (pg_catalog.regexp_match(
                               pg_catalog.obj_description(s.oid, 'pg_namespace'),
                               '^Registry of raw-sql-runner, version ([1-9][0-9]{0,5}):'))[1]::pg_catalog.int4
                               AS version
                        FROM pg_catalog.pg_namespace AS s WHERE s.nspname = asked) AS n
               CROSS JOIN LATERAL (
                      SELECT pg_catalog.array_agg(c.relowner) AS owners,
                             pg_catalog.array_agg(c.oid) AS tables,
                             pg_catalog.json_agg(c.oid::pg_catalog.int8 ORDER BY c.oid) AS oids,
                             CASE pg_catalog.count(*) WHEN 2 THEN pg_catalog.bool_and(
                               pg_catalog.has_schema_privilege(n.oid, 'USAGE')
                               AND pg_catalog.has_table_privilege(c.oid, 'SELECT')) END AS readable,
                             CASE pg_catalog.count(*) WHEN 2 THEN pg_catalog.bool_and(
                               pg_catalog.has_table_privilege(c.oid, 'INSERT')
                               AND (c.relname <> 'run' OR pg_catalog.has_table_privilege(c.oid, 'UPDATE')))
                               END AS writable,
                             pg_catalog.string_agg(pg_catalog.concat(c.relname, ' ', c.relkind, c.relpersistence,
                                 c.relrowsecurity, (
                               SELECT pg_catalog.string_agg(pg_catalog.concat(' ', a.attname, ' ', t.typname,
                                        CASE WHEN NOT a.attnotnull THEN ' null' END), ',' ORDER BY a.attnum)
                                 FROM pg_catalog.pg_attribute AS a
                                 JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid AND t.oid < 16384
                                WHERE a.attrelid = c.oid AND a.attnum > 0)), '; ' ORDER BY c.relname) AS columns,
                             pg_catalog.bool_or(EXISTS (
                               SELECT FROM pg_catalog.pg_depend AS d
                                 LEFT JOIN pg_catalog.pg_constraint AS k
                                   ON k.oid = d.objid AND d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
                                  AND (k.contype IN ('n', 'p') OR k.confrelid IN (
                                        SELECT t.oid FROM pg_catalog.pg_class AS t WHERE t.relnamespace = n.oid))
                                WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                                  AND (d.refobjid = c.oid AND d.deptype = 'a' AND k.oid IS NULL
                                       AND d.classid <> 'pg_catalog.pg_publication_rel'::pg_catalog.regclass
                                       OR d.classid = d.refclassid AND d.deptype = 'n' AND c.oid IN (d.objid, d.refobjid))
                               )) AS has_more
                        FROM pg_catalog.pg_class AS c
                       WHERE c.relnamespace = n.oid AND c.relname IN ('run', 'script')) AS r
             ) AS f;
    END IF;
    PERFORM pg_catalog.set_config('runner.registry', found::pg_catalog.text, true);
END
$runner$;
