-- Keys with their columns, and what refers to what: foreign keys, parents of tables, the relations
-- that a view reads, the functions of triggers. Keys of partitions that their parent has are theirs.
SELECT CASE con.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' ELSE 'foreign key' END,
       con.conrelid::regclass::text,
       ARRAY(SELECT quote_ident(a.attname)
               FROM unnest(con.conkey) WITH ORDINALITY AS u (attnum, position)
               JOIN pg_attribute AS a ON a.attrelid = con.conrelid AND a.attnum = u.attnum
              ORDER BY u.position),
       CASE WHEN con.contype = 'f' THEN con.confrelid::regclass::text END,
       ARRAY(SELECT quote_ident(a.attname)
               FROM unnest(con.confkey) WITH ORDINALITY AS u (attnum, position)
               JOIN pg_attribute AS a ON a.attrelid = con.confrelid AND a.attnum = u.attnum
              ORDER BY u.position)
  FROM pg_constraint AS con
 WHERE con.conrelid <> 0
   AND (con.contype IN ('p', 'u') OR con.contype = 'f' AND con.conparentid = 0)
UNION ALL
SELECT 'unique', x.indrelid::regclass::text,
       ARRAY(SELECT quote_ident(a.attname)
               FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS u (attnum, position)
               JOIN pg_attribute AS a ON a.attrelid = x.indrelid AND a.attnum = u.attnum
              WHERE u.position <= x.indnkeyatts
              ORDER BY u.position),
       NULL, NULL
  FROM pg_index AS x
 WHERE x.indisunique AND x.indpred IS NULL AND x.indexprs IS NULL
   AND x.indexrelid NOT IN (SELECT con.conindid FROM pg_constraint AS con
                             WHERE con.contype IN ('p', 'u', 'x'))
UNION ALL
SELECT CASE WHEN c.relispartition THEN 'partition' ELSE 'inherits' END, c.oid::regclass::text, NULL,
       i.inhparent::regclass::text, NULL
  FROM pg_inherits AS i
  JOIN pg_class AS c ON c.oid = i.inhrelid
 WHERE c.relkind IN ('r', 'p', 'f')
UNION ALL
SELECT DISTINCT 'view', w.ev_class::regclass::text, NULL::text[], d.refobjid::regclass::text,
       NULL::text[]
  FROM pg_rewrite AS w
  JOIN pg_class AS c ON c.oid = w.ev_class AND c.relkind IN ('v', 'm')
  JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
 WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid <> w.ev_class
UNION ALL
SELECT 'trigger', format('%s.%I', t.tgrelid::regclass, t.tgname), NULL,
       format('%I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)), NULL
  FROM pg_trigger AS t
  JOIN pg_proc AS p ON p.oid = t.tgfoid
  JOIN pg_namespace AS n ON n.oid = p.pronamespace
 WHERE NOT t.tgisinternal
 ORDER BY 1, 2, 3, 4, 5
