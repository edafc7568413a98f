-- Set runner.contents to [name, number of rows, sum of their hashes] of each table. Left out: tables
-- that this role may not read, or of which policies hide rows. A large object that this transaction has
-- created, of up to 1,000, is listed in the same way, with a digest of its content.
-- Parallel workers read large tables: of a new table the planner knows too few rows to choose them.
DO $runner$
DECLARE
    one  record;
    held pg_catalog.json;
    found pg_catalog.json[] := '{{}}';
BEGIN
    PERFORM pg_catalog.set_config('parallel_setup_cost', '0', true),
            pg_catalog.set_config('parallel_tuple_cost', '0', true);
    FOR one IN SELECT c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname) AS name
                 FROM pg_catalog.unnest({oids}::pg_catalog.oid[]) AS t (oid)
                 JOIN pg_catalog.pg_class AS c ON c.oid = t.oid AND c.relkind = 'r'
                 JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
                WHERE pg_catalog.has_schema_privilege(n.oid, 'USAGE')
                  AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
                  AND NOT pg_catalog.row_security_active(c.oid)
    LOOP
        EXECUTE pg_catalog.format(
            'SELECT pg_catalog.json_build_array(%L, pg_catalog.count(*), pg_catalog.sum('
            'pg_catalog.hashtextextended(ROW(t.*)::pg_catalog.text COLLATE pg_catalog."C", 0)))'
            ' FROM ONLY %s AS t', one.name, one.name) INTO held;
        found := found || held;
    END LOOP;
    IF pg_catalog.pg_stat_get_xact_tuples_inserted('pg_catalog.pg_largeobject_metadata'::pg_catalog.regclass)
       BETWEEN 1 AND 1000 THEN
        BEGIN
            found := found || ARRAY(
                SELECT pg_catalog.json_build_array(pg_catalog.concat('large object ', m.oid), 1,
                         pg_catalog.encode(pg_catalog.sha256(pg_catalog.lo_get(m.oid)), 'hex'))
                  FROM pg_catalog.pg_largeobject_metadata AS m
                 WHERE CASE WHEN pg_catalog.age(m.xmin) <= 0 AND pg_catalog.pg_has_role(m.lomowner, 'USAGE')
                            THEN pg_catalog.txid_status(pg_catalog.txid_current() - pg_catalog.age(m.xmin))
                                 = 'in progress' END);
        EXCEPTION WHEN program_limit_exceeded THEN
            NULL; -- one of more than 1 GB
        END;
    END IF;
    PERFORM pg_catalog.set_config('runner.contents', pg_catalog.to_json(found)::pg_catalog.text, true);
END
$runner$;
