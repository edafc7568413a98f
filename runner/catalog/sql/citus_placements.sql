-- Shards of Citus whose copies on several nodes have different rows: the table, the shard, and for each
-- copy its node with the number of rows and a digest, or the error of reading it.
SELECT t.name, r.shardid, pg_catalog.string_agg(
         pg_catalog.format('%s:%s %s', r.nodename, r.nodeport, r.result), ', ' ORDER BY r.nodename, r.nodeport)
  FROM (SELECT d.logicalrelid, pg_catalog.format('%I.%I', n.nspname, c.relname) AS name
          FROM pg_catalog.pg_dist_shard AS d
          JOIN pg_catalog.pg_dist_placement AS p ON p.shardid = d.shardid
          JOIN pg_catalog.pg_class AS c ON c.oid = d.logicalrelid AND c.relkind = 'r'
          JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
         GROUP BY d.logicalrelid, n.nspname, c.relname
        HAVING pg_catalog.count(*) > pg_catalog.count(DISTINCT d.shardid)) AS t
 CROSS JOIN LATERAL pg_catalog.run_command_on_placements(t.logicalrelid, $command$
       SELECT pg_catalog.format('%%s rows, digest %%s', pg_catalog.count(*), pg_catalog.sum(
                pg_catalog.hashtextextended(ROW(r.*)::pg_catalog.text COLLATE pg_catalog."C", 0)))
         FROM ONLY %s AS r $command$) AS r
 GROUP BY t.name, r.shardid
HAVING pg_catalog.count(DISTINCT r.result) > 1
 ORDER BY 1, 2;
