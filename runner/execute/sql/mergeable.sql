-- Whether one INSERT of many rows into the table runner.table does the same as one INSERT per row: no
-- trigger, rule or policy runs between two rows, and defaults are constant during the transaction.
-- A node tree names its functions by oid; for casts, indexes and partitions only functions in C
-- (languages 12 and 13) or of PostgreSQL are known to have no side effects.
-- Returns null if they differ, else a line for each column: a letter, the array type of its type, and its
-- name. i: integer, n: another number, b: boolean, s: another type whose parameters are read like string
-- literals, -: none of these. No array type (0) where it does not read elements between double quotes and
-- commas; in some encodings of clients a backslash may be part of a character.
-- The input of an interval depends on the fields of the column's type, and Citus treats parameters
-- differently. A capital letter: = finds at most one row, and an UPDATE of it runs no foreign key's action.
WITH RECURSIVE tables (oid) AS (
  SELECT c.oid FROM pg_class AS c WHERE c.oid = nullif(current_setting('runner.table'), '')::oid
  UNION ALL
  SELECT i.inhrelid FROM tables AS t JOIN pg_inherits AS i ON i.inhparent = t.oid
    JOIN pg_class AS c ON c.oid = i.inhrelid WHERE c.relispartition
), types (oid) AS (
  SELECT a.atttypid FROM pg_attribute AS a JOIN tables AS t ON t.oid = a.attrelid
    WHERE a.attnum > 0 AND NOT a.attisdropped
  UNION
  SELECT CASE WHEN y.typtype = 'd' THEN y.typbasetype ELSE y.typelem END
    FROM types AS s JOIN pg_type AS y ON y.oid = s.oid
    WHERE y.typtype = 'd' OR y.typelem <> 0
), trees (tree) AS (
  SELECT d.adbin FROM pg_attrdef AS d JOIN tables AS t ON t.oid = d.adrelid
  UNION ALL
  SELECT y.typdefaultbin FROM pg_type AS y JOIN types AS s ON s.oid = y.oid
  UNION ALL
  SELECT n.conbin FROM pg_constraint AS n
    WHERE n.conrelid IN (SELECT oid FROM tables) OR n.contypid IN (SELECT oid FROM types)
  UNION ALL
  SELECT i.indexprs FROM pg_index AS i JOIN tables AS t ON t.oid = i.indrelid
  UNION ALL
  SELECT i.indpred FROM pg_index AS i JOIN tables AS t ON t.oid = i.indrelid
  UNION ALL
  SELECT p.partexprs FROM pg_partitioned_table AS p JOIN tables AS t ON t.oid = p.partrelid
), functions (oid) AS (
  SELECT DISTINCT (regexp_matches(t.tree::text, ':[a-z]*funcid ([0-9]+)', 'g'))[1]::oid FROM trees AS t
), classes (oid) AS (
  SELECT unnest(i.indclass::oid[]) FROM pg_index AS i JOIN tables AS t ON t.oid = i.indrelid
  UNION
  SELECT unnest(p.partclass::oid[]) FROM pg_partitioned_table AS p JOIN tables AS t ON t.oid = p.partrelid
), routines (oid) AS (
  SELECT c.castfunc FROM pg_cast AS c
  UNION ALL
  SELECT m.amproc FROM pg_amproc AS m JOIN pg_opclass AS k ON k.opcfamily = m.amprocfamily
    JOIN classes AS s ON s.oid = k.oid
  UNION ALL
  SELECT o.oprcode FROM pg_constraint AS n JOIN tables AS t ON t.oid = n.conrelid
    JOIN pg_operator AS o ON o.oid = ANY (n.conexclop || n.conpfeqop)
)
SELECT CASE WHEN EXISTS (SELECT FROM tables)
    AND current_setting('statement_timeout') = '0'
    AND NOT EXISTS (
      SELECT FROM tables AS t JOIN pg_class AS c ON c.oid = t.oid
      WHERE c.relkind NOT IN ('r', 'p') OR c.relrowsecurity OR c.relhasrules)
    AND NOT EXISTS (
      SELECT FROM tables AS t JOIN pg_trigger AS g ON g.tgrelid = t.oid
      WHERE NOT g.tgisinternal OR g.tgconstrrelid IN (SELECT oid FROM tables))
    AND NOT EXISTS (
      SELECT FROM types AS s JOIN pg_type AS y ON y.oid = s.oid JOIN pg_proc AS p ON p.oid = y.typinput
      WHERE y.typtype NOT IN ('b', 'd', 'e') OR p.provolatile = 'v')
    AND NOT EXISTS (
      SELECT FROM routines AS r JOIN pg_proc AS p ON p.oid = r.oid
      WHERE p.prolang NOT IN (12, 13) AND p.pronamespace <> 'pg_catalog'::regnamespace)
    AND NOT EXISTS (
      SELECT FROM functions AS f LEFT JOIN pg_proc AS p ON p.oid = f.oid
      WHERE f.oid <> 0 AND (p.pronamespace = 'pg_catalog'::regnamespace
        AND (p.provolatile = 'i'
          OR p.provolatile = 's' AND p.proname <> 'statement_timestamp'
            AND strpos(p.proname::text, '_to_xml') = 0
          OR p.proname IN ('nextval', 'gen_random_uuid', 'random'))) IS NOT TRUE) THEN (
  SELECT string_agg(CASE WHEN a.atttypid = ANY ('{int2,int4,int8,text,varchar,uuid}'::regtype[])
        AND EXISTS (
          SELECT FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid
          WHERE i.indrelid = a.attrelid AND i.indkey[0] = a.attnum AND i.indnkeyatts = 1
            AND i.indisunique AND i.indimmediate AND i.indisvalid AND i.indpred IS NULL
            AND i.indcollation[0] = a.attcollation AND c.relkind = 'r' AND NOT c.relhassubclass)
        AND NOT EXISTS (
          SELECT FROM pg_constraint AS n
          WHERE n.confrelid = a.attrelid AND n.confupdtype NOT IN ('a', 'r'))
        AND strpos(current_setting('runner.search_path'), 'pg_catalog') = 0
        AND current_setting('transform_null_equals') = 'off'
      THEN upper(k.kind) ELSE k.kind END || ' ' || CASE
        WHEN y.typdelim <> ',' OR current_setting('array_nulls') = 'off' OR current_setting('client_encoding')
          IN ('BIG5', 'GB18030', 'GBK', 'JOHAB', 'SHIFT_JIS_2004', 'SJIS', 'UHC')
        THEN 0 ELSE y.typarray END || ' ' || translate(a.attname, chr(10), ''), chr(10) ORDER BY a.attnum)
  FROM pg_attribute AS a JOIN pg_type AS y ON y.oid = a.atttypid CROSS JOIN LATERAL (SELECT CASE
      WHEN a.atttypid = 'interval'::regtype AND a.atttypmod <> -1 THEN '-'
      WHEN to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL THEN '-'
      WHEN a.atttypid = ANY ('{int2,int4,int8}'::regtype[]) THEN 'i'
      WHEN a.atttypid = ANY ('{numeric,float4,float8}'::regtype[]) THEN 'n'
      WHEN a.atttypid = 'bool'::regtype THEN 'b'
      ELSE 's' END) AS k (kind)
  WHERE a.attrelid = current_setting('runner.table')::oid AND a.attnum > 0 AND NOT a.attisdropped)
END;
