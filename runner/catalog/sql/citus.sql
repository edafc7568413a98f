-- The tables, functions and schemas that Citus distributes. Tables that Citus itself has made local
-- Citus tables, because of a foreign key, are left out.
SELECT 'distribution' AS object,
       p.logicalrelid::pg_catalog.text AS parent,
       p.logicalrelid::pg_catalog.text AS name,
       CASE WHEN p.repmodel = 't' THEN 'reference table'
            WHEN p.partmethod <> 'n' THEN 'distributed table'
            WHEN p.colocationid = 0 THEN 'local table'
            ELSE 'single-shard table' END AS type,
       pg_catalog.column_to_column_name(p.logicalrelid, p.partkey) AS "column",
       CASE WHEN p.partmethod <> 'n' THEN
         (SELECT pg_catalog.count(*) FROM pg_catalog.pg_dist_shard AS s
           WHERE s.logicalrelid = p.logicalrelid)::pg_catalog.text END AS shards,
       CASE WHEN c.replicationfactor > 1 THEN c.replicationfactor::pg_catalog.text END AS replication,
       CASE WHEN p.repmodel <> 't' THEN
         (SELECT pg_catalog.string_agg(o.logicalrelid::pg_catalog.text, ', '
                                       ORDER BY o.logicalrelid::pg_catalog.text)
            FROM pg_catalog.pg_dist_partition AS o
           WHERE o.colocationid = p.colocationid AND p.colocationid <> 0
             AND o.logicalrelid <> p.logicalrelid) END AS "colocated with",
       NULL AS argument
  FROM pg_catalog.pg_dist_partition AS p
  LEFT JOIN pg_catalog.pg_dist_colocation AS c ON c.colocationid = p.colocationid
 WHERE NOT p.autoconverted
 UNION ALL
SELECT 'distributed function', NULL, o.objid::pg_catalog.regprocedure::pg_catalog.text, NULL, NULL, NULL, NULL,
       (SELECT pg_catalog.string_agg(t.logicalrelid::pg_catalog.text, ', '
                                     ORDER BY t.logicalrelid::pg_catalog.text)
          FROM pg_catalog.pg_dist_partition AS t WHERE t.colocationid = o.colocationid),
       o.distribution_argument_index::pg_catalog.text
  FROM pg_catalog.pg_dist_object AS o
 WHERE o.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
   AND (o.distribution_argument_index IS NOT NULL OR o.colocationid IS NOT NULL)
   AND EXISTS (SELECT FROM pg_catalog.pg_proc AS f WHERE f.oid = o.objid)
 UNION ALL
SELECT 'distributed schema', NULL, s.schemaid::pg_catalog.regnamespace::pg_catalog.text, NULL, NULL, NULL, NULL,
       NULL, NULL
  FROM pg_catalog.pg_dist_schema AS s;
