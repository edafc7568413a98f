-- Whether one-row INSERTs into the table runner.table and INSERTs of many rows are the same: no
-- trigger, rule or policy runs between two rows, and what the table computes is the same for a
-- whole transaction. A node tree names its functions by oid.
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
)
SELECT EXISTS (SELECT FROM tables)
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
    SELECT FROM functions AS f LEFT JOIN pg_proc AS p ON p.oid = f.oid
    WHERE f.oid <> 0 AND (p.pronamespace = 'pg_catalog'::regnamespace
      AND (p.provolatile = 'i'
        OR p.provolatile = 's' AND p.proname <> 'statement_timestamp'
          AND strpos(p.proname::text, '_to_xml') = 0
        OR p.proname IN ('nextval', 'gen_random_uuid', 'random'))) IS NOT TRUE);
