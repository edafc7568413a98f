-- The attempts to fire a FOR EACH ROW trigger, in order: its name, whether it has a WHEN, and two
-- messages. They change an existing row, or else a new one of default values. Only in a clone may a
-- new row take the next value of a sequence, which a rollback does not restore.
SELECT t.tgname::text, t.tgqual IS NOT NULL,
       concat('SET CONSTRAINTS ALL IMMEDIATE; ', e.before), 'EXPLAIN (ANALYZE, FORMAT JSON) ' || e.change
  FROM pg_trigger AS t
  JOIN pg_class AS c ON c.oid = t.tgrelid
 CROSS JOIN LATERAL (SELECT c.oid::regclass::text, format(
       '(tableoid, ctid) OPERATOR(pg_catalog.=) (SELECT tableoid, ctid FROM %s LIMIT 1)',
       c.oid::regclass)) AS w (name, row)
 CROSS JOIN LATERAL (
       SELECT format('INSERT INTO %s DEFAULT VALUES', w.name) AS insert,
              format('DELETE FROM %s WHERE %s', w.name, w.row) AS delete,
              (SELECT format('UPDATE %s SET %I = %2$I WHERE %s', w.name, a.attname, w.row)
                 FROM pg_attribute AS a
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                  AND a.attgenerated = '' AND a.attidentity <> 'a'
                  AND (t.tgattr = '' OR a.attnum = ANY (t.tgattr::int2[]))
                ORDER BY a.attnum LIMIT 1) AS change,
              starts_with(current_database(), {clones}) OR NOT EXISTS (
                SELECT FROM pg_attribute AS a
                  LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                 WHERE a.attrelid = c.oid
                   AND (a.attidentity <> '' OR strpos(pg_get_expr(d.adbin, d.adrelid), 'nextval(') > 0)
              ) AS makes_rows) AS r
 CROSS JOIN LATERAL (
       VALUES (1, 16, NULL, r.change),
              (2, 8, NULL, r.delete),
              (3, 4, '', r.insert),
              (4, 16, r.insert, r.change),
              (5, 8, r.insert, r.delete)) AS e (number, event, before, change)
 WHERE format('%s.%I', w.name, t.tgname) = {trigger} AND NOT t.tgisinternal
   AND t.tgtype & e.event <> 0 AND e.change IS NOT NULL AND (e.before IS NULL OR r.makes_rows)
 ORDER BY e.number
