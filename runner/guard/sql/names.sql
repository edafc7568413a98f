-- The tables that may be lost, as the session's own search_path finds them: in the setting
-- runner.allowed, an array of their oids in order, null for each that is not there. Gives no row.
-- Nothing here is an operator, or a type without its schema: the path is not the runner's yet.
SELECT FROM (
  SELECT pg_catalog.set_config('runner.allowed', COALESCE(
           pg_catalog.json_agg(pg_catalog.to_regclass(a.name)::pg_catalog.oid::pg_catalog.int8
                               ORDER BY a.position), '[]'::pg_catalog.json)::pg_catalog.text, true)
    FROM pg_catalog.json_array_elements_text(pg_catalog.json_extract_path(
           pg_catalog.current_setting('runner.asked')::pg_catalog.json, 'allow'))
         WITH ORDINALITY AS a (name, position)) AS s (allowed)
 WHERE s.allowed IS NULL;
