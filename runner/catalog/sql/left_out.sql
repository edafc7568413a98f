-- Set a pattern of the schemas that are left out: those of the server, and that of the registry,
-- which is recognised by its comment, not by its name. Returns no row.
SELECT FROM (
  SELECT pg_catalog.set_config('runner.left_out', pg_catalog.concat(
           '^(pg_.*|information_schema', pg_catalog.string_agg('|' || n.nspname, ''), ')$'), true)
    FROM pg_catalog.pg_namespace AS n
   WHERE n.nspname ~ '^[a-z_][a-z0-9_]*$'
     AND pg_catalog.obj_description(n.oid, 'pg_namespace') LIKE 'Registry of raw-sql-runner, version %') AS s (left_out)
 WHERE s.left_out IS NULL;
