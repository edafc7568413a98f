-- 1 if the next value of a sequence (name and oid) lies before the one after the value `last`, else 0.
-- `step`: the increment at that time. A sequence that cycles now starts again after its end.
SELECT pg_catalog.count(*)
  FROM pg_catalog.pg_sequence AS s, %(name)s AS q
 CROSS JOIN LATERAL (
       SELECT q.last_value + CASE WHEN q.is_called THEN s.seqincrement::pg_catalog.numeric ELSE 0 END,
              pg_catalog.sign(%(step)s::pg_catalog.numeric)) AS n (next, forth)
 WHERE s.seqrelid = %(oid)s
   AND n.forth * (CASE WHEN n.next BETWEEN s.seqmin AND s.seqmax
                       THEN n.next - n.forth * LEAST(pg_catalog.abs(%(step)s::pg_catalog.numeric),
                                                     pg_catalog.abs(s.seqincrement::pg_catalog.numeric))
                       WHEN s.seqcycle
                       THEN CASE WHEN s.seqincrement > 0 THEN s.seqmin ELSE s.seqmax END - n.forth
                  END - %(last)s::pg_catalog.numeric) < 0
