-- Settings that make text out of values and expressions the same everywhere.
-- Local to the savepoint that stands around the queries: rolling back to it puts back what was
-- there. Expressions print unqualified only what search_path finds (ruleutils.c), dates, intervals,
-- floats, bytea and money print by these settings.
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL datestyle = 'ISO, YMD';
SET LOCAL intervalstyle = postgres;
SET LOCAL timezone = 'UTC';
SET LOCAL extra_float_digits = 1;
SET LOCAL bytea_output = hex;
SET LOCAL lc_monetary = 'C';
SET LOCAL quote_all_identifiers = off;
SET LOCAL standard_conforming_strings = on;
-- The joins are written in a good order: planning them is most of the work.
SET LOCAL join_collapse_limit = 1;
SET LOCAL jit = off;
-- The schemas that are left out, for `!~`: the server's, and that of the registry, wherever it is.
-- A schema of the scripts' own that is named runner is no registry. Gives no row.
SELECT FROM (
  SELECT pg_catalog.set_config('runner.left_out', pg_catalog.concat(
           '^(pg_.*|information_schema', pg_catalog.string_agg('|' || n.nspname, ''), ')$'), true)
    FROM pg_catalog.pg_namespace AS n
   WHERE n.nspname ~ '^[a-z_][a-z0-9_]*$'
     AND pg_catalog.obj_description(n.oid, 'pg_namespace') LIKE 'Registry of raw-sql-runner, version %') AS s (left_out)
 WHERE s.left_out IS NULL;
