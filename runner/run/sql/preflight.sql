-- What the scripts need and this role does not find here, before the first of them runs: one JSON
-- object. The setting runner.needs says which extensions and roles they name, runner.schema is
-- current_schema() in the session's own search_path.
-- schema: that in which this role's unqualified names are made, may_create: whether it may there;
-- may_make: what it may make; closed: those of the schemas that are there, and not for it.
SELECT pg_catalog.json_build_object(
         'database', pg_catalog.current_database(),
         'schema', asked.schema,
         'may_create', COALESCE(pg_catalog.has_schema_privilege(asked.schema, 'CREATE'), false),
         'may_make', (
           SELECT pg_catalog.array_to_json(ARRAY[
                    CASE WHEN pg_catalog.has_database_privilege(
                                pg_catalog.current_database(), 'CREATE') THEN 'schemas' END,
                    CASE WHEN r.rolsuper OR r.rolcreaterole THEN 'roles' END])
             FROM pg_catalog.pg_roles AS r WHERE r.rolname = CURRENT_USER),
         'closed', ARRAY(
           SELECT n.nspname
             FROM pg_catalog.json_array_elements_text(needs->'schemas') AS s (name)
             JOIN pg_catalog.pg_namespace AS n ON n.nspname = s.name
            WHERE NOT (pg_catalog.has_schema_privilege(n.oid, 'USAGE')
                       AND pg_catalog.has_schema_privilege(n.oid, 'CREATE'))),
         'extensions', ARRAY(
           SELECT e.name FROM pg_catalog.json_array_elements_text(needs->'extensions') AS e (name)
            WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_extension AS x WHERE x.extname = e.name)
              AND NOT EXISTS (SELECT FROM pg_catalog.pg_available_extensions AS x
                               WHERE x.name = e.name)),
         'roles', ARRAY(
           SELECT r.name FROM pg_catalog.json_array_elements_text(needs->'roles') AS r (name)
            WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles AS x WHERE x.rolname = r.name))
       )::pg_catalog.text
  FROM (SELECT pg_catalog.current_setting('runner.needs')::pg_catalog.json AS needs,
               NULLIF(pg_catalog.current_setting('runner.schema'), '') AS schema) AS asked;
