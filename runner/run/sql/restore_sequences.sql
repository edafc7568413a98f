-- Set sequences that are now behind their saved value to that value, because setval() is not
-- transactional and a rollback does not undo it. A sequence that advanced stays. Returns name and value.
-- saved: a JSON array of [oid, last value, whether it was called].
SELECT n.name, pg_catalog.setval(n.oid::pg_catalog.regclass, n.last, true)
  FROM (SELECT s.seqrelid AS oid, b.last, b.called, s.seqincrement > 0 AS ascending,
               pg_catalog.format('%I.%I', ns.nspname, c.relname) AS name
          FROM pg_catalog.pg_sequence AS s
          JOIN pg_catalog.pg_class AS c ON c.oid = s.seqrelid
          JOIN pg_catalog.pg_namespace AS ns ON ns.oid = c.relnamespace
          JOIN (SELECT (p.pair->>0)::pg_catalog.oid AS oid, (p.pair->>1)::pg_catalog.int8 AS last,
                       (p.pair->>2)::pg_catalog.bool AS called
                  FROM pg_catalog.json_array_elements({saved}::pg_catalog.json) AS p (pair)) AS b
            ON b.oid = s.seqrelid
        OFFSET 0) AS n -- the functions below fail if it is no sequence
 WHERE pg_catalog.has_sequence_privilege(n.oid, 'UPDATE')
   AND pg_catalog.has_sequence_privilege(n.oid, 'USAGE, SELECT')
   AND CASE WHEN n.ascending
            THEN COALESCE(pg_catalog.pg_sequence_last_value(n.oid) < n.last, n.called)
            ELSE COALESCE(pg_catalog.pg_sequence_last_value(n.oid) > n.last, n.called) END;
