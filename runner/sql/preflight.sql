-- What the scripts need and this role does not find here, before the first of them runs: one JSON
-- object. The setting runner.needs says which extensions and roles they name.
-- schema: that in which this role's unqualified names are made, may_create: whether it may there.
SELECT pg_catalog.json_build_object(
         'schema', pg_catalog.current_schema(),
         'may_create', COALESCE(pg_catalog.has_schema_privilege(
                                  pg_catalog.current_schema(), 'CREATE'), false),
         'extensions', ARRAY(
           SELECT e.name FROM pg_catalog.json_array_elements_text(needs->'extensions') AS e (name)
            WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_extension AS x WHERE x.extname = e.name)
              AND NOT EXISTS (SELECT FROM pg_catalog.pg_available_extensions AS x
                               WHERE x.name = e.name)),
         'roles', ARRAY(
           SELECT r.name FROM pg_catalog.json_array_elements_text(needs->'roles') AS r (name)
            WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles AS x WHERE x.rolname = r.name))
       )::pg_catalog.text
  FROM (SELECT pg_catalog.current_setting('runner.needs')::pg_catalog.json AS needs) AS asked;
