-- SET_PATH inside a transaction, after which the scripts continue with their own path. It returns no
-- row: a row would be read as a query's result. The owner of a table could put a view, which calls
-- functions, in its place before it is read (CVE-2024-7348): they are refused, which servers can since
-- August 2024.
SELECT FROM (
  SELECT pg_catalog.set_config('runner.search_path', pg_catalog.current_setting('search_path'), true),
         pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true),
         pg_catalog.set_config('runner.float_digits',
                               pg_catalog.current_setting('extra_float_digits'), true),
         pg_catalog.set_config('extra_float_digits', '1', true),
         CASE WHEN pg_catalog.current_setting('restrict_nonsystem_relation_kind', true) IS NOT NULL THEN
           pg_catalog.set_config('runner.kind',
             pg_catalog.current_setting('restrict_nonsystem_relation_kind'), true) END,
         CASE WHEN pg_catalog.current_setting('restrict_nonsystem_relation_kind', true) IS NOT NULL THEN
           pg_catalog.set_config('restrict_nonsystem_relation_kind', '{refused}', true) END
  OFFSET 0) AS s (saved)
 WHERE s.saved IS NULL;
