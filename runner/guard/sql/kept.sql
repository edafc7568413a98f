-- Set runner.answer to an array of [number of missing rows, keys of some, number of untouched rows]: the
-- rows that look.sql has kept and whose content is no longer in a table; and, of a table that runs vouch
-- for, the rows that neither a run nor this transaction has written. The setting runner.kept is a JSON
-- array of [oid of the table that should hold the rows now, whether it is the same table, kept]. Rows
-- that runs wrote cannot take the place of a kept row. A column whose type changed is cast back to the
-- old type if both types are built in, because casts of others may run their code. Values that cannot be
-- cast count as missing.
DO $runner$
DECLARE
    one    record;
    now    pg_catalog.text;
    found  pg_catalog.json;
    rest   pg_catalog.int8;
    answer pg_catalog.json[] := '{}';
BEGIN
    FOR one IN SELECT (k.v->>0)::pg_catalog.oid AS oid, (k.v->>1)::pg_catalog.bool AS same, k.v->2 AS kept
                 FROM pg_catalog.json_array_elements(
                        pg_catalog.current_setting('runner.kept')::pg_catalog.json) AS k (v)
    LOOP
        SELECT pg_catalog.string_agg(
                 CASE WHEN c.v->>3 = 'false' THEN pg_catalog.concat(COALESCE(pg_catalog.quote_ident(a.attname), 'NULL'), ' IS NULL')
                      WHEN a.attname IS NULL THEN 'NULL'
                      WHEN t.type <> c.v->>2 AND t.own
                      THEN pg_catalog.format('CAST(%I AS %s)', a.attname, c.v->>2)
                      ELSE pg_catalog.quote_ident(a.attname) END, ', ' ORDER BY c.position)
          INTO now
          FROM pg_catalog.json_array_elements(one.kept->'columns') WITH ORDINALITY AS c (v, position)
          LEFT JOIN pg_catalog.pg_attribute AS a
            ON a.attrelid = one.oid AND NOT a.attisdropped AND a.attnum > 0
           AND CASE WHEN one.same THEN a.attnum = (c.v->>1)::pg_catalog.int2
                    ELSE a.attname = (c.v->>0)::pg_catalog.name END
         CROSS JOIN LATERAL (
                SELECT pg_catalog.format_type(a.atttypid, a.atttypmod),
                       a.atttypid < 16384
                       AND pg_catalog.to_regtype(c.v->>2)::pg_catalog.oid < 16384) AS t (type, own);
        BEGIN
            EXECUTE pg_catalog.format($q$
                SELECT pg_catalog.json_build_array(
                         COALESCE(pg_catalog.sum(m.missing), 0)::pg_catalog.int8,
                         (pg_catalog.array_agg(m.key ORDER BY m.key) FILTER (WHERE m.missing > 0 AND m.key IS NOT NULL))[1:3])
                  FROM (SELECT b.key, GREATEST(b.rows - COALESCE(h.rows, 0), 0)
                          FROM (SELECT (r.v->>0)::pg_catalog.int8, (r.v->>1)::pg_catalog.int8, r.v->>2
                                  FROM pg_catalog.json_array_elements($1->'rows') AS r (v)) AS b (hash, rows, key)
                          LEFT JOIN (SELECT pg_catalog.hashtextextended(
                                              ROW(%s)::pg_catalog.text COLLATE pg_catalog."C", 0)
                                            & ($1->>'mask')::pg_catalog.int8, pg_catalog.count(*)
                                       FROM %s WHERE NOT %s GROUP BY 1) AS h (hash, rows) ON h.hash = b.hash
                       ) AS m (key, missing) $q$, now, (
                         SELECT pg_catalog.concat(CASE WHEN c.relkind <> 'p' THEN 'ONLY ' END,
                                                  c.oid::pg_catalog.regclass)
                           FROM pg_catalog.pg_class AS c WHERE c.oid = one.oid), one.kept->>'ours')
               INTO found USING one.kept;
        EXCEPTION WHEN OTHERS THEN
            SELECT pg_catalog.json_build_array(pg_catalog.sum((r.v->>1)::pg_catalog.int8), NULL) INTO found
              FROM pg_catalog.json_array_elements(one.kept->'rows') AS r (v);
        END;
        rest := NULL;
        IF one.same AND one.kept->>'ours' <> 'false' THEN
            EXECUTE pg_catalog.format(
                'SELECT pg_catalog.count(*) FROM ONLY %s WHERE NOT %s AND pg_catalog.age(xmin) > pg_catalog.age(%L::pg_catalog.xid)',
                one.oid::pg_catalog.regclass, one.kept->>'ours', pg_catalog.txid_current() % 4294967296) INTO rest;
        END IF;
        answer := answer || pg_catalog.json_build_array(found->0, found->1, rest);
    END LOOP;
    PERFORM pg_catalog.set_config('runner.answer', pg_catalog.to_json(answer)::pg_catalog.text, true);
END
$runner$;
