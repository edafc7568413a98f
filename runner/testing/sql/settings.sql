-- A query for the custom settings, such as 'app.tenant', that functions, policies, views and defaults
-- read. DISCARD ALL sets them to empty strings, while in a new session they are NULL.
SELECT format('SELECT FROM unnest(%L::text[]) AS s (name) WHERE current_setting(s.name, true) IS NOT NULL',
              array_agg(DISTINCT m.words[1]))
  FROM (SELECT prosrc FROM pg_proc WHERE pronamespace NOT IN (
               SELECT oid FROM pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema'))
         UNION ALL
        SELECT concat_ws(' ', qual, with_check) FROM pg_policies
         UNION ALL
        SELECT definition FROM pg_views WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
         UNION ALL
        SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef) AS t (source)
 CROSS JOIN LATERAL regexp_matches(t.source, '''([a-z_][a-z0-9_]*[.][a-z0-9_.]+)''', 'gi') AS m (words)
