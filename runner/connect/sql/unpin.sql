-- Restore what pin.sql has saved; it returns no row either.
SELECT FROM (
  SELECT pg_catalog.set_config('search_path', pg_catalog.current_setting('runner.search_path'), true),
         pg_catalog.set_config('extra_float_digits',
                               pg_catalog.current_setting('runner.float_digits'), true),
         CASE WHEN pg_catalog.current_setting('restrict_nonsystem_relation_kind', true) IS NOT NULL THEN
           pg_catalog.set_config('restrict_nonsystem_relation_kind',
             pg_catalog.current_setting('runner.kind'), true) END
  OFFSET 0) AS s (restored)
 WHERE s.restored IS NULL;
