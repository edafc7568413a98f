-- Set runner.sequences to an array with, for each sequence: oid, last value (before the first call: the
-- value before the first, if the bounds allow it), name, increment, whether it cycles, whether it was
-- called. Without those that this role may only UPDATE.
-- Reading a sequence locks it until the end of the transaction. Therefore a hundred at a time are read
-- in a block that then fails, which releases the locks but keeps the variables. A sequence that another
-- session has locked is left out.
DO $runner$
DECLARE
    part  record;
    read  pg_catalog.json;
    found pg_catalog.json[] := '{}';
    wait  pg_catalog.text := pg_catalog.current_setting('lock_timeout');
BEGIN
    IF pg_catalog.current_setting('runner.locked') = 'true' THEN
        PERFORM pg_catalog.set_config('lock_timeout', '100ms', true);
        FOR part IN SELECT pg_catalog.string_agg(pg_catalog.format(
                             'SELECT %s, %L, %s, %L::pg_catalog.bool, is_called, last_value - CASE WHEN is_called'
                             ' THEN 0 ELSE %s::pg_catalog.numeric END, %s, %s FROM %s AS s (last_value, is_called)',
                             s.oid, s.name, s.seqincrement, s.seqcycle, s.seqincrement, s.seqmin, s.seqmax,
                             CASE WHEN s.is_readable
                                  THEN pg_catalog.format('(SELECT last_value, is_called FROM %s)', s.name)
                                  ELSE pg_catalog.format('(SELECT pg_catalog.pg_sequence_last_value(%s), true)', s.oid)
                             END), ' UNION ALL ') AS query
                      FROM (SELECT c.oid, q.*, pg_catalog.has_table_privilege(c.oid, 'SELECT')
                                               AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AS is_readable,
                                   pg_catalog.format('%I.%I', n.nspname, c.relname) AS name,
                                   pg_catalog.row_number() OVER (ORDER BY c.oid) / 100 AS number
                              FROM pg_catalog.pg_sequence AS q
                              JOIN pg_catalog.pg_class AS c
                                ON c.oid = q.seqrelid AND c.relpersistence <> 't'
                              JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
                             WHERE pg_catalog.has_sequence_privilege(q.seqrelid, 'USAGE, SELECT')) AS s
                     GROUP BY s.number
        LOOP
            read := NULL;
            BEGIN
                EXECUTE pg_catalog.format(
                    'SELECT pg_catalog.json_agg(pg_catalog.json_build_array(v.oid, v.last, v.name, v.step,'
                    ' v.cycles, v.called)) FROM (%s) AS v (oid, name, step, cycles, called, last, low, high)'
                    ' WHERE v.last BETWEEN v.low AND v.high', part.query) INTO read;
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
