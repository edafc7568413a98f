-- Set runner.left_out to a pattern of the schemas not to read: the system's and the registry's. The
-- registry is recognised by its comment, not by its name. Returns no row.
SELECT FROM (
  SELECT pg_catalog.set_config('runner.left_out', pg_catalog.concat(
           '^(pg_.*|information_schema', pg_catalog.string_agg('|' || n.nspname, ''), ')$'), true)
    FROM pg_catalog.pg_namespace AS n
   WHERE n.nspname ~ '^[a-z_][a-z0-9_]*$'
     AND pg_catalog.obj_description(n.oid, 'pg_namespace') LIKE 'Registry of raw-sql-runner, version %') AS s (left_out)
 WHERE s.left_out IS NULL;
