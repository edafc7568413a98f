-- Columns, indexes, constraints and row level security that a table of Citus has but one of its shards
-- lacks, or vice versa: for each node its name, whether it answered, and a JSON array (or null) of table,
-- shard, definition, and whether it is missing. Names of shards may be truncated, so definitions are
-- compared without names.
-- Nodes may have another search_path, so each operator is qualified.
SELECT pg_catalog.format('%s:%s', n.nodename, n.nodeport), r.success, r.result
  FROM pg_catalog.run_command_on_all_nodes($command$
WITH shards AS (
  SELECT pg_catalog.format('%I.%I', s.nspname, t.relname) AS name, t.oid, c.relname AS shard, c.oid AS shardoid
    FROM pg_catalog.pg_dist_shard AS d
    JOIN pg_catalog.pg_class AS t ON t.oid OPERATOR(pg_catalog.=) d.logicalrelid
    JOIN pg_catalog.pg_namespace AS s ON s.oid OPERATOR(pg_catalog.=) t.relnamespace
    JOIN pg_catalog.pg_class AS c
      ON c.relnamespace OPERATOR(pg_catalog.=) t.relnamespace
     AND pg_catalog."substring"(c.relname::pg_catalog.text, '_([0-9]+)$')
         OPERATOR(pg_catalog.=) d.shardid::pg_catalog.text
     AND c.relkind OPERATOR(pg_catalog.=) t.relkind
), parts (relid, definition) AS (
  SELECT i.indrelid, pg_catalog.concat(
           CASE WHEN NOT i.indisvalid THEN 'INVALID ' END, CASE WHEN i.indisunique THEN 'UNIQUE ' END, 'INDEX',
           pg_catalog."substring"(pg_catalog.pg_get_indexdef(i.indexrelid), ' USING .*'))
    FROM pg_catalog.pg_index AS i
   WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS k
                      WHERE k.conindid OPERATOR(pg_catalog.=) i.indexrelid
                        AND k.conrelid OPERATOR(pg_catalog.=) i.indrelid)
   UNION ALL
  SELECT k.conrelid, pg_catalog.regexp_replace(
           pg_catalog.pg_get_constraintdef(k.oid), ' REFERENCES [^(]*', ' REFERENCES ')
    FROM pg_catalog.pg_constraint AS k
   UNION ALL
  SELECT a.attrelid, pg_catalog.concat(
           pg_catalog.format('COLUMN %I %s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)),
           CASE WHEN a.attnotnull THEN ' NOT NULL' END)
    FROM pg_catalog.pg_attribute AS a
   WHERE a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped
   UNION ALL
  SELECT c.oid, pg_catalog.concat('ROW LEVEL SECURITY', CASE WHEN c.relforcerowsecurity THEN ' FORCE' END)
    FROM pg_catalog.pg_class AS c
   WHERE c.relrowsecurity
), wanted AS (
  SELECT s.name, s.shard, p.definition
    FROM shards AS s JOIN parts AS p ON p.relid OPERATOR(pg_catalog.=) s.oid
), found AS (
  SELECT s.name, s.shard, p.definition
    FROM shards AS s JOIN parts AS p ON p.relid OPERATOR(pg_catalog.=) s.shardoid
)
SELECT pg_catalog.json_agg(pg_catalog.json_build_array(a.name, a.shard, a.definition, a.missing)
                           ORDER BY a.name, a.shard, a.definition)
  FROM (SELECT m.*, true AS missing FROM (TABLE wanted EXCEPT ALL TABLE found) AS m
         UNION ALL
        SELECT e.*, false FROM (TABLE found EXCEPT ALL TABLE wanted) AS e) AS a
       $command$) AS r
  JOIN pg_catalog.pg_dist_node AS n ON n.nodeid = r.nodeid
 ORDER BY n.nodeid;
