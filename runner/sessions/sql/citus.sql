-- Allow DDL after statements that Citus ran on several connections to a node, and flush the columnar
-- tables that were written to, by reading one row, so that they can be read in a savepoint.
-- A superuser also counts the calls of functions: see take() in run/database_run.py.
-- PL/pgSQL plans only the statements that it runs, so this costs nothing without Citus.
DO $runner$
DECLARE
    one pg_catalog.text;
BEGIN
    IF pg_catalog.current_setting('citus.multi_shard_modify_mode', true) IS NOT NULL THEN
        PERFORM pg_catalog.set_config('citus.multi_shard_modify_mode', 'sequential', true);
        IF pg_catalog.current_setting('is_superuser') OPERATOR(pg_catalog.=) 'on' THEN
            PERFORM pg_catalog.set_config('track_functions', 'all', true);
        END IF;
    END IF;
    IF EXISTS (SELECT FROM pg_catalog.pg_am AS a WHERE a.amname OPERATOR(pg_catalog.=) 'columnar') THEN
        FOR one IN SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
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
        LOOP
            EXECUTE pg_catalog.concat('SELECT 1 FROM ', one, ' LIMIT 1');
        END LOOP;
    END IF;
END
$runner$;
