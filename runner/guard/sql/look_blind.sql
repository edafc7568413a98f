-- As look.sql answers, where there is no plpgsql: which tables may be lost, and nothing of
-- what they hold.
SELECT pg_catalog.json_build_object('allowed', (
         SELECT pg_catalog.json_agg(COALESCE(t.tables, '[]') ORDER BY a.position)
           FROM pg_catalog.json_array_elements_text(
                  pg_catalog.current_setting('runner.allowed')::pg_catalog.json)
                WITH ORDINALITY AS a (oid, position)
          CROSS JOIN LATERAL (
                SELECT pg_catalog.json_agg(
                         pg_catalog.json_build_array(c.oid::pg_catalog.int8, NULL, NULL, NULL)) AS tables
                  FROM (SELECT a.oid::pg_catalog.oid AS oid) AS named
                  JOIN pg_catalog.pg_class AS c
                    ON c.oid = named.oid
                    OR c.oid IN (SELECT p.relid FROM pg_catalog.pg_partition_tree(named.oid) AS p)
                 WHERE c.relkind IN ('r', 'm')) AS t))::pg_catalog.text;
