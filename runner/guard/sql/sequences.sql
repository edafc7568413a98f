-- The sequences that have given a value, the last that they gave, their names: an array in the setting
-- runner.sequences. pg_sequence_last_value() locks a sequence to the end of the transaction, so a
-- hundred at a time are read in a block that fails: its locks are released, its variables stay. A
-- sequence that another session has locked is left out.
DO $runner$
DECLARE
    part  record;
    read  pg_catalog.json;
    found pg_catalog.json[] := '{}';
    wait  pg_catalog.text := pg_catalog.current_setting('lock_timeout');
BEGIN
    IF pg_catalog.current_setting('runner.locked') = 'true' THEN
        PERFORM pg_catalog.set_config('lock_timeout', '100ms', true);
        FOR part IN SELECT pg_catalog.array_agg(s.oid) AS oids
                      FROM (SELECT q.seqrelid AS oid,
                                   pg_catalog.row_number() OVER (ORDER BY q.seqrelid) / 100 AS number
                              FROM pg_catalog.pg_sequence AS q
                              JOIN pg_catalog.pg_class AS c
                                ON c.oid = q.seqrelid AND c.relpersistence <> 't'
                             WHERE pg_catalog.has_sequence_privilege(q.seqrelid, 'USAGE, SELECT')) AS s
                     GROUP BY s.number
        LOOP
            read := NULL;
            BEGIN
                SELECT pg_catalog.json_agg(pg_catalog.json_build_array(v.oid::pg_catalog.int8, v.last, (
                         SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
                           FROM pg_catalog.pg_class AS c
                           JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
                          WHERE c.oid = v.oid)))
                  INTO read
                  FROM (SELECT o.oid, pg_catalog.pg_sequence_last_value(o.oid) AS last
                          FROM pg_catalog.unnest(part.oids) AS o (oid) OFFSET 0) AS v
                 WHERE v.last IS NOT NULL;
                RAISE no_data_found;
            EXCEPTION
                WHEN no_data_found OR lock_not_available OR undefined_table THEN
                    found := found || read;
            END;
        END LOOP;
        PERFORM pg_catalog.set_config('lock_timeout', wait, true);
    END IF;
    PERFORM pg_catalog.set_config('runner.sequences', pg_catalog.to_json(found)::pg_catalog.text, true);
END
$runner$;
