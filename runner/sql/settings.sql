-- Settings that make text out of values and expressions the same everywhere.
-- Local to the savepoint that stands around the queries: rolling back to it puts back what was
-- there. Expressions print unqualified only what search_path finds (ruleutils.c), dates, intervals,
-- floats, bytea and money print by these settings.
SELECT pg_catalog.set_config('search_path', 'pg_catalog', true),
       pg_catalog.set_config('datestyle', 'ISO, YMD', true),
       pg_catalog.set_config('intervalstyle', 'postgres', true),
       pg_catalog.set_config('timezone', 'UTC', true),
       pg_catalog.set_config('extra_float_digits', '1', true),
       pg_catalog.set_config('bytea_output', 'hex', true),
       pg_catalog.set_config('lc_monetary', 'C', true),
       pg_catalog.set_config('quote_all_identifiers', 'off', true),
       pg_catalog.set_config('standard_conforming_strings', 'on', true),
       -- The joins are written in a good order: planning them is most of the work.
       pg_catalog.set_config('join_collapse_limit', '1', true),
       pg_catalog.set_config('jit', 'off', true);
