-- The state of the registry as a JSON object, which later statements read from a setting.
-- name: its schema; schema: whether that exists; version: null if it is not a registry; oids: its
-- tables; can_read, can_write: the rights of this role on the tables, null without tables;
-- can_create: whether this role may create the schema; owner: the owner of the schema, if this role
-- may not act as it; foreign_owner: an owner of the schema or a table that is not this role, a role
-- that it is a member of, or a superuser; written: whether this transaction has written to the
-- tables; altered: whether the tables differ from what version_1.sql and version_2.sql make in anything that could run code or
-- hide rows. A registry with a foreign owner or altered tables is not read or written: that could
-- run code with the rights of this role.
SELECT pg_catalog.set_config('runner.registry', pg_catalog.json_build_object(
         'name', f.name, 'schema', f.schema, 'version', f.version, 'oids', f.oids,
         'can_read', f.can_read AND f.foreign_owner IS NULL AND f.altered IS NOT TRUE,
         'can_write', f.can_write AND f.foreign_owner IS NULL AND f.altered IS NOT TRUE,
         'can_create', pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE'),
         'owner', f.owner, 'foreign_owner', f.foreign_owner, 'altered', f.altered IS TRUE,
         'written', EXISTS (SELECT FROM pg_catalog.pg_locks AS l
                             WHERE l.pid = pg_catalog.pg_backend_pid() AND l.relation = ANY (f.tables)
                               AND l.mode IN ('RowExclusiveLock', 'AccessExclusiveLock'))
         )::pg_catalog.text, true)
  FROM (SELECT asked.name, n.oid IS NOT NULL AS schema, n.version, r.oids, r.tables,
               CASE WHEN r.complete
                    THEN pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND r.readable END AS can_read,
               CASE WHEN r.complete THEN r.writable END AS can_write,
               CASE WHEN NOT pg_catalog.pg_has_role(n.nspowner, 'USAGE')
                    THEN pg_catalog.pg_get_userbyid(n.nspowner) END AS owner,
               CASE WHEN n.version IS NOT NULL THEN (
                 SELECT pg_catalog.max(o.rolname::pg_catalog.text)
                   FROM pg_catalog.pg_roles AS o
                   JOIN pg_catalog.pg_roles AS me ON me.rolname = CURRENT_USER
                  WHERE (o.oid = n.nspowner OR o.oid = ANY (r.owners)) AND o.oid <> me.oid
                    AND NOT o.rolsuper
                    AND (me.rolsuper OR NOT pg_catalog.pg_has_role(o.oid, 'USAGE'))) END AS foreign_owner,
               n.version <= 2 AND r.shape <> 'run.id int8 t, run.started_at timestamptz t,'
                 ' run.finished_at timestamptz t, run.role text t, run.client text t,'
                 ' run.runner_version text t, run.git_revision text f, run.system_identifier int8 f,'
                 ' run.first_xid int8 t, run.last_xid int8 t, run.other_xids _int8 t,'
                 ' run.tables _oid t,' || CASE n.version WHEN 2 THEN ' run.contents json f,' ELSE '' END || ' script.run int8 t, script.position int4 t,'
                 ' script.name text t, script.sha256 text t; run {{1}} p, script {{1}} f, script {{1,2}} p; ' AS altered
          FROM (SELECT {schema}::pg_catalog.name AS name) AS asked
          LEFT JOIN (SELECT s.*, (pg_catalog.regexp_match(
                              pg_catalog.obj_description(s.oid, 'pg_namespace'),
                              '^Registry of raw-sql-runner, version ([1-9][0-9]{{0,5}}):'))[1]::pg_catalog.int4
                              AS version
                       FROM pg_catalog.pg_namespace AS s) AS n ON n.nspname = asked.name
         CROSS JOIN LATERAL (
                SELECT pg_catalog.count(*) = 2 AS complete,
                       pg_catalog.array_agg(c.relowner) AS owners,
                       pg_catalog.array_agg(c.oid) AS tables,
                       pg_catalog.json_agg(c.oid::pg_catalog.int8 ORDER BY c.oid) AS oids,
                       pg_catalog.bool_and(pg_catalog.has_table_privilege(c.oid, 'SELECT')) AS readable,
                       pg_catalog.bool_and(
                         pg_catalog.has_table_privilege(c.oid, 'INSERT')
                         AND (c.relname <> 'run' OR pg_catalog.has_table_privilege(c.oid, 'UPDATE')))
                         AS writable,
                       pg_catalog.concat(
                         pg_catalog.string_agg(x.columns, ', ' ORDER BY c.relname), '; ',
                         pg_catalog.string_agg(x.constraints, ', ' ORDER BY c.relname), '; ',
                         pg_catalog.string_agg(x.more, ', ' ORDER BY c.relname)) AS shape
                  FROM pg_catalog.pg_class AS c
                 CROSS JOIN LATERAL (
                        SELECT (SELECT pg_catalog.string_agg(
                                         pg_catalog.concat_ws(' ', pg_catalog.concat(c.relname, '.', a.attname),
                                                              t.typname, a.attnotnull), ', ' ORDER BY a.attnum)
                                  FROM pg_catalog.pg_attribute AS a
                                  LEFT JOIN pg_catalog.pg_type AS t
                                    ON t.oid = a.atttypid AND t.oid < 16384
                                 WHERE a.attrelid = c.oid AND a.attnum > 0),
                               (SELECT pg_catalog.string_agg(
                                         pg_catalog.concat_ws(' ', c.relname, k.conkey, k.contype), ', '
                                         ORDER BY k.conkey)
                                  FROM pg_catalog.pg_constraint AS k
                                 WHERE k.conrelid = c.oid AND k.contype <> 'n'),
                               -- What could run code of another role, or hide rows.
                               CASE WHEN c.relkind <> 'r' OR c.relpersistence <> 'p' OR c.relrowsecurity
                                      OR c.relhasrules OR c.relispartition OR c.relhassubclass
                                      OR EXISTS (SELECT FROM pg_catalog.pg_trigger AS g
                                                  WHERE g.tgrelid = c.oid AND NOT g.tgisinternal)
                                      OR EXISTS (SELECT FROM pg_catalog.pg_attrdef AS d
                                                  WHERE d.adrelid = c.oid)
                                      OR EXISTS (SELECT FROM pg_catalog.pg_inherits AS i
                                                  WHERE i.inhrelid = c.oid)
                                      OR EXISTS (SELECT FROM pg_catalog.pg_index AS i
                                                  WHERE i.indrelid = c.oid AND NOT i.indisprimary)
                                    THEN c.relname::pg_catalog.text END) AS x (columns, constraints, more)
                 WHERE c.relnamespace = n.oid AND c.relname IN ('run', 'script')) AS r
       ) AS f;
