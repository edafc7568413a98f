-- Columns, indexes, constraints, triggers, row level security and policies that a table of Citus has but
-- one of its shards lacks, or vice versa, and the functions that Citus keeps on all nodes. For each node,
-- the coordinator first: its name, whether it answered, a JSON array (or null) of table, shard, definition,
-- and whether it is missing, and a JSON object (or null) of digests of definitions by function. Names of
-- shards may be truncated, so definitions are compared without names.
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
   UNION ALL
  SELECT t.tgrelid, pg_catalog.concat(
           CASE t.tgenabled WHEN 'D' THEN 'DISABLED ' END,
           pg_catalog."substring"(pg_catalog.replace(pg_catalog.replace(
             pg_catalog.pg_get_triggerdef(t.oid), pg_catalog.format('TRIGGER %I ', t.tgname), 'TRIGGER '),
             pg_catalog.format(' ON %I.%I ', s.nspname, c.relname), ' '), 'TRIGGER .*'))
    FROM pg_catalog.pg_trigger AS t
    JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) t.tgrelid
    JOIN pg_catalog.pg_namespace AS s ON s.oid OPERATOR(pg_catalog.=) c.relnamespace
   WHERE NOT t.tgisinternal
   UNION ALL
  SELECT p.polrelid, pg_catalog.format(
           'POLICY %I %s %s %s USING (%s) WITH CHECK (%s)', p.polname, p.polcmd, p.polpermissive,
           p.polroles::pg_catalog.regrole[], pg_catalog.pg_get_expr(p.polqual, p.polrelid),
           pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid))
    FROM pg_catalog.pg_policy AS p
), wanted AS (
  SELECT s.name, s.shard, p.definition
    FROM shards AS s JOIN parts AS p ON p.relid OPERATOR(pg_catalog.=) s.oid
), found AS (
  SELECT s.name, s.shard, p.definition
    FROM shards AS s JOIN parts AS p ON p.relid OPERATOR(pg_catalog.=) s.shardoid
)
SELECT pg_catalog.json_build_array(pg_catalog.json_agg(
         pg_catalog.json_build_array(a.name, a.shard, a.definition, a.missing)
         ORDER BY a.name, a.shard, a.definition), (
           SELECT pg_catalog.json_object_agg(
                    pg_catalog.format('%I.%I(%s)', n.nspname, f.proname, pg_catalog.oidvectortypes(f.proargtypes)),
                    pg_catalog.md5(CASE WHEN f.prokind OPERATOR(pg_catalog.<>) 'a'
                                        THEN pg_catalog.pg_get_functiondef(f.oid) END))
             FROM (SELECT pg_catalog.set_config('search_path', 'pg_catalog', true) OFFSET 0) AS s (path)
             JOIN pg_catalog.pg_dist_object AS o ON s.path IS NOT NULL
             JOIN pg_catalog.pg_proc AS f ON f.oid OPERATOR(pg_catalog.=) o.objid
             JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) f.pronamespace
            WHERE o.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass))
  FROM (SELECT m.*, true AS missing FROM (TABLE wanted EXCEPT ALL TABLE found) AS m
         UNION ALL
        SELECT e.*, false FROM (TABLE found EXCEPT ALL TABLE wanted) AS e) AS a
       $command$) AS r
  JOIN pg_catalog.pg_dist_node AS n ON n.nodeid = r.nodeid
 ORDER BY n.groupid, n.nodeid;
