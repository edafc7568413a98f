-- The tables, functions and schemas that Citus distributes. A query that names the catalog of Citus
-- fails in a database without the extension, so query_to_xml() runs the query as a text. The result
-- is JSON in hex, which XML does not escape. Tables that Citus itself has made local Citus tables,
-- because of a foreign key, are left out.
SELECT d.object, d.parent, d.name, d.type, d.column, d.shards, d.replication, d."colocated with", d.argument
  FROM pg_catalog.json_to_recordset(pg_catalog.convert_from(pg_catalog.decode(pg_catalog."substring"(
         CASE WHEN pg_catalog.to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL THEN
           pg_catalog.query_to_xml($q$
SELECT pg_catalog.encode(pg_catalog.convert_to(pg_catalog.json_agg(f.found)::pg_catalog.text, 'UTF8'), 'hex') AS found
  FROM (SELECT pg_catalog.json_build_object(
                 'object', 'distribution',
                 'parent', p.logicalrelid::pg_catalog.text,
                 'name', p.logicalrelid::pg_catalog.text,
                 'type', CASE WHEN p.repmodel = 't' THEN 'reference table'
                              WHEN p.partmethod <> 'n' THEN 'distributed table'
                              WHEN p.colocationid = 0 THEN 'local table'
                              ELSE 'single-shard table' END,
                 'column', pg_catalog.column_to_column_name(p.logicalrelid, p.partkey),
                 'shards', CASE WHEN p.partmethod <> 'n' THEN
                   (SELECT pg_catalog.count(*) FROM pg_catalog.pg_dist_shard AS s
                     WHERE s.logicalrelid = p.logicalrelid)::pg_catalog.text END,
                 'replication', CASE WHEN c.replicationfactor > 1 THEN c.replicationfactor::pg_catalog.text END,
                 'colocated with', CASE WHEN p.repmodel <> 't' THEN
                   (SELECT pg_catalog.string_agg(o.logicalrelid::pg_catalog.text, ', '
                                                 ORDER BY o.logicalrelid::pg_catalog.text)
                      FROM pg_catalog.pg_dist_partition AS o
                     WHERE o.colocationid = p.colocationid AND p.colocationid <> 0
                       AND o.logicalrelid <> p.logicalrelid) END)
          FROM pg_catalog.pg_dist_partition AS p
          LEFT JOIN pg_catalog.pg_dist_colocation AS c ON c.colocationid = p.colocationid
         WHERE NOT p.autoconverted
         UNION ALL
        SELECT pg_catalog.json_build_object(
                 'object', 'distributed function',
                 'name', o.objid::pg_catalog.regprocedure::pg_catalog.text,
                 'argument', o.distribution_argument_index::pg_catalog.text,
                 'colocated with', (
                   SELECT pg_catalog.string_agg(t.logicalrelid::pg_catalog.text, ', '
                                                ORDER BY t.logicalrelid::pg_catalog.text)
                     FROM pg_catalog.pg_dist_partition AS t WHERE t.colocationid = o.colocationid))
          FROM pg_catalog.pg_dist_object AS o
         WHERE o.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
           AND (o.distribution_argument_index IS NOT NULL OR o.colocationid IS NOT NULL)
           AND EXISTS (SELECT FROM pg_catalog.pg_proc AS f WHERE f.oid = o.objid)
         UNION ALL
        SELECT pg_catalog.json_build_object('object', 'distributed schema',
                                            'name', s.schemaid::pg_catalog.regnamespace::pg_catalog.text)
          FROM pg_catalog.pg_dist_schema AS s) AS f (found)
           $q$, false, false, '')::pg_catalog.text END,
         '<found>([0-9a-f]+)</found>'), 'hex'), 'UTF8')::pg_catalog.json)
    AS d (object pg_catalog.text, parent pg_catalog.text, name pg_catalog.text, type pg_catalog.text,
          "column" pg_catalog.text, shards pg_catalog.text, replication pg_catalog.text,
          "colocated with" pg_catalog.text, argument pg_catalog.text);
