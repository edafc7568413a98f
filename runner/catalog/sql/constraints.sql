-- Constraints of tables and domains, with their indexes. Left out, as in pg_dump: NOT NULL (contype
-- n since 18), which is read as a property of the column; constraint triggers, which are read as
-- triggers; the copies of a foreign key on partitions.
WITH RECURSIVE disabled (conoid, conrelid, tgenabled) AS (
  -- ALTER TABLE ... DISABLE TRIGGER ALL disables a foreign key without dropping it.
  SELECT t.tgconstraint, t.tgrelid, t.tgenabled
    FROM pg_catalog.pg_trigger AS t
   WHERE t.tgisinternal AND t.tgconstraint <> 0 AND t.tgenabled <> 'O'
   UNION
  SELECT con.conparentid, b.conrelid, b.tgenabled
    FROM disabled AS b
    JOIN pg_catalog.pg_constraint AS con ON con.oid = b.conoid
   WHERE con.conparentid <> 0
)
SELECT 'constraint' AS object,
       parent.name AS parent,
       pg_catalog.format('%s.%I', parent.name, con.conname) AS name,
       pg_catalog.pg_get_constraintdef(con.oid) AS definition,
       (SELECT pg_catalog.string_agg(
                 CASE b.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA'
                                  ELSE 'ENABLE ALWAYS' END
                 || ' on ' || b.conrelid::pg_catalog.regclass::text, ', '
                 ORDER BY b.conrelid::pg_catalog.regclass::text, b.tgenabled)
          FROM disabled AS b WHERE b.conoid = con.oid) AS triggers,
       CASE WHEN NOT x.indisvalid THEN 'INVALID' END AS "index state",
       CASE WHEN x.indisclustered THEN 'CLUSTER ON' END AS clustered,
       pg_catalog.array_to_string(xc.reloptions, ', ') AS "storage options",
       ts.spcname AS tablespace,
       (SELECT pg_catalog.string_agg(i.inhparent::pg_catalog.regclass::text, ', ')
          FROM pg_catalog.pg_inherits AS i WHERE i.inhrelid = x.indexrelid) AS "index partition of",
       -- Statistics targets of the expressions of an exclusion constraint.
       (SELECT pg_catalog.string_agg(a.attnum || ' SET STATISTICS ' || a.attstattarget,
                                     ', ' ORDER BY a.attnum)
          FROM pg_catalog.pg_attribute AS a
         WHERE con.contype = 'x' AND a.attrelid = x.indexrelid AND a.attstattarget >= 0) AS statistics,
       con.tableoid AS "?catalog", con.oid AS "?oid",
       xd.description AS "index comment"
  FROM pg_catalog.pg_constraint AS con
 CROSS JOIN LATERAL (
         SELECT CASE WHEN con.conrelid <> 0 THEN con.conrelid::pg_catalog.regclass::text
                     ELSE con.contypid::pg_catalog.regtype::text END) AS parent (name)
  JOIN pg_catalog.pg_namespace AS n ON n.oid = con.connamespace
  LEFT JOIN pg_catalog.pg_index AS x
    ON x.indexrelid = con.conindid AND con.contype IN ('p', 'u', 'x')
  LEFT JOIN pg_catalog.pg_class AS xc ON xc.oid = x.indexrelid
  LEFT JOIN pg_catalog.pg_tablespace AS ts ON ts.oid = xc.reltablespace
  LEFT JOIN pg_catalog.pg_description AS xd
    ON xd.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
   AND xd.objoid = x.indexrelid AND xd.objsubid = 0
 WHERE con.contype NOT IN ('n', 't')
   AND NOT (con.contype = 'f' AND con.conparentid <> 0)
   AND (con.conrelid <> 0 OR con.contypid <> 0)
   AND n.nspname !~ pg_catalog.current_setting('runner.left_out');
