-- The triggers for each row of all tables, and a column that may be set to itself to fire one.
SELECT format('%s.%I', c.oid::regclass, t.tgname), n.nspname::text, c.relname::text,
       format('%I.%I', m.nspname, f.proname), t.tgtype, t.tgqual IS NOT NULL,
       (SELECT a.attname::text
          FROM pg_attribute AS a
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
           AND a.attgenerated = '' AND a.attidentity <> 'a'
           AND (t.tgattr = '' OR a.attnum = ANY (t.tgattr::int2[]))
         ORDER BY a.attnum LIMIT 1)
  FROM pg_trigger AS t
  JOIN pg_class AS c ON c.oid = t.tgrelid
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_proc AS f ON f.oid = t.tgfoid
  JOIN pg_namespace AS m ON m.oid = f.pronamespace
 WHERE NOT t.tgisinternal AND t.tgtype & 1 = 1 AND c.relkind IN ('r', 'p')
 ORDER BY 1
