-- The links between relations, with their columns: foreign keys, parents of tables, relations that a
-- view reads. For a foreign key: whether a row may reference none, and whether at most one row may
-- reference another.
SELECT 'foreign key', con.conrelid::regclass::text,
       ARRAY(SELECT quote_ident(a.attname)
               FROM unnest(con.conkey) WITH ORDINALITY AS u (attnum, position)
               JOIN pg_attribute AS a ON a.attrelid = con.conrelid AND a.attnum = u.attnum
              ORDER BY u.position),
       con.confrelid::regclass::text,
       ARRAY(SELECT quote_ident(a.attname)
               FROM unnest(con.confkey) WITH ORDINALITY AS u (attnum, position)
               JOIN pg_attribute AS a ON a.attrelid = con.confrelid AND a.attnum = u.attnum
              ORDER BY u.position),
       EXISTS (SELECT FROM pg_attribute AS a
                WHERE a.attrelid = con.conrelid AND a.attnum = ANY (con.conkey)
                  AND NOT a.attnotnull),
       EXISTS (SELECT FROM pg_index AS x
                WHERE x.indrelid = con.conrelid AND x.indisunique
                  AND x.indpred IS NULL AND x.indexprs IS NULL
                  AND (x.indkey::int2[])[0:x.indnkeyatts - 1] <@ con.conkey)
  FROM pg_constraint AS con
 WHERE con.contype = 'f' AND con.conparentid = 0
UNION ALL
SELECT CASE WHEN c.relispartition THEN 'partition' ELSE 'inherits' END, c.oid::regclass::text, '{}',
       i.inhparent::regclass::text, '{}', false, false
  FROM pg_inherits AS i
  JOIN pg_class AS c ON c.oid = i.inhrelid
 WHERE c.relkind IN ('r', 'p', 'f')
UNION ALL
SELECT DISTINCT 'view', w.ev_class::regclass::text, '{}'::text[], d.refobjid::regclass::text,
       '{}'::text[], false, false
  FROM pg_rewrite AS w
  JOIN pg_class AS c ON c.oid = w.ev_class AND c.relkind IN ('v', 'm')
  JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
 WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid <> w.ev_class
 ORDER BY 1, 2, 3, 4, 5
