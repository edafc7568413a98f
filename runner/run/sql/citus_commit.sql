-- Citus commits the rows of COPY in two phases only if nothing was read before on the same connection.
-- Therefore write once more, without effect, to each of its tables that were written to: no row has
-- this ctid. Left out: tables on this node alone, tables of another access method, and tables with a
-- trigger that this would fire.
DO $runner$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS name
                 FROM pg_catalog.pg_locks AS l
                 JOIN pg_catalog.pg_dist_partition AS p ON p.logicalrelid = l.relation
                 JOIN pg_catalog.pg_class AS c ON c.oid = l.relation
                 JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
                WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation'
                  AND l.mode = 'RowExclusiveLock' AND c.relkind = 'r' AND c.relam = 2
                  AND (p.partmethod <> 'n' OR p.repmodel = 't' OR p.colocationid <> 0)
                  AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
                  AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
                  AND pg_catalog.has_table_privilege(c.oid, 'DELETE')
                  AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger AS t
                                   WHERE t.tgrelid = c.oid AND NOT t.tgisinternal)
    LOOP
        EXECUTE pg_catalog.format('DELETE FROM ONLY %s WHERE ctid = ''(0,0)''', one.name);
    END LOOP;
END
$runner$;
