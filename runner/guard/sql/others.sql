-- Which of these relations are tables, seen from a session that has not dropped them: those that
-- are committed. One JSON object: oid and name.
SELECT pg_catalog.json_object_agg(c.oid, pg_catalog.format('%%I.%%I', n.nspname, c.relname))
         ::pg_catalog.text
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.oid IN (%(oids)s) AND c.relkind = 'r' AND c.relpersistence <> 't'
