-- Tables and their indexes: oid, name, oid of the table, relfilenode, the strongest lock that this
-- transaction holds, and the number of its sequential scans.
SELECT c.oid::pg_catalog.int8,
       pg_catalog.format('%I.%I', n.nspname, c.relname),
       COALESCE(x.indrelid, c.oid)::pg_catalog.int8,
       c.relfilenode::pg_catalog.int8,
       (SELECT m.name
          FROM pg_catalog.unnest(ARRAY['ACCESS EXCLUSIVE', 'EXCLUSIVE', 'SHARE ROW EXCLUSIVE', 'SHARE',
                                       'SHARE UPDATE EXCLUSIVE', 'ROW EXCLUSIVE'])
               WITH ORDINALITY AS m (name, position)
          JOIN pg_catalog.pg_locks AS k
            ON k.mode = pg_catalog.replace(pg_catalog.initcap(m.name), ' ', '') || 'Lock'
           AND k.relation = c.oid AND k.pid = pg_catalog.pg_backend_pid() AND k.locktype = 'relation'
         ORDER BY m.position LIMIT 1),
       pg_catalog.pg_stat_get_xact_numscans(c.oid)
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_index AS x ON x.indexrelid = c.oid
 WHERE c.relkind IN ('r', 'p', 'm', 'i') AND n.nspname !~ '^(pg_|information_schema$)'
 ORDER BY 2;
