-- After this, DDL may follow what Citus has done on several connections of one server, and the
-- columnar tables that were written to can be read in a savepoint: reading one row writes them out.
-- No row.
SELECT FROM (SELECT pg_catalog.set_config('citus.multi_shard_modify_mode', 'sequential', true)
              WHERE pg_catalog.current_setting('citus.multi_shard_modify_mode', true) IS NOT NULL
              UNION ALL
             SELECT pg_catalog.query_to_xml(pg_catalog.format('SELECT 1 FROM %I.%I LIMIT 1', n.nspname, c.relname),
                                            false, false, '')::pg_catalog.text
               FROM pg_catalog.pg_am AS a
               JOIN pg_catalog.pg_class AS c ON c.relam OPERATOR(pg_catalog.=) a.oid
               JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
              WHERE a.amname OPERATOR(pg_catalog.=) 'columnar'
                AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
                AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
                AND NOT pg_catalog.row_security_active(c.oid)
                AND EXISTS (SELECT FROM pg_catalog.pg_locks AS l
                             WHERE l.relation OPERATOR(pg_catalog.=) c.oid
                               AND l.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()
                               AND l.mode OPERATOR(pg_catalog.=) 'RowExclusiveLock')
             OFFSET 0) AS s (mode)
 WHERE s.mode IS NULL;
