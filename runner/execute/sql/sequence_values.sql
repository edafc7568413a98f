-- The last values of sequences; null before the first call.
SELECT pg_catalog.json_agg(pg_catalog.json_build_array(
         s.oid, pg_catalog.pg_sequence_last_value(s.oid)))::text
  FROM (SELECT c.oid FROM pg_catalog.pg_class AS c -- both functions fail if it is no sequence
         WHERE CASE WHEN c.relkind = 'S' AND c.relpersistence <> 't'
                    THEN pg_catalog.has_sequence_privilege(c.oid, 'USAGE, SELECT') END
        OFFSET 0) AS s
