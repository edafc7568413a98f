-- The statements that drop what depends on an object and can be made again, the last made first:
-- views, rules, triggers, policies, defaults, constraints, indexes, functions, and what they are
-- for a table that a column belongs to.
WITH RECURSIVE wanted (classid, objid, objsubid) AS (
  SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid, c.oid, 0
    FROM pg_catalog.pg_class AS c
   WHERE {kind} IN ('table', 'view', 'materialized view', 'foreign table', 'index', 'sequence')
     AND c.oid = pg_catalog.to_regclass({name})
   UNION ALL
  SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid,
         a.attrelid, a.attnum
    FROM pg_catalog.pg_attribute AS a
   WHERE {kind} = 'column' AND a.attrelid = pg_catalog.to_regclass({parent})
     AND pg_catalog.quote_ident(a.attname) = {own}
   UNION ALL
  SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid, p.oid, 0
    FROM pg_catalog.pg_proc AS p
   WHERE {kind} IN ('function', 'procedure', 'aggregate')
     AND p.oid = pg_catalog.to_regprocedure({name})
   UNION ALL
  SELECT 'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid, t.oid, 0
    FROM pg_catalog.pg_type AS t
   WHERE {kind} IN ('type', 'domain') AND t.oid = pg_catalog.to_regtype({name})
   UNION ALL
  SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass::pg_catalog.oid, k.oid, 0
    FROM pg_catalog.pg_constraint AS k
   WHERE {kind} = 'constraint' AND k.conrelid = pg_catalog.to_regclass({parent})
     AND pg_catalog.quote_ident(k.conname) = {own}
), dependent (classid, objid, objsubid, depth) AS (
  SELECT w.classid, w.objid, w.objsubid, 0 FROM wanted AS w
   UNION
  SELECT CASE WHEN r.oid IS NULL THEN d.classid ELSE 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid END,
         COALESCE(r.ev_class, d.objid), CASE WHEN r.oid IS NULL THEN d.objsubid ELSE 0 END, b.depth + 1
    FROM dependent AS b
    JOIN pg_catalog.pg_depend AS d
      ON d.refclassid = b.classid AND d.refobjid = b.objid
     AND (b.objsubid = 0 OR d.refobjsubid = b.objsubid)
     AND d.deptype IN ('n', 'a', 'i')
    LEFT JOIN pg_catalog.pg_rewrite AS r
      ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = d.objid
     AND r.rulename = '_RETURN'
   WHERE b.depth < 20 AND COALESCE(r.ev_class, 0) <> b.objid
), dropped (depth, objid, command) AS (
  SELECT pg_catalog.max(b.depth), b.objid,
         CASE i.type
              WHEN 'view' THEN 'DROP VIEW ' || i.identity
              WHEN 'materialized view' THEN 'DROP MATERIALIZED VIEW ' || i.identity
              WHEN 'rule' THEN 'DROP RULE ' || i.identity
              WHEN 'trigger' THEN 'DROP TRIGGER ' || i.identity
              WHEN 'policy' THEN 'DROP POLICY ' || i.identity
              WHEN 'index' THEN 'DROP INDEX ' || i.identity
              WHEN 'function' THEN 'DROP FUNCTION ' || i.identity
              WHEN 'procedure' THEN 'DROP PROCEDURE ' || i.identity
              WHEN 'aggregate' THEN 'DROP AGGREGATE ' || i.identity
              WHEN 'operator' THEN 'DROP OPERATOR ' || i.identity
              WHEN 'operator class' THEN 'DROP OPERATOR CLASS ' || i.identity
              WHEN 'operator family' THEN 'DROP OPERATOR FAMILY ' || i.identity
              WHEN 'cast' THEN 'DROP CAST ' || i.identity
              WHEN 'transform' THEN 'DROP TRANSFORM ' || pg_catalog.replace(i.identity, ' on ', ' ')
              WHEN 'language' THEN 'DROP LANGUAGE ' || i.identity
              WHEN 'event trigger' THEN 'DROP EVENT TRIGGER ' || i.identity
              WHEN 'statistics object' THEN 'DROP STATISTICS ' || i.identity
              WHEN 'server' THEN 'DROP SERVER ' || i.identity
              WHEN 'text search configuration' THEN 'DROP TEXT SEARCH CONFIGURATION ' || i.identity
              WHEN 'table constraint' THEN
                (SELECT pg_catalog.format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::pg_catalog.regclass, k.conname)
                   FROM pg_catalog.pg_constraint AS k WHERE k.oid = b.objid AND k.contype <> 'n')
              WHEN 'default value' THEN
                (SELECT pg_catalog.format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', e.adrelid::pg_catalog.regclass, a.attname)
                   FROM pg_catalog.pg_attrdef AS e
                   JOIN pg_catalog.pg_attribute AS a ON a.attrelid = e.adrelid AND a.attnum = e.adnum
                  WHERE e.oid = b.objid AND a.attgenerated = '')
         END
    FROM dependent AS b
   CROSS JOIN LATERAL pg_catalog.pg_identify_object(b.classid, b.objid, b.objsubid) AS i
   WHERE b.depth > 0
   GROUP BY b.objid, b.classid, i.type, i.identity
)
SELECT command FROM dropped WHERE command IS NOT NULL ORDER BY depth DESC, objid DESC;
