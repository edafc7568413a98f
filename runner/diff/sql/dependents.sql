-- The statements that drop the dependents of an object which can be created again, the last created
-- first. Dependents of a view depend on its rewrite rule.
WITH RECURSIVE referenced (classid, objid, objsubid) AS (
  SELECT DISTINCT refclassid, refobjid, refobjsubid FROM pg_catalog.pg_depend WHERE refobjid >= 16384
), dependent (classid, objid, objsubid, depth) AS (
  SELECT r.classid, r.objid, r.objsubid, 0
    FROM referenced AS r
   CROSS JOIN LATERAL pg_catalog.pg_identify_object(r.classid, r.objid, r.objsubid) AS i
   WHERE i.type LIKE '%' || {kind} AND i.identity = {identity}
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
         CASE WHEN i.type IN ('aggregate', 'cast', 'event trigger', 'function', 'index', 'language',
                              'materialized view', 'operator', 'operator class', 'operator family',
                              'policy', 'procedure', 'rule', 'server', 'statistics object',
                              'text search configuration', 'text search dictionary', 'transform',
                              'trigger', 'view')
              THEN pg_catalog.format(
                     'DROP %s %s',
                     CASE i.type WHEN 'aggregate' THEN 'ROUTINE' WHEN 'statistics object' THEN 'STATISTICS'
                                 ELSE pg_catalog.upper(i.type) END,
                     pg_catalog.replace(i.identity, ' on language ', ' LANGUAGE '))
              WHEN i.type = 'table constraint'
              THEN (SELECT pg_catalog.format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::pg_catalog.regclass, k.conname)
                      FROM pg_catalog.pg_constraint AS k WHERE k.oid = b.objid AND k.contype <> 'n')
              WHEN i.type = 'default value'
              THEN (SELECT pg_catalog.format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', e.adrelid::pg_catalog.regclass, a.attname)
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
