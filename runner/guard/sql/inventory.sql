-- The state of the database before the first script, as one JSON object. Reading it locks nothing.
-- Tables: relations that hold rows, including partitions, inheritance children, unlogged tables,
-- materialized views and foreign tables, and partitioned tables, whose columns may have sequences, but
-- neither temporary tables nor the registry.
-- tables: oid, name, relkind, relfilenode, rows deleted, inserted and updated so far by this transaction (and
-- by earlier ones of the session that the server has not added up yet), dropped columns, whether Citus
-- stores the rows on other nodes (each such table has this trigger), whether the access method is heap
-- under any name (rows of other methods may have no xmin), oid and name of a partition's root table,
-- number of columns with those that were dropped.
-- feeds: a sequence, its name, the table and column whose default or identity uses it (or the default of
-- the column's domain), its direction.
-- sequences: see sequences.sql, which runs before this query.
-- relations: the oids of all relations, including indexes and sequences.
SELECT pg_catalog.json_build_object(
         'xid', CASE WHEN pg_catalog.current_setting('runner.locked') = 'true'
                     THEN pg_catalog.txid_current() END,
         'began', pg_catalog.transaction_timestamp(),
         'tables', (
           SELECT pg_catalog.json_agg(pg_catalog.json_build_array(
                    c.oid::pg_catalog.int8, pg_catalog.format('%I.%I', n.nspname, c.relname),
                    c.relkind, c.relfilenode::pg_catalog.int8,
                    pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid),
                    pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid),
                    pg_catalog.pg_stat_get_xact_tuples_updated(c.oid),
                    d.columns,
                    EXISTS (SELECT FROM pg_catalog.pg_trigger AS g WHERE g.tgrelid = c.oid
                               AND g.tgfoid = pg_catalog.to_regproc('pg_catalog.citus_truncate_trigger')::pg_catalog.oid),
                    h.oid IS NOT NULL, p.oid::pg_catalog.int8, p.name, c.relnatts))
             FROM pg_catalog.pg_class AS c
             JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
             LEFT JOIN pg_catalog.pg_am AS h ON h.oid = c.relam
              AND h.amhandler = 'pg_catalog.heap_tableam_handler'::pg_catalog.regproc
             LEFT JOIN (SELECT a.attrelid, pg_catalog.json_agg(a.attnum) AS columns
                          FROM pg_catalog.pg_attribute AS a
                         WHERE a.attisdropped AND a.attnum > 0
                         GROUP BY a.attrelid) AS d ON d.attrelid = c.oid
             LEFT JOIN LATERAL (
                   SELECT r.oid, pg_catalog.format('%I.%I', s.nspname, r.relname) AS name
                     FROM pg_catalog.pg_class AS r
                     JOIN pg_catalog.pg_namespace AS s ON s.oid = r.relnamespace
                    WHERE c.relispartition
                      AND r.oid = pg_catalog.pg_partition_root(c.oid)::pg_catalog.oid) AS p ON true
            WHERE c.relkind IN ('r', 'm', 'f', 'p') AND c.relpersistence <> 't'
              AND n.nspname NOT IN ('pg_catalog', 'columnar_internal') -- what columnar tables hold
              AND c.oid NOT IN (
                    SELECT t.oid::pg_catalog.oid
                      FROM (SELECT pg_catalog.current_setting('runner.registry')::pg_catalog.json) AS r (facts),
                           pg_catalog.json_array_elements_text(r.facts->'oids') AS t (oid)
                     WHERE r.facts->>'version' IS NOT NULL)),
         'relations', (
           SELECT pg_catalog.json_agg(c.oid::pg_catalog.int8)
             FROM pg_catalog.pg_class AS c WHERE c.oid >= 16384),
         'feeds', (
           SELECT pg_catalog.json_agg(pg_catalog.json_build_array(
                    s.oid::pg_catalog.int8, pg_catalog.format('%I.%I', n.nspname, s.relname),
                    f.attrelid::pg_catalog.int8, f.attnum, q.seqincrement > 0))
             FROM (SELECT d.refobjid AS oid, ad.adrelid AS attrelid, ad.adnum AS attnum
                     FROM pg_catalog.pg_depend AS d
                     JOIN pg_catalog.pg_attrdef AS ad ON ad.oid = d.objid
                    WHERE d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
                      AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                    UNION ALL
                   SELECT d.objid, d.refobjid, d.refobjsubid
                     FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                      AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                      AND d.deptype = 'i' AND d.refobjsubid > 0
                    UNION ALL
                   SELECT d.refobjid, a.attrelid, a.attnum
                     FROM pg_catalog.pg_depend AS d
                     JOIN pg_catalog.pg_attribute AS a ON a.atttypid = d.objid AND NOT a.atthasdef
                     JOIN pg_catalog.pg_type AS y ON y.oid = d.objid AND y.typdefaultbin IS NOT NULL
                    WHERE d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
                      AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass) AS f
             JOIN pg_catalog.pg_sequence AS q ON q.seqrelid = f.oid
             JOIN pg_catalog.pg_class AS s ON s.oid = f.oid
             JOIN pg_catalog.pg_namespace AS n ON n.oid = s.relnamespace),
         'sequences', pg_catalog.current_setting('runner.sequences')::pg_catalog.json,
         'large_objects', pg_catalog.pg_stat_get_xact_tuples_deleted('pg_catalog.pg_largeobject_metadata'::pg_catalog.regclass)
           + pg_catalog.pg_stat_get_xact_tuples_deleted('pg_catalog.pg_largeobject'::pg_catalog.regclass)
           + pg_catalog.pg_stat_get_xact_tuples_updated('pg_catalog.pg_largeobject'::pg_catalog.regclass))::pg_catalog.text;
