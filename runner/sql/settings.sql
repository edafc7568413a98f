-- Settings that make text out of values and expressions the same everywhere.
-- Local to the savepoint that stands around the queries: rolling back to it puts back what was
-- there. Expressions print unqualified only what search_path finds (ruleutils.c), dates, intervals,
-- floats, bytea and money print by these settings.
SET LOCAL search_path = pg_catalog;
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
