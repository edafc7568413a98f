-- Settings for the queries of the catalog. runner.left_out is a pattern of the schemas not to read: the
-- system's and the registry's, which is recognised by its comment, not by its name. The catalog is
-- planned for longer than it is read, so the planner need not consider merge joins and parallel plans.
-- Returns no row.
SELECT FROM (
  SELECT pg_catalog.set_config('enable_mergejoin', 'off', true),
         pg_catalog.set_config('max_parallel_workers_per_gather', '0', true),
         pg_catalog.set_config('runner.left_out', pg_catalog.concat(
           '^(pg_.*|information_schema', pg_catalog.string_agg('|' || n.nspname, ''), ')$'), true)
    FROM pg_catalog.pg_namespace AS n
    JOIN pg_catalog.pg_description AS d ON d.objoid = n.oid AND d.classoid = n.tableoid AND d.objsubid = 0
   WHERE n.nspname ~ '^[a-z_][a-z0-9_]*$'
     AND d.description LIKE 'Registry of raw-sql-runner, version %') AS s (left_out)
 WHERE s.left_out IS NULL;
