-- Indexes, without those of constraints.
SELECT 'index' AS object,
       x.indrelid::pg_catalog.regclass::text AS parent,
       pg_catalog.format('%I.%I', n.nspname, c.relname) AS name,
       pg_catalog.pg_get_indexdef(x.indexrelid) AS definition,
       CASE WHEN NOT x.indisvalid THEN 'INVALID' END AS "index state",
       CASE WHEN x.indisclustered THEN 'CLUSTER ON' END AS clustered,
       ts.spcname AS tablespace,
       CASE WHEN c.relispartition
            THEN (SELECT pg_catalog.string_agg(i.inhparent::pg_catalog.regclass::text, ', ')
                    FROM pg_catalog.pg_inherits AS i
                   WHERE i.inhrelid = c.oid) END AS "index partition of",
       CASE WHEN x.indexprs IS NOT NULL
            THEN (SELECT pg_catalog.string_agg(a.attnum || ' SET STATISTICS ' || a.attstattarget,
                                               ', ' ORDER BY a.attnum)
                    FROM pg_catalog.pg_attribute AS a
                   WHERE a.attrelid = c.oid AND a.attstattarget >= 0) END AS statistics,
       c.tableoid AS "?catalog", c.oid AS "?oid"
  FROM pg_catalog.pg_index AS x
  JOIN pg_catalog.pg_class AS c ON c.oid = x.indexrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_tablespace AS ts ON ts.oid = c.reltablespace
 WHERE n.nspname !~ pg_catalog.current_setting('runner.left_out')
   AND x.indexrelid NOT IN (SELECT con.conindid FROM pg_catalog.pg_constraint AS con
                             WHERE con.contype IN ('p', 'u', 'x'));
