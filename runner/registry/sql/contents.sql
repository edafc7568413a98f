-- Set runner.contents to [name, number of rows, sum of their hashes] of each table. Left out: tables
-- that this role may not read, or of which policies hide rows.
DO $runner$
DECLARE
    one  record;
    held pg_catalog.json;
    found pg_catalog.json[] := '{{}}';
BEGIN
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
    PERFORM pg_catalog.set_config('runner.contents', pg_catalog.to_json(found)::pg_catalog.text, true);
END
$runner$;
