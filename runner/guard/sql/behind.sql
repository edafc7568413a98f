-- 1 if the sequence of this name and oid is behind a value, else 0. One that cycles never is.
SELECT pg_catalog.count(*)
  FROM pg_catalog.pg_sequence AS s, %(name)s AS q
 WHERE s.seqrelid = %(oid)s AND NOT s.seqcycle
   AND pg_catalog.sign(q.last_value - CASE WHEN q.is_called THEN 0 ELSE s.seqincrement::pg_catalog.numeric END
                       - %(last)s) = - pg_catalog.sign(s.seqincrement::pg_catalog.numeric)
