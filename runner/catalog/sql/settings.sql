-- Settings that the text of values and expressions depends on: ruleutils.c qualifies the names that
-- search_path does not find; the others determine the output of dates, intervals, floats, bytea and
-- money. They are rolled back with the savepoint around the queries. row_security = off: reading
-- rows that policies would hide is an error, and no code of policies runs. join_collapse_limit = 1
-- keeps the written order of joins, because planning takes longer than execution. runner.timezone
-- is for columns that hold the time of the transaction, runner.planted for planted.sql,
-- runner.answer for existing.sql.
-- restrict_nonsystem_relation_kind: the owner of a table could put a view, which calls functions, in its
-- place before its rows are read (CVE-2024-7348); older servers lack the setting. Returns no row.
SELECT FROM (
  SELECT pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true),
         pg_catalog.set_config('row_security', 'off', true),
         pg_catalog.set_config('runner.timezone', pg_catalog.current_setting('TimeZone'), true),
         pg_catalog.set_config('timezone', 'UTC', true),
         pg_catalog.set_config('datestyle', 'ISO, YMD', true),
         pg_catalog.set_config('intervalstyle', 'postgres', true),
         pg_catalog.set_config('extra_float_digits', '1', true),
         pg_catalog.set_config('bytea_output', 'hex', true),
         pg_catalog.set_config('lc_monetary', 'C', true),
         pg_catalog.set_config('quote_all_identifiers', 'off', true),
         pg_catalog.set_config('standard_conforming_strings', 'on', true),
         pg_catalog.set_config('join_collapse_limit', '1', true),
         pg_catalog.set_config('jit', 'off', true),
         CASE WHEN pg_catalog.current_setting('restrict_nonsystem_relation_kind', true) IS NOT NULL
              THEN pg_catalog.set_config('restrict_nonsystem_relation_kind', 'view, foreign-table', true) END,
         pg_catalog.set_config('runner.planted', '{}', true),
         pg_catalog.set_config('runner.answer', '', true)
  OFFSET 0) AS s (search_path)
 WHERE s.search_path IS NULL;
