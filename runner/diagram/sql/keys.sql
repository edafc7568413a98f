-- The columns that are part of a primary or foreign key, or unique by themselves: PK, FK, UK.
SELECT format('%s.%I', c.oid::regclass, a.attname), array_remove(ARRAY[
         CASE WHEN EXISTS (SELECT FROM pg_index AS x
                            WHERE x.indrelid = c.oid AND x.indisprimary
                              AND a.attnum = ANY ((x.indkey::int2[])[0:x.indnkeyatts - 1]))
              THEN 'PK' END,
         CASE WHEN EXISTS (SELECT FROM pg_constraint AS con
                            WHERE con.conrelid = c.oid AND con.contype = 'f'
                              AND con.conparentid = 0 AND a.attnum = ANY (con.conkey))
              THEN 'FK' END,
         CASE WHEN EXISTS (SELECT FROM pg_index AS x
                            WHERE x.indrelid = c.oid AND x.indisunique AND NOT x.indisprimary
                              AND x.indpred IS NULL AND x.indnkeyatts = 1
                              AND x.indkey[0] = a.attnum)
              THEN 'UK' END], NULL)
  FROM pg_class AS c
  JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE c.relkind IN ('r', 'p', 'f', 'm')
