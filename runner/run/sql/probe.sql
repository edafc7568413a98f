-- Report the losses so far, if they differ from the last report: an INFO message, which is sent whatever
-- client_min_messages is, with SQLSTATE RUN01 and a JSON object in its detail. lost: an array of numbers;
-- updated: for each table with rows updated: number, rows, and whether the statement before the probe
-- names it. The setting runner.lost holds the last report; a rollback to a savepoint restores it together
-- with the rows.
-- The input has for each loss: number, oid, cause, rows deleted and inserted at the beginning according
-- to the transaction's counters, relfilenode, columns. A table with a new relfilenode may only have been
-- rewritten: then it holds more rows than this transaction has inserted.
DO $runner$
DECLARE
    named pg_catalog.oid[] := ARRAY[@named]::pg_catalog.regclass[];
    path  pg_catalog.text := pg_catalog.current_setting('search_path');
    one   pg_catalog.json;
    rel   pg_catalog.oid;
    rows  pg_catalog.int8;
    gone  pg_catalog.bool;
    lost  pg_catalog.int8[] := '{}';
    changed pg_catalog.json[] := '{}';
    found pg_catalog.text;
BEGIN
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    FOR one IN SELECT a.v FROM pg_catalog.json_array_elements('%(asked)s') AS a (v)
    LOOP
        rel := (one->>1)::pg_catalog.oid;
        IF one->>2 = 'overwritten' THEN
            changed := changed || pg_catalog.json_build_array(one->0,
                pg_catalog.pg_stat_get_xact_tuples_updated(rel) - (one->>3)::pg_catalog.int8, EXISTS (
                WITH RECURSIVE tree (oid) AS (
                    SELECT rel UNION SELECT i.inhparent FROM tree AS t
                      JOIN pg_catalog.pg_inherits AS i ON i.inhrelid = t.oid)
                SELECT FROM tree AS t WHERE t.oid = ANY (named)));
            CONTINUE;
        END IF;
        gone := CASE one->>2
            WHEN 'deleted from' THEN
                pg_catalog.pg_stat_get_xact_tuples_deleted(rel) > (one->>3)::pg_catalog.int8
            WHEN 'unlinked or written to' THEN
                pg_catalog.pg_stat_get_xact_tuples_deleted('pg_catalog.pg_largeobject_metadata'::pg_catalog.regclass)
                + pg_catalog.pg_stat_get_xact_tuples_deleted(rel)
                + pg_catalog.pg_stat_get_xact_tuples_updated(rel) > (one->>3)::pg_catalog.int8
            WHEN 'column dropped' THEN EXISTS (
                SELECT FROM pg_catalog.pg_attribute AS k
                 WHERE k.attrelid = rel AND k.attisdropped AND k.attnum::pg_catalog.text IN (
                       SELECT pg_catalog.json_array_elements_text(one->6)))
            WHEN 'values changed' THEN EXISTS (
                SELECT FROM pg_catalog.pg_class AS c
                 WHERE c.oid = rel AND c.relfilenode <> (one->>5)::pg_catalog.oid)
              OR EXISTS ( -- this transaction has dropped an attribute of a type, or of a table
                SELECT FROM pg_catalog.pg_attribute AS a
                 WHERE a.attisdropped AND pg_catalog.age(a.xmin) <= 0)
            WHEN 'truncated' THEN EXISTS (
                SELECT FROM pg_catalog.pg_class AS c
                 WHERE c.oid = rel AND c.relfilenode <> (one->>5)::pg_catalog.oid)
            WHEN 'sequence set back' THEN false -- see below
            WHEN 'written to' THEN false
            WHEN 'switched off' THEN pg_catalog.current_setting('track_counts') = 'off'
            ELSE NOT EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE c.oid = rel)
        END;
        IF one->>2 = 'deleted or changed' THEN -- Citus: the rows that are left, by their nodes' ids
            EXECUTE pg_catalog.format('SELECT pg_catalog.count(*) FROM ONLY %%s WHERE pg_catalog.age(xmin) > 0',
                                      rel::pg_catalog.regclass) INTO rows;
            gone := rows < (one->>3)::pg_catalog.int8;
        END IF;
        IF one->>2 = 'sequence set back' THEN
            EXECUTE pg_catalog.format($q$%(behind)s$q$, rel::pg_catalog.regclass, rel, one->>3, one->>4) INTO rows;
            gone := rows > 0;
        END IF;
        IF one->>2 = 'written to' THEN
            EXECUTE $q$%(effects)s$q$;
            gone := pg_catalog.current_setting('runner.effects')::pg_catalog.json->>'catalogs' IS NOT NULL;
        END IF;
        IF gone AND one->>2 = 'truncated' THEN
            rows := 0;
            IF pg_catalog.pg_relation_size(rel) > 0 THEN -- an empty table is not read: see catalog/planted.sql
                EXECUTE pg_catalog.format('SELECT pg_catalog.count(*) FROM ONLY %%s', rel::pg_catalog.regclass)
                   INTO rows;
            END IF;
            gone := rows - pg_catalog.pg_stat_get_xact_tuples_inserted(rel) + (one->>4)::pg_catalog.int8
                  + pg_catalog.pg_stat_get_xact_tuples_deleted(rel) - (one->>3)::pg_catalog.int8 <= 0;
        END IF;
        IF gone THEN
            lost := lost || (one->>0)::pg_catalog.int8;
        END IF;
    END LOOP;
    found := pg_catalog.json_build_object('lost', lost, 'updated', changed)::pg_catalog.text;
    IF found <> COALESCE(NULLIF(pg_catalog.current_setting('runner.lost', true), ''),
                         pg_catalog.json_build_object('lost', '{}'::pg_catalog.int8[],
                                                      'updated', '{}'::pg_catalog.json[])::pg_catalog.text) THEN
        PERFORM pg_catalog.set_config('runner.lost', found, true);
        RAISE INFO 'rows were lost here' USING ERRCODE = 'RUN01', DETAIL = found;
    END IF;
    PERFORM pg_catalog.set_config('search_path', path, true);
END
$runner$;
