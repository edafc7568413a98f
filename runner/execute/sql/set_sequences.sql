-- Set sequences back to earlier values, because a rollback does not.
-- saved: a JSON array of [oid, last value or null].
SELECT pg_catalog.count(pg_catalog.setval(
         b.oid::pg_catalog.regclass, COALESCE(b.last, s.seqstart), b.last IS NOT NULL))
  FROM (SELECT (p.pair->>0)::pg_catalog.oid AS oid, (p.pair->>1)::pg_catalog.int8 AS last
          FROM pg_catalog.json_array_elements({saved}::pg_catalog.json) AS p (pair)) AS b
  JOIN pg_catalog.pg_sequence AS s ON s.seqrelid = b.oid
 WHERE pg_catalog.has_sequence_privilege(b.oid, 'UPDATE')
   AND pg_catalog.pg_sequence_last_value(b.oid) IS DISTINCT FROM b.last
