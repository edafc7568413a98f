-- The registry as it is now: one JSON object, kept in a setting for the next statements too.
-- schema: whether there is one of its name; version: null when it is not ours; can_read, can_write:
-- what this role may do with its tables, null when they are not as we make them; can_create:
-- whether it may make the schema; owner: whose it is, when this role may not change it.
SELECT pg_catalog.set_config('runner.registry', pg_catalog.json_build_object(
         'schema', n.oid IS NOT NULL,
         'version', (pg_catalog.regexp_match(
                      pg_catalog.obj_description(n.oid, 'pg_namespace'),
                      '^Registry of raw-sql-runner, version ([0-9]{1,6}):'))[1]::pg_catalog.int4,
         'can_read', CASE WHEN r.run IS NOT NULL AND r.script IS NOT NULL
                          THEN pg_catalog.has_schema_privilege(n.oid, 'USAGE')
                           AND pg_catalog.has_table_privilege(r.run, 'SELECT')
                           AND pg_catalog.has_table_privilege(r.script, 'SELECT') END,
         'can_write', CASE WHEN r.run IS NOT NULL AND r.script IS NOT NULL
                           THEN pg_catalog.has_table_privilege(r.run, 'INSERT')
                            AND pg_catalog.has_table_privilege(r.run, 'UPDATE')
                            AND pg_catalog.has_table_privilege(r.script, 'INSERT') END,
         'can_create', pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE'),
         'owner', CASE WHEN NOT pg_catalog.pg_has_role(n.owner, 'USAGE')
                       THEN pg_catalog.pg_get_userbyid(n.owner) END
         )::pg_catalog.text, true)
  FROM (SELECT pg_catalog.max(s.oid::pg_catalog.int8)::pg_catalog.oid AS oid,
               pg_catalog.max(s.nspowner::pg_catalog.int8)::pg_catalog.oid AS owner
          FROM pg_catalog.pg_namespace AS s WHERE s.nspname = 'runner') AS n
 CROSS JOIN (SELECT pg_catalog.max(t.oid) FILTER (WHERE t.relname = 'run' AND t.columns = 12)
                      ::pg_catalog.oid AS run,
                    pg_catalog.max(t.oid) FILTER (WHERE t.relname = 'script' AND t.columns = 4)
                      ::pg_catalog.oid AS script
               FROM (SELECT c.oid::pg_catalog.int8 AS oid, c.relname,
                            pg_catalog.count(a.attname) AS columns
                       FROM pg_catalog.pg_namespace AS s
                       JOIN pg_catalog.pg_class AS c ON c.relnamespace = s.oid AND c.relkind = 'r'
                       JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid
                      WHERE s.nspname = 'runner' AND a.attname IN (
                              'id', 'started_at', 'finished_at', 'role', 'client', 'runner_version',
                              'git_revision', 'system_identifier', 'first_xid', 'last_xid',
                              'other_xids', 'tables', 'run', 'position', 'name', 'sha256')
                      GROUP BY c.oid, c.relname) AS t
            ) AS r;
